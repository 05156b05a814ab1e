"""One file as a table: its report, its rows by column name, and the rows that cannot be read."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hub.imports.findings import FileFault, FileRefused, RowFault, RowRejected, Source, Warn, Warning_, shown
from hub.imports.salon_csv.layouts import FileKind, Header, plain, recognise
from hub.imports.salon_csv.reading import ROWS_MAX, Record, decode, physical_lines, records
from hub.kernel.card_numbers import holds_card_number

CELL_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `values` by our column names (a column the file lacks is absent); `cells` by the file's own titles."""

    source: Source
    values: Mapping[str, str]
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was understood; every row is a Row or has a fault. `rows` are read once, as they are asked for: half a
    million of them would not lie in memory side by side for nothing. One too many raises FileRefused there.
    `decimal_comma`: the separator leaves the comma to the numbers, as spreadsheets of many countries save them."""

    file: str
    kind: FileKind
    encoding: str
    decimal_comma: bool
    rows: Iterator[Row | tuple[Source, RowRejected]]
    warnings: tuple[Warning_, ...]


def read_table(file: str, data: bytes, extra_titles: Mapping[FileKind, Mapping[str, Sequence[str]]] | None = None) -> Table:
    """Read one exported report.

    Raises:
        FileRefused: it is not a report that is understood; nothing of it may be used.
    """
    decoded = decode(data, file)
    lines = physical_lines(decoded.text)
    header = recognise(file, lines, extra_titles or {})
    warnings = tuple(_remarks(file, header, decoded.guessed, decoded.encoding, lines))
    comma = header.delimiter != ","
    return Table(file, header.layout.kind, decoded.encoding, comma, _rows(file, lines, header), warnings)


def _rows(file: str, lines: Sequence[str], header: Header) -> Iterator[Row | tuple[Source, RowRejected]]:
    found = records(lines, header.delimiter, header.index + 1, len(header.cells))
    for number, record in enumerate(found):
        if number >= ROWS_MAX:
            raise FileRefused(FileFault.TOO_MANY_ROWS, file, most=ROWS_MAX)
        source = Source(file, record.line)
        try:
            yield _row(source, record, header)
        except RowRejected as rejected:
            yield source, rejected


def _row(source: Source, record: Record, header: Header) -> Row:
    if record.fault is not None:
        raise RowRejected(record.fault)
    # A book says the same codes, days and names over and over: each is kept once.
    cells, width = tuple(map(sys.intern, record.cells)), len(header.cells)
    if _is_header(cells, header):
        raise RowRejected(RowFault.REPEATED_HEADER)
    if len(cells) < width:
        raise RowRejected(RowFault.TOO_FEW_COLUMNS, found=len(cells), expected=width)
    if any(cells[width:]):
        raise RowRejected(RowFault.TOO_MANY_COLUMNS, found=len(cells), expected=width)
    if max(map(len, cells)) > CELL_CHARACTERS_MAX:
        raise RowRejected(RowFault.VALUE_TOO_LONG, most=CELL_CHARACTERS_MAX)
    if holds_card_number("\n".join(cells)):
        raise RowRejected(RowFault.CARD_NUMBER)
    values = {}
    for name, positions in header.positions.items():
        said = {cells[position] for position in positions} - {""}
        if len(said) > 1:
            raise RowRejected(RowFault.COLUMNS_DISAGREE, column=shown(header.cells[positions[0]]))
        values[name] = said.pop() if said else ""
    return Row(source, values, _by_title(header.cells, cells))


def _is_header(cells: Sequence[str], header: Header) -> bool:
    return len(cells) == len(header.cells) and all(
        plain(cell) == plain(title) for cell, title in zip(cells, header.cells, strict=True)
    )


def _by_title(titles: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Cells by title, word for word; a title met again is numbered."""
    named: dict[str, str] = {}
    for at, (title, cell) in enumerate(zip(titles, cells, strict=False), start=1):
        named[title if title and title not in named else f"{title}#{at}"] = cell
    return named


def _remarks(file: str, header: Header, guessed: bool, encoding: str, lines: Sequence[str]) -> Iterator[Warning_]:
    at = Source(file, header.index + 1)
    if guessed:
        yield Warning_(Source(file, 0), Warn.ENCODING_GUESSED, {"encoding": encoding})
    if any(line.strip() for line in lines[: header.index]):
        yield Warning_(at, Warn.LINES_BEFORE_HEADER, {"lines": header.index})
    for positions in header.positions.values():
        if len(positions) > 1:
            yield Warning_(at, Warn.DUPLICATE_COLUMN, {"column": shown(header.cells[positions[0]])})
    if header.extra:
        yield Warning_(at, Warn.EXTRA_COLUMNS, {"columns": shown(", ".join(header.extra))})
    absent = [c.titles[0] for c in header.layout.columns if c.name not in header.positions]
    if absent:
        yield Warning_(at, Warn.COLUMNS_LEFT_EMPTY, {"columns": ", ".join(absent)})
