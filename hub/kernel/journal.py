"""Before and after: what a command did to the floor's rows, kept for a day, so that a whole step can be undone.

Rows of tables with `__undoable__ = True` are noted as the unit of work writes them; bulk statements are not seen, so such rows
are changed as objects. Within one command a row's first "before" and last "after" count. A handler opens no
savepoint of its own.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import JSON, ColumnElement, Delete, String, delete, event, insert, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column

from hub.kernel.clock import Clock
from hub.kernel.database import Database
from hub.kernel.errors import Refused, declare
from hub.kernel.jobs import Job
from hub.kernel.prepared import Prepared
from hub.kernel.tables import Base, ColumnClass, Scoped, classed

MOVED_ON = declare("moved_on", 409)

KEPT = timedelta(days=1)
"""Nobody undoes yesterday."""

_COMMAND = "command_id"
_NOTES = "journal"

Image = dict[str, Any]
"""A row as JSON values by column: times in ISO 8601, bytes in base64."""


class JournalRow(Base, Scoped):
    """One row's images around one command. An image of None: there was no such row. Sealed values stay sealed."""

    __tablename__ = "journal"

    store_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    command_id: Mapped[str] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    table: Mapped[str]
    pk: Mapped[list[Any]]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), info=classed(ColumnClass.PERSONAL, "undo"))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), info=classed(ColumnClass.PERSONAL, "undo"))
    at: Mapped[datetime] = mapped_column(index=True)


_WRITE = Prepared(insert(JournalRow.metadata.tables[JournalRow.__tablename__]))
"""Plain: every command of the floor passes here, and objects of the unit of work take four times as long."""


@dataclass(slots=True)
class _Note:
    before: Image | None
    after: Image | None


_Notes = dict[tuple[str, tuple[Any, ...]], _Note]


def begin(session: AsyncSession, command_id: str) -> None:
    """From now on, note what this session writes."""
    session.info[_COMMAND] = command_id
    session.info[_NOTES] = {}


def noting(session: AsyncSession) -> bool:
    """Whether this session belongs to a command, and so may see what nobody else sees yet."""
    return _COMMAND in session.info


@contextmanager
def for_good(session: AsyncSession) -> Iterator[None]:
    """What is written in here stays when the command is undone; flush before, and at the end of it."""
    notes = session.info.pop(_NOTES, None)
    try:
        yield
    finally:
        if notes is not None:
            session.info[_NOTES] = notes


async def keep(session: AsyncSession, at: datetime) -> None:
    """Write the notes beside the change itself; call it after the command's last flush."""
    notes = cast(_Notes, session.info.get(_NOTES, {}))
    changed = [(key, note) for key, note in notes.items() if note.before != note.after]
    if not changed:
        return
    whose = {"store_id": session.info["store_id"], "command_id": session.info[_COMMAND], "at": at}
    rows = [
        {**whose, "ordinal": ordinal, "table": table, "pk": list(pk), "before": note.before, "after": note.after}
        for ordinal, ((table, pk), note) in enumerate(changed)
    ]
    await session.run_sync(lambda within: _WRITE.run(within.connection(), rows))


async def undo(session: AsyncSession, command_id: str, *, leave: frozenset[str] = frozenset()) -> int:
    """Put back every row that the command changed; the number of rows. Undone in its own command, it can be undone itself.

    To undo several commands, undo the newest first. Rows of the tables in `leave` stay as they are.

    Raises:
        Refused: `moved_on` when any of the rows has changed since; then nothing is put back.
    """
    notes = [note for note in await _notes_of(session, command_id) if note.table not in leave]
    await session.flush()
    present = {note.ordinal: await _current(session, note) for note in notes}
    for note in _children_first(notes):
        row = present[note.ordinal]
        if row is not None and (note.before is None or _takes_turns(row)):
            await session.delete(row)
            await session.flush()
            present[note.ordinal] = None
    for note in notes:
        row = present[note.ordinal]
        if row is not None and note.before is not None:
            _put_back(row, note.before)
    await session.flush()
    for note in reversed(_children_first(notes)):
        if present[note.ordinal] is None and note.before is not None:
            session.add(_row(note.table, note.before))
            await session.flush()
    return len(notes)


def _children_first(notes: list[JournalRow]) -> list[JournalRow]:
    """In an order in which rows can be taken away without breaking a foreign key."""
    order = {table.name: number for number, table in enumerate(Base.metadata.sorted_tables)}
    return sorted(notes, key=lambda note: -order[note.table])


