"""The first accounts of a store, with secrets made at random that are shown once and kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.backoffice.security.commands.accounts import CreateAccount
from hub.backoffice.security.passwords import policy_of, require_good, require_good_pin
from hub.backoffice.security.queries import accounts
from hub.backoffice.security.roles import StaffRole
from hub.kernel.access import system
from hub.kernel.dispatch import Door
from hub.kernel.errors import Refused
from hub.kernel.ids import Randomness

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for each other on paper."""
_GROUPS, _GROUP = 4, 4


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
    password = None if by_pin else new_password(door.chance)
    pin = new_pin(door.chance) if by_pin else None
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


def new_password(chance: Randomness) -> str:
    """Some 79 bits in four groups that can be read aloud; good under either policy."""
    while True:
        groups = ("".join(_letter(chance) for _ in range(_GROUP)) for _ in range(_GROUPS))
        password = "-".join(groups)
        try:
            require_good(policy_of("mlps"), password, ())
            require_good(policy_of("modern"), password, ())
        except Refused:
            continue
        return password


def new_pin(chance: Randomness) -> str:
    """Four digits that are no run and no repeat."""
    while True:
        pin = chance.code(4)
        try:
            require_good_pin(pin)
        except Refused:
            continue
        return pin


def _letter(chance: Randomness) -> str:
    """An even draw: six digits leave a bias below one in 30,000."""
    return _LETTERS[int(chance.code(6)) % len(_LETTERS)]
