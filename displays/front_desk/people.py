"""Customers found by a part of their name or by their number. Names are sealed: a search opens them, newest first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import select

from displays.touching import FLOOR_FACTS
from hub.backoffice.privacy.events import ConsentWithdrawn, PersonErased
from hub.backoffice.privacy.searches import NumberSearches
from hub.gateway.screens import Params, Reading, Screen, View, head_of
from hub.kernel.crypto import Vault
from hub.kernel.errors import Refused
from hub.kernel.events import Event
from hub.kernel.phones import normal_phone
from hub.operations.bookings.queries import bookings_of_customer, customers_by_phone, reveal, revealed_name
from hub.operations.bookings.tables import CustomerRow
from hub.operations.planning.events import StepUndone
from hub.operations.visits.events import AllergyNoted, CustomerArrived, CustomerLeft, NoShowNoted, NoShowReversed

FOUND_MAX = 8
OPENED_MAX = 5_000
"""Names opened for one search; at about 20 µs each a tenth of a second, off the event loop."""

TAIL_DIGITS = 4
"""As many as are shown beside a name. Were longer ends compared, a masked number could be guessed digit by digit, and no
record would say so."""


class PeopleParams(Params):
    """`q`: a part of a name, the last four digits of a phone number, or a whole number."""

    q: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class Found(BaseModel):
    model_config = ConfigDict(frozen=True)

    customer_id: str
    name: str
    title: str
    phone_tail: str
    tier: str
    has_allergy: bool
    last_visit: datetime | None
    next_booking: datetime | None
    visits: int
    no_shows: int


class PeopleView(View):
    q: str
    people: list[Found]


async def read(reading: Reading, params: PeopleParams) -> PeopleView:
    rows = await _rows(reading, params.q)
    return PeopleView(store=head_of(reading.store), q=params.q, people=[await _found(reading, row) for row in rows])


async def _rows(reading: Reading, q: str) -> list[CustomerRow]:
    number = _whole_number(q, reading.store.country)
    if number is not None:
        await reading.ports.get(NumberSearches).count(reading.session, reading.ports, reading.actor, number)
    by_number = await customers_by_phone(reading.session, reading.vault, reading.store, q)
    if by_number:
        return by_number[:FOUND_MAX]
    newest = select(CustomerRow).order_by(CustomerRow.made_at.desc(), CustomerRow.id).limit(OPENED_MAX)
    rows = list(await reading.session.scalars(newest))
    return await asyncio.to_thread(_matching, reading.vault, rows, q)


def _whole_number(q: str, country: str) -> str | None:
    try:
        return normal_phone(q, country)
    except Refused:
        return None


def _matching(vault: Vault, rows: Iterable[CustomerRow], q: str) -> list[CustomerRow]:
    digits, wanted = "".join(c for c in q if c.isdigit()), q.casefold()
    by_tail = len(digits) == TAIL_DIGITS and digits == q.replace(" ", "").lstrip("+")
    found: list[CustomerRow] = []
    for row in rows:
        hit = reveal(vault, row).phone.endswith(digits) if by_tail else wanted in revealed_name(vault, row).casefold()
        if hit:
            found.append(row)
        if len(found) == FOUND_MAX:
            break
    return found


async def _found(reading: Reading, row: CustomerRow) -> Found:
    known = reveal(reading.vault, row)
    bookings = await bookings_of_customer(reading.session, row.id)
    past = [b.booked_start for b in bookings if b.state == "done"]
    ahead = [b.booked_start for b in bookings if b.state in ("confirmed", "expected") and b.booked_start > reading.now]
    return Found(
        customer_id=row.id,
        name=known.name,
        title=known.title,
        phone_tail=known.phone[-TAIL_DIGITS:],
        tier=known.tier,
        has_allergy=bool(known.allergy),
        last_visit=max(past, default=None),
        next_booking=min(ahead, default=None),
        visits=len(past),
        no_shows=sum(1 for b in bookings if b.state == "no_show"),
    )


PEOPLE_FACTS: frozenset[type[Event]] = frozenset(
    {
        *(event for event in FLOOR_FACTS if event.event_type.startswith("bookings.")),
        PersonErased,
        ConsentWithdrawn,
        AllergyNoted,
        CustomerArrived,
        CustomerLeft,
        NoShowNoted,
        NoShowReversed,
        StepUndone,
    }
)
"""Nothing that happens between arriving and leaving: a search opens thousands of names."""

screen = Screen(
    name="desk-people",
    permission="customers.read",
    params=PeopleParams,
    view=PeopleView,
    read=read,
    touched_by=PEOPLE_FACTS,
    audience=lambda actor, params: f"{actor.key}/{params.q}",  # each has a count of their own
    private=True,
)
