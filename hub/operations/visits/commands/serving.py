"""Starting, going on and finishing (起钟, 加钟, 落钟)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from hub.catalog.queries import PhaseFacts
from hub.kernel.commands import Context
from hub.kernel.errors import FORBIDDEN, NOT_FOUND, Refused
from hub.operations.bookings.tables import CustomerRow
from hub.operations.forms.queries import forms_of_booking
from hub.operations.forms.rules import FORM_MISSING
from hub.operations.stations.condition import place_by_id, set_condition
from hub.operations.stations.tables import PlaceRow
from hub.operations.team.breaks import back_at_work
from hub.operations.team.turns import take_turn
from hub.operations.visits.commands.book import commands
from hub.operations.visits.events import PhaseFinished, ServiceExtended, ServiceFinished, ServiceStarted, VisitServed
from hub.operations.visits.floor import (
    Work,
    arrive,
    called_elsewhere,
    check_fit,
    check_idle,
    check_place,
    free_place,
    open_items,
    soil,
    visit_here,
    wait_again,
    withdraw_calls,
    work_of,
)
from hub.operations.visits.models import Extend, FinishPhase, FinishService, Running, StartService
from hub.operations.visits.ports import FloorPlanner
from hub.operations.visits.rules import (
    ALLERGY_UNACKNOWLEDGED,
    BEFORE_SERVICE,
    BOOKING_STATE,
    CUSTOMER_BUSY,
    NO_FREE_CODE,
    NOT_HERE,
    PLACE_BUSY,
    PLACE_UNFIT,
    PLACES_FULL,
    SERVICE_DONE,
    SERVICE_NOT_RUNNING,
    SERVICE_RUNNING,
    TECHNICIAN_BUSY,
    TECHNICIAN_NEEDED,
    TECHNICIAN_UNFIT,
    TO_COME,
    VISIT_PAUSED,
    VISIT_STATE,
    WRONG_DAY,
    check_booking_state,
    check_own,
    check_visit_state,
    extended_end,
    own_technician,
    takes_turn,
)
from hub.operations.visits.tables import AllergyAcknowledgedRow, PhaseRunRow, VisitRow

RESOURCES = (TECHNICIAN_BUSY, TECHNICIAN_NEEDED, TECHNICIAN_UNFIT, PLACE_BUSY, PLACE_UNFIT, PLACES_FULL)


@commands.handles(
    StartService,
    permission="floor.work",
    answer=Running,
    errors=(
        NOT_FOUND,
        FORBIDDEN,
        WRONG_DAY,
        BOOKING_STATE,
        VISIT_STATE,
        VISIT_PAUSED,
        CUSTOMER_BUSY,
        SERVICE_RUNNING,
        SERVICE_DONE,
        FORM_MISSING,
        ALLERGY_UNACKNOWLEDGED,
        NO_FREE_CODE,
        *RESOURCES,
    ),
)
async def start_service(context: Context, command: StartService) -> Running:
    work = await work_of(context, command.item_id)
    check_own(context.actor, command.technician_id or own_technician(context.actor))
    if work.done:
        raise Refused(SERVICE_DONE)
    running = work.running
    if running is not None:
        if running.technician_id is not None:
            raise Refused(SERVICE_RUNNING)
        return await _go_on(context, work, running, command.technician_id, command.place_id)
    work.visit = await _visit_to_serve(context, work)
    await _check_forms(context, work)
    await _check_allergy(context, work, acknowledged=command.allergy_acknowledged)
    run = await _begin(context, work, work.phases[0], command.technician_id, command.place_id)
    work.visit.state = "in_service"
    if run.technician_id is not None and takes_turn(work.item.requested):
        await take_turn(context, run.technician_id, context.store.days.of(context.now))
    context.record(
        ServiceStarted(
            visit_id=work.visit.id,
            booking_id=work.booking.id,
            item_id=work.item.id,
            technician_id=run.technician_id,
            place_id=run.place_id,
            expected_end=run.expected_end,
        )
    )
    return _running(work, run)


async def _visit_to_serve(context: Context, work: Work) -> VisitRow:
    """The visit; starting implies check-in."""
    if work.visit is None:
        check_booking_state(work.booking.state, TO_COME | {"no_show"})
        if context.store.days.of(work.booking.booked_start) != context.store.days.of(context.now):
            raise Refused(WRONG_DAY, start=work.booking.booked_start.isoformat())
        return await arrive(context, work.booking, walk_in=False)
    if work.visit.paused:
        raise Refused(VISIT_PAUSED)
    other = select(PhaseRunRow).where(PhaseRunRow.visit_id == work.visit.id, PhaseRunRow.state == "running")
    if await context.session.scalar(other) is not None:
        raise Refused(CUSTOMER_BUSY)
    check_visit_state(work.visit.state, BEFORE_SERVICE | {"served"})
    return work.visit


async def _check_forms(context: Context, work: Work) -> None:
    """Raises `form_missing` where this service asks for a signature that nobody has given or waived."""
    if work.consent_form is None:
        return
    for form in await forms_of_booking(context.session, work.booking.id):
        if form.form == work.consent_form and form.open:
            raise Refused(FORM_MISSING, form=form.form)


async def _check_allergy(context: Context, work: Work, *, acknowledged: bool) -> None:
    """Whoever starts has to say that the allergy warning was read; who said so stays on record."""
    customer = await context.session.get(CustomerRow, work.booking.customer_id) if work.booking.customer_id else None
    if customer is None or customer.allergy_sealed is None:
        return
    if await context.session.get(AllergyAcknowledgedRow, work.item.id) is not None:
        return
    if not acknowledged:
        raise Refused(ALLERGY_UNACKNOWLEDGED)
    context.session.add(AllergyAcknowledgedRow(item_id=work.item.id, actor_id=context.actor.id, at=context.now))


async def _begin(
    context: Context, work: Work, phase: PhaseFacts, technician_id: str | None, place_id: str | None
) -> PhaseRunRow:
    """Start a phase; its planned room is given up, since it is real now."""
    visit = visit_here(work)
    technician = await _technician(context, work, phase, technician_id)
    place = await _place(context, work, phase, place_id)
    planned = work.planned.pop(phase.ordinal, None)
    if planned is not None:
        await context.session.delete(planned)
    planner = context.ports.get(FloorPlanner)  # type: ignore[type-abstract]
    minutes = await planner.minutes(context, work.item.service_id, phase, technician)
    run = PhaseRunRow(
        id=context.chance.id(),
        visit_id=visit.id,
        booking_id=work.booking.id,
        item_id=work.item.id,
        ordinal=phase.ordinal,
        technician_id=technician,
        place_id=place.id if place else None,
        state="running",
        started_at=context.now,
        expected_end=context.now + timedelta(minutes=minutes),
        extended_minutes=0,
    )
    context.session.add(run)
    work.runs[phase.ordinal] = run
    await context.session.flush()
    return run


async def _technician(context: Context, work: Work, phase: PhaseFacts, wanted: str | None) -> str | None:
    if not phase.needs_technician:
        return None
    planned = work.planned.get(phase.ordinal)
    technician = wanted or own_technician(context.actor) or (planned.technician_id if planned else None)
    technician = technician or work.last_technician
    if technician is None:
        raise Refused(TECHNICIAN_NEEDED)
    await check_fit(context, phase, technician)
    await check_idle(context, technician)
    await back_at_work(context, technician)
    return technician


async def _place(context: Context, work: Work, phase: PhaseFacts, wanted: str | None) -> PlaceRow | None:
    """The place asked for, else where the customer sits, else the planned one, else any free one of the kind;
    not where somebody else is called to, as long as there is another."""
    if phase.place_kind is None:
        return None
    before = work.runs.get(phase.ordinal - 1)
    if wanted is None and before is not None and before.place_id is not None:
        seat = await place_by_id(context, before.place_id)
        if seat.kind == phase.place_kind:
            return seat
    planned = work.planned.get(phase.ordinal)
    if wanted is not None:
        place = await check_place(context, phase, wanted)
    else:
        visit = visit_here(work)
        called = visit.called_place_id if phase.ordinal == 0 else None
        liked = called or (planned.place_id if planned else None)
        place = await free_place(context, phase.place_kind, liked, spared=await called_elsewhere(context, visit))
    # Whoever seats a customer has seen that the place is clean.
    await set_condition(context, place.id, "ready")
    await withdraw_calls(context, place.id, taken_by=visit_here(work).id)
    return place


@commands.handles(
    FinishPhase,
    permission="floor.work",
    answer=Running,
    errors=(NOT_FOUND, FORBIDDEN, NOT_HERE, SERVICE_NOT_RUNNING, *RESOURCES),
)
async def finish_phase(context: Context, command: FinishPhase) -> Running:
    work = await work_of(context, command.item_id)
    running = await _in_hand(context, work)
    return await _go_on(context, work, running, command.technician_id, command.place_id)


async def _in_hand(context: Context, work: Work) -> PhaseRunRow:
    """Raises `service_not_running`, or `forbidden` for a technician who has no part in it."""
    running = work.running
    if running is None:
        raise Refused(SERVICE_NOT_RUNNING)
    planned = {row.technician_id for row in work.planned.values()}
    check_own(context.actor, running.technician_id, work.last_technician, *planned)
    return running


async def _go_on(
    context: Context, work: Work, running: PhaseRunRow, technician_id: str | None, place_id: str | None
) -> Running:
    """End the running phase and begin the next; after the last one the service is done."""
    following = work.after(running.ordinal)
    if following is None:
        return await _finish(context, work, running)
    await _end(context, running)
    run = await _begin(context, work, following, technician_id, place_id)
    if run.place_id != running.place_id:
        await soil(context, running.place_id)
    context.record(
        PhaseFinished(
            visit_id=run.visit_id,
            booking_id=run.booking_id,
            item_id=run.item_id,
            ordinal=running.ordinal,
            technician_id=run.technician_id,
            place_id=run.place_id,
            expected_end=run.expected_end,
        )
    )
    return _running(work, run)


async def _end(context: Context, run: PhaseRunRow) -> None:
    # A clock that was set back must not make work end before it began: lengths are learned from it.
    run.state, run.ended_at = "done", max(context.now, run.started_at)
    # The next phase may want the same technician or place: the guards must see this end first.
    await context.session.flush()


async def end_forgotten(context: Context, work: Work, run: PhaseRunRow) -> None:
    """Nobody has said when this ended, so nobody writes a time down: lengths are learned from those that were told."""
    run.state = "done"
    await _service_over(context, work, run)


async def _service_over(context: Context, work: Work, running: PhaseRunRow) -> VisitRow:
    await context.session.flush()
    await soil(context, running.place_id)
    for row in work.planned.values():
        await context.session.delete(row)
    visit = visit_here(work)
    context.record(
        ServiceFinished(
            visit_id=visit.id,
            booking_id=work.booking.id,
            item_id=work.item.id,
            technician_id=running.technician_id or work.last_technician,
            place_id=running.place_id,
        )
    )
    return visit


async def _finish(context: Context, work: Work, running: PhaseRunRow) -> Running:
    await _end(context, running)
    visit = await _service_over(context, work, running)
    if not await open_items(context, work.booking.id):
        visit.state = "served"
        context.record(VisitServed(visit_id=visit.id, booking_id=work.booking.id))
    else:
        await wait_again(context, visit)
    return Running(visit_id=visit.id, item_id=work.item.id, ordinal=None, expected_end=None)


@commands.handles(
    FinishService, permission="floor.work", answer=Running, errors=(NOT_FOUND, FORBIDDEN, NOT_HERE, SERVICE_NOT_RUNNING)
)
async def finish_service(context: Context, command: FinishService) -> Running:
    work = await work_of(context, command.item_id)
    return await _finish(context, work, await _in_hand(context, work))


@commands.handles(Extend, permission="floor.work", answer=Running, errors=(NOT_FOUND, FORBIDDEN, NOT_HERE, SERVICE_NOT_RUNNING))
async def extend(context: Context, command: Extend) -> Running:
    work = await work_of(context, command.item_id)
    run = await _in_hand(context, work)
    run.expected_end = extended_end(run.expected_end, context.now, command.minutes)
    run.extended_minutes += command.minutes
    run.overrun_noticed_at = None
    context.record(
        ServiceExtended(
            visit_id=run.visit_id,
            booking_id=run.booking_id,
            item_id=run.item_id,
            minutes=command.minutes,
            expected_end=run.expected_end,
        )
    )
    return _running(work, run)


def _running(work: Work, run: PhaseRunRow) -> Running:
    return Running(visit_id=run.visit_id, item_id=work.item.id, ordinal=run.ordinal, expected_end=run.expected_end)
