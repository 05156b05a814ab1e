"""Who works here, when, and who is away."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field
from sqlalchemy import delete, or_, select

from hub.catalog.tables import SkillRow
from hub.kernel.commands import Answer, Command, CommandBook, Context
from hub.kernel.errors import NOT_FOUND, Refused, declare
from hub.kernel.ids import Id
from hub.kernel.phones import INVALID_PHONE, WRITTEN_MAX, normal_phone
from hub.kernel.text import BilingualName, Code
from hub.kernel.wall_time import WallDate, WallTime
from hub.operations.team.breaks import end_break_at
from hub.operations.team.events import (
    AbsenceEnded,
    BreakStarted,
    LeaveNoted,
    ShiftPut,
    ShiftRemoved,
    TechnicianPut,
    TechnicianSick,
)
from hub.operations.team.rules import (
    ALREADY_AWAY,
    ENDS_BEFORE_START,
    NOT_ON_BREAK,
    SHIFT_BEYOND_DAY,
    SHIFT_OVERLAP,
    check_day,
    check_order,
    check_reach,
    check_shift,
)
from hub.operations.team.tables import AbsenceRow, ShiftRow, TechnicianRow, TechnicianSkillRow
from hub.operations.team.turns import join_turns

commands = CommandBook("team")

UNKNOWN_SKILL = declare("unknown_skill", 422)
EMAIL_PATTERN = r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$"


class PutTechnician(Command):
    """A technician by code; skills replace those before. A gender of None: nobody has said.

    Phone and e-mail: None leaves them, empty text clears them.
    """

    code: Code
    name: BilingualName
    gender: Literal["woman", "man"] | None = None
    skills: dict[Code, Annotated[int, Field(ge=1, le=5)]] = Field(default={}, max_length=100)
    phone: str | None = Field(default=None, max_length=WRITTEN_MAX)
    email: str | None = Field(default=None, max_length=254, pattern=EMAIL_PATTERN)
    active: bool = True
    ordinal: Annotated[int, Field(ge=0, le=10_000)] = 0


class TechnicianKept(Answer):
    technician_id: Id


class PutShift(Command):
    """A shift of a business day, on the store's wall; an end not after the start lies on the next date. Without an id it is a
    further one.
    """

    technician_id: Id
    date: WallDate
    start: WallTime
    end: WallTime
    shift_id: Id | None = None


class ShiftKept(Answer):
    shift_id: Id


class RemoveShift(Command):
    shift_id: Id


class ReportSick(Command):
    """Away from `from_` (now) until `until` (nobody knows)."""

    technician_id: Id
    from_: AwareDatetime | None = None
    until: AwareDatetime | None = None


class NoteLeave(Command):
    technician_id: Id
    start: AwareDatetime
    until: AwareDatetime


class NoteDaysOff(Command):
    """Leave or sickness for whole business days, both ends included."""

    technician_id: Id
    first: WallDate
    last: WallDate
    kind: Literal["leave", "sick"] = "leave"


class AbsenceKept(Answer):
    absence_id: Id


class EndAbsence(Command):
    absence_id: Id


class StartBreak(Command):
    technician_id: Id


class EndBreak(Command):
    technician_id: Id


@commands.handles(PutTechnician, permission="team.edit", answer=TechnicianKept, errors=(UNKNOWN_SKILL, INVALID_PHONE))
async def put_technician(context: Context, command: PutTechnician) -> TechnicianKept:
    known = set(await context.session.scalars(select(SkillRow.code)))
    for skill in command.skills:
        if skill not in known:
            raise Refused(UNKNOWN_SKILL, code=skill)
    row = await context.session.scalar(select(TechnicianRow).where(TechnicianRow.code == command.code))
    if row is None:
        row = TechnicianRow(id=context.chance.id(), code=command.code)
        row.data_key = context.vault.new_data_key(row.id)
        context.session.add(row)
    row.name_zh, row.name_en, row.gender = command.name.zh, command.name.en, command.gender
    row.active, row.ordinal = command.active, command.ordinal
    phone = normal_phone(command.phone, context.store.country) if command.phone else command.phone
    _seal(context, row, "phone", phone)
    _seal(context, row, "email", command.email)
    await context.session.execute(delete(TechnicianSkillRow).where(TechnicianSkillRow.technician_id == row.id))
    for skill, level in command.skills.items():
        context.session.add(TechnicianSkillRow(technician_id=row.id, skill=skill, level=level))
    context.record(TechnicianPut(technician_id=row.id))
    return TechnicianKept(technician_id=row.id)


@commands.handles(
    PutShift,
    permission="team.roster",
    answer=ShiftKept,
    errors=(NOT_FOUND, SHIFT_OVERLAP, SHIFT_BEYOND_DAY, ENDS_BEFORE_START),
)
async def put_shift(context: Context, command: PutShift) -> ShiftKept:
    await _technician(context, command.technician_id)
    check_day(command.start, command.end, context.store.days)
    start, end = context.store.days.between(command.date, command.start, command.end)
    # In the night when the clocks go forward an hour has no length.
    check_order(start, end)
    rows = await context.session.scalars(
        select(ShiftRow).where(ShiftRow.technician_id == command.technician_id, ShiftRow.start < end, ShiftRow.end > start)
    )
    overlapping = [row for row in rows if row.id != command.shift_id]
    same = next((row for row in overlapping if (row.start, row.end) == (start, end)), None)
    if same is not None and command.shift_id is None:
        return ShiftKept(shift_id=same.id)
    check_shift(start, end, [(row.start, row.end) for row in overlapping])
    shift = await _shift(context, command)
    shift.date, shift.start, shift.end = command.date, start, end
    await join_turns(context, command.technician_id, command.date)
    context.record(ShiftPut(shift_id=shift.id, technician_id=shift.technician_id, date=shift.date, start=start, end=end))
    return ShiftKept(shift_id=shift.id)


@commands.handles(RemoveShift, permission="team.roster", errors=(NOT_FOUND,))
async def remove_shift(context: Context, command: RemoveShift) -> None:
    shift = await context.session.get(ShiftRow, command.shift_id)
    if shift is None:
        raise Refused(NOT_FOUND, what="shift")
    await context.session.delete(shift)
    context.record(ShiftRemoved(shift_id=shift.id, technician_id=shift.technician_id, date=shift.date))


@commands.handles(
    ReportSick,
    permission="floor.direct",
    answer=AbsenceKept,
    errors=(NOT_FOUND, ALREADY_AWAY, ENDS_BEFORE_START),
)
async def report_sick(context: Context, command: ReportSick) -> AbsenceKept:
    await _technician(context, command.technician_id)
    start = command.from_ or context.now
    check_order(start, command.until)
    absence = await _begin(context, command.technician_id, "sick", start, command.until)
    context.record(TechnicianSick(absence_id=absence.id, technician_id=absence.technician_id, start=start, until=command.until))
    return AbsenceKept(absence_id=absence.id)


@commands.handles(
    NoteLeave,
    permission="team.roster",
    answer=AbsenceKept,
    errors=(NOT_FOUND, ALREADY_AWAY, ENDS_BEFORE_START),
)
async def note_leave(context: Context, command: NoteLeave) -> AbsenceKept:
    await _technician(context, command.technician_id)
    check_order(command.start, command.until)
    absence = await _begin(context, command.technician_id, "leave", command.start, command.until)
    context.record(
        LeaveNoted(absence_id=absence.id, technician_id=absence.technician_id, start=command.start, until=command.until)
    )
    return AbsenceKept(absence_id=absence.id)


@commands.handles(
    NoteDaysOff,
    permission="team.roster",
    answer=AbsenceKept,
    errors=(NOT_FOUND, ALREADY_AWAY, ENDS_BEFORE_START),
)
async def note_days_off(context: Context, command: NoteDaysOff) -> AbsenceKept:
    await _technician(context, command.technician_id)
    start = context.store.days.span(command.first)[0]
    until = context.store.days.span(command.last)[1]
    check_order(start, until)
    absence = await _begin(context, command.technician_id, command.kind, start, until)
    fact = LeaveNoted if command.kind == "leave" else TechnicianSick
    context.record(fact(absence_id=absence.id, technician_id=absence.technician_id, start=start, until=until))
    return AbsenceKept(absence_id=absence.id)


@commands.handles(EndAbsence, permission="floor.direct", errors=(NOT_FOUND,))
async def end_absence(context: Context, command: EndAbsence) -> None:
    absence = await context.session.get(AbsenceRow, command.absence_id)
    if absence is None:
        raise Refused(NOT_FOUND, what="absence")
    if absence.end is not None and absence.end <= max(context.now, absence.start):
        return
    absence.end = max(context.now, absence.start)
    context.record(AbsenceEnded(absence_id=absence.id, technician_id=absence.technician_id))


@commands.handles(StartBreak, permission="floor.work", answer=AbsenceKept, errors=(NOT_FOUND, ALREADY_AWAY))
async def start_break(context: Context, command: StartBreak) -> AbsenceKept:
    check_reach(context.actor, command.technician_id)
    await _technician(context, command.technician_id)
    absence = await _begin(context, command.technician_id, "break", context.now, None)
    context.record(BreakStarted(absence_id=absence.id, technician_id=absence.technician_id))
    return AbsenceKept(absence_id=absence.id)


@commands.handles(EndBreak, permission="floor.work", errors=(NOT_FOUND, NOT_ON_BREAK))
async def end_break(context: Context, command: EndBreak) -> None:
    check_reach(context.actor, command.technician_id)
    await _technician(context, command.technician_id)
    current = next((a for a in await _away(context, command.technician_id, context.now) if a.kind == "break"), None)
    if current is None:
        raise Refused(NOT_ON_BREAK)
    end_break_at(context, current, context.now)


async def _technician(context: Context, technician_id: str) -> TechnicianRow:
    row = await context.session.get(TechnicianRow, technician_id)
    if row is None:
        raise Refused(NOT_FOUND, what="technician")
    return row


async def _shift(context: Context, command: PutShift) -> ShiftRow:
    if command.shift_id is None:
        shift = ShiftRow(id=context.chance.id(), technician_id=command.technician_id)
        context.session.add(shift)
        return shift
    known = await context.session.get(ShiftRow, command.shift_id)
    if known is None or known.technician_id != command.technician_id:
        raise Refused(NOT_FOUND, what="shift")
    return known


async def _away(context: Context, technician_id: str, at: datetime.datetime) -> list[AbsenceRow]:
    wanted = select(AbsenceRow).where(
        AbsenceRow.technician_id == technician_id,
        AbsenceRow.start <= at,
        or_(AbsenceRow.end.is_(None), AbsenceRow.end > at),
    )
    return list(await context.session.scalars(wanted))


async def _begin(
    context: Context, technician_id: str, kind: str, start: datetime.datetime, end: datetime.datetime | None
) -> AbsenceRow:
    """Whatever begins now ends a break. Nothing else may begin while the technician is away; of what lasts until nobody knows
    when, nobody can say that it will last until later."""
    now = context.now
    for other in await _away(context, technician_id, start):
        gives_way = other.kind == "break" and kind != "break"
        if not gives_way and not (other.end is None and start > now):
            raise Refused(ALREADY_AWAY, absence=other.kind)
    if kind != "break" and start <= now and (end is None or end > now):
        for other in await _away(context, technician_id, now):
            if other.kind == "break":
                other.end = now
    absence = AbsenceRow(id=context.chance.id(), technician_id=technician_id, kind=kind, start=start, end=end)
    context.session.add(absence)
    return absence


def _seal(context: Context, row: TechnicianRow, column: Literal["phone", "email"], value: str | None) -> None:
    if value is None:
        return
    sealed = None
    if value and row.data_key is not None:
        sealed = context.vault.seal(row.data_key, row.id, value, f"technician/{row.id}/{column}")
    setattr(row, f"{column}_sealed", sealed)
