"""Flexible job shops: the file format, the searches and models, against trying everything."""

import itertools
import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import Item, Limits, Phase, Problem, Technician, Visit, solve, verify
from scheduler.fjsp import Instance, read, to_problem
from scheduler.flexible_shop import FlexibleShop, busiest, dispatch, flexible_shop, restricted, suits
from scheduler.flexible_shop_model import WholeModel, share_out
from scheduler.flexible_shop_search import TabuSearch
from scheduler.instance_text import InstanceError
from tests.scheduler.work import limits

SHARED = Path(os.environ.get("SALON_HUB_SHARED", Path(__file__).parents[2].parent / "shared")) / "data" / "scheduling"

FILE = """2 2 1.5
2  1 1 3  2 1 4 2 2
1  1 2 5
"""


def random_instance(seed: int, jobs: int, machines: int, steps: int) -> Instance:
    rng = random.Random(seed)
    return Instance(
        machines,
        tuple(
            tuple(
                tuple((m, rng.randrange(1, 9)) for m in rng.sample(range(machines), rng.randrange(1, machines + 1)))
                for _ in range(rng.randrange(1, steps + 1))
            )
            for _ in range(jobs)
        ),
    )


def shortest(instance: Instance) -> int:
    """The shortest makespan: every choice of machines, every order of starting each operation as soon as possible."""
    steps = [(job, step) for job, operations in enumerate(instance.jobs) for step in range(len(operations))]
    orders = set(itertools.permutations([job for job, _ in steps]))
    best = 10**9
    for choice in itertools.product(*(instance.jobs[job][step] for job, step in steps)):
        chosen = dict(zip(steps, choice, strict=True))
        for order in orders:
            free, ready, done = [0] * instance.machines, [0] * len(instance.jobs), [0] * len(instance.jobs)
            for job in order:
                machine, time = chosen[job, done[job]]
                free[machine] = ready[job] = max(free[machine], ready[job]) + time
                done[job] += 1
            best = min(best, max(ready))
    return best


def test_the_file_format_is_read() -> None:
    assert read(FILE) == Instance(2, ((((0, 3),), ((0, 4), (1, 2))), (((1, 5),),)))


@pytest.mark.parametrize(
    "text",
    [
        FILE.replace("\n", "\r\n"),
        FILE.replace(" ", "\t"),
        "\n\n" + FILE + "\n\n",
        FILE.replace("2 2 1.5", "2 2"),
        FILE.replace("  2 1 4", "\n2 1 4"),
        "2 2 1.5\n2 1 0 3 2 0 4 1 2\n1 1 1 5\n",
        FILE.replace("2 1 4 2 2", "3 1 4 2 2 2 7"),
        FILE.replace("1  1 2 5", "1.0  1 2.0 5.00"),
        FILE + "\x1a",
        FILE.replace("\n", "  # a comment\n"),
        "// Brandimarte\n% 1993\n; mk\n! mk\n* mk\n+++++\n" + FILE + "% best known 7\n",
        "instance mk99\nby hand, 2 of 2\n" + FILE,
        FILE.replace("2 2 1.5", "jobs = 2, machines = 2"),
        FILE.replace("2  1 1 3", "Job 1: 2  1 1 3").replace("1  1 2 5", "Job 2: 1  1 2 5"),
        FILE.replace("2  1 1 3", "0: 2  1 1 3").replace("1  1 2 5", "1: 1  1 2 5"),
        "2,2,1.5\n2,1,(1,3),2,(1,4),(2,2)\n1;1;2;5\n",
    ],
    ids=[
        "windows",
        "tabs",
        "empty lines",
        "no average",
        "broken lines",
        "from zero",
        "machine named twice",
        "whole fractions",
        "end of file",
        "comments",
        "other comments",
        "a title",
        "named counts",
        "named jobs",
        "numbered jobs",
        "separators",
    ],
)
def test_variants_of_the_format_mean_the_same(text: str) -> None:
    assert read(text) == read(FILE)


