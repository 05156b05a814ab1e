"""Customers whose every personal value is a word that stands nowhere else, and what the tests of privacy ask of a store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from hub.app import Hub
from hub.kernel import event_log
from hub.operations.bookings.tables import CustomerRow
from tests.conftest import Send


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
    """Without those of the planner and of the alarms, which come when they have heard of something."""
    async with hub.database.read(store) as session:
        facts = await event_log.since(session, since)
    return [fact.type for fact in facts if not fact.type.startswith(("planning.", "alarms."))]
