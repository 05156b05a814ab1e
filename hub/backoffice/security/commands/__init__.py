"""The commands of identity, one file per topic, one book."""

from hub.backoffice.security.commands import accounts, devices, factors, links, sign_in, upkeep
from hub.backoffice.security.commands.book import commands

__all__ = ["accounts", "commands", "devices", "factors", "links", "sign_in", "upkeep"]
