"""A book read and judged, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from hub.imports.book import Book
from hub.imports.findings import (
    FileRefused,
    Imported,
    Merge,
    Merged,
    Outcome,
    Rejected,
    RowFault,
    Warn,
    Warning_,
)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was understood."""

    name: str
    kind: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A folder read and judged, before anything is written: the book, and one outcome per row of the read files."""

    book: Book
    files: tuple[ReadFile, ...]
    refused: tuple[FileRefused, ...]
    outcomes: tuple[Outcome, ...]
    warnings: tuple[Warning_, ...]

    def settled(
        self,
        known: Iterable[str] = (),
        refused: Mapping[str, str] | None = None,
        joined: Mapping[str, Merge] | None = None,
    ) -> Draft:
        """The account after writing: what the store knew already (natural keys) becomes merged, as what speaks of one of its
        bookings does (`joined`: key → as what); what the hub refused (key → its error code) becomes rejected, and rows that
        were merged into a refused fact with it."""
        met = {**dict.fromkeys(known, Merge.ALREADY_IMPORTED), **(joined or {})}
        outcomes = tuple(_settled(outcome, met, refused or {}) for outcome in self.outcomes)
        found = {outcome.source for outcome in outcomes if outcome.code is Merge.NO_SHOW_OF_KNOWN_BOOKING}
        warnings = (w for w in self.warnings if w.code is not Warn.NO_SHOW_WITHOUT_BOOKING or w.source not in found)
        return replace(self, outcomes=outcomes, warnings=tuple(warnings))

    def held_back(self) -> Draft:
        """The account when nothing is written because a file was refused: what is not rejected already is held back."""
        return replace(self, outcomes=tuple(_held_back(outcome) for outcome in self.outcomes))


def _held_back(outcome: Outcome) -> Rejected:
    return outcome if isinstance(outcome, Rejected) else Rejected(outcome.source, RowFault.HELD_BACK)


def _settled(outcome: Outcome, met: Mapping[str, Merge], refused: Mapping[str, str]) -> Outcome:
    if isinstance(outcome, Rejected):
        return outcome
    if outcome.key in refused:
        return Rejected(outcome.source, RowFault.REFUSED_BY_HUB, {"code": refused[outcome.key]})
    if isinstance(outcome, Imported) and outcome.key in met:
        return Merged(outcome.source, met[outcome.key], outcome.key)
    return outcome
