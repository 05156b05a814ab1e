"""Reading public instance files: words, numbers and the errors that name the place where a file goes wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from scheduler.check import LARGEST_TIME

TOKEN = re.compile(r"[^\W\d_][^\W\d_-]*|-?\d+(?:\.\d+)?|\S")
WHOLE = re.compile(r"-?\d{1,30}(?:\.0+)?")
"""A whole number, also as tools for tables write it (5.0)."""

COMMENT = re.compile(r"(?:#|//|%).*|^\s*(?:[;!*+=]|--).*")
"""What the collections write beside their numbers: to the end of the line, or a line that begins with a sign."""

SIGNS = frozenset("=:,;()[]{}")
"""What may stand between numbers and says nothing."""

TASKS_MAX = 1_000_000
"""A count beyond this is a broken file, not an instance."""


class InstanceError(ValueError):
    """A file that is not in the expected format: stable `code`, the 1-based `line` where reading stopped, `detail`."""

    def __init__(self, code: str, line: int, detail: str = "") -> None:
        super().__init__(f"{code} at line {line}" + (f": {detail}" if detail else ""))
        self.code = code
        self.line = line
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number of the file and its 1-based line."""

    text: str
    line: int


def tokens(text: str) -> list[Token]:
    """Words, numbers and signs in order; comments, a byte order mark and an end-of-file character are dropped."""
    found = []
    for number, line in enumerate(text.lstrip("\ufeff").rstrip("\x1a\0").splitlines(), start=1):
        found += [Token(match, number) for match in TOKEN.findall(COMMENT.sub("", line))]
    return found


def lines_of(found: Iterable[Token]) -> list[list[Token]]:
    """The tokens line by line."""
    return [list(line) for _, line in groupby(found, key=lambda token: token.line)]


def without_label(line: list[Token], *, named: bool) -> list[Token]:
    """A line without the "Job 3:" before its numbers; unless it must be `named`, "3:" is a label as well."""
    at = 1 if line[0].text[0].isalpha() else 0
    if (at or not named) and len(line) > at + 1 and line[at].text.isdigit() and line[at + 1].text == ":":
        return line[at + 2 :]
    return line


def without_signs(found: Iterable[Token]) -> list[Token]:
    """The tokens without what only stands between them."""
    return [token for token in found if token.text not in SIGNS]


class Numbers:
    """The whole numbers of a file, read from front to back."""

    def __init__(self, found: list[Token]) -> None:
        self._found = found
        self._next = 0

    @property
    def line(self) -> int:
        """Line of the next token, or of the last one when all are read."""
        if not self._found:
            return 1
        return self._found[min(self._next, len(self._found) - 1)].line

    @property
    def rest(self) -> int:
        """How many tokens are left."""
        return len(self._found) - self._next

    def take(self, what: str, *, least: int = 0) -> int:
        """The next number. Raises InstanceError, which names `what`.

        `ended_early`, `number_expected`, `number_too_small` or `number_too_large`, which is beyond all times of a problem.
        """
        if not self.rest:
            raise InstanceError("ended_early", self.line, f"{what} expected")
        token = self._found[self._next]
        if not WHOLE.fullmatch(token.text):
            raise InstanceError("number_expected", token.line, f"{what} expected, {token.text[:30]!r} found")
        value = int(token.text.partition(".")[0])
        if value < least:
            raise InstanceError("number_too_small", token.line, f"{what} is {value}, at least {least} expected")
        if value > LARGEST_TIME:
            raise InstanceError("number_too_large", token.line, f"{what} is {value}, at most {LARGEST_TIME} expected")
        self._next += 1
        return value

    def count(self, what: str, *, least: int = 0) -> int:
        """A number that says how many things follow."""
        line = self.line
        value = self.take(what, least=least)
        if value > TASKS_MAX:
            raise InstanceError("number_too_large", line, f"{what} is {value}")
        return value

    def finish(self) -> None:
        """Raise InstanceError `too_much` when anything is left."""
        if self.rest:
            raise InstanceError("too_much", self.line, f"{self.rest} more values than announced")
