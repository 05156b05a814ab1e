"""One day's rows, read at one moment: the common ground of the screens' picture and of the solver's problem."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Select, and_, inspect, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from hub.catalog.queries import Catalog, ServiceFacts, catalog_of, opening
from hub.kernel.commands import StoreFacts
from hub.operations.bookings.tables import AssignmentRow, BookingItemRow, BookingRow, CustomerRow
from hub.operations.forms.queries import FormFacts, forms_of
from hub.operations.planning.duration_log import learned
from hub.operations.planning.durations import Durations
from hub.operations.planning.lengths import LengthRule, Lengths
from hub.operations.planning.odds import rescued_by
from hub.operations.planning.tables import PlanMoveRow, PlanRow, PromiseRow
from hub.operations.stations.tables import ClosureRow, PlaceRow
from hub.operations.team.tables import AbsenceRow, ShiftRow, TechnicianRow, TechnicianSkillRow, TurnRow
from hub.operations.visits.tables import HelpRow, LatenessRow, NoShowNoticeRow, PhaseRunRow, VisitRow

GONE_STATES = frozenset({"cancelled_by_customer", "cancelled_by_store", "late_cancel"})
"""Bookings that are no part of the day any more."""

RowT = TypeVar("RowT")
PhaseT = TypeVar("PhaseT", AssignmentRow, PhaseRunRow)


def own_settings(store: StoreFacts) -> dict[str, Any]:
    """A store's own prices and limits of planning; docs list them with their defaults."""
    found = store.settings.get("planning", {})
    return dict(found) if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is the same on every day; read once for several."""

    catalog: Catalog
    technicians: list[TechnicianRow]
    skills: dict[str, dict[str, int]]
    places: list[PlaceRow]


@dataclass(slots=True)
class DayRows:
    """Everything stored about one business day of the store. `runs` and `assignments` are by item, then ordinal."""

    store: StoreFacts
    date: date
    now: datetime
    begins: datetime
    """The day's first moment, in UTC."""
    ends: datetime
    hours: tuple[datetime, datetime] | None
    standing: Standing
    durations: Durations
    """What the days before `now` have taught of service times."""
    shifts: dict[str, list[ShiftRow]]
    absences: dict[str, list[AbsenceRow]]
    turns: dict[str, TurnRow]
    closures: dict[str, list[ClosureRow]]
    bookings: list[BookingRow]
    customers: dict[str, CustomerRow]
    items: dict[str, list[BookingItemRow]]
    assignments: dict[str, dict[int, AssignmentRow]]
    visits: dict[str, VisitRow]
    runs: dict[str, dict[int, PhaseRunRow]]
    lateness: dict[str, LatenessRow]
    no_show_notices: dict[str, NoShowNoticeRow]
    promises: dict[str, PromiseRow]
    moves: dict[str, list[PlanMoveRow]]
    help: list[HelpRow]
    forms: dict[str, tuple[FormFacts, ...]]
    """What the services ask to be signed, by booking."""
    plan: PlanRow | None
    _team: list[TechnicianRow] | None = None
    _lengths: Lengths | None = None

    @property
    def own(self) -> dict[str, Any]:
        """The store's own prices and limits of planning."""
        return own_settings(self.store)

    @property
    def rescued(self) -> float:
        """Of the starts that the plan would miss, what planning again keeps, by who plans here."""
        return rescued_by(self.plan.author if self.plan is not None else "solver")

    @property
    def lengths(self) -> Lengths:
        """The planned lengths of phases."""
        if self._lengths is None:
            self._lengths = Lengths(self.standing, self.durations, LengthRule.of(self.own))
        return self._lengths

    @property
    def catalog(self) -> Catalog:
        return self.standing.catalog

    @property
    def technicians(self) -> list[TechnicianRow]:
        """Those who work here, and whoever has something in hand or planned."""
        if self._team is None:
            used = {row.technician_id for row in self._occupancy()}
            self._team = [row for row in self.standing.technicians if row.active or row.id in used]
        return self._team

    @property
    def retired(self) -> frozenset[str]:
        """Who is of the team no longer; they are listed for what they have in hand, have done today or had planned."""
        return frozenset(row.id for row in self.standing.technicians if not row.active)

    @property
    def places(self) -> list[PlaceRow]:
        """Those in use, and whichever is occupied or planned."""
        used = {row.place_id for row in self._occupancy()}
        return [row for row in self.standing.places if row.active or row.id in used]

    def _occupancy(self) -> Iterator[AssignmentRow | PhaseRunRow]:
        yield from (row for planned in self.assignments.values() for row in planned.values())
        yield from (run for runs in self.runs.values() for run in runs.values())

    def service_of(self, item: BookingItemRow) -> ServiceFacts:
        return self.catalog.services[item.service_id]

    def running(self) -> list[PhaseRunRow]:
        """Runs that go on now."""
        return [run for runs in self.runs.values() for run in runs.values() if run.state == "running"]

    def begun(self, item: BookingItemRow) -> bool:
        return bool(self.runs.get(item.id))

    def to_sign(self, booking_id: str) -> tuple[FormFacts, ...]:
        """What is still to be signed before a service that has not begun."""
        coming = {self.service_of(item).consent_form for item in self.items.get(booking_id, []) if not self.begun(item)}
        return tuple(form for form in self.forms.get(booking_id, ()) if form.open and form.form in coming)

    def in_hand(self, item: BookingItemRow) -> PhaseRunRow | None:
        """The running phase of the service."""
        return next((run for run in self.runs.get(item.id, {}).values() if run.state == "running"), None)

    def done(self, item: BookingItemRow) -> bool:
        return self.begun(item) and self.in_hand(item) is None

    def open_items(self, booking: BookingRow) -> list[BookingItemRow]:
        """Services that have not begun."""
        return [item for item in self.items.get(booking.id, []) if not self.begun(item)]

    def lacks_room(self, item: BookingItemRow) -> bool:
        """Whether a phase that is still to come has no place in the plan."""
        running = self.in_hand(item)
        if running is None and self.begun(item):
            return False
        done = running.ordinal if running else -1
        planned = self.assignments.get(item.id, {})
        return any(phase.ordinal > done and phase.ordinal not in planned for phase in self.service_of(item).phases)

    def planned_start(self, booking: BookingRow) -> datetime | None:
        """When the next service that has not begun is planned to begin."""
        following = self.following(booking)
        return following[1].start if following is not None else None

    def following(self, booking: BookingRow) -> tuple[BookingItemRow, AssignmentRow] | None:
        """The service that is planned next of those that have not begun, with its first planned phase."""
        planned = [(item, row) for item in self.open_items(booking) for row in self.assignments.get(item.id, {}).values()]
        return min(planned, key=lambda found: (found[1].start, found[1].ordinal), default=None)

    def served_last(self, booking_id: str) -> datetime | None:
        """When the last service of theirs that is over ended; None while one is in hand, and before the first."""
        runs = [run for item in self.items.get(booking_id, []) for run in self.runs.get(item.id, {}).values()]
        if any(run.state == "running" for run in runs):
            return None
        return max((run.ended_at for run in runs if run.ended_at is not None), default=None)

    def moves_of(self, booking: BookingRow) -> int:
        """How often the customer was given another start; who serves them, and where, is the house's business."""
        rows = [row for row in self.moves.get(booking.id, []) if row.before_start is not None]
        return len({row.plan_number for row in rows if row.before_start != row.after_start})

    def on_shift(self, technician_id: str, moment: datetime) -> bool:
        return any(shift.start <= moment < shift.end for shift in self.shifts.get(technician_id, []))

    def absent(self, technician_id: str, moment: datetime) -> AbsenceRow | None:
        """Why she is away; of several absences at once the one that lasts longest, and no break beside others."""
        rows = self.absences.get(technician_id, [])
        now = [row for row in rows if row.start <= moment and (row.end is None or moment < row.end)]
        return max(now, key=lambda row: (row.kind != "break", row.end is None, row.end or moment), default=None)

    def closed(self, place_id: str, moment: datetime) -> ClosureRow | None:
        rows = self.closures.get(place_id, [])
        return next((row for row in rows if row.start <= moment and (row.end is None or moment < row.end)), None)


