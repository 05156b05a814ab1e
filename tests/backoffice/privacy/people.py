"""Customers whose every personal value is a word that stands nowhere else, and what the tests of privacy ask of a store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from hub.app import Hub
from hub.backoffice.security.ports import Sessions
from hub.kernel import event_log
from hub.kernel.access import Actor, ActorKind, system
from hub.kernel.commands import Command, CommandBook, Context
from hub.operations.bookings.tables import CustomerRow
from tests.conftest import Send

KINDS: dict[str, ActorKind] = {"member": "customer", "kiosk": "device", "screen": "device", "tablet": "device"}


@dataclass(frozen=True, slots=True)
class Canary:
    """Words to look for."""

    name: str = "Quetzalina Zyxwort"
    phone: str = "+8613812348765"
    email: str = "zyxwort@canary.example"
    note: str = "likes jabberwock tea"
    allergy: str = "vorpaline dye"

    def words(self) -> list[str]:
        """What no copy may hold in plain text, in any spelling that a column may have."""
        return ["Quetzalina", "Zyxwort", "zyxwort", "13812348765", "canary.example", "jabberwock", "vorpaline"]


CANARY = Canary()


async def add_customer(send: Send, canary: Canary = CANARY, **other: Any) -> str:
    data = {
        "name": canary.name,
        "phone": canary.phone,
        "email": canary.email,
        "note": canary.note,
        "allergy": canary.allergy,
        "title": "ms",
        "gender": "woman",
        "language": "en",
        **other,
    }
    customer_id: str = (await send("bookings.put_customer", data)).result["customer_id"]
    return customer_id


async def customer_row(hub: Hub, store: str, customer_id: str) -> CustomerRow:
    async with hub.database.read(store) as session:
        return (await session.scalars(select(CustomerRow).where(CustomerRow.id == customer_id))).one()


async def newest_facts(hub: Hub, store: str, since: int) -> list[str]:
    async with hub.database.read(store) as session:
        return [fact.type for fact in await event_log.since(session, since)]


class OpenOne(Command):
    role: str
    who: str


async def session_of(hub: Hub, store: str, role: str, who: str | None = None) -> str:
    """A session's token, opened the way that commands open sessions."""
    opened: list[str] = []
    book = CommandBook("test")

    @book.handles(OpenOne, permission="anybody", secret=True)
    async def open_one(context: Context, command: OpenOne) -> None:
        actor = Actor(KINDS.get(role, "staff"), command.who, store, frozenset({role}), context.chance.id())
        sessions: Sessions = context.ports.get(Sessions)  # type: ignore[type-abstract]
        opened.append(await sessions.open(context, actor, lasts=timedelta(hours=1)))

    command = OpenOne(role=role, who=who or hub.chance.id())
    await hub.door.submit(command, system(store, "test"), hub.chance.id(), book.specs["test.open_one"])
    return opened[0]
