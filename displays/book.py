"""The booking page's own facts: what is offered, by whom, and when the store is open. Free starts come from `slots`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from hub.catalog import events as catalog_events
from hub.catalog.queries import ServiceFacts, catalog_of
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.kernel.commands import StoreFacts
from hub.kernel.text import Bilingual
from hub.operations.bookings import events as booking_events
from hub.operations.bookings.queries import TIERS, priority_rule
from hub.operations.team import events as team_events
from hub.operations.team.queries import TechnicianFacts, technicians


class OfferedService(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    name: Bilingual
    category: Bilingual
    minutes: int
    price_minor: int
    technician_ids: list[str]
    """Who can do all of it alone; others may still share it."""


class OfferedTechnician(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    name: Bilingual
    gender: Literal["woman", "man"] | None


class OpenHours(BaseModel):
    """A weekday, 0 is Monday, on the store's wall; None: closed."""

    model_config = ConfigDict(frozen=True)

    weekday: int
    opens: str | None
    closes: str | None


class PeakHours(BaseModel):
    """Weekdays, 0 is Monday, and times of day on the store's wall; an end before the begin lies on the next day."""

    model_config = ConfigDict(frozen=True)

    weekdays: list[int]
    begins: str
    ends: str


class TierLead(BaseModel):
    """How long before a start at a peak time this tier may book it."""

    model_config = ConfigDict(frozen=True)

    tier: Literal["none", "regular", "silver", "gold", "diamond"]
    hours: int


class PeakRule(BaseModel):
    """The published rule; no windows, no rule."""

    model_config = ConfigDict(frozen=True)

    windows: list[PeakHours]
    leads: list[TierLead]
    """The highest tier first."""


class BookView(View):
    now: datetime
    services: list[OfferedService]
    technicians: list[OfferedTechnician]
    hours: list[OpenHours]
    peak: PeakRule


async def read(reading: Reading, params: NoParams) -> BookView:
    catalog = await catalog_of(reading.session)
    team = [person for person in await technicians(reading.session) if person.active]
    hours = [OpenHours(weekday=day, opens=o, closes=c) for day in range(7) for o, c in [catalog.hours.get(day, (None, None))]]
    return BookView(
        store=head_of(reading.store),
        now=reading.now,
        services=[_offered(s, team) for s in catalog.services.values() if s.active and s.bookable_online],
        technicians=[OfferedTechnician(id=t.id, name=t.name, gender=t.gender) for t in team],
        hours=hours,
        peak=peak_rule(reading.store),
    )


def peak_rule(store: StoreFacts) -> PeakRule:
    rule = priority_rule(store.settings)
    return PeakRule(
        windows=[PeakHours(weekdays=sorted(w.weekdays), begins=w.begins, ends=w.ends) for w in rule.windows],
        leads=[TierLead(tier=tier, hours=rule.lead_hours[tier]) for tier in reversed(TIERS)],
    )


def _offered(service: ServiceFacts, team: list[TechnicianFacts]) -> OfferedService:
    able = [person.id for person in team if all(phase.is_for(person.skills) for phase in service.phases)]
    return OfferedService(
        id=service.id,
        name=service.name,
        category=service.category,
        minutes=service.minutes,
        price_minor=service.price_minor,
        technician_ids=able,
    )


screen = Screen(
    name="book",
    permission="screen.book",
    params=NoParams,
    view=BookView,
    read=read,
    touched_by=frozenset(
        {
            catalog_events.ServicePut,
            catalog_events.OpeningHoursSet,
            catalog_events.BusinessDaySet,
            catalog_events.DayClosed,
            catalog_events.DayReopened,
            team_events.TechnicianPut,
            booking_events.PriorityRuleSet,
        }
    ),
    audience=lambda actor, params: "",
)
