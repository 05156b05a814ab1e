"""The account of an import: every row in words, and the totals as one line of JSON, in which the parts add up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from hub.imports.draft import Draft
from hub.imports.findings import (
    Arrival,
    FileRefused,
    Imported,
    Merged,
    Outcome,
    Params,
    Rejected,
    Warning_,
)
from hub.kernel import terminal_text
from hub.kernel.text import Language

say = partial(terminal_text.say, "import")
"""A message of import.ftl."""

LINES_NAMED_MAX = 8
"""How many line numbers one warning lists before it only counts."""


def totals(draft: Draft) -> dict[str, Any]:
    """`rows` = `imported` + `merged` + `rejected`; `kept_for_later` is a part of `imported`; `files` one entry per file.

    Rows are the non-blank lines below the header of the files that were read; a refused file has none."""
    entries: list[dict[str, Any]] = []
    by_file = _by_file(draft)
    for file in draft.files:
        entries.append({"file": file.name, "kind": str(file.kind), **_counts(by_file[file.name])})
    entries += [_refused_entry(refusal) for refusal in draft.refused]
    kept = sum(isinstance(o, Imported) and o.code is Arrival.KEPT_FOR_LATER for o in draft.outcomes)
    ordered = sorted(entries, key=lambda entry: str(entry["file"]))
    return {**_counts(draft.outcomes), "kept_for_later": kept, "files_refused": len(draft.refused), "files": ordered}


def nothing(*refused: FileRefused) -> str:
    """The last line where it did not come to an account: no row counts."""
    files = [_refused_entry(refusal) for refusal in refused]
    return json.dumps({**_counts([]), "kept_for_later": 0, "files_refused": len(files), "files": files})


def _refused_entry(refusal: FileRefused) -> dict[str, Any]:
    return {"file": refusal.file, "refused": str(refusal.code), **_counts([])}


def lines(draft: Draft, language: Language) -> Iterator[str]:
    """The report, line by line; the last line is `totals` as JSON.

    Every row is in it with its line; rows of one file of which the same is to be said share a line of the report."""
    for refusal in draft.refused:
        yield refusal_line(refusal, language)
    by_file = _by_file(draft)
    for file in draft.files:
        yield say(language, "import-file", file=file.name, kind=say(language, f"import-kind-{_dashed(file.kind)}"))
        outcomes = by_file[file.name]
        for status, reason, rows in _like_outcomes(outcomes, language):
            yield "  " + say(language, f"import-row-{status}", line=_spans(rows), reason=reason)
        yield "  " + say(language, "import-counts", **_counts(outcomes))
    yield from (warning_line(group, language) for group in _like_warnings(draft.warnings))
    counted = totals(draft)
    yield say(language, "import-total", **{name: counted[name] for name in ("rows", "imported", "merged", "rejected")})
    if counted["kept_for_later"]:
        yield say(language, "import-kept-for-later", count=counted["kept_for_later"])
    yield json.dumps(counted)


def outcome_line(outcome: Outcome, language: Language) -> str:
    """One row: its line and what became of it and why."""
    status, reason = _said(outcome, language)
    return say(language, f"import-row-{status}", line=str(outcome.source.line), reason=reason)


def refusal_line(refusal: FileRefused, language: Language) -> str:
    """A refused file (or folder) and why."""
    params = dict(refusal.reason)
    for name in ("kind", "claimed"):
        if name in params:
            params[name] = say(language, f"import-kind-{_dashed(str(params[name]))}")
    if str(refusal.code) == "name_contradicts_content":
        params["found"] = say(language, f"import-kind-{_dashed(str(params['found']))}")
    reason = say(language, f"import-file-refused-{_dashed(refusal.code)}", **params)
    return say(language, "import-file-refused", file=refusal.file, reason=reason)


def warning_line(warnings: list[Warning_], language: Language) -> str:
    """Like warnings of one file in one line; `warnings` is not empty."""
    first = warnings[0]
    said = say(language, f"import-warning-{_dashed(first.code)}", **first.params)
    numbers = [str(warning.source.line) for warning in warnings if warning.source.line]
    if not numbers:
        return say(language, "import-warning-of-file", file=first.source.file, said=said)
    named = ", ".join(numbers[:LINES_NAMED_MAX])
    more = len(numbers) - LINES_NAMED_MAX
    where = say(language, "import-lines-and-more", lines=named, more=more) if more > 0 else named
    return say(language, "import-warning-of-lines", file=first.source.file, lines=where, said=said)


def _said(outcome: Outcome, language: Language) -> tuple[str, str]:
    status = {Imported: "imported", Merged: "merged", Rejected: "rejected"}[type(outcome)]
    return status, say(language, f"import-{status}-{_dashed(outcome.code)}", **outcome.params)


def _like_outcomes(outcomes: list[Outcome], language: Language) -> list[tuple[str, str, list[tuple[int, int]]]]:
    """(status, reason, (rank in the file, line) of each row): rows of which the same is to be said, together."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for rank, outcome in enumerate(outcomes):
        found.setdefault(_said(outcome, language), []).append((rank, outcome.source.line))
    return [(status, reason, rows) for (status, reason), rows in found.items()]


def _spans(rows: list[tuple[int, int]]) -> str:
    """`2–40, 43`: lines of rows that follow each other as a span. `rows`: (rank in the file, line), ascending."""
    spans: list[list[tuple[int, int]]] = []
    for row in rows:
        if spans and row[0] == spans[-1][-1][0] + 1:
            spans[-1].append(row)
        else:
            spans.append([row])
    return ", ".join(str(s[0][1]) if len(s) == 1 else f"{s[0][1]}–{s[-1][1]}" for s in spans)


def _by_file(draft: Draft) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {file.name: [] for file in draft.files}
    for outcome in draft.outcomes:
        found[outcome.source.file].append(outcome)
    return found


def _counts(outcomes: Iterable[Outcome]) -> dict[str, int]:
    by_type = Counter(type(outcome) for outcome in outcomes)
    return {
        "rows": by_type.total(),
        "imported": by_type[Imported],
        "merged": by_type[Merged],
        "rejected": by_type[Rejected],
    }


def _like_warnings(warnings: Iterable[Warning_]) -> list[list[Warning_]]:
    """Warnings that say the same of one file, together. What they say may name another line; then they differ."""
    groups: dict[tuple[str, str, str], list[Warning_]] = {}
    for warning in warnings:
        groups.setdefault((warning.source.file, warning.code, _same(warning.params)), []).append(warning)
    return list(groups.values())


def _same(params: Params) -> str:
    return json.dumps(dict(params), sort_keys=True)


def _dashed(code: str) -> str:
    return str(code).replace("_", "-")


__all__ = ["lines", "nothing", "outcome_line", "refusal_line", "say", "totals", "warning_line"]
