"""The first accounts of a store, with secrets made at random that are shown once and kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.backoffice.security.commands.accounts import CreateAccount
from hub.backoffice.security.fresh import fresh_password, fresh_pin
from hub.backoffice.security.queries import accounts
from hub.backoffice.security.roles import StaffRole
from hub.kernel.access import system
from hub.kernel.dispatch import Door


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who gets an account at the first start; with a technician's id it gets a PIN instead of a password."""

    login: str
    name: str
    role: StaffRole
    technician_id: str | None = None


@dataclass(frozen=True, slots=True)
class Credential:
    """To be shown once. Exactly one of `password` and `pin` is set."""

    login: str
    name: str
    role: StaffRole
    password: str | None
    pin: str | None


async def first_start(door: Door, store_id: str, people: Sequence[Person]) -> list[Credential]:
    """Make the first accounts; none when the store has any already.

    Raises:
        Refused: like `CreateAccount`.
    """
    async with door.database.read(store_id) as session:
        if await accounts(session, door.vault):
            return []
    return [await _made(door, store_id, person) for person in people]


async def _made(door: Door, store_id: str, person: Person) -> Credential:
    by_pin = person.technician_id is not None
    password = None if by_pin else fresh_password(door.chance)
    pin = fresh_pin(door.chance) if by_pin else None
    command = CreateAccount(
        login=person.login,
        name=person.name,
        roles=[person.role],
        technician_id=person.technician_id,
        password=password,
        pin=pin,
        must_change_password=False,
    )
    await door.submit(command, system(store_id, "first-start"), door.chance.id())
    return Credential(person.login, person.name, person.role, password, pin)
