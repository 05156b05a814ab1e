"""The book that the topics of identity share, and the rows that most of them load."""

from __future__ import annotations

from sqlalchemy import select

from hub.backoffice.security.tables import AccountRow, DeviceRow
from hub.kernel.commands import CommandBook, Context
from hub.kernel.crypto import Vault
from hub.kernel.errors import NOT_FOUND, Refused

commands = CommandBook("security")

VERIFIED = "security.verified"
"""What only the hub itself may send, once it has looked at a secret."""


async def account_of(context: Context, account_id: str) -> AccountRow:
    """Raises `not_found`."""
    row = await context.session.scalar(select(AccountRow).where(AccountRow.id == account_id))
    if row is None:
        raise Refused(NOT_FOUND, what="account")
    return row


async def device_of(context: Context, device_id: str) -> DeviceRow:
    """A device that can be managed, which a browser that somebody merely signed in on is not. Raises `not_found`."""
    row = await context.session.scalar(select(DeviceRow).where(DeviceRow.id == device_id, DeviceRow.kind != "browser"))
    if row is None:
        raise Refused(NOT_FOUND, what="device")
    return row


def login_index(vault: Vault, login: str) -> str:
    """Where a log-in is found; upper and lower case are the same."""
    return vault.blind_index(login.strip().casefold(), "login")


def login_indexes(vault: Vault, login: str) -> list[str]:
    """Everywhere a log-in may be found while keys are renewed; the present place first."""
    return vault.blind_indexes(login.strip().casefold(), "login")


def token_index(vault: Vault, token: str, purpose: str) -> str:
    """How a link, code or step is kept: a keyed hash, found again by equality."""
    return vault.steady_index(token, f"security/{purpose}")
