"""What the conversation wants done, by the domains' own handlers, in the transaction of the answer that asked for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, cast

from sqlalchemy import select

from hub.kernel.commands import Context
from hub.kernel.tables import EventRow
from hub.operations.bookings.making import booking_by_id
from hub.operations.bookings.people import note_consent
from hub.operations.forms.commands import agree
from hub.operations.forms.queries import forms_of_booking
from hub.operations.visits.commands.arrivals import check_in, walk_in
from hub.operations.visits.commands.helping import ask_again, ask_help
from hub.operations.visits.events import HelpAsked
from hub.operations.visits.models import Arrived, AskHelp, CheckIn, WalkIn, WalkInCustomer, WalkInService
from hub.operations.visits.tables import HelpRow
from kiosk import conversation as talk
from kiosk.events import HealthChanged, TriesExhausted
from kiosk.sessions import Kept

HEARD_AGAIN = timedelta(minutes=3)
"""After it whoever asks is somebody else, or has waited long enough for the desk to be told anew."""


async def carry_out(context: Context, kept: Kept, turn: talk.Turn) -> talk.State:
    """Do what the turn asks for; the state, completed by what came of it."""
    state = turn.state
    for effect in turn.effects:
        match effect:
            case talk.CheckHere(booking_id):
                await check_in(context, CheckIn(booking_id=booking_id))
            case talk.NoteConsent(booking_id):
                booking = await booking_by_id(context, booking_id)
                if booking.customer_id is not None:
                    await note_consent(context, booking.customer_id)
            case talk.NoteHealth(booking_id):
                context.record(HealthChanged(booking_id=booking_id))
                await _ask_once(context, "health", booking_id)
            case talk.Sign(booking_id, form, version, language, strokes):
                await agree(context, booking_id, form, version, language, strokes)
            case talk.BringForm(booking_id):
                await _ask_once(context, "form", booking_id)
            case talk.CallPerson():
                await _ask_once(context, "kiosk")
            case talk.CountFailure(locked):
                kept.recent.append(kept.now)
                if locked:
                    context.record(TriesExhausted(device=kept.device))
            case talk.JoinQueue():
                state = state.model_copy(update={"booking_id": await _join(context, state, effect)})
    return talk.asking(state, await _unsigned(context, state))


async def _ask_once(context: Context, kind: Literal["kiosk", "health", "form"], booking_id: str | None = None) -> None:
    """Ask the desk, unless the same has been asked and nobody has come yet: for this booking, or else from this kiosk. Whoever
    leaves and comes back would add a line each time. Who comes may forget to mark it: whoever asks much later is heard anew.
    """
    unanswered = select(HelpRow).where(HelpRow.kind == kind, HelpRow.answered_at.is_(None), HelpRow.booking_id == booking_id)
    waiting = {row.id: row for row in await context.session.scalars(unanswered.order_by(HelpRow.asked_at))}
    if waiting and booking_id is None:
        actor, moments = context.actor, {row.asked_at for row in waiting.values()}
        here = EventRow.device_id == actor.device_id if actor.device_id else EventRow.actor_id == actor.id
        facts = select(EventRow.data).where(EventRow.type == HelpAsked.event_type, EventRow.at.in_(moments), here)
        asked_here = {data["help_id"] for data in await context.session.scalars(facts)}
        waiting = {help_id: row for help_id, row in waiting.items() if help_id in asked_here}
    if not waiting:
        await ask_help(context, AskHelp(kind=kind, booking_id=booking_id))
        return
    latest = list(waiting.values())[-1]
    if context.now - latest.asked_at >= HEARD_AGAIN:
        ask_again(context, latest)


async def _unsigned(context: Context, state: talk.State) -> list[str]:
    """Codes of the forms that whoever is checked in now has not been asked for."""
    if state.booking_id is None or state.step not in ("result", "already"):
        return []
    return [form.form for form in await forms_of_booking(context.session, state.booking_id) if form.standing == "missing"]


async def _join(context: Context, state: talk.State, joining: talk.JoinQueue) -> str:
    customer = None
    if joining.name is not None:
        customer = WalkInCustomer(name=joining.name, phone=joining.phone, title=joining.title, language=joining.language)
    wishes = [
        WalkInService(service_id=service, requested=state.requested, technician_id=state.technician_id)
        for service in state.service_ids
    ]
    arrived = cast(Arrived, await walk_in(context, WalkIn(services=wishes, customer=customer)))
    return arrived.booking_id
