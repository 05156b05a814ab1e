"""The store's business day (营业日): from one hour of the night to the same hour of the next, by default from midnight.

A visit at half past midnight of a store whose day begins at 06:00 belongs to the evening before: to its roster, its queue, its
turns, its plan. Whoever asks for a store's day asks `StoreFacts.days`; the calendar's own date (`wall_time.date_of`) is for
what comes from outside, such as another system's book.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import StringConstraints

from hub.kernel.wall_time import moment, span

MIDNIGHT = "00:00"

SETTING = "day_begins"
"""Store setting: a full hour on the store's wall, `MIDNIGHT` where nothing is said."""

DayBegin = Annotated[str, StringConstraints(pattern=r"^0[0-8]:00$")]
"""When a business day may begin: at a full hour from 00:00 to 08:00."""

DAY_BEGINS = tuple(f"{hour:02}:00" for hour in range(9))

DAY_MINUTES = 24 * 60
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """The days of a store, each named by the date on the wall when it begins. They tile the time line, on the nights when the
    clocks change too: a day is 23, 24 or 25 hours long.
    """

    zone: ZoneInfo
    begins: str = MIDNIGHT

    def of(self, at: datetime) -> date:
        """The day to which this moment belongs."""
        day = at.astimezone(self.zone).date()
        if at < _begin(self, day):
            return day - _DAY
        # A night on which midnight comes twice.
        return day + _DAY if at >= _begin(self, day + _DAY) else day

    def span(self, day: date) -> tuple[datetime, datetime]:
        """From the day's first moment to the next day's."""
        return _begin(self, day), _begin(self, day + _DAY)

    def moment(self, day: date, wall: str) -> datetime:
        """The moment of this day when the store's clock shows `wall`: before the day's begin is the next date's small hours.

        Raises:
            ValueError: `wall` is not `HH:MM`.
        """
        return moment(self.date_at(day, wall), wall, self.zone)

    def date_at(self, day: date, wall: str) -> date:
        """The calendar's date when the store's clock shows `wall` on this day."""
        return day + _DAY if wall < self.begins else day

    def between(self, day: date, start: str, end: str) -> tuple[datetime, datetime]:
        """The moments of `start` and `end` on this day; an end that is not after the start lies on the next date."""
        return span(self.date_at(day, start), start, end, self.zone)

    def minute(self, wall: str) -> int:
        """A time of the clock in minutes after the date's midnight, in the order of the day: 00:30 is 1470 where it is late."""
        return _minutes(wall) + (DAY_MINUTES if wall < self.begins else 0)

    def minute_of(self, at: datetime) -> int:
        """The same of a moment, whatever its day."""
        return self.minute(at.astimezone(self.zone).strftime("%H:%M"))

    def minute_on(self, day: date, at: datetime) -> int:
        """The same of a moment that is on this day or later: then the minute at which the day ends."""
        return self.minute_of(at) if self.of(at) == day else self.last_minute

    def end_minute(self, start: str, end: str) -> int:
        """Of what lies between these times of the clock, the minute at which it ends; no later than the day."""
        return self.minute(end) if end != self.begins and self.holds(start, end) else self.last_minute

    @property
    def last_minute(self) -> int:
        """The minute at which the next day begins: 1440 where days begin at midnight."""
        return _minutes(self.begins) + DAY_MINUTES

    def holds(self, start: str, end: str) -> bool:
        """Whether what lies between these times of the clock is over when the next day begins."""
        return end == self.begins or self.minute(start) < self.minute(end)


def begin_of(settings: Mapping[str, Any]) -> str:
    """When the business day begins by the store's settings; at midnight where they name no hour that a day may begin at."""
    given = settings.get(SETTING)
    return given if given in DAY_BEGINS else MIDNIGHT


@lru_cache(maxsize=256)
def days_of(zone: ZoneInfo, begins: str) -> BusinessDays:
    return BusinessDays(zone, begins)


@lru_cache(maxsize=4096)
def _begin(days: BusinessDays, day: date) -> datetime:
    return moment(day, days.begins, days.zone)


def _minutes(wall: str) -> int:
    return int(wall[:2]) * 60 + int(wall[3:])
