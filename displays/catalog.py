"""The store's settings: what it offers, when it is open, its places, the words of its forms, and how it shows names."""

from __future__ import annotations

from datetime import date as calendar_date
from datetime import timedelta

from pydantic import BaseModel, ConfigDict

from displays.book import PeakRule, peak_rule
from displays.touching import FLOOR_FACTS
from hub.catalog.house import HouseRules, house_rules
from hub.catalog.queries import (
    ConsentFormFacts,
    PlaceKindFacts,
    ServiceFacts,
    catalog_of,
    closed_days,
    consent_forms,
    day_begin_proposed,
    holiday,
)
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.kernel.business_days import DAY_BEGINS
from hub.kernel.text import Bilingual
from hub.operations.stations.queries import PlaceFacts, places

AHEAD = 366
"""Days for which holidays and closed days are listed."""


class Piece(BaseModel):
    model_config = ConfigDict(frozen=True)


class HoursLine(Piece):
    """`weekday`: 0 is Monday; None: closed."""

    weekday: int
    opens: str | None
    closes: str | None


class SpecialDay(Piece):
    """A public holiday, a day on which the store is closed, or both."""

    date: calendar_date
    holiday: Bilingual | None
    closed: Bilingual | None
    """What the store calls the day on which it has closed; None: nobody has closed it."""


class SkillLine(Piece):
    code: str
    name: Bilingual


class CatalogView(View):
    today: calendar_date
    services: list[ServiceFacts]
    """In the store's order, retired ones included."""
    skills: list[SkillLine]
    kinds: list[PlaceKindFacts]
    places: list[PlaceFacts]
    hours: list[HoursLine]
    day_begins: list[str]
    """Hours at which a business day may begin."""
    day_begin_proposed: str | None
    """Of a store that is open past the end of its day: the hour that would leave every evening whole."""
    special_days: list[SpecialDay]
    forms: list[ConsentFormFacts]
    rules: HouseRules
    peak: PeakRule


async def read(reading: Reading, params: NoParams) -> CatalogView:
    store, session = reading.store, reading.session
    today = store.days.of(reading.now)
    catalog = await catalog_of(session)
    closed = await closed_days(session, today, today + timedelta(days=AHEAD))
    days = [today + timedelta(days=number) for number in range(AHEAD)]
    special = [SpecialDay(date=day, holiday=holiday(store, day), closed=closed.get(day)) for day in days]
    return CatalogView(
        store=head_of(store),
        today=today,
        services=list(catalog.services.values()),
        skills=[SkillLine(code=code, name=name) for code, name in catalog.skills.items()],
        kinds=list(catalog.kinds.values()),
        places=await places(session),
        hours=[
            HoursLine(weekday=weekday, opens=hours[0] if hours else None, closes=hours[1] if hours else None)
            for weekday in range(7)
            for hours in [catalog.hours.get(weekday)]
        ],
        day_begins=list(DAY_BEGINS),
        day_begin_proposed=day_begin_proposed(store, catalog),
        special_days=[day for day in special if day.holiday is not None or day.closed is not None],
        forms=list((await consent_forms(session)).values()),
        rules=house_rules(store.settings),
        peak=peak_rule(store),
    )


screen = Screen(
    name="catalog",
    permission="catalog.edit",
    params=NoParams,
    view=CatalogView,
    read=read,
    touched_by=frozenset(
        fact for fact in FLOOR_FACTS if fact.event_type.startswith(("catalog.", "stations.", "bookings.priority_rule_set"))
    ),
    audience=lambda actor, params: "",
    refresh=timedelta(minutes=30),
)
