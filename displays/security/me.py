"""One's own account: password, second factor, passkeys and mail address."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from displays.security.facts import SECURITY_FACTS
from hub.backoffice.security import queries
from hub.backoffice.security.obligation import must_have_factor
from hub.backoffice.security.passkeys import relying_party
from hub.backoffice.security.passwords import SHORTEST, policy_of
from hub.backoffice.security.ports import address_of, wall_of
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.gateway.sessions import SessionRow
from hub.kernel.errors import NOT_FOUND, Refused
from hub.kernel.mail import Mailer


class PasskeyLine(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    where: str
    """The host for which it was made."""
    backed_up: bool
    added_at: datetime
    used_at: datetime | None


class Place(BaseModel):
    """Where the person is signed in now."""

    model_config = ConfigDict(frozen=True)

    id: str
    device: str
    """A paired device's name; empty for a browser."""
    is_tablet: bool
    since: datetime
    used_at: datetime
    is_here: bool


class MeView(View):
    name: str
    login: str
    roles: list[str]
    policy: Literal["modern", "mlps"]
    shortest: int
    """Characters that a password needs."""
    has_password: bool
    has_second_factor: bool
    """An authenticator app or a passkey."""
    has_authenticator: bool
    must_have_factor: bool
    """The last one cannot be taken away."""
    recovery_codes_left: int
    passkeys: list[PasskeyLine]
    passkey_address: str
    """Where browsers have passkeys: the store's https address; empty where it has none (this machine itself always works)."""
    email: str
    """Confirmed; empty where none is known."""
    places: list[Place]
    """The most recently used first."""
    can_mail: bool
    """Mails can be sent, so that an address is of use."""


async def read(reading: Reading, params: NoParams) -> MeView:
    me = await queries.account(reading.session, reading.vault, reading.actor.id)
    if me is None:
        raise Refused(NOT_FOUND, what="account")
    base = address_of(reading.ports).base()
    mailer: Mailer = reading.ports.get(Mailer)  # type: ignore[type-abstract]  # the port is found by its Protocol
    policy = policy_of(reading.store.settings.get("password_policy"))
    return MeView(
        store=head_of(reading.store),
        name=me.name,
        login=me.login,
        roles=list(me.roles),
        policy=policy,
        shortest=SHORTEST[policy],
        has_password=me.has_password,
        has_second_factor=me.has_second_factor,
        has_authenticator=me.has_authenticator,
        must_have_factor=must_have_factor(reading.store.settings, me.roles),
        recovery_codes_left=await queries.recovery_codes_left(reading.session, me.id),
        passkeys=[
            PasskeyLine(
                id=each.id,
                name=each.name,
                where=each.rp_id,
                backed_up=each.backed_up,
                added_at=each.added_at,
                used_at=each.used_at,
            )
            for each in await queries.passkeys(reading.session, reading.vault, me.id)
        ],
        passkey_address=base if relying_party(base, base) else "",
        email=me.email,
        places=await _places(reading),
        can_mail=mailer.carries("mail"),
    )


async def _places(reading: Reading) -> list[Place]:
    now = wall_of(reading.ports).now()
    names = {device.id: device for device in await queries.devices(reading.session)}
    mine = select(SessionRow).where(
        SessionRow.actor_kind == "staff",
        SessionRow.actor_id == reading.actor.id,
        SessionRow.revoked_at.is_(None),
        SessionRow.ends_at > now,
    )
    places = []
    for row in await reading.session.scalars(mine.order_by(SessionRow.used_at.desc(), SessionRow.id)):
        if row.idle_seconds is not None and now - row.used_at >= timedelta(seconds=row.idle_seconds):
            continue
        device = names.get(row.device_id or "")
        is_here = row.id == reading.actor.session_id
        is_tablet = device is not None and device.kind == "technician_tablet"
        name = device.name if device is not None else ""
        places.append(
            Place(id=row.id, device=name, is_tablet=is_tablet, since=row.opened_at, used_at=row.used_at, is_here=is_here)
        )
    return places


screen = Screen(
    name="me",
    permission="screen.me",
    params=NoParams,
    view=MeView,
    read=read,
    touched_by=SECURITY_FACTS,
    audience=lambda actor, params: f"{actor.key}:{actor.session_id}",
    refresh=timedelta(minutes=1),
    errors=(NOT_FOUND,),
)
