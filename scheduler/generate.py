"""Realistic days from a seed, for benchmarks and trials: `small`, `medium`, `large`, `chain`.

The hours' profile is that of a Canadian hair salon's booked appointments of spring 2018; 15 % of the visits have
several services, and of these 73 % are asked to be done by more than one person. Bookings are made one after the other
on a filling book, as a desk would; walk-ins and overbooked times come on top, so that the day is tight.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from scheduler.board import Board
from scheduler.fit import Ask
from scheduler.insertion import Inserter
from scheduler.problem import Break, Item, Phase, Place, Problem, Request, Technician, Visit

OPEN_HOURS = 12
HORIZON = OPEN_HOURS * 60 + 120
"""Minutes from opening (08:00) to the last possible end."""

HOURS_PROFILE = (33, 62, 123, 104, 108, 107, 101, 111, 83, 90, 59, 20)
"""Bookings per thousand that start in each hour from 08:00."""

SEVERAL_SERVICES = 0.15
SEVERAL_TECHNICIANS = 0.73
WALK_INS = 0.15
OVERBOOKED = 0.10
PROMISE_WINDOW = 15
CLEAN_UP = 5


@dataclass(frozen=True, slots=True)
class Size:
    """How many people, places and visits a store's day has."""

    technicians: int
    places: int
    visits: int
    stores: int = 1


SIZES = {
    "small": Size(6, 4, 30),
    "medium": Size(20, 12, 150),
    "large": Size(60, 40, 600),
    "chain": Size(100, 80, 1000, stores=10),
}

_Step = tuple[str, int, str | None, str | None]
"""Kind of phase, minutes, kind of place, skill."""

_SERVICES: tuple[tuple[str, str, tuple[_Step, ...]], ...] = (
    ("cut", "chair", (("hands_on", 30, "chair", "hair"),)),
    ("wash_cut", "chair", (("hands_on", 10, "basin", "hair"), ("hands_on", 30, "chair", "hair"))),
    ("blow_dry", "chair", (("hands_on", 25, "chair", "hair"),)),
    (
        "colour",
        "chair",
        (
            ("hands_on", 30, "chair", "colour"),
            ("processing", 30, "chair", None),
            ("finishing", 20, "chair", "colour"),
        ),
    ),
    ("nails", "chair", (("hands_on", 35, "chair", "nails"),)),
    ("hair_spa", "basin", (("hands_on", 20, "basin", "hair"), ("processing", 15, "basin", None))),
    ("facial", "room", (("hands_on", 50, "room", "skin"),)),
    ("massage", "room", (("hands_on", 60, "room", "body"),)),
)
SKILLS = ("hair", "colour", "nails", "skin", "body")


def generate(size: str, seed: int, load: float = 0.8) -> Problem:
    """One day of the named size. `load` (0.6 … 0.9) is the share of the busiest kind of place that visits take.

    Raises KeyError for an unknown size.
    """
    shape = SIZES[size]
    stores = [
        _store(random.Random(f"{size}/{seed}/{n}"), shape, load, f"s{n}/" if shape.stores > 1 else "")
        for n in range(shape.stores)
    ]
    return Problem(
        horizon=HORIZON,
        technicians=tuple(t for s in stores for t in s.technicians),
        places=tuple(p for s in stores for p in s.places),
        visits=tuple(v for s in stores for v in s.visits),
        name=f"{size}-{seed}",
    )


