"""The domain's book of commands."""

from hub.kernel.commands import CommandBook

commands = CommandBook("waitlist")
