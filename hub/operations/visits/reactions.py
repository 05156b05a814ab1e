"""A visit that waited for a signature waits for its turn as soon as nothing is missing, in the same transaction."""

from __future__ import annotations

from hub.kernel.commands import Context, ReactionSpec
from hub.operations.forms.events import FormConfirmed, FormSigned, FormWaived
from hub.operations.forms.queries import forms_of_booking
from hub.operations.visits.events import FormsDone
from hub.operations.visits.floor import visit_of


async def go_on(context: Context, fact: FormSigned | FormConfirmed | FormWaived) -> None:
    visit = await visit_of(context, fact.booking_id)
    if visit is None or visit.state != "forms_pending":
        return
    if any(form.open for form in await forms_of_booking(context.session, fact.booking_id)):
        return
    visit.state = "waiting"
    context.record(FormsDone(visit_id=visit.id, booking_id=fact.booking_id))


reactions = tuple(ReactionSpec(fact, go_on) for fact in (FormSigned, FormConfirmed, FormWaived))
