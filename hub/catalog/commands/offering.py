"""What the store offers, and when; all of it put by code, so that sending one again changes nothing."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import delete, select

from hub.catalog.commands.book import commands
from hub.catalog.events import (
    BusinessDaySet,
    ConsentFormPut,
    DayClosed,
    DayReopened,
    HouseRulesSet,
    OpeningHoursSet,
    PlaceKindPut,
    ServicePut,
    SkillPut,
)
from hub.catalog.house import NameForm, house_rules
from hub.catalog.queries import consent_forms
from hub.catalog.rules import (
    DAY_BEGINS_NOW,
    HOURS_BEYOND_DAY,
    INVALID_HOURS,
    SERVICE_IN_HAND,
    UNKNOWN_CONSENT_FORM,
    UNKNOWN_PLACE_KIND,
    UNKNOWN_SKILL,
    check_day,
    check_hours,
    check_phases,
)
from hub.catalog.tables import (
    ClosedDayRow,
    ConsentFormRow,
    OpeningHoursRow,
    PlaceKindRow,
    ServicePhaseRow,
    ServiceRow,
    SkillRow,
)
from hub.kernel.business_days import MIDNIGHT, SETTING, BusinessDays, DayBegin
from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import Refused
from hub.kernel.ids import Id
from hub.kernel.tables import Store
from hub.kernel.text import Bilingual, BilingualName, Code, Text
from hub.kernel.wall_time import WallDate, WallTime

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


FormText = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class WordsOfForm(Bilingual):
    """What is signed, in both languages."""

    zh: FormText
    en: FormText


class PutConsentForm(Command):
    """A form by its code. Other words are a new version, which everybody is asked to sign again; the same change nothing."""

    code: Code
    name: BilingualName
    text: WordsOfForm


class ConsentFormKept(Answer):
    version: int


class PutService(Command):
    """A service by its code; its phases replace those that it had. A price of 0: none is listed, it is agreed at the desk.

    `consent_form` is the code of what has to be signed before it begins; None leaves it as it is, empty text asks for nothing.
    """

    code: Code
    name: BilingualName
    category: BilingualName
    price_minor: Annotated[int, Field(ge=0, le=PRICE_MINOR_MAX)]
    bookable_online: bool = True
    active: bool = True
    ordinal: Annotated[int, Field(ge=0, le=10_000)] = 0
    consent_form: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=40)] | None = None
    phases: Annotated[tuple[PhaseToPut, ...], Field(min_length=1, max_length=PHASES_MAX)]


class WordsOfPlace(Bilingual):
    zh: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=80)]
    en: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=80)]


class SetHouseRules(Command):
    """What is None stays; an empty waiting area says nothing."""

    waiting_room_name: NameForm | None = None
    call_repeat_seconds: Annotated[int, Field(ge=15, le=600)] | None = None
    closed_on_public_holidays: bool | None = None
    waiting_area: WordsOfPlace | None = None


class ServiceKept(Answer):
    service_id: Id


class SetOpeningHours(Command):
    """Hours of a weekday (0 is Monday); a closing time not after the opening time lies on the next date; both None: closed."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    opens: WallTime | None
    closes: WallTime | None


class SetBusinessDay(Command):
    """The full hour, 00:00 to 08:00, at which the store's day begins: what happens before it belongs to the day before."""

    begins: DayBegin


class CloseDay(Command):
    date: WallDate
    name: BilingualName


class ReopenDay(Command):
    date: WallDate


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


@commands.handles(PutConsentForm, permission="catalog.edit", answer=ConsentFormKept)
async def put_consent_form(context: Context, command: PutConsentForm) -> ConsentFormKept:
    known = (await consent_forms(context.session)).get(command.code)
    told = (known.name.zh, known.name.en, known.text.zh, known.text.en) if known is not None else None
    if known is not None and told == (command.name.zh, command.name.en, command.text.zh, command.text.en):
        return ConsentFormKept(version=known.version)
    version = known.version + 1 if known is not None else 1
    context.session.add(
        ConsentFormRow(
            code=command.code,
            version=version,
            name_zh=command.name.zh,
            name_en=command.name.en,
            text_zh=command.text.zh,
            text_en=command.text.en,
            made_at=context.now,
        )
    )
    context.record(ConsentFormPut(code=command.code, form_version=version))
    return ConsentFormKept(version=version)


