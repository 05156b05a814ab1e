"""Single values of a row: codes, dates, times of day, numbers. Each raises RowRejected with the column's name."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from hub.imports.findings import RowFault, RowRejected, shown

DateOrder = Literal["month_first", "day_first"]

CODE_CHARACTERS_MAX = 40
YEARS = range(1990, 2100)
"""A booking outside of these years is a damaged digit."""
NUMBER_ABS_MAX = Decimal(10_000_000)

_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: 0?0:00(?::00)?| 12:00(?::00)? AM)?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})(?:/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日)(?: 0?0:00(?::00)?)?", re.ASCII)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_NAMED = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3,9})\.?[- ](\d{4})|([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})", re.ASCII)
_SHORT_YEAR = re.compile(r"(\d{1,2}[/.-]\d{1,2}[/.-]|\d{1,2}[- ][A-Za-z]{3,9}\.?[- ])(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s*([AaPp])?\.?\s*[Mm]?\.?", re.ASCII)
_TIME_ZH = re.compile(r"([上下])午\s*(\d{1,2}:\d{2}(?::\d{2})?)", re.ASCII)
_MINUTE = re.compile(r"(\d{1,4})(?:\.0+)?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d*\.?\d+|-?\d+\.", re.ASCII)
_DECIMAL_COMMA = re.compile(r"(-?(?:\d+|\d{1,3}(?:\.\d{3})+)),(\d{1,2}|\d{4,6})", re.ASCII)


def code(values: Mapping[str, str], column: str) -> str | None:
    """A code, compared without case, width or extra spaces; None when empty or absent.

    Raises:
        RowRejected: longer than CODE_CHARACTERS_MAX.
    """
    text = plain_code(values.get(column, ""))
    if len(text) > CODE_CHARACTERS_MAX:
        raise RowRejected(RowFault.VALUE_TOO_LONG, most=CODE_CHARACTERS_MAX)
    return sys.intern(text) or None


def needed_code(values: Mapping[str, str], column: str) -> str:
    """A code that must be there.

    Raises:
        RowRejected: empty, or too long.
    """
    text = code(values, column)
    if text is None:
        raise RowRejected(RowFault.MISSING_VALUE, column=column)
    return text


def plain_code(text: str) -> str:
    """How codes are compared: `junj01 ` and `JUNJ01` are one customer."""
    return " ".join(unicodedata.normalize("NFKC", text).upper().split())


def day(values: Mapping[str, str], column: str, order: DateOrder) -> date:
    """A calendar day, written in the book's order (03/14/2018), year first (2018-03-14) or with the month's English name.

    Raises:
        RowRejected: no such day, or a year outside of YEARS.
    """
    text = values.get(column, "")
    if not text:
        raise RowRejected(RowFault.MISSING_VALUE, column=column)
    found = _written_day(text, order)
    if found is None or found.year not in YEARS:
        raise RowRejected(RowFault.BAD_DATE, column=column, value=shown(text))
    return found


@lru_cache(maxsize=20_000)
def _written_day(text: str, order: DateOrder) -> date | None:
    """None where there is no such day. The same object for the same day: a book has many rows and few days."""
    if match := _ISO.fullmatch(text) or _YEAR_FIRST.fullmatch(text):
        year, month, number = (int(part) for part in match.groups() if part is not None)
    elif match := _NAMED.fullmatch(text):
        number, year = int(match[1] or match[5]), int(match[3] or match[6])
        month = _month(match[2] or match[4])
    elif match := _SLASHED.fullmatch(text):
        first, second, year = map(int, match.groups())
        month, number = (first, second) if order == "month_first" else (second, first)
    else:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _month(name: str) -> int:
    """0, which no date has, when it is no month's name."""
    said = name.lower().removesuffix("t") if name.lower() == "sept" else name.lower()
    return next((number for number, month in enumerate(_MONTHS, 1) if said in (month, month[:3])), 0)


def with_century(text: str) -> str:
    """05/31/18 as 05/31/2018, as spreadsheets on some systems shorten a whole column; other texts as they are."""
    match = _SHORT_YEAR.fullmatch(text)
    if match is None:
        return text
    century = next(century for century in ("19", "20") if int(century + match[2]) in YEARS)
    return f"{match[1]}{century}{match[2]}"


