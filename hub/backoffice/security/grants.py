"""Who may do what in this store: the house's grants, and what a manager has changed of them.

Staff roles can be given and refused anything that a person may hold. Devices, customers and strangers can only be refused what
the house grants them, so that nobody opens the office to the street by mistake. What a manager needs to come back to this page
stays with the managers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.backoffice.security.roles import GRANTS, ROLES, STAFF_ROLES
from hub.backoffice.security.tables import RoleGrantRow
from hub.kernel.access import Access
from hub.kernel.database import Database
from hub.kernel.errors import Refused, declare
from hub.kernel.tables import Store

UNKNOWN_PERMISSION = declare("unknown_permission", 422)
GRANT_FIXED = declare("grant_fixed", 409)
"""A manager's way back, or more than the house grants to a device, a customer or a stranger."""

HUBS_OWN = GRANTS["system"]
"""What nobody but the hub itself may do."""

GRANTABLE: frozenset[str] = frozenset().union(*(granted for role, granted in GRANTS.items() if role != "system"))

WAY_BACK = frozenset({"screen.home", "screen.sign_in", "screen.me", "screen.staff", "screen.roles"}) | frozenset(
    permission for permission in GRANTABLE if permission.startswith("security.")
)
"""Managers keep these."""

SIGN_IN = frozenset({"screen.home", "screen.sign_in", "security.own", "screen.me"})
"""Nobody can be locked out of signing in and of their own account."""


@dataclass(frozen=True, slots=True)
class Change:
    role: str
    permission: str
    allowed: bool


def check(change: Change) -> None:
    """Raises `unknown_permission` or `grant_fixed`."""
    if change.role not in ROLES or change.role == "system" or change.permission not in GRANTABLE:
        raise Refused(UNKNOWN_PERMISSION, role=change.role, permission=change.permission)
    if is_fixed(change.role, change.permission) and (change.permission in GRANTS[change.role]) != change.allowed:
        raise Refused(GRANT_FIXED, role=change.role, permission=change.permission)


def is_fixed(role: str, permission: str) -> bool:
    """Whether the house's decision stands."""
    by_default = permission in GRANTS[role]
    if permission in SIGN_IN or (role == "manager" and permission in WAY_BACK):
        return by_default
    return role not in STAFF_ROLES and not by_default


def applied(changes: Iterable[Change]) -> dict[str, frozenset[str]]:
    """The house's grants with these changes; what no longer exists or is fixed meanwhile is left as the house has it."""
    grants = {role: set(granted) for role, granted in GRANTS.items()}
    for change in changes:
        try:
            check(change)
        except Refused:
            continue
        (grants[change.role].add if change.allowed else grants[change.role].discard)(change.permission)
    return {role: frozenset(granted) for role, granted in grants.items()}


async def kept_changes(session: AsyncSession) -> list[Change]:
    """What this store has changed, in a stable order."""
    rows = await session.scalars(select(RoleGrantRow).order_by(RoleGrantRow.role, RoleGrantRow.permission))
    return [Change(row.role, row.permission, row.allowed) for row in rows]


class GrantWatch:
    """Takes up, in this process, what any process has changed."""

    def __init__(self, database: Database, access: Access) -> None:
        self._database = database
        self._access = access

    async def look(self) -> None:
        """Once for all stores: two small reads."""
        table = RoleGrantRow.metadata.tables[RoleGrantRow.__tablename__]
        async with self._database.read(None) as session:
            connection = await session.connection()
            stores = list(await session.scalars(select(Store.id)))
            rows = (await connection.execute(select(table).order_by(table.c.store_id))).all()
        changes: dict[str, list[Change]] = {store_id: [] for store_id in stores}
        for row in rows:
            changes.setdefault(row.store_id, []).append(Change(row.role, row.permission, row.allowed))
        for store_id, kept in changes.items():
            self._access.change(store_id, applied(kept))


def difference(before: Mapping[str, frozenset[str]], after: Mapping[str, frozenset[str]]) -> list[Change]:
    """What has to be changed to come from one to the other."""
    return [
        Change(role, permission, permission in after[role])
        for role in sorted(after)
        for permission in sorted(before[role] ^ after[role])
    ]
