from __future__ import annotations

import pytest

from hub.imports.findings import FileFault, FileRefused, RowFault, RowRejected, Warn
from hub.imports.salon_csv.layouts import FileKind, claimed_kind
from hub.imports.salon_csv.tables import Row, Table, read_table


def read(text: str, file: str = "export.csv") -> Table:
    return read_table(file, text.encode())


def only_row(table: Table) -> Row:
    (row,) = table.rows
    assert isinstance(row, Row)
    return row


@pytest.mark.parametrize(
    "header",
    [
        "Code,Staff,Service,Date,Time,TimeInt",
        "TimeInt,Time,Date,Service,Staff,Code",
        "CODE, staff ,Service,DATE,time,time int",
        "Client,Stylist,Service Code,Appointment Date,Start Time,Minutes",
        "Code;Staff;Service;Date;Time;TimeInt",
        "Code\tStaff\tService\tDate\tTime\tTimeInt\tNotes",
        '"Code","Staff","Service","Date","Time","TimeInt"',
        "Code,Staff,Service,Date,Time",
        "Code,Staff,Service,Date,TimeInt",
        "Bookings of May\n\nCode,Staff,Service,Date,Time,TimeInt",
        "sep=,\nCode,Staff,Service,Date,Time,TimeInt",
    ],
)
def test_bookings_are_known_by_their_header(header: str) -> None:
    assert read(header + "\n").kind is FileKind.BOOKINGS


def test_every_report_is_known_whatever_its_name(book_files: dict[str, bytes]) -> None:
    kinds = [read_table("x.csv", data).kind for data in book_files.values()]
    assert kinds == list(FileKind)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Future Bookings (All Clients)12.csv", FileKind.BOOKINGS),
        ("no-show report3.csv", FileKind.NO_SHOWS),
        ("2018-06 Client Cancellations.csv", FileKind.CANCELLATIONS),
        ("june.csv", None),
    ],
)
def test_a_name_claims_a_report_or_none(name: str, kind: FileKind | None) -> None:
    assert claimed_kind(name) is kind


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("just a sentence, or two, and three", FileFault.UNKNOWN_HEADER),
        ("Surname,Phone,Birthday\nA,1,2\n", FileFault.UNKNOWN_HEADER),
        ('{"Code": 1, "Staff": 2}', FileFault.UNKNOWN_HEADER),
        ("Code,Staff,Service,Time,TimeInt\n", FileFault.MISSING_COLUMNS),
        ("Code,Service,Staff,Booking Date,Canceled By,Days\n", FileFault.MISSING_COLUMNS),
        ("IsActive,Code,Description,Supplier,Brand,Category,Price,Minimum,Cost\n", FileFault.MISSING_COLUMNS),
    ],
)
def test_a_file_that_is_no_whole_report_is_refused(text: str, code: FileFault) -> None:
    with pytest.raises(FileRefused) as refused:
        read(text)
    assert refused.value.code is code


def test_a_name_that_claims_another_report_refuses_the_file(book_files: dict[str, bytes]) -> None:
    with pytest.raises(FileRefused) as refused:
        read_table("Future Bookings (All Clients)0.csv", book_files["No-Show Report0.csv"])
    assert refused.value.code is FileFault.NAME_CONTRADICTS_CONTENT


def test_rows_follow_the_columns_wherever_they_stand() -> None:
    row = only_row(read("Date,Extra,Service,Time,Code,Staff\n05/01/2018,?,SHCW,9:00 AM,ANNA01,MIA\n"))
    assert row.values["customer"] == "ANNA01"
    assert row.values["service"] == "SHCW"
    assert row.cells["Extra"] == "?"


def test_a_column_met_twice_must_say_one_thing() -> None:
    rows = ("A,M,S,05/01/2018,9:00 AM,05/01/2018", "A,M,S,05/01/2018,9:00 AM,05/02/2018")
    table = read("\n".join(("Code,Staff,Service,Date,Time,Date", *rows)))
    first, second = table.rows
    assert isinstance(first, Row)
    assert isinstance(second, tuple)
    assert second[1].code is RowFault.COLUMNS_DISAGREE
    assert Warn.DUPLICATE_COLUMN in [warning.code for warning in table.warnings]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("ANNA01,MIA,SHCW", RowFault.TOO_FEW_COLUMNS),
        ("ANNA01,MIA,SHCW,05/01/2018,9:00 AM,540,more", RowFault.TOO_MANY_COLUMNS),
        ("code,staff,service,date,time,timeint", RowFault.REPEATED_HEADER),
        ("ANNA01,MIA," + "S" * 600 + ",05/01/2018,9:00 AM,540", RowFault.VALUE_TOO_LONG),
    ],
)
def test_a_row_of_another_shape_has_a_fault(line: str, fault: RowFault) -> None:
    ((_, rejected),) = read(f"Code,Staff,Service,Date,Time,TimeInt\n{line}\n").rows  # type: ignore[misc]
    assert isinstance(rejected, RowRejected)
    assert rejected.code is fault


def test_empty_cells_beyond_the_header_are_no_fault() -> None:
    only_row(read("Code,Staff,Service,Date,Time,TimeInt\nA,M,S,05/01/2018,9:00 AM,540,,,\n"))


def test_the_mapping_may_name_columns() -> None:
    table = read_table(
        "x.csv",
        b"Kundin,Staff,Service,Date,Time\nA,M,S,05/01/2018,9:00 AM\n",
        {FileKind.BOOKINGS: {"customer": ("Kundin",)}},
    )
    assert only_row(table).values["customer"] == "A"