def proven_order(text: str) -> DateOrder | None:
    """The order that a written day proves: 05/31/2018 can only be month first. None where both fit or neither does."""
    match = _SLASHED.fullmatch(text)
    if match is None:
        return None
    first, second = int(match[1]), int(match[2])
    if first <= 12 < second <= 31:
        return "month_first"
    return "day_first" if second <= 12 < first <= 31 else None


def minute_of_day(values: Mapping[str, str]) -> tuple[int, str | None]:
    """Minutes after midnight from `time` and `minute`, and the column that had to do alone (None: both agree).

    Two readable times that differ reject the row: which one is damaged cannot be told, and a customer sent away at
    the wrong hour is worse than a row that somebody enters by hand.

    Raises:
        RowRejected: neither is there, neither can be read, or they disagree.
    """
    written, counted = values.get("time", ""), values.get("minute", "")
    if not written and not counted:
        raise RowRejected(RowFault.MISSING_VALUE, column="time")
    by_clock, by_count = _clock_minute(written), _counted_minute(counted)
    if by_clock is None and by_count is None:
        raise RowRejected(RowFault.BAD_TIME, value=shown(written or counted))
    if by_clock is not None and by_count is not None:
        if by_clock != by_count:
            raise RowRejected(RowFault.TIMES_DISAGREE, time=shown(written), minute=shown(counted))
        return by_clock, None
    if by_clock is not None:
        return by_clock, "time" if "minute" in values else None
    assert by_count is not None  # noqa: S101 - both None was refused above
    return by_count, "minute" if "time" in values else None


def moment(on: date, minute: int, zone: ZoneInfo) -> tuple[datetime, bool]:
    """The UTC moment of a local time, and whether that local time came twice (then the first one is meant).

    Raises:
        RowRejected: summer time skips that local time.
    """
    local = datetime.combine(on, time(), zone) + timedelta(minutes=minute)  # wall clock arithmetic, on purpose
    utc = local.astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise RowRejected(RowFault.TIME_DOES_NOT_EXIST, value=f"{on} {minute // 60:02d}:{minute % 60:02d}")
    return utc, local.replace(fold=1).utcoffset() != local.utcoffset()


def number(values: Mapping[str, str], column: str) -> Decimal | None:
    """A decimal number, perhaps with $, thousands commas or accountants' brackets; None when empty or absent.

    Raises:
        RowRejected: something else, or beyond NUMBER_ABS_MAX.
    """
    text = values.get(column, "").replace("$", "").replace(" ", "")
    if not text:
        return None
    bracketed = text.startswith("(") and text.endswith(")")
    digits = text[1:-1] if bracketed else text
    if _NUMBER.fullmatch(digits) is None:
        raise RowRejected(RowFault.BAD_NUMBER, column=column, value=shown(text))
    try:
        found = Decimal(digits.replace(",", ""))
    except InvalidOperation as wrong:
        raise RowRejected(RowFault.BAD_NUMBER, column=column, value=shown(text)) from wrong
    if abs(found) > NUMBER_ABS_MAX:
        raise RowRejected(RowFault.BAD_NUMBER, column=column, value=shown(text))
    return -found if bracketed else found


def with_point(text: str) -> str:
    """1,5 and 1.234,50 as 1.5 and 1234.50; other texts as they are, for 1,234 may be a thousand."""
    match = _DECIMAL_COMMA.fullmatch(text.replace(" ", ""))
    return text if match is None else f"{match[1].replace('.', '')}.{match[2]}"


def _clock_minute(text: str) -> int | None:
    # Newer spreadsheets put a narrow space that does not break before AM.
    text = " ".join(text.split())
    if chinese := _TIME_ZH.fullmatch(text):
        text = f"{chinese[2]} {'AM' if chinese[1] == '上' else 'PM'}"
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, half = int(match[1]), int(match[2]), int(match[3] or 0), (match[4] or "").upper()
    if minute > 59 or second > 59 or (hour > 12 or hour == 0 if half else hour > 23):
        return None
    if half:
        hour = hour % 12 + (12 if half == "P" else 0)
    return hour * 60 + minute


def _counted_minute(text: str) -> int | None:
    match = _MINUTE.fullmatch(text)
    if match is None or int(match[1]) >= 24 * 60:
        return None
    return int(match[1])
