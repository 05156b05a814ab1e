"""Pure decisions about places."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from hub.kernel.errors import Refused, declare

ALREADY_CLOSED = declare("already_closed", 409)
NOT_CLOSED = declare("not_closed", 409)
ENDS_BEFORE_START = declare("ends_before_start", 422)
UNKNOWN_PLACE_KIND = declare("unknown_place_kind", 422)
PLACE_IN_USE = declare("place_in_use", 409)

Condition = Literal["ready", "dirty", "cleaning"]


def check_until(now: datetime, until: datetime | None) -> None:
    """Raises `ends_before_start`."""
    if until is not None and until <= now:
        raise Refused(ENDS_BEFORE_START)
