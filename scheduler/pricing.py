"""The levels of the objective as CP-SAT expressions over a `DayModel`: the same meaning as `objective`, level by level.

`EXACT` levels are modelled without loss, so a bound on them is a bound on the day. The others are as close as a linear
model gets (overtime counts a start after the shift's end too dear; places' changes are left to the colouring).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from scheduler.ground import Expr, ItemVars
from scheduler.meaning import aged, due, is_fact, nearness, since, started
from scheduler.model import DayModel, VisitVars
from scheduler.problem import Assignment, Level

EXACT: frozenset[Level] = frozenset({"unserved", "promise_lateness", "waiting", "technicians_used", "makespan"})

Priced = tuple[Expr, int]
"""An expression and the greatest value that it can sensibly take."""


def caps(objective: Sequence[Level], now: Mapping[Level, int]) -> dict[Level, int]:
    """Levels that cannot be worse than they are now: the first, and each below others that are already at zero."""
    found: dict[Level, int] = {}
    for level in objective:
        if level not in now:
            break
        found[level] = now[level]
        if now[level] > 0:
            break
    return found


class Pricing:
    """Builds each level's expression once."""

    def __init__(self, day: DayModel, now: Mapping[Level, int], least: Mapping[Level, int] | None = None) -> None:
        self._least = least or {}
        self._caps = caps(day.problem.objective, now)
        self.day = day
        self.model = day.model
        self.problem = day.problem
        self.horizon = day.problem.horizon
        self._built: dict[Level, Priced] = {}

    def level(self, level: Level) -> Priced:
        """The level's expression over the free visits, and its greatest value."""
        if level not in self._built:
            terms = list(getattr(self, f"_{level}")())
            expression, most = sum(e for e, _ in terms), sum(most for _, most in terms)
            cap = self._caps.get(level)
            if cap is not None and terms:
                self.model.add(expression <= cap)
                most = min(most, cap)
            least = self._least.get(level, 0)
            if least > 0 and terms:
                # Only of levels that the model holds from below: what is dearer than it need be does no harm.
                self.model.add(expression >= min(least, most))
            self._built[level] = expression, most
        return self._built[level]

    def _most(self, level: Level, weight: int) -> int:
        """What one visit can contribute at most to a capped level, before its weight."""
        return self._caps[level] // weight if level in self._caps and weight else self.horizon * 8

    def _unserved(self) -> Iterator[Priced]:
        for found in self.day.visits.values():
            yield 1 - found.served, 1

    def _promise_lateness(self) -> Iterator[Priced]:
        for found in self.day.visits.values():
            visit = found.visit
            latest = due(visit, self.problem)
            if started(visit):
                yield from self._stretch(found)
            elif latest is not None and latest < self.horizon:
                most = min(self.horizon - latest, self._most("promise_lateness", visit.tier_weight))
                hint, ageing = self._hint_first(found, latest), self.problem.settings.lateness_ageing
                late = self.day.integer(0, most, "late", hint)
                self.model.add(late >= found.first - latest).only_enforce_if(found.served)
                if most <= ageing:
                    yield late * visit.tier_weight, most * visit.tier_weight
                    continue
                greatest = min(aged(most, ageing), self._most("promise_lateness", visit.tier_weight))
                price = self.day.integer(0, greatest, "lateness", None if hint is None else aged(hint, ageing))
                self._age(found, price, late, most, ageing)
                yield price * visit.tier_weight, greatest * visit.tier_weight

    def _hint_first(self, found: VisitVars, base: int) -> int | None:
        rows = [r for key, r in self.day.current.items() if key[0] == found.visit.id]
        return max(0, min(r.start for r in rows) - base) if rows else None

    def _stretch(self, found: VisitVars) -> Iterator[Priced]:
        for item in found.items:
            for number in range(1, len(item.item.phases)):
                gap = item.item.phases[number].max_gap_before
                if gap is None or is_fact(item.item.phases[number]):
                    continue
                before, after = item.phase_ends[number - 1], item.phase_starts[number]
                extra = self.day.integer(0, self.horizon, "stretch")
                if is_fact(item.item.phases[number - 1]):
                    before = max(before, self.problem.now)
                    self.model.add(extra >= after - before - gap).only_enforce_if(found.served)
                else:
                    self.model.add(extra >= after - before - gap).only_enforce_if(found.served)
                yield extra * found.visit.tier_weight, self.horizon * found.visit.tier_weight

    def _waiting(self) -> Iterator[Priced]:
        for found in self.day.visits.values():
            wait, most = self._wait(found)
            if most <= 0:
                continue
            ageing = self.problem.settings.ageing
            greatest = min(aged(most, ageing), self._most("waiting", found.visit.tier_weight))
            price = self.day.integer(0, greatest, "waiting")
            self._age(found, price, wait, most, ageing)
            yield price * found.visit.tier_weight, greatest * found.visit.tier_weight

    def _age(self, found: VisitVars, price: Expr, wait: Expr, most: int, ageing: int) -> None:
        """The price of `wait`, of which there are at most `most` units."""
        constant = 0
        for step in range(min(8, most // ageing + 1)):
            # Slope step + 1 from wait = step × ageing on; the price is the greatest of these lines.
            constant += step * ageing
            self.model.add(price >= (step + 1) * wait - constant).only_enforce_if(found.served)

    def _wait(self, found: VisitVars) -> tuple[Expr, int]:
        """Units waited before and between services, and how many there may be."""
        visit = found.visit
        lengths = [item.length for item in found.items if not is_fact(item.item.phases[0])]
        if not started(visit):
            base = since(visit, self.problem)
            wait = found.first - base if len(found.items) == 1 else found.last - base - sum(lengths)
            return wait, self.horizon - base
        begun = [item for item in found.items if is_fact(item.item.phases[0])]
        if not begun or len(begun) == len(found.items):
            # Without one that begins with a fact, what has begun is out of sequence, and such a visit is not served here.
            return 0, 0
        ends = [item.end for item in begun]
        latest = ends[0]
        if len(ends) > 1:
            latest = self.day.integer(0, self.horizon, "begun until")
            self.model.add_max_equality(latest, ends)
        return found.last - latest - sum(lengths), self.horizon

    def _changes(self) -> Iterator[Priced]:
        published = {(a.visit, a.item, a.phase): a for a in self.problem.published}
        settings = self.problem.settings
        for name, found in self.day.visits.items():
            rows = [
                (item, number, published[name, item.item.id, number])
                for item in found.items
                for number, phase in enumerate(item.item.phases)
                if not is_fact(phase) and (name, item.item.id, number) in published
            ]
            if not rows:
                continue
            before = min(row.start for _, _, row in rows)
            price = nearness(before, self.problem) * (1 + found.visit.moves_so_far)
            for item, number, row in rows:
                if row.technician is not None:
                    same = item.people.get((number, row.technician), 0)
                    yield (found.served - same) * price * settings.change_technician, price * settings.change_technician
            yield self._shift(found, before, rows, price * settings.change_start)

    def _shift(self, found: VisitVars, before: int, rows: list[tuple[ItemVars, int, Assignment]], price: int) -> Priced:
        first = self._first_of(found, [(item, number) for item, number, _ in rows])
        shift = self.day.integer(0, self.horizon, "shift", 0)
        self.model.add(shift >= first - before).only_enforce_if(found.served)
        self.model.add(shift >= before - first).only_enforce_if(found.served)
        return shift * price, self.horizon * price

    def _first_of(self, found: VisitVars, phases: Sequence[tuple[ItemVars, int]]) -> Expr:
        """When the first of these phases begins; of a visit all of whose services are among them, when it begins."""
        numbers: dict[str, tuple[ItemVars, int]] = {}
        for item, number in phases:
            numbers.setdefault(item.item.id, (item, number))
        if not started(found.visit) and [number for _, number in numbers.values()] == [0] * len(found.items):
            return found.first
        starts = [self._start_of(item, number) for item, number in numbers.values()]
        if len(starts) == 1:
            return starts[0]
        first = self.day.integer(0, self.day.far, "first published")
        self.model.add_min_equality(first, starts)
        return first

    def _start_of(self, item: ItemVars, number: int) -> Expr:
        if item.phase_starts:
            return item.phase_starts[number]
        alternatives = item.starts.get(number, [])
        if number == 0 or not alternatives:
            return item.start
        start = self.day.integer(0, self.day.far, "published phase")
        for literal, begin, _ in alternatives:
            self.model.add(start == begin).only_enforce_if(literal)
        return start

    def _wishes(self) -> Iterator[Priced]:
        wish = self.problem.settings.wish
        for found in self.day.visits.values():
            for item in found.items:
                if item.item.request.kind != "prefers":
                    continue
                others = [literal for (_, who), literal in item.people.items() if who not in item.item.request.technicians]
                if others:
                    unmet = self.day.boolean("unmet")
                    for literal in others:
                        self.model.add(unmet >= literal)
                    yield unmet * wish, wish

    def _overtime(self) -> Iterator[Priced]:
        for name, work in self.day.starts_of_work.items():
            technician = self.day.board.technicians[name]
            if len(technician.shifts) != 1 or technician.overtime_max == 0:
                continue
            end = technician.shifts[0][1]
            for literal, start, length in work:
                most = min(length, technician.overtime_max)
                over = self.day.integer(0, technician.overtime_max, "overtime")
                self.model.add(over >= start + length - end).only_enforce_if(literal)
                yield over, most

    def _fairness(self) -> Iterator[Priced]:
        turns: dict[str, list[Expr]] = defaultdict(list)
        for found in self.day.visits.values():
            for item in found.items:
                if is_fact(item.item.phases[0]):
                    continue
                number = next((n for n, p in enumerate(item.item.phases) if p.needs_technician), None)
                asked = item.item.request.technicians if item.item.request.kind in ("must", "prefers") else ()
                for (n, who), literal in item.people.items():
                    if n == number and who not in asked:
                        turns[who].append(literal)
        for who, literals in turns.items():
            taken = self.day.turns_before(who)
            most = taken + len(literals)
            square = self.day.integer(taken * taken, most * most, "square")
            count = taken + sum(literals)
            for k in range(taken, most + 1):
                self.model.add(square >= (2 * k + 1) * count - k * (k + 1))
            yield square - taken * taken, most * most - taken * taken

    def _idle(self) -> Iterator[Priced]:
        """Left to chance: it is the last level, and every gap would need an order of the work."""
        yield from ()

    def _technicians_used(self) -> Iterator[Priced]:
        for name, work in self.day.starts_of_work.items():
            if self.day.board.work[name].taken:
                continue
            used = self.day.boolean("used")
            for literal, _, _ in work:
                self.model.add_implication(literal, used)
            yield used, 1

    def _makespan(self) -> Iterator[Priced]:
        last = self.day.integer(0, self.horizon, "makespan")
        for found in self.day.visits.values():
            for item in found.items:
                self.model.add(last >= item.end).only_enforce_if(found.served)
        yield last, self.horizon
