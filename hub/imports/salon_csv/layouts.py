"""Which report a file is. The header decides, not the name; but a name that claims another report refuses the file."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath

from hub.imports.findings import FileFault, FileRefused
from hub.imports.salon_csv.fields import plain_code
from hub.imports.salon_csv.reading import LINE_CHARACTERS_MAX, cells_of

HEADER_LINES_MAX = 10
"""Some exports put a title and a date above the header."""
DELIMITERS = (",", ";", "\t", "|")
COLUMNS_MAX = 200
RECOGNISED_COLUMNS_MIN = 3
"""Fewer known column names are chance, not a report."""


class FileKind(StrEnum):
    """The reports that are understood, in the order in which they build on each other."""

    SERVICES = "services"
    BOOKINGS = "bookings"
    NO_SHOWS = "no_shows"
    CANCELLATIONS = "cancellations"
    RECEIPTS = "receipts"
    PRODUCTS = "products"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by our name, the names it goes by (first the usual one), and whether a report is none without it."""

    name: str
    titles: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Layout:
    """`one_of`: at least one of these columns is needed. `file_names`: how such files' names begin."""

    kind: FileKind
    columns: tuple[Column, ...]
    file_names: tuple[str, ...]
    one_of: tuple[str, ...] = ()


_CUSTOMER = Column("customer", ("code", "client", "client code", "client id", "customer", "customer code", "guest"))
_STAFF = Column("staff", ("staff", "stylist", "employee", "technician", "staff name", "staff code", "provider"))
_SERVICE = Column("service", ("service", "service code", "svc", "treatment"))

LAYOUTS = (
    Layout(
        FileKind.SERVICES,
        (
            Column("code", ("code", "service code", "service")),
            Column("name", ("desc", "description", "name", "service name")),
            Column("category", ("cate", "category", "cat", "service category")),
            Column("active", ("isactive", "active"), required=False),
            Column("price", ("price", "list price"), required=False),
            Column("cost", ("cost", "product cost"), required=False),
        ),
        ("servicelist",),
    ),
    Layout(
        FileKind.BOOKINGS,
        (
            _CUSTOMER,
            _STAFF,
            _SERVICE,
            Column("date", ("date", "booking date", "appointment date", "appt date")),
            Column("time", ("time", "start", "start time", "booking time", "appt time"), required=False),
            Column("minute", ("timeint", "time minutes", "minutes", "start minute"), required=False),
        ),
        ("futurebooking",),
        one_of=("time", "minute"),
    ),
    Layout(
        FileKind.NO_SHOWS,
        (_CUSTOMER, _STAFF, _SERVICE, Column("date", ("date", "no show date", "appointment date"))),
        ("noshow",),
    ),
    Layout(
        FileKind.CANCELLATIONS,
        (
            Column("cancelled_on", ("cancel date", "cancelled date", "canceled date", "cancellation date")),
            _CUSTOMER,
            _SERVICE,
            _STAFF,
            Column("date", ("booking date", "appointment date", "appt date", "booked date")),
            Column("cancelled_by", ("canceled by", "cancelled by", "cancel by"), required=False),
            Column("days", ("days", "days ahead", "days notice"), required=False),
        ),
        ("clientcancel",),
    ),
    Layout(
        FileKind.RECEIPTS,
        (
            Column("receipt", ("receipt", "receipt no", "receipt number", "invoice")),
            Column("date", ("date", "receipt date", "sale date")),
            Column("item", ("description", "desc", "item")),
            Column("customer", ("client", "client code", "code", "customer"), required=False),
            Column("staff", _STAFF.titles, required=False),
            Column("quantity", ("quantity", "qty"), required=False),
            Column("amount", ("amount", "total", "net")),
            Column("gst", ("gst",), required=False),
            Column("pst", ("pst",), required=False),
        ),
        ("receipttrans",),
    ),
    Layout(
        FileKind.PRODUCTS,
        (
            Column("code", ("code", "product code", "sku")),
            Column("name", ("description", "desc", "name", "product")),
            Column("on_hand", ("on hand", "onhand", "stock", "in stock")),
            *(
                Column(name, (name, *others), required=False)
                for name, *others in (
                    ("supplier", "vendor"),
                    ("brand",),
                    ("category", "cate"),
                    ("price", "retail price"),
                    ("minimum", "min"),
                    ("maximum", "max"),
                    ("cost",),
                    ("cog", "cogs"),
                    ("ytd",),
                    ("package",),
                    ("isactive", "active"),
                )
            ),
        ),
        ("productlist",),
    ),
)


