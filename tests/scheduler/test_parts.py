"""The smaller parts: masks, colouring, components, generated days."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler import Assignment, Fixed, Item, Level, Plan, Visit, check
from scheduler.board import Board, lowest, runs, span_mask
from scheduler.colour import coloured, countable_kinds, open_from
from scheduler.components import components
from scheduler.generate import SEVERAL_SERVICES, SIZES, generate
from scheduler.masks import closed_spans, spans_of
from scheduler.placing import placed
from scheduler.proof import felt_gap, gap_of, hopeless, promise_gap, standing
from scheduler.slots import _smeared
from tests.scheduler.salon import ANNA, BEN, CHAIRS, cut, day, row, visit

MASKS = st.integers(0, 2**40)


@given(MASKS)
def test_spans_hold_exactly_the_bits(mask: int) -> None:
    assert sum(span_mask(*span) for span in spans_of(mask)) == mask
    assert [[a, b - 1] for a, b in spans_of(mask)] == closed_spans(mask)


@given(MASKS, st.integers(1, 12))
def test_runs_are_where_that_many_bits_follow(mask: int, length: int) -> None:
    expected = [n for n in range(41) if mask >> n & (2**length - 1) == 2**length - 1]
    assert [n for n in range(41) if runs(mask, length) >> n & 1] == expected


@given(MASKS, st.integers(0, 12))
def test_smeared_looks_ahead(mask: int, reach: int) -> None:
    expected = [n for n in range(41) if mask >> n & (2 ** (reach + 1) - 1)]
    assert [n for n in range(41) if _smeared(mask, reach) >> n & 1] == expected


def test_lowest_bit() -> None:
    assert [lowest(0), lowest(1), lowest(0b1000)] == [-1, 0, 3]


def test_colouring_prefers_the_published_place_and_counts_clean_up() -> None:
    problem = day(visit("v"), visit("w"), visit("x"))
    rows = [replace(r, place=None) for r in (row("v"), row("w", start=30, end=60), row("x", start=65, end=95))]
    painted = coloured(problem, rows, {"chair"}, {("v", "i", 0): "c2", ("w", "i", 0): "c2"})
    assert painted is not None
    assert {r.visit: r.place for r in painted} == {"v": "c2", "w": "c1", "x": "c1"}


def test_colouring_gives_up_when_there_are_too_few_places() -> None:
    problem = day(visit("v"), visit("w"), places=CHAIRS[:1])
    rows = [Assignment("v", "i", 0, "anna", None, 0, 30), Assignment("w", "i", 0, "ben", None, 34, 64)]
    assert coloured(problem, rows, {"chair"}, {}) is None


def test_places_are_counted_only_when_alike() -> None:
    assert countable_kinds(day()) == {"chair"}
    assert countable_kinds(day(places=(CHAIRS[0], replace(CHAIRS[1], clean_up=9)))) == set()
    assert countable_kinds(day(places=(CHAIRS[0], replace(CHAIRS[1], closures=((5, 9),))))) == set()


def test_a_closure_that_has_begun_leaves_places_alike_unless_somebody_is_on_it() -> None:
    shut = replace(CHAIRS[1], closures=((5, 40),))
    assert countable_kinds(day(places=(CHAIRS[0], shut), now=4)) == set()
    assert countable_kinds(day(places=(CHAIRS[0], shut), now=5)) == {"chair"}
    assert open_from(shut, 5) == 40
    assert open_from(shut, 4) is None
    begun = visit("v", cut(fixed=Fixed("anna", "c2", 0, 10)), cut(kind="processing"))
    assert countable_kinds(day(begun, places=(CHAIRS[0], shut), now=6)) == set()
    painted = coloured(
        day(visit("w"), places=(CHAIRS[0], shut), now=5), [row("w", start=20, end=50, place=None)], {"chair"}, {}
    )
    assert painted is not None
    assert painted[0].place == "c1"


def test_colouring_keeps_out_of_the_way_of_those_who_have_a_place_already() -> None:
    problem = day(visit("new"), visit("old"))
    rows = [row("new", start=0, end=30, place=None), row("old", "ben", start=10, end=40, place=None)]
    for mine in ("c1", "c2"):
        painted = coloured(problem, rows, {"chair"}, {("old", "i", 0): mine})
        assert painted is not None
        assert {r.visit: r.place for r in painted}["old"] == mine


def test_places_that_are_not_alike_are_given_one_by_one() -> None:
    problem = day(visit("v"), visit("w"), places=(CHAIRS[0], replace(CHAIRS[1], closures=((50, 80),))))
    open_rows = {"v": [row("v", start=0, place=None)], "w": [row("w", "ben", start=40, end=70, place=None)]}
    found = placed(Board(problem), open_rows, set(), {("v", "i", 0): "c2"})
    assert {name: rows[0].place for name, rows in found.items()} == {"v": "c2", "w": "c1"}
    open_rows["v"] = [row("v", start=45, end=75, place=None)]
    # Both at once while one chair is closed: the second has none.
    found = placed(Board(problem), open_rows, set(), {})
    assert sorted(str(rows[0].place) for rows in found.values()) == ["None", "c1"]
    assert placed(Board(problem), open_rows, {"chair"}, {})["v"][0].place is None


def test_what_has_begun_ends_on_its_place() -> None:
    begun = visit("v", cut(fixed=Fixed("anna", "c2", 0, 30)), cut(kind="processing", skill=None))
    problem = day(begun, places=(CHAIRS[0], replace(CHAIRS[1], closures=((100, 110),))), now=10)
    rows = {"v": [row("v", place="c2"), row("v", None, start=30, end=60, place=None, phase=1)]}
    assert [r.place for r in placed(Board(problem), rows, set(), {})["v"]] == ["c2", "c2"]


def test_stores_of_a_chain_fall_apart_and_a_store_does_not() -> None:
    parts = components(generate("chain", 1))
    assert len(parts) >= 10
    assert sum(len(part.visits) for part in parts) == 1000
    names = [t.id for part in parts for t in part.technicians]
    assert len(names) == len(set(names)) == 100
    assert components(day(visit("v"), visit("w"))) == [day(visit("v"), visit("w"))]


@pytest.mark.parametrize("size", sorted(SIZES))
def test_generated_days_have_their_size_and_are_the_same_each_time(size: str) -> None:
    problem = generate(size, 7)
    check(problem)
    shape = SIZES[size]
    assert (len(problem.technicians), len(problem.places), len(problem.visits)) == (
        shape.technicians,
        shape.places,
        shape.visits,
    )
    assert generate(size, 7) == problem
    assert generate(size, 8) != problem


def test_generated_days_have_the_share_of_several_services() -> None:
    problem = generate("large", 1)
    several = sum(len(v.items) > 1 for v in problem.visits) / len(problem.visits)
    assert abs(several - SEVERAL_SERVICES) < 0.05


def test_a_bound_counts_only_below_proven_levels() -> None:
    objective = {"unserved": 1, "promise_lateness": 20, "waiting": 50}
    whole = standing(objective, [{"unserved": 1, "promise_lateness": 10, "waiting": 50}])  # type: ignore[arg-type]
    # Minutes late and minutes waited have one gap together: 10 of 70 are certain.
    assert (whole.bound, whole.optimal) == ({"unserved": 1, "promise_lateness": 10}, False)
    assert whole.gap == pytest.approx(60 / 70)
    proven = standing(objective, [{"unserved": 1, "promise_lateness": 20, "waiting": 50}])  # type: ignore[arg-type]
    assert (proven.gap, proven.optimal) == (0.0, True)
    # A bound among plans that serve everybody says nothing about one that leaves somebody out.
    other = standing(objective, [{"unserved": 1}, {"unserved": 0, "promise_lateness": 20}])  # type: ignore[arg-type]
    assert not other.optimal


def test_floors_hold_below_levels_that_are_open() -> None:
    objective = {"unserved": 1, "promise_lateness": 20, "waiting": 50}
    found = standing(objective, [{"unserved": 1}], {"promise_lateness": 15, "waiting": 48})  # type: ignore[arg-type]
    assert found.bound == {"unserved": 1, "promise_lateness": 15, "waiting": 48}
    assert found.gap == pytest.approx(7 / 70)
    assert not found.optimal
    # What nobody has proven of the unserved is open, whatever is known below.
    assert standing(objective, [{"unserved": 0}], {"waiting": 50}).gap == 1.0  # type: ignore[arg-type]
    assert standing(objective, []).gap is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("objective", "bound", "optimal", "gap"),
    [
        ({"unserved": 0, "fairness": 9}, {"unserved": 0}, True, 0.0),
        ({"unserved": 0, "idle": 0}, {"unserved": 0, "idle": 0}, True, 0.0),
        ({"idle": 9}, {}, False, None),
        ({"idle": 0}, {"idle": 0}, True, 0.0),
        ({"overtime": 9, "unserved": 0}, {"unserved": 0}, False, None),
        ({"overtime": 0, "unserved": 0}, {"overtime": 0, "unserved": 0}, True, 0.0),
    ],
)
def test_comfort_is_left_out_of_the_proof_only_below_all_others(
    objective: dict[Level, int], bound: dict[Level, int], optimal: bool, gap: float | None
) -> None:
    found = standing(objective, [{"unserved": 0}])
    assert (found.bound, found.optimal, found.gap) == (bound, optimal, gap)


def test_the_gap_that_customers_feel_leaves_out_what_they_do_not() -> None:
    objective = {"unserved": 0, "promise_lateness": 20, "waiting": 80, "changes": 7}
    plan = Plan(objective=objective, bound={"unserved": 0, "promise_lateness": 20, "waiting": 80})  # type: ignore[arg-type]
    assert felt_gap(plan) == 0.0
    assert gap_of(objective, plan.bound) == 1.0  # type: ignore[arg-type]
    assert felt_gap(replace(plan, bound={"unserved": 0, "promise_lateness": 15, "waiting": 80})) == pytest.approx(0.05)


def test_the_gap_of_promises_leaves_out_waiting() -> None:
    objective: dict[Level, int] = {"unserved": 0, "promise_lateness": 20, "waiting": 80}
    bound: dict[Level, int] = {"unserved": 0, "promise_lateness": 15, "waiting": 10}
    plan = Plan(objective=objective, bound=bound)
    assert promise_gap(plan) == pytest.approx(0.25)
    assert promise_gap(replace(plan, bound={**bound, "promise_lateness": 20})) == 0.0


def test_services_that_fit_alone_but_not_one_after_the_other_are_hopeless() -> None:
    """Anna leaves when the cut is done that Ben begins late, so the colour after it finds nobody."""
    first, second = Item("cut", (cut(),)), Item("colour", (cut(skill="colour"),))
    anna = replace(ANNA, skills={"colour": 1}, shifts=((0, 60),))
    ben = replace(BEN, shifts=((40, 200),))
    both = Visit("both", (first, second), items_in_order=True)
    either = replace(both, id="either", items_in_order=False)
    alone = [replace(both, id=one.id, items=(one,)) for one in (first, second)]
    problem = replace(day(both, either, *alone), technicians=(anna, ben))
    assert hopeless(problem) == {"both"}
