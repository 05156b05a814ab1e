"""The floor as a command's handler finds it: one service with its booking, visit and runs; people and places in use."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hub.catalog.queries import PhaseFacts, catalog_of
from hub.kernel.commands import Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.operations.bookings.making import booking_by_id, items_of
from hub.operations.bookings.ports import Wish
from hub.operations.bookings.rules import check_wishes
from hub.operations.bookings.tables import AssignmentRow, BookingItemRow, BookingRow
from hub.operations.forms.queries import forms_of_booking
from hub.operations.stations.condition import place_by_id, set_condition
from hub.operations.stations.queries import closures
from hub.operations.stations.tables import ClosureRow, PlaceRow
from hub.operations.team.queries import absences, shifts
from hub.operations.team.rules import ALREADY_AWAY, TECHNICIAN_AWAY, is_at_work, overtime_of
from hub.operations.team.tables import TechnicianRow, TechnicianSkillRow
from hub.operations.visits.events import CallWithdrawn, CustomerArrived, FormsAsked
from hub.operations.visits.rules import (
    NOT_HERE,
    PLACE_BUSY,
    PLACE_UNFIT,
    PLACES_FULL,
    TECHNICIAN_BUSY,
    check_level,
    free_code,
)
from hub.operations.visits.tables import LatenessRow, NoShowNoticeRow, PhaseRunRow, VisitRow


@dataclass(slots=True)
class Work:
    """One service at hand. `runs` by ordinal, `planned` by ordinal for phases that have not begun."""

    item: BookingItemRow
    booking: BookingRow
    visit: VisitRow | None
    phases: tuple[PhaseFacts, ...]
    runs: dict[int, PhaseRunRow]
    planned: dict[int, AssignmentRow]
    consent_form: str | None = None
    """Code of the form that this service asks for."""

    @property
    def running(self) -> PhaseRunRow | None:
        return next((run for run in self.runs.values() if run.state == "running"), None)

    @property
    def done(self) -> bool:
        return bool(self.runs) and self.running is None

    @property
    def last_technician(self) -> str | None:
        """Whoever served last."""
        served = [run for run in self.runs.values() if run.technician_id]
        return max(served, key=lambda run: run.ordinal).technician_id if served else None

    def after(self, ordinal: int) -> PhaseFacts | None:
        """The phase that follows."""
        return next((phase for phase in self.phases if phase.ordinal > ordinal), None)


async def work_of(context: Context, item_id: str) -> Work:
    """Raises `not_found` for a service that does not exist or is not wanted any more."""
    item = await context.session.get(BookingItemRow, item_id)
    if item is None or item.store_id != context.store.id or item.cancelled:
        raise Refused(NOT_FOUND, what="item")
    booking = await booking_by_id(context, item.booking_id)
    runs = await context.session.scalars(select(PhaseRunRow).where(PhaseRunRow.item_id == item_id))
    planned = await context.session.scalars(select(AssignmentRow).where(AssignmentRow.item_id == item_id))
    service = (await catalog_of(context.session)).services[item.service_id]
    return Work(
        item=item,
        booking=booking,
        visit=await visit_of(context, booking.id),
        phases=service.phases,
        runs={run.ordinal: run for run in runs},
        planned={row.ordinal: row for row in planned},
        consent_form=service.consent_form,
    )


async def visit_of(context: Context, booking_id: str) -> VisitRow | None:
    found: VisitRow | None = await context.session.scalar(select(VisitRow).where(VisitRow.booking_id == booking_id))
    return found


async def open_items(context: Context, booking_id: str) -> list[BookingItemRow]:
    """The booking's services that have not begun, in their order."""
    begun = set(await context.session.scalars(select(PhaseRunRow.item_id).where(PhaseRunRow.booking_id == booking_id)))
    return [item for item in await items_of(context, booking_id) if item.id not in begun]


async def next_planned(context: Context, visit: VisitRow, technician_id: str | None = None) -> AssignmentRow | None:
    """Where the plan begins the services that have not begun: the first, or this technician's first where there is one."""
    waiting = [item.id for item in await open_items(context, visit.booking_id)]
    wanted = select(AssignmentRow).where(AssignmentRow.item_id.in_(waiting)).order_by(AssignmentRow.start)
    firsts: dict[str, AssignmentRow] = {}
    for row in await context.session.scalars(wanted):
        firsts.setdefault(row.item_id, row)
    own = (row for row in firsts.values() if technician_id is not None and row.technician_id == technician_id)
    return next(own, next(iter(firsts.values()), None))