@dataclass(frozen=True, slots=True)
class Header:
    """A recognised header: where it stands (index of its line), how it is divided, which cell is which column.

    `positions` maps our column name to the cells that bear it (several: the header names it twice)."""

    layout: Layout
    index: int
    delimiter: str
    cells: tuple[str, ...]
    positions: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def extra(self) -> tuple[str, ...]:
        """Titles of cells that are no known column."""
        known = {position for positions in self.positions.values() for position in positions}
        return tuple(cell for position, cell in enumerate(self.cells) if position not in known and cell)


def recognise(file: str, lines: Sequence[str], extra_titles: Mapping[FileKind, Mapping[str, Sequence[str]]]) -> Header:
    """The header that explains `lines` best. `extra_titles`: further names of columns, by report and column.

    Raises:
        FileRefused: no known header, needed columns missing, or the file's name claims another report.
    """
    best: Header | None = None
    filled = [index for index, line in enumerate(lines) if line.strip()][:HEADER_LINES_MAX]
    for index in filled:
        for header in _readings(lines[index], index, extra_titles):
            if best is None or _rank(header) > _rank(best):
                best = header
    if best is None or len(best.positions) < RECOGNISED_COLUMNS_MIN:
        raise FileRefused(FileFault.UNKNOWN_HEADER, file)
    claimed = claimed_kind(file)
    if claimed is not None and claimed is not best.layout.kind:
        raise FileRefused(FileFault.NAME_CONTRADICTS_CONTENT, file, claimed=claimed, found=best.layout.kind)
    missing = _missing(best)
    if missing:
        raise FileRefused(FileFault.MISSING_COLUMNS, file, kind=best.layout.kind, columns=", ".join(missing))
    return best


def claimed_kind(file: str) -> FileKind | None:
    """The report that the file's name claims; None for a name that claims none."""
    stem = "".join(c for c in PurePath(file).stem.casefold() if c.isalpha())
    return next((layout.kind for layout in LAYOUTS if any(name in stem for name in layout.file_names)), None)


def plain(title: str) -> str:
    """A column's title without case, width, spaces and signs."""
    return "".join(c for c in unicodedata.normalize("NFKC", title).casefold() if c.isalnum())


def client_in(kind: str, cells: Mapping[str, str]) -> str | None:
    """The client's code in a row of that report, by the column's usual titles; None where it names nobody."""
    columns = [column for layout in LAYOUTS if layout.kind == kind for column in layout.columns if column.name == "customer"]
    for title in (title for column in columns for title in column.titles):
        for said, cell in cells.items():
            if plain(said) == plain(title):
                return plain_code(str(cell)) or None
    return None


def _readings(line: str, index: int, extra: Mapping[FileKind, Mapping[str, Sequence[str]]]) -> list[Header]:
    found = []
    for delimiter in DELIMITERS:
        cells = cells_of(line, delimiter) if len(line) <= LINE_CHARACTERS_MAX else None
        if cells is None or not RECOGNISED_COLUMNS_MIN <= len(cells) <= COLUMNS_MAX:
            continue
        titles = [plain(cell) for cell in cells]
        for layout in LAYOUTS:
            positions = _positions(layout, titles, extra.get(layout.kind, {}))
            found.append(Header(layout, index, delimiter, cells, positions))
    return found


def _positions(layout: Layout, titles: Sequence[str], extra: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, ...]]:
    """Each column takes the first of its names that the header has; a cell serves one column."""
    taken: dict[str, tuple[int, ...]] = {}
    free = set(range(len(titles)))
    depth = max(len(column.titles) + len(extra.get(column.name, ())) for column in layout.columns)
    for rank in range(depth):  # usual names first, so that no alias takes another column's own title
        for column in layout.columns:
            names = (*column.titles, *extra.get(column.name, ()))
            if column.name in taken or rank >= len(names):
                continue
            at = tuple(i for i in sorted(free) if titles[i] == plain(names[rank]))
            if at:
                taken[column.name] = at
                free.difference_update(at)
    return taken


def _missing(header: Header) -> list[str]:
    missing = [c.titles[0] for c in header.layout.columns if c.required and c.name not in header.positions]
    needed = header.layout.one_of
    if needed and not any(name in header.positions for name in needed):
        missing.append("/".join(c.titles[0] for c in header.layout.columns if c.name in needed))
    return missing


def _rank(header: Header) -> tuple[int, int, int]:
    return (len(header.positions), -len(_missing(header)), -header.index)
