"""Who must have a second factor, and which ones somebody has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.backoffice.security.roles import SECOND_FACTOR_ROLES
from hub.backoffice.security.tables import AccountRow, PasskeyRow

Way = Literal["code", "passkey"]
"""An authenticator app's code, or a passkey."""


def must_have_factor(settings: Mapping[str, Any], roles: Iterable[str]) -> bool:
    """From manager up, and the books, unless the store's setting `require_second_factor` is false (the demo's is)."""
    return settings.get("require_second_factor") is not False and not SECOND_FACTOR_ROLES.isdisjoint(roles)


async def passkeys_of(session: AsyncSession, account_id: str) -> list[PasskeyRow]:
    """An account's passkeys, oldest first."""
    mine = select(PasskeyRow).where(PasskeyRow.account_id == account_id)
    return list(await session.scalars(mine.order_by(PasskeyRow.added_at, PasskeyRow.id)))


async def ways_of(session: AsyncSession, account: AccountRow) -> list[Way]:
    """The second factors that an account has; none: the password alone opens it."""
    ways: list[Way] = ["code"] if account.totp_confirmed else []
    return [*ways, "passkey"] if await passkeys_of(session, account.id) else ways
