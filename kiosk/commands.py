"""The kiosk's one command: an answer to the question on its screen. What follows from it happens in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from hub.catalog.queries import catalog_of
from hub.kernel.commands import Answer as CommandAnswer
from hub.kernel.commands import Command, CommandBook, Context
from hub.kernel.errors import NOT_FOUND
from hub.kernel.phones import INVALID_PHONE, normal_phone
from hub.kernel.text import ShortText
from hub.operations.bookings.proofs import ProvedBooking, proved_again, proved_by_link, proved_by_number
from hub.operations.bookings.rules import CUSTOMER_MISSING, UNKNOWN_SERVICE, UNKNOWN_TECHNICIAN
from hub.operations.forms.rules import FORM_NOT_ASKED, FORM_OUTDATED, SIGNATURE_EMPTY, check_drawing
from hub.operations.visits.rules import ALREADY_ARRIVED, BOOKING_STATE, NO_FREE_CODE, WRONG_DAY
from kiosk import conversation as talk
from kiosk import inputs
from kiosk.effects import carry_out
from kiosk.events import ConversationStepped
from kiosk.sessions import Kept, device_of, kept_session, wall_now

commands = CommandBook("kiosk")


class Answer(Command):
    """What was tapped, typed or scanned. An answer to a step that is no longer shown changes nothing."""

    step_token: ShortText
    input: inputs.Input


class Answered(CommandAnswer):
    """Alike for every answer: what follows is in the view, for whoever stands there."""

    shown: bool = True


class Wipe(Command):
    """The hub's own: nobody has touched this device for a while."""

    device: str = Field(max_length=64)


@commands.handles(
    Answer,
    permission="screen.kiosk",
    answer=Answered,
    errors=(
        talk.KIOSK_STEP,
        INVALID_PHONE,
        NOT_FOUND,
        ALREADY_ARRIVED,
        WRONG_DAY,
        BOOKING_STATE,
        NO_FREE_CODE,
        UNKNOWN_SERVICE,
        UNKNOWN_TECHNICIAN,
        FORM_NOT_ASKED,
        FORM_OUTDATED,
        SIGNATURE_EMPTY,
        CUSTOMER_MISSING,
    ),
)
async def answer(context: Context, command: Answer) -> Answered:
    device = device_of(context.actor)
    kept = await kept_session(context.session, context.store.id, context.vault, device, wall_now(context.ports))
    given = command.input
    if not _is_heard(kept, command):
        return Answered()
    if isinstance(given, inputs.GivePhone):
        given = given.model_copy(update={"phone": normal_phone(given.phone, context.store.country)})
    if isinstance(given, inputs.SignForm) and given.strokes is not None:
        check_drawing(given.strokes)
    turn = talk.answer(kept.state, given, await _facts(context, kept, given))
    state = await carry_out(context, kept, turn)
    kept.keep(context, state)
    if state != kept.state:
        context.record(ConversationStepped(device=device))
    return Answered()


def _is_heard(kept: Kept, command: Answer) -> bool:
    """Who leaves means the whole conversation, but not the next customer's: the screen's own leave may come late."""
    if isinstance(command.input, inputs.Leave):
        return kept.is_of_this_talk(command.step_token)
    return command.step_token == kept.token or isinstance(command.input, inputs.Help)


@commands.handles(Wipe, permission="floor.keep")
async def wipe(context: Context, command: Wipe) -> None:
    kept = await kept_session(context.session, context.store.id, context.vault, command.device, wall_now(context.ports))
    if kept.row is not None and kept.row.token is not None and kept.expired:
        kept.keep(context, talk.State())
        context.record(ConversationStepped(device=command.device))


async def _facts(context: Context, kept: Kept, given: inputs.Input) -> talk.Facts:
    """What the conversation has to know for this answer."""
    state, session, now = kept.state, context.session, context.now
    proved: list[ProvedBooking] = []
    if isinstance(given, inputs.Scan):
        proved = await proved_by_link(session, context.store, context.vault, now, token_in(given.text))
    elif isinstance(given, inputs.GiveHour) and kept.failures < talk.TRIES_MAX and state.step == "hour":
        proved = await proved_by_number(session, context.store, context.vault, now, state.phone, given.hour)
    elif isinstance(given, inputs.Choose | inputs.Confirm | inputs.Consent):
        proved = await proved_again(session, {*state.bookings, *([state.booking_id] if state.booking_id else [])})
    offered: frozenset[str] = frozenset()
    if isinstance(given, inputs.ChooseServices):
        offered = frozenset(s.id for s in (await catalog_of(session)).services.values() if s.active)
    needed = isinstance(given, inputs.GiveName) and await name_needed(session, state.service_ids)
    today = [_found(context, each) for each in proved]
    return talk.Facts(failures=kept.failures, found=tuple(today), offered=offered, name_needed=needed)


async def name_needed(session: AsyncSession, services: Iterable[str]) -> bool:
    """Whether one of these services has to be signed for."""
    known = (await catalog_of(session)).services
    return any(known[service].consent_form for service in services if service in known)


def token_in(text: str) -> str:
    """A link's token, from its address or alone."""
    return text.strip().rsplit("/v/", 1)[-1].split("?", 1)[0]


def _found(context: Context, proved: ProvedBooking) -> talk.FoundBooking:
    return talk.FoundBooking(proved.id, _standing(context, proved), proved.consented, proved.named)


def _standing(context: Context, proved: ProvedBooking) -> talk.Found:
    days = context.store.days
    apart = days.of(proved.booked_start) - days.of(context.now)
    if proved.state in ("confirmed", "expected"):
        return "ahead" if not apart else "elsewhen" if apart > timedelta(0) else "over"
    if proved.state == "no_show" and not apart:
        return "ahead"
    return "here" if proved.state == "arrived" and not apart else "over"
