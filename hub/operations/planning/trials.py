"""Ways that are tried before anybody decides: pure and picklable, so that a process of its own can think about them.

A way is a problem in which a change is made. Repairing it moves as few people as it can; searching looks for a day that is
worth its further changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from hub.operations.planning.rules import pays
from scheduler import (
    Assignment,
    Forced,
    Level,
    Limits,
    Move,
    Plan,
    Problem,
    explain,
    force,
    greedy,
    repair,
    solve,
    verify,
)

SEARCH_SECONDS = 0.4
"""How long a better day than the repaired one is looked for, of each way that may search."""

THOROUGH_SECONDS = 2.5
"""The same where somebody looks closer: a full day of 150 visits gains nothing sooner."""

FORCED_SECONDS = 1.0
"""How long the best day with something forced is looked for."""

_NEVER_OLD = 100_000
"""Units after which a wait counts double: never, where minutes are told as minutes."""


def never() -> bool:
    """Nobody has asked to stop."""
    return False


@dataclass(frozen=True, slots=True)
class Trial:
    """One way. `problem` has the change made, without prices on what people decide; its published plan is what is priced.

    `keep` is what a repair keeps wherever the facts allow. A plan without the rows of `must` or without room for the visits
    of `serves` is none. The visits of `drop` are let go. `search`: whether more than a repair is worth looking for, and
    `thorough`: whether long.
    """

    problem: Problem
    keep: tuple[Assignment, ...]
    must: tuple[Assignment, ...] = ()
    serves: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    search: bool = False
    thorough: bool = False

    @property
    def seconds(self) -> float:
        """How long a better day is looked for."""
        return 0.0 if not self.search else THOROUGH_SECONDS if self.thorough else SEARCH_SECONDS


@dataclass(frozen=True, slots=True)
class Question:
    """The day as it stands and the ways that are tried; or what is `forced`, against the rows where it would stand."""

    problem: Problem
    trials: tuple[Trial, ...] = ()
    forced: Forced | None = None
    wanted: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Valued:
    """A plan with its plain worth: minutes and counts by level, nobody's minute dearer than another's."""

    plan: Plan
    plain: Mapping[Level, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """`before` repairs what has happened already. One entry for each way, None where it is not possible.

    For something forced: `found` is the best day with it, None where there is none, and `causes` say why the day has it
    otherwise.
    """

    before: Valued
    ways: tuple[Valued | None, ...] = ()
    found: Valued | None = None
    causes: tuple[Move, ...] = ()


def answered(question: Question, *, search: bool, should_stop: Callable[[], bool] = never) -> Answer:
    """Try them all. Without `search` every way is repaired only, which takes milliseconds."""
    problem = question.problem
    before = valued(problem, repair(problem, problem.published))
    if question.forced is not None:
        return _forced(question, question.forced, before, search=search, should_stop=should_stop)
    ways = tuple(tried(trial, problem, search=search, should_stop=should_stop) for trial in question.trials)
    return Answer(before, ways)


def free(problem: Problem) -> Problem:
    """Only what is pinned is bound by the plan in force."""
    pinned = {visit.id for visit in problem.visits if visit.pinned}
    return replace(problem, published=tuple(row for row in problem.published if row.visit in pinned))


def tried(trial: Trial, day: Problem, *, search: bool, should_stop: Callable[[], bool] = never) -> Valued | None:
    """The day in which the way is gone; None where facts or rules do not allow it."""
    gone = set(trial.drop)
    rest = replace(trial.problem, visits=tuple(visit for visit in trial.problem.visits if visit.id not in gone))
    plan = repair(free(rest), trial.keep)
    if search and trial.search:
        plan = _better(trial, rest, plan, should_stop)
    plan = replace(plan, unserved=(*plan.unserved, *trial.drop))
    if not holds(trial, plan) or not verify(free(trial.problem), plan).valid:
        return None
    told = replace(plan, reasons=explain(trial.problem, day.published, plan))
    return valued(trial.problem, told)


def holds(trial: Trial, plan: Plan) -> bool:
    """Whether the plan does what the way is about."""
    rows = set(plan.assignments)
    return all(row in rows for row in trial.must) and not set(trial.serves) & set(plan.unserved)


def _better(trial: Trial, rest: Problem, quiet: Plan, should_stop: Callable[[], bool]) -> Plan:
    """A day that pays for its further changes, else the quiet one."""
    limits = Limits(seconds=trial.seconds, workers=1, should_stop=should_stop)
    best = solve(rest, hint=quiet, limits=limits)
    if not holds(trial, best) or not verify(free(rest), best).valid:
        return quiet
    worth = [verify(rest, plan).objective for plan in (quiet, best)]
    return best if _gains(replace(quiet, objective=worth[0]), replace(best, objective=worth[1])) else quiet


def _gains(quiet: Plan, better: Plan) -> bool:
    """Whether it is another day, and one worth its further changes."""
    return bool(quiet.objective) and better.objective != quiet.objective and pays(quiet.objective, better.objective)


def _forced(question: Question, forced: Forced, before: Valued, *, search: bool, should_stop: Callable[[], bool]) -> Answer:
    problem = question.problem
    limits = Limits(seconds=FORCED_SECONDS, workers=1, should_stop=should_stop)
    trial = force(problem, forced)
    plan = solve(trial, limits=limits) if search else greedy(trial)
    best = valued(problem, plan) if forced.visit not in plan.unserved and verify(trial, plan).valid else None
    # Pinned where it is wanted: what the day must bear for it, without whatever else could be put in better order.
    pinned = next((way for each in question.trials if (way := tried(each, problem, search=False))), None)
    quiet = valued(problem, pinned.plan) if pinned is not None else None
    if best is None or (quiet is not None and not _gains(quiet.plan, best.plan)):
        best = quiet
    causes = _causes(question, forced, before.plan)
    if best is None:
        return Answer(before, causes=causes)
    told = replace(best.plan, reasons=explain(problem, problem.published, best.plan))
    return Answer(before, found=replace(best, plan=told), causes=causes)


def _causes(question: Question, forced: Forced, plan: Plan) -> tuple[Move, ...]:
    """Why the plan has it otherwise; a place that nobody asked for is only in the way where every place is."""
    first: tuple[Move, ...] = ()
    for wanted in _with_places(question.problem, question.wanted) if forced.place is None else [question.wanted]:
        mine = {(row.item, row.phase) for row in wanted}
        rows = (*(row for row in plan.assignments if (row.item, row.phase) not in mine), *wanted)
        moves = explain(replace(question.problem, published=rows), rows, plan)
        causes = tuple(move for move in moves if move.visit == forced.visit and (move.item, move.phase) in mine)
        first = first or causes
        if not any(move.cause.rule.startswith("place_") for move in causes):
            return causes
    return first


def _with_places(problem: Problem, wanted: tuple[Assignment, ...]) -> Iterator[tuple[Assignment, ...]]:
    """The same on each place of the kind that it begins on."""
    yield wanted
    kinds = {place.id: place.kind for place in problem.places}
    now = wanted[0].place
    for place in problem.places:
        if now is not None and place.id != now and place.kind == kinds.get(now):
            yield tuple(replace(row, place=place.id) if row.place == now else row for row in wanted)


def valued(problem: Problem, plan: Plan) -> Valued:
    """The plan with its objective under this problem, and the same in plain minutes."""
    visits = tuple(replace(visit, tier_weight=1) for visit in problem.visits)
    even = replace(
        problem, visits=visits, settings=replace(problem.settings, ageing=_NEVER_OLD, lateness_ageing=_NEVER_OLD, wish=1)
    )
    return Valued(replace(plan, objective=verify(problem, plan).objective), verify(even, plan).objective)
