"""The commands of the planning, one file per topic, one book."""

from hub.operations.planning.commands import adopting, directing, proposing, undoing
from hub.operations.planning.commands.book import commands

__all__ = ["adopting", "commands", "directing", "proposing", "undoing"]
