"""Whatever a column of the house can hold comes over as it is, and the sums notice when it does not."""

from __future__ import annotations

import asyncio
import json
import math
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
    text,
)
from sqlalchemy.ext.asyncio import create_async_engine

from hub.kernel.tables import UtcDateTime
from hub.migrations.schema import all_tables
from hub.moving.rows import Sum, obstacles, reading, spelled, writing

EVERYTHING = Table(
    "everything",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("short", String(32)),
    Column("words", String()),
    Column("number", BigInteger().with_variant(Integer, "sqlite")),
    Column("sealed", LargeBinary),
    Column("json", JSON),
    Column("bare", JSON(none_as_null=True)),
    Column("yes", Boolean),
    Column("day", Date),
    Column("share", Double),
    Column("at", UtcDateTime),
)

WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
KEPT = st.none() | VALUES.filter(lambda value: isinstance(value, list | dict))
"""What the house keeps as JSON; SQLite's column would turn a bare number into one of its own."""

ROW = st.fixed_dictionaries(
    {
        "short": st.none() | WORDS.filter(lambda w: len(w) <= 32),
        "words": st.none() | WORDS,
        "number": st.none() | st.integers(-(2**63), 2**63 - 1),
        "sealed": st.none() | st.binary(max_size=60),
        "json": KEPT,
        "bare": KEPT,
        "yes": st.none() | st.booleans(),
        "day": st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31)),
        "share": st.none() | st.floats(allow_nan=False),
        "at": st.none() | st.datetimes(datetime(1900, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    }
)


def on_sqlite(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows as the source gives them."""
    engine = create_engine("sqlite://")
    EVERYTHING.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(EVERYTHING), [{"id": n, **row} for n, row in enumerate(rows)])
        read = [dict(row) for row in connection.execute(reading(EVERYTHING)).mappings()]
    engine.dispose()
    return read


async def over_postgresql(url: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows as the target gives them back."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE IF EXISTS everything"))
        await connection.run_sync(EVERYTHING.metadata.create_all)
        await connection.execute(writing(EVERYTHING), rows)
        read = [dict(row) for row in (await connection.execute(reading(EVERYTHING))).mappings()]
    await engine.dispose()
    return read


def summed(rows: list[dict[str, Any]]) -> Sum:
    made = Sum()
    for row in rows:
        made.add(tuple(row.values()))
    return made


@pytest.fixture
def url(postgres_url: str) -> str:
    return postgres_url


@given(st.lists(ROW, min_size=1, max_size=8))
@how(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_every_value_comes_over_as_it_is(url: str, rows: list[dict[str, Any]]) -> None:
    source = await asyncio.to_thread(on_sqlite, rows)
    assert all(obstacles(EVERYTHING, row) == [] for row in source)
    target = await over_postgresql(url, source)
    assert summed(target) == summed(source)
    by_id = {row["id"]: row for row in target}
    for number, row in enumerate(rows):
        kept = by_id[number]
        assert {name: kept[name] for name in row if name not in ("json", "bare")} == {
            name: value for name, value in row.items() if name not in ("json", "bare")
        }
        assert json.loads(kept["json"]) == row["json"]
        assert (None if kept["bare"] is None else json.loads(kept["bare"])) == row["bare"]


async def test_a_missing_json_value_is_not_jsons_null(url: str) -> None:
    row = dict.fromkeys(("short", "words", "number", "sealed", "json", "bare", "yes", "day", "share", "at"))
    source = await asyncio.to_thread(on_sqlite, [row])
    assert (source[0]["json"], source[0]["bare"]) == ("null", None)
    assert await over_postgresql(url, source) == source


def test_the_spelling_of_json_is_kept() -> None:
    """Sums, and a log's hashes, would notice another order of keys or another way to write a number."""
    assert spelled(('{"b":1, "a":1.0}',)) != spelled(('{"a": 1.0, "b": 1}',))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((None,), ("",)),
        ((0,), (False,)),
        ((1,), (1.0,)),
        ((1,), ("1",)),
        ((b"1",), ("1",)),
        (("a", "b"), ("ab", "")),
        ((date(2026, 1, 1),), ("2026-01-01",)),
        ((0.0,), (-0.0,)),
        ((math.inf,), (-math.inf,)),
    ],
)
def test_different_rows_are_spelled_differently(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    assert spelled(one) != spelled(other)


def test_sums_ask_for_no_order_and_notice_a_row_twice() -> None:
    forth, back, twice = Sum(), Sum(), Sum()
    for row in ((1,), (2,)):
        forth.add(row)
    for row in ((2,), (1,)):
        back.add(row)
    for row in ((1,), (1,), (2,)):
        twice.add(row)
    assert forth == back != twice


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"short": "x" * 33}, [("short", "too_long")]),
        ({"words": "a\0b"}, [("words", "nul")]),
        ({"number": 2**63}, [("number", "too_large")]),
        ({"number": "many"}, [("number", "wrong_type")]),
        ({"share": 1}, []),
        ({}, []),
    ],
)
def test_what_postgresql_would_not_take_is_named(values: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert obstacles(EVERYTHING, {**dict.fromkeys(EVERYTHING.columns.keys()), **values}) == found


def test_every_type_of_the_house_is_tried_above() -> None:
    tried = {type(column.type) for column in EVERYTHING.columns} | {Integer}
    assert {type(column.type) for table in all_tables().sorted_tables for column in table.columns} <= tried
