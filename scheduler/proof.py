"""Proven lower bounds by level, and what they say about a plan."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from scheduler.board import Board, lowest
from scheduler.day import Background, Day
from scheduler.fit import Ask, Fit, crews
from scheduler.limits import never
from scheduler.meaning import aged, due, has_few_orders, is_fact, orders_of, ready, since, started
from scheduler.objective import LEVELS
from scheduler.plan import Plan
from scheduler.problem import Item, Level, Problem, Visit

PROVABLE: frozenset[Level] = frozenset(
    {"unserved", "promise_lateness", "waiting", "changes", "wishes", "technicians_used", "makespan"}
)
"""Levels that the models hold exactly or from below; overtime, fairness and idle time are bounded by `comfort.py` alone."""

Proof = Mapping[Level, int]
"""Lower bounds; the one of a level holds among plans that reach the bounds of all higher levels in the same proof."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a plan is proven: bounds of the provable levels from the top, first gap, and whether nothing is open."""

    bound: dict[Level, int]
    gap: float | None
    optimal: bool


def standing(objective: Mapping[Level, int], proofs: Iterable[Proof], floors: Proof | None = None) -> Standing:
    """Put all proofs together for a plan with this objective (levels in order).

    `floors` hold for the best plan as they are, whatever is proven above.
    """
    live = list(proofs)
    bound: dict[Level, int] = {}
    optimal = True
    provable = [rank for rank, level in enumerate(objective) if level in PROVABLE]
    # Only comfort below all that can be proven is left out of the proof.
    last = provable[-1] if provable else len(objective)
    for rank, (level, value) in enumerate(objective.items()):
        # A proof that says less than this plan has in a level above speaks of other plans.
        known = [proof[level] for proof in live if level in proof]
        if floors and level in floors:
            known.append(floors[level])
        if level not in PROVABLE and value == 0:
            known.append(0)
        if known:
            bound[level] = min(max(known), value)
        if rank <= last:
            optimal &= bound.get(level) == value
        live = [proof for proof in live if proof.get(level, value) == value]
    gap = gap_of(objective, bound)
    return Standing(bound, gap if gap or optimal else None, optimal)


FELT: tuple[Level, ...] = ("promise_lateness", "waiting")
"""Levels in the same unit, weighted minutes that customers feel, which have one gap together."""


PROMISES: frozenset[Level] = frozenset({"unserved", "promise_lateness"})


def felt_gap(plan: Plan) -> float | None:
    """The gap of what customers feel: of the unserved while that is open, else of lateness and waiting; 0.0 when proven."""
    felt = {level: value for level, value in plan.objective.items() if level in ("unserved", *FELT)}
    return gap_of(felt, plan.bound)


def promise_gap(plan: Plan) -> float | None:
    """The same of promises alone: of the unserved while that is open, else of lateness; 0.0 when proven."""
    return gap_of({level: value for level, value in plan.objective.items() if level in PROMISES}, plan.bound)


def gap_of(objective: Mapping[Level, int], bound: Mapping[Level, int]) -> float | None:
    """How much better the best plan may be, relative to this one, in the first levels that are open; None: nothing is known.

    Lateness and waiting are minutes of customers both and count together; below them only what can be proven counts.
    """
    if not bound:
        return None
    done: set[Level] = set()
    for level in objective:
        together = [lv for lv in objective if lv in FELT] if level in FELT else [level]
        if level in done or level not in PROVABLE:
            continue
        done |= set(together)
        value, least = sum(objective[lv] for lv in together), sum(bound.get(lv, 0) for lv in together)
        if any(bound.get(lv) != objective[lv] for lv in together):
            return (value - least) / value if value else 1.0
    return 0.0


def with_standing(plan: Plan, proofs: Iterable[Proof], floors: Proof | None = None) -> Plan:
    """The plan with bound, gap and status."""
    found = standing(plan.objective, proofs, floors)
    return replace(plan, bound=found.bound, gap=found.gap, status="optimal" if found.optimal else "feasible")


def hopeless(problem: Problem, among: Collection[str] | None = None, overdue: Callable[[], bool] = never) -> frozenset[str]:
    """Visits that nobody could serve even if they had the day for themselves beside the facts, with their parties.

    `among`: those whom some valid plan leaves out; whom it serves is not hopeless, and need not be asked about. Whoever
    is not asked about before it is `overdue` counts as one who can be served.
    """
    if among is not None and not among:
        return frozenset()
    board = Board(problem)
    asked = [visit for visit in problem.visits if among is None or visit.id in among]
    found = {visit.id for visit in asked if not overdue() and not _possible(board, visit)}
    parties = {v.party for v in problem.visits if v.id in found and v.party is not None and not started(v)}
    return frozenset(found | {v.id for v in problem.visits if v.party in parties and not started(v)})


