"""What imports write themselves: rows for later. All else passes through the commands of the domains that own it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from hub.backoffice.privacy.commands.book import KEEP
from hub.imports import keeping
from hub.imports.events import RowsKept, RowsSealed
from hub.imports.salon_csv.layouts import client_in
from hub.imports.tables import KeptRow
from hub.kernel.commands import Answer, Command, CommandBook, Context
from hub.kernel.text import NaturalKey

commands = CommandBook("imports")

ROWS_MAX = 200
"""Rows in one command: enough to be quick, few enough to leave room for others' commands between two."""


class RowToKeep(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    natural_key: NaturalKey
    file: str
    line: Annotated[int, Field(ge=1)]
    cells: dict[str, str]
    client: Annotated[str, Field(max_length=500)] | None = None
    """The client's code, as the store's customers have it in their natural keys."""


class KeepRows(Command):
    """Keep rows of one report word for word; those that are kept already stay as they are."""

    kind: Literal["receipts", "products"]
    rows: Annotated[tuple[RowToKeep, ...], Field(min_length=1, max_length=ROWS_MAX)]


class RowsAreKept(Answer):
    new: int


@commands.handles(KeepRows, permission="bookings.import", answer=RowsAreKept)
async def keep_rows(context: Context, command: KeepRows) -> RowsAreKept:
    rows = {keeping.kept_as(context.vault, row.natural_key): row for row in command.rows}
    either = [*rows, *(row.natural_key for row in command.rows)]  # as it stands until an older release's rows are sealed
    known = set(await context.session.scalars(select(KeptRow.natural_key).where(KeptRow.natural_key.in_(either))))
    fresh = {key: row for key, row in rows.items() if not known.intersection((key, row.natural_key))}
    owners = await keeping.customers_called(context, {row.client for row in fresh.values() if row.client})
    for key, row in fresh.items():
        kept = KeptRow(
            id=context.chance.id(), kind=command.kind, natural_key=key, file=row.file, line=row.line, kept_at=context.now
        )
        keeping.name_client(context.vault, kept, row.client)
        keeping.seal(context.vault, kept, row.cells, owners.get(row.client or ""))
        context.session.add(kept)
    if fresh:
        context.record(RowsKept(kind=command.kind, rows=len(fresh)))
    return RowsAreKept(new=len(fresh))


class SealRows(Command):
    """Seal rows that an older release kept in plain text, at most `most` at a time."""

    most: Annotated[int, Field(ge=1, le=ROWS_MAX)] = ROWS_MAX


class RowsAreSealed(Answer):
    sealed: int


@commands.handles(SealRows, permission=KEEP, answer=RowsAreSealed)
async def seal_rows(context: Context, command: SealRows) -> RowsAreSealed:
    plain = select(KeptRow).where(KeptRow.raw.is_not(None)).order_by(KeptRow.id).limit(command.most)
    rows = [(row, row.raw or {}) for row in await context.session.scalars(plain)]
    clients = {row.id: client_in(row.kind, cells) for row, cells in rows}
    owners = await keeping.customers_called(context, {client for client in clients.values() if client})
    for row, cells in rows:
        row.natural_key = keeping.kept_as(context.vault, row.natural_key)
        keeping.name_client(context.vault, row, clients[row.id])
        keeping.seal(context.vault, row, cells, owners.get(clients[row.id] or ""))
    if rows:
        context.record(RowsSealed(rows=len(rows)))
    return RowsAreSealed(sealed=len(rows))
