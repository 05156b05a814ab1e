"""Bytes to records, so that one broken line costs that line and nothing after it.

Python's csv module reads a stream: a quote that never closes swallows the rest of the file. Here the physical line
comes first; only a line with an open quote looks at a few lines after it.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub.imports.findings import FileFault, FileRefused, RowFault

FILE_BYTES_MAX = 64 * 1024 * 1024
"""A year of a busy salon is under 1 MiB; what is larger is not a salon's book."""
ROWS_MAX = 500_000
LINE_CHARACTERS_MAX = 20_000
"""The widest report has 14 short columns."""
QUOTED_LINES_MAX = 10
"""A quoted cell may hold line breaks (a postal address); a quote open for longer was never closed."""
BINARY_SHARE_MAX = 0.05
"""Above this share of control characters a file is not text; a damaged text stays far below."""

BINARY_CHARACTERS_MIN = 32
"""Fewer are damage, however short the file is."""

_MAGIC = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP/XLSX"),
    (b"PK\x05\x06", "ZIP"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"RIFF", "RIFF"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "RAR"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"SQLite format 3", "SQLite"),
    (b"\x7fELF", "ELF"),
    (b"MZ\x90", "EXE"),
    (b"{\\rtf", "RTF"),
)
_MARKUP = re.compile(r"\s*<(!doctype|html|\?xml|head|body|table|svg)\b", re.IGNORECASE)
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text. `guessed`: neither a mark nor the text itself proved the encoding."""

    text: str
    encoding: str
    guessed: bool


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the physical line (from 1) on which it begins, its cells, or what is wrong with it."""

    line: int
    cells: tuple[str, ...]
    fault: RowFault | None = None


def decode(data: bytes, file: str) -> Decoded:
    """The text of `data`; what the encoding cannot explain becomes U+FFFD, and its row will be rejected.

    Raises:
        FileRefused: empty, too large, binary, or a known other format.
    """
    if len(data) > FILE_BYTES_MAX:
        raise FileRefused(FileFault.TOO_LARGE, file, bytes=len(data), most=FILE_BYTES_MAX)
    if not data.strip(b"\x00 \t\r\n"):
        raise FileRefused(FileFault.EMPTY, file)
    for magic, name in _MAGIC:
        if data.startswith(magic):
            raise FileRefused(FileFault.ANOTHER_FORMAT, file, format=name)
    encoding, guessed = _encoding_of(data)
    text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
    if _MARKUP.match(text):
        raise FileRefused(FileFault.ANOTHER_FORMAT, file, format="HTML/XML")
    if not text.strip("\x00 \t\r\n\ufffd"):
        raise FileRefused(FileFault.EMPTY, file)
    if len(_ODD.findall(text)) > max(BINARY_CHARACTERS_MIN, len(text) * BINARY_SHARE_MAX):
        raise FileRefused(FileFault.NOT_TEXT, file)
    return Decoded(text, encoding, guessed)


def _encoding_of(data: bytes) -> tuple[str, bool]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return encoding, False
    sample = data[:4096]
    if sample[1::2].count(0) > len(sample) * 0.2 and sample[::2].count(0) <= len(sample) * 0.05:
        return "utf-16-le", True
    if sample[::2].count(0) > len(sample) * 0.2 and sample[1::2].count(0) <= len(sample) * 0.05:
        return "utf-16-be", True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if _has_utf8_letters(data):
            return "utf-8", False
        return ("gb18030" if _has_chinese_letters(data) else "cp1252"), True
    return "utf-8", False


_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_CHINESE_WORD = re.compile(rb"(?<![\x80-\xff])(?:[\xb0-\xf7][\xa1-\xfe])+(?![\x80-\xff])")
"""Letters of GB 2312, two bytes each, with none of another kind beside them."""


def _has_utf8_letters(data: bytes) -> bool:
    """Whether most bytes above ASCII form UTF-8 letters: then the file is UTF-8 and the others are damage."""
    inside = sum(len(letter) for letter in _UTF8_LETTER.findall(data))
    return inside * 2 > len(_HIGH_BYTE.findall(data))


def _has_chinese_letters(data: bytes) -> bool:
    """Whether nearly all bytes above ASCII are Chinese letters as a spreadsheet in China saves them; accents stand alone."""
    inside = sum(len(word) for word in _CHINESE_WORD.findall(data))
    return inside * 10 > len(_HIGH_BYTE.findall(data)) * 9


def physical_lines(text: str) -> list[str]:
    """Lines ended by CR LF, LF or CR; other separators of Unicode are letters here."""
    lines = _LINE_END.split(text)
    return lines[:-1] if lines and not lines[-1] else lines


def records(lines: Sequence[str], delimiter: str, first: int, width: int) -> Iterator[Record]:
    """The records of `lines` from index `first` on; blank lines are none. A record's `line` is its index + 1.

    Lines are joined only to a record of `width` cells, and never with a line that is such a record by itself."""
    at = first
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        record, taken = _record_at(lines, at, delimiter, width)
        yield record
        at += taken


def cells_of(text: str, delimiter: str) -> tuple[str, ...] | None:
    """The trimmed, NFC-normalised cells of one record's text; None when its quotes do not fit."""
    if '"' in text:
        try:
            rows = list(csv.reader([text], delimiter=delimiter, strict=True))
        except csv.Error:
            return None
        cells = rows[0] if rows else []
    else:
        cells = text.split(delimiter)
    return tuple(unicodedata.normalize("NFC", cell).strip().strip("\ufeff") for cell in cells)


def _record_at(lines: Sequence[str], at: int, delimiter: str, width: int) -> tuple[Record, int]:
    """The record that begins at index `at`, and how many physical lines it takes."""
    number, text = at + 1, lines[at]
    if len(text) > LINE_CHARACTERS_MAX:
        return Record(number, (), RowFault.LINE_TOO_LONG), 1
    cells = cells_of(text, delimiter)
    if cells is not None:
        return Record(number, cells, _fault_of(text, cells)), 1
    for taken, line in enumerate(lines[at + 1 : at + QUOTED_LINES_MAX], start=2):
        text += "\n" + line
        if len(text) > LINE_CHARACTERS_MAX or _is_whole(line, delimiter, width):
            break
        cells = cells_of(text, delimiter)
        if cells is not None and len(cells) == width:
            return Record(number, cells, _fault_of(text, cells)), taken
    return Record(number, (), RowFault.UNCLOSED_QUOTE), 1


def _is_whole(line: str, delimiter: str, width: int) -> bool:
    """Whether a line is a record by itself; an odd number of quotes belongs to another line."""
    cells = cells_of(line, delimiter) if line.count('"') % 2 == 0 else None
    return cells is not None and len(cells) == width


def _fault_of(text: str, cells: tuple[str, ...]) -> RowFault | None:
    if "\ufffd" in text:
        return RowFault.UNDECODABLE
    if _CONTROL.search(text):
        return RowFault.CONTROL_CHARACTERS
    return None if any(cells) else RowFault.EMPTY_ROW
