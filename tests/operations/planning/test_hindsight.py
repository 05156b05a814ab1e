"""A day is played through the door, looked back on, and reviewed from the command line."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.kernel.clock import ManualClock
from hub.operations.planning.hindsight import PastDay, past_day_of
from hub.operations.planning.review import measured
from hub.operations.planning.rows import rows_of
from scheduler import verify
from tests.operations.floor import DAY, Floor, at


async def looked_back(floor: Floor) -> PastDay | None:
    async with floor.hub.database.read(floor.store) as session:
        store = await floor._facts(session)
        return past_day_of(await rows_of(session, store, store.days.span(DAY)[1], DAY))


async def told(floor: Floor) -> None:
    """Everybody who is booked has a window."""
    await floor.planned()


async def one_after_the_other(floor: Floor, clock: ManualClock) -> tuple[str, str]:
    """Two were there at ten; lin took one after the other, the first one thirty minutes longer than planned."""
    first, second = await floor.book("cut", at(10), name="王小明"), await floor.book("cut", at(10), name="李雷")
    await floor.planned()
    clock.set(at(10))
    for booking in (first, second):
        await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)
    await serve(floor, clock, first, "lin", 0, 60)
    await serve(floor, clock, second, "lin", 70, 30)
    return first, second


async def serve(floor: Floor, clock: ManualClock, booking: str, technician: str, starts: int, minutes: int) -> None:
    """From `starts` minutes after ten."""
    item = await floor.item(booking)
    clock.set(at(10, starts))
    await floor.send("visits.start_service", {"item_id": item, "technician_id": floor.technicians[technician]}, floor.desk)
    clock.set(at(10, starts + minutes))
    await floor.send("visits.finish_service", {"item_id": item}, floor.desk)


async def test_a_day_is_read_as_it_was(floor: Floor, clock: ManualClock) -> None:
    """One overran, one walked in, one stayed away, one left unserved."""
    overran = await floor.book("cut", at(10), technician="lin")
    missing = await floor.book("cut", at(11), name="李雷")
    gone = await floor.book("cut", at(13), name="韩梅梅")
    await told(floor)
    clock.set(at(9, 52))
    await floor.send("visits.check_in", {"booking_id": overran}, floor.desk)
    walk_in = {"services": [{"service_id": floor.services["cut"]}]}
    clock.set(at(9, 55))
    walked = (await floor.send("visits.walk_in", walk_in, floor.desk)).result["booking_id"]
    await serve(floor, clock, overran, "lin", 0, 47)
    await serve(floor, clock, walked, "wang", 50, 25)
    clock.set(at(11, 30))
    await floor.send("visits.no_show", {"booking_id": missing}, floor.desk)
    clock.set(at(13, 10))
    visit = (await floor.send("visits.check_in", {"booking_id": gone}, floor.desk)).result["visit_id"]
    clock.set(at(13, 40))
    await floor.send("visits.leave", {"visit_id": visit}, floor.desk)
    past = await looked_back(floor)
    assert past is not None
    visits = {visit.id: visit for visit in past.problem.visits}
    assert set(visits) == {overran, walked, gone}
    assert (past.walk_ins, past.stayed_away, past.happened.unserved) == (1, 1, (gone,))
    assert past.moment(visits[overran].arrival.at) == at(9, 52)
    assert visits[overran].items[0].phases[0].duration == 47
    assert visits[gone].items[0].phases[0].duration == 30
    done = {row.visit: (past.moment(row.start), past.moment(row.end), row.technician) for row in past.happened.assignments}
    assert done[overran] == (at(10), at(10, 47), floor.technicians["lin"])
    assert done[walked] == (at(10, 50), at(11, 15), floor.technicians["wang"])
    assert verify(past.problem, past.happened).broken == ()
    found = measured(past, past.happened)
    assert (found.came, found.served, found.waiting_total, found.waiting_longest) == (3, 2, 8 + 55, 55)
    assert found.late_total >= 0


async def test_promises_count_as_they_were_settled(floor: Floor, clock: ManualClock) -> None:
    on_time, late = await floor.book("cut", at(10), technician="lin"), await floor.book("cut", at(10), technician="wang")
    await told(floor)
    clock.set(at(10))
    await floor.send("visits.check_in", {"booking_id": late}, floor.desk)
    await serve(floor, clock, on_time, "lin", 0, 30)
    await serve(floor, clock, late, "wang", 80, 30)
    past = await looked_back(floor)
    assert past is not None
    found, day = measured(past, past.happened), await floor.day()
    assert (found.windows, found.kept) == (day.promises_made, day.promises_kept) == (2, 1)
    window = next(visit.promised for visit in past.problem.visits if visit.id == late)
    assert window is not None
    assert found.late_total == (at(11, 20) - past.moment(window[1])) // timedelta(minutes=1)


async def test_whoever_takes_over_was_not_there_from_the_beginning(floor: Floor, clock: ManualClock) -> None:
    first, second = await floor.book("cut", at(10), technician="lin"), await floor.book("cut", at(10), name="李雷")
    await told(floor)
    item = await floor.item(second)
    clock.set(at(10))
    await floor.send("visits.start_service", {"item_id": item, "technician_id": floor.technicians["wang"]}, floor.desk)
    await serve(floor, clock, first, "lin", 1, 20)
    takes = {"item_id": item, "technician_id": floor.technicians["lin"]}
    await floor.send("visits.change_technician", takes, floor.desk)
    clock.set(at(10, 40))
    await floor.send("visits.finish_service", {"item_id": item}, floor.desk)
    past = await looked_back(floor)
    assert past is not None
    assert {row.visit: row.technician for row in past.happened.assignments} == {first: floor.technicians["lin"], second: None}
    assert verify(past.problem, past.happened).broken == ()


async def test_a_day_on_which_nobody_came_is_none(floor: Floor) -> None:
    await floor.book("cut", at(10))
    assert await looked_back(floor) is None


def reviewed(floor: Floor, *options: str, day: str = DAY.isoformat(), language: str = "en") -> tuple[int, str]:
    data = ["--data", str(floor.hub.settings.data)] if "--data" not in options else []
    environment = {"LC_ALL": language, "COLUMNS": "100"}
    if data and floor.hub.settings.database_url:
        environment["SALON_HUB_DATABASE_URL"] = floor.hub.settings.database_url
    result = CliRunner().invoke(app, ["review-day", day, *data, *options], env=environment)
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("language", "lost"),
    [
        ("en", "Customers waited 70 minutes. With windows kept that well, at least 0 could not have been avoided"),
        ("zh", "客人共等候 70 分钟。在同样守时的前提下，至少 0 分钟不可避免；最优方案为 0 分钟。"),
    ],
)
async def test_the_command_line_compares_a_day_that_was_played(
    floor: Floor, clock: ManualClock, language: str, lost: str
) -> None:
    """Both were there at ten and lin took one after the other, although wang could have taken the second at once."""
    first, second = await floor.book("cut", at(10)), await floor.book("cut", at(10), name="李雷")
    await told(floor)
    clock.set(at(10))
    for booking in (first, second):
        await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)
    await serve(floor, clock, first, "lin", 0, 60)
    await serve(floor, clock, second, "lin", 70, 30)
    code, said = await asyncio.to_thread(reviewed, floor, language=language)
    assert code == 0, said
    assert lost in said
    assert "2/2" in said
    assert ("proven" if language == "en" else "已证明") in said


async def test_days_that_cannot_be_looked_back_on_are_refused(floor: Floor, clock: ManualClock) -> None:
    booking = await floor.book("cut", at(10))
    code, said = await asyncio.to_thread(reviewed, floor)
    assert (code, said) == (1, "Nobody came on 2026-05-14. No visit is on record at all.\n")
    clock.set(at(10))
    await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)
    code, said = await asyncio.to_thread(reviewed, floor, day="2026-05-13")
    assert (code, said) == (1, "Nobody came on 2026-05-13. Visits are on record from 2026-05-14 to 2026-05-14.\n")
    assert await asyncio.to_thread(reviewed, floor, day="2150-01-01") == (1, "2150-01-01 is not over yet.\n")
    code, said = await asyncio.to_thread(reviewed, floor, "--data", "nowhere")
    assert (code, said) == (2, "There is no store in nowhere.\n")
    code, _ = await asyncio.to_thread(reviewed, floor, day="yesterday")
    assert code == 2
