"""The commands of the floor, one file per topic, one book."""

from hub.operations.visits.commands import arrivals, calls, changing, helping, leaving, noticing, serving
from hub.operations.visits.commands.book import commands

__all__ = ["arrivals", "calls", "changing", "commands", "helping", "leaving", "noticing", "serving"]
