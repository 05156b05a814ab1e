"""The reviewed table of who may do what. `tests/architecture/permissions.csv` is its second reading."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, get_args

StaffRole = Literal["manager", "front_desk", "technician", "accountant", "marketer"]
"""Roles that an account may hold."""

DeviceKind = Literal["kiosk", "waiting_room", "technician_tablet", "desk"]

DEVICE_ROLES: dict[DeviceKind, frozenset[str]] = {
    "kiosk": frozenset({"kiosk"}),
    "waiting_room": frozenset({"screen"}),
    "technician_tablet": frozenset({"tablet"}),
    "desk": frozenset(),
}
"""What a paired device may do with nobody signed in on it. A desk may do nothing: it is known, so its people are never locked
out by strangers' guesses, but they sign in as themselves."""

SECOND_FACTOR_ROLES = frozenset({"manager", "accountant"})
"""Roles that need a second factor, from manager up and the books, unless the store sets `require_second_factor: false`."""

WHOLE_FLOOR = frozenset({"manager", "front_desk"})
"""Roles whose work is everybody's. A technician who has none of them reaches her own work alone, whatever else she has."""

_EVERYBODY = frozenset({"bookings.request", "screen.book", "screen.home", "screen.my_visits", "screen.sign_in"})
_STAFF = _EVERYBODY | {"security.own", "screen.me"}
_FLOOR = frozenset({"floor.see", "floor.direct", "floor.work", "floor.call", "floor.check_in", "floor.sign"}) | {
    "customers.consult"
}
_BOOKINGS = frozenset({"bookings.own", "bookings.write"})
_DESK = _STAFF | _FLOOR | _BOOKINGS | {"customers.read", "customers.write", "screen.waiting_room", "screen.kiosk"}

GRANTS: dict[str, frozenset[str]] = {
    "manager": _DESK
    | {"catalog.edit", "team.edit", "team.roster", "log.read", "audit.read", "alarms.handle"}
    | {"security.accounts", "security.devices", "screen.devices", "screen.staff"}
    | {"security.roles", "screen.roles", "screen.privacy", "privacy.record", "privacy.allergy", "privacy.reveal"}
    | {"privacy.copy", "privacy.erase", "privacy.export", "privacy.unmask", "privacy.keys", "privacy.approve"}
    | {"backups.run", "screen.backups", "screen.look_back"},
    "front_desk": _DESK | {"privacy.allergy", "privacy.reveal"},
    "technician": _STAFF
    | {"floor.work", "floor.call", "floor.sign", "customers.consult", "screen.technician", "privacy.allergy"},
    "accountant": _STAFF | {"screen.privacy", "privacy.approve"},
    "marketer": _STAFF,
    "member": _EVERYBODY | {"bookings.own", "customers.own", "screen.visit", "privacy.own"},
    "kiosk": _EVERYBODY | {"screen.kiosk"},
    "screen": _EVERYBODY | {"screen.waiting_room"},
    "tablet": _EVERYBODY | {"screen.technician"},
    "anonymous": _EVERYBODY,
    "system": frozenset(
        {
            "planning.adopt",
            "security.verified",
            "bookings.import",
            "bookings.keep",
            "floor.keep",
            "privacy.keep",
            "audit.keep",
            "alarms.keep",
        }
        | {"backups.keep"}
    ),
}
"""Permissions by role; what is not here is refused. The system's own actor passes every check."""

ROLES: tuple[str, ...] = tuple(GRANTS)
STAFF_ROLES: tuple[StaffRole, ...] = get_args(StaffRole)


def takes_tablets(technician_id: str | None, roles: Collection[str]) -> bool:
    """Whether an account may come in as one of the team: only while it has the role, whatever it is linked to."""
    return technician_id is not None and "technician" in roles
