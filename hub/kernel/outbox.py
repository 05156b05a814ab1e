"""The durable outbox: messages wait in the database, sealed, until a carrier has taken them or they are worth nothing any more.

At least once: a hub that dies between handing over and noting it hands over again, under the same message id.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.clock import Clock
from hub.kernel.crypto import Vault
from hub.kernel.database import Database
from hub.kernel.errors import UNAVAILABLE, Refused
from hub.kernel.ids import Randomness
from hub.kernel.jobs import Job
from hub.kernel.mail import Carrier, Channel, Message, UndeliverableError
from hub.kernel.tables import OutboxRow

LOOK_SECONDS = 2
"""How long a message waits for the postman, in real seconds."""

AT_ONCE = 20
"""Messages that one round takes, so that one store's flood does not hold up the others."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=30)
CLAIM = timedelta(minutes=2)
"""How long one hub keeps a message to itself; longer than any carrier may take."""

KEPT = timedelta(days=30)
"""How long it stays known that a message could not be delivered; its contents go at once."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Lost:
    """A message that was given up: when, on which channel, and the other side's code or `expired`."""

    id: str
    channel: str
    at: datetime
    reason: str


class Outbox:
    """A `Mailer` over the database. `clock` is the people's time: a code is good for ten of their minutes."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Clock,
        chance: Randomness,
        carriers: Iterable[Carrier],
        speed: float = 1.0,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._chance = chance
        self._carriers: dict[Channel, Carrier] = {}
        for carrier in carriers:
            for channel in carrier.channels:
                self._carriers.setdefault(channel, carrier)
        self.job = Job("post", timedelta(seconds=LOOK_SECONDS * speed), self._post)

    def carries(self, channel: Channel) -> bool:
        return channel in self._carriers

    async def send(self, message: Message, within: AsyncSession) -> None:
        if not self.carries(message.channel):
            raise Refused(UNAVAILABLE, what=message.channel)
        now, row_id = self._clock.now(), self._chance.id()
        body = orjson.dumps({"to": message.to, "subject": message.subject, "text": message.text})
        key = self._vault.new_data_key(message.owner) if message.owner is not None else None
        within.add(
            OutboxRow(
                id=row_id,
                channel=message.channel,
                owner_id=message.owner,
                data_key=key,
                sealed=self._vault.seal_own(body, _place(row_id))
                if key is None
                else self._vault.seal(key, message.owner or "", body.decode(), _place(row_id)),
                made_at=now,
                next_at=now,
                expires_at=now + message.good_for,
                tries=0,
            )
        )

    async def _post(self, store_id: str) -> None:
        await self.deliver(store_id)

    async def deliver(self, store_id: str) -> int:
        """Hand over what is due, oldest first; how many went."""
        gone = 0
        for row in await self._due(store_id):
            if await self._claimed(store_id, row):
                gone += await self._try(store_id, row)
        return gone

    async def lost(self, session: AsyncSession) -> list[Lost]:
        """What was given up in the last 30 days, newest first."""
        rows = await session.scalars(select(OutboxRow).where(OutboxRow.sealed.is_(None)).order_by(OutboxRow.next_at.desc()))
        return [Lost(row.id, row.channel, row.next_at - KEPT, row.last_error) for row in rows]

    async def _due(self, store_id: str) -> list[OutboxRow]:
        async with self._database.read(store_id) as session:
            due = select(OutboxRow).where(OutboxRow.next_at <= self._clock.now()).order_by(OutboxRow.next_at).limit(AT_ONCE)
            return list(await session.scalars(due))

    async def _claimed(self, store_id: str, row: OutboxRow) -> bool:
        """One hub alone handles a message at a time: whoever moves its next time first."""
        now = self._clock.now()
        async with self._database.write(store_id) as session:
            if row.sealed is None:
                await session.execute(delete(OutboxRow).where(OutboxRow.id == row.id, OutboxRow.sealed.is_(None)))
                return False
            mine = update(OutboxRow).where(
                OutboxRow.id == row.id, OutboxRow.next_at == row.next_at, OutboxRow.sealed.is_not(None)
            )
            done = await session.execute(mine.values(next_at=now + CLAIM).execution_options(synchronize_session=False))
            return bool(getattr(done, "rowcount", 0))

    async def _try(self, store_id: str, row: OutboxRow) -> int:
        now = self._clock.now()
        if now >= row.expires_at:
            await self._give_up(store_id, row, "expired")
            return 0
        try:
            carrier = self._carriers.get(row.channel)  # type: ignore[call-overload]  # the column is text
            if carrier is None:
                raise LookupError(row.channel)
            await carrier.carry(self._opened(row), row.id)
        except UndeliverableError as error:
            await self._give_up(store_id, row, str(error.args[0])[:40])
            return 0
        except Exception as error:
            # Never the error's text: servers like to repeat what was sent to them.
            log.warning("message not delivered", channel=row.channel, message=row.id, error=type(error).__name__)
            await self._again(store_id, row, type(error).__name__)
            return 0
        async with self._database.write(store_id) as session:
            await session.execute(delete(OutboxRow).where(OutboxRow.id == row.id))
        return 1

    def _opened(self, row: OutboxRow) -> Message:
        if row.data_key is not None:
            body: bytes | str = self._vault.open(row.data_key, row.owner_id or "", row.sealed or b"", _place(row.id))
        else:
            body = self._vault.open_own(row.sealed or b"", _place(row.id))
        parts = orjson.loads(body)
        return Message(parts["to"], parts["subject"], parts["text"], row.channel)  # type: ignore[arg-type]

    async def _again(self, store_id: str, row: OutboxRow, error: str) -> None:
        pause = min(FIRST_PAUSE * 2 ** min(row.tries, 10), LONGEST_PAUSE)
        await self._note(store_id, row, next_at=self._clock.now() + pause, tries=row.tries + 1, last_error=error[:80])

    async def _give_up(self, store_id: str, row: OutboxRow, reason: str) -> None:
        log.warning("message given up", channel=row.channel, message=row.id, tries=row.tries, reason=reason)
        await self._note(store_id, row, sealed=None, data_key=None, last_error=reason, next_at=self._clock.now() + KEPT)

    async def _note(self, store_id: str, row: OutboxRow, **values: object) -> None:
        async with self._database.write(store_id) as session:
            await session.execute(update(OutboxRow).where(OutboxRow.id == row.id).values(**values))


def _place(row_id: str) -> str:
    return f"message_outbox.sealed:{row_id}"