def test_a_machine_that_is_not_there_is_named_with_its_line() -> None:
    with pytest.raises(InstanceError, match=r"^machine_unknown at line 3: machine 7 of 2, counted from 1$"):
        read(FILE.replace("1  1 2 5", "1  1 7 5"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("2\n1 1 1 5", "ended_early"),
        (FILE.replace("1  1 2 5", "1  1 3 5"), "machine_unknown"),
        (FILE.replace("1  1 2 5", "1  1 2"), "ended_early"),
        (FILE.replace("1  1 2 5", "1  0"), "number_too_small"),
        (FILE.replace("1  1 2 5", "1  1 2 -5"), "number_too_small"),
        (FILE.replace("1  1 2 5", "1  1 2 five"), "number_expected"),
        (FILE.replace("1  1 2 5", "1  1 2 5.5"), "number_expected"),
        (FILE.replace("1  1 2 5", "1  1 2 2000000001"), "number_too_large"),
        (FILE.replace("1  1 2 5", "1  1 2 " + "9" * 5000), "number_expected"),
        (FILE.replace("1  1 2 5", "1000001  1 2 5"), "number_too_large"),
        (FILE + "7\n", "too_much"),
        (FILE + "setup times\n0 1\n1 0\n", "too_much"),
        (FILE.replace("1 1 3", "1 0 3"), "machine_unknown"),
    ],
)
def test_a_broken_file_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(InstanceError) as refused:
        read(text)
    assert refused.value.code == code


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_solve_finds_what_trying_everything_finds(seed: int) -> None:
    instance = random_instance(seed, jobs=3, machines=2, steps=2)
    problem = to_problem(instance)
    plan = solve(problem, limits=limits(20, seed=seed))
    assert plan.status == "optimal"
    assert plan.objective == {"unserved": 0, "makespan": shortest(instance)}
    assert verify(problem, plan).valid


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(2, 4))
def test_every_schedule_of_the_tabu_search_is_valid(seed: int, jobs: int, machines: int) -> None:
    problem = to_problem(random_instance(seed, jobs, machines, steps=5))
    shop = flexible_shop(problem)
    search = TabuSearch(shop, dispatch(shop, longest_first=False), seed)
    ends = [search.makespan]

    def better(schedule: dict[tuple[int, int], tuple[int, int]]) -> None:
        assert verify(problem, shop.plan(schedule, "test")).valid
        ends.append(shop.end(schedule))

    search.run(lambda: search.steps >= 200, better)
    assert ends == sorted(set(ends), reverse=True)
    assert verify(problem, shop.plan(search.best, "test")).objective["makespan"] == search.makespan == ends[-1]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_work_without_length_and_late_beginnings_make_no_cycle_and_no_false_end(seed: int) -> None:
    rng = random.Random(seed)
    jobs = [
        [{m: rng.choice((0, 0, 1, 5)) for m in rng.sample(range(3), rng.randrange(1, 4))} for _ in range(rng.randrange(1, 6))]
        for _ in range(rng.randrange(2, 6))
    ]
    shop = FlexibleShop(Problem(horizon=1000), jobs, [rng.randrange(9) for _ in jobs], [rng.randrange(9) for _ in range(3)])
    search = TabuSearch(shop, dispatch(shop, longest_first=True), seed)
    search.run(lambda: search.steps >= 200, lambda _: None)
    ended = [
        [search.best[job, step][1] + t[search.best[job, step][0]] for step, t in enumerate(o)] for job, o in enumerate(jobs)
    ]
    for job, step in search.best:
        machine, start = search.best[job, step]
        assert start >= max(ended[job][step - 1] if step else shop.ready[job], shop.free[machine])
    for machine in range(3):
        spans = sorted((start, ended[j][s]) for (j, s), (m, start) in search.best.items() if m == machine)
        assert all(one[1] <= two[0] for one, two in itertools.pairwise(spans))
    assert search.makespan == max(map(max, ended))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_bounds_are_never_above_the_shortest(seed: int) -> None:
    instance = random_instance(seed, jobs=3, machines=2, steps=2)
    shop = flexible_shop(to_problem(instance))
    best = shortest(instance)
    assert shop.least <= best
    found = share_out(shop, 5.0, seed)
    assert found is not None
    sharing, bound = found
    assert bound <= best
    assert busiest(shop, sharing) <= restricted(shop, sharing).end(dispatch(restricted(shop, sharing), longest_first=True))


def test_machines_that_are_free_later_bound_nothing_when_they_are_not_needed() -> None:
    problem = Problem(
        horizon=200,
        technicians=(Technician("now", shifts=((0, 200),)), Technician("later", shifts=((0, 200),), earliest_free=100)),
        visits=tuple(
            Visit(name, (Item("i", (Phase(duration_by_technician={"now": 5, "later": 5}),)),), release=3) for name in "ab"
        ),
        objective=("unserved", "makespan"),
    )
    assert suits(problem)
    plan = solve(problem, limits=limits(10))
    assert (plan.status, plan.objective["makespan"]) == ("optimal", 13)
    assert verify(problem, plan).valid


def test_the_whole_model_hears_a_stop_and_keeps_the_hint() -> None:
    shop = flexible_shop(to_problem(random_instance(4, 10, 4, 6)))
    hint = dispatch(shop, longest_first=True)
    model = WholeModel(shop, hint, lambda _: None)
    model.stop()
    assert model.solve(60.0, 1, 0) is None


def test_two_workers_agree_with_one() -> None:
    problem = to_problem(random_instance(11, 5, 3, 4))
    one, two = (solve(problem, limits=Limits(seconds=20, workers=n)) for n in (1, 2))
    assert one.status == two.status == "optimal"
    assert one.objective == two.objective


def test_a_stop_is_heard_and_a_plan_is_there() -> None:
    problem = to_problem(random_instance(2, 20, 6, 10))
    plan = solve(problem, limits=limits(60, should_stop=lambda: True))
    assert verify(problem, plan).valid
    assert plan.seconds < 5


def test_the_least_shares_work_among_machines_as_they_become_free() -> None:
    def least(free: list[int], times: list[int]) -> int:
        jobs = [[dict.fromkeys(range(len(free)), time)] for time in times]
        return FlexibleShop(Problem(horizon=1000), jobs, [0] * len(jobs), free).least

    assert least([0, 0], [5, 5, 5]) == 8
    assert least([0, 100], [5, 5, 5]) == 15
    assert least([0, 10], [8, 8]) == 13
    assert least([0, 10] + [100] * 100_000, [8, 8]) == 13


@pytest.mark.slow
@pytest.mark.parametrize(("name", "most"), [("mk01", 40), ("mk04", 60), ("mk07", 144), ("mk08", 523), ("mk15", 380)])
def test_public_instances_are_near_the_best_known(name: str, most: int) -> None:
    file = SHARED / "fjsp" / "Brandimarte1993" / f"{name}.txt"
    if not file.exists():
        pytest.skip(f"no {file}")
    problem = to_problem(read(file.read_text()), name)
    plan = solve(problem, limits=limits(8))
    assert verify(problem, plan).valid
    assert plan.objective["makespan"] <= most
