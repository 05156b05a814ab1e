"""What is known of a customer from past talks and visits: for the technician's brief and the desk's panel."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from displays.security.looking import roles_of
from displays.touching import FLOOR_FACTS
from hub.catalog.queries import catalog_of
from hub.gateway.screens import Params, Reading, Screen, View, head_of
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.kernel.text import Bilingual
from hub.operations.bookings.queries import BookingFacts, booking_facts, bookings_of_customer
from hub.operations.team.queries import technicians
from hub.operations.visits.queries import ConsultationFacts, consultations_of, served_by

PAST_VISITS = 3
WISHES_SHOWN = 3

SkinType = Literal["normal", "dry", "oily", "combination", "sensitive"]


class Talk(BaseModel):
    """What was found out in one talk; empty where nothing was said of it."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    technician: Bilingual | None
    skin_type: SkinType | None
    preferences: str
    note: str


class PastVisit(BaseModel):
    """What was done for the customer before, by whom, and what was said."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    services: list[Bilingual]
    technician: Bilingual | None
    """Who did most of it; of a visit brought in from another system, whoever was asked for."""
    by_me: bool
    talks: list[Talk]


class Known(BaseModel):
    """A customer as the house knows them."""

    model_config = ConfigDict(frozen=True)

    skin_type: SkinType | None
    """As last told."""
    preferences: list[str]
    """The newest first, each once."""
    talks: list[Talk]
    """Of this booking, the newest first."""
    visits: list[PastVisit]
    """The last ones before it, the newest first."""


async def known_of(reading: Reading, booking: BookingFacts, me: str | None = None) -> Known | None:
    """None for a guest without a name. `me`: the technician who looks."""
    if booking.customer_id is None:
        return None
    session = reading.session
    talks = await consultations_of(session, reading.vault, booking.customer_id)
    people = {each.id: each.name for each in await technicians(session)}
    past = [
        each
        for each in await bookings_of_customer(session, booking.customer_id)
        if each.state == "done" and each.booked_start < booking.booked_start
    ][:PAST_VISITS]
    wishes = list(dict.fromkeys(talk.preferences for talk in talks if talk.preferences))
    skin = next((talk.skin_type for talk in talks if talk.skin_type), None)
    return Known(
        skin_type=cast("SkinType | None", skin),
        preferences=wishes[:WISHES_SHOWN],
        talks=_talks(talks, booking.id, people),
        visits=await _visits(session, past, talks, people, me),
    )


async def _visits(
    session: AsyncSession,
    past: list[BookingFacts],
    talks: Iterable[ConsultationFacts],
    people: dict[str, Bilingual],
    me: str | None,
) -> list[PastVisit]:
    served = await served_by(session, [visit.id for visit in past])
    services = (await catalog_of(session)).services
    found = []
    for visit in past:
        who = served.get(visit.id) or next((i.requested_technician_id for i in visit.items if i.requested_technician_id), None)
        found.append(
            PastVisit(
                at=visit.booked_start,
                services=[services[item.service_id].name for item in visit.items if item.service_id in services],
                technician=people.get(who or ""),
                by_me=who is not None and who == me,
                talks=_talks(talks, visit.id, people),
            )
        )
    return found


def _talks(talks: Iterable[ConsultationFacts], booking_id: str, people: dict[str, Bilingual]) -> list[Talk]:
    return [
        Talk(
            at=talk.at,
            technician=people.get(talk.technician_id or ""),
            skin_type=cast("SkinType | None", talk.skin_type or None),
            preferences=talk.preferences,
            note=talk.note,
        )
        for talk in talks
        if talk.booking_id == booking_id
    ]


class ConsultationParams(Params):
    booking_id: Id


class ConsultationView(View):
    booking_id: str
    known: Known | None
    """None for a guest without a name, about whom nothing can be kept."""


async def read(reading: Reading, params: ConsultationParams) -> ConsultationView:
    booking = await booking_facts(reading.session, params.booking_id)
    if booking is None:
        raise Refused(NOT_FOUND, what="booking")
    return ConsultationView(store=head_of(reading.store), booking_id=booking.id, known=await known_of(reading, booking))


screen = Screen(
    name="desk-consultation",
    permission="customers.read",
    params=ConsultationParams,
    view=ConsultationView,
    read=read,
    touched_by=FLOOR_FACTS,
    audience=lambda actor, params: f"{roles_of(actor)}:{params.booking_id}",
    errors=(NOT_FOUND,),
)
