"""The commands of identity, one file per topic, one book."""

from hub.backoffice.security.commands import (
    account_mail,
    accounts,
    customers,
    devices,
    factors,
    grants,
    links,
    passkeys,
    rules,
    sign_in,
    upkeep,
)
from hub.backoffice.security.commands.book import commands

__all__ = [
    "account_mail",
    "accounts",
    "commands",
    "customers",
    "devices",
    "factors",
    "grants",
    "links",
    "passkeys",
    "rules",
    "sign_in",
    "upkeep",
]
