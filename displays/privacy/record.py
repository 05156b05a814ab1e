"""The record of sensitive views: who saw what, on which device, when, why and whose."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from displays.privacy.facts import PRIVACY_FACTS
from displays.privacy.office import customer_names
from displays.security.looking import roles_of
from hub.backoffice.privacy import queries
from hub.backoffice.privacy.commands.seeing import What
from hub.backoffice.security import queries as security
from hub.gateway.screens import Params, Reading, Screen, View, head_of

PAGE = 50

Known = Annotated[str, StringConstraints(pattern=r"^[0-9a-zA-Z_-]{1,64}$")]


class RecordParams(Params):
    """Filters; what is left out is not asked. `before` pages back."""

    person: Known | None = None
    device: Known | None = None
    customer: Known | None = None
    what: What | None = None
    before: AwareDatetime | None = None


class SeenLine(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    at: datetime
    who_id: str
    who: str
    """Empty for a customer, and for the command line."""
    kind: str
    roles: list[str]
    device_id: str | None
    device: str
    customer_id: str | None
    customer: str
    what: str
    reason: str
    note: str
    count: int


class Choice(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    name: str


class PrivacyRecordView(View):
    lines: list[SeenLine]
    people: list[Choice]
    devices: list[Choice]
    customer: str
    """Whose file the lines are narrowed to."""
    older: datetime | None


async def read(reading: Reading, params: RecordParams) -> PrivacyRecordView:
    seen = await queries.views_seen(
        reading.session,
        reading.vault,
        actor_id=params.person,
        customer_id=params.customer,
        device_id=params.device,
        what=params.what,
        before=params.before,
        limit=PAGE + 1,
    )
    people = {a.id: a.name for a in await security.accounts(reading.session, reading.vault)}
    devices = {d.id: d.name for d in await security.devices(reading.session)}
    customers = await customer_names(reading, {s.customer_id for s in seen if s.customer_id} | {params.customer or ""})
    return PrivacyRecordView(
        store=head_of(reading.store),
        lines=[_line(each, people, devices, customers) for each in seen[:PAGE]],
        people=[Choice(id=i, name=name) for i, name in people.items()],
        devices=[Choice(id=i, name=name) for i, name in devices.items() if name],
        customer=customers.get(params.customer or "", ""),
        older=seen[PAGE - 1].at if len(seen) > PAGE else None,
    )


def _line(each: queries.Seen, people: dict[str, str], devices: dict[str, str], customers: dict[str, str]) -> SeenLine:
    return SeenLine(
        id=each.id,
        at=each.at,
        who_id=each.actor_id,
        who=people.get(each.actor_id, ""),
        kind=each.actor_kind,
        roles=list(each.roles),
        device_id=each.device_id,
        device=devices.get(each.device_id or "", ""),
        customer_id=each.customer_id,
        customer=customers.get(each.customer_id or "", ""),
        what=each.what,
        reason=each.reason,
        note=each.note,
        count=each.count,
    )


screen = Screen(
    name="privacy-record",
    permission="privacy.record",
    params=RecordParams,
    view=PrivacyRecordView,
    read=read,
    touched_by=PRIVACY_FACTS,
    audience=lambda actor, params: f"{roles_of(actor)}:{params.model_dump_json()}",
)
