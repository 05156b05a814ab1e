"""The manager's devices: which are paired, who is on them, when they were last heard of."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from displays.security.facts import SECURITY_FACTS
from hub.backoffice.security import queries
from hub.backoffice.security.ports import wall_of
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.gateway.sessions import SessionRow

HEARD_WITHIN = timedelta(minutes=2)
"""A device that shows a screen is heard of far more often."""

DeviceState = Literal["pairing", "expired", "online", "silent", "revoked"]


class DeviceLine(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    name: str
    """Empty where nobody gave one: the page says what kind it is."""
    state: DeviceState
    paired_at: datetime | None
    seen_at: datetime | None
    revoked_at: datetime | None
    pairing_until: datetime | None
    people: list[str]
    """Who is signed in on it."""


class DevicesView(View):
    now: datetime
    """The wall's time, on which pairing codes run out."""
    devices: list[DeviceLine]
    revoked: list[DeviceLine]


async def read(reading: Reading, params: NoParams) -> DevicesView:
    now = wall_of(reading.ports).now()
    open_pairings = await queries.open_pairings(reading.session)
    seen, people = await _life(reading, now)
    lines = [
        _line(device, open_pairings.get(device.id), seen.get(device.id), people.get(device.id, []), now)
        for device in await queries.devices(reading.session)
    ]
    return DevicesView(
        store=head_of(reading.store),
        now=now,
        devices=[line for line in lines if line.state != "revoked"],
        revoked=[line for line in lines if line.state == "revoked"],
    )


def _line(
    device: queries.Device, pairing_until: datetime | None, seen_at: datetime | None, people: list[str], now: datetime
) -> DeviceLine:
    is_open = pairing_until is not None and pairing_until > now
    return DeviceLine(
        id=device.id,
        kind=device.kind,
        name=device.name,
        state=_state(device, is_open, seen_at, now),
        paired_at=device.paired_at,
        seen_at=seen_at,
        revoked_at=device.revoked_at,
        pairing_until=pairing_until if is_open and device.revoked_at is None else None,
        people=people,
    )


def _state(device: queries.Device, is_open: bool, seen_at: datetime | None, now: datetime) -> DeviceState:
    if device.revoked_at is not None:
        return "revoked"
    if is_open:
        return "pairing"
    if device.paired_at is None:
        return "expired"
    return "online" if seen_at is not None and now - seen_at < HEARD_WITHIN else "silent"


async def _life(reading: Reading, now: datetime) -> tuple[dict[str, datetime], dict[str, list[str]]]:
    """When each device was last heard of, and who is signed in on it."""
    seen: dict[str, datetime] = {}
    people: dict[str, list[str]] = {}
    names = {a.id: a.name for a in await queries.accounts(reading.session, reading.vault)}
    alive = select(SessionRow).where(
        SessionRow.device_id.is_not(None), SessionRow.revoked_at.is_(None), SessionRow.ends_at > now
    )
    for row in await reading.session.scalars(alive):
        device_id = row.device_id or ""
        seen[device_id] = max(row.used_at, seen.get(device_id, row.used_at))
        idle = None if row.idle_seconds is None else timedelta(seconds=row.idle_seconds)
        if row.actor_kind == "staff" and (idle is None or now - row.used_at < idle):
            people.setdefault(device_id, []).append(names.get(row.actor_id, ""))
    return seen, people


screen = Screen(
    name="devices",
    permission="screen.devices",
    params=NoParams,
    view=DevicesView,
    read=read,
    touched_by=SECURITY_FACTS,
    audience=lambda actor, params: "managers",
    refresh=timedelta(seconds=30),
)
