"""Why not X: the reason why the plan has a service otherwise, and what the best day with X would cost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.commands import Ports, StoreFacts
from hub.kernel.text import Said
from hub.operations.planning.asking import Asking
from hub.operations.planning.proposals import Desk, Proposal, desk_of, levels_of
from hub.operations.planning.reasons import NOBODY, gains_of, named, reason_against
from hub.operations.planning.rules import NO_ROOM
from hub.operations.planning.trials import Answer, Question, Trial, Valued, free, holds
from hub.operations.planning.what_if import Moved, Repair, Way, wanted_rows, way_of
from scheduler import Assignment, Forced, Problem, force, verify


@dataclass(frozen=True, slots=True)
class WhyNot:
    """What speaks against it. `proposal` is refused where no valid day has it; with `as_good` nothing but the move speaks
    against it.
    """

    cause: Said | None
    proposal: Proposal
    as_good: bool


async def why_not(session: AsyncSession, store: StoreFacts, now: datetime, ports: Ports, wanted: Moved) -> WhyNot:
    """Solve again with the service where it is wanted. Raises `not_found` and `not_planned`."""
    return await (await ask_why_not(session, store, now, ports, wanted))()


async def ask_why_not(
    session: AsyncSession, store: StoreFacts, now: datetime, ports: Ports, wanted: Moved
) -> Callable[[], Awaitable[WhyNot]]:
    """Reads the day; what is answered thinks, and needs the session no more."""
    desk = await desk_of(session, store, now, ports)
    rows = wanted_rows(desk.day, wanted)
    forced = _forced(wanted, rows)
    problem = _agreed(desk.day.problem, rows)
    way = way_of(desk.rows, desk.day, wanted)

    async def think() -> WhyNot:
        if wanted.place_id is not None and all(row.place != wanted.place_id for row in rows):
            name = named(desk.rows, wanted.place_id) or NOBODY
            unfit = Said(code="why-not-place-unfit", params={"name": name})
            return WhyNot(unfit, Proposal("", wanted, NO_ROOM.code), as_good=False)
        answer = await ports.get(Asking).ask(Question(problem, (way.trial,), forced, tuple(rows)))
        found = await asyncio.to_thread(_checked, problem, forced, way.trial, answer)
        cause = _cause(desk, answer, rows[0])
        if found is None:
            return WhyNot(cause, Proposal("", wanted, NO_ROOM.code), as_good=False)
        proposal = _proposal(desk, way, problem, answer, found)
        await desk.tell()
        return WhyNot(cause, proposal, as_good=not _costs(answer, found))

    return think


def _forced(wanted: Moved, rows: list[Assignment]) -> Forced:
    start = rows[0].start if wanted.start is not None else None
    return Forced(rows[0].visit, wanted.item_id, wanted.technician_id, wanted.place_id, start)


def _agreed(problem: Problem, rows: list[Assignment]) -> Problem:
    """The customer would come earlier, if that is what is asked about."""
    name, start = rows[0].visit, min(row.start for row in rows)
    visits = tuple(
        replace(v, release=min(v.release, start), booked_start=min(v.booked_start or 0, start)) if v.id == name else v
        for v in problem.visits
    )
    return replace(problem, visits=visits)


def _checked(problem: Problem, forced: Forced, pinned: Trial, answer: Answer) -> Valued | None:
    """The hub shows no plan that breaks a rule, whoever found it."""
    if answer.found is None:
        return None
    plan = answer.found.plan
    sound = forced.visit not in plan.unserved and verify(force(problem, forced), plan).valid
    sound = sound or (holds(pinned, plan) and verify(free(pinned.problem), plan).valid)
    return answer.found if sound else None


def _costs(answer: Answer, found: Valued) -> bool:
    """Whether any level but that of the changes is worse."""
    return any(by > 0 for level, by in levels_of(answer.before, found) if level != "changes")


def _proposal(desk: Desk, way: Way, problem: Problem, answer: Answer, found: Valued) -> Proposal:
    """Exactly the day that was found, as it can be accepted; the service stays where it was wanted."""
    day = replace(desk.day, problem=replace(problem, published=desk.day.problem.published))
    repair = Repair(day, answer.before.plan, found.plan, Said(code="move-reason-desk"))
    shown = replace(way, trial=Trial(problem, problem.published))
    assert isinstance(way.change, Moved)  # noqa: S101 - as it was built above
    return desk.kept(shown, repair, levels_of(answer.before, found), pinned=way.change.item_id)


def _cause(desk: Desk, answer: Answer, wanted: Assignment) -> Said | None:
    """Why the service is not there now: the rule in the way, or whom its present place helps."""
    mine = [move for move in answer.causes if move.item == wanted.item]
    if not mine:
        return None
    before = (*(r for r in answer.before.plan.assignments if r.item != wanted.item), wanted)
    return reason_against(desk.rows, wanted, mine[0].cause, gains_of(before, answer.before.plan.assignments))
