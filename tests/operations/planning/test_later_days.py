"""Who is booked for a later day keeps their time when somebody or something is taken from it, or the desk is told."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.kernel.clock import ManualClock
from hub.operations.bookings.tables import AssignmentRow
from hub.operations.planning.jobs import jobs
from hub.operations.planning.later_days import concerned, is_settled, made_room
from hub.operations.planning.live_day import BookingOfDay, LiveDay
from hub.operations.planning.queries import live_day
from hub.operations.planning.tables import PlanMoveRow, PlanRow, PromiseRow
from scheduler import Assignment, Item, Phase, Problem, Technician, Visit, verify
from tests.operations.floor import DAY, Floor, at

ONE_DAY = timedelta(days=1)
TOMORROW = DAY + ONE_DAY


def then(hour: int, minute: int = 0) -> datetime:
    return at(hour, minute) + ONE_DAY


@pytest.fixture
async def ahead(floor: Floor) -> Floor:
    """Everybody works tomorrow, too."""
    for technician in floor.technicians.values():
        shift = {"technician_id": technician, "date": TOMORROW.isoformat(), "start": "09:00", "end": "18:00"}
        await floor.send("team.put_shift", shift)
    return floor


async def _tomorrow(floor: Floor) -> LiveDay:
    async with floor.hub.database.read(floor.store) as session:
        return await live_day(session, await floor._facts(session), floor.hub.vault, floor.hub.clock.now(), TOMORROW)


async def _booking(floor: Floor, booking_id: str) -> BookingOfDay:
    found = (await _tomorrow(floor)).booking(booking_id)
    assert found is not None
    return found


async def _technician(floor: Floor, booking_id: str) -> str | None:
    return (await _booking(floor, booking_id)).items[0].phases[0].technician_id


async def _leave(floor: Floor, code: str) -> str:
    data = {"technician_id": floor.technicians[code], "start": then(9).isoformat(), "until": then(18).isoformat()}
    return str((await floor.send("team.note_leave", data)).result["absence_id"])


async def test_a_leave_tomorrow_hands_customers_over_at_their_time(ahead: Floor) -> None:
    booking = await ahead.book("cut", then(11))
    before = await _technician(ahead, booking)
    code = next(code for code, name in ahead.technicians.items() if name == before)
    await _leave(ahead, code)
    await ahead.followed()
    after = (await _booking(ahead, booking)).items[0].phases[0]
    assert after.technician_id not in (None, before)
    assert after.start == then(11)
    moved = (await _booking(ahead, booking)).moved
    assert moved is not None
    assert moved.reason.code.startswith("move-reason-absence")
    assert (await ahead.day()).attention == ()


async def test_who_can_only_be_served_by_her_keeps_the_booking_and_the_desk_is_told(ahead: Floor) -> None:
    booking = await ahead.book("cut", then(11), technician="lin")
    other = await ahead.book("cut", then(11), name="李雷")
    leave = await _leave(ahead, "lin")
    await ahead.followed()
    lost = await _booking(ahead, booking)
    assert (lost.state, lost.booked_start, lost.planned_start) == ("confirmed", then(11), None)
    assert (await _booking(ahead, other)).planned_start == then(11)
    [told] = (await ahead.day()).attention
    assert (told.kind, told.id, told.said.params["count"]) == ("later_day", f"later_day:{TOMORROW}", 1)
    assert [entry.kind for entry in (await _tomorrow(ahead)).attention] == ["unplanned"]
    # She comes after all, and so does the room.
    await ahead.send("team.end_absence", {"absence_id": leave}, ahead.desk)
    await ahead.followed()
    assert (await _booking(ahead, booking)).planned_start == then(11)
    assert (await ahead.day()).attention == ()


async def test_nobody_gets_another_time_without_being_asked(ahead: Floor) -> None:
    first = await ahead.book("cut", then(10))
    second = await ahead.book("cut", then(10), name="李雷")
    taken = {await _technician(ahead, name) for name in (first, second)}
    assert taken == {ahead.technicians["lin"], ahead.technicians["wang"]}
    await _leave(ahead, "lin")
    await ahead.followed()
    starts = [(await _booking(ahead, name)).planned_start for name in (first, second)]
    assert starts in ([then(10), None], [None, then(10)])


@pytest.mark.parametrize(("search", "left_out"), [(True, ()), (False, ("colour",))])
def test_people_change_places_where_that_keeps_everybody(search: bool, left_out: tuple[str, ...]) -> None:
    shifts = ((0, 480),)
    problem = Problem(
        horizon=600,
        technicians=(
            Technician("both", {"cut": 1, "colour": 1}, shifts),
            Technician("cutter", {"cut": 1}, shifts),
            Technician("away", {"colour": 1}, shifts, absences=((0, 480),)),
        ),
        visits=tuple(
            Visit(skill, (Item(skill, (Phase(duration=30, skill=skill),)),), release=60, booked_start=60, promised=(60, 70))
            for skill in ("cut", "colour")
        ),
        published=(
            Assignment("cut", "cut", 0, "both", None, 60, 90),
            Assignment("colour", "colour", 0, "away", None, 60, 90),
        ),
    )
    assert not is_settled(problem)
    assert concerned(problem) == {"colour"}
    plan = made_room(problem, search=search)
    assert verify(problem, plan).valid
    assert plan.unserved == left_out
    assert {row.start for row in plan.assignments} == {60}


async def test_a_closed_day_concerns_everybody_and_its_opening_gives_the_room_back(ahead: Floor) -> None:
    bookings = [await ahead.book("cut", then(hour), name=f"客人{hour}") for hour in (10, 11, 14)]
    await ahead.send("catalog.close_day", {"date": TOMORROW.isoformat(), "name": {"zh": "停电", "en": "No power"}})
    await ahead.followed()
    assert [(await _booking(ahead, name)).planned_start for name in bookings] == [None, None, None]
    [told] = (await ahead.day()).attention
    assert told.said.params["count"] == 3
    await ahead.send("catalog.reopen_day", {"date": TOMORROW.isoformat()})
    await ahead.followed()
    assert [(await _booking(ahead, name)).planned_start for name in bookings] == [then(10), then(11), then(14)]


async def test_a_place_closed_until_the_day_after_loses_its_customers_to_the_other(ahead: Floor) -> None:
    booking = await ahead.book("cut", then(11))
    place = (await _booking(ahead, booking)).items[0].phases[0].place_id
    await ahead.send("stations.close_place", {"place_id": place, "until": (then(18)).isoformat()}, ahead.desk)
    await ahead.followed()
    after = (await _booking(ahead, booking)).items[0].phases[0]
    assert after.place_id not in (None, place)
    assert after.start == then(11)


@pytest.mark.parametrize(("days", "reached"), [(1, True), (3, False)])
async def test_a_sickness_without_an_end_reaches_to_tomorrow(floor: Floor, days: int, reached: bool) -> None:
    day = DAY + timedelta(days=days)
    for technician in floor.technicians.values():
        shift = {"technician_id": technician, "date": day.isoformat(), "start": "09:00", "end": "18:00"}
        await floor.send("team.put_shift", shift)
    await floor.book("cut", at(11) + timedelta(days=days), technician="lin")
    await floor.followed()
    await floor.send("team.report_sick", {"technician_id": floor.technicians["lin"]}, floor.desk)
    await floor.followed()
    assert [row.date for row in await floor.rows(PlanRow) if row.date > DAY] == ([day] if reached else [])


async def test_a_later_day_that_keeps_its_room_gets_no_plan(ahead: Floor) -> None:
    await ahead.book("cut", then(11), technician="wang")
    await _leave(ahead, "lin")
    await ahead.followed()
    assert [row.date for row in await ahead.rows(PlanRow) if row.date == TOMORROW] == []


async def test_windows_are_told_on_the_day_itself(ahead: Floor, clock: ManualClock) -> None:
    booking = await ahead.book("cut", then(11))
    before = await _technician(ahead, booking)
    await _leave(ahead, next(code for code, name in ahead.technicians.items() if name == before))
    await ahead.followed()
    assert [row.date for row in await ahead.rows(PlanRow) if row.date == TOMORROW] == [TOMORROW]
    assert [row for row in await ahead.rows(PromiseRow) if row.booking_id == booking] == []
    clock.set(then(8, 30))
    for job in jobs(ahead.hub):
        await job.run(ahead.store)
    await _until_promised(ahead, booking)


async def _until_promised(floor: Floor, booking: str) -> Any:
    for _ in range(500):
        found = [row for row in await floor.rows(PromiseRow) if row.booking_id == booking]
        if found:
            return found[0]
        await asyncio.sleep(0.02)
    raise AssertionError("nothing was promised")


async def test_sickness_that_is_taken_back_gives_room_again_though_newer_plans_stand(ahead: Floor) -> None:
    booking = await ahead.book("cut", then(11), technician="lin")
    wish = {"service_id": ahead.services["cut"], "requested": "prefers", "technician_id": ahead.technicians["lin"]}
    other = {"services": [wish], "start": then(13).isoformat(), "customer": {"name": "李雷"}}
    changed = (await ahead.send("bookings.book", other, ahead.desk)).result["booking_id"]
    sick = {"technician_id": ahead.technicians["lin"], "from_": then(9).isoformat(), "until": then(18).isoformat()}
    await ahead.send("team.report_sick", sick, ahead.desk, "1" * 32)
    await ahead.followed()
    assert (await _booking(ahead, booking)).planned_start is None
    await ahead.send("bookings.move", {"booking_id": changed, "start": then(15).isoformat()}, ahead.desk)
    await ahead.followed()
    undone = await ahead.send("planning.undo", {"undo_command_id": "1" * 32}, ahead.desk)
    assert undone.result == {"plans": []}
    await _told(ahead, booking, then(11))


async def _told(floor: Floor, booking_id: str, start: datetime) -> None:
    """Wait until the booking has room then."""
    async with asyncio.timeout(30):
        while (await _booking(floor, booking_id)).planned_start != start:
            await asyncio.sleep(0.02)


async def _handed_over(floor: Floor, booking_id: str) -> None:
    """Whoever was to serve it takes the day off, and somebody else does."""
    before = await _technician(floor, booking_id)
    await _leave(floor, next(code for code, name in floor.technicians.items() if name == before))
    await floor.followed()
    assert await _technician(floor, booking_id) not in (None, before)


async def test_a_booking_that_is_taken_back_leaves_no_room_set_aside(ahead: Floor) -> None:
    """What newer plans have set aside for it would be nobody's, and could be had by nobody else."""
    data = {"services": [{"service_id": ahead.services["cut"]}], "start": then(13).isoformat(), "customer": {"name": "李雷"}}
    booking = (await ahead.send("bookings.book", data, ahead.desk, "2" * 32)).result["booking_id"]
    await _handed_over(ahead, booking)
    await ahead.send("planning.undo", {"undo_command_id": "2" * 32}, ahead.desk)
    assert await ahead.rows(AssignmentRow) == []
    assert await ahead.rows(PlanMoveRow) == []


async def test_a_move_that_is_taken_back_gives_the_old_time_again_though_newer_plans_stand(ahead: Floor) -> None:
    booking = await ahead.book("cut", then(11))
    await ahead.send("bookings.move", {"booking_id": booking, "start": then(15).isoformat()}, ahead.desk, "3" * 32)
    await _handed_over(ahead, booking)
    await ahead.send("planning.undo", {"undo_command_id": "3" * 32}, ahead.desk)
    await _told(ahead, booking, then(11))


@pytest.mark.parametrize("way", ["bookings.cancel", "bookings.move"])
async def test_who_is_without_room_gets_what_another_one_gives_up(ahead: Floor, way: str) -> None:
    first, second = [await ahead.book("cut", then(11), name=name) for name in ("甲", "乙")]
    rival = second if await _technician(ahead, second) == ahead.technicians["wang"] else first
    left = first if rival == second else second
    await _leave(ahead, "lin")
    await ahead.followed()
    assert (await _booking(ahead, left)).planned_start is None
    data = {"booking_id": rival, **({"start": then(13).isoformat()} if way == "bookings.move" else {})}
    await ahead.send(way, data, ahead.desk)
    await _told(ahead, left, then(11))
