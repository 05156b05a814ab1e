"""Erasing a person: every personal column cleared in one transaction, then the key destroyed, so that older copies stay closed.

Rows stay, since the day's figures and the log are about work done; they say by whom and when, and no longer for whom.
"""

from __future__ import annotations

from urllib.parse import unquote

from sqlalchemy import Table, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.backoffice.privacy.commands.book import KEEP, commands
from hub.backoffice.privacy.errors import STILL_EXPECTED
from hub.backoffice.privacy.events import PersonErased, PersonForgotten
from hub.backoffice.privacy.holdings import Holdings, erased, holdings_of
from hub.backoffice.privacy.sealing import client_index
from hub.backoffice.privacy.tables import ErasureRow
from hub.backoffice.security.ports import sessions
from hub.kernel.commands import Command, Context
from hub.kernel.crypto import Vault
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.kernel.journal import JournalRow
from hub.kernel.natural_keys import natural_key
from hub.kernel.tables import Base, OutboxRow
from hub.operations.bookings.keys import stored_key
from hub.operations.bookings.people import customer_by_id, revealed_name
from hub.operations.bookings.tables import BookingRow, ConsentRow, CustomerRow
from hub.operations.waitlist.tables import WaitRow

_AHEAD = ("held", "confirmed", "expected", "arrived")


class ErasePerson(Command):
    """From the command line, where whoever sits at the server decides; on the screens it takes two."""

    customer_id: Id


@commands.handles(ErasePerson, permission=KEEP, errors=(NOT_FOUND, STILL_EXPECTED))
async def erase_person(context: Context, command: ErasePerson) -> None:
    await erase(context, await customer_by_id(context, command.customer_id))


class EraseAgain(Command):
    """The key was destroyed already; a copy of the store that is older than that has brought the rows back."""

    customer_id: Id


@commands.handles(EraseAgain, permission=KEEP, errors=(NOT_FOUND,))
async def erase_again(context: Context, command: EraseAgain) -> None:
    row = await customer_by_id(context, command.customer_id)
    await _clear(context, row, name="")


class NoteForgotten(Command):
    """The key is destroyed."""

    customer_id: Id


@commands.handles(NoteForgotten, permission=KEEP, errors=(NOT_FOUND,))
async def note_forgotten(context: Context, command: NoteForgotten) -> None:
    row = await context.session.get(ErasureRow, command.customer_id)
    if row is None:
        raise Refused(NOT_FOUND, what="erasure")
    if row.forgotten_at is None:
        row.forgotten_at = context.now
        context.record(PersonForgotten(customer_id=row.customer_id))


async def require_nothing_ahead(context: Context, customer_id: str) -> None:
    """Raises `still_expected`: who is erased could not be recognised at the door."""
    begins, _ = context.store.days.span(context.store.days.of(context.now))
    # What was booked on a day without the hub stands open for ever, and nobody is expected for it.
    open_yet = BookingRow.state.in_(_AHEAD), (BookingRow.booked_start >= begins) | (BookingRow.state == "arrived")
    ahead = select(BookingRow.id).where(BookingRow.customer_id == customer_id, *open_yet)
    waits = select(WaitRow.id).where(WaitRow.customer_id == customer_id, WaitRow.state == "waiting")
    if await context.session.scalar(ahead.limit(1)) or await context.session.scalar(waits.limit(1)):
        raise Refused(STILL_EXPECTED)


async def erase(context: Context, row: CustomerRow) -> None:
    """Raises `still_expected`."""
    await require_nothing_ahead(context, row.id)
    await _clear(context, row, name=revealed_name(context.vault, row))


async def _clear(context: Context, row: CustomerRow, *, name: str) -> None:
    await context.session.flush()
    customer_id, held = row.id, await holdings_of(context.session, row.id)
    connection = await context.session.connection()
    for table, values in held.each():
        new = erased(table, values, lambda key: "erased/" + context.vault.steady_index(key, "natural-key"))
        if new:
            key = [column == values[column.name] for column in table.primary_key.columns]
            await connection.execute(update(table).where(*key).values(**new))
    await _forget_traces(context, held, {name, row.natural_key or ""})
    await context.session.execute(delete(ConsentRow).where(ConsentRow.customer_id == customer_id))
    await context.session.execute(delete(OutboxRow).where(OutboxRow.owner_id == customer_id))
    await sessions(context).revoke(context, actor_id=customer_id)
    context.session.expire(row)
    known = await context.session.get(ErasureRow, customer_id)
    if known is None:
        context.session.add(ErasureRow(customer_id=customer_id, at=context.now))
    else:
        known.forgotten_at = None
    context.record(PersonErased(customer_id=customer_id))


async def _forget_traces(context: Context, held: Holdings, words: set[str]) -> None:
    """Images kept for undoing, and rows of other systems' reports that name the person."""
    for note in await context.session.scalars(select(JournalRow)):
        if held.ids.intersection(str(part) for part in note.pk):
            await context.session.delete(note)
    kept = _kept_rows()
    if kept is None:
        return
    names = {word for word in words | {unquote(word.rpartition("/")[2]) for word in words} if word}
    called = select(kept.c.client_index).where(kept.c.store_id == context.store.id, kept.c.owner_id == held.customer_id)
    theirs = select(kept).where(
        kept.c.store_id == context.store.id,
        or_(
            kept.c.owner_id == held.customer_id,
            kept.c.client_index.in_([client_index(context.vault, name) for name in names]),
            kept.c.client_index.in_(called),  # another name since, and the code by which an import called them
            kept.c.raw.is_not(None),
        ),
    )
    folded, connection = {name.casefold() for name in names}, await context.session.connection()
    for found in (await connection.execute(theirs)).mappings().all():
        plain = found["raw"]
        if plain is not None and not any(_names(context.vault, str(cell), folded, words) for cell in plain.values()):
            continue
        await connection.execute(delete(kept).where(kept.c.id == found["id"]))
        if found["owner_id"] == found["id"] and plain is None:  # under a key of its own, which backups do not outlive either
            context.session.add(ErasureRow(customer_id=found["id"], at=context.now))


def _names(vault: Vault, cell: str, folded: set[str], words: set[str]) -> bool:
    """Whether a cell is one of the names, or the code of which the customer's key is an index."""
    return cell.strip().casefold() in folded or stored_key(vault, natural_key("customer", cell)) in words


def _kept_rows() -> Table | None:
    """Rows that imports keep for later; that room lies above this one, and a hub may be composed without it."""
    return Base.metadata.tables.get("kept_row")


class ForgetClosed(Command):
    """Rows kept for later whose own key was destroyed, and which an older copy of the store has brought back."""


@commands.handles(ForgetClosed, permission=KEEP)
async def forget_closed(context: Context, command: ForgetClosed) -> None:
    kept = _kept_rows()
    if kept is None:
        return
    connection = await context.session.connection()
    for row_id in await closed_rows(context.session, context.vault):
        await connection.execute(delete(kept).where(kept.c.id == row_id))


async def closed_rows(session: AsyncSession, vault: Vault) -> list[str]:
    """Ids of the session's store's rows that nothing opens any more."""
    kept = _kept_rows()
    if kept is None:
        return []
    own = select(kept.c.id).where(
        kept.c.store_id == session.info["store_id"], kept.c.owner_id == kept.c.id, kept.c.data_key.is_not(None)
    )
    return [row_id for row_id in (await (await session.connection()).execute(own)).scalars() if not vault.knows(row_id)]
