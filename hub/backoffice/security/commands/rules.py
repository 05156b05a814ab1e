"""The store's own rules of signing in: which passwords it takes, and whether a second factor is obligatory."""

from __future__ import annotations

from sqlalchemy import select

from hub.backoffice.security.commands.book import commands
from hub.backoffice.security.commands.sessions import put_out
from hub.backoffice.security.events import SignInRulesSet
from hub.backoffice.security.obligation import must_have_factor, ways_of
from hub.backoffice.security.passwords import Policy, policy_of
from hub.backoffice.security.tables import AccountRow
from hub.kernel.commands import Command, Context
from hub.kernel.tables import Store


class SetSignInRules(Command):
    """What is None stays. An obligation that begins ends the sessions of those who must have a second factor and have none."""

    password_policy: Policy | None = None
    require_second_factor: bool | None = None


@commands.handles(SetSignInRules, permission="security.accounts")
async def set_sign_in_rules(context: Context, command: SetSignInRules) -> None:
    store = (await context.session.scalars(select(Store).where(Store.id == context.store.id))).one()
    before = store.settings
    after = dict(before)
    if command.password_policy is not None:
        after["password_policy"] = command.password_policy
    if command.require_second_factor is not None:
        after["require_second_factor"] = command.require_second_factor
    policy = policy_of(after.get("password_policy"))
    required = after.get("require_second_factor") is not False
    if (policy, required) == (policy_of(before.get("password_policy")), before.get("require_second_factor") is not False):
        return
    store.settings = after
    for account in await context.session.scalars(select(AccountRow).where(AccountRow.active)):
        if must_have_factor(after, account.roles) and not await ways_of(context.session, account):
            await put_out(context, account.id)
    context.record(SignInRulesSet(password_policy=policy, require_second_factor=required))
