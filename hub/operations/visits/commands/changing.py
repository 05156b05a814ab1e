"""More services, other people, other places, a pause."""

from __future__ import annotations

from sqlalchemy import select

from hub.kernel.commands import Context
from hub.kernel.errors import FORBIDDEN, NOT_FOUND, Refused
from hub.operations.bookings.making import add_item, booking_by_id
from hub.operations.bookings.ports import Wish
from hub.operations.bookings.rules import SLOT_TAKEN, UNKNOWN_SERVICE, UNKNOWN_TECHNICIAN
from hub.operations.bookings.tables import AssignmentRow
from hub.operations.stations.condition import place_by_id, set_condition
from hub.operations.team.breaks import back_at_work
from hub.operations.team.rules import ALREADY_AWAY, TECHNICIAN_AWAY
from hub.operations.team.turns import return_turn, take_turn
from hub.operations.visits.commands.book import commands
from hub.operations.visits.events import PlaceChanged, ServiceAdded, TechnicianChanged, VisitPaused, VisitResumed
from hub.operations.visits.floor import (
    Work,
    check_callable,
    check_fit,
    check_idle,
    check_offered,
    check_open,
    check_place,
    check_present,
    next_planned,
    soil,
    visit_by_id,
    visit_of,
    wait_again,
    withdraw_calls,
    work_of,
)
from hub.operations.visits.models import Added, AddService, ChangePlace, ChangeTechnician, Pause, Resume
from hub.operations.visits.ports import FloorPlanner
from hub.operations.visits.rules import (
    BEFORE_SERVICE,
    BOOKING_STATE,
    CALLABLE,
    NOTHING_PLANNED,
    PLACE_BUSY,
    PLACE_UNFIT,
    SERVICE_DONE,
    TECHNICIAN_BUSY,
    TECHNICIAN_UNFIT,
    TO_COME,
    VISIT_PAUSED,
    VISIT_STATE,
    check_booking_state,
    check_own,
    check_visit_state,
    takes_turn,
)
from hub.operations.visits.tables import PhaseRunRow


@commands.handles(
    AddService,
    permission="floor.work",
    answer=Added,
    errors=(NOT_FOUND, UNKNOWN_SERVICE, UNKNOWN_TECHNICIAN, BOOKING_STATE, VISIT_STATE),
)
async def add_service(context: Context, command: AddService) -> Added:
    booking = await booking_by_id(context, command.booking_id)
    check_booking_state(booking.state, TO_COME | {"arrived"})
    visit = await visit_of(context, booking.id)
    if visit is not None:
        check_visit_state(visit.state, BEFORE_SERVICE | {"in_service", "served"})
    wish = Wish(command.service_id, "prefers" if command.technician_id else "any", command.technician_id)
    await check_offered(context, (wish,))
    item = await add_item(context, booking, wish)
    await context.session.flush()
    await context.ports.get(FloorPlanner).seat(context, booking.id)  # type: ignore[type-abstract]
    context.record(ServiceAdded(booking_id=booking.id, item_id=item.id, service_id=item.service_id))
    # Whoever is called or served goes on with what was begun, and waits for a signature after it.
    if visit is not None and visit.state in CALLABLE | {"served"}:
        await wait_again(context, visit)
    planned = select(AssignmentRow.start).where(AssignmentRow.item_id == item.id).order_by(AssignmentRow.start).limit(1)
    return Added(item_id=item.id, planned_start=await context.session.scalar(planned))


@commands.handles(
    ChangeTechnician,
    permission="floor.work",
    errors=(
        NOT_FOUND,
        FORBIDDEN,
        SERVICE_DONE,
        NOTHING_PLANNED,
        TECHNICIAN_BUSY,
        TECHNICIAN_UNFIT,
        ALREADY_AWAY,
        TECHNICIAN_AWAY,
        SLOT_TAKEN,
    ),
)
async def change_technician(context: Context, command: ChangeTechnician) -> None:
    work = await work_of(context, command.item_id)
    before = _technician_of(work)
    check_own(context.actor, before, command.technician_id)
    if work.done:
        raise Refused(SERVICE_DONE)
    running, changed = work.running, False
    for phase in work.phases:
        run, planned = work.runs.get(phase.ordinal), work.planned.get(phase.ordinal)
        if not phase.needs_technician or (run is not None and run is not running):
            continue
        await check_fit(context, phase, command.technician_id)
        if run is not None and run.technician_id != command.technician_id:
            await check_idle(context, command.technician_id)
            await back_at_work(context, command.technician_id)
            await _hand_on_turn(context, work, run, command.technician_id)
            run.technician_id, changed = command.technician_id, True
        elif planned is not None:
            await check_present(context, command.technician_id, planned.start, planned.end)
            planned.technician_id, planned.pinned, changed = command.technician_id, True, True
    if not changed:
        _stay(before, command.technician_id)
        return
    await context.session.flush()
    context.record(
        TechnicianChanged(booking_id=work.booking.id, item_id=work.item.id, before=before, after=command.technician_id)
    )


