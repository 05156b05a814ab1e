"""What imports write themselves: rows for later. All else passes through the commands of the domains that own it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from hub.imports.events import RowsKept
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


class KeepRows(Command):
    """Keep rows of one report word for word; those that are kept already stay as they are."""

    kind: Literal["receipts", "products"]
    rows: Annotated[tuple[RowToKeep, ...], Field(min_length=1, max_length=ROWS_MAX)]


class RowsAreKept(Answer):
    new: int


@commands.handles(KeepRows, permission="bookings.import", answer=RowsAreKept)
async def keep_rows(context: Context, command: KeepRows) -> RowsAreKept:
    keys = [row.natural_key for row in command.rows]
    known = set(await context.session.scalars(select(KeptRow.natural_key).where(KeptRow.natural_key.in_(keys))))
    fresh = {row.natural_key: row for row in command.rows if row.natural_key not in known}
    for row in fresh.values():
        context.session.add(
            KeptRow(
                id=context.chance.id(),
                kind=command.kind,
                natural_key=row.natural_key,
                file=row.file,
                line=row.line,
                raw=dict(row.cells),
                kept_at=context.now,
            )
        )
    if fresh:
        context.record(RowsKept(kind=command.kind, rows=len(fresh)))
    return RowsAreKept(new=len(fresh))
