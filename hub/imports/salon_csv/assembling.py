"""Typed rows of all files to one book, with one outcome per row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from hub.imports.book import (
    Book,
    CancellationEntry,
    CustomerEntry,
    ItemEntry,
    NoShowEntry,
    PhaseEntry,
    RawRow,
    ServiceEntry,
)
from hub.imports.findings import (
    Arrival,
    Imported,
    Merge,
    Merged,
    Outcome,
    Rejected,
    RowFault,
    RowRejected,
    Source,
    Warn,
    Warning_,
    shown,
)
from hub.imports.salon_csv import fields, services
from hub.imports.salon_csv.mapping import SalonMapping
from hub.imports.salon_csv.rows import (
    BookingRow,
    CancellationRow,
    NoShowRow,
    ProductRow,
    ReceiptRow,
    ServiceRow,
    TypedRow,
)
from hub.imports.salon_csv.shifts import shifts_of
from hub.imports.salon_csv.tables import Row
from hub.kernel.natural_keys import natural_key


class Assembler:
    """Takes typed rows, report by report in the order of FileKind, and keeps the account."""

    def __init__(self, mapping: SalonMapping) -> None:
        self._mapping = mapping
        self._zone = ZoneInfo(mapping.zone)
        self._pools = set(mapping.pools)
        self._listed: dict[str, ServiceRow] = {}
        self._items: dict[str, ItemEntry] = {}
        self._items_of_day: dict[tuple[str | None, date, str], tuple[str, ...]] = {}
        self._taken: dict[tuple[str, date, int], str] = {}
        self._cancellations: dict[str, CancellationEntry] = {}
        self._no_shows: dict[str, NoShowEntry] = {}
        self._raw: dict[str, RawRow] = {}
        self._charged: dict[str, list[Decimal]] = {}
        self._first_day: dict[str, date] = {}
        self._done: dict[str, Counter[str]] = {}
        self._booked: dict[str, Source] = {}
        self.outcomes: list[Outcome] = []
        self.warnings: list[Warning_] = []

    def reject(self, source: Source, rejected: RowRejected) -> None:
        """Put an unreadable row on the account."""
        self.outcomes.append(Rejected(source, rejected.code, rejected.params))

    def take_file(self, rows: Iterable[TypedRow]) -> None:
        """Take one file's rows; lines of receipts are counted per file, see `_receipt`."""
        seen: Counter[str] = Counter()
        for row in rows:
            try:
                self.outcomes.append(self._take(row, seen))
            except RowRejected as rejected:
                self.reject(row.source, rejected)

    def _take(self, row: TypedRow, seen: Counter[str]) -> Outcome:
        match row:
            case ServiceRow():
                return self._service(row)
            case BookingRow():
                return self._booking(row)
            case NoShowRow():
                return self._no_show(row)
            case CancellationRow():
                return self._cancellation(row)
            case ReceiptRow():
                return self._receipt(row, seen)
            case ProductRow():
                return self._product(row)

    def _service(self, row: ServiceRow) -> Outcome:
        key = natural_key("service", row.code)
        known = self._listed.get(row.code)
        if known is not None:
            same = replace(row, source=known.source) == known
            return Merged(row.source, Merge.DUPLICATE if same else Merge.SERVICE_DIFFERS, key, _line(known.source))
        if row.price is not None and not services.is_price(services.minor_units(row.price, self._mapping.currency)):
            raise RowRejected(RowFault.BAD_PRICE, value=str(row.price))
        self._listed[row.code] = row
        if not row.name:
            self._warn(row.source, Warn.SERVICE_WITHOUT_NAME, service=shown(row.code))
        return Imported(row.source, Arrival.SERVICE, key)

    def _booking(self, row: BookingRow) -> Outcome:
        staff, pool = self._person(row.staff)
        if row.customer is None and staff is None:
            raise RowRejected(RowFault.NOBODY_NAMED)
        starts_at, twice = fields.moment(row.day, row.minute, self._zone)
        key = natural_key("booking", row.customer, row.day.isoformat(), row.minute, row.service, row.staff)
        if key in self._items:
            return Merged(row.source, Merge.DUPLICATE, key, _line(self._items[key].source))
        minutes = sum(phase.minutes for phase in self._work(row.service))
        item = ItemEntry(
            key, row.customer, row.service, staff, pool, row.day, row.minute, starts_at, minutes, False, False, row.source
        )
        self._remark_on(row, item, twice)
        self._items[key] = item
        met = (row.customer, row.day, row.service)
        self._items_of_day[met] = (*self._items_of_day.get(met, ()), key)
        self._mention(row.customer, row.day, staff, row.service, row.source)
        return Imported(row.source, Arrival.BOOKING, key)

    def _remark_on(self, row: BookingRow, item: ItemEntry, twice: bool) -> None:
        """Say what is odd about a booking that is kept all the same."""
        self.warnings.extend(row.remarks)
        if twice:
            self._warn(row.source, Warn.HOUR_TWICE)
        if row.customer is None:
            self._warn(row.source, Warn.NO_CUSTOMER)
        if row.staff is None:
            self._warn(row.source, Warn.NO_STAFF)
        same_day = self._items_of_day.get((row.customer, row.day, row.service), ()) if row.customer else ()
        if any(self._items[key].staff == item.staff for key in same_day):
            self._warn(row.source, Warn.BOOKED_TWICE_THAT_DAY, **_line(self._items[same_day[0]].source))
        if item.staff is None:
            return
        other = self._taken.setdefault((item.staff, row.day, row.minute), item.key)
        if other != item.key:
            where = _line(self._items[other].source)
            self._warn(row.source, Warn.DOUBLE_BOOKED, staff=shown(item.staff), **where)

    def _no_show(self, row: NoShowRow) -> Outcome:
        """A no-show belongs to the booking of the same customer, day and service; of several, to that of the same stylist."""
        key = natural_key("no_show", row.customer, row.day.isoformat(), row.service, row.staff)
        if key in self._no_shows:
            return Merged(row.source, Merge.DUPLICATE, key, _line(self._no_shows[key].source))
        staff, _ = self._person(row.staff)
        if row.customer is None and staff is None:
            raise RowRejected(RowFault.NOBODY_NAMED)
        item = self._item_of(row, staff, by_staff_only=row.customer is None)
        self._no_shows[key] = NoShowEntry(
            key, item.key if item else None, row.customer, row.service, staff, row.day, row.source
        )
        if item is not None:
            self._items[item.key] = replace(item, no_show=True)
            return Merged(row.source, Merge.NO_SHOW_OF_BOOKING, item.key, _line(item.source))
        self._warn(row.source, Warn.NO_SHOW_WITHOUT_BOOKING)
        self._mention(row.customer, row.day, staff, row.service, row.source)
        return Imported(row.source, Arrival.NO_SHOW, key)

    def _cancellation(self, row: CancellationRow) -> Outcome:
        """The bookings report holds only what was not cancelled. So a cancellation with a booking of the same customer,
        day, service and stylist speaks of another time of that day: the booking is kept and noted as rebooked."""
        cancelled_on = row.cancelled_on.isoformat()
        key = natural_key("cancellation", row.customer, row.day.isoformat(), row.service, row.staff, cancelled_on)
        if key in self._cancellations:
            return Merged(row.source, Merge.DUPLICATE, key, _line(self._cancellations[key].source))
        staff, _ = self._person(row.staff)
        if row.customer is None and staff is None:
            raise RowRejected(RowFault.NOBODY_NAMED)
        entry = CancellationEntry(
            key, row.customer, row.service, staff, row.day, row.cancelled_on, row.cancelled_by, row.source
        )
        if entry.days_ahead < 0:
            self._warn(row.source, Warn.CANCELLED_AFTERWARDS, days=-entry.days_ahead)
        elif row.days is not None and row.days != entry.days_ahead:
            self._warn(row.source, Warn.DAYS_DISAGREE, days=row.days, counted=entry.days_ahead)
        self._cancellations[key] = entry
        item = self._item_of(row, staff, by_staff_only=True)
        if item is not None:
            self._items[item.key] = replace(item, rebooked=True)
            return Merged(row.source, Merge.CANCELLATION_OF_KEPT_BOOKING, item.key, _line(item.source))
        self._mention(row.customer, row.day, staff, row.service, row.source)
        return Imported(row.source, Arrival.CANCELLATION, key)

    def _item_of(self, row: NoShowRow | CancellationRow, staff: str | None, by_staff_only: bool) -> ItemEntry | None:
        found = [self._items[key] for key in self._items_of_day.get((row.customer, row.day, row.service), ())]
        same = [item for item in found if item.staff == staff]
        if same:
            free = [item for item in same if not item.no_show]
            return (free or same)[0]
        return found[0] if len(found) == 1 and not by_staff_only else None

    def _receipt(self, row: ReceiptRow, seen: Counter[str]) -> Outcome:
        """Two like lines of one file are two pieces sold; the same line of another file is the same sale met again."""
        content = "\n".join(row.said)
        seen[content] += 1
        key = natural_key("receipt", *row.said, seen[content])
        if key in self._raw:
            return Merged(row.source, Merge.DUPLICATE, key, _line(self._raw[key].source))
        if (price := services.charged(row)) is not None:
            self._charged.setdefault(row.item.casefold(), []).append(price)
        return self._keep(key, "receipts", row.row, row.client)

    def _product(self, row: ProductRow) -> Outcome:
        key = natural_key("product", row.code)
        if key in self._raw:
            same = _content(row.row) == "\n".join(self._raw[key].cells.values())
            return Merged(row.source, Merge.DUPLICATE if same else Merge.PRODUCT_DIFFERS, key, _line(self._raw[key].source))
        return self._keep(key, "products", row.row)

    def _keep(self, key: str, kind: str, row: Row, client: str | None = None) -> Outcome:
        self._raw[key] = RawRow(key, kind, row.cells, row.source, client)
        return Imported(row.source, Arrival.KEPT_FOR_LATER, key)

    def _person(self, staff: str | None) -> tuple[str | None, str | None]:
        """(technician, pool): a pool is nobody in particular."""
        return (None, staff) if staff is None or staff in self._pools else (staff, None)

    def _mention(self, customer: str | None, day: date, staff: str | None, service: str, source: Source) -> None:
        if customer is not None:
            self._first_day[customer] = min(day, self._first_day.get(customer, day))
        if staff is not None:
            done = self._done.setdefault(staff, Counter())
            if not done and staff not in self._mapping.staff:
                self._warn(source, Warn.UNKNOWN_STAFF, staff=shown(staff))
            done[service] += 1
        if service not in self._booked:
            self._booked[service] = source

    def _work(self, service: str) -> tuple[PhaseEntry, ...]:
        return self._service_entry(service, {}).phases

    def _service_entry(self, code: str, charged: Mapping[str, list[Decimal]]) -> ServiceEntry:
        return services.service_entry(code, self._listed.get(code), self._mapping, charged)

    def _warn(self, source: Source, code: Warn, **params: str | int) -> None:
        self.warnings.append(Warning_(source, code, params))

    def book(self) -> Book:
        """Everything taken so far."""
        codes = dict.fromkeys([*self._listed, *self._booked])
        catalogue = {code: self._service_entry(code, self._charged) for code in codes}
        self._remark_on_services(catalogue)
        items = tuple(sorted(self._items.values(), key=lambda item: (item.starts_at, item.key)))
        team = sorted(self._done)
        return Book(
            name=self._mapping.name,
            zone=self._mapping.zone,
            currency=self._mapping.currency,
            country=self._mapping.country,
            language=self._mapping.language,
            visit_pause_minutes=self._mapping.visit_pause_minutes,
            skills=services.skill_entries(self._mapping),
            categories=services.category_entries(catalogue.values(), self._mapping),
            opening_hours=services.opening_entries(self._mapping),
            place_kinds=services.place_kind_entries(self._mapping),
            places=services.place_entries(self._mapping),
            services=tuple(catalogue.values()),
            staff=tuple(services.staff_entry(code, self._done[code], catalogue, self._mapping) for code in team),
            shifts=shifts_of(items, self._mapping),
            customers=tuple(
                CustomerEntry(natural_key("customer", code), code, code, day) for code, day in sorted(self._first_day.items())
            ),
            items=items,
            cancellations=tuple(self._cancellations.values()),
            no_shows=tuple(self._no_shows.values()),
            raw_rows=tuple(self._raw.values()),
        )

    def _remark_on_services(self, catalogue: Mapping[str, ServiceEntry]) -> None:
        for code, service in catalogue.items():
            source = self._listed[code].source if code in self._listed else self._booked[code]
            if self._listed and code not in self._listed:
                self._warn(source, Warn.SERVICE_NOT_LISTED, service=shown(code))
            if service.phases_from != "service":
                self._warn(source, Warn.UNKNOWN_SERVICE, service=shown(code), minutes=service.minutes)


def _content(row: Row) -> str:
    return "\n".join(row.cells.values())


def _line(source: Source) -> dict[str, str | int]:
    return {"other_file": shown(source.file), "other_line": str(source.line)}
