"""Pure decisions about the team."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from hub.kernel.access import Actor
from hub.kernel.business_days import MIDNIGHT, BusinessDays
from hub.kernel.errors import NOT_FOUND, Refused, declare

SHIFT_OVERLAP = declare("shift_overlap", 409)
NOT_ON_BREAK = declare("not_on_break", 409)
ALREADY_AWAY = declare("already_away", 409)
ENDS_BEFORE_START = declare("ends_before_start", 422)
SHIFT_BEYOND_DAY = declare("shift_beyond_day", 409)
TECHNICIAN_AWAY = declare("technician_away", 409)

OVERTIME_MINUTES = 60
"""Store setting `planning.overtime_minutes`: how long a technician may be asked to stay."""


def check_reach(actor: Actor, technician_id: str) -> None:
    """An actor bound to one technician reaches nobody else: `not_found`."""
    if actor.subject is not None and actor.subject != technician_id:
        raise Refused(NOT_FOUND, what="technician")


def check_shift(start: datetime, end: datetime, others: Iterable[tuple[datetime, datetime]]) -> None:
    """Raises `shift_overlap` when the technician works at that time already."""
    if any(begins < end and start < ends for begins, ends in others):
        raise Refused(SHIFT_OVERLAP)


def check_day(start: str, end: str, days: BusinessDays) -> None:
    """Raises `shift_beyond_day` where a business day would begin in the middle of the shift: no plan would see the rest of it.

    Where days begin at midnight a shift may go past it, as it always could.
    """
    if days.begins != MIDNIGHT and not days.holds(start, end):
        raise Refused(SHIFT_BEYOND_DAY, start=start, end=end, begins=days.begins)


def check_order(start: datetime, end: datetime | None) -> None:
    """Raises `ends_before_start`."""
    if end is not None and end <= start:
        raise Refused(ENDS_BEFORE_START)


def first_rank(day: date, ordinal: int, size: int) -> int:
    """A rank at the day's start, from 1: the list begins one further down each day, so that nobody is always last."""
    return (ordinal - day.toordinal()) % size + 1


def overtime_of(settings: Mapping[str, Any]) -> timedelta:
    """How long the store may ask a technician to stay."""
    own = settings.get("planning")
    return timedelta(minutes=int((own if isinstance(own, dict) else {}).get("overtime_minutes", OVERTIME_MINUTES)))


def is_at_work(shifts: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime, overtime: timedelta) -> bool:
    """Whether shifts that follow each other without a pause, and the overtime after them, hold this time."""
    joined: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(shifts):
        if joined and begins <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], ends)
        else:
            joined.append((begins, ends))
    return any(begins <= start and end <= ends + overtime for begins, ends in joined)
