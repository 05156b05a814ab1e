"""When each member of staff must have been there: the export has no roster, but the bookings of a day bound it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.imports.book import ItemEntry, ShiftEntry
from hub.imports.salon_csv.mapping import SalonMapping
from hub.imports.salon_csv.services import WEEKDAYS
from hub.kernel.natural_keys import natural_key

STEP_MINUTES = 30
"""Shifts begin and end on the half hour."""
DAY_MINUTES = 24 * 60


def shifts_of(items: Iterable[ItemEntry], mapping: SalonMapping) -> tuple[ShiftEntry, ...]:
    """One shift per person and booked day: from the first start to the last end, on the half hour. A shorter one than
    `shift_hours_min` grows within the opening hours, first at its end, then at its beginning."""
    spans: dict[tuple[str, date], tuple[int, int]] = {}
    for item in items:
        if item.staff is None:
            continue
        begin, end = spans.get((item.staff, item.day), (DAY_MINUTES, 0))
        spans[item.staff, item.day] = min(begin, item.minute), max(end, item.minute + item.minutes)
    zone = ZoneInfo(mapping.zone)
    return tuple(
        ShiftEntry(
            natural_key("shift", staff, day.isoformat()),
            staff,
            day,
            *(_moment(day, minute, zone) for minute in _grown(span, day, mapping)),
        )
        for (staff, day), span in sorted(spans.items())
    )


def _grown(span: tuple[int, int], day: date, mapping: SalonMapping) -> tuple[int, int]:
    begin = span[0] // STEP_MINUTES * STEP_MINUTES
    end = -(-span[1] // STEP_MINUTES) * STEP_MINUTES
    hours = mapping.opening_hours.get(WEEKDAYS[day.weekday()])
    if hours is None:
        return begin, end
    opens, closes = (int(clock[:2]) * 60 + int(clock[3:]) for clock in hours.split("-"))
    least = mapping.shift_hours_min * 60
    end = max(end, min(closes, begin + least))
    return min(begin, max(opens, end - least)), end


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    midnight = datetime.combine(day, time(), zone)
    return (midnight + timedelta(minutes=minute)).astimezone(UTC)
