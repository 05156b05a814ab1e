"""Stores that share nothing: each is planned for itself, undisturbed ones stay as they are, nobody waits for a turn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler import Level, Limits, Plan, Problem, greedy, solve, verify
from scheduler.components import components
from scheduler.generate import generate
from scheduler.greedy import as_published
from scheduler.limits import Deadline
from scheduler.part import Part
from scheduler.proof import hopeless

LEVELS: tuple[Level, ...] = ("unserved", "promise_lateness", "waiting", "changes")


def stores(count: int, visits: int) -> Problem:
    """The first stores of a chain with the first of their visits."""
    chain = generate("chain", 0)
    names = [f"s{n}/" for n in range(count)]

    def of(name: str) -> bool:
        return any(name.startswith(store) for store in names)

    kept = tuple(v for name in names for v in [v for v in chain.visits if v.id.startswith(name)][:visits])
    return replace(
        chain,
        technicians=tuple(t for t in chain.technicians if of(t.id)),
        places=tuple(p for p in chain.places if of(p.id)),
        visits=kept,
        objective=LEVELS,
    )


@pytest.fixture(scope="module")
def planned() -> tuple[Problem, Plan]:
    problem = stores(3, 25)
    return problem, solve(problem, limits=Limits(seconds=10, workers=2))


def test_stores_abreast_leave_out_nobody_who_can_be_served(planned: tuple[Problem, Plan]) -> None:
    problem, plan = planned
    assert len(components(problem)) >= 3
    assert verify(problem, plan).valid
    assert set(plan.unserved) == set(hopeless(problem))
    assert plan.bound["unserved"] == plan.objective["unserved"]
    assert tuple(plan.objective.values()) <= tuple(greedy(problem).objective.values())


def test_more_is_heard_of_stores_before_the_end() -> None:
    heard: list[Plan] = []
    problem = stores(3, 25)
    plan = solve(problem, limits=Limits(seconds=6, workers=2), on_plan=heard.append)
    assert heard[0].stage == "greedy"
    assert heard[-1].objective == plan.objective
    assert all(verify(problem, one).valid for one in heard)


def test_what_goes_wrong_in_one_store_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Part, seconds: float, patience: int) -> None:
        raise ArithmeticError("no neighbourhood")

    monkeypatch.setattr(Part, "firm", broken)
    with pytest.raises(ArithmeticError):
        solve(stores(3, 10), limits=Limits(seconds=3, workers=2))


def test_an_undisturbed_store_is_taken_as_it_is_published(
    planned: tuple[Problem, Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    problem, plan = planned
    served = tuple(v for v in problem.visits if v.id not in plan.unserved)
    later = replace(problem, visits=served, published=plan.assignments)
    parts = [part for part in components(later) if part.visits]
    gone = parts[0].technicians[0]
    ill = replace(parts[0], technicians=(replace(gone, absences=((0, 840),)), *parts[0].technicians[1:]))
    inserted: list[str] = []

    def repaired(part: Problem, rows: object, overdue: object) -> Plan:
        inserted.append(part.visits[0].id)
        return greedy(part)

    monkeypatch.setattr("scheduler.part.inserted", repaired)
    for part in (ill, parts[1]):
        one = Part(part, Deadline(Limits(seconds=5, workers=1)), lambda: None)
        one.first(None, check=True)
        assert verify(part, one.incumbent.best).valid
        assert one.disturbed == (part is ill)
    assert inserted == [ill.visits[0].id]


def test_a_published_plan_that_lacks_somebody_is_not_taken_as_it_is(planned: tuple[Problem, Plan]) -> None:
    problem, plan = planned
    served = tuple(v for v in problem.visits if v.id not in plan.unserved)
    whole = replace(problem, visits=served, published=plan.assignments)
    same = as_published(whole)
    assert same is not None
    assert verify(whole, same).objective["changes"] == 0
    assert as_published(replace(whole, published=plan.assignments[1:])) is None
