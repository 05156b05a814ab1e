"""Booking by oneself: a slot is held, confirmed or let go; nobody hoards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub.app import Hub
from hub.kernel.access import Actor, anonymous
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.kernel.jobs import JobLoop
from hub.operations.bookings import links
from hub.operations.bookings.jobs import jobs
from hub.operations.bookings.people import booking_note, reveal
from hub.operations.bookings.rules import (
    BOOKINGS_PER_DEVICE_A_DAY,
    BOOKINGS_PER_PHONE,
    CANCELS_PER_PHONE_A_DAY,
    HOLD,
    HOLDS_OF_STRANGERS,
    HOLDS_PER_KIOSK,
    HOLDS_PER_PERSON,
    check_own_bookings,
)
from hub.operations.bookings.tables import AssignmentRow, BookingRow, ConsentRow, CustomerRow
from tests.conftest import Send
from tests.operations.bookings.salon import Salon, rows_of
from tests.operations.bookings.test_booking import TEN


def browser(store: str, name: str) -> Actor:
    return Actor("anonymous", "anonymous", store, frozenset({"anonymous"}), session_id=name)


def slot(salon: Salon, hours: float = 0) -> dict[str, Any]:
    start = TEN + timedelta(hours=hours)
    return {"services": [{"service_id": salon.services["cut"]}], "start": start.isoformat()}


def form(held: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The form of /book, filled in for a held slot."""
    filled = {"name": "李雷", "phone": "13900139000", "consent": True, **more}
    return {"booking_id": held["booking_id"], "hold_token": held["hold_token"], **filled}


async def _refusal(send: Send, name: str, data: dict[str, Any], actor: Actor) -> str:
    with pytest.raises(Refused) as refused:
        await send(name, data, actor)
    return refused.value.kind.code


async def test_a_hold_becomes_a_booking(hub: Hub, store: str, send: Send, salon: Salon, clock: ManualClock) -> None:
    me = browser(store, "a")
    held = (await send("bookings.hold_slot", slot(salon), me)).result
    assert held["expires_at"] == (clock.now() + HOLD).isoformat().replace("+00:00", "Z")
    confirmed = (await send("bookings.confirm_hold", form(held, note="对花粉过敏"), me)).result
    (row,) = await rows_of(hub, store, BookingRow)
    (customer,) = await rows_of(hub, store, CustomerRow)
    assert (row.state, row.source, row.hold_expires_at) == ("expected", "online", None)
    assert reveal(hub.vault, customer).phone == "+8613900139000"
    assert booking_note(hub.vault, customer, row) == "对花粉过敏"
    assert [c.purpose for c in await rows_of(hub, store, ConsentRow)] == ["booking"]
    link = links.read(hub.vault, confirmed["link"])
    assert link is not None
    assert link.booking_id == row.id


async def test_only_the_holder_confirms(store: str, send: Send, salon: Salon) -> None:
    held = (await send("bookings.hold_slot", slot(salon), browser(store, "a"))).result
    stolen = form(held) | {"hold_token": ""}
    assert await _refusal(send, "bookings.confirm_hold", stolen, browser(store, "b")) == "not_found"
    assert await _refusal(send, "bookings.release_hold", {"booking_id": held["booking_id"]}, anonymous(store)) == "not_found"
    await send("bookings.confirm_hold", form(held), anonymous(store))


async def test_a_visit_link_is_no_hold_token(store: str, send: Send, salon: Salon) -> None:
    held = (await send("bookings.hold_slot", slot(salon), anonymous(store))).result
    done = (await send("bookings.hold_slot", slot(salon, 2), anonymous(store))).result
    link = (await send("bookings.confirm_hold", form(done), anonymous(store))).result["link"]
    assert await _refusal(send, "bookings.confirm_hold", form(held) | {"hold_token": link}, anonymous(store)) == "not_found"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"consent": False}, "consent_missing"), ({"phone": "123"}, "invalid_phone"), ({"phone": "x" * 41}, "invalid")],
)
async def test_a_form_that_is_refused_keeps_the_hold(
    hub: Hub, store: str, send: Send, salon: Salon, change: dict[str, Any], code: str
) -> None:
    held = (await send("bookings.hold_slot", slot(salon), browser(store, "a"))).result
    assert await _refusal(send, "bookings.confirm_hold", form(held, **change), browser(store, "a")) == code
    (row,) = await rows_of(hub, store, BookingRow)
    assert row.state == "held"
    assert await rows_of(hub, store, CustomerRow) == []


