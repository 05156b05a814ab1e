"""The hard rules: one function per rule, named after it. Each yields what is broken, nothing when all is well.

Facts (see `meaning.is_fact`) are exempt: they happen whether or not they suit a rule; open work goes around them.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from scheduler.day import Day
from scheduler.meaning import duration, eligible, key_of, phases_of, ready, working_spans
from scheduler.problem import Assignment, Break, Span


@dataclass(frozen=True, slots=True)
class Broken:
    """A broken rule by name, a detail for people who debug, and the ids concerned."""

    rule: str
    detail: str
    ids: tuple[str, ...] = ()


Rule = Callable[[Day], Iterator[Broken]]


def known_work(day: Day) -> Iterator[Broken]:
    """Every assignment is about a phase, technician and place of the problem, and no phase is assigned twice."""
    seen = set()
    for row in day.plan.assignments:
        key = key_of(row)
        if key in seen:
            yield Broken("known_work", "assigned twice", (row.visit, row.item, str(row.phase)))
        seen.add(key)
        known = (row.technician is None or row.technician in day.technicians) and (row.place is None or row.place in day.places)
        if key not in day.phases or not known:
            yield Broken("known_work", "unknown phase, technician or place", (row.visit, row.item, str(row.phase)))


def served_whole(day: Day) -> Iterator[Broken]:
    """A visit is served whole, or listed as unserved with nothing but its facts."""
    for name in day.plan.unserved:
        if name not in day.visits:
            yield Broken("served_whole", "unknown visit", (name,))
    if len(day.unserved) != len(day.plan.unserved):
        yield Broken("served_whole", "listed twice")
    for visit in day.problem.visits:
        for key, _, _ in phases_of(visit):
            expected = key in day.facts or visit.id not in day.unserved
            if (key in day.rows) != expected:
                yield Broken("served_whole", "missing phase" if expected else "phase of an unserved visit", key[:2])


def fixed_kept(day: Day) -> Iterator[Broken]:
    """What is fixed about a phase is as fixed."""
    for key, row in day.rows.items():
        visit, _, phase = day.phases[key]
        fixed = phase.fixed
        if fixed is None:
            continue
        pairs = ((fixed.technician, row.technician), (fixed.place, row.place), (fixed.start, row.start))
        # What has begun and needs nobody or no place has none.
        settled = key in day.facts
        if any((settled or wanted is not None) and wanted != got for wanted, got in pairs):
            yield Broken("fixed_kept", f"{fixed} became {row}", (visit.id, key[1]))


def duration_right(day: Day) -> Iterator[Broken]:
    """A phase takes as long as its technician needs for it."""
    for key, row in day.rows.items():
        visit, _, phase = day.phases[key]
        if row.end - row.start != duration(phase, day.technicians.get(row.technician or "")):
            yield Broken("duration_right", f"{row.start}–{row.end}", (visit.id, key[1]))


def technician_able(day: Day) -> Iterator[Broken]:
    """Whoever does a phase has the skill at the level, is asked for, and is there only where somebody is needed."""
    for key, row, visit, item, phase in day.open_rows:
        if phase.needs_technician != (row.technician is not None):
            yield Broken("technician_able", "nobody there" if phase.needs_technician else "nobody needed", key[:2])
        elif row.technician is not None and not eligible(phase, item, day.technicians[row.technician]):
            yield Broken("technician_able", f"{row.technician} may not", (visit.id, item.id, row.technician))


def same_technician(day: Day) -> Iterator[Broken]:
    """One person does all phases of an item that wants one person."""
    for visit in day.problem.visits:
        for item in visit.items:
            rows = day.item_rows(visit, item)
            people = {row.technician for row in rows if row.technician is not None}
            decided = any(key_of(row) not in day.facts and row.technician is not None for row in rows)
            if item.same_technician and decided and len(people) > 1:
                yield Broken("same_technician", ", ".join(sorted(people)), (visit.id, item.id))


def in_shift(day: Day) -> Iterator[Broken]:
    """Technicians work within their shifts, overrun by no more than their overtime, and not before they are free."""
    for key, row, _, _, _ in day.open_rows:
        if row.technician is None:
            continue
        technician = day.technicians[row.technician]
        inside = any(start <= row.start and row.end <= end for start, end in working_spans(technician))
        if not inside or row.start < technician.earliest_free:
            yield Broken("in_shift", f"{row.start}–{row.end}", (*key[:2], technician.id))


def not_absent(day: Day) -> Iterator[Broken]:
    """Nobody works while absent."""
    for key, row, _, _, _ in day.open_rows:
        if row.technician is not None:
            for span in day.technicians[row.technician].absences:
                if _meet((row.start, row.end), span):
                    yield Broken("not_absent", f"{row.start}–{row.end}", (*key[:2], row.technician))


def not_too_early(day: Day) -> Iterator[Broken]:
    """Nothing starts in the past, before its release, or before the customer can be there; nothing ends too late."""
    for key, row, visit, _, phase in day.open_rows:
        decreed = phase.fixed is not None and phase.fixed.start is not None
        if (row.start < ready(visit, day.problem) and not decreed) or row.end > day.problem.horizon:
            yield Broken("not_too_early", f"{row.start}–{row.end}", key[:2])


def phases_in_sequence(day: Day) -> Iterator[Broken]:
    """Phases follow each other, with no longer pause than allowed (once the visit is started, a pause is a delay)."""
    for visit in day.problem.visits:
        for item in visit.items:
            for before, after in itertools.pairwise(day.item_rows(visit, item)):
                if key_of(after) in day.facts:
                    continue
                gap, most = after.start - before.end, item.phases[after.phase].max_gap_before
                if gap < 0 or (most is not None and gap > most and not day.started(visit)):
                    yield Broken("phases_in_sequence", f"pause of {gap}", (visit.id, item.id))


def items_apart(day: Day) -> Iterator[Broken]:
    """Services of one visit never overlap, and keep their order where it counts."""
    for visit in day.problem.visits:
        spans = day.item_spans(visit)
        for (begin, end, one), (_, _, two) in itertools.permutations(spans, 2):
            rows = (row for row in day.item_rows(visit, two) if key_of(row) not in day.facts)
            if any(_meet((row.start, row.end), (begin, end)) for row in rows):
                yield Broken("items_apart", "overlap", (visit.id, one.id, two.id))
        if visit.items_in_order:
            order = [start for item in visit.items for start, _, found in spans if found is item]
            if order != sorted(order) and not day.started(visit):
                yield Broken("items_apart", "wrong order", (visit.id,))


def customer_once(day: Day) -> Iterator[Broken]:
    """A customer is in one visit at a time."""
    by_customer: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for visit in day.problem.visits:
        spans = day.item_spans(visit)
        if visit.customer is not None and spans:
            by_customer[visit.customer].append((spans[0][0], max(end for _, end, _ in spans), visit.id))
    for customer, spans_of in by_customer.items():
        for one, two in itertools.combinations(spans_of, 2):
            facts = all(day.started(day.visits[name]) for name in (one[2], two[2]))
            if _meet(one[:2], two[:2]) and not facts:
                yield Broken("customer_once", customer, (one[2], two[2]))


def party_together(day: Day) -> Iterator[Broken]:
    """People who come together start together, or none of them is served."""
    parties: dict[str, list[str]] = defaultdict(list)
    for visit in day.problem.visits:
        if visit.party is not None and not day.started(visit):
            parties[visit.party].append(visit.id)
    for party, names in parties.items():
        starts = {min((s for s, _, _ in day.item_spans(day.visits[name])), default=None) for name in names}
        if len(starts) > 1:
            yield Broken("party_together", party, tuple(names))


def place_fits(day: Day) -> Iterator[Broken]:
    """A phase is on a place of the kind that it needs, and stays there with the phases that keep the place."""
    for key, row, visit, item, phase in day.open_rows:
        kind = day.places[row.place].kind if row.place is not None else None
        if kind != phase.place_kind:
            yield Broken("place_fits", f"{phase.place_kind} wanted, {kind} given", key[:2])
        if phase.keep_place and key[2] > 0 and item.phases[key[2] - 1].place_kind == phase.place_kind:
            before = day.rows.get((visit.id, item.id, key[2] - 1))
            if before is not None and before.place != row.place:
                yield Broken("place_fits", "place changed", key[:2])


def place_open(day: Day) -> Iterator[Broken]:
    """Nobody is on a place that is closed or not free yet."""
    for name, start, end, fact, visit in day.stays():
        place = day.places[name]
        if not fact:
            closed = any(_meet((start, end), span) for span in place.closures)
            if closed or start < place.earliest_free:
                yield Broken("place_open", f"{start}–{end}", (visit, name))


def place_once(day: Day) -> Iterator[Broken]:
    """A place has one customer at a time and is cleaned between two."""
    stays: dict[str, list[tuple[int, int, bool, str]]] = defaultdict(list)
    for name, start, end, fact, visit in day.stays():
        stays[name].append((start, end + day.places[name].clean_up, fact, visit))
    for name, taken in stays.items():
        for one, two in itertools.combinations(sorted(taken), 2):
            if two[0] < one[1] and one[0] < two[1] and not (one[2] and two[2]):
                yield Broken("place_once", f"{one[:2]} meets {two[:2]}", (name, one[3], two[3]))


def technician_once(day: Day) -> Iterator[Broken]:
    """A technician does one thing at a time."""
    for name, work in day.by_technician.items():
        for (key, one), (other, two) in itertools.combinations(work, 2):
            facts = key in day.facts and other in day.facts
            if _meet((one.start, one.end), (two.start, two.end)) and not facts:
                yield Broken("technician_once", f"{one.start}–{one.end}, {two.start}–{two.end}", (name, key[0], other[0]))


def breaks_given(day: Day) -> Iterator[Broken]:
    """Every break lies in its window, is free of work, and is left out only when facts leave no room for it (`_owed`)."""
    given = {(b.technician, b.index): b for b in day.plan.breaks}
    if len(given) != len(day.plan.breaks):
        yield Broken("breaks_given", "given twice")
    for name, index in given:
        if name not in day.technicians or not 0 <= index < len(day.technicians[name].breaks):
            yield Broken("breaks_given", "no such break", (name, str(index)))
    for technician in day.problem.technicians:
        work = [(r.start, r.end) for _, r in day.by_technician.get(technician.id, ())]
        facts = [(r.start, r.end) for k, r in day.by_technician.get(technician.id, ()) if k in day.facts]
        owed = _owed(technician.breaks, facts)
        taken: list[Span] = []
        for index, rest in enumerate(technician.breaks):
            found = given.get((technician.id, index))
            if found is None:
                if index in owed:
                    yield Broken("breaks_given", "left out", (technician.id, str(index)))
                continue
            span = (found.start, found.end)
            fits = found.end - found.start == rest.length and rest.earliest <= found.start
            if not fits or found.end > rest.latest_end or any(_meet(span, other) for other in work + taken):
                yield Broken("breaks_given", f"{span}", (technician.id, str(index)))
            taken.append(span)


def _owed(breaks: Sequence[Break], facts: Sequence[Span]) -> set[int]:
    """The breaks for which facts leave room, by number: the first window to end comes first, as early as it fits."""
    busy, owed = list(facts), set()
    for index, rest in sorted(enumerate(breaks), key=lambda pair: pair[1].latest_end):
        starts = sorted({rest.earliest, *(end for _, end in busy if end > rest.earliest)})
        spans = ((start, start + rest.length) for start in starts if start + rest.length <= rest.latest_end)
        found = next((span for span in spans if not any(_meet(span, other) for other in busy)), None)
        if found is not None:
            busy.append(found)
            owed.add(index)
    return owed


def held_kept(day: Day) -> Iterator[Broken]:
    """Pinned, frozen and often moved visits keep their published technician and start (pinned ones their place too)."""
    # A held visit left unserved breaks no rule: it costs the highest level, and a valid plan always exists.
    for name, rows in day.held.items():
        for key, published in rows.items():
            row = day.rows.get(key)
            if row is not None and not _same(row, published, with_place=day.visits[name].pinned):
                yield Broken("held_kept", f"{published} became {row}", (name, key[1]))


def _same(one: Assignment, two: Assignment, *, with_place: bool) -> bool:
    place = one.place == two.place or not with_place
    return (one.technician, one.start, one.end) == (two.technician, two.start, two.end) and place


def _meet(one: Span, two: Span) -> bool:
    return one[0] < two[1] and two[0] < one[1]


BASIC: tuple[Rule, ...] = (known_work, served_whole)
"""Without these the other rules cannot be asked."""

RULES: tuple[Rule, ...] = (
    fixed_kept,
    duration_right,
    technician_able,
    same_technician,
    in_shift,
    not_absent,
    not_too_early,
    phases_in_sequence,
    items_apart,
    customer_once,
    party_together,
    place_fits,
    place_open,
    place_once,
    technician_once,
    breaks_given,
    held_kept,
)
