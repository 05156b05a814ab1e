"""The commands of the planning, one file per topic, one book."""

from hub.operations.planning.commands import adopting, directing, undoing
from hub.operations.planning.commands.book import commands

__all__ = ["adopting", "commands", "directing", "undoing"]
