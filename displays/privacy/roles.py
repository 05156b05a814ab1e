"""Every role and everything that it may do, in plain words; the house's own grants beside what this store has changed."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from displays.security.facts import SECURITY_FACTS
from hub.backoffice.security.grants import GRANTABLE, is_fixed
from hub.backoffice.security.roles import GRANTS, ROLES, STAFF_ROLES
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.kernel.access import Access

GROUPS = ("floor", "bookings", "customers", "privacy", "team", "catalog", "security", "audit", "backups", "alarms", "screen")
"""By the first word of the permission; what is new comes last."""


class Cell(BaseModel):
    model_config = ConfigDict(frozen=True)

    role: str
    allowed: bool
    by_default: bool
    fixed: bool
    """The house's decision stands."""


class PermissionLine(BaseModel):
    model_config = ConfigDict(frozen=True)

    permission: str
    cells: list[Cell]


class PermissionGroup(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str
    lines: list[PermissionLine]


class RolesView(View):
    staff_roles: list[str]
    other_roles: list[str]
    """Devices, customers and strangers: they can only be refused things."""
    groups: list[PermissionGroup]
    changed: int
    """How many differ from the house's."""


async def read(reading: Reading, params: NoParams) -> RolesView:
    grants = reading.ports.get(Access).grants_of(reading.actor.store_id)
    others = [role for role in ROLES if role not in STAFF_ROLES and role != "system"]
    groups: dict[str, list[PermissionLine]] = {name: [] for name in GROUPS}
    for permission in sorted(GRANTABLE):
        cells = [
            Cell(
                role=role,
                allowed=permission in grants[role],
                by_default=permission in GRANTS[role],
                fixed=is_fixed(role, permission),
            )
            for role in (*STAFF_ROLES, *others)
        ]
        prefix = permission.partition(".")[0]
        groups.setdefault(prefix if prefix != "log" else "audit", []).append(PermissionLine(permission=permission, cells=cells))
    shown = [PermissionGroup(name=name, lines=lines) for name, lines in groups.items() if lines]
    return RolesView(
        store=head_of(reading.store),
        staff_roles=list(STAFF_ROLES),
        other_roles=others,
        groups=shown,
        changed=sum(cell.allowed != cell.by_default for group in shown for line in group.lines for cell in line.cells),
    )


screen = Screen(
    name="roles",
    permission="screen.roles",
    params=NoParams,
    view=RolesView,
    read=read,
    touched_by=SECURITY_FACTS,
    audience=lambda actor, params: "managers",
)
