"""The own page of somebody who waits: for what, and the offer to say yes or no to while it runs."""

from __future__ import annotations

from datetime import date as calendar_date
from datetime import datetime, timedelta
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from displays.waitlist import OWN_FACTS, WaitingService, services_of
from hub.catalog.queries import catalog_of
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.text import Bilingual
from hub.operations.bookings.queries import link_of
from hub.operations.bookings.tables import AssignmentRow
from hub.operations.team.queries import technicians
from hub.operations.waitlist.queries import OfferFacts, WaitFacts, wait_facts

Stage = Literal["waiting", "offered", "booked", "left", "removed", "past"]


class OfferToMe(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    start: datetime
    end: datetime
    made_at: datetime
    expires_at: datetime
    technicians: list[Bilingual]


class PastOffer(BaseModel):
    """What became of the last one: declined, lapsed or withdrawn, and why it was withdrawn."""

    model_config = ConfigDict(frozen=True)

    start: datetime
    state: Literal["declined", "lapsed", "withdrawn"]
    reason: str | None


class WaitingPlaceView(View):
    now: datetime
    entry_id: str
    stage: Stage
    services: list[WaitingService]
    date_from: calendar_date
    date_to: calendar_date
    time_from: str | None
    time_until: str | None
    offer: OfferToMe | None
    last: PastOffer | None
    visit_link: str | None
    """The visit's own page, once an offer was accepted."""


async def read(reading: Reading, params: NoParams) -> WaitingPlaceView:
    session = reading.session
    facts = await wait_facts(session, reading.actor.subject or "")
    if facts is None:
        raise Refused(NOT_FOUND, what="wait")
    names = {t.id: t.name for t in await technicians(session)}
    running = facts.offer if facts.offer and facts.offer.expires_at > reading.now else None
    accepted = next((offer for offer in facts.offers if offer.state == "accepted"), None)
    return WaitingPlaceView(
        store=head_of(reading.store),
        now=reading.now,
        entry_id=facts.id,
        stage="offered" if running and facts.state == "waiting" else cast(Stage, facts.state),
        services=services_of(facts, await catalog_of(session), names),
        date_from=facts.date_from,
        date_to=facts.date_to,
        time_from=facts.time_from,
        time_until=facts.time_until,
        offer=await _offer(reading, running, names) if running else None,
        last=_last(facts),
        visit_link=await link_of(session, reading.vault, accepted.booking_id) if accepted else None,
    )


async def _offer(reading: Reading, offer: OfferFacts, names: dict[str, Bilingual]) -> OfferToMe:
    held = select(AssignmentRow.technician_id).where(AssignmentRow.booking_id == offer.booking_id)
    who = dict.fromkeys(await reading.session.scalars(held.order_by(AssignmentRow.start)))
    return OfferToMe(
        id=offer.id,
        start=offer.start,
        end=offer.end,
        made_at=offer.made_at,
        expires_at=offer.expires_at,
        technicians=[names[t] for t in who if t in names],
    )


def _last(facts: WaitFacts) -> PastOffer | None:
    for offer in facts.offers:
        if offer.state in ("declined", "lapsed", "withdrawn"):
            return PastOffer(
                start=offer.start, state=cast(Literal["declined", "lapsed", "withdrawn"], offer.state), reason=offer.reason
            )
    return None


screen = Screen(
    name="waiting-place",
    permission="screen.visit",
    params=NoParams,
    view=WaitingPlaceView,
    read=read,
    touched_by=OWN_FACTS,
    audience=lambda actor, params: actor.subject or "",
    refresh=timedelta(seconds=20),
    errors=(NOT_FOUND,),
)
