"""Moments as whole minutes of a problem."""

from __future__ import annotations

from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)


class Ruler:
    """Moments in whole minutes from the origin; a minute begun counts as not begun."""

    def __init__(self, origin: datetime) -> None:
        self.origin = origin

    def floor(self, moment: datetime) -> int:
        return (moment - self.origin) // MINUTE

    def ceil(self, moment: datetime) -> int:
        return -((self.origin - moment) // MINUTE)
