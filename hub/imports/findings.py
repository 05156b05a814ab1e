"""What an import says about files and rows: typed codes, whose sentences are in import.ftl."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

Params = Mapping[str, str | int]


def no_params() -> Params:
    """The same for all that have none, which most rows are."""
    return _NO_PARAMS


_NO_PARAMS: Params = MappingProxyType({})

SHOWN_CHARACTERS_MAX = 60
"""How much of a foreign value a sentence repeats; the line number leads to the rest."""


class FileFault(StrEnum):
    """Why a whole file changes nothing."""

    NOT_A_FOLDER = "not_a_folder"
    NO_FILES = "no_files"
    TOO_MANY_FILES = "too_many_files"
    UNREADABLE = "unreadable"
    NOT_A_FILE = "not_a_file"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    NOT_TEXT = "not_text"
    ANOTHER_FORMAT = "another_format"
    UNKNOWN_HEADER = "unknown_header"
    MISSING_COLUMNS = "missing_columns"
    NAME_CONTRADICTS_CONTENT = "name_contradicts_content"
    DATE_ORDER_CONTRADICTS_MAPPING = "date_order_contradicts_mapping"


class RowFault(StrEnum):
    """Why one row is left out."""

    UNCLOSED_QUOTE = "unclosed_quote"
    LINE_TOO_LONG = "line_too_long"
    UNDECODABLE = "undecodable"
    CONTROL_CHARACTERS = "control_characters"
    EMPTY_ROW = "empty_row"
    REPEATED_HEADER = "repeated_header"
    TOO_FEW_COLUMNS = "too_few_columns"
    TOO_MANY_COLUMNS = "too_many_columns"
    COLUMNS_DISAGREE = "columns_disagree"
    MISSING_VALUE = "missing_value"
    VALUE_TOO_LONG = "value_too_long"
    BAD_DATE = "bad_date"
    BAD_TIME = "bad_time"
    TIMES_DISAGREE = "times_disagree"
    TIME_DOES_NOT_EXIST = "time_does_not_exist"
    BAD_NUMBER = "bad_number"
    BAD_PRICE = "bad_price"
    CARD_NUMBER = "card_number"
    NOBODY_NAMED = "nobody_named"
    REFUSED_BY_HUB = "refused_by_hub"
    HELD_BACK = "held_back"


class Merge(StrEnum):
    """Into what a row that brings nothing new was merged."""

    DUPLICATE = "duplicate"
    SERVICE_DIFFERS = "service_differs"
    PRODUCT_DIFFERS = "product_differs"
    NO_SHOW_OF_BOOKING = "no_show_of_booking"
    CANCELLATION_OF_KEPT_BOOKING = "cancellation_of_kept_booking"
    NO_SHOW_OF_KNOWN_BOOKING = "no_show_of_known_booking"
    CANCELLATION_OF_KNOWN_BOOKING = "cancellation_of_known_booking"
    CANCELLATION_BEFORE_KNOWN_BOOKING = "cancellation_before_known_booking"
    ALREADY_IMPORTED = "already_imported"


class Arrival(StrEnum):
    """As what a row came in."""

    SERVICE = "service"
    BOOKING = "booking"
    CANCELLATION = "cancellation"
    NO_SHOW = "no_show"
    KEPT_FOR_LATER = "kept_for_later"


class Warn(StrEnum):
    """What the operator should know although the import went on."""

    FILE_IGNORED = "file_ignored"
    ENCODING_GUESSED = "encoding_guessed"
    LINES_BEFORE_HEADER = "lines_before_header"
    DUPLICATE_COLUMN = "duplicate_column"
    EXTRA_COLUMNS = "extra_columns"
    COLUMNS_LEFT_EMPTY = "columns_left_empty"
    ONE_TIME_ONLY = "one_time_only"
    HOUR_TWICE = "hour_twice"
    NO_CUSTOMER = "no_customer"
    NO_STAFF = "no_staff"
    UNKNOWN_SERVICE = "unknown_service"
    SERVICE_NOT_LISTED = "service_not_listed"
    SERVICE_WITHOUT_NAME = "service_without_name"
    UNKNOWN_STAFF = "unknown_staff"
    DOUBLE_BOOKED = "double_booked"
    BOOKED_TWICE_THAT_DAY = "booked_twice_that_day"
    DAYS_DISAGREE = "days_disagree"
    CANCELLED_AFTERWARDS = "cancelled_afterwards"
    NO_SHOW_WITHOUT_BOOKING = "no_show_without_booking"


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """Where a row stands: file name and the physical line (from 1) on which it begins."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Imported:
    """A row that brings something new; `key` is the natural key of what it brings."""

    source: Source
    code: Arrival
    key: str
    params: Params = field(default_factory=no_params)


@dataclass(frozen=True, slots=True)
class Merged:
    """A row that speaks of something already there; `key` is that thing's natural key."""

    source: Source
    code: Merge
    key: str
    params: Params = field(default_factory=no_params)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is left out, and why."""

    source: Source
    code: RowFault
    params: Params = field(default_factory=no_params)


Outcome = Imported | Merged | Rejected


@dataclass(frozen=True, slots=True)
class Warning_:  # noqa: N801 - `Warning` is Python's own
    """A remark on a row (or on a file, then `line` is 0)."""

    source: Source
    code: Warn
    params: Params = field(default_factory=no_params)


class FileRefused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A file that is not what it claims to be; none of its rows counts.

    `code` says why, `file` which one (its name, or the folder's), `reason` holds the sentence's parameters."""

    def __init__(self, code: FileFault, file: str, **reason: str | int) -> None:
        super().__init__(f"{file}: {code}")
        self.code = code
        self.file = file
        self.reason: Params = reason


class RowRejected(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A row that cannot be taken, on its way from a parser to its account."""

    def __init__(self, code: RowFault, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params: Params = params


def visible(text: str) -> str:
    """`text` fit for a terminal and for JSON: control, direction and undecodable characters become U+FFFD."""
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return "".join("\ufffd" if unicodedata.category(c) in hidden else c for c in text)


def shown(value: str) -> str:
    """A foreign value fit for a sentence: `visible`, and cut to SHOWN_CHARACTERS_MAX."""
    return visible(value if len(value) <= SHOWN_CHARACTERS_MAX else value[:SHOWN_CHARACTERS_MAX] + "…")