async def standing_of(session: AsyncSession) -> Standing:
    skills: dict[str, dict[str, int]] = defaultdict(dict)
    for skill in await _all(session, select(TechnicianSkillRow)):
        skills[skill.technician_id][skill.skill] = skill.level
    return Standing(
        catalog=await catalog_of(session),
        technicians=await _all(session, select(TechnicianRow).order_by(TechnicianRow.ordinal, TechnicianRow.code)),
        skills=skills,
        places=await _all(session, select(PlaceRow).order_by(PlaceRow.ordinal, PlaceRow.code)),
    )


async def rows_of(
    session: AsyncSession, store: StoreFacts, now: datetime, day: date, standing: Standing | None = None
) -> DayRows:
    """Read the day; some twenty small queries, none per booking."""
    standing = standing or await standing_of(session)
    begins, ends = store.days.span(day)
    bookings = await _bookings(session, begins, ends)
    wanted = [booking.id for booking in bookings]
    rows = await _of(session, BookingItemRow, BookingItemRow.booking_id, wanted)
    items = _grouped((item for item in sorted(rows, key=lambda i: i.ordinal) if not item.cancelled), "booking_id")
    assignments = await _of(session, AssignmentRow, AssignmentRow.booking_id, wanted)
    runs = await _of(session, PhaseRunRow, PhaseRunRow.booking_id, wanted)
    moves = await _of(session, PlanMoveRow, PlanMoveRow.booking_id, wanted)
    customers = {booking.customer_id for booking in bookings if booking.customer_id}
    latest = select(PlanRow).where(PlanRow.date == day).order_by(PlanRow.number.desc()).limit(1)
    return DayRows(
        store=store,
        date=day,
        now=now,
        begins=begins,
        ends=ends,
        hours=await opening(session, store, day),
        standing=standing,
        durations=await learned(session, store, store.days.of(now), standing.catalog),
        shifts=_grouped(await _all(session, select(ShiftRow).where(ShiftRow.date == day)), "technician_id"),
        absences=_grouped(await _all(session, _touching(AbsenceRow, begins, ends)), "technician_id"),
        turns={row.technician_id: row for row in await _all(session, select(TurnRow).where(TurnRow.date == day))},
        closures=_grouped(await _all(session, _touching(ClosureRow, begins, ends)), "place_id"),
        bookings=bookings,
        customers={row.id: row for row in await _of(session, CustomerRow, CustomerRow.id, list(customers))},
        items=items,
        assignments=_by_phase(assignments),
        visits={row.booking_id: row for row in await _of(session, VisitRow, VisitRow.booking_id, wanted)},
        runs=_by_phase(runs),
        lateness={row.booking_id: row for row in await _of(session, LatenessRow, LatenessRow.booking_id, wanted)},
        no_show_notices={
            row.booking_id: row for row in await _of(session, NoShowNoticeRow, NoShowNoticeRow.booking_id, wanted)
        },
        promises={row.booking_id: row for row in await _of(session, PromiseRow, PromiseRow.booking_id, wanted)},
        moves=_grouped(sorted(moves, key=lambda m: m.plan_number), "booking_id"),
        help=await _all(session, select(HelpRow).where(HelpRow.answered_at.is_(None)).order_by(HelpRow.asked_at)),
        forms=await _forms(session, standing.catalog, bookings, items),
        plan=await session.scalar(latest),
    )


