"""The manager's list of people who work here: what they may do, and with what they prove who they are."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from displays.security.facts import SECURITY_FACTS
from hub.backoffice.security import queries
from hub.backoffice.security.passwords import Policy, policy_of
from hub.backoffice.security.roles import SECOND_FACTOR_ROLES, STAFF_ROLES, StaffRole
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.kernel.text import Bilingual
from hub.operations.team.events import TechnicianPut
from hub.operations.team.queries import technicians


class Technician(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    name: Bilingual


class AccountLine(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    login: str
    name: str
    roles: list[StaffRole]
    technician: Technician | None
    is_me: bool
    has_password: bool
    has_pin: bool
    has_second_factor: bool


class StaffView(View):
    roles: list[StaffRole]
    """What can be given."""
    accounts: list[AccountLine]
    closed: list[AccountLine]
    unclaimed: list[Technician]
    """Technicians without an account."""
    password_policy: Policy
    require_second_factor: bool
    """Of the `second_factor_roles`."""
    second_factor_roles: list[StaffRole]


async def read(reading: Reading, params: NoParams) -> StaffView:
    team = {t.id: Technician(id=t.id, name=t.name) for t in await technicians(reading.session)}
    # By log-in, so that whoever was added in the same moment does not stand in another order at every look.
    known = sorted(await queries.accounts(reading.session, reading.vault), key=lambda each: each.login.casefold())
    claimed = {a.technician_id for a in known}
    lines = [(a.active, _line(a, team, reading.actor.id)) for a in known]
    active = await technicians(reading.session, active=True)
    return StaffView(
        store=head_of(reading.store),
        roles=list(STAFF_ROLES),
        accounts=[line for is_active, line in lines if is_active],
        closed=[line for is_active, line in lines if not is_active],
        unclaimed=[team[t.id] for t in active if t.id not in claimed],
        password_policy=policy_of(reading.store.settings.get("password_policy")),
        require_second_factor=reading.store.settings.get("require_second_factor") is not False,
        second_factor_roles=[role for role in STAFF_ROLES if role in SECOND_FACTOR_ROLES],
    )


def _line(account: queries.Account, team: dict[str, Technician], me: str) -> AccountLine:
    return AccountLine(
        id=account.id,
        login=account.login,
        name=account.name,
        roles=list(account.roles),
        technician=team.get(account.technician_id or ""),
        is_me=account.id == me,
        has_password=account.has_password,
        has_pin=account.has_pin,
        has_second_factor=account.has_second_factor,
    )


screen = Screen(
    name="staff",
    permission="screen.staff",
    params=NoParams,
    view=StaffView,
    read=read,
    touched_by=SECURITY_FACTS | {TechnicianPut},
    audience=lambda actor, params: actor.key,
)
