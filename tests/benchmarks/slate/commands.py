"""Chalk a line."""

from __future__ import annotations

from hub.kernel.access import ANYBODY
from hub.kernel.commands import Answer, Command, CommandBook, Context
from tests.benchmarks.slate.events import LineChalked
from tests.benchmarks.slate.tables import LineRow

commands = CommandBook("slate")


class Chalk(Command):
    """Chalk a line; `number` tells the screens which it is."""

    number: int
    text: str


class Chalked(Answer):
    line_id: str


@commands.handles(Chalk, permission=ANYBODY, answer=Chalked)
async def chalk(context: Context, command: Chalk) -> Chalked:
    line = LineRow(id=context.chance.id(), number=command.number, text=command.text, at=context.now)
    context.session.add(line)
    context.record(LineChalked(line_id=line.id))
    return Chalked(line_id=line.id)
