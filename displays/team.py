"""The manager's file of everybody who serves: record, skills and levels, contact, hours and absences."""

from __future__ import annotations

from datetime import date as calendar_date
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from displays.touching import FLOOR_FACTS
from hub.catalog.queries import catalog_of, closed_days, opening
from hub.gateway.screens import Params, Reading, Screen, View, head_of
from hub.kernel.text import Bilingual
from hub.kernel.wall_time import WallDate
from hub.operations.planning.queries import live_day
from hub.operations.team.queries import Contact, TechnicianFacts, absences, contact_of, shifts, technicians

DAYS = 14


class TeamParams(Params):
    """`first`: the first of the fourteen days shown; left out, the Monday of this week."""

    first: WallDate | None = None


class Piece(BaseModel):
    model_config = ConfigDict(frozen=True)


class SkillLine(Piece):
    code: str
    name: Bilingual


class ShiftLine(Piece):
    """`start` and `end`: HH:MM on the store's wall; an end not after the start lies on the next day."""

    id: str
    date: calendar_date
    start: str
    end: str


class AbsenceLine(Piece):
    id: str
    kind: Literal["break", "sick", "leave"]
    start: datetime
    end: datetime | None
    """None: nobody knows yet."""


class DayLine(Piece):
    """One day of the roster. `opens` None: the store is closed."""

    date: calendar_date
    opens: str | None
    closes: str | None
    name: Bilingual | None
    """Why it is closed, where somebody has said so."""


class TechnicianLine(Piece):
    id: str
    code: str
    name: Bilingual
    gender: Literal["woman", "man"] | None
    active: bool
    ordinal: int
    skills: dict[str, int]
    """Level 1 to 5 by skill code."""
    phone: str
    email: str
    state: str
    """Of the floor, now; `off` for who does not work here any more."""
    shifts: list[ShiftLine]
    absences: list[AbsenceLine]
    """What lasts or comes."""


class TeamView(View):
    today: calendar_date
    first: calendar_date
    days: list[DayLine]
    skills: list[SkillLine]
    team: list[TechnicianLine]


async def read(reading: Reading, params: TeamParams) -> TeamView:
    store, session = reading.store, reading.session
    today = store.days.of(reading.now)
    first = params.first or today - timedelta(days=today.weekday())
    dates = [first + timedelta(days=number) for number in range(DAYS)]
    begins, ends = store.days.span(dates[0])[0], store.days.span(dates[-1])[1]
    day = await live_day(session, store, reading.vault, reading.now, today)
    states = {technician.id: technician.state for technician in day.technicians}
    people = await technicians(session)
    worked = [each for each in await shifts(session, begins, ends) if dates[0] <= each.date <= dates[-1]]
    away = await absences(session, begins, ends + timedelta(days=365))

    def wall(at: datetime) -> str:
        return at.astimezone(store.zone).strftime("%H:%M")

    def line(person: TechnicianFacts, contact: Contact | None) -> TechnicianLine:
        return TechnicianLine(
            id=person.id,
            code=person.code,
            name=person.name,
            gender=person.gender,
            active=person.active,
            ordinal=person.ordinal,
            skills=person.skills,
            phone=contact.phone if contact else "",
            email=contact.email if contact else "",
            state=states.get(person.id, "off"),
            shifts=[
                ShiftLine(id=each.id, date=each.date, start=wall(each.start), end=wall(each.end))
                for each in worked
                if each.technician_id == person.id
            ],
            absences=[
                AbsenceLine(id=each.id, kind=each.kind, start=each.start, end=each.end)
                for each in away
                if each.technician_id == person.id and each.kind != "break" and (each.end is None or each.end > reading.now)
            ],
        )

    return TeamView(
        store=head_of(store),
        today=today,
        first=first,
        days=await _days(reading, dates),
        skills=[SkillLine(code=code, name=name) for code, name in (await catalog_of(session)).skills.items()],
        team=[line(person, await contact_of(session, reading.vault, person.id)) for person in people],
    )


async def _days(reading: Reading, dates: list[calendar_date]) -> list[DayLine]:
    closed = await closed_days(reading.session, dates[0], dates[-1])
    found = []
    for date in dates:
        hours = await opening(reading.session, reading.store, date)
        opens, closes = (at.astimezone(reading.store.zone).strftime("%H:%M") for at in hours) if hours else (None, None)
        found.append(DayLine(date=date, opens=opens, closes=closes, name=closed.get(date)))
    return found


screen = Screen(
    name="team",
    permission="team.edit",
    params=TeamParams,
    view=TeamView,
    read=read,
    touched_by=FLOOR_FACTS,
    audience=lambda actor, params: str(params.first),
    refresh=timedelta(seconds=60),
)
