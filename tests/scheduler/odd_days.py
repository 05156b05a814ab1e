"""Tiny days with everything that the form of a problem allows at once; a seed gives the same one everywhere.

Unlike `days`, much here makes little sense: work without length, breaks that overlap or end after the day, orders of the
levels that nobody would choose, half-published visits.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from scheduler import Arrival, Assignment, Break, Fixed, Item, Phase, Place, Problem, Request, Settings, Technician, Visit
from scheduler.problem import DEFAULT_OBJECTIVE, Level

SKILLS = ("cut", "colour")
KINDS = ("chair", "basin")
LEVELS: tuple[Level, ...] = get_args(Level)


def odd_day(seed: int) -> Problem:
    """A fresh problem: up to three visits for up to two people on a horizon of at most ten."""
    rng = random.Random(seed)
    horizon = rng.choice([7, 8, 10])
    now = rng.choice([0, 0, 0, 2, 3])
    people = [f"t{number}" for number in range(rng.randint(1, 2))]
    return Problem(
        horizon=horizon,
        now=now,
        technicians=tuple(_technician(rng, name, horizon) for name in people),
        places=tuple(_place(rng, f"{kind}{n}", kind, horizon) for kind in KINDS for n in range(rng.choice([0, 1, 1, 2, 2]))),
        visits=tuple(_visit(rng, f"v{n}", people, (now, horizon)) for n in range(rng.randint(1, 3))),
        objective=_objective(rng),
        settings=Settings(
            moves_max=rng.choice([0, 2, 3]),
            frozen=rng.choice([0, 0, 2]),
            ageing=rng.choice([1, 3, 15]),
            lateness_ageing=rng.choice([1, 4, 30]),
            near=rng.choice([0, 3, 60]),
            change_technician=rng.choice([0, 1, 10]),
            change_place=rng.choice([0, 2]),
            change_start=rng.choice([0, 1, 3]),
            wish=rng.choice([0, 1, 5]),
        ),
    )


def _objective(rng: random.Random) -> tuple[Level, ...]:
    if rng.random() < 0.5:
        return DEFAULT_OBJECTIVE
    levels = list(LEVELS)
    rng.shuffle(levels)
    return tuple(levels[: rng.randint(1, len(levels))])


def _technician(rng: random.Random, name: str, horizon: int) -> Technician:
    begin, end, noon = rng.choice([0, 0, 1]), horizon - rng.choice([0, 0, 1, 2]), horizon // 2
    shifts = ((begin, end),) if rng.random() < 0.7 else ((begin, noon - rng.choice([0, 1])), (noon + rng.choice([0, 1]), end))
    breaks = []
    for _ in range(rng.choice([0, 0, 0, 1, 2])):
        length, earliest = rng.choice([1, 2]), rng.randint(1, horizon - 2)
        breaks.append(Break(length, earliest, earliest + length + rng.choice([0, 1, 3])))
    away = rng.randint(0, horizon - 2)
    return Technician(
        name,
        {skill: rng.randint(0, 2) for skill in SKILLS if rng.random() < 0.85},
        shifts=shifts,
        breaks=tuple(breaks),
        absences=((away, away + rng.choice([1, 2])),) if rng.random() < 0.25 else (),
        earliest_free=rng.choice([0, 0, 0, 2]),
        overtime_max=rng.choice([0, 0, 1, 2]),
        turns_taken=rng.randint(0, 2),
        tags=("woman",) if rng.random() < 0.6 else (),
    )


def _place(rng: random.Random, name: str, kind: str, horizon: int) -> Place:
    closed = rng.randint(0, horizon - 2)
    return Place(
        name,
        kind,
        clean_up=rng.choice([0, 0, 1]),
        closures=((closed, closed + rng.choice([1, 2, 3])),) if rng.random() < 0.25 else (),
        earliest_free=rng.choice([0, 0, 0, 2]),
    )


def _phase(rng: random.Random, people: Sequence[str], *, first: bool) -> Phase:
    def length() -> int:
        return rng.choice([0, 1, 1, 2, 2, 3])

    place, pause, keep = rng.choice([*KINDS, None]), rng.choice([0, 0, 1, 2, None]), rng.random() < 0.7
    if not first and rng.random() < 0.25:
        return Phase(kind="processing", duration=length(), place_kind=place, max_gap_before=pause, keep_place=keep)
    named = {name: length() for name in people if rng.random() < 0.7} if rng.random() < 0.5 else {}
    return Phase(
        duration=length(),
        place_kind=place,
        skill=rng.choice(SKILLS) if not named or rng.random() < 0.5 else None,
        min_level=rng.choice([0, 1, 1, 2]),
        duration_by_level={level: length() for level in (1, 2) if rng.random() < 0.4},
        duration_by_technician=named,
        max_gap_before=pause,
        keep_place=keep,
    )


def _item(rng: random.Random, name: str, people: Sequence[str]) -> Item:
    kind = rng.choice(["any", "any", "any", "must", "prefers", "tag"])
    asked = tuple(sorted({rng.choice(people) for _ in range(rng.choice([1, 1, 2]))}))
    request = {
        "any": Request(),
        "must": Request("must", asked),
        "prefers": Request("prefers", asked),
        "tag": Request("tag", tag="woman"),
    }[kind]
    phases = tuple(_phase(rng, people, first=number == 0) for number in range(rng.randint(1, 2)))
    return Item(name, phases, request=request, same_technician=rng.random() < 0.5)


def _visit(rng: random.Random, name: str, people: Sequence[str], day: tuple[int, int]) -> Visit:
    now, horizon = day
    low = rng.randint(0, horizon - 3)
    return Visit(
        name,
        tuple(_item(rng, f"i{number}", people) for number in range(rng.choice([1, 1, 1, 2]))),
        customer=rng.choice([None, None, f"c{name}", "c"]),
        arrival=rng.choice(
            [
                Arrival(),
                Arrival(),
                Arrival("here", max(0, now - rng.randint(0, 3))),
                Arrival("expected_late", now + rng.randint(0, 3)),
            ]
        ),
        release=rng.choice([0, 0, 0, 2, 3]),
        booked_start=rng.randint(0, horizon - 2) if rng.random() < 0.6 else None,
        promised=(low, low + rng.choice([0, 1, 2])) if rng.random() < 0.6 else None,
        tier_weight=rng.choice([0, 1, 1, 2, 3]),
        party=rng.choice(["p", "q"]) if rng.random() < 0.3 else None,
        moves_so_far=rng.choice([0, 0, 1, 2, 3]),
        pinned=rng.random() < 0.12,
        items_in_order=rng.random() < 0.5,
    )


def half_published(problem: Problem, rows: Sequence[Assignment], seed: int) -> Problem:
    """Later: some rows were never published or otherwise, what began may overrun, something is called or has its start."""
    rng = random.Random(seed + 1_000_000)
    now = rng.randint(problem.now, max(problem.now, problem.horizon // 2))
    laid = {(row.visit, row.item, row.phase): row for row in rows}
    published = []
    for row in rows:
        by = rng.choice([0, 0, 0, 0, 1])
        if rng.random() < 0.9:
            published.append(replace(row, start=row.start + by, end=row.end + by))
    visits = []
    for visit in problem.visits:
        items = []
        for item in visit.items:
            mine = [laid.get((visit.id, item.id, number)) for number in range(len(item.phases))]
            items.append(replace(item, phases=_settled(rng, item, mine, now)))
        late = rng.random() < 0.15
        visits.append(replace(visit, items=tuple(items), arrival=Arrival("expected_late", now + 2) if late else visit.arrival))
    return replace(problem, now=now, visits=tuple(visits), published=tuple(published))


def _settled(rng: random.Random, item: Item, rows: Sequence[Assignment | None], now: int) -> tuple[Phase, ...]:
    phases = list(item.phases)
    for number, row in enumerate(rows):
        if row is None:
            break
        if row.start < now and rng.random() < 0.9:
            over = rng.choice([0, 0, 0, 1, 2])
            phases[number] = replace(phases[number], fixed=Fixed(row.technician, row.place, row.start, row.end + over))
            continue
        if rng.random() < 0.25:
            choices = [Fixed(row.technician, row.place), Fixed(row.technician), Fixed(place=row.place)]
            phases[number] = replace(phases[number], fixed=rng.choice([*choices, Fixed(start=max(now, row.start))]))
        break
    return tuple(phases)
