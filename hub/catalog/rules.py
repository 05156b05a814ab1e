"""What a catalog may hold, and when a store is open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import holidays

from hub.kernel.business_days import DAY_BEGINS, MIDNIGHT, BusinessDays
from hub.kernel.errors import Refused, declare
from hub.kernel.text import Bilingual

UNKNOWN_PLACE_KIND = declare("unknown_place_kind", 422)
UNKNOWN_SKILL = declare("unknown_skill", 422)
UNKNOWN_CONSENT_FORM = declare("unknown_consent_form", 422)
INVALID_HOURS = declare("invalid_hours", 422)
HOURS_BEYOND_DAY = declare("hours_beyond_day", 409)
DAY_BEGINS_NOW = declare("day_begins_now", 409)
SERVICE_IN_HAND = declare("service_in_hand", 409)

USUAL_BEGIN = "06:00"
"""Of shops that are open past midnight."""


class PhaseNeeds(Protocol):
    """What a phase asks of the store."""

    @property
    def place_kind(self) -> str | None: ...
    @property
    def skill(self) -> str | None: ...


def check_phases(phases: Iterable[PhaseNeeds], kinds: Collection[str], skills: Collection[str]) -> None:
    """Raises `unknown_place_kind` or `unknown_skill` when a phase needs what the store does not have."""
    for phase in phases:
        if phase.place_kind is not None and phase.place_kind not in kinds:
            raise Refused(UNKNOWN_PLACE_KIND, code=phase.place_kind)
        if phase.skill is not None and phase.skill not in skills:
            raise Refused(UNKNOWN_SKILL, code=phase.skill)


def check_hours(opens: str | None, closes: str | None) -> None:
    """Raises `invalid_hours` when only one is given, or both are the same."""
    if (opens is None) != (closes is None) or (opens is not None and opens == closes):
        raise Refused(INVALID_HOURS, opens=opens or "", closes=closes or "")


def check_day(opens: str, closes: str, days: BusinessDays) -> None:
    """Raises `hours_beyond_day` where a business day would begin while the store is open."""
    if not days.holds(opens, closes):
        raise Refused(HOURS_BEYOND_DAY, opens=opens, closes=closes, begins=days.begins)


def day_begin_for(hours: Iterable[tuple[str, str]]) -> str | None:
    """The hour at which a day should begin so that every evening ends on its own day: 06:00 where that fits, else the first
    that does; None: the hours fit as they are, or none does.
    """
    known = list(hours)

    def fits(begins: str) -> bool:
        days = BusinessDays(ZoneInfo("UTC"), begins)
        return all(days.holds(opens, closes) for opens, closes in known)

    if fits(MIDNIGHT):
        return None
    return next((begins for begins in (USUAL_BEGIN, *DAY_BEGINS) if fits(begins)), None)


def public_holiday(country: str, day: date) -> Bilingual | None:
    """The public holiday of an ISO 3166 country on this day, from the package `holidays`; None where it knows none."""
    zh, en = _holidays(country, day.year)
    name = en.get(day)
    return Bilingual(zh=zh.get(day, name), en=name) if name is not None else None


def closed_by_law(settings: Mapping[str, Any]) -> bool:
    """Whether the store closes on public holidays (setting `closed_on_public_holidays`, default no)."""
    return bool(settings.get("closed_on_public_holidays", False))


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> tuple[dict[date, str], dict[date, str]]:
    languages = holidays.list_localized_countries(include_aliases=False).get(country, [])
    chinese = next((name for name in languages if name.startswith("zh")), None)
    english = next((name for name in languages if name.startswith("en")), None)
    try:
        return tuple(  # type: ignore[return-value]
            dict(holidays.country_holidays(country, years=year, language=language)) for language in (chinese, english)
        )
    except NotImplementedError:
        return {}, {}
