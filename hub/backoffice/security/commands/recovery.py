"""Recovery codes for the day the phone is lost: ten, each good once, kept as keyed hashes."""

from __future__ import annotations

from sqlalchemy import func, select

from hub.backoffice.security.commands.book import token_index
from hub.backoffice.security.events import RecoveryCodesMade, RecoveryCodeUsed
from hub.backoffice.security.ports import wall_now
from hub.backoffice.security.tables import AccountRow, RecoveryCodeRow
from hub.kernel.commands import Context

RECOVERY_CODES = 10
_RECOVERY_DIGITS = 16
"""53 bits: more than anybody guesses in ten tries, little enough to write down."""


async def spend_recovery_code(context: Context, account: AccountRow, code: str) -> bool:
    """Whether this was an unused code; it is spent now."""
    digest = _index(context, account, code)
    mine = select(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account.id, RecoveryCodeRow.used_at.is_(None))
    row = await context.session.scalar(mine.where(RecoveryCodeRow.code_hash == digest))
    if row is None:
        return False
    row.used_at = wall_now(context)
    await context.session.flush()
    left = await context.session.scalar(select(func.count()).select_from(mine.subquery()))
    context.record(RecoveryCodeUsed(account_id=account.id, left=int(left or 0)))
    return True


async def first_recovery_codes(context: Context, account: AccountRow) -> list[str]:
    """Ten codes with the first factor; none where there are some already."""
    mine = select(RecoveryCodeRow.id).where(RecoveryCodeRow.account_id == account.id)
    return [] if await context.session.scalar(mine.limit(1)) else await new_recovery_codes(context, account)


async def new_recovery_codes(context: Context, account: AccountRow) -> list[str]:
    """Ten new ones; the old ones are void."""
    await forget_recovery_codes(context, account)
    codes = []
    for _ in range(RECOVERY_CODES):
        digits = context.chance.code(_RECOVERY_DIGITS)
        code = "-".join(digits[i : i + 4] for i in range(0, _RECOVERY_DIGITS, 4))
        codes.append(code)
        context.session.add(
            RecoveryCodeRow(
                id=context.chance.id(),
                account_id=account.id,
                code_hash=_index(context, account, code),
                used_at=None,
            )
        )
    context.record(RecoveryCodesMade(account_id=account.id))
    return codes


async def forget_recovery_codes(context: Context, account: AccountRow) -> None:
    for row in await context.session.scalars(select(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account.id)):
        await context.session.delete(row)


def _index(context: Context, account: AccountRow, code: str) -> str:
    digits = "".join(c for c in code if c.isdigit())
    return token_index(context.vault, f"{account.id}\0{digits}", "recovery")
