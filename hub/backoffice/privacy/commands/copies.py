"""A customer's copy of everything that is held: taking it is on record, whoever takes it."""

from __future__ import annotations

from hub.backoffice.privacy.commands.book import KEEP, commands, own_file
from hub.backoffice.privacy.commands.seeing import Note, Reason, keep_view, require_few
from hub.backoffice.privacy.errors import REASON_MISSING, TOO_MANY_REVEALED
from hub.kernel.commands import Command, Context
from hub.kernel.errors import NOT_FOUND
from hub.kernel.ids import Id
from hub.operations.bookings.people import customer_by_id


class TakeCopy(Command):
    """For the customer, by somebody of the store."""

    customer_id: Id
    reason: Reason = "request"
    note: Note | None = None


@commands.handles(TakeCopy, permission="privacy.copy", errors=(NOT_FOUND, REASON_MISSING, TOO_MANY_REVEALED))
async def take_copy(context: Context, command: TakeCopy) -> None:
    row = await customer_by_id(context, command.customer_id)
    unmasking = await require_few(context)
    await keep_view(context, "copy", command.reason, row, note=command.note, approval_id=unmasking)


class TakeOwnCopy(Command):
    """By the customer."""


@commands.handles(TakeOwnCopy, permission="privacy.own", errors=(NOT_FOUND,))
async def take_own_copy(context: Context, command: TakeOwnCopy) -> None:
    await keep_view(context, "copy", "request", await own_file(context))


class NoteCopy(Command):
    """From the command line."""

    customer_id: Id


@commands.handles(NoteCopy, permission=KEEP, errors=(NOT_FOUND,))
async def note_copy(context: Context, command: NoteCopy) -> None:
    await keep_view(context, "copy", "request", await customer_by_id(context, command.customer_id))
