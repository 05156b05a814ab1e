"""Reading public instance files: words, numbers and the errors that name the place where a file goes wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scheduler.check import LARGEST_TIME

TOKEN = re.compile(r"[^\W\d_][^\W\d_-]*|-?\d+(?:\.\d+)?|\S")
WHOLE = re.compile(r"-?\d{1,30}(?:\.0+)?")
"""A whole number, also as tools for tables write it (5.0)."""

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
    """Words, numbers and signs in order; `#` begins a comment, a byte order mark and an end-of-file character are dropped."""
    found = []
    for number, line in enumerate(text.lstrip("\ufeff").rstrip("\x1a\0").splitlines(), start=1):
        found += [Token(match, number) for match in TOKEN.findall(line.split("#", 1)[0])]
    return found


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
