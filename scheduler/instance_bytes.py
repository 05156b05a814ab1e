"""Bytes of a file to its text: compressed ones are opened, archives and other formats refused by name."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO

BYTES_MAX = 512 * 1024 * 1024
"""Of what a compressed file unfolds to."""

_COMPRESSED: tuple[tuple[bytes, Callable[[BinaryIO], Any]], ...] = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ\x00", lzma.open),
)
_OTHERS = (
    (0, b"PK\x03\x04", "a ZIP archive (or a workbook)"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (0, b"Rar!", "a RAR archive"),
    (0, b"%PDF-", "a PDF"),
    (257, b"ustar", "an archive of several files"),
)
_BOMS = ((b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class NotTextError(ValueError):
    """What is no text; says what it is instead."""


def text_of(data: bytes, *, lenient: bool = False) -> str:
    """The text of a file: UTF-8, or what its mark says; a compressed one is opened first.

    `lenient` keeps bytes of another encoding as U+FFFD, for files of which only comments can hold letters.

    Raises:
        NotTextError: an archive, another format, or not UTF-8.
    """
    data = _opened(data)
    for at, magic, what in _OTHERS:
        if data[at : at + len(magic)] == magic:
            raise NotTextError(f"{what}, no text")
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "utf-8-sig")
    if encoding == "utf-8-sig" and b"\0" in data.rstrip(b"\0\x1a"):
        raise NotTextError("not UTF-8 text")
    try:
        return data.decode(encoding, errors="replace" if lenient else "strict")
    except UnicodeDecodeError as error:
        raise NotTextError("not UTF-8 text") from error


def _opened(data: bytes) -> bytes:
    opener = next((open_ for magic, open_ in _COMPRESSED if data.startswith(magic)), None)
    if opener is None:
        return data
    try:
        with opener(io.BytesIO(data)) as file:
            found: bytes = file.read(BYTES_MAX + 1)
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise NotTextError(f"a damaged compressed file: {error}") from error
    if len(found) > BYTES_MAX:
        raise NotTextError(f"a compressed file of more than {BYTES_MAX} bytes")
    return found
