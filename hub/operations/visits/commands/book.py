"""The book in which all commands of the visits stand."""

from hub.kernel.commands import CommandBook

commands = CommandBook("visits")
