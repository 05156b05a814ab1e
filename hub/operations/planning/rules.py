"""Pure decisions of the planning, and the ways in which they are refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from hub.kernel.errors import declare
from scheduler import Level

STALE_PREMISES = declare("stale_premises", 409)
NOT_PLANNED = declare("not_planned", 409)
NO_ROOM = declare("no_room", 409)
PLACE_SHUT = declare("place_shut", 409)
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


CHANGES_PER_MINUTE = 4
"""How much of the price of changes one minute that customers gain may cost."""

GAINS: tuple[Level, ...] = ("waiting", "overtime")

LATENESS_WEIGHT = 4
"""A minute beyond a promise weighs as much as so many minutes of waiting."""


def pays(quiet: Mapping[Level, int], better: Mapping[Level, int]) -> bool:
    """Whether a better plan is worth its additional changes, `quiet` being the plan that changes least.

    Both are objectives by level. Serving somebody more always pays; else minutes of lateness, waiting and overtime that
    are gained are weighed against the price of the changes.
    """
    served = quiet.get("unserved", 0) - better.get("unserved", 0)
    if served:
        return served > 0
    gained = LATENESS_WEIGHT * (quiet.get("promise_lateness", 0) - better.get("promise_lateness", 0))
    gained += sum(quiet.get(level, 0) - better.get(level, 0) for level in GAINS)
    changes = better.get("changes", 0) - quiet.get("changes", 0)
    return changes <= 0 or gained * CHANGES_PER_MINUTE >= changes


def kept(started_at: datetime, window_end: datetime, arrived_at: datetime) -> bool:
    """Whether a promise was kept; a customer who comes after it does not make the store late."""
    return started_at <= max(window_end, arrived_at + WORTH_TELLING) + timedelta(minutes=1)
