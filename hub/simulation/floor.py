"""The floor at one moment of a simulated day, and the same as the solver's problem, read as the hub reads its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from hub.operations.planning.problem import BOOKED_GRACE_MINUTES, OVERDUE_MINUTES, OVERRUN_MINUTES
from hub.simulation.book import Day
from hub.simulation.customers import Customer, ItemPhase
from hub.simulation.ground import Ground
from scheduler import Arrival, Assignment, BreakTime, Fixed, Item, Phase, Place, Problem, Span, Technician, Visit

State = Literal["expected", "missing", "here", "served", "cancelled", "no_show", "turned_away"]
Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Promise:
    """A window told to a customer, in minutes after midnight, and its odds in percent."""

    start: int
    end: int
    odds: int


@dataclass(slots=True)
class Run:
    """A phase that goes on or is over: who, where, since when, until when as planned, until when in truth."""

    technician: str | None
    place: str | None
    start: int
    expected: int
    ends: int
    over: bool = False


@dataclass(slots=True)
class Stay:
    """What has become of a customer so far. `told` are the start and technician of each service last told to them."""

    customer: Customer
    state: State = "expected"
    arrived: int | None = None
    late_until: int | None = None
    runs: dict[ItemPhase, Run] = field(default_factory=dict)
    promise: Promise | None = None
    told: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    changes: int = 0

    @property
    def open(self) -> bool:
        """Whether somebody still waits for, or is in the middle of, something."""
        return self.state in ("expected", "here")

    @property
    def busy(self) -> Run | None:
        """The phase that goes on now."""
        return next((run for run in self.runs.values() if not run.over), None)

    @property
    def first_start(self) -> int | None:
        return min((run.start for run in self.runs.values()), default=None)

    def under_way(self, item: Item) -> bool:
        """Whether the service has begun and has phases to come or in hand."""
        runs = [self.runs.get((item.id, n)) for n in range(len(item.phases))]
        return runs[0] is not None and any(run is None or not run.over for run in runs)

    def done(self, item: Item) -> bool:
        return all((item.id, n) in self.runs and self.runs[item.id, n].over for n in range(len(item.phases)))


@dataclass(slots=True)
class Floor:
    """Everything that is so at `now`; `rows` and `breaks` are the plan in force for what has not begun."""

    ground: Ground
    stays: dict[str, Stay]
    rows: dict[Key, Assignment]
    breaks: dict[tuple[str, int], BreakTime]
    now: int = 0
    rested: dict[tuple[str, int], Span] = field(default_factory=dict)
    clean_at: dict[str, int] = field(default_factory=dict)

    @classmethod
    def at_opening(cls, ground: Ground, day: Day) -> Floor:
        """The booked plan and nobody there."""
        stays = {c.id: Stay(c) for c in day.customers if not c.walk_in}
        rows = {(r.visit, r.item, r.phase): r for r in day.rows}
        breaks = {(b.technician, b.index): b for b in day.breaks}
        begins = min([ground.store.opens, *(t.shifts[0][0] for t in ground.technicians)])
        return cls(ground, stays, rows, breaks, now=begins)

    def running(self) -> Iterator[tuple[Stay, ItemPhase, Run]]:
        for stay in self.stays.values():
            if stay.state == "here":
                yield from ((stay, key, run) for key, run in stay.runs.items() if not run.over)

    def expected_end(self, run: Run) -> int:
        """As far as anybody can tell now."""
        return run.expected if run.expected > self.now else self.now + OVERRUN_MINUTES

    def arrival(self, stay: Stay) -> Arrival:
        """What is known of the customer's coming."""
        if stay.arrived is not None:
            return Arrival("here", stay.arrived)
        booked = stay.customer.booked or 0
        if stay.late_until is not None and stay.late_until > max(self.now, booked):
            return Arrival("expected_late", stay.late_until)
        if self.now > booked:
            return Arrival("expected_late", self.now + OVERDUE_MINUTES)
        return Arrival("not_yet")

    def problem(self) -> Problem:
        """What is to be planned from now on."""
        return Problem(
            horizon=self.ground.horizon,
            technicians=tuple(self._technician(t) for t in self.ground.technicians),
            places=tuple(self._place(p) for p in self.ground.places),
            visits=tuple(self.visit(stay) for stay in self.stays.values() if stay.open),
            now=self.now,
            published=tuple(self.rows.values()),
        )

    def visit(self, stay: Stay) -> Visit:
        """One customer as the solver sees them."""
        customer, arrival = stay.customer, self.arrival(stay)
        items = tuple(self._item(stay, item) for item in customer.items if not stay.done(item))
        coming = customer.booked or 0
        return Visit(
            id=customer.id,
            items=items,
            arrival=arrival,
            release=coming if arrival.kind == "not_yet" else 0,
            booked_start=customer.booked,
            promised=self._promised(stay),
            moves_so_far=stay.changes,
        )

    def _promised(self, stay: Stay) -> Span | None:
        if stay.promise is not None:
            return stay.promise.start, stay.promise.end
        booked = stay.customer.booked
        return None if booked is None else (booked, booked + BOOKED_GRACE_MINUTES)

    def _item(self, stay: Stay, item: Item) -> Item:
        phases = tuple(self._phase(stay.runs.get((item.id, n)), phase) for n, phase in enumerate(item.phases))
        return replace(item, phases=phases) if stay.under_way(item) else item

    def _phase(self, run: Run | None, phase: Phase) -> Phase:
        if run is None:
            return phase
        end = run.ends if run.over else self.expected_end(run)
        return replace(phase, fixed=Fixed(run.technician, run.place, run.start, end))

    def _technician(self, technician: Technician) -> Technician:
        taken = [self.rested.get((technician.id, n)) for n in range(len(technician.breaks))]
        rest = tuple(b for b, span in zip(technician.breaks, taken, strict=True) if span is None)
        return replace(technician, breaks=rest, absences=tuple(span for span in taken if span is not None))

    def _place(self, place: Place) -> Place:
        return replace(place, earliest_free=self.clean_at.get(place.id, 0))

    def facts(self) -> list[Assignment]:
        """What goes on or is over in visits that are not."""
        return [
            Assignment(
                stay.customer.id,
                item,
                n,
                run.technician,
                run.place,
                run.start,
                run.ends if run.over else self.expected_end(run),
            )
            for stay in self.stays.values()
            if stay.open
            for (item, n), run in stay.runs.items()
        ]