async def visit_by_id(context: Context, visit_id: str) -> VisitRow:
    """Raises `not_found`."""
    row = await context.session.get(VisitRow, visit_id)
    if row is None or row.store_id != context.store.id:
        raise Refused(NOT_FOUND, what="visit")
    return row


def visit_here(work: Work) -> VisitRow:
    """Raises `not_here`."""
    if work.visit is None:
        raise Refused(NOT_HERE)
    return work.visit


async def arrive(context: Context, booking: BookingRow, *, walk_in: bool) -> VisitRow:
    """The customer is in the store: a visit with a code that nobody else has today, which waits for its turn or a signature."""
    today = context.store.days.of(context.now)
    rows = await context.session.execute(select(VisitRow.code_color, VisitRow.code_number).where(VisitRow.code_date == today))
    forms = await forms_of_booking(context.session, booking.id)
    color, number = free_code({(row[0], row[1]) for row in rows}, int(context.chance.code(6)))
    visit = VisitRow(
        id=context.chance.id(),
        booking_id=booking.id,
        customer_id=booking.customer_id,
        state="forms_pending" if any(form.open for form in forms) else "waiting",
        code_date=today,
        code_color=color,
        code_number=number,
        arrived_at=context.now,
        call_count=0,
        paused=False,
    )
    context.session.add(visit)
    booking.state = "arrived"
    booking.ended_at = None
    await expect_anew(context, booking.id)
    await context.session.flush()
    context.record(
        CustomerArrived(visit_id=visit.id, booking_id=booking.id, walk_in=walk_in, code_color=color, code_number=number)
    )
    return visit


async def expect_anew(context: Context, booking_id: str) -> None:
    """Forget that the customer is late or was missed."""
    for table in (LatenessRow, NoShowNoticeRow):
        row = await context.session.get(table, booking_id)
        if row is not None:
            await context.session.delete(row)


async def wait_again(context: Context, visit: VisitRow) -> None:
    """Between two services, after a pause, or with one more to come: the visit waits for its turn, or first for a signature."""
    visit.called_place_id = None
    if not any(form.open for form in await forms_of_booking(context.session, visit.booking_id)):
        visit.state = "waiting"
    elif visit.state != "forms_pending":
        visit.state = "forms_pending"
        context.record(FormsAsked(visit_id=visit.id, booking_id=visit.booking_id))


async def check_offered(context: Context, wishes: tuple[Wish, ...]) -> None:
    """Raises `unknown_service` or `unknown_technician` for what the store does not offer now."""
    catalog = await catalog_of(context.session)
    technicians = set(await context.session.scalars(select(TechnicianRow.id).where(TechnicianRow.active)))
    check_wishes(wishes, {s.id for s in catalog.services.values() if s.active}, technicians)


async def technician_by_id(context: Context, technician_id: str) -> TechnicianRow:
    """Raises `not_found`."""
    row = await context.session.get(TechnicianRow, technician_id)
    if row is None or row.store_id != context.store.id or not row.active:
        raise Refused(NOT_FOUND, what="technician")
    return row


async def check_fit(context: Context, phase: PhaseFacts, technician_id: str) -> TechnicianRow:
    """Raises `not_found` or `technician_unfit`."""
    row = await technician_by_id(context, technician_id)
    if phase.skill is not None:
        skill = await context.session.get(TechnicianSkillRow, (technician_id, phase.skill))
        check_level(phase, skill.level if skill else None)
    return row


async def check_idle(context: Context, technician_id: str) -> None:
    """Raises `technician_busy`."""
    running = select(PhaseRunRow).where(PhaseRunRow.state == "running", PhaseRunRow.technician_id == technician_id)
    run = await context.session.scalar(running)
    if run is not None:
        raise Refused(TECHNICIAN_BUSY, technician_id=technician_id, item_id=run.item_id)


async def check_place(context: Context, phase: PhaseFacts, place_id: str) -> PlaceRow:
    """Raises `not_found`, `place_unfit` (another kind) or `place_busy` (occupied or closed)."""
    row = await place_by_id(context, place_id)
    if not row.active:
        raise Refused(NOT_FOUND, what="place")
    if row.kind != phase.place_kind:
        raise Refused(PLACE_UNFIT, place_id=place_id)
    if place_id in await places_in_use(context):
        raise Refused(PLACE_BUSY, place_id=place_id)
    return row