def _takes_turns(row: Base) -> bool:
    """Rows with `__takes_turns__ = True` may have changed places with each other: putting back one while the other still stands
    there would break a guard, so all of them are taken away first."""
    return bool(getattr(row, "__takes_turns__", False))


async def intact(session: AsyncSession, command_ids: Iterable[str]) -> bool:
    """Whether these commands, given newest first, can be undone together now."""
    await session.flush()
    images: dict[tuple[str, tuple[Any, ...]], Image | None] = {}
    for command_id in command_ids:
        for note in await _notes_of(session, command_id):
            key = note.table, tuple(note.pk)
            if key not in images:
                images[key] = await _image_now(session, note)
            if images[key] != note.after:
                return False
            images[key] = note.before
    return True


async def _notes_of(session: AsyncSession, command_id: str) -> list[JournalRow]:
    wanted = select(JournalRow).where(JournalRow.command_id == command_id).order_by(JournalRow.ordinal)
    return list(await session.scalars(wanted))


async def _image_now(session: AsyncSession, note: JournalRow) -> Image | None:
    row = await _row_now(session, note)
    return None if row is None else _image(row)


async def _row_now(session: AsyncSession, note: JournalRow) -> Base | None:
    mapper = _mapper(note.table)
    key = tuple(_value(column, value) for column, value in zip(mapper.primary_key, note.pk, strict=True))
    return cast("Base | None", await session.get(mapper.class_, key))


async def _current(session: AsyncSession, note: JournalRow) -> Base | None:
    row = await _row_now(session, note)
    if (None if row is None else _image(row)) != note.after:
        raise Refused(MOVED_ON, table=note.table)
    return row


def forget_job(database: Database, clock: Clock) -> Job:
    """Forgets journals older than a day, once an hour."""

    async def forget(store_id: str) -> None:
        old: Delete = delete(JournalRow).where(JournalRow.at < clock.now() - KEPT)
        async with database.write(store_id) as session:
            await session.execute(old)

    return Job("journal", timedelta(hours=1), forget)


def _note_flush(session: Session, _context: Any) -> None:
    notes = cast("_Notes | None", session.info.get(_NOTES))
    if notes is None:
        return
    _note(notes, session.new, existed=False, exists=True)
    _note(notes, (row for row in session.dirty if session.is_modified(row)), existed=True, exists=True)
    _note(notes, session.deleted, existed=True, exists=False)


def _note(notes: _Notes, rows: Iterable[Any], *, existed: bool, exists: bool) -> None:
    for row in rows:
        if not getattr(row, "__undoable__", False):
            continue
        after = _image(row) if exists else None
        mapper = inspect(type(row))
        pk = tuple(_json(getattr(row, column.key)) for column in mapper.primary_key)
        known = notes.get((row.__tablename__, pk))
        if known is not None:
            known.after = after
        else:
            notes[row.__tablename__, pk] = _Note(_image_before(row) if existed else None, after)


def _image(row: Any) -> Image:
    return {attribute.key: _json(getattr(row, attribute.key)) for attribute in inspect(type(row)).column_attrs}


def _image_before(row: Any) -> Image:
    image = {}
    for attribute in inspect(row).attrs:
        values = attribute.history.deleted or attribute.history.unchanged
        if not values:
            raise RuntimeError(f"{row.__tablename__}.{attribute.key} was changed without having been read")
        image[attribute.key] = _json(values[0])
    return image


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _value(column: ColumnElement[Any], value: Any) -> Any:
    kind = getattr(column.type, "impl_instance", column.type).python_type
    if value is None or not isinstance(value, str):
        return value
    if issubclass(kind, datetime):
        return datetime.fromisoformat(value)
    if issubclass(kind, date):
        return date.fromisoformat(value)
    return base64.b64decode(value) if issubclass(kind, bytes) else value


def _row(table: str, image: Image) -> Base:
    row = cast(Base, _mapper(table).class_())
    _put_back(row, image)
    return row


def _put_back(row: Base, image: Image) -> None:
    columns = inspect(type(row)).columns
    for key, value in image.items():
        if key in columns:
            setattr(row, key, _value(columns[key], value))


def _mapper(table: str) -> Mapper[Any]:
    return next(m for m in Base.registry.mappers if m.local_table.name == table)  # type: ignore[attr-defined]


event.listen(Session, "after_flush", _note_flush)
