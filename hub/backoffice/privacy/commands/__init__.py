"""The commands of privacy, one file per topic, one book."""

from hub.backoffice.privacy.commands import approvals, consents, copies, erasing, keys, seeing
from hub.backoffice.privacy.commands.book import commands

__all__ = ["approvals", "commands", "consents", "copies", "erasing", "keys", "seeing"]
