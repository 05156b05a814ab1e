"""What people do on an ordinary day that a rule of the alarms could take for an abuse, and how often.

A hundred bookings a day have three or four no-shows and as many calls to cancel or move; the rest is what a desk of two and ten
technicians get up to: mistyped passwords and PINs, files opened to call somebody back, steps taken back, a tablet paired again.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import exp
from typing import TYPE_CHECKING

from sqlalchemy import select

from hub.backoffice.security.queries import devices
from hub.catalog.queries import catalog_of
from hub.kernel.access import Actor
from hub.operations.bookings.tables import BookingRow, CustomerRow

if TYPE_CHECKING:
    from tests.drills.ordinary import Shop

MORNING, OPEN, EVENING = (9 * 60 + 10, 10 * 60), (10 * 60 + 15, 21 * 60), (21 * 60, 22 * 60 + 45)
"""Minutes after midnight; the shop is open from ten to ten."""

MISTYPED = 0.12
"""Share of sign-ins with a wrong password or PIN before the right one; half of these come twice."""

AHEAD = ("confirmed", "expected")
NO_SHOWS = 0.04
NO_SHOW_AFTER, DAY = timedelta(minutes=30), timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Habit:
    """`a_day` on average."""

    a_day: float
    between: tuple[int, int]
    act: Callable[[Shop], Awaitable[None]]
    exactly: bool = False
    """As often each day, not just on average."""

    def times(self, chance: random.Random) -> int:
        """Poisson, by Knuth's product of uniforms."""
        if self.exactly:
            return int(self.a_day)
        left, count = chance.random(), 0
        while left > exp(-self.a_day):
            left *= chance.random()
            count += 1
        return count


async def everybody_signs_in(shop: Shop) -> None:
    """Each in their own browser, technicians on their tablets; some mistype."""
    async with shop.hub.database.read(shop.hub.store_id) as session:
        tablets = [d.id for d in await devices(session) if d.kind == "technician_tablet" and d.revoked_at is None]
    for credential in shop.credentials:
        if credential.password is not None:
            await _sign_in(shop, credential.login, credential.password)
        elif not tablets and credential is shop.credentials[-1]:
            await pair_a_tablet(shop)


async def _sign_in(shop: Shop, login: str, password: str) -> None:
    wrong = 0 if shop.chance.random() > MISTYPED else shop.chance.choice((1, 2))
    for typed in [*(["mistyped-again-77"] * wrong), password]:
        await shop.browser(login).post("/api/sign-in", json={"login": login, "password": typed})


async def a_technician_takes_a_tablet(shop: Shop) -> None:
    """In the morning, and after a break: the PIN, now and then a wrong one."""
    who = shop.chance.choice([each for each in shop.credentials if each.pin is not None])
    view = (await shop.browser("tablet").get("/api/views/sign-in", headers={"X-Salon-Seat": "technician"})).json()["view"]
    faces = {face["code"].lower(): face["technician_id"] for face in view["faces"]}
    if who.login not in faces:
        return
    wrong = 0 if shop.chance.random() > MISTYPED else shop.chance.choice((1, 2))
    for typed in [*(["0918"] * wrong), who.pin]:
        await shop.browser("tablet").post("/api/technician-sign-in", json={"technician_id": faces[who.login], "pin": typed})


async def pair_a_tablet(shop: Shop) -> None:
    """Its browser forgot who it was, or it is a new one."""
    offer = await shop.try_to("security.prepare_device", {"kind": "technician_tablet", "name": "Tablet"}, shop.manager)
    if offer is not None:
        wrong = shop.chance.random() < MISTYPED
        for typed in [*(["00000000"] * wrong), offer["code"]]:
            await shop.browser("tablet").post("/api/pair", json={"code": typed})


async def call_somebody_back(shop: Shop) -> None:
    await shop.try_to("privacy.see_contact", {"customer_id": await _some_customer(shop), "reason": "call_back"})


async def read_an_allergy(shop: Shop) -> None:
    await shop.try_to("privacy.open_allergy", {"customer_id": await _some_customer(shop), "reason": "treatment"})


async def _some_customer(shop: Shop) -> str:
    async with shop.hub.database.read(shop.hub.store_id) as session:
        ids = sorted(await session.scalars(select(CustomerRow.id)))
    return shop.chance.choice(ids)


async def _some_booking(shop: Shop, *states: str) -> BookingRow | None:
    """One of today's that stands so."""
    async with shop.hub.database.read(shop.hub.store_id) as session:
        begins, ends = shop.clock.now() - timedelta(hours=14), shop.clock.now() + timedelta(hours=14)
        wanted = select(BookingRow).where(BookingRow.state.in_(states), BookingRow.booked_start.between(begins, ends))
        found = list(await session.scalars(wanted.order_by(BookingRow.id)))
    return shop.chance.choice(found) if found else None


async def somebody_rings_up_and_books(shop: Shop) -> None:
    """For today or the days ahead; what does not fit, does not."""
    async with shop.hub.database.read(shop.hub.store_id) as session:
        services = list((await catalog_of(session)).services.values())
    start = shop.clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=shop.chance.randint(1, 30))
    data = {
        "services": [{"service_id": shop.chance.choice(services).id}],
        "start": start.isoformat(),
        "customer_id": await _some_customer(shop),
        "source": "phone",
    }
    await shop.try_to("bookings.book", data)


