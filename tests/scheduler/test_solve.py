"""`solve` against a brute-force solver, and its manners: anytime, with hints, stopping when told."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import Arrival, Fixed, Item, Level, Limits, Plan, Problem, ProblemError, Visit, greedy, repair, solve, verify
from scheduler.disturbance import advance, draw
from scheduler.generate import generate
from scheduler.incumbent import worth
from tests.scheduler import brute, days
from tests.scheduler.salon import cut, day, row, visit
from tests.scheduler.work import limits

FRESH: tuple[Level, ...] = ("unserved", "promise_lateness", "waiting", "wishes")
LATER: tuple[Level, ...] = ("unserved", "promise_lateness", "waiting", "changes", "wishes")
QUICK = limits(5)


def against_brute_force(problem: Problem) -> Plan | None:
    """Solve both ways and compare; the best plan, or None when there are too many to try."""
    try:
        best = brute.best(problem, most=600)
    except brute.TooManyError:
        return None
    quick = greedy(problem)
    assert verify(problem, quick).valid
    assert worth(problem, quick.objective) >= worth(problem, best.objective)
    plan = solve(problem, limits=QUICK)
    assert verify(problem, plan).broken == ()
    assert verify(problem, plan).objective == plan.objective
    assert dict(plan.objective) == dict(best.objective)
    for level, bound in plan.bound.items():
        assert bound <= best.objective[level]
    return best


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1_000_000))
def test_solve_finds_what_brute_force_finds(seed: int) -> None:
    problem = replace(days.tiny(seed), objective=FRESH)
    best = against_brute_force(problem)
    if best is not None:
        later = days.disturbed(problem, best.assignments, seed)
        prices = replace(later.settings, change_place=0)
        against_brute_force(replace(later, objective=LATER, settings=prices))


def test_better_plans_come_one_by_one_and_each_is_valid() -> None:
    problem = generate("small", 3, 0.8)
    heard: list[Plan] = []
    plan = solve(problem, limits=limits(2), on_plan=heard.append)
    values = [worth(problem, p.objective) for p in heard]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == len(values)
    assert all(verify(problem, p).valid for p in heard)
    assert worth(problem, plan.objective) == values[-1]
    assert heard[0].stage == "greedy"
    assert plan.seconds_to_first <= plan.seconds


def test_no_time_still_gives_a_valid_plan() -> None:
    problem = generate("small", 1, 0.8)
    plan = solve(problem, limits=limits(0))
    assert verify(problem, plan).valid
    assert plan.stage == "greedy"


@pytest.mark.parametrize("seed", range(3))
def test_an_answer_in_no_time_keeps_as_many_promises_as_the_greedy_plan(seed: int) -> None:
    problem = generate("small", seed, 0.9)
    sample, plan, rng = problem.visits, greedy(problem), random.Random(seed)
    for moment in range(60, 560, 25):
        _, problem = draw(advance(problem, plan, moment), rng, sample)
        heard: list[Plan] = []
        answer = solve(problem, limits=limits(0), on_plan=heard.append)
        assert worth(problem, heard[0].objective) == worth(problem, repair(problem, problem.published).objective)
        plan = greedy(problem)
        assert worth(problem, answer.objective)[:2] <= worth(problem, plan.objective)[:2]


def test_it_stops_when_told() -> None:
    asked = 0

    def after_a_while() -> bool:
        nonlocal asked
        asked += 1
        return asked > 10

    plan = solve(generate("medium", 1, 0.8), limits=limits(60, should_stop=after_a_while))
    assert plan.seconds < 20


def test_it_uses_the_clock_that_it_is_handed() -> None:
    moments = iter(range(0, 1000))
    plan = solve(generate("small", 1, 0.8), limits=Limits(seconds=5, workers=1, clock=lambda: float(next(moments))))
    assert 0 < plan.seconds < 1000


def test_a_good_hint_is_never_lost() -> None:
    problem = generate("small", 2, 0.85)
    good = solve(problem, limits=limits(2))
    again = solve(problem, hint=good, limits=limits(0))
    assert worth(problem, again.objective) <= worth(problem, good.objective)


def test_an_invalid_hint_does_no_harm() -> None:
    problem = day(visit("v"), visit("w"))
    lie = Plan(assignments=(row("v"), row("w")))
    plan = solve(problem, hint=lie, limits=QUICK)
    assert verify(problem, plan).valid
    assert plan.unserved == ()


def test_a_day_that_needs_nothing_is_left_alone_and_proven() -> None:
    problem = day(visit("v"), visit("w"))
    published = greedy(problem).assignments
    plan = solve(replace(problem, published=published), limits=limits(60))
    assert plan.seconds < 30
    assert set(plan.assignments) == set(published)
    assert plan.objective["changes"] == 0
    assert (plan.gap, plan.status) == (0.0, "optimal")


def test_a_contradiction_is_refused_by_name() -> None:
    with pytest.raises(ProblemError) as error:
        solve(day(visit("v"), visit("v")))
    assert error.value.code == "id_repeats"


def test_stores_that_share_nothing_are_solved_and_proven_together() -> None:
    stores = [days.tiny(seed) for seed in (2, 6)]
    parts = [_renamed(store, f"s{n}-") for n, store in enumerate(stores)]
    both = replace(
        parts[0],
        now=0,
        objective=FRESH,
        technicians=parts[0].technicians + parts[1].technicians,
        places=parts[0].places + parts[1].places,
        visits=parts[0].visits + parts[1].visits,
    )
    apart = [solve(replace(part, now=0, objective=FRESH), limits=QUICK) for part in parts]
    plan = solve(both, limits=QUICK)
    assert plan.status == "optimal"
    assert dict(plan.objective) == {level: sum(p.objective[level] for p in apart) for level in FRESH}


def _renamed(problem: Problem, prefix: str) -> Problem:
    """The same store under other names, so that two can stand beside each other."""
    return replace(
        problem,
        technicians=tuple(
            replace(t, id=prefix + t.id, skills={prefix + name: n for name, n in t.skills.items()}) for t in problem.technicians
        ),
        places=tuple(replace(p, id=prefix + p.id, kind=prefix + p.kind) for p in problem.places),
        visits=tuple(
            replace(
                v,
                id=prefix + v.id,
                customer=None,
                party=None,
                items=tuple(
                    replace(
                        i,
                        request=replace(i.request, technicians=tuple(prefix + t for t in i.request.technicians)),
                        phases=tuple(
                            replace(
                                p,
                                place_kind=None if p.place_kind is None else prefix + p.place_kind,
                                skill=None if p.skill is None else prefix + p.skill,
                            )
                            for p in i.phases
                        ),
                    )
                    for i in v.items
                ),
            )
            for v in problem.visits
        ),
    )


def test_bounds_know_that_somebody_may_be_left_out_where_that_costs_less() -> None:
    problem = replace(day(visit("v", arrival=Arrival("here", 0)), now=40), objective=("waiting", "unserved"))
    plan = solve(problem, limits=QUICK)
    assert (plan.status, dict(plan.objective), dict(plan.bound)) == (
        "optimal",
        {"waiting": 0, "unserved": 1},
        {"waiting": 0, "unserved": 1},
    )


def test_changes_are_bounded_by_what_was_published_of_a_visit() -> None:
    # The added service may come first, so that the published one stays where it was although the visit begins sooner.
    added = Visit("v", (Item("i", (cut(),)), Item("j", (cut(duration=20),))), arrival=Arrival("here", 0), items_in_order=False)
    problem = day(added, published=(row("v", start=20, end=50),))
    plan = solve(problem, limits=QUICK)
    assert plan.status == "optimal"
    assert dict(plan.objective) | {"fairness": 0} == dict.fromkeys(problem.objective, 0)
    assert verify(problem, plan).objective == plan.objective


def test_nothing_is_proven_of_work_that_began_out_of_sequence() -> None:
    begun = cut(fixed=Fixed("anna", "c1", 100, 130))
    problem = day(visit("v", cut(), begun), now=10)
    served = Plan(assignments=(row("v", start=20, end=50), row("v", start=100, end=130, phase=1)))
    assert verify(problem, served).valid
    plan = solve(problem, limits=Limits(seconds=5, workers=1))
    assert verify(problem, plan).valid
    assert plan.bound["unserved"] == 0
    assert (plan.status == "optimal") == (plan.objective["unserved"] == 0)


def test_somebody_published_who_is_not_there_any_more_or_may_not_do_it_is_replaced() -> None:
    # Two parts: what is published of the one is with somebody unknown, of the other with the first one's technician.
    deep = cut(skill="colour", place_kind=None)
    problem = day(visit("v", cut(place_kind=None, duration_by_technician={"ben": 30})), visit("w", deep))
    for who, place in (("gone", None), ("ben", None), ("anna", "gone")):
        published = (row("v", "ben", place=None), row("w", who, place=place))
        plan = solve(replace(problem, published=published), limits=QUICK)
        assert verify(problem, plan).valid
        assert {r.visit: r.technician for r in plan.assignments} == {"v": "ben", "w": "anna"}


def test_begun_visits_that_nobody_can_go_on_with_leave_the_others_their_plan() -> None:
    lost = cut(skill="nails", place_kind=None)
    here = Arrival("here", 0)
    begun = visit("v", cut(fixed=Fixed("anna", "c1", 0, 30)), lost, arrival=here)
    early = visit("w", cut(place_kind=None), cut(place_kind=None, fixed=Fixed("ben", None, 40, 70)), lost, arrival=here)
    problem = day(begun, early, visit("x", promised=(0, 0)), visit("y", promised=(0, 0)), now=10)
    plan = solve(problem, limits=QUICK)
    assert verify(problem, plan).valid
    assert set(plan.unserved) == {"v", "w"}
