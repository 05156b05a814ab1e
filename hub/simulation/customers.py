"""A day's customers as draws: whom they ask for, whether and when they come, how long their services really take.

Every customer has a stream of random numbers of their own, named by seed, day and number, so that all policies meet the same
people (common random numbers) and a new trait disturbs no older one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from random import Random

from hub.simulation.ground import Ground, phase_of
from hub.simulation.store_file import LATEST_MINUTE, ServiceFile
from scheduler import Item, Request, Visit

ItemPhase = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who wants to be served. Moments are minutes after midnight, None: never.

    `wished` is when they would like to come; `booked` when they are expected, None for walk-ins. `factors` multiply the
    planned minutes of each phase (mean 1). `patience` is the longest wait that they accept when told at the door.
    """

    id: str
    items: tuple[Item, ...]
    wished: int
    walk_in: bool
    factors: dict[ItemPhase, float]
    offset: int = 0
    no_show: bool = False
    cancels_ahead: bool = False
    cancels_at_share: float | None = None
    says_late: bool = False
    patience: float = math.inf
    booked: int | None = None

    @property
    def visit(self) -> Visit:
        """As the solver sees somebody who has only just asked."""
        return Visit(id=self.id, items=self.items)

    @property
    def arrives(self) -> int | None:
        """When they come in."""
        if self.walk_in:
            return self.wished
        return None if self.no_show or self.booked is None else self.booked + self.offset

    def cancels_at(self, opens: int) -> int | None:
        """When they cancel on the day: at any moment between the opening and the booked time."""
        if self.cancels_at_share is None or self.booked is None:
            return None
        return min(self.booked - 1, opens + int(self.cancels_at_share * max(0, self.booked - opens)))


@dataclass(slots=True)
class _Draw:
    """The chances of one customer."""

    ground: Ground
    chance: Random
    services: tuple[ServiceFile, ...] = field(init=False)
    weights: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.services = self.ground.store.services
        self.weights = [service.demand for service in self.services]

    def wanted(self) -> tuple[Item, ...]:
        shares, chance = self.ground.store.shares, self.chance
        chosen = [chance.choices(self.services, self.weights)[0]]
        several, other, pick = chance.random(), chance.random(), chance.random()
        if several < shares.several_services:
            craft = _craft(chosen[0])
            apart = other < shares.other_technician
            second = [s for s in self.services if s.demand > 0 and (_craft(s) != craft) == apart] or [chosen[0]]
            chosen.append(second[int(pick * len(second))])
        return tuple(self._item(number, service) for number, service in enumerate(chosen))

    def _item(self, number: int, service: ServiceFile) -> Item:
        skills = {phase.skill for phase in service.phases if phase.kind != "processing"}
        phases = tuple(phase_of(phase) for phase in service.phases)
        return Item(str(number), phases, self._request(service), same_technician=len(skills) <= 1)

    def _request(self, service: ServiceFile) -> Request:
        shares, kind, who = self.ground.store.shares, self.chance.random(), self.chance.random()
        able = [t for t in self.ground.technicians if all(self._can(t.skills, n, service) for n in range(len(service.phases)))]
        if not able or kind >= shares.must + shares.prefers + shares.woman:
            return Request()
        name = able[int(who * len(able))].id
        if kind < shares.must:
            return Request("must", (name,))
        if kind < shares.must + shares.prefers:
            return Request("prefers", (name,))
        return Request("tag", tag="woman") if any("woman" in t.tags for t in able) else Request()

    def _can(self, skills: object, number: int, service: ServiceFile) -> bool:
        phase = service.phases[number]
        known = skills if isinstance(skills, dict) else {}
        return phase.kind == "processing" or phase.skill is None or known.get(phase.skill, 0) >= phase.level

    def moment(self) -> int:
        """By the hours' profile, evenly inside the hour and inside the opening hours."""
        store = self.ground.store
        hours = [hour for hour in range(LATEST_MINUTE // 60) if store.open_in(hour)]
        weights = [
            store.hours.get(hour, 0.0) if store.hours else min(store.closes, hour * 60 + 60) - max(store.opens, hour * 60)
            for hour in hours
        ]
        hour = self.chance.choices(hours, weights)[0]
        begins, ends = max(store.opens, hour * 60), min(store.closes, hour * 60 + 60)
        return begins + int(self.chance.random() * (ends - begins))

    def factors(self, items: tuple[Item, ...]) -> dict[ItemPhase, float]:
        """Log-normal with mean 1; what merely takes effect takes its time exactly."""
        sigma = self.ground.store.sigma
        found = {}
        for item in items:
            for number, phase in enumerate(item.phases):
                drawn = math.exp(sigma * self.chance.gauss(0, 1) - sigma**2 / 2)
                found[item.id, number] = 1.0 if phase.kind == "processing" else drawn
        return found


def _craft(service: ServiceFile) -> str | None:
    return next((phase.skill for phase in service.phases if phase.kind != "processing"), None)


def draw_customers(ground: Ground, seed: int, day: int) -> list[Customer]:
    """Everybody of one day, bookings first, in the order in which they ask."""
    share = ground.store.shares.walk_in
    visits = ground.visits_a_day()
    number = Random(f"{seed}/{day}")
    bookings = int(visits * (1 - share) + number.random())
    walk_ins = _poisson(number, visits * share)
    people = [_booking(ground, Random(f"{seed}/{day}/booking/{n}"), n) for n in range(bookings)]
    return people + [_walk_in(ground, Random(f"{seed}/{day}/walk-in/{n}"), n) for n in range(walk_ins)]


def _booking(ground: Ground, chance: Random, number: int) -> Customer:
    draw, shares, arrival = _Draw(ground, chance), ground.store.shares, ground.store.arrival
    items, wished = draw.wanted(), draw.moment()
    factors = draw.factors(items)
    offset = round(chance.gauss(arrival.mean, arrival.sd))
    fate, ahead, when, says = (chance.random() for _ in range(4))
    cancels = shares.no_show <= fate < shares.no_show + shares.cancelled
    on_the_day = ahead < shares.cancelled_on_the_day
    return Customer(
        id=f"b{number}",
        items=items,
        wished=wished,
        walk_in=False,
        factors=factors,
        offset=offset,
        no_show=fate < shares.no_show,
        cancels_ahead=cancels and not on_the_day,
        cancels_at_share=when if cancels and on_the_day else None,
        says_late=says < shares.says_late,
    )


def _walk_in(ground: Ground, chance: Random, number: int) -> Customer:
    draw, mean = _Draw(ground, chance), ground.store.patience_minutes
    items, wished = draw.wanted(), draw.moment()
    factors = draw.factors(items)
    patience = math.inf if mean is None else chance.expovariate(1 / mean)
    return Customer(id=f"w{number}", items=items, wished=wished, walk_in=True, factors=factors, patience=patience)


def _poisson(chance: Random, mean: float) -> int:
    """By exponential gaps."""
    if mean <= 0:
        return 0
    count, passed = 0, chance.expovariate(1.0)
    while passed < mean:
        count += 1
        passed += chance.expovariate(1.0)
    return count
