"""A salon of two people and two chairs in which each rule can be broken on purpose."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scheduler import Assignment, Item, Phase, Place, Plan, Problem, Settings, Technician, Visit, verify

ANNA = Technician("anna", skills={"cut": 2, "colour": 2}, shifts=((0, 200),), tags=("woman",))
BEN = Technician("ben", skills={"cut": 1}, shifts=((0, 200),), tags=("man",))
CHAIRS = (Place("c1", "chair", clean_up=5), Place("c2", "chair", clean_up=5))


def cut(**more: Any) -> Phase:
    return Phase(**{"duration": 30, "place_kind": "chair", "skill": "cut", **more})


def visit(name: str, *phases: Phase, **more: Any) -> Visit:
    return Visit(name, (Item("i", phases or (cut(),)),), **more)


def day(*visits: Visit, **more: Any) -> Problem:
    found = Problem(horizon=300, technicians=(ANNA, BEN), places=CHAIRS, visits=visits)
    return replace(found, settings=Settings(frozen=0), **more) if "settings" not in more else replace(found, **more)


def row(
    name: str, technician: str | None = "anna", start: int = 0, end: int = 30, place: str | None = "c1", **more: Any
) -> Assignment:
    return Assignment(name, more.get("item", "i"), more.get("phase", 0), technician, place, start, end)


def broken(problem: Problem, *rows: Assignment, **more: Any) -> set[str]:
    """Names of the rules that these rows break; visits without rows count as unserved."""
    have = {r.visit for r in rows}
    unserved = tuple(v.id for v in problem.visits if v.id not in have)
    return {b.rule for b in verify(problem, Plan(assignments=rows, unserved=unserved, **more)).broken}
