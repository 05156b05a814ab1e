"""`docs/asvs.csv`: the product against OWASP ASVS 5.0, levels 1 and 2; nothing is left out, every named proof is there."""

from __future__ import annotations

import ast
import csv
import os
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.drills.index import drills

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "asvs.csv"
STATES = {"met", "partly", "not applicable", "operator", "open"}
WITHOUT_PROOF = "none: "

Row = dict[str, str]


def stated() -> list[Row]:
    with TABLE.open(newline="") as file:
        return list(csv.DictReader(file))


@cache
def functions_of(path: str) -> frozenset[str]:
    """Names of a file's test functions; empty where there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    nodes = ast.walk(ast.parse(file.read_text()))
    functions = (node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(name for name in functions if name.startswith("test_"))


def exists(proof: str) -> bool:
    """Whether a proof is a reason for having none, a drill of the index, or a test (or file of tests) of this tree."""
    if proof.startswith(WITHOUT_PROOF):
        return len(proof) > len(WITHOUT_PROOF)
    if proof.startswith("drill "):
        return proof.removeprefix("drill ") in {drill.promise for drill in drills()}
    path, _, name = proof.partition("::")
    return name in functions_of(path) if name else len(functions_of(path)) > 0


def faults(rows: list[Row]) -> list[str]:
    """What is wrong with the table itself."""
    twice = [f"{name} is there twice" for name, times in Counter(row["id"] for row in rows).items() if times > 1]
    states = [f"{row['id']}: no such state" for row in rows if row["state"] not in STATES]
    silent = [f"{row['id']}: does not say how" for row in rows if not row["how"].strip()]
    proofs = [f"{row['id']}: no such proof" for row in rows if not exists(row["test"])]
    return [*twice, *states, *silent, *proofs]


def missed(rows: list[Row], wanted: list[Row]) -> set[tuple[str, str]]:
    """Ids and levels that stand in only one of the two tables."""
    asked = {(row["req_id"], row["L"]) for row in wanted if row["L"] in {"1", "2"}}
    return asked ^ {(row["id"], row["level"]) for row in rows}


def test_every_row_has_a_state_and_a_proof_that_exists() -> None:
    rows = stated()
    assert len(rows) > 0
    assert faults(rows) == []


def test_a_wrong_row_is_found() -> None:
    row = stated()[0]
    wrong = [row, row, {**row, "id": "a", "state": "done"}, {**row, "id": "b", "how": " "}]
    wrong += [
        {**row, "id": "c", "test": f"{Path(__file__).relative_to(ROOT)}::test_nothing"},
        {**row, "id": "d", "test": "drill S0"},
    ]
    assert faults(wrong) == [
        f"{row['id']} is there twice",
        "a: no such state",
        "b: does not say how",
        "c: no such proof",
        "d: no such proof",
    ]


def test_every_requirement_is_there_once() -> None:
    source = Path(os.environ.get("SALON_HUB_SHARED", ROOT.parent / "shared")) / "data" / "asvs5.csv"
    if not source.is_file():
        pytest.skip(f"{source} is not there (SALON_HUB_SHARED names the folder that holds data/)")
    with source.open(newline="", encoding="utf-8-sig") as file:
        wanted = list(csv.DictReader(file))
    rows = stated()
    assert missed(rows, wanted) == set()
    assert missed(rows[1:], wanted) == {(rows[0]["id"], rows[0]["level"])}
