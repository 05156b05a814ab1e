"""The best plan of a tiny problem by trying every one. Shares nothing with the solver; values plans with `verify`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from scheduler import Assignment, BreakTime, Item, Plan, Problem, Visit, verify
from scheduler.meaning import duration, is_fact, stays_of


class TooManyError(Exception):
    """The problem is not tiny."""


def best(problem: Problem, most: int = 2_000) -> Plan:
    """The plan with the least objective. Raises TooManyError beyond `most` combinations."""
    options = [list(itertools.islice(_visit_options(problem, visit), most + 1)) for visit in problem.visits]
    rests = [list(_break_options(t.id, n, b)) for t in problem.technicians for n, b in enumerate(t.breaks)]
    count = 1
    for some in [*options, *rests]:
        count *= len(some)
    if count > most:
        raise TooManyError(count)
    found: tuple[tuple[int, ...], Plan] | None = None
    for choice in itertools.product(*options):
        rows = tuple(row for part, _ in choice for row in part)
        unserved = tuple(v.id for v, (_, served) in zip(problem.visits, choice, strict=True) if not served)
        for breaks in itertools.product(*rests):
            plan = Plan(assignments=rows, unserved=unserved, breaks=tuple(b for b in breaks if b is not None))
            verdict = verify(problem, plan)
            if verdict.valid:
                key = tuple(verdict.objective.values())
                if found is None or key < found[0]:
                    found = key, Plan(assignments=rows, unserved=unserved, breaks=plan.breaks, objective=verdict.objective)
    assert found is not None, "not even the facts alone make a valid plan"
    return found[1]


def _break_options(technician: str, index: int, rest: object) -> Iterator[BreakTime | None]:
    from scheduler import Break

    assert isinstance(rest, Break)
    yield None
    for start in range(rest.earliest, rest.latest_end - rest.length + 1):
        yield BreakTime(technician, index, start, start + rest.length)


def _visit_options(problem: Problem, visit: Visit) -> Iterator[tuple[tuple[Assignment, ...], bool]]:
    facts = tuple(row for item in visit.items for row in _facts(problem, visit, item))
    if len(facts) < sum(len(i.phases) for i in visit.items):
        yield facts, False
    for parts in itertools.product(*(list(_item_options(problem, visit, item)) for item in visit.items)):
        rows = tuple(row for part in parts for row in part)
        others = tuple(v.id for v in problem.visits if v.id != visit.id)
        alone = verify(problem, Plan(assignments=(*rows, *_other_facts(problem, visit)), unserved=others))
        # Parties and breaks need the others; everything else a visit must get right on its own.
        if all(b.rule in ("party_together", "breaks_given") for b in alone.broken):
            yield rows, True


def _other_facts(problem: Problem, visit: Visit) -> list[Assignment]:
    return [r for v in problem.visits if v.id != visit.id for i in v.items for r in _facts(problem, v, i)]


def _facts(problem: Problem, visit: Visit, item: Item) -> list[Assignment]:
    people = {t.id: t for t in problem.technicians}
    rows = []
    for number, phase in enumerate(item.phases):
        if is_fact(phase) and phase.fixed is not None and phase.fixed.start is not None:
            fixed = phase.fixed
            end = fixed.start + duration(phase, people.get(fixed.technician or ""))
            rows.append(Assignment(visit.id, item.id, number, fixed.technician, fixed.place, fixed.start, end))
    return rows


def _item_options(problem: Problem, visit: Visit, item: Item) -> Iterator[tuple[Assignment, ...]]:
    facts = _facts(problem, visit, item)
    people = {t.id: t for t in problem.technicians}
    free = range(len(facts), len(item.phases))
    crews = [list(people) if item.phases[n].needs_technician else [None] for n in free]
    stays = [(first, last) for first, last in stays_of(item) if last >= len(facts)]
    spots = [
        [facts[first].place]
        if first < len(facts)
        else [p.id for p in problem.places if p.kind == item.phases[first].place_kind]
        for first, _ in stays
    ]
    for crew in itertools.product(*crews):
        lengths = [duration(item.phases[n], people.get(who or "")) for n, who in zip(free, crew, strict=True)]
        for times in _times(problem, item, len(facts), facts[-1].end if facts else problem.now, lengths):
            for chosen in itertools.product(*spots):
                places = {n: place for (first, last), place in zip(stays, chosen, strict=True) for n in range(first, last + 1)}
                yield (
                    *facts,
                    *(
                        Assignment(visit.id, item.id, n, who, places.get(n), at, at + length)
                        for n, who, at, length in zip(free, crew, times, lengths, strict=True)
                    ),
                )


def _times(problem: Problem, item: Item, number: int, low: int, lengths: list[int]) -> Iterator[tuple[int, ...]]:
    if not lengths:
        yield ()
        return
    for start in range(low, problem.horizon - sum(lengths) + 1):
        for rest in _times(problem, item, number + 1, start + lengths[0], lengths[1:]):
            yield (start, *rest)
