"""The floor follows, in the same transaction, what a signature, a closed place or another time means for it."""

from __future__ import annotations

from sqlalchemy import select

from hub.catalog.events import BusinessDaySet, ServicePut
from hub.catalog.queries import catalog_of
from hub.catalog.rules import DAY_BEGINS_NOW, SERVICE_IN_HAND
from hub.kernel.business_days import BusinessDays
from hub.kernel.commands import Context, ReactionSpec
from hub.kernel.errors import Refused
from hub.operations.bookings.events import BookingMoved
from hub.operations.bookings.tables import BookingItemRow, BookingRow
from hub.operations.forms.events import FormConfirmed, FormSigned, FormWaived
from hub.operations.forms.queries import forms_of_booking
from hub.operations.stations.condition import place_by_id
from hub.operations.stations.events import PlaceClosed, PlacePut
from hub.operations.stations.rules import PLACE_IN_USE
from hub.operations.visits.events import FormsDone
from hub.operations.visits.floor import expect_anew, visit_of, withdraw_calls
from hub.operations.visits.rules import is_as_begun
from hub.operations.visits.tables import PhaseRunRow, VisitRow


async def go_on(context: Context, fact: FormSigned | FormConfirmed | FormWaived) -> None:
    visit = await visit_of(context, fact.booking_id)
    if visit is None or visit.state != "forms_pending":
        return
    if any(form.open for form in await forms_of_booking(context.session, fact.booking_id)):
        return
    visit.state = "waiting"
    context.record(FormsDone(visit_id=visit.id, booking_id=fact.booking_id))


async def keep_places_in_use(context: Context, fact: PlacePut) -> None:
    """Where somebody is served, or sits already, stays what it is; nobody stays called to a place that is retired or has become
    another kind. Raises `place_in_use`."""
    if fact.kind_before is not None:
        served = select(PhaseRunRow.id).where(PhaseRunRow.place_id == fact.place_id, PhaseRunRow.state == "running")
        seated = select(VisitRow.id).where(VisitRow.called_place_id == fact.place_id, VisitRow.state == "in_room")
        if any([await context.session.scalar(look.limit(1)) for look in (served, seated)]):
            raise Refused(PLACE_IN_USE)
    if fact.kind_before is not None or not (await place_by_id(context, fact.place_id)).active:
        await call_elsewhere(context, fact)


async def call_elsewhere(context: Context, fact: PlaceClosed | PlacePut) -> None:
    await withdraw_calls(context, fact.place_id)


async def expect_at_the_new_time(context: Context, fact: BookingMoved) -> None:
    """What was said, or noticed, of the old time is not about the new one."""
    if fact.after != fact.before:
        await expect_anew(context, fact.booking_id)


async def keep_the_floor_on_its_day(context: Context, fact: BusinessDaySet) -> None:
    """Nobody who is in the store comes to belong to another day. Raises `day_begins_now`."""
    before, after = (BusinessDays(context.store.zone, begins) for begins in (fact.before, fact.begins))
    here = select(BookingRow.booked_start).where(BookingRow.state == "arrived")
    if any(before.of(start) != after.of(start) for start in await context.session.scalars(here)):
        raise Refused(DAY_BEGINS_NOW, begins=max(fact.before, fact.begins))


async def keep_what_is_in_hand(context: Context, fact: ServicePut) -> None:
    """A phase that runs stays what it is: a plan without it would take whoever does it for free. Raises `service_in_hand`."""
    running = select(PhaseRunRow).join(BookingItemRow, BookingItemRow.id == PhaseRunRow.item_id)
    of_service = PhaseRunRow.state == "running", BookingItemRow.service_id == fact.service_id
    runs = list(await context.session.scalars(running.where(*of_service)))
    phases = (await catalog_of(context.session)).services[fact.service_id].phases
    if not all(is_as_begun(phases, run.ordinal, run.technician_id) for run in runs):
        raise Refused(SERVICE_IN_HAND)


reactions = (
    ReactionSpec(BusinessDaySet, keep_the_floor_on_its_day),
    ReactionSpec(ServicePut, keep_what_is_in_hand),
    *(ReactionSpec(fact, go_on) for fact in (FormSigned, FormConfirmed, FormWaived)),
    ReactionSpec(PlacePut, keep_places_in_use),
    ReactionSpec(PlaceClosed, call_elsewhere),
    ReactionSpec(BookingMoved, expect_at_the_new_time),
)
