"""Changes to the catalog; all of them put by code, so that sending one again changes nothing."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import delete, select

from hub.catalog.events import DayClosed, DayReopened, OpeningHoursSet, PlaceKindPut, ServicePut, SkillPut
from hub.catalog.rules import INVALID_HOURS, UNKNOWN_PLACE_KIND, UNKNOWN_SKILL, check_hours, check_phases
from hub.catalog.tables import ClosedDayRow, OpeningHoursRow, PlaceKindRow, ServicePhaseRow, ServiceRow, SkillRow
from hub.kernel.commands import Answer, Command, CommandBook, Context
from hub.kernel.ids import Id
from hub.kernel.text import BilingualName, Code
from hub.kernel.wall_time import WallTime

commands = CommandBook("catalog")

PHASES_MAX = 12
PRICE_MINOR_MAX = 10_000_000
Minutes = Annotated[int, Field(ge=0, le=600)]


class PutSkill(Command):
    code: Code
    name: BilingualName


class PutPlaceKind(Command):
    code: Code
    name: BilingualName
    clean_minutes: Minutes = 0
    ordinal: Annotated[int, Field(ge=0, le=10_000)] = 0


class PhaseToPut(Command):
    """One phase; `max_gap_minutes` is how long it may wait after the one before."""

    kind: Literal["hands_on", "processing", "finishing"]
    minutes: Annotated[int, Field(ge=1, le=600)]
    place_kind: Code | None = None
    skill: Code | None = None
    min_level: Annotated[int, Field(ge=1, le=5)] = 1
    max_gap_minutes: Minutes = 0


class PutService(Command):
    """A service by its code; its phases replace those that it had. A price of 0: none is listed, it is agreed at the desk."""

    code: Code
    name: BilingualName
    category: BilingualName
    price_minor: Annotated[int, Field(ge=0, le=PRICE_MINOR_MAX)]
    bookable_online: bool = True
    active: bool = True
    ordinal: Annotated[int, Field(ge=0, le=10_000)] = 0
    phases: Annotated[tuple[PhaseToPut, ...], Field(min_length=1, max_length=PHASES_MAX)]


class ServiceKept(Answer):
    service_id: Id


class SetOpeningHours(Command):
    """Hours of a weekday (0 is Monday); a closing time not after the opening time lies on the next day; both None: closed."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    opens: WallTime | None
    closes: WallTime | None


class CloseDay(Command):
    date: datetime.date
    name: BilingualName


class ReopenDay(Command):
    date: datetime.date


@commands.handles(PutSkill, permission="catalog.edit")
async def put_skill(context: Context, command: PutSkill) -> None:
    row = await context.session.scalar(select(SkillRow).where(SkillRow.code == command.code))
    if row is None:
        row = SkillRow(code=command.code)
        context.session.add(row)
    row.name_zh, row.name_en = command.name.zh, command.name.en
    context.record(SkillPut(code=command.code))


@commands.handles(PutPlaceKind, permission="catalog.edit")
async def put_place_kind(context: Context, command: PutPlaceKind) -> None:
    row = await context.session.scalar(select(PlaceKindRow).where(PlaceKindRow.code == command.code))
    if row is None:
        row = PlaceKindRow(code=command.code)
        context.session.add(row)
    row.name_zh, row.name_en = command.name.zh, command.name.en
    row.clean_minutes, row.ordinal = command.clean_minutes, command.ordinal
    context.record(PlaceKindPut(code=command.code))


@commands.handles(PutService, permission="catalog.edit", answer=ServiceKept, errors=(UNKNOWN_PLACE_KIND, UNKNOWN_SKILL))
async def put_service(context: Context, command: PutService) -> ServiceKept:
    session = context.session
    kinds = set(await session.scalars(select(PlaceKindRow.code)))
    skills = set(await session.scalars(select(SkillRow.code)))
    check_phases(command.phases, kinds, skills)
    row = await session.scalar(select(ServiceRow).where(ServiceRow.code == command.code))
    if row is None:
        row = ServiceRow(id=context.chance.id(), code=command.code)
        session.add(row)
    row.name_zh, row.name_en = command.name.zh, command.name.en
    row.category_zh, row.category_en = command.category.zh, command.category.en
    row.price_minor, row.ordinal = command.price_minor, command.ordinal
    row.bookable_online, row.active = command.bookable_online, command.active
    await session.execute(delete(ServicePhaseRow).where(ServicePhaseRow.service_id == row.id))
    for ordinal, phase in enumerate(command.phases):
        session.add(ServicePhaseRow(service_id=row.id, ordinal=ordinal, **phase.model_dump()))
    context.record(ServicePut(service_id=row.id, code=row.code))
    return ServiceKept(service_id=row.id)


@commands.handles(SetOpeningHours, permission="catalog.edit", errors=(INVALID_HOURS,))
async def set_opening_hours(context: Context, command: SetOpeningHours) -> None:
    check_hours(command.opens, command.closes)
    row = await context.session.scalar(select(OpeningHoursRow).where(OpeningHoursRow.weekday == command.weekday))
    if command.opens is None or command.closes is None:
        if row is not None:
            await context.session.delete(row)
    elif row is None:
        context.session.add(OpeningHoursRow(weekday=command.weekday, opens=command.opens, closes=command.closes))
    else:
        row.opens, row.closes = command.opens, command.closes
    context.record(OpeningHoursSet(weekday=command.weekday, opens=command.opens, closes=command.closes))


@commands.handles(CloseDay, permission="catalog.edit")
async def close_day(context: Context, command: CloseDay) -> None:
    row = await context.session.scalar(select(ClosedDayRow).where(ClosedDayRow.date == command.date))
    if row is None:
        row = ClosedDayRow(date=command.date)
        context.session.add(row)
    row.name_zh, row.name_en = command.name.zh, command.name.en
    context.record(DayClosed(date=command.date))


@commands.handles(ReopenDay, permission="catalog.edit")
async def reopen_day(context: Context, command: ReopenDay) -> None:
    row = await context.session.scalar(select(ClosedDayRow).where(ClosedDayRow.date == command.date))
    if row is None:
        return
    await context.session.delete(row)
    context.record(DayReopened(date=command.date))
