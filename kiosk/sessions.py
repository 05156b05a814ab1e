"""A device's conversation as it is kept: sealed under a key of its own, and gone when nobody has answered for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from hub.backoffice.security.ports import wall_of
from hub.kernel.access import Actor
from hub.kernel.commands import Context, Ports
from hub.kernel.crypto import Vault
from kiosk.conversation import TRIES_WITHIN, State
from kiosk.tables import KioskSessionRow

IDLE = timedelta(seconds=45)
"""Without a touch; then the screen counts down."""

COUNTDOWN = timedelta(seconds=20)
GRACE = timedelta(seconds=10)
"""For an answer that is on its way; after it the hub wipes by itself, whether the screen still lives or not."""

FRESH = "welcome"
"""The step token where nobody is talking."""

TALK_LENGTH = 16
"""Characters of a step token that all steps of one conversation have in common; the others are the step's own."""


def device_of(actor: Actor) -> str:
    """Whose conversation it is: the paired device's, or that of the person who opened the screen."""
    return actor.device_id or actor.id


def wall_now(ports: Ports) -> datetime:
    return wall_of(ports).now()


@dataclass(slots=True)
class Kept:
    """What is kept of a device; `state` is fresh when the conversation has gone stale."""

    device: str
    row: KioskSessionRow | None
    state: State
    expired: bool
    recent: list[datetime]
    """Failed tries within the last minutes."""
    now: datetime
    """On the wall's clock."""

    @property
    def token(self) -> str:
        return self.row.token if self.row is not None and self.row.token is not None and not self.expired else FRESH

    def is_of_this_talk(self, token: str) -> bool:
        """Whether the token is of this conversation, of whichever step."""
        return token[:TALK_LENGTH] == self.token[:TALK_LENGTH]

    @property
    def failures(self) -> int:
        return len(self.recent)

    def keep(self, context: Context, state: State) -> None:
        """Keep the state, or nothing at all where the conversation is over."""
        row = self.row
        if row is None:
            row = self.row = KioskSessionRow(device=self.device, failures=[])
            context.session.add(row)
        row.touched_at = self.now
        row.failures = [at.isoformat() for at in self.recent]
        if state == State():
            row.token = row.data_key = row.state_sealed = None
            return
        if row.data_key is None or self.expired:
            row.data_key = context.vault.new_data_key(self.device)
        if state != self.state or row.token is None or self.expired:
            talk = context.chance.id()[-TALK_LENGTH:] if self.token == FRESH else self.token[:TALK_LENGTH]
            row.token = talk + context.chance.id()[-TALK_LENGTH:]
            row.state_sealed = context.vault.seal(row.data_key, self.device, state.model_dump_json(), _bound(self.device))


async def kept_session(session: AsyncSession, store_id: str, vault: Vault, device: str, now: datetime) -> Kept:
    """What is known of the device at this moment of the wall's clock."""
    row = await session.get(KioskSessionRow, device)
    if row is None or row.store_id != store_id:
        return Kept(device, None, State(), expired=False, recent=[], now=now)
    expired = now - row.touched_at > IDLE + COUNTDOWN + GRACE
    state = State()
    if not expired and row.data_key is not None and row.state_sealed is not None:
        state = State.model_validate_json(vault.open(row.data_key, device, row.state_sealed, _bound(device)))
    recent = [at for at in map(datetime.fromisoformat, row.failures) if now - at < TRIES_WITHIN]
    return Kept(device, row, state, expired, recent, now)


def _bound(device: str) -> str:
    return f"kiosk/{device}/state"