@commands.handles(
    PutService,
    permission="catalog.edit",
    answer=ServiceKept,
    errors=(UNKNOWN_PLACE_KIND, UNKNOWN_SKILL, UNKNOWN_CONSENT_FORM, SERVICE_IN_HAND),
)
async def put_service(context: Context, command: PutService) -> ServiceKept:
    session = context.session
    kinds = set(await session.scalars(select(PlaceKindRow.code)))
    skills = set(await session.scalars(select(SkillRow.code)))
    check_phases(command.phases, kinds, skills)
    if command.consent_form and command.consent_form not in await consent_forms(session):
        raise Refused(UNKNOWN_CONSENT_FORM, code=command.consent_form)
    row = await session.scalar(select(ServiceRow).where(ServiceRow.code == command.code))
    if row is None:
        row = ServiceRow(id=context.chance.id(), code=command.code)
        session.add(row)
    row.name_zh, row.name_en = command.name.zh, command.name.en
    row.category_zh, row.category_en = command.category.zh, command.category.en
    row.price_minor, row.ordinal = command.price_minor, command.ordinal
    row.bookable_online, row.active = command.bookable_online, command.active
    if command.consent_form is not None:
        row.consent_form = command.consent_form or None
    await session.execute(delete(ServicePhaseRow).where(ServicePhaseRow.service_id == row.id))
    for ordinal, phase in enumerate(command.phases):
        session.add(ServicePhaseRow(service_id=row.id, ordinal=ordinal, **phase.model_dump()))
    context.record(ServicePut(service_id=row.id, code=row.code))
    return ServiceKept(service_id=row.id)


@commands.handles(SetHouseRules, permission="catalog.edit")
async def set_house_rules(context: Context, command: SetHouseRules) -> None:
    store = (await context.session.scalars(select(Store).where(Store.id == context.store.id))).one()
    after = dict(store.settings)
    after |= command.model_dump(exclude_none=True, exclude={"waiting_area"})
    if command.waiting_area is not None:
        after["waiting_area"] = (
            command.waiting_area.model_dump() if command.waiting_area.zh or command.waiting_area.en else None
        )
    rules = house_rules(after)
    if rules == house_rules(store.settings):
        return
    store.settings = after
    context.record(
        HouseRulesSet(
            waiting_room_name=rules.waiting_room_name,
            closed_on_public_holidays=rules.closed_on_public_holidays,
            call_repeat_seconds=rules.call_repeat_seconds,
        )
    )


@commands.handles(SetOpeningHours, permission="catalog.edit", errors=(INVALID_HOURS, HOURS_BEYOND_DAY))
async def set_opening_hours(context: Context, command: SetOpeningHours) -> None:
    check_hours(command.opens, command.closes)
    # Where the day begins at midnight, nobody has said yet what shall become of the hours after it.
    if command.opens is not None and command.closes is not None and context.store.days.begins != MIDNIGHT:
        check_day(command.opens, command.closes, context.store.days)
    row = await context.session.scalar(select(OpeningHoursRow).where(OpeningHoursRow.weekday == command.weekday))
    if command.opens is None or command.closes is None:
        if row is not None:
            await context.session.delete(row)
    elif row is None:
        context.session.add(OpeningHoursRow(weekday=command.weekday, opens=command.opens, closes=command.closes))
    else:
        row.opens, row.closes = command.opens, command.closes
    context.record(OpeningHoursSet(weekday=command.weekday, opens=command.opens, closes=command.closes))


@commands.handles(SetBusinessDay, permission="catalog.edit", errors=(HOURS_BEYOND_DAY, DAY_BEGINS_NOW))
async def set_business_day(context: Context, command: SetBusinessDay) -> None:
    """Days are counted anew from here on, the past ones too; what the floor does now has to stay on its day."""
    before = context.store.days
    if command.begins == before.begins:
        return
    days = BusinessDays(before.zone, command.begins)
    hours = list(await context.session.scalars(select(OpeningHoursRow).order_by(OpeningHoursRow.weekday)))
    for row in hours:
        check_day(row.opens, row.closes, days)
    # A store that has never been open has nothing that could belong to another day, and may be opened at night.
    if hours and days.of(context.now) != before.of(context.now):
        raise Refused(DAY_BEGINS_NOW, begins=max(days.begins, before.begins))
    store = (await context.session.scalars(select(Store).where(Store.id == context.store.id))).one()
    store.settings = {**store.settings, SETTING: command.begins}
    context.record(BusinessDaySet(begins=days.begins, before=before.begins))


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
