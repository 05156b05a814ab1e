"""Names for the ids in a fact, as its reader may see them, and the sentence that they fill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from displays.security.looking import NAMES, may, name_for
from hub.backoffice.security import queries as security
from hub.backoffice.security.ports import wording
from hub.catalog.queries import catalog_of
from hub.gateway.fluent import Say, sentence
from hub.gateway.screens import Reading
from hub.kernel.events import Recorded, event_types
from hub.kernel.text import Bilingual, Said
from hub.operations.bookings.queries import booking_facts, customer_of
from hub.operations.stations.queries import places
from hub.operations.team.queries import technicians

Value = str | int | float | Bilingual | None

_WORD = {
    "booking_id": "who",
    "customer_id": "who",
    "account_id": "person",
    "device_id": "device",
    "device": "device",
    "technician_id": "technician",
    "place_id": "place",
    "service_id": "service",
}
"""Under which word a sentence knows what an id stands for."""

_NAMELESS = {
    "who": Bilingual(zh="某位客人", en="a customer"),
    "person": Bilingual(zh="某个账号", en="an account"),
    "device": Bilingual(zh="某台设备", en="a device"),
    "technician": Bilingual(zh="某位技师", en="a technician"),
    "place": Bilingual(zh="某个位置", en="a place"),
    "service": Bilingual(zh="某个项目", en="a service"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def code_of(event_type: str) -> str:
    """The id of a fact's sentence in the .ftl files."""
    return "audit-" + event_type.replace(".", "-").replace("_", "-")


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids of one page stand for. Customers' names are masked where the reader may not read them."""

    people: dict[str, str]
    devices: dict[str, str]
    things: dict[str, Bilingual]
    customers: dict[str, str]
    """By customer and by booking."""
    say: Say = sentence

    def of(self, value: Any) -> Value:
        """What is known under an id; None where it is none that people know."""
        if not isinstance(value, str):
            return None
        return self.things.get(value) or self.people.get(value) or self.devices.get(value) or self.customers.get(value) or None


async def names_for(reading: Reading, facts: Iterable[Recorded]) -> Names:
    """Read the names of what these facts are about."""
    session = reading.session
    things = {t.id: t.name for t in await technicians(session)}
    things |= {p.id: p.name for p in await places(session)}
    things |= {service.id: service.name for service in (await catalog_of(session)).services.values()}
    return Names(
        people={a.id: a.name or a.login for a in await security.accounts(session, reading.vault)},
        devices={d.id: d.name for d in await security.devices(session)},
        things=things,
        customers=await _customers(reading, facts),
        say=partial(wording(reading.ports), store_id=reading.store.id),
    )


async def _customers(reading: Reading, facts: Iterable[Recorded]) -> dict[str, str]:
    owners: dict[str, str] = {}
    for fact in facts:
        customer, booking = fact.data.get("customer_id"), fact.data.get("booking_id")
        if isinstance(customer, str):
            owners.setdefault(customer, customer)
        if isinstance(booking, str) and booking not in owners:
            owners[booking] = await _customer_of_booking(reading.session, booking)
    names = {customer: await _name(reading, customer) for customer in set(owners.values()) if customer}
    return {known: names.get(customer, "") for known, customer in owners.items()}


async def _customer_of_booking(session: AsyncSession, booking_id: str) -> str:
    booking = await booking_facts(session, booking_id)
    return (booking.customer_id or "") if booking else ""


async def _name(reading: Reading, customer_id: str) -> str:
    customer = await customer_of(reading.session, reading.vault, customer_id)
    return name_for(customer.name, reads_names=may(reading, NAMES)) if customer is not None else ""


def said_of(fact: Recorded, names: Names) -> Said:
    """The fact in plain words; one of another release is named by its type."""
    known = event_types().get(fact.type)
    if known is None or sentence("en", code_of(fact.type)) is None:
        return Said(code="audit-unknown", params={"type": fact.type})
    params: dict[str, Value] = {}
    for field in known.model_fields:
        value = fact.data.get(field)
        if field in _WORD:
            params[_WORD[field]] = names.of(value) or params.get(_WORD[field]) or _NAMELESS[_WORD[field]]
        else:
            params[field] = shown(field, value, names)
    return Said(code=_code_of(fact), params=params)


def _code_of(fact: Recorded) -> str:
    """What develops ends without a technician: such facts have a sentence that names none."""
    code = code_of(fact.type)
    alone = "technician_id" in fact.data and fact.data["technician_id"] is None
    return f"{code}-alone" if alone and sentence("en", f"{code}-alone") is not None else code


def shown(field: str, value: Any, names: Names) -> Value:
    """A field's value as a person reads it; times stay ISO, the page writes them in the store's zone."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return _listed(field, value, names.say)
    if field == "date" and isinstance(value, str):
        return _date(value)
    if field in ("before", "after"):
        return names.of(value) or value
    return value if isinstance(value, (str, int, float)) else None


def _listed(field: str, values: list[Any], say: Say) -> Value:
    if field not in ("roles", "before"):
        return len(values)

    def role(language: Any, code: Any) -> str:
        return say(language, f"role-{code}") or str(code)

    return Bilingual(zh="、".join(role("zh", v) for v in values) or "无", en=", ".join(role("en", v) for v in values) or "none")


def _date(text: str) -> Value:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return Bilingual(zh=f"{day.month}月{day.day}日", en=f"{day.day} {_MONTHS[day.month - 1]}")
