"""One's own account: password and second factor."""

from __future__ import annotations

from typing import Literal

from displays.security.facts import SECURITY_FACTS
from hub.backoffice.security import queries
from hub.backoffice.security.passwords import SHORTEST, policy_of
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.kernel.errors import NOT_FOUND, Refused


class MeView(View):
    name: str
    login: str
    roles: list[str]
    policy: Literal["modern", "mlps"]
    shortest: int
    """Characters that a password needs."""
    has_password: bool
    has_second_factor: bool
    recovery_codes_left: int


async def read(reading: Reading, params: NoParams) -> MeView:
    me = await queries.account(reading.session, reading.vault, reading.actor.id)
    if me is None:
        raise Refused(NOT_FOUND, what="account")
    policy = policy_of(reading.store.settings.get("password_policy"))
    return MeView(
        store=head_of(reading.store),
        name=me.name,
        login=me.login,
        roles=list(me.roles),
        policy=policy,
        shortest=SHORTEST[policy],
        has_password=me.has_password,
        has_second_factor=me.has_second_factor,
        recovery_codes_left=await queries.recovery_codes_left(reading.session, me.id),
    )


screen = Screen(
    name="me",
    permission="screen.me",
    params=NoParams,
    view=MeView,
    read=read,
    touched_by=SECURITY_FACTS,
    audience=lambda actor, params: actor.key,
    errors=(NOT_FOUND,),
)
