"""A customer's own page: what is ahead, what has been, and what the store knows of them. Strangers see how to come in."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from displays.security.looking import audience_of
from displays.touching import FLOOR_FACTS
from hub.backoffice.security.events import CustomerEntered, CustomerLeft
from hub.catalog.queries import Catalog, catalog_of
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.kernel.mail import Channel, Mailer
from hub.kernel.text import Bilingual, Language
from hub.operations.bookings.queries import (
    BookingFacts,
    CustomerFacts,
    bookings_of_customer,
    customer_of,
    link_of,
    technicians_of,
)
from hub.operations.team.queries import technicians

PAST_MAX = 50
"""Visits that have been; older ones are in the customer's copy of their data."""

AHEAD = frozenset({"confirmed", "expected", "arrived"})

Result = Literal["ahead", "here", "done", "cancelled", "no_show"]
_RESULTS: dict[str, Result] = {
    "confirmed": "ahead",
    "expected": "ahead",
    "arrived": "here",
    "done": "done",
    "no_show": "no_show",
}


class VisitServiceLine(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: Bilingual
    technician: Bilingual | None


class VisitLine(BaseModel):
    model_config = ConfigDict(frozen=True)

    booking_id: str
    start: datetime
    end: datetime | None
    """None where nothing is planned any more, and of who is in the store: the visit's own page says what is to come."""
    result: Result
    services: list[VisitServiceLine]
    link: str
    """The visit's own page: its token, for moving, cancelling, being late; empty for what is over."""


class Profile(BaseModel):
    """What the store keeps of the person, in full: it is their own."""

    model_config = ConfigDict(frozen=True)

    name: str
    phone: str
    """E.164."""
    email: str
    language: Language
    note: str


class MyVisitsView(View):
    channels: list[Channel]
    """On which a code can come: text message, mail."""
    me: Profile | None
    """None: nobody has come in here."""
    upcoming: list[VisitLine]
    past: list[VisitLine]
    """The newest first."""


async def read(reading: Reading, params: NoParams) -> MyVisitsView:
    mailer: Mailer = reading.ports.get(Mailer)  # type: ignore[type-abstract]  # the port is found by its Protocol
    channels: list[Channel] = [channel for channel in ("sms", "mail") if mailer.carries(channel)]
    person = await _person(reading)
    if person is None:
        return MyVisitsView(store=head_of(reading.store), channels=channels, me=None, upcoming=[], past=[])
    found = [booking for booking in await bookings_of_customer(reading.session, person.id) if booking.state != "held"]
    ahead = [booking for booking in found if booking.state in AHEAD]
    past = [booking for booking in found if booking.state not in AHEAD][:PAST_MAX]
    return MyVisitsView(
        store=head_of(reading.store),
        channels=channels,
        me=Profile(name=person.name, phone=person.phone, email=person.email, language=person.language, note=person.note),
        upcoming=await _lines(reading, ahead[::-1], open_yet=True),
        past=await _lines(reading, past, open_yet=False),
    )


async def _person(reading: Reading) -> CustomerFacts | None:
    """The customer whose session this is; a visit's link opens that visit alone."""
    actor = reading.actor
    if actor.kind != "customer" or actor.session_id is None:
        return None
    return await customer_of(reading.session, reading.vault, actor.id)


async def _lines(reading: Reading, bookings: list[BookingFacts], *, open_yet: bool) -> list[VisitLine]:
    if not bookings:
        return []
    catalog = await catalog_of(reading.session)
    who = await technicians_of(reading.session, [booking.id for booking in bookings])
    names = {each.id: each.name for each in await technicians(reading.session)}
    lines = []
    for booking in bookings:
        link = await link_of(reading.session, reading.vault, booking.id) if open_yet else None
        lines.append(_line(booking, catalog, {item: names[t] for item, t in who.items() if t in names}, link or ""))
    return lines


def booked_end(booking: BookingFacts) -> datetime | None:
    """When it ends if it begins as booked: a plan that is behind its time makes no visit longer. None as in `VisitLine`."""
    if booking.state not in ("confirmed", "expected"):
        return None
    starts = [item.start for item in booking.items if item.start is not None]
    ends = [item.end for item in booking.items if item.end is not None]
    return booking.booked_start + (max(ends) - min(starts)) if starts and ends else None


def _line(booking: BookingFacts, catalog: Catalog, who: dict[str, Bilingual], link: str) -> VisitLine:
    services = [
        VisitServiceLine(name=catalog.services[item.service_id].name, technician=who.get(item.id)) for item in booking.items
    ]
    return VisitLine(
        booking_id=booking.id,
        start=booking.booked_start,
        end=booked_end(booking),
        result=_RESULTS.get(booking.state, "cancelled"),
        services=services,
        link=link,
    )


screen = Screen(
    name="my-visits",
    permission="screen.my_visits",
    params=NoParams,
    view=MyVisitsView,
    read=read,
    touched_by=FLOOR_FACTS | {CustomerEntered, CustomerLeft},
    audience=lambda actor, params: audience_of(actor) if actor.session_id is not None else "strangers",
)
