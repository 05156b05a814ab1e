"""Files damaged at random: never an unhandled exception, and every row that is there is accounted for exactly once."""

from __future__ import annotations

import csv
import io
import json
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.imports import report
from hub.imports.draft import Draft
from hub.imports.findings import Rejected
from hub.imports.salon_csv import SalonMapping, read_files
from hub.imports.salon_csv.visits import group_visits

relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def accounted(files: dict[str, bytes], mapping: SalonMapping) -> Draft:
    draft = read_files(files, mapping)
    totals = json.loads(list(report.lines(draft, "zh"))[-1])
    assert totals["rows"] == totals["imported"] + totals["merged"] + totals["rejected"] == len(draft.outcomes)
    assert len(draft.files) + len(draft.refused) == len(files)
    sources = [outcome.source for outcome in draft.outcomes]
    assert len(set(sources)) == len(sources)
    item_keys = [item.key for visit in group_visits(draft.book.items, 60) for item in visit.items]
    assert sorted(item_keys) == sorted(item.key for item in draft.book.items)
    return draft


@relaxed
@given(seed=st.integers(), flips=st.integers(1, 40))
def test_flipped_bytes(book_files: dict[str, bytes], mapping: SalonMapping, seed: int, flips: int) -> None:
    chance = random.Random(seed)
    files = {name: bytearray(data) for name, data in book_files.items()}
    for _ in range(flips):
        data = files[chance.choice(list(files))]
        data[chance.randrange(len(data))] = chance.randrange(256)
    accounted({name: bytes(data) for name, data in files.items()}, mapping)


@relaxed
@given(seed=st.integers())
def test_one_flipped_byte_below_the_header_costs_one_row_at_most(
    book_files: dict[str, bytes], mapping: SalonMapping, seed: int
) -> None:
    chance = random.Random(seed)
    name = "Future Bookings (All Clients)0.csv"
    data = bytearray(book_files[name])
    at = chance.randrange(data.index(b"\n") + 1, len(data))
    if data[at] in b"\n":  # a lost line end makes one row of two
        return
    data[at] = chance.randrange(256)
    if data[at] in b"\r\n":
        return
    draft = accounted({name: bytes(data)}, mapping)
    assert len(draft.outcomes) == 5
    assert sum(isinstance(outcome, Rejected) for outcome in draft.outcomes) <= 1


@relaxed
@given(share=st.floats(0, 1))
def test_truncated_files(book_files: dict[str, bytes], mapping: SalonMapping, share: float) -> None:
    accounted({name: data[: int(len(data) * share)] for name, data in book_files.items()}, mapping)


@relaxed
@given(seed=st.integers())
def test_shuffled_columns_change_nothing(book_files: dict[str, bytes], mapping: SalonMapping, seed: int) -> None:
    chance = random.Random(seed)
    whole = accounted(book_files, mapping)
    draft = accounted({name: _shuffled(data, chance) for name, data in book_files.items()}, mapping)
    assert draft.outcomes == whole.outcomes
    assert draft.book.items == whole.book.items


@relaxed
@given(names=st.permutations(range(6)), data=st.data())
def test_rows_in_any_order_make_the_same_book(
    book_files: dict[str, bytes], mapping: SalonMapping, names: list[int], data: st.DataObject
) -> None:
    files = {}
    for number, text in zip(names, book_files.values(), strict=True):
        header, *rows = text.decode().splitlines()
        shuffled = data.draw(st.permutations(rows))
        files[f"x{number}.csv"] = "\n".join([header, *shuffled]).encode()
    draft, whole = accounted(files, mapping), accounted(book_files, mapping)
    met, expected = (group_visits(each.book.items, 60) for each in (draft, whole))
    assert {visit.key for visit in met} == {visit.key for visit in expected}


@relaxed
@given(st.dictionaries(st.sampled_from(["a.csv", "Future Bookings0.csv", "No-Show Report.csv"]), st.binary(max_size=400)))
def test_any_bytes(mapping: SalonMapping, files: dict[str, bytes]) -> None:
    accounted(files, mapping)


@relaxed
@given(st.lists(st.lists(st.text(max_size=12), min_size=6, max_size=6), max_size=8))
def test_any_cells_below_a_right_header(mapping: SalonMapping, rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["Code", "Staff", "Service", "Date", "Time", "TimeInt"], *rows])
    accounted({"b.csv": out.getvalue().encode("utf-8", "surrogatepass")}, mapping)


def _shuffled(data: bytes, chance: random.Random) -> bytes:
    rows = list(csv.reader(io.StringIO(data.decode())))
    order = list(range(len(rows[0])))
    chance.shuffle(order)
    out = io.StringIO()
    csv.writer(out).writerows([[row[at] for at in order] for row in rows])
    return out.getvalue().encode()
