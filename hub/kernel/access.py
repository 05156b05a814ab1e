"""Who asks, and what they may do. Default is no.

A permission is a name; a role is a set of permissions handed in by the composition root. Three kinds of actor exist beside
the system itself: a person of the staff, a paired device, a customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hub.kernel.errors import FORBIDDEN, NOT_SIGNED_IN, Refused

ActorKind = Literal["staff", "device", "customer", "system", "anonymous"]

ANYBODY = "anybody"
"""The permission that nobody needs to be granted: sign-in, and what a passer-by may see."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, from where.

    `id` is the account, device or customer; `subject` narrows a customer's or a tablet's reach to one entity (a visit link
    reaches one booking, a technician one technician).
    """

    kind: ActorKind
    id: str
    store_id: str
    roles: frozenset[str] = frozenset()
    device_id: str | None = None
    session_id: str | None = None
    subject: str | None = None

    @property
    def key(self) -> str:
        """What makes two actors the same to the door's memory of commands."""
        return f"{self.kind}:{self.id}"


def system(store_id: str, name: str = "hub") -> Actor:
    """The hub itself: planner, jobs, imports, the command line."""
    return Actor("system", name, store_id, frozenset({"system"}))


def anonymous(store_id: str) -> Actor:
    return Actor("anonymous", "anonymous", store_id, frozenset({"anonymous"}))


class Access:
    """Decides from roles alone; entity-level rules are the handlers' business. A store may have changed its grants.

    `asked`: the permission that each command asks for, by the command's name.
    """

    def __init__(self, grants: Mapping[str, frozenset[str]], asked: Mapping[str, str] | None = None) -> None:
        self._grants = dict(grants)
        self._asked = dict(asked or {})
        self._changed: dict[str, dict[str, frozenset[str]]] = {}
        self.version = 0
        """Grows with every change, so that whoever decided before decides again."""

    @property
    def grants(self) -> dict[str, frozenset[str]]:
        """What the house grants where a store has said nothing."""
        return dict(self._grants)

    def grants_of(self, store_id: str) -> dict[str, frozenset[str]]:
        return dict(self._changed.get(store_id, self._grants))

    def change(self, store_id: str, grants: Mapping[str, frozenset[str]]) -> None:
        """From now on, this store's grants are these; what equals the house's is not kept."""
        before = self._changed.pop(store_id, self._grants)
        if grants != self._grants:
            self._changed[store_id] = dict(grants)
        if before != grants:
            self.version += 1

    def allows(self, actor: Actor, permission: str) -> bool:
        if permission == ANYBODY:
            return True
        if actor.kind == "system":
            return True
        grants = self._changed.get(actor.store_id, self._grants) if self._changed else self._grants
        return any(permission in grants.get(role, frozenset()) for role in actor.roles)

    def may_send(self, actor: Actor, command: str) -> bool:
        """Raises KeyError for a command that nobody declared."""
        return self.allows(actor, self._asked[command])

    def require(self, actor: Actor, permission: str) -> None:
        """Raises `not_signed_in` for a stranger and `forbidden` for everybody else who lacks the permission."""
        if self.allows(actor, permission):
            return
        raise Refused(NOT_SIGNED_IN if actor.kind == "anonymous" else FORBIDDEN, permission=permission)