def _possible(board: Board, visit: Visit) -> bool:
    """Whether its services fit one after the other, each begun as early as it can be."""
    low = ready(visit, board.problem)
    items = [item for item in visit.items if not is_fact(item.phases[0])]
    if not has_few_orders(visit, len(items)):
        return all(_served(board, visit, [item], low) for item in items)
    return any(_served(board, visit, order, low) for order in orders_of(visit, items))


def _served(board: Board, visit: Visit, order: Sequence[Item], low: int) -> bool:
    for item in order:
        end = _first_end(board, visit, item, low)
        if end is None:
            return False
        low = end
    return True


def _first_end(board: Board, visit: Visit, item: Item, low: int) -> int | None:
    """When it can be over at the earliest; None when it fits nowhere."""
    staffed = crews(board, item)
    least = low + min((sum(crew.lengths) for crew in staffed), default=0)
    end: int | None = None
    for crew in staffed:
        length = sum(crew.lengths)
        if end is None or low + length < end:
            starts = Fit(board, visit, item, crew, (), Ask(not_before=low)).starts()
            if starts:
                end = min(lowest(starts) + length, end) if end is not None else lowest(starts) + length
        if end == least:
            break
    return end


def alone_costs(
    problem: Problem, lost: Collection[str], overdue: Callable[[], bool] = never
) -> tuple[dict[str, int], dict[str, int]]:
    """Lateness and waiting by visit if each had the day for itself beside the facts; `lost` ones cannot be served."""
    board = Board(problem)
    lateness: dict[str, int] = {}
    waiting: dict[str, int] = {}
    for visit in problem.visits:
        plain = len(visit.items) == 1 and not started(visit) and visit.id not in lost
        if plain and not overdue():
            first = _earliest(board, visit)
            latest = due(visit, problem)
            late = first - latest if latest is not None else 0
            lateness[visit.id] = visit.tier_weight * aged(late, problem.settings.lateness_ageing)
            wait = max(0, first - since(visit, problem))
            waiting[visit.id] = visit.tier_weight * aged(wait, problem.settings.ageing)
    return lateness, waiting


def alone(problem: Problem, lost: Collection[str], overdue: Callable[[], bool] = never) -> list[Proof]:
    """Bounds from every visit having the day for itself beside the facts; `lost` ones (`hopeless`) cannot be served.

    Visits that are not asked about before it is `overdue` are neither late nor waiting.
    """
    late, wait = alone_costs(problem, lost, overdue)
    lateness, waiting = sum(late.values()), sum(wait.values())
    nothing: list[Proof] = [{level: 0} for level in PROVABLE]
    # Who is not served is neither late nor waiting, so these hold among plans that serve everybody who can be.
    count: Proof = {"unserved": len(lost)}
    order = problem.objective
    below = order[order.index("unserved") :] if "unserved" in order else ()
    felt: list[tuple[Level, int]] = [("promise_lateness", lateness), ("waiting", waiting)]
    return [*nothing, count, *({**count, level: least} for level, least in felt if level in below)]


def _earliest(board: Board, visit: Visit) -> int:
    """A lower bound on the start of a visit of one item."""
    item, low = visit.items[0], ready(visit, board.problem)
    earliest: int | None = None
    for crew in crews(board, item):
        starts = Fit(board, visit, item, crew, (), Ask(not_before=low)).starts()
        if starts:
            earliest = lowest(starts) if earliest is None else min(lowest(starts), earliest)
        if earliest == low:
            break
    return low if earliest is None else earliest


def settled(problem: Problem, plan: Plan, free: Collection[str]) -> dict[Level, int]:
    """What the visits that are not free contribute to the levels, whatever becomes of the free ones."""
    rest = tuple(v for v in problem.visits if v.id not in free)
    names = {v.id for v in rest}
    part = replace(
        problem,
        visits=rest,
        published=tuple(a for a in problem.published if a.visit in names),
        # Their places may still be recoloured.
        settings=replace(problem.settings, change_place=0),
    )
    rows = tuple(a for a in plan.assignments if a.visit in names)
    day = Day(part, Plan(assignments=rows, unserved=tuple(n for n in plan.unserved if n in names)), Background(part))
    wanted: tuple[Level, ...] = ("unserved", "promise_lateness", "waiting", "changes", "wishes")
    return {level: LEVELS[level](day) for level in wanted}


def with_base(bound: Mapping[Level, int], base: Mapping[Level, int], *, everybody: bool) -> dict[Level, int]:
    """A bound on the free visits made one on the whole: only sums can be added up, the others need everybody free."""
    return {level: b + base.get(level, 0) for level, b in bound.items() if level in base or everybody}
