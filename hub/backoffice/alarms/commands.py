"""Raising, which is the hub's; closing and setting measures, which is a manager's."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hub.backoffice.alarms.events import AlarmClosed, AlarmRaised, ThresholdSet
from hub.backoffice.alarms.queries import is_known
from hub.backoffice.alarms.rules import CODES
from hub.backoffice.alarms.tables import AlarmLimitRow, AlarmRow
from hub.kernel.commands import Command, CommandBook, Context
from hub.kernel.errors import CONFLICT, NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.kernel.text import Note

commands = CommandBook("alarms")


class Raise(Command):
    """Something odd was seen. Nothing happens where the same alarm is open, or was raised within its window."""

    rule: str
    subject: str
    count: int
    minutes: int
    at_seq: int


@commands.handles(Raise, permission="alarms.keep")
async def raise_alarm(context: Context, command: Raise) -> None:
    since = context.now - timedelta(minutes=command.minutes)
    if await is_known(context.session, command.rule, command.subject, since):
        return
    row = AlarmRow(id=context.chance.id(), at=context.now, closed_at=None, closed_by=None, **command.model_dump())
    context.session.add(row)
    told = command.model_dump(exclude={"at_seq"})
    context.record(AlarmRaised(alarm_id=row.id, **told))


class Close(Command):
    """A manager has looked into it; the note says what it was."""

    alarm_id: Id
    note: Annotated[Note, StringConstraints(min_length=1)]


@commands.handles(Close, permission="alarms.handle", errors=(NOT_FOUND, CONFLICT))
async def close(context: Context, command: Close) -> None:
    row = await context.session.get(AlarmRow, command.alarm_id)
    if row is None or row.store_id != context.store.id:
        raise Refused(NOT_FOUND, what="alarm")
    if row.closed_at is not None:
        raise Refused(CONFLICT)
    row.closed_at, row.closed_by, row.closing_note = context.now, context.actor.id, command.note
    context.record(AlarmClosed(alarm_id=row.id))


class SetLimit(Command):
    """From when on a rule speaks: `count` or more within `minutes`."""

    rule: Literal[CODES]  # type: ignore[valid-type]  # the codes are the values
    is_on: bool
    count: Annotated[int, Field(ge=1, le=10_000)]
    minutes: Annotated[int, Field(ge=1, le=10_080)]


@commands.handles(SetLimit, permission="alarms.handle")
async def set_limit(context: Context, command: SetLimit) -> None:
    await context.session.merge(AlarmLimitRow(store_id=context.store.id, **command.model_dump()))
    context.record(ThresholdSet(**command.model_dump()))
