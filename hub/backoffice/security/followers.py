"""Sends what was asked for: codes and links, to addresses that somebody has. Nobody waits for it, so nobody can time it."""

from __future__ import annotations

from typing import Protocol

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.backoffice.security.commands.account_mail import RESET_LASTS, reset_token
from hub.backoffice.security.commands.codes import LASTS, digits_of
from hub.backoffice.security.events import (
    CodeAsked,
    PasskeyAdded,
    PasskeyCopySeen,
    PasskeyRemoved,
    PasswordSet,
    RecoveryCodeUsed,
    ResetAsked,
    SecondFactorRemoved,
    SecondFactorSet,
)
from hub.backoffice.security.notices import notice
from hub.backoffice.security.ports import address_of, worded
from hub.backoffice.security.queries import account_mail
from hub.backoffice.security.tables import AccountRow, ContactCodeRow, LinkRow
from hub.kernel.commands import Ports
from hub.kernel.crypto import Vault
from hub.kernel.dispatch import Door, facts_of
from hub.kernel.errors import Refused
from hub.kernel.events import Recorded
from hub.kernel.followers import Follower
from hub.kernel.mail import InvalidMessageError, Mailer, Message
from hub.kernel.tables import Store
from hub.kernel.text import language_of
from hub.operations.bookings.people import reveal
from hub.operations.bookings.tables import CustomerRow

log = structlog.get_logger(__name__)


NOTICES = {
    PasswordSet.event_type: "password",
    SecondFactorSet.event_type: "factor-set",
    SecondFactorRemoved.event_type: "factor-removed",
    PasskeyAdded.event_type: "passkey-added",
    PasskeyRemoved.event_type: "passkey-removed",
    PasskeyCopySeen.event_type: "passkey-copy",
    RecoveryCodeUsed.event_type: "recovery-code",
}
"""Changes of somebody's ways in, and how the mail words them."""

WANTED = (
    CodeAsked,
    ResetAsked,
    PasswordSet,
    SecondFactorSet,
    SecondFactorRemoved,
    PasskeyAdded,
    PasskeyRemoved,
    PasskeyCopySeen,
    RecoveryCodeUsed,
)


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def door(self) -> Door: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def ports(self) -> Ports: ...


class Sender:
    """Writes the messages."""

    def __init__(self, parts: Parts) -> None:
        self._database = parts.door.database
        self._vault = parts.vault
        self._ports = parts.ports

    async def follow(self, store_id: str, facts: list[Recorded]) -> None:
        mailer: Mailer = self._ports.get(Mailer)  # type: ignore[type-abstract]  # the port is found by its Protocol
        for fact in facts:
            async with self._database.write(store_id) as session:
                for message in await self._messages(session, fact):
                    try:
                        await mailer.send(message, session)
                    except Refused:
                        log.warning("nothing carries this message", channel=message.channel)

    async def _messages(self, session: AsyncSession, fact: Recorded) -> list[Message]:
        store = (await session.scalars(select(Store).where(Store.id == session.info["store_id"]))).one()
        try:
            if fact.type == ResetAsked.event_type:
                return await self._reset(session, store, str(fact.data["link_id"]))
            if fact.type in NOTICES:
                return await self._notice(session, store, fact)
            return await self._code(session, store, str(fact.data["code_id"]))
        except InvalidMessageError:
            log.warning("an address that nothing can be sent to", fact=fact.type, seq=fact.seq)
            return []

    async def _code(self, session: AsyncSession, store: Store, code_id: str) -> list[Message]:
        row = await session.get(ContactCodeRow, code_id)
        address, owner = await self._address(session, row) if row is not None else ("", None)
        if row is None or not address:
            return []
        language = language_of(row.language)
        said = {
            "store": store.name_in(language),
            "code": digits_of(self._vault, row.id),
            "minutes": int(LASTS.total_seconds() // 60),
        }
        subject = worded(self._ports, store.id, language, "code-message-subject", said)
        text = worded(self._ports, store.id, language, f"code-message-{row.purpose.replace('_', '-')}", said)
        channel = "sms" if row.channel == "sms" else "mail"
        return [Message(address, subject, text, channel, LASTS, owner)]  # type: ignore[arg-type]  # one of the two channels

    async def _address(self, session: AsyncSession, row: ContactCodeRow) -> tuple[str, str | None]:
        """Where the code goes, and to which customer: the new address that its owner named, else the one that the first person
        with it gave."""
        if row.mailbox_sealed is not None:
            account = await session.get(AccountRow, row.account_id)
            bound = f"contact_code.mailbox:{row.id}"
            opened = self._vault.open(account.data_key, account.id, row.mailbox_sealed, bound) if account is not None else ""
            return opened, None
        if row.address_sealed is not None:
            customer = await session.get(CustomerRow, row.customer_id)
            if customer is None or customer.data_key is None:
                return "", None
            bound = f"contact_code.address:{row.id}"
            return self._vault.open(customer.data_key, customer.id, row.address_sealed, bound), customer.id
        if row.purpose != "sign_in":
            return "", None
        column = CustomerRow.phone_index if row.channel == "sms" else CustomerRow.email_index
        found = select(CustomerRow).where(column.in_(row.target_indexes), CustomerRow.data_key.is_not(None))
        person = (await session.scalars(found.order_by(CustomerRow.made_at, CustomerRow.id).limit(1))).one_or_none()
        if person is None:
            return "", None
        facts = reveal(self._vault, person)
        return (facts.phone if row.channel == "sms" else facts.email), person.id

    async def _notice(self, session: AsyncSession, store: Store, fact: Recorded) -> list[Message]:
        """Whoever's ways in have changed hears of it, in case it was not their own doing."""
        account = await session.get(AccountRow, str(fact.data["account_id"]))
        address = account_mail(self._vault, account) if account is not None else ""
        mailer: Mailer = self._ports.get(Mailer)  # type: ignore[type-abstract]  # as above
        if not address or not mailer.carries("mail"):
            return []
        return [notice(self._ports, facts_of(store), address, NOTICES[fact.type])]

    async def _reset(self, session: AsyncSession, store: Store, link_id: str) -> list[Message]:
        link = await session.get(LinkRow, link_id)
        account = await session.get(AccountRow, link.account_id) if link is not None and link.account_id else None
        address = account_mail(self._vault, account) if account is not None else ""
        if not address:
            return []
        language = language_of(store.language)
        said = {
            "store": store.name_in(language),
            "link": f"{address_of(self._ports).base()}/l/{reset_token(self._vault, link_id)}",
            "minutes": int(RESET_LASTS.total_seconds() // 60),
        }
        subject = worded(self._ports, store.id, language, "reset-message-subject", said)
        return [Message(address, subject, worded(self._ports, store.id, language, "reset-message", said), good_for=RESET_LASTS)]


def followers(parts: Parts) -> tuple[Follower, ...]:
    return (Follower("security messages", frozenset(WANTED), Sender(parts).follow),)
