"""One-time codes to a phone or a mailbox: six digits, ten minutes, five tries, for the browser that asked.

The digits are derived from the code's id under the installation's key, so neither a copied database nor the log holds them.
Asking looks and lasts the same whether anybody has the address: a follower sends the message afterwards, or sends none.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import StringConstraints
from sqlalchemy import delete, select

from hub.backoffice.security import throttle
from hub.backoffice.security.commands.book import token_index
from hub.backoffice.security.events import CodeAsked, CodeRefused
from hub.backoffice.security.ports import wall_now
from hub.backoffice.security.tables import AttemptRow, ContactCodeRow
from hub.kernel.commands import Answer, Context
from hub.kernel.crypto import Vault
from hub.kernel.errors import UNAVAILABLE, Refused
from hub.kernel.mail import Channel, Mailer
from hub.kernel.text import Language

LASTS = timedelta(minutes=10)
TRIES = 5
KEPT = timedelta(hours=1)
"""How long a code that is over stays in the table."""
DIGITS = 6

Purpose = Literal["sign_in", "contact", "staff_mail"]
ContactCode = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{6}$")]


class Asked(Answer):
    """`token` belongs to the browser that asked: the code is good there alone."""

    token: str
    expires_at: datetime


def digits_of(vault: Vault, code_id: str) -> str:
    """The code's six digits (RFC 4226's way: a keyed hash, taken modulo a million)."""
    return f"{int(vault.steady_index(code_id, 'contact code'), 16) % 10**DIGITS:0{DIGITS}d}"


def require_channel(context: Context, channel: Channel) -> None:
    """Raises `unavailable` where nothing could carry the message."""
    mailer: Mailer = context.ports.get(Mailer)  # type: ignore[type-abstract]  # the port is found by its Protocol
    if not mailer.carries(channel):
        raise Refused(UNAVAILABLE, what=channel)


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who is signed in and names a new address, sealed under their own data key for the code's id."""

    customer_id: str | None = None
    address_sealed: bytes | None = None
    account_id: str | None = None
    mailbox_sealed: bytes | None = None


NOBODY = Owner()


async def issue(
    context: Context,
    code_id: str,
    purpose: Purpose,
    channel: Channel,
    target_indexes: list[str],
    language: Language,
    owner: Owner = NOBODY,
) -> Asked:
    """A new code on its way; old ones are forgotten."""
    now = wall_now(context)
    await context.session.execute(delete(ContactCodeRow).where(ContactCodeRow.expires_at < now - KEPT))
    token, expires_at = context.chance.token(), now + LASTS
    row = ContactCodeRow(
        id=code_id,
        purpose=purpose,
        channel=channel,
        token_hash=token_index(context.vault, token, "contact code"),
        target_indexes=target_indexes,
        customer_id=owner.customer_id,
        address_sealed=owner.address_sealed,
        account_id=owner.account_id,
        mailbox_sealed=owner.mailbox_sealed,
        language=language,
        tries=0,
        expires_at=expires_at,
        proved_at=None,
        used_at=None,
    )
    context.session.add(row)
    context.record(CodeAsked(code_id=row.id, purpose=purpose, channel=channel))
    return Asked(token=token, expires_at=expires_at)


async def code_behind(context: Context, token: str, purpose: Purpose, owner_id: str | None = None) -> ContactCodeRow | None:
    """The code that this browser asked for, for the customer or account that asked, as long as it is good."""
    digest = token_index(context.vault, token, "contact code")
    row = await context.session.scalar(select(ContactCodeRow).where(ContactCodeRow.token_hash == digest))
    if row is None or row.used_at is not None or row.expires_at <= wall_now(context):
        return None
    return row if (row.purpose, row.customer_id or row.account_id) == (purpose, owner_id) else None


async def is_right(context: Context, row: ContactCodeRow | None, code: str, bucket: str) -> bool:
    """Count the try, then look. A wrong one is a fact; after five the code is dead.

    Raises:
        Refused: `too_many_tries`.
    """
    attempt_id = await throttle.count(context, bucket, throttle.CODE_TRIES)
    attempt = await context.session.get_one(AttemptRow, attempt_id)
    right = row is not None and row.tries < TRIES and hmac.compare_digest(digits_of(context.vault, row.id), code)
    if right:
        await throttle.forgive(context, attempt)
        return True
    if row is not None:
        row.tries += 1
    tries = await throttle.fail(context, attempt)
    context.record(CodeRefused(code_id=row.id if row else None, tries=tries))
    return False
