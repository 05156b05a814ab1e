"""Pin, wipe, and ways to go wrong."""

from __future__ import annotations

from pydantic import Field

from hub.kernel.access import ANYBODY
from hub.kernel.commands import Answer, Command, CommandBook, Context
from hub.kernel.errors import CONFLICT, Refused
from tests.gateway.board.events import BoardWiped, NobodyLooked, NotePinned

commands = CommandBook("board")


class Pin(Command):
    """Pin a note."""

    board: str = Field("main", max_length=100)
    text: str = Field(max_length=100_000)


class Pinned(Answer):
    seq: int


class Wipe(Command):
    """Take all notes down."""

    board: str = "main"


class LookAway(Command):
    """Cause a fact that no screen shows."""


class Refuse(Command):
    """Record a fact, then refuse."""


class Crash(Command):
    """Fail as nobody expected."""


class Whisper(Command):
    """Answer with a secret."""


class Whispered(Answer):
    secret: str


class Order(Command):
    """Something that only the desk may say."""


@commands.handles(Pin, permission=ANYBODY, answer=Pinned)
async def pin(context: Context, command: Pin) -> Pinned:
    context.record(NotePinned(board=command.board, text=command.text))
    return Pinned(seq=context.seq + 1)


@commands.handles(Wipe, permission=ANYBODY)
async def wipe(context: Context, command: Wipe) -> None:
    context.record(BoardWiped(board=command.board))


@commands.handles(LookAway, permission=ANYBODY)
async def look_away(context: Context, _command: LookAway) -> None:
    context.record(NobodyLooked())


@commands.handles(Refuse, permission=ANYBODY, errors=(CONFLICT,))
async def refuse(context: Context, _command: Refuse) -> None:
    context.record(NobodyLooked())
    raise Refused(CONFLICT)


@commands.handles(Crash, permission=ANYBODY)
async def crash(_context: Context, _command: Crash) -> None:
    raise ZeroDivisionError("the secret of the house")


@commands.handles(Whisper, permission=ANYBODY, answer=Whispered, secret=True)
async def whisper(context: Context, _command: Whisper) -> Whispered:
    return Whispered(secret=context.chance.token())


@commands.handles(Order, permission="floor.direct")
async def order(context: Context, _command: Order) -> None:
    context.record(NobodyLooked())
