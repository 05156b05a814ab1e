from __future__ import annotations

import pytest

from hub.imports.findings import FileFault, FileRefused, RowFault
from hub.imports.salon_csv.reading import decode, physical_lines, records

TEXT = "Code,Name\nA,Zoë\nB,Émile\n"


@pytest.mark.parametrize(
    ("encoding", "guessed"),
    [
        ("utf-8", False),
        ("utf-8-sig", False),
        ("utf-16", False),
        ("utf-32", False),
        ("utf-16-le", True),
        ("utf-16-be", True),
        ("cp1252", True),
    ],
)
def test_decode_reads_the_encodings_of_exports(encoding: str, guessed: bool) -> None:
    decoded = decode(TEXT.encode(encoding), "f.csv")
    assert decoded.text == TEXT
    assert decoded.guessed is guessed


def test_decode_reads_what_a_spreadsheet_in_china_saves() -> None:
    text = "Code,Staff,Service\n王丽01,陈静,SHCW\n\u5c0f\u660e,LEO,CTU\n"
    decoded = decode(text.encode("gb18030"), "f.csv")
    assert (decoded.text, decoded.encoding, decoded.guessed) == (text, "gb18030", True)
    for accents in ("Zoë,Émile", "ÀÉ,Ünal", "naïve café"):
        assert decode(accents.encode("cp1252"), "f.csv").text == accents


def test_decode_keeps_a_damaged_utf8_file_utf8() -> None:
    damaged = "A,王小明\nB,李\nC,张\n".encode().replace("李".encode(), b"\xff\xfe")
    lines = physical_lines(decode(damaged, "f.csv").text)
    found = list(records(lines, ",", 0, 2))
    assert [record.fault for record in found] == [None, RowFault.UNDECODABLE, None]
    assert found[0].cells == ("A", "王小明")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", FileFault.EMPTY),
        (b"\xef\xbb\xbf\r\n \n", FileFault.EMPTY),
        (b"\x00" * 4096, FileFault.EMPTY),
        (b"%PDF-1.7\nCode,Staff,Service", FileFault.ANOTHER_FORMAT),
        (b"PK\x03\x04abc", FileFault.ANOTHER_FORMAT),
        (b"\x89PNG\r\n\x1a\n", FileFault.ANOTHER_FORMAT),
        (b"  <!DOCTYPE html><table><tr><td>Code</td></tr></table>", FileFault.ANOTHER_FORMAT),
        (bytes(range(256)) * 20, FileFault.NOT_TEXT),
    ],
)
def test_decode_refuses_what_is_no_text(data: bytes, code: FileFault) -> None:
    with pytest.raises(FileRefused) as refused:
        decode(data, "f.csv")
    assert refused.value.code is code


def test_lines_end_at_any_of_three_line_ends_and_nowhere_else() -> None:
    assert physical_lines("a\r\nb\rc\n\nd\u2028\x0be") == ["a", "b", "c", "", "d\u2028\x0be"]


def test_records_tell_the_physical_line_on_which_they_begin() -> None:
    lines = physical_lines('h1,h2\n\n"two\nlines",x\n\nafter,y\n')
    found = list(records(lines, ",", 1, 2))
    assert [(record.line, record.cells) for record in found] == [(3, ("two\nlines", "x")), (6, ("after", "y"))]


def test_records_lose_only_the_line_whose_quote_never_closes() -> None:
    lines = ['"open,1', "b,2", "c,3", '"also open,4', "e,5"]
    found = list(records(lines, ",", 0, 2))
    assert [record.fault for record in found] == [RowFault.UNCLOSED_QUOTE, None, None, RowFault.UNCLOSED_QUOTE, None]


def test_records_do_not_swallow_whole_rows_between_two_damaged_ones() -> None:
    found = list(records(['a,"b', "c,d", 'e",f'], ",", 0, 2))
    assert ("c", "d") in [record.cells for record in found]
    assert len(found) == 3


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("a\x00b,1", RowFault.CONTROL_CHARACTERS),
        ("a\x1b[31m,1", RowFault.CONTROL_CHARACTERS),
        (",", RowFault.EMPTY_ROW),
        ("x" * 30_000 + ",1", RowFault.LINE_TOO_LONG),
        ("\ufffd,1", RowFault.UNDECODABLE),
    ],
)
def test_records_name_what_is_wrong_with_a_line(line: str, fault: RowFault) -> None:
    (record,) = records([line], ",", 0, 2)
    assert record.fault is fault
