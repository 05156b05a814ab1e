"""A day that is over as screens show it: how it went, the best that could have been made of it, and what cost the difference.

Made in a process beside the hub (`looking_back`), so it holds moments and ids, and nothing of the solver's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.operations.planning.hindsight import PastDay
from hub.operations.planning.losses import Cause, Costly, Fate, Loss, costly, fates
from hub.operations.planning.review import Measures, Review, least_of, review
from scheduler import Limits, Plan, Technician

_Day = tuple[Plan, frozenset[str]]
"""A plan, and whose visits began late in it."""


@dataclass(frozen=True, slots=True)
class Level:
    """A sum over the day: as it went, in the best plan, and, where that is proven, what nobody could have done with less.
    Less is better."""

    name: str
    went: int
    could: int
    least: int | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Work of one technician on one service without a pause. `late`: the visit began after its window."""

    booking_id: str
    item_id: str
    start: datetime
    end: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """One technician's day."""

    technician_id: str
    shifts: tuple[tuple[datetime, datetime], ...]
    went: tuple[Stretch, ...]
    could: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A customer who fared worse than in the best plan: minutes more beyond the window and of waiting, and the first start in
    each. None: not served."""

    booking_id: str
    late: int
    waited: int
    went: datetime | None
    went_with: str | None
    could: datetime | None
    could_with: str | None
    price_minor: int


@dataclass(frozen=True, slots=True)
class Price:
    """An event of the day and whom it cost something."""

    cause: Cause
    technician_id: str | None
    booking_id: str | None
    at: datetime
    minutes: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Retrospect:
    """`proven`: nobody could have done better than the best plan. `broken` names rules that the day broke so that nothing is
    proven. `worse_off` customers would have lost `worse_off_minutes` to the best plan, all others gain by it."""

    went: Measures
    could: Measures
    levels: tuple[Level, ...]
    walk_ins: int
    stayed_away: int
    proven: bool
    broken: tuple[str, ...]
    seconds: float
    begins: datetime
    ends: datetime
    lanes: tuple[Lane, ...]
    prices: tuple[Price, ...]
    worse_off: int
    worse_off_minutes: int


def retrospect(past: PastDay, limits: Limits) -> Retrospect:
    """Takes as long as `limits` allow."""
    found = review(past, limits)
    rows = [*past.happened.assignments, *found.plan.assignments]
    went, could = fates(past, past.happened), fates(past, found.plan)
    lost = [minutes for minutes in _more(went, could) if minutes > 0]
    days = (past.happened, _late(went)), (found.plan, _late(could))
    return Retrospect(
        went=found.happened,
        could=found.best,
        levels=_levels(found),
        walk_ins=found.walk_ins,
        stayed_away=found.stayed_away,
        proven=found.optimal,
        broken=found.broken,
        seconds=found.seconds,
        begins=past.moment(min(row.start for row in rows) if rows else 0),
        ends=past.moment(max(row.end for row in rows) if rows else 0),
        lanes=tuple(lane for each in past.problem.technicians if (lane := _lane(past, days, each)) is not None),
        prices=tuple(_price(past, each) for each in costly(past, found.plan)),
        worse_off=len(lost),
        worse_off_minutes=sum(lost),
    )


def _levels(found: Review) -> tuple[Level, ...]:
    """In the planner's order."""
    went, could, least = found.happened, found.best, least_of(found)
    return (
        Level("unserved", went.came - went.served, could.came - could.served, least.get("unserved")),
        Level("broken", went.windows - went.kept, could.windows - could.kept, None),
        Level("late", went.late_total, could.late_total, least.get("promise_lateness")),
        Level("waiting", went.waiting_total, could.waiting_total, least.get("waiting")),
        Level("wishes", went.wishes_unmet, could.wishes_unmet, None),
        Level("overtime", went.overtime, could.overtime, None),
    )


def _more(went: Mapping[str, Fate], could: Mapping[str, Fate]) -> Iterator[int]:
    """Minutes, of waiting or beyond the window, that the best plan would have cost each customer more than the day did."""
    for name, best in could.items():
        if went[name].start is not None and best.start is not None:
            yield max(best.late - went[name].late, best.waited - went[name].waited)


def _late(fared: Mapping[str, Fate]) -> frozenset[str]:
    return frozenset(name for name, fate in fared.items() if fate.late > 0)


def _lane(past: PastDay, days: tuple[_Day, _Day], technician: Technician) -> Lane | None:
    """None for who did nothing and was not there."""
    went, could = (_stretches(past, plan, late, technician.id) for plan, late in days)
    if not went and not could and not technician.shifts:
        return None
    shifts = tuple((past.moment(start), past.moment(end)) for start, end in technician.shifts)
    return Lane(technician.id, shifts, went, could)


def _stretches(past: PastDay, plan: Plan, late: Collection[str], technician: str) -> tuple[Stretch, ...]:
    own = sorted((row for row in plan.assignments if row.technician == technician), key=lambda row: row.start)
    joined: list[tuple[str, str, int, int]] = []
    for row in own:
        if joined and joined[-1][:2] == (row.visit, row.item) and joined[-1][3] == row.start:
            joined[-1] = (*joined[-1][:3], row.end)
        else:
            joined.append((row.visit, row.item, row.start, row.end))
    return tuple(
        Stretch(visit, item, past.moment(start), past.moment(end), visit in late) for visit, item, start, end in joined
    )


def _price(past: PastDay, found: Costly) -> Price:
    event = found.event
    hits = tuple(_hit(past, loss) for loss in found.losses)
    return Price(event.cause, event.technician, event.visit, past.moment(event.at), event.minutes, hits)


def _hit(past: PastDay, loss: Loss) -> Hit:
    went, could = loss.went, loss.could
    return Hit(
        booking_id=loss.visit,
        late=loss.late,
        waited=loss.waited,
        went=None if went.start is None else past.moment(went.start),
        went_with=went.technician,
        could=None if could.start is None else past.moment(could.start),
        could_with=could.technician,
        price_minor=past.prices.get(loss.visit, 0) if loss.unserved else 0,
    )
