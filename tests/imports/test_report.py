from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import hub
from hub.imports import findings, report
from hub.imports.findings import FileFault, FileRefused
from hub.imports.salon_csv import SalonMapping, read_files, read_folder
from hub.kernel.text import Language

LANGUAGES: tuple[Language, ...] = ("en", "zh")


def ftl(language: str) -> str:
    return Path(hub.__path__[0], "locales", language, "import.ftl").read_text(encoding="utf-8")


def messages(language: str) -> dict[str, set[str]]:
    """Message ids with the parameters they use."""
    found = re.findall(r"^([a-z-]+) =((?:.*\n(?:[ \t]+.*\n)*))", ftl(language) + "\n", re.MULTILINE)
    return {name: set(re.findall(r"\{ \$(\w+)", text)) for name, text in found}


def test_both_languages_have_the_same_messages_with_the_same_parameters() -> None:
    english, chinese = messages("en"), messages("zh")
    assert english.keys() == chinese.keys()
    differing = {name for name in english if english[name] != chinese[name]}
    assert differing == set()


@pytest.mark.parametrize(
    ("prefix", "codes"),
    [
        ("import-imported-", findings.Arrival),
        ("import-merged-", findings.Merge),
        ("import-rejected-", findings.RowFault),
        ("import-file-refused-", findings.FileFault),
        ("import-warning-", findings.Warn),
    ],
)
def test_every_code_has_its_sentence(prefix: str, codes: type[findings.RowFault]) -> None:
    for language in LANGUAGES:
        known = messages(language)
        assert {prefix + code.value.replace("_", "-") for code in codes} <= known.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_line_is_json_whose_parts_add_up(
    book_files: dict[str, bytes], mapping: SalonMapping, language: Language
) -> None:
    broken = book_files["Receipt Transactions0.csv"] + b"broken\n,,,,,,,,\n"
    draft = read_files({**book_files, "Receipt Transactions0.csv": broken, "note.csv": b"hello"}, mapping)
    lines = list(report.lines(draft, language))
    totals = json.loads(lines[-1])
    assert totals["rows"] == totals["imported"] + totals["merged"] + totals["rejected"] == 19
    assert totals["rejected"] == 2
    assert totals["kept_for_later"] == 4
    assert totals["files_refused"] == 1
    assert len(totals["files"]) == 7
    for name in ("rows", "imported", "merged", "rejected"):
        assert sum(entry[name] for entry in totals["files"]) == totals[name]


def test_every_row_stands_in_the_full_report(book_files: dict[str, bytes], mapping: SalonMapping) -> None:
    draft = read_files(book_files, mapping)
    named = []
    for line in report.lines(draft, "en"):
        if line.startswith("  line "):
            for span in line.removeprefix("  line ").partition(":")[0].split(", "):
                first, _, last = span.partition("–")
                named.extend(range(int(first), int(last or first) + 1))
    assert sorted(named) == sorted(outcome.source.line for outcome in draft.outcomes)


def test_a_foreign_value_cannot_write_to_the_terminal(mapping: SalonMapping) -> None:
    text = "Code,Staff,Service,Date,Time,TimeInt\nA,M,S,05\u202e/01/2018,9:00 AM,540\n"
    lines = list(report.lines(read_files({"b\x1b[2J.csv": text.encode()}, mapping), "en"))
    assert not any("\u202e" in line for line in lines)


def test_a_files_name_cannot_write_to_the_terminal(tmp_path: Path, mapping: SalonMapping) -> None:
    (tmp_path / "b\x1b[2J.csv").write_text("nothing")
    assert not any("\x1b" in line for line in report.lines(read_folder(tmp_path, mapping), "en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_refusals_are_said_in_words(language: Language) -> None:
    refusals = [
        FileRefused(FileFault.NAME_CONTRADICTS_CONTENT, "f", claimed="bookings", found="no_shows"),
        FileRefused(FileFault.MISSING_COLUMNS, "f", kind="receipts", columns="date"),
        FileRefused(FileFault.DATE_ORDER_CONTRADICTS_MAPPING, "f", found="day_first", mapping="month_first"),
    ]
    said = [report.refusal_line(refusal, language) for refusal in refusals]
    assert len(set(said)) == 3
    assert not any("no_shows" in line or "$" in line for line in said)
