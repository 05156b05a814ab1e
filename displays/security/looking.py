"""Who looks at a screen, by the name that a person calls them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from hub.backoffice.security import queries
from hub.gateway.screens import Reading
from hub.kernel.access import Access, Actor
from hub.kernel.text import Said
from hub.operations.bookings.masking import masked_name

NAMES = "customers.read"
"""The permission to read full names; without it they are masked as in public."""


class Who(BaseModel):
    """A person of the staff, or a paired device. `name` is empty where a device was given none."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["staff", "device"]
    name: str
    roles: list[str]
    device_kind: str | None = None


async def who_looks(reading: Reading) -> Who | None:
    """None for a stranger and for a customer, who has a page of their own."""
    actor = reading.actor
    if actor.kind == "staff":
        found = await queries.account(reading.session, reading.vault, actor.id)
        return Who(kind="staff", name=found.name if found else "", roles=sorted(actor.roles))
    if actor.kind == "device":
        device = await queries.device(reading.session, actor.id)
        return Who(
            kind="device",
            name=device.name if device else "",
            roles=sorted(actor.roles),
            device_kind=device.kind if device else None,
        )
    return None


def may(reading: Reading, permission: str) -> bool:
    """Whether the looker may, as this store grants it now."""
    return reading.ports.get(Access).allows(reading.actor, permission)


def may_send(reading: Reading, command: str) -> bool:
    """Whether the looker may send this command, as this store grants it now: without it its button is not there."""
    return reading.ports.get(Access).may_send(reading.actor, command)


def name_for(name: str, *, reads_names: bool) -> str:
    """A customer's name as the looker may see it."""
    return name if reads_names or not name else masked_name(name)


def said_for(said: Said, *, reads_names: bool) -> Said:
    """The sentence with the customer's name as this looker may see it: a plain text, where what the house names has two."""
    named = {key: masked_name(name) for key in ("who", "name") if isinstance(name := said.params.get(key), str) and name}
    return said if reads_names or not named else Said(code=said.code, params={**said.params, **named})


def roles_of(actor: Actor) -> str:
    """In an audience's key, where the view depends on what the looker may: people of the same roles may the same."""
    return ",".join(sorted(actor.roles))


def audience_of(actor: Actor) -> str:
    """A view that depends on the person is shared by their own browsers alone."""
    return f"{actor.key}:{roles_of(actor)}:{actor.subject or ''}"
