"""The book in which all commands of the planning stand."""

from hub.kernel.commands import CommandBook

commands = CommandBook("planning")
