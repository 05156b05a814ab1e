"""Signed links: a customer's way to their own booking, and a stranger's proof that a hold is theirs.

A token names store and booking and carries the booking's own key, signed for one purpose (HMAC-SHA-256). A QR code holds the
same token.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, Signer, base64_decode, base64_encode
from itsdangerous.exc import BadData
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.crypto import Vault
from hub.operations.bookings.tables import BookingRow

VISIT = "visit"
HOLD = "hold"

LINK_DAYS = 14
"""How long after the booked start a visit link still opens."""

TOKEN_MAX = 200
_BYTES = 40


@dataclass(frozen=True, slots=True)
class Link:
    """What a signed token says."""

    store_id: str
    booking_id: str
    key: str


def sign(vault: Vault, booking: BookingRow, purpose: str = VISIT) -> str:
    """The token of a booking, about 100 characters that are safe in an address."""
    return signed(vault, purpose, booking.store_id, booking.id, booking.link_key)


def signed(vault: Vault, purpose: str, store_id: str, entity_id: str, key: str) -> str:
    """The token of whatever the purpose is about; ids of 32 hexadecimal digits, a key of 16."""
    body = bytes.fromhex(store_id + entity_id + key)
    return _signer(vault, purpose).sign(base64_encode(body)).decode()


def read(vault: Vault, token: str, purpose: str = VISIT) -> Link | None:
    """What the token says, if this installation signed it for this purpose."""
    if len(token) > TOKEN_MAX:
        return None
    try:
        body = base64_decode(_signer(vault, purpose).unsign(token.encode()))
    except (BadSignature, BadData, UnicodeEncodeError):
        return None
    if len(body) != _BYTES:
        return None
    text = body.hex()
    return Link(text[:32], text[32:64], text[64:])


async def booking_of(session: AsyncSession, vault: Vault, token: str, now: datetime) -> BookingRow | None:
    """The booking that a visit link opens now; None for a forged, outdated or withdrawn one, or one of another store."""
    link = read(vault, token)
    if link is None or link.store_id != session.info.get("store_id"):
        return None
    booking = await session.get(BookingRow, link.booking_id)
    if booking is None or booking.link_key != link.key or booking.state == "held":
        return None
    return booking if now <= booking.booked_start + timedelta(days=LINK_DAYS) else None


def _signer(vault: Vault, purpose: str) -> Signer:
    return Signer(vault.signing_keys(purpose), salt=f"salon-hub/{purpose}", digest_method=hashlib.sha256)
