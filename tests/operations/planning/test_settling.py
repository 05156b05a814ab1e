"""The first answer is in force at once; the search that goes on never moves anybody back and forth."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.kernel.access import system
from hub.kernel.clock import ManualClock
from hub.operations.bookings.tables import AssignmentRow
from hub.operations.planning.models import AdoptPlan, PlannedPhaseData
from hub.operations.planning.problem import DayProblem
from hub.operations.planning.replanning import FIRST_SECONDS, SOLVE_SECONDS, Planner
from hub.operations.planning.settling import held, moved_by, moves_on
from hub.operations.planning.tables import PlanMoveRow, PlanRow, PromiseRow
from hub.operations.planning.worker import WorkerFailedError, answer
from scheduler import Arrival, Assignment, Item, Limits, Phase, Plan, Problem, Settings, Technician, Visit
from tests.operations.floor import DAY, Floor, at


class Scripted:
    """Stands for the solver process: answers are what the test says, asked one after the other."""

    def __init__(self, *answers: Callable[[Problem], Awaitable[Plan]]) -> None:
        self.left = list(answers)
        self.asked: list[tuple[Problem, float]] = []
        self.pid = None

    def start(self) -> None: ...
    def hurry(self) -> None: ...
    def kill(self) -> None: ...
    def replace(self) -> None: ...
    def close(self) -> None: ...
    def ready(self) -> bool:
        return True

    async def solve(self, problem: bytes, seconds: float) -> bytes:
        known: Problem = pickle.loads(problem)  # noqa: S301 - our own
        self.asked.append((known, seconds))
        return pickle.dumps(await (self.left.pop(0) if self.left else kept)(known))


class Deaf(Scripted):
    """Searches until it is killed, as one that gets no time of the processor."""

    def __init__(self) -> None:
        super().__init__()
        self.searching, self.killed = asyncio.Event(), asyncio.Event()

    def kill(self) -> None:
        self.killed.set()

    async def solve(self, problem: bytes, seconds: float) -> bytes:
        self.asked.append((pickle.loads(problem), seconds))  # noqa: S301 - our own
        self.searching.set()
        await self.killed.wait()
        raise WorkerFailedError("died")


async def kept(problem: Problem) -> Plan:
    return answer(problem, Limits(seconds=0.0, workers=1))


def scripted(floor: Floor, *answers: Callable[[Problem], Awaitable[Plan]]) -> Scripted:
    worker = Scripted(*answers)
    planner = floor.hub.ports.get(Planner)
    planner.worker, planner.searcher = worker, None  # type: ignore[assignment]
    return worker


def shifted(booking: str, minutes: int) -> Callable[[Problem], Awaitable[Plan]]:
    """Everybody as published, but this one so many minutes later."""

    async def solve(problem: Problem) -> Plan:
        plan = await kept(problem)
        rows = tuple(
            replace(r, start=r.start + minutes, end=r.end + minutes) if r.visit == booking else r for r in plan.assignments
        )
        return replace(plan, assignments=rows)

    return solve


async def _rounds(floor: Floor, count: int) -> list[PlanRow]:
    for _ in range(500):
        rows = sorted(await floor.rows(PlanRow), key=lambda row: row.number)
        if len(rows) >= count:
            return rows
        await asyncio.sleep(0.02)
    raise AssertionError("not so many plans")


async def _moves(floor: Floor, booking: str) -> list[Any]:
    return [row for row in await floor.rows(PlanMoveRow) if row.booking_id == booking and row.before_start is not None]


async def test_the_first_answer_is_in_force_while_the_search_goes_on(floor: Floor) -> None:
    release = asyncio.Event()

    async def waits(problem: Problem) -> Plan:
        await release.wait()
        return await kept(problem)

    booking = await floor.book("cut", at(11))
    number = await floor.planned()
    worker = scripted(floor, kept, waits)
    since = await floor.seq()
    command = "7" * 32
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 20}, floor.desk, command)
    assert await floor.planned(since=since) == number + 1
    assert (await floor.booking(booking)).planned_start == at(11, 20)
    async with asyncio.timeout(20):
        while len(worker.asked) < 2:
            await asyncio.sleep(0.01)
    assert [seconds for _, seconds in worker.asked] == [FIRST_SECONDS, SOLVE_SECONDS]
    release.set()
    plans = await _rounds(floor, number + 2)
    # Both answers have the same cause, so that undo takes both back.
    assert [plan.causes for plan in plans[-2:]] == [[command], [command]]
    await floor.hub.followers.close()
    taken_back = await floor.send("planning.undo", {"undo_command_id": command}, floor.desk)
    assert taken_back.result == {"plans": [number + 2, number + 1]}
    assert (await floor.booking(booking)).planned_start == at(11)


async def test_a_newer_fact_ends_the_search_and_the_next_round_begins(floor: Floor) -> None:
    booking = await floor.book("cut", at(11))
    number = await floor.planned()

    async def overtaken(problem: Problem) -> Plan:
        plan = await kept(problem)
        await floor.send("visits.report_late", {"booking_id": booking, "minutes": 40}, floor.desk)
        return plan

    scripted(floor, kept, overtaken)
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 20}, floor.desk)
    plans = await _rounds(floor, number + 3)
    assert (await floor.booking(booking)).planned_start == at(11, 40)
    assert [plan.number for plan in plans] == list(range(1, number + 4))


async def test_a_search_that_heeds_nothing_does_not_keep_the_next_round(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.operations.planning.replanning.HEED_SECONDS", 0.01)
    booking = await floor.book("cut", at(11))
    number = await floor.planned()
    worker, searcher = scripted(floor, kept), Deaf()
    floor.hub.ports.get(Planner).searcher = searcher  # type: ignore[assignment]
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 20}, floor.desk)
    async with asyncio.timeout(20):
        await searcher.searching.wait()
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 40}, floor.desk)
    await _rounds(floor, number + 3)
    assert (await floor.booking(booking)).planned_start == at(11, 40)
    # Nobody searched on for the day that was overtaken; for the new one the worker does it in the searcher's place.
    assert [seconds for _, seconds in worker.asked] == [FIRST_SECONDS, FIRST_SECONDS, SOLVE_SECONDS]
    assert len(searcher.asked) == 1


async def test_the_worker_goes_on_where_the_searcher_fails(floor: Floor) -> None:
    booking = await floor.book("cut", at(11))
    number = await floor.planned()
    worker, searcher = scripted(floor, kept), Deaf()
    searcher.kill()
    floor.hub.ports.get(Planner).searcher = searcher  # type: ignore[assignment]
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 20}, floor.desk)
    await _rounds(floor, number + 2)
    assert len(searcher.asked) == 1
    assert [seconds for _, seconds in worker.asked] == [FIRST_SECONDS, SOLVE_SECONDS]


async def test_whom_the_first_answer_has_moved_the_search_leaves_in_peace(floor: Floor) -> None:
    booking = await floor.book("cut", at(11), technician="lin")
    other = await floor.book("cut", at(14), technician="wang", name="李雷")
    number = await floor.planned()
    worker = scripted(floor, shifted(other, 5), shifted(other, -5))
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 5}, floor.desk)
    await _rounds(floor, number + 2)
    _, second = (problem for problem, _ in worker.asked)
    assert {visit.id for visit in second.visits if visit.pinned} == {booking, other}
    # The second answer broke that, so the greedy plan has settled the round; nobody was moved twice.
    assert (await floor.booking(other)).planned_start == at(14, 5)
    assert [(m.before_start, m.after_start) for m in await _moves(floor, other)] == [(at(14), at(14, 5))]


async def test_who_is_helped_by_the_search_is_told_of_one_move(floor: Floor) -> None:
    booking = await floor.book("cut", at(11), technician="lin")
    other = await floor.book("cut", at(14), technician="wang", name="李雷")
    number = await floor.planned()
    since = await floor.seq()
    # Thirty minutes are beyond the window: the first answer breaks the promise, the second keeps it after all.
    scripted(floor, shifted(other, 30), shifted(other, -25))
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 5}, floor.desk)
    await _rounds(floor, number + 2)
    assert (await floor.booking(other)).planned_start == at(14, 5)
    [move] = await _moves(floor, other)
    assert (move.plan_number, move.before_start, move.after_start) == (number + 2, at(14), at(14, 5))
    assert (await floor.booking(other)).moves == 1
    assert "planning.promise_broken_ahead" not in {fact.type for fact in await floor.facts(since)}
    assert not any(row.broken for row in await floor.rows(PromiseRow))


async def test_what_was_a_move_for_a_moment_only_is_no_move(floor: Floor) -> None:
    booking = await floor.book("cut", at(11), technician="lin")
    other = await floor.book("cut", at(14), technician="wang", name="李雷")
    number = await floor.planned()
    scripted(floor, shifted(other, 30), shifted(other, -30))
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 5}, floor.desk)
    await _rounds(floor, number + 2)
    assert (await floor.booking(other)).planned_start == at(14)
    assert await _moves(floor, other) == []


async def test_a_promise_that_stays_broken_is_said_once_when_the_round_is_settled(floor: Floor) -> None:
    booking = await floor.book("cut", at(11), technician="lin")
    other = await floor.book("cut", at(14), technician="wang", name="李雷")
    number = await floor.planned()
    since = await floor.seq()
    scripted(floor, shifted(other, 30), kept)
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 5}, floor.desk)
    await _rounds(floor, number + 2)
    broken = [fact for fact in await floor.facts(since) if fact.type == "planning.promise_broken_ahead"]
    assert [fact.data["booking_id"] for fact in broken] == [other]


async def test_plans_that_change_nothing_leave_the_proposals_of_the_desk_alone(floor: Floor, clock: ManualClock) -> None:
    from hub.kernel.dispatch import facts_of
    from hub.kernel.tables import Store
    from hub.operations.planning.proposals import what_if
    from hub.operations.planning.what_if import Moved

    booking = await floor.book("cut", at(11))
    await floor.planned()
    await floor.hub.followers.close()
    async with floor.hub.database.read(floor.store) as session:
        store = facts_of(await session.get_one(Store, floor.store))
        change = Moved(await floor.item(booking), start=at(12))
        proposal = await what_if(session, store, clock.now(), floor.hub.ports, change)
    [row] = await floor.rows(AssignmentRow)
    for number, minutes in ((1, 0), (2, 1)):
        data = PlannedPhaseData(
            booking_id=booking,
            item_id=row.item_id,
            ordinal=0,
            technician_id=row.technician_id,
            place_id=row.place_id,
            start=at(11, minutes),
            end=at(11, 30 + minutes),
            place_until=at(11, 35 + minutes),
        )
        plan = AdoptPlan(date=DAY, assignments=[data], premises_seq=await floor.seq(), author="solver")
        if minutes:
            await floor.hub.door.submit(plan, system(floor.store), str(number) * 32)
            await floor.refused("moved_on", "planning.accept_proposal", {"proposal_id": proposal.id})
        else:
            await floor.hub.door.submit(plan, system(floor.store), str(number) * 32)
    assert proposal.refused is None


def _day(lengths: list[int], now: int, overrun: int) -> DayProblem:
    """Two technicians with customers one after the other; the first of them takes so many minutes longer."""
    people = tuple(Technician(name, {"cut": 1}, ((0, 600),), overtime_max=120) for name in ("a", "b"))
    visits, published, free = [], [], {"a": now, "b": now}
    for number, minutes in enumerate(lengths):
        who = "ab"[number % 2]
        start = free[who]
        free[who] = start + minutes
        visits.append(
            Visit(
                f"v{number}",
                (Item(f"i{number}", (Phase(duration=minutes, skill="cut"),)),),
                booked_start=start,
                release=start,
                promised=(start, start + 15),
                arrival=Arrival("here", 0) if start == now else Arrival("not_yet"),
            )
        )
        published.append(Assignment(f"v{number}", f"i{number}", 0, who, None, start, start + minutes))
    away = replace(people[0], absences=((now, now + overrun),))
    problem = Problem(
        horizon=900,
        technicians=(away, people[1]),
        visits=tuple(visits),
        now=now,
        published=tuple(published),
        settings=Settings(frozen=0),
    )
    return DayProblem(problem, at(9), {})


@settings(deadline=None, max_examples=25)
@given(lengths=st.lists(st.sampled_from([20, 30, 45]), min_size=2, max_size=6), overrun=st.integers(5, 60))
def test_nobody_is_moved_back_and_forth(lengths: list[int], overrun: int) -> None:
    """Two answers to one disturbance: whoever moves twice was late or waiting after the first, and is better off."""
    day = _day(lengths, 0, overrun)
    first = answer(day.problem, Limits(seconds=0.0, workers=1))
    told = moved_by(day.problem, first)
    second_day = held(replace(day, problem=replace(day.problem, published=first.assignments)), told)
    second = answer(second_day.problem, Limits(seconds=0.3, workers=1, deterministic=True))
    if moves_on(second_day.problem, second, told):
        return
    before = {row.visit: row for row in first.assignments}
    for row in second.assignments:
        visit = next(v for v in second_day.problem.visits if v.id == row.visit)
        was = before[row.visit]
        if row.visit in told and (row.start, row.technician) != (was.start, was.technician):
            assert row.start < was.start + 5
            late = visit.promised is not None and was.start > visit.promised[1]
            assert late or visit.arrival.kind == "here"


def test_without_holding_the_search_does_move_people_back() -> None:
    """The guard's twin: the same two answers, nobody held."""
    day = _day([30, 20, 30, 45], 0, 10)
    first_rows = tuple(
        replace(row, start=row.start + 10, end=row.end + 10) if row.technician == "a" else row for row in day.problem.published
    )
    back = replace(
        day.problem, published=first_rows, technicians=tuple(replace(t, absences=()) for t in day.problem.technicians)
    )
    told = moved_by(day.problem, Plan(assignments=first_rows))
    assert told == {"v0", "v2"}

    def moved_again(problem: Problem) -> set[str]:
        plan = answer(problem, Limits(seconds=0.5, workers=1, deterministic=True))
        was = {row.visit: row for row in first_rows}
        return {r.visit for r in plan.assignments if abs(r.start - was[r.visit].start) >= 5} & told

    kept_in_peace = {v.id for v in held(replace(day, problem=back), told).problem.visits if v.pinned}
    assert kept_in_peace == {"v2"}
    assert "v2" not in moved_again(held(replace(day, problem=back), told).problem)
    assert "v2" in moved_again(back)
