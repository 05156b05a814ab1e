"""What of a day that is over was lost against the best that could have been made of it, and to which events. Pure.

For each customer who fared worse than in the best day, the chain of what was in the way is followed back to its beginning: who
had the technician or the place until the start, whether that took longer than planned or began late itself, and why. What
several customers lost to the same event is told together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hub.operations.planning.hindsight import PastDay
from hub.operations.planning.review import late_of, waited_of
from scheduler import Assignment, Plan, Technician, Visit

Cause = Literal["left", "idle", "absent", "off", "overran", "came_late", "walk_in", "order", "busy"]
"""What was in the way of a start.

- `left`: they left before it came; `idle`: nothing, the technician and the place were free;
- `absent`, `off`: the technician was away, or not yet on shift;
- `overran`, `came_late`, `walk_in`, `order`: somebody else's service took longer than planned, they came late, without a
  booking, or came later and went first;
- `busy`: nothing went wrong, the day was planned that tightly.
"""

WORTH_TELLING = 5
"""Minutes below which nothing counts as an event."""


@dataclass(frozen=True, slots=True)
class Fate:
    """How a visit fared in a plan: minutes beyond its window and of waiting, its first start, and who began it."""

    start: int | None
    technician: str | None
    late: int
    waited: int


@dataclass(frozen=True, slots=True)
class Loss:
    """A visit that fared worse than it could have."""

    visit: str
    went: Fate
    could: Fate

    @property
    def late(self) -> int:
        return max(0, self.went.late - self.could.late)

    @property
    def waited(self) -> int:
        return max(0, self.went.waited - self.could.waited)

    @property
    def unserved(self) -> bool:
        return self.went.start is None and self.could.start is not None


@dataclass(frozen=True, slots=True)
class Event:
    """What cost something: `visit` is whose service or coming was in the way, `technician` who was held up or away; `minutes`
    how long it took more than planned, was late, away or idle, counted from `at`."""

    cause: Cause
    technician: str | None
    visit: str | None
    at: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Costly:
    """An event with all that was lost to it, the most first."""

    event: Event
    losses: tuple[Loss, ...]

    @property
    def late(self) -> int:
        return sum(loss.late for loss in self.losses)

    @property
    def waited(self) -> int:
        return sum(loss.waited for loss in self.losses)

    @property
    def unserved(self) -> int:
        return sum(loss.unserved for loss in self.losses)


def fates(past: PastDay, plan: Plan) -> dict[str, Fate]:
    """By visit."""
    rows: dict[str, list[Assignment]] = defaultdict(list)
    for row in plan.assignments:
        rows[row.visit].append(row)
    return {visit.id: _fate(visit, rows[visit.id]) for visit in past.problem.visits}


def _fate(visit: Visit, rows: Sequence[Assignment]) -> Fate:
    if not rows:
        return Fate(None, None, 0, 0)
    first = min(rows, key=lambda row: row.start)
    return Fate(first.start, first.technician, late_of(visit, first.start), waited_of(visit, rows))


def losses_of(past: PastDay, best: Plan) -> list[Loss]:
    """Who could have left served, begun nearer to the window, or waited less."""
    went, could = fates(past, past.happened), fates(past, best)
    found = [Loss(name, went[name], could[name]) for name in went]
    return [loss for loss in found if loss.unserved or (loss.could.start is not None and loss.late + loss.waited > 0)]


def costly(past: PastDay, best: Plan) -> tuple[Costly, ...]:
    """What cost customers, lateness and waiting, in the order of that; the parts of one event are told together."""
    chain = _Chain(past)
    by_event: dict[Event, list[Loss]] = defaultdict(list)
    for loss in losses_of(past, best):
        by_event[chain.event_behind(loss)].append(loss)
    found = [Costly(event, tuple(sorted(own, key=_weight, reverse=True))) for event, own in by_event.items()]
    return tuple(sorted(found, key=lambda each: (-each.unserved, -each.late, -each.waited, each.event.at)))


def _weight(loss: Loss) -> tuple[bool, int, int]:
    return loss.unserved, loss.late, loss.waited


@dataclass(frozen=True, slots=True)
class _Block:
    """What held a technician or a place until `free`: a service, or, where `row` is None, an absence since `since`, or the
    time before the shift, where that is None too."""

    free: int
    since: int | None
    row: Assignment | None


class _Chain:
    """The day as it was, to be followed from a late start back to its cause."""

    def __init__(self, past: PastDay) -> None:
        self._past = past
        self._visits: Mapping[str, Visit] = {visit.id: visit for visit in past.problem.visits}
        self._people: Mapping[str, Technician] = {each.id: each for each in past.problem.technicians}
        self._clean_up = {place.id: place.clean_up for place in past.problem.places}
        self._rows = sorted(past.happened.assignments, key=lambda row: row.start)
        self._of: dict[str, list[Assignment]] = defaultdict(list)
        for row in self._rows:
            self._of[row.visit].append(row)

    def event_behind(self, loss: Loss) -> Event:
        visit = self._visits[loss.visit]
        if loss.went.start is None:
            return Event("left", None, loss.visit, visit.arrival.at, 0)
        return self._behind(self._of[loss.visit][0], visit.arrival.at)

    def _behind(self, row: Assignment, since: int) -> Event:
        """What kept `row` from beginning at `since`. Every step goes back in time, so it ends."""
        block = self._last_block(row, since)
        free_from = max(since, block.free) if block else since
        idle = row.start - free_from
        if idle >= WORTH_TELLING and 2 * idle >= row.start - since:
            return Event("idle", row.technician, row.visit, free_from, idle)
        if block is None:
            return Event("busy", row.technician, row.visit, since, max(0, row.start - since))
        if block.row is None and block.since is None:
            return Event("off", row.technician, None, block.free, 0)
        if block.row is None:
            return Event("absent", row.technician, None, block.since or 0, block.free - (block.since or 0))
        return self._because_of(block.row, row)

    def _because_of(self, before: Assignment, row: Assignment) -> Event:
        """`before` had what `row` needed; it was in the way by its own doing, or something was in its own."""
        visit, mine = self._visits[before.visit], self._visits[row.visit]
        own = [each for each in self._of[before.visit] if each.item == before.item]
        over = max(each.end for each in own) - min(each.start for each in own) - self._past.planned.get(before.item, 0)
        hands = next((each.technician for each in own if each.technician is not None), None)
        if before.item in self._past.planned and over >= WORTH_TELLING:
            return Event("overran", hands, visit.id, own[-1].end - over, over)
        booked = visit.booked_start if visit.booked_start is not None else visit.arrival.at
        walked_in = visit.id in self._past.walked_in
        if not walked_in and visit.arrival.at - booked >= WORTH_TELLING:
            return Event("came_late", hands, visit.id, booked, visit.arrival.at - booked)
        if walked_in:
            return Event("walk_in", hands, visit.id, before.start, before.end - before.start)
        if visit.arrival.at > mine.arrival.at and booked > (mine.booked_start or 0):
            return Event("order", hands, visit.id, before.start, before.end - before.start)
        first = self._of[before.visit][0]
        if first.start - max(booked, visit.arrival.at) >= WORTH_TELLING:
            return self._behind(first, max(booked, visit.arrival.at))
        return Event("busy", hands, visit.id, before.start, before.end - before.start)

    def _last_block(self, row: Assignment, since: int) -> _Block | None:
        """Of what held the technician or the place after `since` and before the start, what ended last."""
        found: list[_Block] = []
        for other in self._rows:
            if other.start >= row.start or other.visit == row.visit:
                continue
            if row.technician is not None and other.technician == row.technician:
                found.append(_Block(other.end, other.start, other))
            if row.place is not None and other.place == row.place:
                found.append(_Block(other.end + self._clean_up[row.place], other.start, other))
        if (person := self._people.get(row.technician or "")) is not None:
            found += [_Block(end, start, None) for start, end in person.absences]
            found += [_Block(start, None, None) for start, _ in person.shifts[:1]]
        return max((block for block in found if since < block.free <= row.start), key=lambda block: block.free, default=None)
