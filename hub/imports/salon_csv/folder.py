"""A folder of exported reports → book and account. The only part that touches the disk."""

from __future__ import annotations

import re
import stat
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hub.imports.draft import Draft, ReadFile
from hub.imports.findings import FileFault, FileRefused, RowRejected, Source, Warn, Warning_, visible
from hub.imports.salon_csv.assembling import Assembler
from hub.imports.salon_csv.fields import DateOrder, proven_order
from hub.imports.salon_csv.layouts import FileKind, claimed_kind
from hub.imports.salon_csv.mapping import SalonMapping
from hub.imports.salon_csv.reading import FILE_BYTES_MAX
from hub.imports.salon_csv.rows import TypedRow, typed, with_centuries, with_points, written_days
from hub.imports.salon_csv.tables import Row, Table, read_table

FILES_MAX = 1_000
"""Ten years of six monthly reports are 720."""
SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
APPLE_DOUBLE = b"\x00\x05\x16\x07"
"""How a file begins that holds another file's attributes; RFC 1740, appendix B."""
WRONG_ORDER_ROWS_MIN = 3
"""So many days that fit only the other order, and more than fit the mapping's, prove the other order."""


def read_folder(folder: Path, mapping: SalonMapping) -> Draft:
    """Read every report in `folder` (not in folders below it). A file that is refused is on the account, not raised; a
    `.txt` that claims to be no report is passed over.

    Raises:
        FileRefused: `folder` is no folder, holds no file with a known suffix, or more than FILES_MAX.
    """
    name = visible(folder.name or str(folder))
    try:
        found = sorted((path for path in folder.iterdir() if path.is_file() or _claims_a_report(path)), key=_natural)
    except OSError as wrong:
        raise FileRefused(FileFault.NOT_A_FOLDER, name, cause=wrong.strerror or "") from wrong
    reports = [path for path in found if _claims_a_report(path) and not _is_companion(path)]
    if not reports:
        raise FileRefused(FileFault.NO_FILES, name)
    if len(reports) > FILES_MAX:
        raise FileRefused(FileFault.TOO_MANY_FILES, name, found=len(reports), most=FILES_MAX)
    ignored = [Warning_(Source(visible(p.name), 0), Warn.FILE_IGNORED) for p in found if p not in set(reports)]
    return _draft(_named(reports), mapping, ignored)


def read_files(files: Mapping[str, bytes], mapping: SalonMapping) -> Draft:
    """Read reports that are in memory already, by file name."""
    return _draft(list(files.items()), mapping, [])


@dataclass(frozen=True, slots=True)
class _Report:
    """A file that was understood, its rows by their types."""

    file: ReadFile
    kind: FileKind
    rows: list[TypedRow | tuple[Source, RowRejected]]


def _draft(sources: Sequence[tuple[str, Path | bytes]], mapping: SalonMapping, warnings: list[Warning_]) -> Draft:
    reports: list[_Report] = []
    refused: list[FileRefused] = []
    for name, source in sources:
        try:
            table = read_table(name, _bytes(name, source), mapping.columns)
            reports.append(_Report(ReadFile(name, table.kind, table.encoding), table.kind, _typed_rows(table, mapping)))
        except FileRefused as refusal:
            if _claims_nothing(refusal):
                warnings.append(Warning_(Source(name, 0), Warn.FILE_IGNORED))
            else:
                refused.append(refusal)
        else:
            warnings.extend(table.warnings)
    assembler = Assembler(mapping)
    order = list(FileKind)
    for report in sorted(reports, key=lambda report: order.index(report.kind)):
        for row in report.rows:
            if isinstance(row, tuple):
                assembler.reject(*row)
        assembler.take_file(row for row in report.rows if not isinstance(row, tuple))
        report.rows.clear()
    book = assembler.book()
    return Draft(
        book=book,
        files=tuple(report.file for report in reports),
        refused=tuple(refused),
        outcomes=tuple(sorted(assembler.outcomes, key=lambda outcome: outcome.source)),
        warnings=(*warnings, *sorted(assembler.warnings, key=lambda warning: warning.source)),
    )


def _typed(
    kind: FileKind, row: Row | tuple[Source, RowRejected], mapping: SalonMapping
) -> TypedRow | tuple[Source, RowRejected]:
    if isinstance(row, tuple):
        return row
    try:
        return typed(kind, row, mapping.dates)
    except RowRejected as rejected:
        return row.source, rejected


def _typed_rows(table: Table, mapping: SalonMapping) -> list[TypedRow | tuple[Source, RowRejected]]:
    """The table's rows. Refuses a file whose days are written the other way round: the ambiguous ones would be taken for
    other days. Years of two digits are read where most rows have such; among longer ones they are damage."""
    proofs: Counter[DateOrder] = Counter()
    found: list[TypedRow | tuple[Source, RowRejected]] = []
    short: list[tuple[int, Row]] = []
    longer = 0
    for written in table.rows:
        row = with_points(written, table.kind) if table.decimal_comma and isinstance(written, Row) else written
        if isinstance(row, Row):
            whole = with_centuries(row, table.kind)
            if whole is not row:
                short.append((len(found), whole))
            elif any(written_days(row, table.kind)):
                longer += 1
            proofs.update(order for text in written_days(whole, table.kind) if (order := proven_order(text)))
        found.append(_typed(table.kind, row, mapping))
    if len(short) > longer:
        for at, row in short:
            found[at] = _typed(table.kind, row, mapping)
    against = proofs.total() - proofs[mapping.dates]
    if against >= WRONG_ORDER_ROWS_MIN and against * 2 > proofs.total():
        other = "day_first" if mapping.dates == "month_first" else "month_first"
        raise FileRefused(FileFault.DATE_ORDER_CONTRADICTS_MAPPING, table.file, found=other, mapping=mapping.dates)
    return found


def _claims_nothing(refusal: FileRefused) -> bool:
    """A text beside the reports, neither named nor written like one."""
    return (
        refusal.code is FileFault.UNKNOWN_HEADER
        and refusal.file.lower().endswith(".txt")
        and claimed_kind(refusal.file) is None
    )


def _claims_a_report(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


def _is_companion(path: Path) -> bool:
    """What macOS writes beside a file on a foreign disk or into an archive: no report, whatever its name ends in."""
    if not path.name.startswith("._") or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(APPLE_DOUBLE)) == APPLE_DOUBLE
    except OSError:
        return False


def _named(paths: Sequence[Path]) -> list[tuple[str, Path]]:
    """The files by names that can be shown; two that look alike are numbered, since the account is kept by name."""
    shown: dict[str, Path] = {}
    for path in paths:
        name, number = visible(path.name), 1
        while name in shown:
            number += 1
            name = f"{visible(path.name)} ({number})"
        shown[name] = path
    return list(shown.items())


def _bytes(name: str, source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        known = source.stat()
        if not stat.S_ISREG(known.st_mode):  # to open a pipe would wait for its other end
            raise FileRefused(FileFault.NOT_A_FILE, name)
        if known.st_size > FILE_BYTES_MAX:
            raise FileRefused(FileFault.TOO_LARGE, name, bytes=known.st_size, most=FILE_BYTES_MAX)
        return source.read_bytes()
    except OSError as wrong:
        raise FileRefused(FileFault.UNREADABLE, name, cause=wrong.strerror or "") from wrong


def _natural(path: Path) -> tuple[list[tuple[int, int, str]], str]:
    """Bookings2 before Bookings10."""
    parts = re.split(r"(\d+)", path.name.casefold())
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts if p], path.name
