"""The hour at which a store's day begins is set, and changed while there is a roster and a book."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from hub.app import Hub
from hub.catalog.queries import catalog_of, day_begin_proposed
from hub.catalog.rules import day_begin_for
from hub.kernel.access import Actor, anonymous, system
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.operations.bookings.jobs import jobs as booking_jobs
from hub.operations.bookings.tables import BookingRow
from hub.operations.planning.past_days import days_with_visits
from hub.operations.team.tables import ShiftRow, TurnRow
from tests.conftest import Send
from tests.operations.floor import DAY, Floor, at, shown
from tests.operations.test_night import NEXT, by_midnight, evening, hub, night, wall  # noqa: F401 - fixtures

# ruff: noqa: F811 - pytest hands fixtures in by their names

Begin = Callable[[str], Awaitable[object]]


@pytest.fixture
def begin(send: Send) -> Begin:
    async def put(begins: str) -> object:
        return await send("catalog.set_business_day", {"begins": begins})

    return put


async def test_it_is_kept_told_once_and_shown(hub: Hub, by_midnight: Floor, manager: Actor, begin: Begin) -> None:
    view = await shown(by_midnight, "catalog", manager)
    assert (view["store"]["day_begins"], view["day_begin_proposed"]) == ("00:00", "06:00")
    since = await by_midnight.seq()
    await begin("05:00")
    await begin("05:00")
    assert [(fact.type, fact.data) for fact in await by_midnight.facts(since)] == [
        ("catalog.business_day_set", {"begins": "05:00", "before": "00:00"})
    ]
    view = await shown(by_midnight, "catalog", manager)
    assert (view["store"]["day_begins"], view["day_begin_proposed"]) == ("05:00", None)
    assert view["day_begins"] == [f"0{hour}:00" for hour in range(9)]
    await by_midnight.refused("invalid", "catalog.set_business_day", {"begins": "09:00"}, manager)
    await by_midnight.refused("forbidden", "catalog.set_business_day", {"begins": "06:00"})


async def test_no_day_begins_while_the_store_is_open(evening: Floor, manager: Actor, begin: Begin) -> None:
    for begins in ("00:00", "01:00"):
        await evening.refused("hours_beyond_day", "catalog.set_business_day", {"begins": begins}, manager)
    await begin("02:00")
    for opens, closes in (("12:00", "02:30"), ("01:00", "03:00")):
        hours = {"weekday": 3, "opens": opens, "closes": closes}
        await evening.refused("hours_beyond_day", "catalog.set_opening_hours", hours, manager)
    await evening.send("catalog.set_opening_hours", {"weekday": 3, "opens": "02:00", "closes": "23:00"})


async def test_hours_past_midnight_are_taken_before_anybody_has_said_when_the_day_begins(
    hub: Hub, store: str, send: Send
) -> None:
    await send("catalog.set_opening_hours", {"weekday": 3, "opens": "12:00", "closes": "07:30"})
    async with hub.viewer.moment(store) as moment:
        assert day_begin_proposed(moment.store, await catalog_of(moment.session)) == "08:00"


@pytest.mark.parametrize(
    ("hours", "begins"),
    [
        ([("09:00", "18:00"), ("09:00", "00:00")], None),
        ([("12:00", "02:00"), ("10:00", "22:00")], "06:00"),
        ([("12:00", "06:30")], "07:00"),
        ([("05:00", "01:00")], "01:00"),
        ([("12:00", "02:00"), ("01:00", "20:00")], None),
    ],
)
def test_the_hour_that_is_proposed_leaves_every_evening_whole(hours: list[tuple[str, str]], begins: str | None) -> None:
    assert day_begin_for(hours) == begins


async def test_what_goes_on_now_stays_on_its_day(by_midnight: Floor, clock: ManualClock, manager: Actor, begin: Begin) -> None:
    clock.set(night(3))
    await by_midnight.refused("day_begins_now", "catalog.set_business_day", {"begins": "04:00"}, manager)
    await begin("03:00")
    await by_midnight.refused("day_begins_now", "catalog.set_business_day", {"begins": "04:00"}, manager)
    clock.set(night(4))
    await begin("04:00")


async def test_a_store_that_has_no_hours_yet_may_be_opened_at_night(
    hub: Hub, store: str, clock: ManualClock, begin: Begin, send: Send
) -> None:
    clock.set(night(3))
    await begin("06:00")
    await send("catalog.set_opening_hours", {"weekday": 0, "opens": "12:00", "closes": "02:00"})
    with pytest.raises(Refused) as refused:
        await begin("00:00")
    assert refused.value.kind.code == "hours_beyond_day"


async def test_nobody_who_is_here_changes_their_day(evening: Floor, clock: ManualClock, manager: Actor, begin: Begin) -> None:
    booking = await evening.book("cut", night(0, 30))
    clock.set(night(0, 30))
    await evening.send("visits.check_in", {"booking_id": booking}, evening.desk)
    for weekday in range(7):
        await evening.send("catalog.set_opening_hours", {"weekday": weekday, "opens": "12:00", "closes": "00:00"})
    clock.set(at(12) + timedelta(days=1))
    await evening.refused("day_begins_now", "catalog.set_business_day", {"begins": "00:00"}, manager)
    await begin("01:00")
    await evening.send("visits.close_day", {"date": DAY.isoformat()}, system(evening.store, "visits"))
    assert await _days_with_visits(evening) == [DAY]
    await begin("00:00")
    assert await _days_with_visits(evening) == [NEXT], "what is past is counted anew"


async def _days_with_visits(floor: Floor) -> list[date]:
    async with floor.hub.viewer.moment(floor.store) as moment:
        later = moment.now + timedelta(days=1)
        return [each.day for each in await days_with_visits(moment.session, moment.store, later)]


async def test_shifts_and_bookings_follow(by_midnight: Floor, clock: ManualClock, begin: Begin) -> None:
    """A shift for the small hours of the next date, as the roster had to be written until now, becomes the evening's."""
    lin = by_midnight.technicians["lin"]
    await by_midnight.send("catalog.set_opening_hours", {"weekday": 4, "opens": "00:00", "closes": "23:30"})
    for row in await by_midnight.rows(ShiftRow):
        await by_midnight.send("team.remove_shift", {"shift_id": row.id})
    for day, start, end in ((DAY, "12:00", "00:00"), (NEXT, "00:00", "02:00"), (NEXT, "12:00", "23:00")):
        await by_midnight.send("team.put_shift", {"technician_id": lin, "date": day.isoformat(), "start": start, "end": end})
    booking = await by_midnight.book("cut", night(0, 30))
    assert [row.state for row in await by_midnight.rows(BookingRow)] == ["confirmed"]
    cut = by_midnight.services["cut"]
    before = await shown(by_midnight, "slots", anonymous(by_midnight.store), services=cut, days=1)
    assert wall([slot["start"] for slot in before["days"][0]["starts"]])[-1] == "23:30"
    await by_midnight.send("catalog.set_opening_hours", {"weekday": 4, "opens": "12:00", "closes": "02:00"})
    since = await by_midnight.seq()
    await begin("06:00")
    late = next(row for row in await by_midnight.rows(ShiftRow) if row.start == night(0))
    told = [(fact.type, fact.data) for fact in await by_midnight.facts(since)]
    assert [name for name, _ in told] == ["catalog.business_day_set", "team.shift_put"]
    assert (told[1][1]["shift_id"], told[1][1]["date"]) == (late.id, DAY.isoformat())
    assert sorted((row.date, row.start) for row in await by_midnight.rows(ShiftRow)) == [
        (DAY, at(12)),
        (DAY, night(0)),
        (NEXT, at(12) + timedelta(days=1)),
    ]
    assert {row.date for row in await by_midnight.rows(TurnRow)} == {DAY, NEXT}
    after = await shown(by_midnight, "slots", anonymous(by_midnight.store), services=cut, days=1)
    starts = wall([slot["start"] for slot in after["days"][0]["starts"]])
    assert (starts[-1], "00:30" in starts, "00:00" in starts) == ("01:30", False, True)
    [job] = [job for job in booking_jobs(by_midnight.hub) if job.name == "bookings.day"]
    await job.run(by_midnight.store)
    assert [row.state for row in await by_midnight.rows(BookingRow)] == ["expected"]
    clock.set(at(23, 50))
    await by_midnight.send("visits.check_in", {"booking_id": booking}, by_midnight.desk)
    await by_midnight.send("catalog.set_opening_hours", {"weekday": 3, "opens": "12:00", "closes": "00:00"})
