"""A booking's record: who did what and when, in plain words, oldest first; and each change of the plan with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from displays.touching import FLOOR_FACTS
from hub.backoffice.security import queries as security
from hub.catalog.queries import catalog_of
from hub.gateway.screens import Params, Reading, Screen, View, head_of
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.text import Bilingual, Said
from hub.operations.bookings.queries import Change, booking_facts, history
from hub.operations.stations.queries import places
from hub.operations.team.queries import technicians

Value = str | int | float | Bilingual | None
_NAMED = {
    "technician_id": "technician",
    "place_id": "place",
    "service_id": "service",
    "before": "before",
    "after": "after",
}
_PLAIN = ("minutes", "count", "until", "start", "before", "after", "reason", "state", "source", "expired", "walk_in", "odds")


class RecordParams(Params):
    booking_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True)

    seq: int
    at: datetime
    who: Literal["staff", "device", "customer", "system", "anonymous"]
    name: str
    """Of the person of the staff or of the device; empty otherwise."""
    said: Said
    """`desk-record-…`, by the fact's name."""


class RecordView(View):
    booking_id: str
    made_at: datetime
    booked_start: datetime
    entries: list[Entry]


async def read(reading: Reading, params: RecordParams) -> RecordView:
    booking = await booking_facts(reading.session, params.booking_id)
    if booking is None:
        raise Refused(NOT_FOUND, what="booking")
    names = await _names(reading)
    people = {a.id: a.name or a.login for a in await security.accounts(reading.session, reading.vault)}
    people |= {d.id: d.name for d in await security.devices(reading.session)}
    changes = await history(reading.session, booking.id)
    return RecordView(
        store=head_of(reading.store),
        booking_id=booking.id,
        made_at=booking.made_at,
        booked_start=booking.booked_start,
        entries=[_entry(change, names, people) for change in changes],
    )


async def _names(reading: Reading) -> dict[str, Bilingual]:
    found = {t.id: t.name for t in await technicians(reading.session)}
    found |= {p.id: p.name for p in await places(reading.session)}
    catalog = await catalog_of(reading.session)
    return found | {service.id: service.name for service in catalog.services.values()}


def _entry(change: Change, names: Mapping[str, Bilingual], people: Mapping[str, str]) -> Entry:
    return Entry(
        seq=change.seq,
        at=change.at,
        who=change.actor_kind,  # type: ignore[arg-type]  # the log holds the kinds of `Actor`; the model checks them
        name=people.get(change.actor_id, ""),
        said=Said(code="desk-record-" + change.type.replace(".", "-").replace("_", "-"), params=_params(change, names)),
    )


def _params(change: Change, names: Mapping[str, Bilingual]) -> dict[str, Value]:
    """Names for ids, plain values as they are; ids that mean nothing to a person stay away."""
    params: dict[str, Value] = {}
    for key in _PLAIN:
        value = change.data.get(key)
        if isinstance(value, (str, int, float)):
            params[key] = str(value).lower() if isinstance(value, bool) else value
    for key, word in _NAMED.items():
        value = change.data.get(key)
        if isinstance(value, str) and value in names:
            params[word] = names[value]
    return params


screen = Screen(
    name="desk-record",
    permission="floor.see",
    params=RecordParams,
    view=RecordView,
    read=read,
    touched_by=FLOOR_FACTS,
    audience=lambda actor, params: params.booking_id,
    errors=(NOT_FOUND,),
)
