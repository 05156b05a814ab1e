"""What every way in ends with: a session of a person or a device, and a mark on the browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field
from sqlalchemy import select

from hub.backoffice.security.commands.book import token_index
from hub.backoffice.security.events import Means, SignedIn
from hub.backoffice.security.obligation import Way, must_have_factor, ways_of
from hub.backoffice.security.passwords import has_expired, policy_of
from hub.backoffice.security.ports import Seat, sessions, wall_now
from hub.backoffice.security.roles import DEVICE_ROLES, WHOLE_FLOOR, DeviceKind
from hub.backoffice.security.tables import AccountRow, DeviceRow, StepRow, TrustRow
from hub.kernel.access import Actor
from hub.kernel.commands import Answer, Context

STAFF_LASTS = timedelta(hours=14)
STAFF_IDLE = timedelta(hours=4)
TABLET_IDLE = timedelta(hours=2)
"""A tablet without a hand on it goes back to the choice of faces."""
DEVICE_LASTS = timedelta(days=400)
"""The longest that browsers keep a cookie."""
STEP_LASTS = timedelta(minutes=10)

Need = Literal["second_factor", "second_factor_setup", "new_password"]

SEAT_OF_KIND: dict[DeviceKind, Seat] = {
    "kiosk": "kiosk",
    "waiting_room": "waiting_room",
    "technician_tablet": "tablet",
    "desk": "browser",
}
HOME_OF_KIND: dict[DeviceKind, str] = {
    "kiosk": "/kiosk",
    "waiting_room": "/waiting-room",
    "technician_tablet": "/technician",
    "desk": "/desk",
}


class Pass(Answer):
    """A credential for one seat of the browser that asked."""

    seat: Seat
    token: str
    lasts_seconds: int


class Entry(Answer):
    """How a try ended. `refused`: the secret was wrong; `step`: something else is asked for first."""

    outcome: Literal["entered", "refused", "step"]
    passes: list[Pass] = Field(default_factory=list)
    step: str | None = None
    needs: Need | None = None
    ways: list[Way] = Field(default_factory=list)
    """With what the second factor can be shown; a recovery code always can."""
    to: str | None = None
    recovery_codes: list[str] = Field(default_factory=list)


def next_need(context: Context, account: AccountRow, ways: list[Way], *, factor_shown: bool) -> Need | None:
    """What a person whose password was right still owes."""
    if not factor_shown:
        if ways:
            return "second_factor"
        if must_have_factor(context.store.settings, account.roles):
            return "second_factor_setup"
    policy = policy_of(context.store.settings.get("password_policy"))
    if account.must_change_password or has_expired(policy, account.password_set_at, wall_now(context)):
        return "new_password"
    return None


async def go_on(
    context: Context, account: AccountRow, *, means: Means, device_id: str | None, factor_shown: bool = False
) -> Entry:
    """Open the session, or hand out the next step."""
    ways = await ways_of(context.session, account)
    need = next_need(context, account, ways, factor_shown=factor_shown)
    if need is None:
        return await enter(context, account, means=means, device_id=device_id)
    token = context.chance.token()
    context.session.add(
        StepRow(
            id=context.chance.id(),
            token_hash=token_index(context.vault, token, "step"),
            account_id=account.id,
            needs=need,
            expires_at=wall_now(context) + STEP_LASTS,
            used_at=None,
        )
    )
    return Entry(outcome="step", step=token, needs=need, ways=ways if need == "second_factor" else [])


async def enter(
    context: Context, account: AccountRow, *, means: Means, device_id: str | None, on_tablet: bool = False
) -> Entry:
    """A session for the person; the browser is marked, so that strangers' guesses elsewhere do not lock her out here.

    Whoever was signed in on the same device before has left it: their session ends, for its token lies in that browser.
    On a tablet a technician is a technician only, whatever else she may do elsewhere; a technician only reaches her own work.
    """
    passes: list[Pass] = []
    if device_id is None:
        device_id, mark = await mark_browser(context)
        passes.append(mark)
    else:
        await sessions(context).revoke(context, device_id=device_id, kind="staff")
    await trust(context, account.id, device_id)
    roles = frozenset({"technician"}) if on_tablet else frozenset(account.roles)
    idle = TABLET_IDLE if on_tablet else STAFF_IDLE
    bound = "technician" in roles and roles.isdisjoint(WHOLE_FLOOR)
    subject = account.technician_id or account.id if bound else None  # an account is nobody of the team: it reaches no work
    actor = Actor("staff", account.id, context.store.id, roles, device_id, subject=subject)
    token = await sessions(context).open(context, actor, lasts=STAFF_LASTS, idle=idle)
    seat: Seat = "technician" if on_tablet else "staff"
    passes.append(Pass(seat=seat, token=token, lasts_seconds=int(STAFF_LASTS.total_seconds())))
    context.record(SignedIn(account_id=account.id, means=means, device_id=device_id))
    return Entry(outcome="entered", passes=passes)


async def admit_device(context: Context, device: DeviceRow, kind: DeviceKind) -> Pass:
    """The long-lived session of a paired device; an earlier pairing of the same device ends."""
    await sessions(context).revoke(context, device_id=device.id)
    device.paired_at = wall_now(context)
    roles = DEVICE_ROLES[kind]
    actor = Actor("device", device.id, context.store.id, roles, device.id) if roles else _marked(context, device.id)
    token = await sessions(context).open(context, actor, lasts=DEVICE_LASTS)
    return Pass(seat=SEAT_OF_KIND[kind], token=token, lasts_seconds=int(DEVICE_LASTS.total_seconds()))


async def mark_browser(context: Context) -> tuple[str, Pass]:
    """A browser that somebody signed in with, and the credential by which it is known again."""
    now = wall_now(context)
    device = DeviceRow(id=context.chance.id(), kind="browser", name="", made_at=now, paired_at=now, revoked_at=None)
    context.session.add(device)
    token = await sessions(context).open(context, _marked(context, device.id), lasts=DEVICE_LASTS)
    return device.id, Pass(seat="browser", token=token, lasts_seconds=int(DEVICE_LASTS.total_seconds()))


def _marked(context: Context, device_id: str) -> Actor:
    """Nobody in particular, in a browser that is known."""
    return Actor("anonymous", "anonymous", context.store.id, frozenset({"anonymous"}), device_id)


async def put_out(context: Context, account_id: str) -> None:
    """End an account's sessions, and what is half a sign-in: whoever showed the old secret or had the old roles is out."""
    await sessions(context).revoke(context, actor_id=account_id)
    begun = select(StepRow).where(StepRow.account_id == account_id, StepRow.used_at.is_(None))
    for step in await context.session.scalars(begun):
        step.used_at = wall_now(context)


async def trust(context: Context, account_id: str, device_id: str) -> None:
    """An account or customer has proved itself on this device: strangers' guesses do not count there."""
    known = select(TrustRow).where(TrustRow.account_id == account_id, TrustRow.device_id == device_id)
    if await context.session.scalar(known) is None:
        context.session.add(TrustRow(account_id=account_id, device_id=device_id, since=wall_now(context)))
