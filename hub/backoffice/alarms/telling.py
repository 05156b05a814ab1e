"""Alarms by mail, to managers whose address is known. The mail names the store, the rule and the count, never a person."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy import select

from hub.backoffice.security.ports import address_of, worded
from hub.backoffice.security.queries import accounts
from hub.kernel.commands import Ports
from hub.kernel.crypto import Vault
from hub.kernel.database import Database
from hub.kernel.events import Recorded
from hub.kernel.mail import InvalidMessageError, Mailer, Message
from hub.kernel.tables import Store
from hub.kernel.text import language_of

log = structlog.get_logger(__name__)


async def write_to_managers(database: Database, ports: Ports, vault: Vault, store_id: str, facts: Sequence[Recorded]) -> None:
    """A mail for each alarm and manager, in the store's language."""
    mailer = ports.get(Mailer)  # type: ignore[type-abstract]  # a port is known by its Protocol
    if not mailer.carries("mail"):
        return
    async with database.read(store_id) as session:
        store = (await session.scalars(select(Store).where(Store.id == store_id))).one()
        managers = [a.email for a in await accounts(session, vault) if a.active and "manager" in a.roles and a.email]
    async with database.write(store_id) as session:
        for fact in facts:
            subject, text = written(ports, store, fact)
            for address in managers:
                try:
                    await mailer.send(Message(address, subject, text), session)
                except InvalidMessageError:
                    log.warning("an address that nothing can be sent to", fact=fact.type, seq=fact.seq)


def written(ports: Ports, store: Store, fact: Recorded) -> tuple[str, str]:
    """Subject and text of the mail about one alarm."""
    language = language_of(store.language)
    said = {
        "store": store.name_in(language),
        "rule": worded(ports, store.id, language, f"alarms-rule-{fact.data['rule']}"),
        "count": fact.data["count"],
        "minutes": fact.data["minutes"],
        "link": f"{address_of(ports).base()}/alarms",
    }
    subject = worded(ports, store.id, language, "alarm-message-subject", said)
    return subject, worded(ports, store.id, language, "alarm-message", said)