async def _forms(
    session: AsyncSession, catalog: Catalog, bookings: list[BookingRow], items: dict[str, list[BookingItemRow]]
) -> dict[str, tuple[FormFacts, ...]]:
    """No query on a day whose services ask for nothing."""
    wanted = {
        booking.id: [form for item in items.get(booking.id, []) if (form := catalog.services[item.service_id].consent_form)]
        for booking in bookings
    }
    return await forms_of(session, {booking.id: booking.customer_id for booking in bookings}, wanted)


async def _bookings(session: AsyncSession, begins: datetime, ends: datetime) -> list[BookingRow]:
    wanted = select(BookingRow).where(BookingRow.booked_start >= begins, BookingRow.booked_start < ends)
    rows = await _all(session, wanted.order_by(BookingRow.booked_start, BookingRow.id))
    return [row for row in rows if row.state not in GONE_STATES]


async def _all(session: AsyncSession, wanted: Select[RowT]) -> list[RowT]:
    return list(await session.scalars(wanted))


async def _of(session: AsyncSession, table: type[RowT], column: InstrumentedAttribute[str], ids: list[str]) -> list[RowT]:
    return await _all(session, select(table).where(column.in_(ids))) if ids else []


def _touching(table: type[RowT], begins: datetime, ends: datetime) -> Select[RowT]:
    start, end = inspect(table).columns["start"], inspect(table).columns["end"]
    # What was withdrawn before it began lasts no time.
    return select(table).where(start < ends, or_(end.is_(None), and_(end > begins, end > start)))


def _grouped(rows: Iterable[RowT], key: str) -> dict[str, list[RowT]]:
    found: dict[str, list[RowT]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found


def _by_phase(rows: Iterable[PhaseT]) -> dict[str, dict[int, PhaseT]]:
    found: dict[str, dict[int, PhaseT]] = defaultdict(dict)
    for row in rows:
        found[row.item_id][row.ordinal] = row
    return found
