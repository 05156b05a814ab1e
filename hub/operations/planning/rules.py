"""Pure decisions of the planning, and the ways in which they are refused."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub.kernel.errors import declare

STALE_PREMISES = declare("stale_premises", 409)
NOT_PLANNED = declare("not_planned", 409)
NO_ROOM = declare("no_room", 409)
NOT_UNDOABLE = declare("not_undoable", 409)

WORTH_TELLING = timedelta(minutes=5)
"""A start that shifts by less is no move: nobody plans a day by the minute."""


def is_move(
    told_start: datetime | None,
    start: datetime,
    before: tuple[str | None, str | None],
    after: tuple[str | None, str | None],
) -> bool:
    """Whether people should be told: `before` and `after` are technician and place, `told_start` what they last heard."""
    return told_start is None or abs(start - told_start) >= WORTH_TELLING or before != after


def kept(started_at: datetime, window_end: datetime, arrived_at: datetime) -> bool:
    """Whether a promise was kept; a customer who comes after it does not make the store late."""
    return started_at <= max(window_end, arrived_at + WORTH_TELLING) + timedelta(minutes=1)
