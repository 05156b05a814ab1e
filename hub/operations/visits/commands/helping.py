"""A hand, a cleaner, a reminder (催钟)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from hub.kernel.commands import Context
from hub.kernel.errors import NOT_FOUND, Refused
from hub.operations.bookings.making import booking_by_id
from hub.operations.stations.condition import place_by_id
from hub.operations.visits.commands.book import commands
from hub.operations.visits.events import HelpAnswered, HelpAsked
from hub.operations.visits.floor import technician_by_id
from hub.operations.visits.models import AnswerHelp, Asked, AskHelp
from hub.operations.visits.rules import own_technician
from hub.operations.visits.tables import HelpRow


async def answer_all(context: Context, *which: ColumnElement[bool]) -> None:
    """Nobody waits for these any more."""
    wanted = select(HelpRow).where(HelpRow.answered_at.is_(None), *which).order_by(HelpRow.asked_at)
    for row in list(await context.session.scalars(wanted)):
        row.answered_at = context.now
        context.record(HelpAnswered(help_id=row.id))


@commands.handles(AskHelp, permission="floor.work", answer=Asked, errors=(NOT_FOUND,))
async def ask_help(context: Context, command: AskHelp) -> Asked:
    technician_id = own_technician(context.actor) or command.technician_id
    if technician_id is not None:
        await technician_by_id(context, technician_id)
    if command.place_id is not None:
        await place_by_id(context, command.place_id)
    if command.booking_id is not None:
        await booking_by_id(context, command.booking_id)
    row = HelpRow(
        id=context.chance.id(),
        kind=command.kind,
        technician_id=technician_id,
        place_id=command.place_id,
        booking_id=command.booking_id,
        asked_at=context.now,
    )
    context.session.add(row)
    _asked(context, row)
    return Asked(help_id=row.id)


def ask_again(context: Context, row: HelpRow) -> None:
    """Nobody has come yet: the request counts from now."""
    row.asked_at = context.now
    _asked(context, row)


def _asked(context: Context, row: HelpRow) -> None:
    context.record(
        HelpAsked(
            help_id=row.id,
            kind=row.kind,  # type: ignore[arg-type]  # the request's own check
            technician_id=row.technician_id,
            place_id=row.place_id,
            booking_id=row.booking_id,
        )
    )


@commands.handles(AnswerHelp, permission="floor.work", errors=(NOT_FOUND,))
async def answer_help(context: Context, command: AnswerHelp) -> None:
    """The first answer counts; another one changes nothing."""
    row = await context.session.get(HelpRow, command.help_id)
    if row is None or row.store_id != context.store.id:
        raise Refused(NOT_FOUND, what="help")
    if row.answered_at is None:
        row.answered_at = context.now
        context.record(HelpAnswered(help_id=row.id))
