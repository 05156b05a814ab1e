"""Which backups are kept. Pure: moments in, the moments that may go out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

EVERY_ONE = timedelta(hours=6)
"""So long every one is kept."""
HOURLY = timedelta(days=2)
DAYS = 14
MONTHS = 12


def spare(made: Iterable[datetime], now: datetime) -> list[datetime]:
    """Those that are not kept: each of 6 hours, the last of each hour for two days, of each day for 14, of each month for 12.

    The newest is always kept, also when the clock has jumped.
    """
    newest_first = sorted(set(made), reverse=True)
    kept: set[datetime] = set(newest_first[:1])
    slots: set[tuple[str, str]] = set()
    for moment in newest_first:
        age = now - moment
        if age < EVERY_ONE:
            kept.add(moment)
            continue
        for name, form, lasts in (
            ("hour", "%Y%m%d%H", HOURLY),
            ("day", "%Y%m%d", timedelta(days=DAYS)),
            ("month", "%Y%m", timedelta(days=31 * MONTHS)),
        ):
            slot = name, moment.strftime(form)
            if age < lasts and slot not in slots:
                slots.add(slot)
                kept.add(moment)
    return [moment for moment in newest_first if moment not in kept]
