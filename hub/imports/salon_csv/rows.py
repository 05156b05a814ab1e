"""A row's values as the typed row of its report. Only what the row itself says; nothing is looked up."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from hub.imports.findings import RowFault, RowRejected, Source, Warn, Warning_, shown
from hub.imports.salon_csv import fields
from hub.imports.salon_csv.fields import DateOrder
from hub.imports.salon_csv.layouts import FileKind
from hub.imports.salon_csv.tables import Row
from hub.kernel.text import NAME_CHARACTERS_MAX


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """`price` and `cost` in major units; a price of 0 means that it varies by stylist."""

    source: Source
    code: str
    name: str
    category: str
    active: bool
    price: Decimal | None
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class BookingRow:
    """`minute` after local midnight; `remarks` are the row's own warnings."""

    source: Source
    customer: str | None
    staff: str | None
    service: str
    day: date
    minute: int
    remarks: tuple[Warning_, ...]


@dataclass(frozen=True, slots=True)
class NoShowRow:
    source: Source
    customer: str | None
    staff: str | None
    service: str
    day: date


@dataclass(frozen=True, slots=True)
class CancellationRow:
    """`days` as the export counted them, None where it did not."""

    source: Source
    customer: str | None
    staff: str | None
    service: str
    day: date
    cancelled_on: date
    cancelled_by: str | None
    days: int | None


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One line of a receipt, checked but otherwise kept as it is: amounts may be negative (a deposit taken off).

    `said` is what it says, column by column, days and numbers in the export's own form: a spreadsheet that saved the file
    again may have written them in another."""

    source: Source
    row: Row
    said: tuple[str, ...]
    item: str
    amount: Decimal
    quantity: Decimal | None
    client: str | None


@dataclass(frozen=True, slots=True)
class ProductRow:
    source: Source
    row: Row
    code: str


RECEIPT_COLUMNS = ("receipt", "date", "item", "customer", "staff", "quantity", "amount", "gst", "pst")

TypedRow = ServiceRow | BookingRow | NoShowRow | CancellationRow | ReceiptRow | ProductRow


def typed(kind: FileKind, row: Row, order: DateOrder) -> TypedRow:
    """The row as its report's type.

    Raises:
        RowRejected: a value is missing or cannot be read.
    """
    return _PARSERS[kind](row, order)


def date_columns(kind: FileKind) -> tuple[str, ...]:
    """Our names of the columns of that report that hold days."""
    return _DATE_COLUMNS.get(kind, ())


def _service(row: Row, _: DateOrder) -> ServiceRow:
    values = row.values
    code, name = fields.needed_code(values, "code"), values.get("name", "")
    if len(name) > NAME_CHARACTERS_MAX:
        raise RowRejected(RowFault.VALUE_TOO_LONG, most=NAME_CHARACTERS_MAX)
    return ServiceRow(
        row.source,
        code,
        name,
        fields.code(values, "category") or "",
        values.get("active", "").casefold() not in {"false", "no", "n", "0", "inactive"},
        fields.number(values, "price"),
        fields.number(values, "cost"),
    )


def _booking(row: Row, order: DateOrder) -> BookingRow:
    values = row.values
    minute, alone = fields.minute_of_day(values)
    customer, staff = fields.code(values, "customer"), fields.code(values, "staff")
    remarks: list[Warning_] = []
    if alone is not None:
        remarks.append(Warning_(row.source, Warn.ONE_TIME_ONLY, {"column": alone}))
    service, day = fields.needed_code(values, "service"), fields.day(values, "date", order)
    return BookingRow(row.source, customer, staff, service, day, minute, tuple(remarks))


def _no_show(row: Row, order: DateOrder) -> NoShowRow:
    values = row.values
    return NoShowRow(
        row.source,
        fields.code(values, "customer"),
        fields.code(values, "staff"),
        fields.needed_code(values, "service"),
        fields.day(values, "date", order),
    )


def _cancellation(row: Row, order: DateOrder) -> CancellationRow:
    values = row.values
    days = fields.number(values, "days")
    if days is not None and days != int(days):
        raise RowRejected(RowFault.BAD_NUMBER, column="days", value=shown(values["days"]))
    return CancellationRow(
        row.source,
        fields.code(values, "customer"),
        fields.code(values, "staff"),
        fields.needed_code(values, "service"),
        fields.day(values, "date", order),
        fields.day(values, "cancelled_on", order),
        fields.code(values, "cancelled_by"),
        None if days is None else int(days),
    )


def _receipt(row: Row, order: DateOrder) -> ReceiptRow:
    values = row.values
    fields.needed_code(values, "receipt")
    day = fields.day(values, "date", order)
    numbers = {column: fields.number(values, column) for column in _NUMBER_COLUMNS[FileKind.RECEIPTS]}
    if numbers["amount"] is None:
        raise RowRejected(RowFault.MISSING_VALUE, column="amount")
    said = {**values, "date": f"{day:%m/%d/%Y}" if order == "month_first" else f"{day:%d/%m/%Y}"}
    said |= {column: f"{number.normalize():f}" for column, number in numbers.items() if number is not None}
    # The same days and amounts come over and over: each is kept once.
    ordered = tuple(sys.intern(said[column]) for column in RECEIPT_COLUMNS if column in said)
    client = fields.plain_code(values.get("customer", "")) or None
    return ReceiptRow(row.source, row, ordered, values.get("item", ""), numbers["amount"], numbers["quantity"], client)


def _product(row: Row, _: DateOrder) -> ProductRow:
    for column in _NUMBER_COLUMNS[FileKind.PRODUCTS]:
        fields.number(row.values, column)
    return ProductRow(row.source, row, fields.needed_code(row.values, "code"))


_PARSERS: dict[FileKind, Callable[[Row, DateOrder], TypedRow]] = {
    FileKind.SERVICES: _service,
    FileKind.BOOKINGS: _booking,
    FileKind.NO_SHOWS: _no_show,
    FileKind.CANCELLATIONS: _cancellation,
    FileKind.RECEIPTS: _receipt,
    FileKind.PRODUCTS: _product,
}
_DATE_COLUMNS = {
    FileKind.BOOKINGS: ("date",),
    FileKind.NO_SHOWS: ("date",),
    FileKind.CANCELLATIONS: ("date", "cancelled_on"),
    FileKind.RECEIPTS: ("date",),
}
_NUMBER_COLUMNS = {
    FileKind.SERVICES: ("price", "cost"),
    FileKind.CANCELLATIONS: ("days",),
    FileKind.RECEIPTS: ("quantity", "amount", "gst", "pst"),
    FileKind.PRODUCTS: ("price", "on_hand", "minimum", "maximum", "cost", "cog", "ytd"),
}


def written_days(row: Row, kind: FileKind) -> Iterator[str]:
    """Every day of that row as it is written."""
    return (row.values.get(column, "") for column in date_columns(kind))


def with_centuries(row: Row, kind: FileKind) -> Row:
    """The row with years of four digits; itself where it has no others."""
    return _rewritten(row, date_columns(kind), fields.with_century)


def with_points(row: Row, kind: FileKind) -> Row:
    """The row with a point in its numbers where a comma was; itself where there is none."""
    return _rewritten(row, _NUMBER_COLUMNS.get(kind, ()), fields.with_point)


def _rewritten(row: Row, columns: Iterable[str], rewrite: Callable[[str], str]) -> Row:
    written = {column: row.values.get(column, "") for column in columns}
    changed = {column: said for column, text in written.items() if (said := rewrite(text)) != text}
    return replace(row, values={**row.values, **changed}) if changed else row
