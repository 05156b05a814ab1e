"""Sessions live on the server; the browser holds a secret of which only the hash is kept here.

Opening and revoking happen inside the transaction of a command; a revoked session's sockets are cut after the commit. Other
processes see a revocation when their memory of a session is older than `MEMORY_SECONDS`.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.access import Actor, ActorKind
from hub.kernel.clock import Clock
from hub.kernel.commands import Context
from hub.kernel.database import Database
from hub.kernel.tables import Base, ColumnClass, Scoped, classed

MEMORY_SECONDS = 1.0
"""How long a session read from the database is believed; with the sockets' round of a second, a cut takes at most two."""

REMEMBERED_MAX = 10_000

TOUCH_SECONDS = 20.0
"""Last uses are written down together this often; an idle time is meant in minutes."""


class SessionRow(Base, Scoped):
    """One signed-in person, paired device or customer."""

    __tablename__ = "session"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=classed(ColumnClass.SECRET, "session"))
    actor_kind: Mapped[str]
    actor_id: Mapped[str] = mapped_column(index=True)
    roles: Mapped[list[str]]
    device_id: Mapped[str | None] = mapped_column(index=True)
    subject: Mapped[str | None]
    opened_at: Mapped[datetime]
    used_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    idle_seconds: Mapped[int | None]
    revoked_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class _Remembered:
    actor: Actor
    ends_at: datetime
    idle: timedelta | None
    used_at: datetime
    until: float


_TABLE: Any = SessionRow.__table__


def token_hash(token: str) -> str:
    """SHA-256: a token of 256 random bits needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


class SessionBook:
    """Opens, finds and revokes sessions. `clock` is the wall's, also where the store's day runs faster."""

    def __init__(self, database: Database, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._monotonic = monotonic
        self._remembered: dict[str, _Remembered] = {}
        self._used: dict[str, datetime] = {}
        self.on_revoked: list[Callable[[frozenset[str]], None]] = []
        """Called after the commit with the ids of the sessions that ended."""

    async def open(self, context: Context, actor: Actor, *, lasts: timedelta, idle: timedelta | None = None) -> str:
        """Keep a session for `actor`; returns its token, which is known to nobody afterwards.

        Raises:
            ValueError: `lasts` or `idle` is not positive.
        """
        if lasts <= timedelta(0) or (idle is not None and idle < timedelta(seconds=1)):
            raise ValueError("a session lasts for some time")
        token, now = context.chance.token(), self._clock.now()
        context.session.add(
            SessionRow(
                id=context.chance.id(),
                token_hash=token_hash(token),
                actor_kind=actor.kind,
                actor_id=actor.id,
                roles=sorted(actor.roles),
                device_id=actor.device_id,
                subject=actor.subject,
                opened_at=now,
                used_at=now,
                ends_at=now + lasts,
                idle_seconds=None if idle is None else int(idle.total_seconds()),
            )
        )
        return token

    async def revoke(
        self,
        context: Context,
        *,
        session_id: str | None = None,
        actor_id: str | None = None,
        device_id: str | None = None,
        kind: ActorKind | None = None,
        spare: str | None = None,
    ) -> int:
        """End the sessions that match all that is given, but for the one that is spared; how many those were. `kind` narrows
        the others: a device's id is borne by its own session and by those of the people who signed in on it.

        Sockets are cut after the commit.

        Raises:
            ValueError: nothing is given.
        """
        wanted: dict[str, str | None] = {"id": session_id, "actor_id": actor_id, "device_id": device_id}
        given = {name: value for name, value in wanted.items() if value is not None}
        if not given:
            raise ValueError("which sessions end?")
        if kind is not None:
            given["actor_kind"] = kind
        rows = (await context.session.scalars(select(SessionRow).filter_by(**given, revoked_at=None))).all()
        rows = [row for row in rows if row.id != spare]
        for row in rows:
            row.revoked_at = self._clock.now()
        ended = frozenset(row.id for row in rows)
        if ended:
            context.after_commit.append(lambda: self._ended(ended))
        return len(ended)

    async def forget(self, context: Context, before: datetime) -> None:
        """Remove the store's sessions that ended before this moment."""
        ended = or_(SessionRow.revoked_at < before, SessionRow.ends_at < before)
        await context.session.execute(delete(SessionRow).where(ended))

    async def actor_of(self, token: str, *, use: bool = True) -> Actor | None:
        """Who holds this token; None when it never was, has ended or was revoked. `use` puts off the end of idleness."""
        digest, moment = token_hash(token), self._monotonic()
        known = self._remembered.get(digest)
        if known is None or known.until < moment:
            known = await self._read(digest, moment)
            if known is None:
                self._remembered.pop(digest, None)
                return None
        now, session_id = self._clock.now(), known.actor.session_id or ""
        if not self._lasts(session_id, now, known.ends_at, known.used_at, known.idle):
            return None
        if use:
            self._used[session_id] = now
        return known.actor

    async def still_good(self, session_ids: frozenset[str]) -> frozenset[str]:
        """Those of the sessions that have not ended. An open socket is no use: a tablet that lies about goes idle."""
        if not session_ids:
            return frozenset()
        columns = (_TABLE.c.id, _TABLE.c.ends_at, _TABLE.c.used_at, _TABLE.c.idle_seconds)
        statement = select(*columns).where(_TABLE.c.id.in_(session_ids), _TABLE.c.revoked_at.is_(None))
        async with self._database.read(None) as session:
            rows = (await session.execute(statement)).all()
        now = self._clock.now()
        return frozenset(r.id for r in rows if self._lasts(r.id, now, r.ends_at, r.used_at, _idle(r.idle_seconds)))

    def _lasts(self, session_id: str, now: datetime, ends_at: datetime, used_at: datetime, idle: timedelta | None) -> bool:
        used_at = max(used_at, self._used.get(session_id, used_at))
        return now < ends_at and (idle is None or now - used_at < idle)

    async def write_down_use(self) -> None:
        """Keep the last uses heard of since the last call, so that idle times survive a restart."""
        used = dict(self._used)
        if not used:
            return
        async with self._database.write(None) as session:
            for session_id, at in used.items():
                await session.execute(update(_TABLE).where(_TABLE.c.id == session_id, _TABLE.c.used_at < at).values(used_at=at))
        self._used = {session_id: at for session_id, at in self._used.items() if used.get(session_id) != at}
        self._remembered.clear()

    async def _read(self, digest: str, moment: float) -> _Remembered | None:
        statement = select(_TABLE).where(_TABLE.c.token_hash == digest, _TABLE.c.revoked_at.is_(None))
        async with self._database.read(None) as session:
            row = (await session.execute(statement)).one_or_none()
        if row is None:
            return None
        actor = Actor(row.actor_kind, row.actor_id, row.store_id, frozenset(row.roles), row.device_id, row.id, row.subject)
        known = _Remembered(actor, row.ends_at, _idle(row.idle_seconds), row.used_at, moment + MEMORY_SECONDS)
        if len(self._remembered) >= REMEMBERED_MAX:
            self._remembered.clear()
        self._remembered[digest] = known
        return known

    def _ended(self, ids: frozenset[str]) -> None:
        self._remembered = {d: k for d, k in self._remembered.items() if k.actor.session_id not in ids}
        for tell in self.on_revoked:
            tell(ids)


def _idle(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
