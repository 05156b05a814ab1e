"""Small random problems for the property tests; a seed gives the same one everywhere."""

from __future__ import annotations

import random
from dataclasses import replace

from scheduler import (
    Arrival,
    Assignment,
    Break,
    Fixed,
    Item,
    Phase,
    Place,
    Problem,
    Request,
    Settings,
    Technician,
    Visit,
)

SKILLS = ("cut", "colour")
KINDS = ("chair", "basin")


def phase(rng: random.Random, *, first: bool) -> Phase:
    kind = rng.choice([*KINDS, None]) if rng.random() < 0.8 else "chair"
    if not first and rng.random() < 0.3:
        return Phase(kind="processing", duration=rng.randint(1, 3), place_kind=kind)
    by_level = {2: 1} if rng.random() < 0.3 else {}
    return Phase(
        duration=rng.randint(1, 4),
        place_kind=kind,
        skill=rng.choice(SKILLS),
        min_level=rng.choice([1, 1, 2]),
        duration_by_level=by_level,
        max_gap_before=rng.choice([0, 0, 0, 1, 2, None]),
        keep_place=rng.random() < 0.8,
    )


def item(rng: random.Random, name: str, technicians: int) -> Item:
    kind = rng.choice(["any", "any", "any", "must", "prefers", "tag"])
    request = Request()
    if kind in ("must", "prefers"):
        request = Request(kind=kind, technicians=(f"t{rng.randrange(technicians)}",))  # type: ignore[arg-type]
    elif kind == "tag":
        request = Request(kind="tag", tag="woman")
    phases = tuple(phase(rng, first=n == 0) for n in range(rng.choice([1, 1, 2, 3])))
    return Item(name, phases, request=request, same_technician=rng.random() < 0.7)


def technician(rng: random.Random, number: int, horizon: int) -> Technician:
    breaks = (Break(2, horizon // 3, horizon // 3 + rng.choice([2, 6])),) if rng.random() < 0.4 else ()
    return Technician(
        f"t{number}",
        skills={s: rng.randint(1, 2) for s in SKILLS if rng.random() < 0.85},
        shifts=((rng.randint(0, 2), horizon - rng.randint(0, 4)),),
        breaks=breaks,
        absences=((5, 8),) if rng.random() < 0.2 else (),
        earliest_free=rng.choice([0, 0, 2]),
        overtime_max=rng.choice([0, 0, 2]),
        turns_taken=rng.randint(0, 2),
        tags=("woman",) if rng.random() < 0.6 else (),
    )


def visit(rng: random.Random, number: int, technicians: int, now: int) -> Visit:
    arrival = rng.choice([Arrival(), Arrival("here", max(0, now - rng.randint(0, 3))), Arrival("expected_late", now + 2)])
    booked = rng.randint(0, 8) if rng.random() < 0.7 else None
    return Visit(
        f"v{number}",
        tuple(item(rng, f"i{n}", technicians) for n in range(rng.choice([1, 1, 1, 2]))),
        customer=rng.choice([None, f"c{number}", "c0"]),
        arrival=arrival,
        release=rng.choice([0, 0, 3]),
        booked_start=booked,
        promised=(booked, booked + 2) if booked is not None and rng.random() < 0.7 else None,
        tier_weight=rng.randint(1, 3),
        party="p" if rng.random() < 0.15 else None,
        moves_so_far=rng.choice([0, 0, 1, 3]),
        pinned=rng.random() < 0.1,
        items_in_order=rng.random() < 0.5,
    )


def day(seed: int, visits: int = 5, technicians: int = 3, horizon: int = 24) -> Problem:
    """A fresh problem without facts and without a published plan."""
    rng = random.Random(seed)
    now = rng.choice([0, 0, 4])
    places = tuple(
        Place(
            f"{kind}{n}",
            kind,
            clean_up=rng.choice([0, 1]),
            closures=((6, 9),) if rng.random() < 0.2 else (),
            earliest_free=rng.choice([0, 0, 3]),
        )
        for kind in KINDS
        for n in range(rng.randint(1, 2))
    )
    return Problem(
        horizon=horizon,
        now=now,
        technicians=tuple(technician(rng, n, horizon) for n in range(technicians)),
        places=places,
        visits=tuple(visit(rng, n, technicians, now) for n in range(visits)),
        settings=Settings(frozen=2, near=4, ageing=3, lateness_ageing=4),
    )


def disturbed(problem: Problem, published: tuple[Assignment, ...], seed: int) -> Problem:
    """Some time later: started work is a fact (some of it overruns), somebody is absent, somebody is late."""
    rng = random.Random(seed)
    now = rng.randint(problem.now, problem.horizon // 2)
    rows = {(r.visit, r.item, r.phase): r for r in published}
    visits = []
    for one in problem.visits:
        items = []
        for thing in one.items:
            phases = []
            for number, planned in enumerate(thing.phases):
                part = planned
                row = rows.get((one.id, thing.id, number))
                over = rng.choice([0, 0, 2])
                if row is not None and row.start < now:
                    part = replace(part, fixed=Fixed(row.technician, row.place, row.start, row.end + over))
                elif row is not None and row.start < now + 3 and number == 0 and rng.random() < 0.3:
                    part = replace(part, fixed=Fixed(row.technician, row.place))
                phases.append(part)
            items.append(replace(thing, phases=tuple(phases)))
        late = Arrival("expected_late", now + 3) if rng.random() < 0.15 else one.arrival
        visits.append(replace(one, items=tuple(items), arrival=late))
    people = tuple(
        replace(t, absences=(*t.absences, (now, now + 6))) if rng.random() < 0.15 else t for t in problem.technicians
    )
    return replace(problem, now=now, visits=tuple(visits), technicians=people, published=published)


def tiny(seed: int) -> Problem:
    """A problem that can be tried out completely: up to three visits on a horizon of nine."""
    rng = random.Random(seed)
    found = day(seed, visits=rng.choice([2, 2, 3]), technicians=2, horizon=9)
    return replace(
        found,
        now=min(found.now, 2),
        technicians=tuple(
            replace(
                t,
                shifts=((0, 8),),
                breaks=(Break(1, 3, 5),) if t.breaks else (),
                absences=((5, 6),) if t.absences else (),
            )
            for t in found.technicians
        ),
        visits=tuple(
            replace(v, booked_start=min(v.booked_start or 0, 4), promised=(min(v.booked_start or 0, 4), 4), release=0)
            for v in found.visits
        ),
    )