async def those_who_are_due_come(shop: Shop) -> None:
    """Whose hour has come is checked in; who is half an hour late is noted as one who did not come, four in a hundred."""
    now = shop.clock.now()
    async with shop.hub.database.read(shop.hub.store_id) as session:
        wanted = select(BookingRow).where(BookingRow.state.in_(AHEAD), BookingRow.booked_start.between(now - DAY, now))
        due = list(await session.scalars(wanted.order_by(BookingRow.booked_start)))
    for booking in due:
        stays_away = random.Random(booking.id).random() < NO_SHOWS
        if stays_away and now - booking.booked_start >= NO_SHOW_AFTER:
            await shop.try_to("visits.no_show", {"booking_id": booking.id})
        elif not stays_away:
            await shop.try_to("visits.check_in", {"booking_id": booking.id})


async def somebody_cancels(shop: Shop) -> None:
    if booking := await _some_booking(shop, *AHEAD):
        await shop.try_to("bookings.cancel", {"booking_id": booking.id, "reason": "customer_asked"})


async def somebody_comes_later(shop: Shop) -> None:
    if booking := await _some_booking(shop, *AHEAD):
        start = booking.booked_start + timedelta(minutes=shop.chance.choice((30, 60, 90)))
        await shop.try_to("bookings.move", {"booking_id": booking.id, "start": start.isoformat()})


async def a_no_show_comes_after_all(shop: Shop) -> None:
    if booking := await _some_booking(shop, "no_show"):
        await shop.try_to("visits.reverse_no_show", {"booking_id": booking.id})


async def take_a_step_back(shop: Shop) -> None:
    """Moved, and thought better of."""
    booking = await _some_booking(shop, *AHEAD)
    if booking is None:
        return
    command_id, data = shop.hub.chance.id(), {"booking_id": booking.id, "minutes": 10}
    if await shop.try_to("visits.report_late", data, command_id=command_id) is not None:
        await shop.try_to("planning.undo", {"undo_command_id": command_id})


async def a_technician_is_ill(shop: Shop) -> None:
    """Her bookings of the next hours are moved or called off by the desk, one after the other."""
    for _ in range(shop.chance.randint(4, 7)):
        await somebody_comes_later(shop)
    for _ in range(shop.chance.randint(1, 3)):
        await somebody_cancels(shop)


async def a_stranger_looks_for_a_time(shop: Shop) -> None:
    """Holds a start or two in a browser of their own, and books or goes away."""
    store = shop.hub.store_id
    stranger = Actor("anonymous", "anonymous", store, frozenset({"anonymous"}), shop.hub.chance.id())
    async with shop.hub.database.read(store) as session:
        services = [each for each in (await catalog_of(session)).services.values() if each.bookable_online]
    for _ in range(shop.chance.choice((1, 1, 2, 3))):
        hours = shop.chance.randint(20, 60)
        start = shop.clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)
        wish = {"services": [{"service_id": shop.chance.choice(services).id}], "start": start.isoformat()}
        held = await shop.try_to("bookings.hold_slot", wish, stranger)
    if held is not None and shop.chance.random() < 0.6:
        phone = f"139{shop.chance.randrange(10_000_000, 99_999_999)}"
        hold = {"booking_id": held["booking_id"], "hold_token": held["hold_token"], "consent": True}
        await shop.try_to("bookings.confirm_hold", {**hold, "name": "Somebody", "phone": phone}, stranger)


async def a_manager_works_late(shop: Shop) -> None:
    manager = next(each for each in shop.credentials if each.role == "manager")
    await _sign_in(shop, manager.login, manager.password or "")


async def a_newcomer_gets_more_to_do(shop: Shop) -> None:
    """The manager gives somebody else another role and takes it back the next time."""
    roles = shop.chance.choice((["front_desk"], ["front_desk", "marketer"]))
    await shop.try_to("security.set_roles", {"account_id": shop.desk.id, "roles": roles}, shop.manager)


HABITS: Mapping[str, Habit] = {
    "everybody signs in": Habit(1, MORNING, everybody_signs_in, exactly=True),
    "a technician takes a tablet": Habit(16, OPEN, a_technician_takes_a_tablet),
    "the desk signs in again after a break": Habit(2, OPEN, everybody_signs_in),
    "a tablet is paired again": Habit(1 / 7, OPEN, pair_a_tablet),
    "somebody rings up and books": Habit(45, OPEN, somebody_rings_up_and_books),
    "those who are due come": Habit(30, OPEN, those_who_are_due_come),
    "somebody is called back": Habit(8, OPEN, call_somebody_back),
    "an allergy is read": Habit(5, OPEN, read_an_allergy),
    "somebody cancels": Habit(4, OPEN, somebody_cancels),
    "somebody comes later": Habit(6, OPEN, somebody_comes_later),
    "a no-show comes after all": Habit(1 / 3, EVENING, a_no_show_comes_after_all),
    "a step is taken back": Habit(5, OPEN, take_a_step_back),
    "a technician is ill": Habit(1 / 5, OPEN, a_technician_is_ill),
    "a stranger looks for a time": Habit(25, (8 * 60, 23 * 60), a_stranger_looks_for_a_time),
    "a manager works late": Habit(1 / 7, EVENING, a_manager_works_late),
    "a manager is in before seven": Habit(1 / 15, (6 * 60, 7 * 60), a_manager_works_late),
    "a newcomer gets more to do": Habit(1 / 10, OPEN, a_newcomer_gets_more_to_do),
}
"""By name."""
