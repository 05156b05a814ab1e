"""The desk's panel of the waiting list: who waits for what, which gaps are on offer to whom, and for how long."""

from __future__ import annotations

from datetime import date as calendar_date
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from displays.security.looking import NAMES, may, name_for, roles_of
from displays.touching import FLOOR_FACTS
from hub.catalog.queries import Catalog, catalog_of
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.kernel.events import Event, event_types
from hub.kernel.text import Bilingual
from hub.operations.bookings.ports import Requested
from hub.operations.bookings.queries import customer_of
from hub.operations.planning.events import StepUndone
from hub.operations.team.queries import technicians
from hub.operations.waitlist import events
from hub.operations.waitlist.queries import OfferFacts, WaitFacts, open_gaps, waiting

OWN_FACTS: frozenset[type[Event]] = frozenset(
    {StepUndone, *(event for event in event_types().values() if event.__module__ == events.__name__)}
)
"""Undoing a booking puts its customer back on the list."""


class WaitingService(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: Bilingual
    requested: Requested
    technician: Bilingual | None


class RunningOffer(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    start: datetime
    end: datetime
    expires_at: datetime
    lost_minutes: int
    rivals: int


class WaitingCustomer(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    phone: str
    """Whole where an offer runs, for the desk calls them; else, and for who may not read names, empty: whoever is put on the
    list would have their number opened by that, on no record."""
    tier: str
    services: list[WaitingService]
    date_from: calendar_date
    date_to: calendar_date
    time_from: str | None
    time_until: str | None
    joined_at: datetime
    offer: RunningOffer | None
    offers_before: int


class OpenGap(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    cause: str
    start: datetime
    end: datetime
    technicians: list[Bilingual]
    offered: bool
    """False: nobody who waits fits in."""


class WaitlistView(View):
    now: datetime
    waiting: list[WaitingCustomer]
    gaps: list[OpenGap]


async def read(reading: Reading, params: NoParams) -> WaitlistView:
    session = reading.session
    catalog = await catalog_of(session)
    names = {t.id: t.name for t in await technicians(session)}
    people = [await _customer(reading, facts, catalog, names) for facts in await waiting(session)]
    gaps = [
        OpenGap(
            id=gap.id,
            cause=gap.cause,
            start=gap.start,
            end=gap.end,
            technicians=[names[t] for t in gap.technician_ids if t in names],
            offered=gap.offered,
        )
        for gap in await open_gaps(session, reading.now)
    ]
    running_first = sorted(people, key=lambda person: person.offer is None)
    return WaitlistView(store=head_of(reading.store), now=reading.now, waiting=running_first, gaps=gaps)


async def _customer(reading: Reading, facts: WaitFacts, catalog: Catalog, names: dict[str, Bilingual]) -> WaitingCustomer:
    known = await customer_of(reading.session, reading.vault, facts.customer_id)
    reads_names = may(reading, NAMES)
    return WaitingCustomer(
        id=facts.id,
        name=name_for(known.name, reads_names=reads_names) if known else "",
        phone=known.phone if known and reads_names and facts.offer else "",
        tier=known.tier if known else "none",
        services=services_of(facts, catalog, names),
        date_from=facts.date_from,
        date_to=facts.date_to,
        time_from=facts.time_from,
        time_until=facts.time_until,
        joined_at=facts.joined_at,
        offer=_offer(facts.offer) if facts.offer else None,
        offers_before=sum(1 for offer in facts.offers if offer.state != "running"),
    )


def services_of(facts: WaitFacts, catalog: Catalog, names: dict[str, Bilingual]) -> list[WaitingService]:
    return [
        WaitingService(
            name=catalog.services[wish.service_id].name,
            requested=wish.requested,
            technician=names.get(wish.technician_id) if wish.technician_id else None,
        )
        for wish in facts.wishes
    ]


def _offer(offer: OfferFacts) -> RunningOffer:
    return RunningOffer(
        id=offer.id,
        start=offer.start,
        end=offer.end,
        expires_at=offer.expires_at,
        lost_minutes=offer.lost_minutes,
        rivals=offer.rivals,
    )


screen = Screen(
    name="waitlist",
    permission="bookings.write",
    params=NoParams,
    view=WaitlistView,
    read=read,
    touched_by=OWN_FACTS
    | {event for event in FLOOR_FACTS if event.event_type in ("bookings.customer_put", "privacy.person_erased")},
    audience=lambda actor, params: roles_of(actor),
    refresh=timedelta(seconds=60),
)
