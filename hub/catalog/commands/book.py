"""The catalog's commands, gathered from the files of this package."""

from hub.kernel.commands import CommandBook

commands = CommandBook("catalog")
