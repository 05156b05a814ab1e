"""What happens to a board."""

from __future__ import annotations

from hub.kernel.events import Event


class NotePinned(Event, name="board.note_pinned"):
    board: str
    text: str


class BoardWiped(Event, name="board.board_wiped"):
    board: str


class NobodyLooked(Event, name="board.nobody_looked"):
    """Touches no screen."""