async def test_a_released_hold_leaves_nothing(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    me = browser(store, "a")
    held = (await send("bookings.hold_slot", slot(salon), me)).result
    data = {"booking_id": held["booking_id"], "hold_token": held["hold_token"]}
    await send("bookings.release_hold", data, me)
    assert await rows_of(hub, store, BookingRow) == []
    assert await rows_of(hub, store, AssignmentRow) == []
    assert await _refusal(send, "bookings.release_hold", data, me) == "hold_expired"


async def test_a_job_gives_expired_holds_back(hub: Hub, store: str, send: Send, salon: Salon, clock: ManualClock) -> None:
    held = (await send("bookings.hold_slot", slot(salon), anonymous(store))).result
    loop, (release, _, _) = JobLoop(hub.database, clock, []), jobs(hub)
    clock.advance(seconds=HOLD.total_seconds() - 1)
    await loop.run_once(release)
    assert len(await rows_of(hub, store, BookingRow)) == 1
    clock.advance(seconds=2)
    await loop.run_once(release)
    assert await rows_of(hub, store, BookingRow) == []
    assert await _refusal(send, "bookings.confirm_hold", form(held), anonymous(store)) == "hold_expired"


async def test_an_expired_hold_makes_way_before_the_job_runs(
    hub: Hub, store: str, send: Send, salon: Salon, clock: ManualClock
) -> None:
    for name in "ab":
        await send("bookings.hold_slot", slot(salon), browser(store, name))
    assert await _refusal(send, "bookings.hold_slot", slot(salon), browser(store, "c")) == "slot_taken"
    clock.advance(seconds=HOLD.total_seconds())
    await send("bookings.hold_slot", slot(salon), browser(store, "c"))
    assert len(await rows_of(hub, store, BookingRow)) == 1


async def test_the_morning_expects_its_bookings(hub: Hub, store: str, send: Send, salon: Salon, clock: ManualClock) -> None:
    held = (await send("bookings.hold_slot", slot(salon, 24), anonymous(store))).result
    await send("bookings.confirm_hold", form(held), anonymous(store))
    loop, (_, begin, _) = JobLoop(hub.database, clock, []), jobs(hub)
    await loop.run_once(begin)
    assert [row.state for row in await rows_of(hub, store, BookingRow)] == ["confirmed"]
    clock.advance(hours=15)
    await loop.run_once(begin)
    assert [row.state for row in await rows_of(hub, store, BookingRow)] == ["expected"]


async def test_one_browser_holds_few_slots(store: str, send: Send, salon: Salon, clock: ManualClock) -> None:
    me = browser(store, "a")
    for number in range(HOLDS_PER_PERSON):
        await send("bookings.hold_slot", slot(salon, number), me)
    assert await _refusal(send, "bookings.hold_slot", slot(salon, 5), me) == "too_many"
    await send("bookings.hold_slot", slot(salon, 5), browser(store, "b"))
    clock.advance(seconds=HOLD.total_seconds())
    await send("bookings.hold_slot", slot(salon, 6), me)


async def test_a_kiosk_serves_one_after_the_other(store: str, send: Send, salon: Salon) -> None:
    kiosk = Actor("device", "d" * 32, store, frozenset({"kiosk"}), device_id="d" * 32)
    for number in range(HOLDS_PER_KIOSK):
        held = (await send("bookings.hold_slot", slot(salon, number), kiosk)).result
    assert await _refusal(send, "bookings.hold_slot", slot(salon, 9), kiosk) == "too_many"
    await send("bookings.release_hold", {"booking_id": held["booking_id"]}, kiosk)
    await send("bookings.hold_slot", slot(salon, 9), kiosk)


async def test_strangers_together_do_not_hold_the_whole_day(store: str, send: Send, salon: Salon) -> None:
    for number in range(HOLDS_OF_STRANGERS):
        await send("bookings.hold_slot", slot(salon, number), anonymous(store))
    assert await _refusal(send, "bookings.hold_slot", slot(salon, 50), anonymous(store)) == "too_many"
    await send("bookings.hold_slot", slot(salon, 50), browser(store, "a"))


async def _book(send: Send, salon: Salon, actor: Actor, hours: float, **more: Any) -> str:
    held = (await send("bookings.hold_slot", slot(salon, hours), actor)).result
    return str((await send("bookings.confirm_hold", form(held, **more), actor)).result["booking_id"])


async def test_one_phone_books_a_household(store: str, send: Send, salon: Salon, manager: Actor) -> None:
    for number in range(BOOKINGS_PER_PHONE):
        await _book(send, salon, browser(store, str(number)), number)
    held = (await send("bookings.hold_slot", slot(salon, 9), browser(store, "x"))).result
    assert await _refusal(send, "bookings.confirm_hold", form(held, name="韩梅梅"), browser(store, "x")) == "book_at_desk"
    await send("bookings.confirm_hold", form(held), manager)


async def test_fifty_phones_of_one_browser_get_no_further(store: str, send: Send, salon: Salon) -> None:
    me = browser(store, "a")
    for number in range(BOOKINGS_PER_DEVICE_A_DAY):
        await _book(send, salon, me, number, phone=f"1390013900{number}")
    held = (await send("bookings.hold_slot", slot(salon, 9), me)).result
    assert await _refusal(send, "bookings.confirm_hold", form(held, phone="13900139009"), me) == "book_at_desk"


async def test_book_and_cancel_in_a_loop_ends(store: str, send: Send, salon: Salon, clock: ManualClock) -> None:
    for number in range(CANCELS_PER_PHONE_A_DAY):
        booking_id = await _book(send, salon, browser(store, str(number)), 4)
        me = Actor("customer", booking_id, store, frozenset({"member"}), subject=booking_id)
        await send("bookings.cancel", {"booking_id": booking_id}, me)
    held = (await send("bookings.hold_slot", slot(salon, 4), browser(store, "x"))).result
    assert await _refusal(send, "bookings.confirm_hold", form(held), browser(store, "x")) == "book_at_desk"
    clock.advance(hours=24, seconds=1)
    held = (await send("bookings.hold_slot", slot(salon, 48), browser(store, "x"))).result
    await send("bookings.confirm_hold", form(held), browser(store, "x"))


async def test_caps_say_nothing_of_a_number_that_a_stranger_types(
    store: str, send: Send, salon: Salon, manager: Actor, hub: Hub
) -> None:
    """What the desk has booked for a customer, and what they booked themselves by a code, stays untold to whoever types it."""
    number = {"name": "李雷", "phone": "13900139000"}
    for hours in range(BOOKINGS_PER_PHONE):
        await send("bookings.book", {**slot(salon, hours), "customer": number}, manager)
    (customer,) = await rows_of(hub, store, CustomerRow)
    known = Actor("customer", customer.id, store, frozenset({"member"}), session_id="c")
    for hours in range(BOOKINGS_PER_PHONE):
        await _book(send, salon, known, 5 + hours)
    held = (await send("bookings.hold_slot", slot(salon, 9), known)).result
    assert await _refusal(send, "bookings.confirm_hold", form(held), known) == "book_at_desk", "their own count for themselves"
    await _book(send, salon, browser(store, "x"), 10)


def test_every_cap_on_what_one_books_oneself_is_one_answer_without_figures() -> None:
    caps = {"ahead": BOOKINGS_PER_PHONE, "cancelled": CANCELS_PER_PHONE_A_DAY, "of_device": BOOKINGS_PER_DEVICE_A_DAY}
    answers = []
    for cap, reached in caps.items():
        with pytest.raises(Refused) as refused:
            check_own_bookings(**(dict.fromkeys(caps, 0) | {cap: reached}))
        answers.append((refused.value.kind.code, dict(refused.value.params)))
    assert answers == [("book_at_desk", {})] * 3
