"""The manager's reading of the log: every fact in plain words, who and from where, and whether the chain is whole."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from displays.audit.words import Names, Value, names_for, said_of, shown
from hub.backoffice.audit import events, queries
from hub.backoffice.audit.searching import Wanted, search
from hub.gateway.screens import Params, Reading, Screen, View, head_of
from hub.kernel.events import Recorded, event_types
from hub.kernel.text import Said
from hub.kernel.wall_time import WallDate
from hub.operations.bookings.queries import bookings_of_customer

BOOKINGS_MAX = 100
"""Of one customer, the newest, that are looked for."""

Known = Annotated[str, StringConstraints(pattern=r"^[0-9a-z_-]{1,64}$")]


class AuditParams(Params):
    """Filters; what is left out is not asked. `before` pages back: facts older than this number."""

    before: int | None = Field(None, ge=1)
    person: Known | None = None
    device: Known | None = None
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}(\.[a-z_]{1,60})?$")] | None = None
    day: WallDate | None = None
    booking: Known | None = None
    customer: Known | None = None


class Detail(BaseModel):
    """A field of the fact, as it stands in the log and, for an id, what it is called."""

    model_config = ConfigDict(frozen=True)

    field: str
    value: str | int | float | None
    name: Value = None


class Line(BaseModel):
    model_config = ConfigDict(frozen=True)

    seq: int
    at: datetime
    who: Literal["staff", "device", "customer", "system", "anonymous"]
    who_id: str
    who_name: str
    """Of the person or the device; empty where there is none that people know."""
    device_id: str | None
    device_name: str
    type: str
    said: Said
    command: str
    command_id: str
    details: list[Detail]
    booking_id: str | None
    customer_id: str | None


class Choice(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    name: str


class Chain(BaseModel):
    """How the log stands: the last signed anchor, as it can be printed, and the last check of the whole."""

    model_config = ConfigDict(frozen=True)

    newest: int
    anchored_at: datetime | None
    anchored_seq: int | None
    anchor_line: str | None
    checked_at: datetime | None
    checked_rows: int
    fault: events.Fault | None
    fault_seq: int | None
    fault_anchor: int | None
    no_anchor: events.WhyNoAnchor | None
    """Why anchors cannot be written at present."""
    no_anchor_since: datetime | None


class AuditView(View):
    chain: Chain
    lines: list[Line]
    older: int | None
    """`before` of the next page; None at the end."""
    looked_back_to: datetime | None
    """How far was looked, where the page is not full although the log goes on."""
    people: list[Choice]
    devices: list[Choice]
    kinds: list[str]
    """Domains that state facts."""
    subject: str
    """The name of the booking's or customer's person that is asked for."""


async def read(reading: Reading, params: AuditParams) -> AuditView:
    found = await search(reading.session, await _wanted(reading, params))
    names = await names_for(reading, found.facts)
    asked = names.customers.get(params.booking or params.customer or "", "")
    return AuditView(
        store=head_of(reading.store),
        chain=await _chain(reading),
        lines=[_line(fact, names) for fact in found.facts],
        older=found.older,
        looked_back_to=found.looked_back_to,
        people=sorted((Choice(id=i, name=n) for i, n in names.people.items()), key=lambda c: c.name),
        devices=sorted((Choice(id=i, name=n) for i, n in names.devices.items() if n), key=lambda c: c.name),
        kinds=sorted({name.partition(".")[0] for name, event in event_types().items() if _ours(event.__module__)}),
        subject=asked,
    )


def _ours(module: str) -> bool:
    return module.startswith(("hub.", "kiosk"))


async def _wanted(reading: Reading, params: AuditParams) -> Wanted:
    groups: list[tuple[str, ...]] = [(one,) for one in (params.person, params.device, params.booking) if one]
    if params.customer:
        bookings = (await bookings_of_customer(reading.session, params.customer))[:BOOKINGS_MAX]
        groups.append((params.customer, *(booking.id for booking in bookings)))
    since, until = reading.store.days.span(params.day) if params.day else (None, None)
    return Wanted(params.before, params.kind or "", since, until, tuple(groups))


async def _chain(reading: Reading) -> Chain:
    anchor, check = await queries.last_anchor(reading.session), await queries.last_check(reading.session)
    stopped = await queries.anchoring(reading.session)
    return Chain(
        newest=reading.seq,
        anchored_at=anchor.at if anchor else None,
        anchored_seq=anchor.seq if anchor else None,
        anchor_line=anchor.line if anchor else None,
        checked_at=check.at if check else None,
        checked_rows=check.rows if check else 0,
        fault=check.fault if check else None,  # type: ignore[arg-type]  # the column is text; the model checks it
        fault_seq=check.at_seq if check else None,
        fault_anchor=check.anchor if check else None,
        no_anchor=stopped.why if stopped else None,
        no_anchor_since=stopped.at if stopped else None,
    )


def _line(fact: Recorded, names: Names) -> Line:
    return Line(
        seq=fact.seq,
        at=fact.at,
        who=fact.actor_kind,  # type: ignore[arg-type]  # the log holds the kinds of `Actor`; the model checks them
        who_id=fact.actor_id,
        who_name=names.people.get(fact.actor_id) or names.devices.get(fact.actor_id) or "",
        device_id=fact.device_id,
        device_name=names.devices.get(fact.device_id or "", ""),
        type=fact.type,
        said=said_of(fact, names),
        command=fact.command,
        command_id=fact.command_id,
        details=[_detail(field, value, names) for field, value in fact.data.items()],
        booking_id=_id(fact, "booking_id"),
        customer_id=_id(fact, "customer_id"),
    )


def _id(fact: Recorded, field: str) -> str | None:
    value = fact.data.get(field)
    return value if isinstance(value, str) else None


def _detail(field: str, value: object, names: Names) -> Detail:
    plain = value if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None
    if isinstance(value, list):
        plain = ", ".join(str(one) for one in value)
    named = names.of(value) if isinstance(value, str) else shown(field, value, names)
    return Detail(field=field, value=plain, name=named if named != plain else None)


def audience_of_log(params: AuditParams) -> str:
    return params.model_dump_json()


screen = Screen(
    name="audit",
    permission="audit.read",
    params=AuditParams,
    view=AuditView,
    read=read,
    touched_by=frozenset(e for e in event_types().values() if e.__module__ == events.__name__),
    audience=lambda actor, params: f"{actor.key}:{audience_of_log(params)}",
    refresh=timedelta(seconds=5),
)
