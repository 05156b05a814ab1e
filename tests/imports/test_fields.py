from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.imports.findings import RowFault, RowRejected
from hub.imports.salon_csv import fields

WINNIPEG = ZoneInfo("America/Winnipeg")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("03/14/2018", date(2018, 3, 14)),
        ("3/4/2018", date(2018, 3, 4)),
        ("2018-03-14", date(2018, 3, 14)),
        ("2018-03-14 00:00:00", date(2018, 3, 14)),
        ("02/29/2020", date(2020, 2, 29)),
        ("2018/3/14", date(2018, 3, 14)),
        ("2018年3月14日", date(2018, 3, 14)),
        ("14-Mar-2018", date(2018, 3, 14)),
        ("14 September 2018", date(2018, 9, 14)),
        ("Mar. 14, 2018", date(2018, 3, 14)),
        ("Sept 4 2018", date(2018, 9, 4)),
    ],
)
def test_day_reads_the_exports_order_and_iso(text: str, day: date) -> None:
    assert fields.day({"date": text}, "date", "month_first") == day


def test_day_follows_the_mappings_order() -> None:
    assert fields.day({"date": "04/03/2018"}, "date", "day_first") == date(2018, 3, 4)


@pytest.mark.parametrize(
    "text",
    [
        "31/05/2018",
        "02/29/2018",
        "00/10/2018",
        "05/31/18",
        "05/31/2918",
        "31-Mai-2018",
        "2018/05/31 9:00",
        "soon",
        "٠٥/٣١/٢٠١٨",
    ],
)
def test_day_rejects_what_is_no_day(text: str) -> None:
    with pytest.raises(RowRejected) as rejected:
        fields.day({"date": text}, "date", "month_first")
    assert rejected.value.code is RowFault.BAD_DATE


@pytest.mark.parametrize(
    ("values", "minute", "alone"),
    [
        ({"time": "3:50:00 PM", "minute": "950"}, 950, None),
        ({"time": "12:00:00 AM", "minute": "0"}, 0, None),
        ({"time": "12:10 pm", "minute": "730"}, 730, None),
        ({"time": "15:50", "minute": "950"}, 950, None),
        ({"time": "3:50:00\u202fPM"}, 950, None),
        ({"time": "下午3:50:00"}, 950, None),
        ({"time": "上午 12:10"}, 10, None),
        ({"time": "3:50:00 PM", "minute": ""}, 950, "time"),
        ({"time": "3:5?:00 PM", "minute": "950"}, 950, "minute"),
        ({"time": "3:50:00 PM"}, 950, None),
        ({"minute": "950"}, 950, None),
    ],
)
def test_minute_of_day_reads_both_columns_or_the_one_that_is_left(
    values: dict[str, str], minute: int, alone: str | None
) -> None:
    assert fields.minute_of_day(values) == (minute, alone)


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"time": "3:50:00 PM", "minute": "95"}, RowFault.TIMES_DISAGREE),
        ({"time": "25:00", "minute": "1500"}, RowFault.BAD_TIME),
        ({"time": "13:00 PM", "minute": ""}, RowFault.BAD_TIME),
        ({"time": "", "minute": ""}, RowFault.MISSING_VALUE),
    ],
)
def test_minute_of_day_never_guesses(values: dict[str, str], fault: RowFault) -> None:
    with pytest.raises(RowRejected) as rejected:
        fields.minute_of_day(values)
    assert rejected.value.code is fault


def test_moment_is_utc_and_knows_summer_time() -> None:
    assert fields.moment(date(2018, 3, 10), 600, WINNIPEG) == (datetime(2018, 3, 10, 16, tzinfo=UTC), False)
    assert fields.moment(date(2018, 3, 11), 600, WINNIPEG) == (datetime(2018, 3, 11, 15, tzinfo=UTC), False)
    assert fields.moment(date(2018, 11, 4), 90, WINNIPEG) == (datetime(2018, 11, 4, 6, 30, tzinfo=UTC), True)
    with pytest.raises(RowRejected) as rejected:
        fields.moment(date(2018, 3, 11), 150, WINNIPEG)
    assert rejected.value.code is RowFault.TIME_DOES_NOT_EXIST


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234.50", "1234.50"), ("$30", "30"), ("(50)", "-50"), ("-2.5", "-2.5"), (".5", "0.5"), ("5.", "5")],
)
def test_number_reads_amounts_as_people_write_them(text: str, value: str) -> None:
    assert fields.number({"amount": text}, "amount") == Decimal(value)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e9", "12,34", "--1", "1_000", "99999999999", "٥"])
def test_number_rejects_the_rest(text: str) -> None:
    with pytest.raises(RowRejected):
        fields.number({"amount": text}, "amount")


@given(st.text(max_size=30), st.text(max_size=30))
def test_fields_answer_any_text_with_a_value_or_a_rejection(first: str, second: str) -> None:
    values = {"date": first, "time": first, "minute": second, "amount": second, "code": first}
    for read in (
        lambda: fields.day(values, "date", "month_first"),
        lambda: fields.minute_of_day(values),
        lambda: fields.number(values, "amount"),
        lambda: fields.code(values, "code"),
    ):
        with contextlib.suppress(RowRejected):
            assert read() != ""