async def _hand_on_turn(context: Context, work: Work, run: PhaseRunRow, after: str) -> None:
    """Whoever takes a service over from its beginning has had the turn for it (轮钟); later phases count for nobody."""
    if run.ordinal != work.phases[0].ordinal or run.technician_id is None or not takes_turn(work.item.requested):
        return
    day = context.store.days.of(run.started_at)
    await return_turn(context, run.technician_id, day)
    await take_turn(context, after, day)


def _stay(before: str | None, wanted: str) -> None:
    """Nothing runs and nothing is planned that could be changed. Raises `nothing_planned` unless it is as wanted already."""
    if before != wanted:
        raise Refused(NOTHING_PLANNED)


def _technician_of(work: Work) -> str | None:
    planned = [row.technician_id for _, row in sorted(work.planned.items()) if row.technician_id]
    running = work.running
    if running is not None and running.technician_id:
        return running.technician_id
    return planned[0] if planned else work.last_technician


@commands.handles(
    ChangePlace,
    permission="floor.work",
    errors=(NOT_FOUND, FORBIDDEN, SERVICE_DONE, NOTHING_PLANNED, PLACE_BUSY, PLACE_UNFIT, SLOT_TAKEN),
)
async def change_place(context: Context, command: ChangePlace) -> None:
    work = await work_of(context, command.item_id)
    check_own(context.actor, _technician_of(work))
    if work.done:
        raise Refused(SERVICE_DONE)
    running = work.running
    before = running.place_id if running else next((r.place_id for _, r in sorted(work.planned.items())), None)
    called = await _is_called_for(context, work)
    phases = {phase.ordinal: phase for phase in work.phases}
    here = phases[running.ordinal if running else min(phases)]
    changed = False
    if running is not None and running.place_id != command.place_id:
        await check_place(context, here, command.place_id)
        await soil(context, running.place_id)
        await set_condition(context, command.place_id, "ready")
        await withdraw_calls(context, command.place_id, taken_by=running.visit_id)
        running.place_id, changed = command.place_id, True
    elif (await place_by_id(context, command.place_id)).kind != here.place_kind:
        raise Refused(PLACE_UNFIT, place_id=command.place_id)
    for ordinal, row in work.planned.items():
        if ordinal in phases and phases[ordinal].place_kind == here.place_kind:
            await check_open(context, command.place_id, row.start, row.end)
            row.place_id, row.pinned, changed = command.place_id, True, True
    if called and work.visit is not None:
        await check_callable(context, work.visit, command.place_id)
        work.visit.called_place_id, changed = command.place_id, True
    if not changed:
        _stay(before, command.place_id)
        return
    await context.session.flush()
    context.record(PlaceChanged(booking_id=work.booking.id, item_id=work.item.id, before=before, after=command.place_id))


async def _is_called_for(context: Context, work: Work) -> bool:
    """Whether the customer was called to this service, and not to another one of the same visit."""
    if work.visit is None or work.visit.state not in ("called", "in_room"):
        return False
    following = await next_planned(context, work.visit)
    return following is None or following.item_id == work.item.id


@commands.handles(Pause, permission="floor.work", errors=(NOT_FOUND, VISIT_STATE, VISIT_PAUSED))
async def pause(context: Context, command: Pause) -> None:
    visit = await visit_by_id(context, command.visit_id)
    check_visit_state(visit.state, BEFORE_SERVICE)
    if visit.paused:
        raise Refused(VISIT_PAUSED)
    visit.paused = True
    context.record(VisitPaused(visit_id=visit.id, booking_id=visit.booking_id))
    await wait_again(context, visit)


@commands.handles(Resume, permission="floor.work", errors=(NOT_FOUND, VISIT_STATE))
async def resume(context: Context, command: Resume) -> None:
    visit = await visit_by_id(context, command.visit_id)
    if not visit.paused:
        raise Refused(VISIT_STATE, state=visit.state)
    visit.paused = False
    context.record(VisitResumed(visit_id=visit.id, booking_id=visit.booking_id))
