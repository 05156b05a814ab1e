"""An evening that goes on past midnight, in a shop that is open from noon to two: one day from its first moment to its last."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from hub.app import Hub, build
from hub.backoffice.privacy.customer_list import lines_of
from hub.demo.past_day import Today, past_day
from hub.kernel.access import Actor, anonymous, system
from hub.kernel.business_days import BusinessDays
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.operations.bookings.jobs import jobs as booking_jobs
from hub.operations.bookings.tables import BookingRow
from hub.operations.planning.past_days import days_with_visits
from hub.operations.planning.past_days import past_day as day_in_hindsight
from hub.operations.team.tables import AbsenceRow, ShiftRow, TurnRow
from hub.operations.visits.day_end import unsettled_days
from hub.operations.visits.jobs import jobs as visit_jobs
from hub.operations.visits.tables import VisitRow
from hub.settings import Settings
from tests.conftest import Send
from tests.kiosk.conftest import Stand
from tests.operations.floor import DAY, Floor, at, open_floor, shown
from tests.operations.waitlist.listing import Listing

NEXT = DAY + timedelta(days=1)
PHONE = "13800138000"


def night(hour: int, minute: int = 0) -> datetime:
    """A time after midnight, before the clock shows 02:00."""
    return at(24 + hour, minute)


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    made = build(settings, clock=clock, chance=SeededRandomness(1))
    await made.prepare()
    made.ready = True  # answers without its followers and jobs, which the tests set going themselves
    yield made
    await made.close()


@pytest.fixture
async def evening(hub: Hub, store: str, send: Send, desk: Actor) -> Floor:
    await send("catalog.set_business_day", {"begins": "06:00"})
    return await open_floor(hub, store, send, desk, opens="12:00", closes="02:00")


@pytest.fixture
async def by_midnight(hub: Hub, store: str, send: Send, desk: Actor) -> Floor:
    """The same shop, where nobody has said when its day begins."""
    return await open_floor(hub, store, send, desk, opens="12:00", closes="02:00")


def wall(moments: list[str]) -> list[str]:
    """On the clock in Shanghai."""
    return [(datetime.fromisoformat(moment) + timedelta(hours=8)).strftime("%H:%M") for moment in moments]


async def test_from_check_in_to_the_end_it_is_one_day(evening: Floor, clock: ManualClock) -> None:
    served = await evening.book("cut", night(0, 20), name="甲")
    missing = await evening.book("cut", night(1), technician="wang", name="乙")
    clock.set(at(23, 50))
    assert {row.state for row in await evening.rows(BookingRow)} == {"expected"}
    visit = (await evening.send("visits.check_in", {"booking_id": served}, evening.desk)).result["visit_id"]
    clock.set(night(0, 10))
    await evening.send("visits.call_customer", {"visit_id": visit}, evening.desk)
    item = await evening.item(served)
    clock.set(night(0, 25))
    await evening.send("visits.start_service", {"item_id": item, "technician_id": evening.technicians["lin"]}, evening.desk)
    turns = {(row.technician_id, row.date): row.turns_taken for row in await evening.rows(TurnRow)}
    assert turns[evening.technicians["lin"], DAY] == 1
    assert not [day for _, day in turns if day == NEXT]
    [row] = await evening.rows(VisitRow)
    assert row.code_date == DAY
    day = await evening.day()
    assert (day.date, {booking.id for booking in day.bookings}) == (DAY, {served, missing})
    assert day.opens == at(12)
    assert day.closes == night(2)
    since = await evening.seq()
    await evening.send("visits.close_day", {"date": DAY.isoformat()}, system(evening.store, "visits"))
    assert await evening.facts(since) == [], "a customer is in the chair"
    clock.set(night(1, 30))
    await evening.send("visits.finish_service", {"item_id": item}, evening.desk)
    for moment, closed in ((night(2, 30), False), (night(5, 59), False), (night(6), True)):
        clock.set(moment)
        await evening.send("visits.close_day", {"date": DAY.isoformat()}, system(evening.store, "visits"))
        states = {booking.id: booking.state for booking in await evening.rows(BookingRow)}
        assert states == ({served: "done", missing: "no_show"} if closed else {served: "arrived", missing: "expected"})
    async with evening.hub.database.read(evening.store) as session:
        store = await evening._facts(session)
        assert [(each.day, each.came) for each in await days_with_visits(session, store, clock.now())] == [(DAY, 1)]
        assert await day_in_hindsight(session, store, DAY) is not None
        assert await day_in_hindsight(session, store, NEXT) is None
        for days, last in ((store.days, DAY), (BusinessDays(store.days.zone), NEXT)):
            listed = {line.name: line.last_visit for line in await lines_of(session, evening.hub.vault, days)}
            assert listed == {"甲": last.isoformat(), "乙": ""}


async def test_nothing_is_over_at_midnight(evening: Floor, clock: ManualClock) -> None:
    booking = await evening.book("cut", at(23, 40))
    clock.set(at(23, 40))
    await evening.send("visits.start_service", {"item_id": await evening.item(booking)}, evening.desk)
    seconds = [0.0]
    jobs = [*booking_jobs(evening.hub), *visit_jobs(evening.hub, lambda: seconds[0])]

    async def an_hour_later(moment: datetime) -> list[str]:
        clock.set(moment)
        seconds[0] += 3_600
        for job in jobs:
            await job.run(evening.store)
        return [row.state for row in await evening.rows(BookingRow)]

    for moment in (night(0, 5), night(0, 30), night(5, 30)):
        assert await an_hour_later(moment) == ["arrived"]
        async with evening.hub.database.read(evening.store) as session:
            store = await evening._facts(session)
            assert await unsettled_days(session, store.days, store.days.of(moment)) == []
    assert await an_hour_later(night(6, 5)) == ["arrived"], "a day has to be seen to be over for a while"
    assert await an_hour_later(night(6, 15)) == ["done"]


async def test_where_the_day_ends_at_midnight_it_is_another_days(by_midnight: Floor, clock: ManualClock) -> None:
    assert (await by_midnight.day()).date == DAY
    clock.set(night(0, 10))
    assert (await by_midnight.day()).date == NEXT
    slots = await shown(by_midnight, "slots", anonymous(by_midnight.store), services=by_midnight.services["cut"])
    assert (slots["days"][0]["date"], slots["days"][0]["starts"]) == (NEXT.isoformat(), [])
    booking = {"services": [{"service_id": by_midnight.services["cut"]}], "start": night(0, 30).isoformat()}
    await by_midnight.refused("slot_taken", "bookings.book", booking | {"customer": {"name": "甲"}})
    assert (await kiosk_of(by_midnight).view()).opens == at(12) + timedelta(days=1)


async def test_the_evening_offers_its_small_hours(evening: Floor, clock: ManualClock) -> None:
    clock.set(at(23))
    cut = evening.services["cut"]
    slots = await shown(evening, "slots", anonymous(evening.store), services=cut)
    today, tomorrow = slots["days"][:2]
    assert (today["date"], tomorrow["date"]) == (DAY.isoformat(), NEXT.isoformat())
    starts = wall([slot["start"] for slot in today["starts"]])
    assert (starts[0], starts[-1]) == ("23:00", "01:30")
    assert {"23:30", "00:00", "00:30"} <= set(starts)
    assert (tomorrow["starts"], tomorrow["staffed"]) == ([], False)
    assert slots["store"]["day_begins"] == "06:00"
    desk = await shown(evening, "desk-slots", wishes=f"{cut}~any~", date=DAY.isoformat())
    assert [slot["start"] for slot in desk["slots"]] == [slot["start"] for slot in today["starts"]]
    clock.set(night(0, 40))
    again = await shown(evening, "slots", anonymous(evening.store), services=cut)
    assert again["days"][0]["date"] == DAY.isoformat()
    assert wall([slot["start"] for slot in again["days"][0]["starts"]]) == ["00:45", "01:00", "01:15", "01:30"]
    booking = await evening.book("cut", night(1, 15))
    assert (await evening.booking(booking)).state == "expected"
    view = await shown(evening, "desk")
    assert (view["date"], view["today"]) == (DAY.isoformat(), DAY.isoformat())
    assert wall([view["begins"], view["ends"]]) == ["11:30", "02:30"]


async def test_every_screen_of_the_floor_stays_with_the_evening(evening: Floor, clock: ManualClock) -> None:
    first = await evening.book("cut", night(0, 20), technician="lin")
    await evening.book("cut", night(1), technician="lin")
    clock.set(at(23, 50))
    await evening.send("visits.check_in", {"booking_id": first}, evening.desk)
    clock.set(night(0, 10))
    room = await shown(evening, "waiting-room", Actor("device", "e" * 32, evening.store, frozenset({"screen"})))
    assert (len(room["queue"]), wall([room["opens"], room["closes"]])) == (1, ["12:00", "02:00"])
    tablet = await shown(evening, "technician", evening.technician("lin"))
    assert (tablet["focus"]["item_id"], len(tablet["upcoming"])) == (await evening.item(first), 1)
    home = await shown(evening, "home")
    assert (home["glance"]["waiting"], home["glance"]["to_come"]) == (1, 1)
    assert (await shown(evening, "floor"))["day"]["date"] == DAY.isoformat()
    holder = Actor("customer", first, evening.store, frozenset({"member"}), subject=first)
    assert (await shown(evening, "visit", holder))["stage"] in {"waiting", "soon"}


async def test_shifts_may_begin_and_end_past_midnight(evening: Floor) -> None:
    lin = {"technician_id": evening.technicians["lin"], "date": NEXT.isoformat()}
    for start, end in (("12:00", "16:00"), ("20:00", "00:30"), ("01:00", "03:00")):
        await evening.send("team.put_shift", {**lin, "start": start, "end": end})
    shifts = sorted((row.start, row.end) for row in await evening.rows(ShiftRow) if row.date == NEXT)
    day = timedelta(days=1)
    assert shifts == [(at(12) + day, at(16) + day), (at(20) + day, night(0, 30) + day), (night(1) + day, night(3) + day)]
    for start, end in (("20:00", "07:00"), ("05:00", "08:00")):
        await evening.refused("shift_beyond_day", "team.put_shift", {**lin, "start": start, "end": end}, _manager(evening))
    await evening.send(
        "team.note_days_off",
        {"technician_id": evening.technicians["wang"], "first": NEXT.isoformat(), "last": NEXT.isoformat()},
    )
    [off] = await evening.rows(AbsenceRow)
    assert (off.start, off.end) == (at(6) + day, at(6) + 2 * day)
    view = await shown(evening, "team", _manager(evening))
    line = next(person for person in view["team"] if person["code"] == "lin")
    assert [(each["date"], each["start"], each["end"]) for each in line["shifts"]][-1] == (NEXT.isoformat(), "01:00", "03:00")


async def test_a_gap_past_midnight_goes_to_who_waits_for_the_evening(evening: Floor, clock: ManualClock) -> None:
    await evening.send("team.put_technician", {"code": "wang", "name": {"zh": "wang", "en": "wang"}, "skills": {"colour": 3}})
    listing = Listing(evening, clock)
    booking = await evening.book("cut", night(0, 30))
    early = await listing.join(time_until="23:00")
    late = await listing.join(time_from="23:30", time_until="01:00")
    await listing.follow()
    clock.set(at(23, 40))
    await listing.cancel(booking)
    await listing.pass_time(seconds=20)
    offer = await listing.running()
    assert (offer.entry_id, offer.start) == (late, night(0, 30))
    assert (await listing.wait(early)).state == "waiting"
    clock.set(night(0, 5))
    await listing.follow()
    assert (await listing.wait(early)).state == "waiting", "the evening is not over at midnight"
    clock.set(night(6, 1))
    await listing.follow()
    assert (await listing.wait(early)).state == "past"


def kiosk_of(floor: Floor) -> Stand:
    device = "d" * 32
    return Stand(floor, Actor("device", device, floor.store, frozenset({"kiosk"}), device_id=device))


@pytest.mark.parametrize(("now", "timing"), [(at(23, 50), "early"), (night(0, 10), "on_time")])
async def test_the_kiosk_knows_the_evenings_customers(evening: Floor, clock: ManualClock, now: datetime, timing: str) -> None:
    booking = await evening.book("cut", night(0, 30), customer={"name": "王小明", "phone": PHONE})
    clock.set(now)
    view = await kiosk_of(evening).identify(PHONE, 0)
    assert view.step == "confirm"
    assert view.greeting is not None
    assert (view.greeting.booking_id, view.greeting.timing) == (booking, timing)
    assert (view.opens, view.closes) == (at(12), night(2))


async def test_the_kiosk_offers_the_hours_of_the_evening(evening: Floor, clock: ManualClock) -> None:
    clock.set(night(0, 10))
    stand = kiosk_of(evening)
    await stand.answer("begin", way="booking")
    view = await stand.answer("phone", phone=PHONE)
    assert view.hours == [*range(12, 24), 0, 1]


async def test_an_evening_can_be_lived_again(evening: Floor, clock: ManualClock) -> None:
    await evening.book("cut", at(21), technician="lin")
    await evening.book("cut", night(0, 30), technician="wang")
    again = DAY + timedelta(days=7)
    async with evening.hub.database.read(evening.store) as session:
        counted = (await evening._facts(session)).days
        past = await past_day(session, counted, DAY)
    assert past is not None
    assert ([booking.minute for booking in past.bookings], past.opens, past.closes) == ([1260, 1470], 720, 1560)
    assert {(start, end) for _, start, end in past.shifts} == {(720, 1560)}
    made = await Today(evening.hub.door, evening.store, counted, past, again).make()
    rows = {row.id: row.booked_start for row in await evening.rows(BookingRow)}
    assert sorted(rows[booking] for booking in made.values()) == [at(21) + timedelta(days=7), night(0, 30) + timedelta(days=7)]
    assert {(row.start, row.end) for row in await evening.rows(ShiftRow) if row.date == again} == {
        (at(12) + timedelta(days=7), night(2) + timedelta(days=7))
    }


def _manager(floor: Floor) -> Actor:
    return Actor("staff", "f" * 32, floor.store, frozenset({"manager"}))