def _store(rng: random.Random, shape: Size, load: float, prefix: str) -> Problem:
    places = _places(shape.places // shape.stores, prefix)
    technicians = _technicians(rng, shape.technicians // shape.stores, prefix)
    counts = {kind: sum(p.kind == kind for p in places) for kind in ("chair", "basin", "room")}
    visits = [_visit(rng, n, prefix, counts, technicians) for n in range(shape.visits // shape.stores)]
    visits = _scaled(visits, counts, technicians, load)
    problem = Problem(horizon=HORIZON, technicians=technicians, places=places, visits=tuple(visits))
    return _apart(replace(problem, visits=_booked(rng, problem)), prefix)


def _places(count: int, prefix: str) -> tuple[Place, ...]:
    basins, rooms = max(1, count // 6), max(1, count // 4)
    kinds = ["basin"] * basins + ["room"] * rooms + ["chair"] * (count - basins - rooms)
    return tuple(Place(f"{prefix}{kind}{n}", kind, clean_up=CLEAN_UP) for n, kind in enumerate(kinds))


def _apart(store: Problem, prefix: str) -> Problem:
    """Kinds of place and skills get the store's name, since nobody is sent to another store."""

    def renamed(phase: Phase) -> Phase:
        skill = prefix + phase.skill if phase.skill is not None else None
        return replace(phase, place_kind=f"{prefix}{phase.place_kind}", skill=skill)

    def named(item: Item) -> Item:
        return replace(item, phases=tuple(renamed(p) for p in item.phases))

    return replace(
        store,
        technicians=tuple(
            replace(t, skills={prefix + skill: level for skill, level in t.skills.items()}) for t in store.technicians
        ),
        places=tuple(replace(p, kind=prefix + p.kind) for p in store.places),
        visits=tuple(replace(v, items=tuple(named(i) for i in v.items)) for v in store.visits),
    )


def _technicians(rng: random.Random, count: int, prefix: str) -> tuple[Technician, ...]:
    people = []
    for number in range(count):
        # Every skill has somebody; most people master two crafts.
        skills = {SKILLS[number % len(SKILLS)], rng.choice(SKILLS)} | ({rng.choice(SKILLS)} if rng.random() < 0.4 else set())
        start = (0, 60, 180)[number % 3]
        lunch = start + 180
        people.append(
            Technician(
                f"{prefix}t{number}",
                skills={skill: rng.choice([1, 2, 2, 3]) for skill in sorted(skills)},
                shifts=((start, start + 540),),
                breaks=(Break(30, lunch, lunch + 120),),
                overtime_max=60,
                turn_rank=number,
                tags=("woman",) if rng.random() < 0.7 else ("man",),
            )
        )
    return tuple(people)


def _visit(rng: random.Random, number: int, prefix: str, counts: dict[str, int], technicians: tuple[Technician, ...]) -> Visit:
    several = rng.random() < SEVERAL_SERVICES
    main = [rng.choices(_SERVICES, [_share(s, counts, technicians) for s in _SERVICES])[0]]
    if several:
        craft = main[0][2][0][3]
        other_craft = rng.random() < SEVERAL_TECHNICIANS
        others = [s for s in _SERVICES if (s[2][0][3] != craft) == other_craft]
        main.append(rng.choice(others))
    items = tuple(_item(rng, f"{n}-{s[0]}", s[2], technicians) for n, s in enumerate(main))
    return Visit(
        f"{prefix}v{number}",
        items,
        customer=f"{prefix}c{number}",
        tier_weight=rng.choices([1, 2, 3], [70, 22, 8])[0],
        items_in_order=rng.random() < 0.5,
    )


def _share(service: tuple[str, str, tuple[_Step, ...]], counts: dict[str, int], technicians: tuple[Technician, ...]) -> float:
    """Visits are as many as their kind of place and their masters can take: capacity over minutes."""
    same = [s for s in _SERVICES if s[1] == service[1]]
    masters = sum(all(step[3] is None or step[3] in t.skills for step in service[2]) for t in technicians)
    return min(counts[service[1]] / len(same), masters / 4) / sum(step[1] for step in service[2])


def _item(rng: random.Random, name: str, steps: tuple[_Step, ...], technicians: tuple[Technician, ...]) -> Item:
    phases = []
    for kind, minutes, place, skill in steps:
        level = {1: minutes + 5, 3: max(5, minutes - 5)} if skill and rng.random() < 0.3 else {}
        phases.append(
            Phase(
                kind="hands_on" if kind == "hands_on" else "processing" if kind == "processing" else "finishing",
                duration=minutes,
                place_kind=place,
                skill=skill,
                duration_by_level=level,
            )
        )
    able = [t.id for t in technicians if all(s[3] is None or s[3] in t.skills for s in steps)]
    draw = rng.random()
    request = Request()
    if draw < 0.25 and able:
        request = Request(kind="prefers", technicians=(rng.choice(able),))
    elif draw < 0.35 and able:
        request = Request(kind="must", technicians=(rng.choice(able),))
    elif draw < 0.40 and any("woman" in t.tags for t in technicians if t.id in able):
        request = Request(kind="tag", tag="woman")
    return Item(name, tuple(phases), request=request)


def _scaled(visits: list[Visit], counts: dict[str, int], technicians: tuple[Technician, ...], load: float) -> list[Visit]:
    """Stretch or shrink all durations so that the busiest kind of place (or the people) is taken for `load` of the day."""
    demand = dict.fromkeys(counts, 0)
    work = dict.fromkeys(SKILLS, 0)
    for visit in visits:
        for item in visit.items:
            for phase in item.phases:
                demand[phase.place_kind or "chair"] += phase.duration
                if phase.skill:
                    work[phase.skill] += phase.duration
            demand[item.phases[-1].place_kind or "chair"] += CLEAN_UP
    capacity = dict.fromkeys(SKILLS, 0.0)
    for technician in technicians:
        for skill in technician.skills:
            capacity[skill] += (technician.shifts[0][1] - technician.shifts[0][0] - 30) / len(technician.skills)
    places = (demand[kind] / (counts[kind] * OPEN_HOURS * 60) for kind in counts)
    busiest = max(*places, *(work[skill] / capacity[skill] for skill in SKILLS if work[skill]))
    return [_stretched(visit, load / busiest) for visit in visits]


def _stretched(visit: Visit, factor: float) -> Visit:
    def minutes(value: int) -> int:
        return max(5, round(value * factor / 5) * 5)

    def scaled(phase: Phase) -> Phase:
        levels = {level: minutes(value) for level, value in phase.duration_by_level.items()}
        return replace(phase, duration=minutes(phase.duration), duration_by_level=levels)

    return replace(visit, items=tuple(replace(i, phases=tuple(scaled(p) for p in i.phases)) for i in visit.items))


def _booked(rng: random.Random, problem: Problem) -> tuple[Visit, ...]:
    """Give every visit its time: booked where the book has room, overbooked, or walking in."""
    board = Board(replace(problem, visits=()))
    inserter = Inserter(board)
    visits = []
    for visit in problem.visits:
        hour = rng.choices(range(OPEN_HOURS), HOURS_PROFILE)[0]
        wished = min(hour * 60 + rng.randrange(0, 60, 10), OPEN_HOURS * 60 - 120)
        draw = rng.random()
        if draw < WALK_INS:
            visits.append(replace(visit, release=wished, promised=(wished, wished + PROMISE_WINDOW)))
            continue
        start = wished
        board.visits[visit.id] = visit
        rows = inserter.place_visit(visit, Ask(not_before=wished))
        if draw >= WALK_INS + OVERBOOKED and rows is not None:
            start = -(-min(r.start for r in rows) // 5) * 5
            board.put(visit, rows)
        start = min(start, OPEN_HOURS * 60 - 90)
        visits.append(replace(visit, release=start, booked_start=start, promised=(start, start + PROMISE_WINDOW)))
    return tuple(visits)
