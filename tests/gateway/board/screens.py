"""Screens over the board: one for all, one per looker, one that time touches, one that can fail."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from hub.gateway.screens import NoParams, Params, Reading, Screen, View, head_of
from hub.kernel.access import ANYBODY
from hub.kernel.tables import EventRow
from tests.gateway.board.events import BoardWiped, NotePinned


class OfBoard(Params):
    board: str = "main"


class BoardView(View):
    notes: list[str]


class MinuteView(View):
    minute: int
    at: datetime


async def notes_of(reading: Reading, board: str) -> list[str]:
    """The notes since the board was last wiped, from the log."""
    statement = select(EventRow.type, EventRow.data).where(EventRow.type.like("board.%")).order_by(EventRow.seq)
    notes: list[str] = []
    for kind, data in (await reading.session.execute(statement)).all():
        if data.get("board") != board:
            continue
        notes = [*notes, data["text"]] if kind == "board.note_pinned" else []
    return notes


async def read_board(reading: Reading, params: OfBoard) -> BoardView:
    if params.board == "crash":
        raise ZeroDivisionError("secret")
    return BoardView(store=head_of(reading.store), notes=await notes_of(reading, params.board))


async def read_minute(reading: Reading, _params: NoParams) -> MinuteView:
    at = reading.now.replace(second=0, microsecond=0)
    return MinuteView(store=head_of(reading.store), minute=at.minute, at=at)


async def read_fragile(reading: Reading, _params: NoParams) -> BoardView:
    notes = await notes_of(reading, "main")
    if "break" in notes:
        raise ZeroDivisionError("broken view")
    return BoardView(store=head_of(reading.store), notes=notes)


board = Screen(
    name="board",
    permission=ANYBODY,
    params=OfBoard,
    view=BoardView,
    read=read_board,
    touched_by=frozenset({NotePinned, BoardWiped}),
    audience=lambda _actor, params: params.board,
)
desk_only = Screen(
    name="desk-only",
    permission="floor.direct",
    params=NoParams,
    view=MinuteView,
    read=read_minute,
    touched_by=frozenset(),
    audience=lambda _actor, _params: "",
)
minute = Screen(
    name="minute",
    permission=ANYBODY,
    params=NoParams,
    view=MinuteView,
    read=read_minute,
    touched_by=frozenset(),
    audience=lambda _actor, _params: "",
    refresh=timedelta(minutes=1),
)
fragile = Screen(
    name="fragile",
    permission=ANYBODY,
    params=NoParams,
    view=BoardView,
    read=read_fragile,
    touched_by=frozenset({NotePinned, BoardWiped}),
    audience=lambda _actor, _params: "",
)
screens = [board, desk_only, minute, fragile]
