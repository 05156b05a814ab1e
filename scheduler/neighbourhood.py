"""Neighbourhood search: free a dozen related visits around a costly one, rearrange them at their best, repeat."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence

from scheduler.board import Board, facts_of
from scheduler.colour import countable_kinds
from scheduler.day import background_of
from scheduler.effort import Effort, Found, Known
from scheduler.incumbent import Incumbent
from scheduler.meaning import aged, due, eligible, is_fact, key_of, phases_of, since, started
from scheduler.placing import painted, placed
from scheduler.plan import Plan
from scheduler.problem import Assignment, Level, Problem, Visit
from scheduler.search import search

FIRST_SIZE = 12
FIRST_FIRM_SIZE = 12
"""Where only the first levels are looked at."""

LEAST_SIZE = 4
MOST_SIZE = 60
STEP_SECONDS = 0.4
"""A neighbourhood is given up after this."""

SPREAD = 15
"""Units by which visits may lie apart before it counts."""

QUICK_SECONDS = 0.06
"""A neighbourhood that is proven faster may grow."""


class Neighbourhoods:
    """Repeated small searches on one problem; improves the incumbent in place."""

    def __init__(self, problem: Problem, incumbent: Incumbent, seed: int = 0, lost: Collection[str] = frozenset()) -> None:
        self.problem = problem
        self.incumbent = incumbent
        self.random = random.Random(seed)
        self.counted = countable_kinds(problem)
        self.liked = {key_of(a): a.place for a in problem.published}
        self.kept = background_of(problem).held
        self.lost = set(lost)
        self.open = [v for v in problem.visits if v.id not in self.lost and any(not is_fact(p) for _, _, p in phases_of(v))]
        self.reach = {v.id: _resources(problem, v) for v in self.open}
        self._published = {key_of(a): a for a in problem.published}
        self._facts = {v.id: _Constants(problem, v) for v in self.open}
        self.size = FIRST_SIZE
        self.firm = False
        self.steps = 0
        self._counting = incumbent.deadline.limits.deterministic
        self._board = Board(problem)
        self._on_board: Plan | None = None

    @property
    def movable(self) -> list[Visit]:
        """Visits that may move, and held ones that found no room so far."""
        unserved = set(self.incumbent.best.unserved)
        return [v for v in self.open if v.id not in self.kept or v.id in unserved]

    def everything(self) -> list[Visit]:
        """What the whole day's model needs: held visits only matter while somebody is unserved."""
        return self.open if set(self.incumbent.best.unserved) - self.lost else self.movable

    def board(self) -> Board:
        """The incumbent, laid out."""
        plan = self.incumbent.best
        if self._on_board is not plan:
            rows: dict[str, list[Assignment]] = {v.id: [] for v in self.problem.visits}
            for row in plan.assignments:
                rows[row.visit].append(row)
            for visit in self.problem.visits:
                if tuple(rows[visit.id]) != self._board.rows.get(visit.id, ()):
                    self._board.put(visit, rows[visit.id])
            self._on_board = plan
        return self._board

    def improve(
        self,
        left: Callable[[], float],
        patience: int,
        *,
        prime: bool = False,
        down_to: Level | None = None,
        on_better: Callable[[], None] | None = None,
    ) -> None:
        """Search until no time is left or `patience` neighbourhoods in a row brought nothing."""
        idle = 0
        self.firm = down_to is not None
        if self.firm:
            self.size = FIRST_FIRM_SIZE
        while left() > 0 and idle < patience and self.movable:
            free = self.choose()
            begun = self.incumbent.deadline.spent
            limits = self.incumbent.deadline.limits
            effort = Effort(
                min(STEP_SECONDS, left()),
                seed=self.steps,
                prime=prime,
                down_to=down_to,
                deterministic=limits.deterministic,
            )
            better, found = self.rearrange(free, effort, "neighbourhood")
            self.steps += 1
            idle = 0 if better else idle + 1
            if better and on_better is not None:
                on_better()
            self._resize(found, self.incumbent.deadline.spent - begun)
            if len(free) == len(self.movable) and found.proven:
                return
        self.size = FIRST_SIZE

    def _resize(self, found: Found, seconds: float) -> None:
        if found.proven and seconds < QUICK_SECONDS:
            self.size = min(MOST_SIZE, self.size + 1)
        elif not found.proven:
            self.size = max(LEAST_SIZE, self.size * 2 // 3)

    def rearrange(self, free: Sequence[Visit], effort: Effort, stage: str, known: Known | None = None) -> tuple[bool, Found]:
        """Search over `free` with everything else as it is; whether the incumbent became better."""
        before = self._lift(free)
        current = {key_of(r): r for rows in before.values() for r in rows}
        found = search(self._board, free, current, self.counted, effort, self.kept, known)
        better = found.rows is not None and _differ(found.rows, before) and self._try(found.rows, stage)
        if not better:
            self._lay(before)
        return better, found

    def adopt(self, rows: Mapping[str, Sequence[Assignment]], stage: str) -> bool:
        """Take over these visits' rows (places open) when the whole becomes better."""
        before = self._lift([v for v in self.open if v.id in rows])
        better = self._try(placed(self._board, rows, self.counted, self.liked), stage)
        if not better:
            self._lay(before)
        return better

    def _lift(self, free: Sequence[Visit]) -> dict[str, tuple[Assignment, ...]]:
        """Leave only the facts of these visits on the board; what they had."""
        board = self.board()
        before = {v.id: board.rows.get(v.id, ()) for v in free}
        for visit in free:
            board.put(visit, facts_of(visit, board.technicians))
        return before

    def _lay(self, rows: Mapping[str, Sequence[Assignment]]) -> None:
        for name, own in rows.items():
            self._board.put(self._board.visits[name], own)

    def _try(self, rows: Mapping[str, Sequence[Assignment]], stage: str) -> bool:
        self._lay(rows)
        plan = painted(self._board, self.counted, self.liked, stage)
        if plan is None:
            self.incumbent.refused.append((stage, "place_once"))
        better = plan is not None and self.incumbent.offer(plan)
        if better:
            self._on_board = None
        return better

    def choose(self) -> list[Visit]:
        """A costly visit and those nearest to when it wants to be that compete for its people or places, parties whole."""
        costs = self._costs()
        movable = self.movable
        pick = self.random.random()
        if pick < 0.8 and any(costs.values()):
            seed = self.random.choices(movable, [costs[v.id] + 1e-9 for v in movable])[0]
        else:
            seed = self.random.choice(movable)
        reach, low, high = self._wanted(seed)

        def distance(visit: Visit) -> float:
            near = min(
                (max(0, low - end, start - high) + SPREAD) / (1 + 2 * len(reach & other))
                for other, start, end in self._laid(visit)
            )
            return near * self.random.uniform(0.6, 1.4)

        chosen = sorted((v for v in movable if v.id != seed.id), key=distance)[: self.size - 1]
        chosen.append(seed)
        parties = {v.party for v in chosen if v.party is not None}
        names = {v.id for v in chosen}
        return [v for v in movable if v.id in names or (v.party is not None and v.party in parties)]

    def _laid(self, visit: Visit) -> list[tuple[frozenset[str], int, int]]:
        """By open service: what it could use, and from when to when it lies now (or could begin, when it is not served)."""
        rows: dict[str, list[Assignment]] = {}
        for row in self._board.rows.get(visit.id, ()):
            rows.setdefault(row.item, []).append(row)
        found = []
        begin = self._facts[visit.id].since
        for item, reach in self.reach[visit.id].items():
            own = rows.get(item)
            found.append((reach, own[0].start, own[-1].end) if own else (reach, begin, begin))
        return found

    def _wanted(self, visit: Visit) -> tuple[frozenset[str], int, int]:
        """One of the visit's services, its delay deciding, with when it could have begun and when it ends now."""
        laid = sorted(self._laid(visit), key=lambda one: one[1])
        begin = self._facts[visit.id].since
        spans = []
        for reach, start, end in laid:
            spans.append((reach, min(begin, start), end))
            begin = max(begin, end)
        delays = [start - low + 1 for (_, low, _), (_, start, _) in zip(spans, laid, strict=True)]
        return self.random.choices(spans, delays)[0]

    def _costs(self) -> dict[str, float]:
        board = self.board()
        ageing, late_ageing = self.problem.settings.ageing, self.problem.settings.lateness_ageing
        costs = {}
        for visit in self.movable:
            rows, known = board.rows.get(visit.id, ()), self._facts[visit.id]
            if len(rows) < known.phases:
                costs[visit.id] = 1000.0
                continue
            late = wait = 0
            if not known.started:
                start = min(r.start for r in rows)
                late = max(0, start - known.due) if known.due is not None else 0
                wait = max(0, start - known.since)
            moved = sum(r != self._published.get(key_of(r), r) for r in rows)
            cost = visit.tier_weight * 10 * aged(late, late_ageing)
            if not self.firm:
                cost += visit.tier_weight * aged(wait, ageing) + 5 * moved
            costs[visit.id] = float(cost) ** 0.5
        return costs


class _Constants:
    """What never changes about a visit while one problem is searched."""

    def __init__(self, problem: Problem, visit: Visit) -> None:
        self.phases = sum(len(item.phases) for item in visit.items)
        self.due = due(visit, problem)
        self.since = since(visit, problem)
        self.started = started(visit)


def _resources(problem: Problem, visit: Visit) -> dict[str, frozenset[str]]:
    """By open service: technicians who could do it and kinds of place that it needs."""
    found = {}
    for item in visit.items:
        open_phases = [p for p in item.phases if not is_fact(p)]
        kinds = {f"kind {p.place_kind}" for p in open_phases if p.place_kind is not None}
        able = {t.id for p in open_phases if p.needs_technician for t in problem.technicians if eligible(p, item, t)}
        if open_phases:
            found[item.id] = frozenset(kinds | able)
    return found


def _differ(rows: dict[str, list[Assignment]], before: dict[str, tuple[Assignment, ...]]) -> bool:
    def bare(some: Sequence[Assignment]) -> set[tuple[str, int, str | None, int, int]]:
        return {(r.item, r.phase, r.technician, r.start, r.end) for r in some}

    return any(bare(rows[name]) != bare(before[name]) for name in rows)