async def check_callable(context: Context, visit: VisitRow, place_id: str) -> None:
    """Whether a waiting customer may be called to this place now.

    Raises:
        Refused: `not_found`, `place_unfit` (nothing that the visit waits for begins there), or `place_busy` (in use, closed, or
            somebody else is called there).
    """
    place = await place_by_id(context, place_id)
    if not place.active:
        raise Refused(NOT_FOUND, what="place")
    services = (await catalog_of(context.session)).services
    waiting = await open_items(context, visit.booking_id)
    if place.kind not in {services[item.service_id].phases[0].place_kind for item in waiting}:
        raise Refused(PLACE_UNFIT, place_id=place_id)
    if place_id in await places_in_use(context) | await called_elsewhere(context, visit):
        raise Refused(PLACE_BUSY, place_id=place_id)


async def place_to_call(context: Context, visit: VisitRow, planned: AssignmentRow | None) -> str | None:
    """Where the plan begins the next service, or where that place is in use, retired or of another kind by now, a free one.

    Raises:
        Refused: `places_full`.
    """
    if planned is None or planned.place_id is None:
        return None
    item = await context.session.get_one(BookingItemRow, planned.item_id)
    kind = (await catalog_of(context.session)).services[item.service_id].phases[0].place_kind
    if kind is None:
        return None
    return (await free_place(context, kind, planned.place_id, besides=await called_elsewhere(context, visit))).id


async def called_elsewhere(context: Context, visit: VisitRow) -> set[str]:
    """Places to which somebody else is on the way, or waits there."""
    others = select(VisitRow.called_place_id).where(VisitRow.state.in_(("called", "in_room")), VisitRow.id != visit.id)
    return {place for place in await context.session.scalars(others) if place}


async def withdraw_calls(context: Context, place_id: str, *, taken_by: str | None = None) -> None:
    """Nobody stays called to a place that is not to be had: they wait for a call to where the next plan has room. `taken_by`:
    the visit that is there now."""
    called = select(VisitRow).where(VisitRow.called_place_id == place_id, VisitRow.state == "called")
    for visit in list(await context.session.scalars(called)):
        if visit.id != taken_by:
            await withdraw_call(context, visit, place_id)


async def withdraw_call(context: Context, visit: VisitRow, place_id: str) -> None:
    context.record(CallWithdrawn(visit_id=visit.id, booking_id=visit.booking_id, place_id=place_id))
    await wait_again(context, visit)


async def check_present(context: Context, technician_id: str, start: datetime, end: datetime) -> None:
    """Raises `already_away` where somebody is sick or on leave in this time, `technician_away` where she does not work then."""
    for absence in await absences(context.session, start, end):
        if absence.technician_id == technician_id and absence.kind != "break":
            raise Refused(ALREADY_AWAY, absence=absence.kind)
    overtime = overtime_of(context.store.settings)
    own = [s for s in await shifts(context.session, start - overtime, end) if s.technician_id == technician_id]
    if not is_at_work([(shift.start, shift.end) for shift in own], start, end, overtime):
        raise Refused(TECHNICIAN_AWAY)


async def check_open(context: Context, place_id: str, start: datetime, end: datetime) -> None:
    """Raises `place_busy` where the place is closed in this time."""
    if any(closure.place_id == place_id for closure in await closures(context.session, start, end)):
        raise Refused(PLACE_BUSY, place_id=place_id)


async def places_in_use(context: Context) -> set[str]:
    """Occupied and closed places."""
    running = select(PhaseRunRow.place_id).where(PhaseRunRow.state == "running", PhaseRunRow.place_id.is_not(None))
    used = {place for place in await context.session.scalars(running) if place}
    open_ended = ClosureRow.end.is_(None) | (ClosureRow.end > context.now)
    closed = select(ClosureRow.place_id).where(ClosureRow.start <= context.now, open_ended)
    return used | set(await context.session.scalars(closed))


async def free_place(
    context: Context, kind: str, liked: str | None, *, besides: Collection[str] = (), spared: Collection[str] = ()
) -> PlaceRow:
    """The liked place if it is free and not among `besides`, else a clean free one of the kind, else one that wants cleaning;
    one that is `spared` only where there is no other.

    Raises:
        Refused: `places_full` when there is none.
    """
    used = await places_in_use(context) | set(besides)
    wanted = select(PlaceRow).where(PlaceRow.kind == kind, PlaceRow.active)
    rows = [row for row in await context.session.scalars(wanted.order_by(PlaceRow.ordinal)) if row.id not in used]
    if not rows:
        raise Refused(PLACES_FULL, place_kind=kind)
    return min(rows, key=lambda row: (row.id in spared, row.id != liked, row.condition != "ready"))


async def soil(context: Context, place_id: str | None) -> None:
    """The customer has left the place; it wants cleaning where its kind does."""
    if place_id is None:
        return
    place = await place_by_id(context, place_id)
    catalog = await catalog_of(context.session)
    if catalog.clean_minutes(place.kind) > 0:
        await set_condition(context, place_id, "dirty")
