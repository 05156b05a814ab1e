"""What can be booked at the desk, and by whom it is done: read once, so that the day's view stays light."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from displays.touching import FLOOR_FACTS
from hub.catalog.queries import ServiceFacts, catalog_of
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.kernel.text import Bilingual
from hub.operations.team.queries import TechnicianFacts, technicians


class Offer(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    code: str
    name: Bilingual
    category: Bilingual
    minutes: int
    price_minor: int
    technician_ids: list[str]
    """Who has the skill and the level for its work."""


class Colleague(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    name: Bilingual


class OffersView(View):
    services: list[Offer]
    technicians: list[Colleague]


async def read(reading: Reading, params: NoParams) -> OffersView:
    catalog = await catalog_of(reading.session)
    team = await technicians(reading.session, active=True)
    return OffersView(
        store=head_of(reading.store),
        services=[_offer(service, team) for service in catalog.services.values() if service.active],
        technicians=[Colleague(id=t.id, name=t.name) for t in team],
    )


def _offer(service: ServiceFacts, team: list[TechnicianFacts]) -> Offer:
    return Offer(
        id=service.id,
        code=service.code,
        name=service.name,
        category=service.category,
        minutes=service.minutes,
        price_minor=service.price_minor,
        technician_ids=[t.id for t in team if _can(t, service)],
    )


def _can(technician: TechnicianFacts, service: ServiceFacts) -> bool:
    hands = next((phase for phase in service.phases if phase.needs_technician), None)
    return hands is None or hands.is_for(technician.skills)


OFFER_FACTS = frozenset(event for event in FLOOR_FACTS if event.event_type in {"catalog.service_put", "team.technician_put"})

screen = Screen(
    name="desk-offers",
    permission="bookings.write",
    params=NoParams,
    view=OffersView,
    read=read,
    touched_by=OFFER_FACTS,
    audience=lambda actor, params: "",
)
