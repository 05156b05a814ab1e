"""Fixed times and fewest people: the file format, the search, the exact model, against trying everything."""

import contextlib
import os
import random
import tarfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import Fixed, Item, Limits, Phase, Problem, Technician, Visit, solve, verify
from scheduler.fixed_times import crowd, first, fixed_times
from scheduler.fixed_times_chains import chains
from scheduler.fixed_times_model import Model
from scheduler.fixed_times_search import EjectionSearch, Layout, least_people
from scheduler.fixed_times_shape import suits
from scheduler.fixed_times_shortage import shortage
from scheduler.incumbent import worth
from scheduler.instance_text import InstanceError
from scheduler.smptsp import Instance, read, to_problem
from tests.scheduler.work import limits

SHARED = Path(os.environ.get("SALON_HUB_SHARED", Path(__file__).parents[2].parent / "shared")) / "data" / "scheduling"

FILE = """# made by hand
Type = 1
Jobs = 3
  0  5
  3  8
  5  9
Qualifications = 2
2: 0 2
3: 0 1 2
"""


def random_instance(seed: int, tasks: int, workers: int, share: float = 0.5) -> Instance:
    rng = random.Random(seed)
    spans = []
    for _ in range(tasks):
        start = rng.randrange(20)
        spans.append((start, start + rng.randrange(1, 8)))
    return Instance(tuple(spans), tuple(tuple(j for j in range(tasks) if rng.random() < share) for _ in range(workers)))


def fewest(instance: Instance) -> tuple[int, int]:
    """Fewest unserved tasks, then fewest people, by trying everything."""
    best = (len(instance.spans) + 1, 0)
    order = sorted(range(len(instance.spans)), key=lambda j: instance.spans[j])

    def go(place: int, free: list[int], used: frozenset[int], left: int) -> None:
        nonlocal best
        if (left, len(used)) >= best:
            return
        if place == len(order):
            best = left, len(used)
            return
        start, end = instance.spans[order[place]]
        for worker, jobs in enumerate(instance.qualified):
            if order[place] in jobs and free[worker] <= start:
                go(place + 1, [*free[:worker], end, *free[worker + 1 :]], used | {worker}, left)
        go(place + 1, free, used, left + 1)

    go(0, [0] * len(instance.qualified), frozenset(), 0)
    return best


def test_the_file_format_is_read() -> None:
    assert read(FILE) == Instance(((0, 5), (3, 8), (5, 9)), ((0, 2), (0, 1, 2)))


@pytest.mark.parametrize(
    "text",
    [
        FILE.replace("\n", "\r\n"),
        FILE.replace("  ", "\t"),
        "\ufeff" + FILE.upper(),
        FILE.replace("Jobs", "Multi-skilling level = 66\nJobs"),
        "66 1 3 0 5 3 8 5 9 2 2 0 2 3 0 1 2",
        "1 3 0 5 3 8 5 9 2 2 0 2 3 0 1 2",
        "3 0 5 3 8 5 9 2 2 0 2 3 0 1 2",
        FILE.replace("2: 0 2", "2: 1 3").replace("3: 0 1 2", "3: 1 2 3"),
        "% Jobs = 9\n// Type = 2\n; x\n" + FILE.replace("  0  5", "  0  5  % the first"),
        FILE.replace("  0  5", "0:  0  5").replace("  3  8", "Job 1: 3  8").replace("  5  9", "2: 5 9"),
        FILE.replace("2: 0 2", "Worker 0: 2: 0 2").replace("3: 0 1 2", "Worker 1: 3: 0, 1, 2"),
    ],
    ids=[
        "windows",
        "tabs",
        "upper case",
        "level labelled",
        "bare with level",
        "bare with type",
        "bare",
        "from one",
        "other comments",
        "named jobs",
        "named workers",
    ],
)
def test_variants_of_the_format_mean_the_same(text: str) -> None:
    assert read(text) == read(FILE)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("# nothing\n", "empty"),
        (FILE.replace("Type = 1", "Type = 3"), "type_unsupported"),
        (FILE.replace("3  8", "8  3"), "span_reversed"),
        (FILE.replace("  5  9\n", ""), "ended_early"),
        (FILE.replace("  5  9\n", "  5  9 7\n"), "too_much"),
        (FILE.replace("3: 0 1 2", "3: 0 1 9"), "job_unknown"),
        (FILE.replace("3: 0 1 2", "3: 0 1"), "ended_early"),
        (FILE + "4\n", "too_much"),
        (FILE.replace("  0  5", "  zero  5"), "number_expected"),
        (FILE.split("Qual", maxsplit=1)[0], "qualifications_missing"),
        (FILE.replace("Jobs = 3", "Jobs = 99999999"), "number_too_large"),
    ],
)
def test_a_broken_file_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(InstanceError) as refused:
        read(text)
    assert refused.value.code == code


def test_a_job_that_is_not_there_is_named_with_its_line() -> None:
    with pytest.raises(InstanceError, match=r"^job_unknown at line 9: index 9 with 3 jobs, counted from 0$"):
        read(FILE.replace("3: 0 1 2", "3: 0 1 9"))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789 -.\n=:#JobsTypeQualification", max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    # Whatever else it raises fails the test.
    with contextlib.suppress(InstanceError):
        assert len(read(text).spans) >= 0


def test_a_task_that_nobody_can_do_stays_unserved_and_that_is_proven() -> None:
    problem = to_problem(Instance(((0, 3), (1, 4)), ((0,),)))
    plan = solve(problem, limits=limits(1))
    assert plan.objective == {"unserved": 1, "technicians_used": 1}
    assert plan.status == "optimal"
    assert plan.unserved == ("t1",)


def test_without_tasks_there_is_nothing_to_do() -> None:
    plan = solve(to_problem(Instance((), ((),))), limits=limits(1))
    assert (plan.status, dict(plan.objective)) == ("optimal", {"unserved": 0, "technicians_used": 0})


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 7), st.integers(1, 4), st.sampled_from([0.3, 0.6, 0.9]))
def test_solve_finds_what_trying_everything_finds(seed: int, tasks: int, workers: int, share: float) -> None:
    instance = random_instance(seed, tasks, workers, share)
    problem = to_problem(instance)
    plan = solve(problem, limits=limits(20, seed=seed))
    assert worth(problem, plan.objective) == fewest(instance)
    assert plan.status == "optimal"
    assert verify(problem, plan).valid


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_search_and_first_plan_are_valid_wherever_they_stop(seed: int) -> None:
    problem = to_problem(random_instance(seed, 12, 5))
    shape = fixed_times(problem)
    search = EjectionSearch(Layout(shape, max(1, least_people(shape))), seed)
    search.run(lambda: search.steps > 200)
    for served in (search.served, first(shape)):
        assert verify(problem, shape.plan(served, "test")).valid


def test_work_at_one_moment_lies_between_other_work_of_the_same_person_but_not_inside() -> None:
    inside = to_problem(Instance(((0, 4), (2, 2)), ((0, 1), (0, 1))))
    edge = to_problem(Instance(((0, 4), (4, 4)), ((0, 1), (0, 1))))
    brief = limits(2)
    assert solve(inside, limits=brief).objective["technicians_used"] == 2
    assert solve(edge, limits=brief).objective["technicians_used"] == 1


def test_chains_join_what_one_person_must_do_in_a_row() -> None:
    # Two people, both busy at 0 and at 6; only task 0 leaves and only task 2 enters, with task 3 between.
    shape = fixed_times(to_problem(Instance(((0, 4), (0, 9), (6, 8), (4, 5)), ((0, 1, 2, 3), (0, 1, 2, 3)))))
    assert crowd(shape.start, shape.end, shape.possible) == (2, [0, 4, 6])
    assert sorted(chains(shape, 2)) == [[0, 3, 2], [1]]
    assert sorted(chains(shape, 3)) == [[0], [1], [2], [3]]


def test_the_exact_model_says_no_where_the_clique_is_not_enough() -> None:
    # Never more than one task at a time, but nobody can do both.
    shape = fixed_times(to_problem(Instance(((0, 2), (3, 5)), ((0,), (1,)))))
    assert least_people(shape) == 1
    assert Model(Layout(shape, 1), all_served=True).decide(5.0, 1, 0).found == "no"
    assert Model(Layout(shape, 2), all_served=True).decide(5.0, 1, 0).found == "yes"
    plan = solve(shape.problem, limits=limits(10))
    assert (plan.status, plan.objective["technicians_used"]) == ("optimal", 2)


def test_the_second_worker_proves_as_well() -> None:
    instance = random_instance(3, 14, 8, 0.3)
    one, two = (solve(to_problem(instance), limits=Limits(seconds=20, workers=n)) for n in (1, 2))
    assert one.status == two.status == "optimal"
    assert one.objective == two.objective


def test_a_stop_is_heard_and_a_plan_is_there() -> None:
    plan = solve(to_problem(random_instance(1, 200, 40, 0.2)), limits=limits(60, should_stop=lambda: True))
    assert plan.assignments
    assert plan.seconds < 5


def test_skills_shifts_and_absences_say_who_can_do_what() -> None:
    def task(name: str, start: int) -> Visit:
        return Visit(name, (Item("i", (Phase(duration=4, skill="cut", min_level=2, fixed=Fixed(start=start)),)),))

    problem = Problem(
        horizon=20,
        technicians=(
            Technician("low", {"cut": 1}, shifts=((0, 20),)),
            Technician("early", {"cut": 2}, shifts=((0, 9),)),
            Technician("away", {"cut": 3}, shifts=((0, 20),), absences=((3, 6),)),
            Technician("later", {"cut": 2}, shifts=((0, 20),), earliest_free=1),
        ),
        visits=(task("a", 0), task("b", 8)),
        objective=("unserved", "technicians_used"),
    )
    assert suits(problem)
    able = fixed_times(problem).able
    assert np.array_equal(able, np.array([[0, 0], [1, 0], [0, 1], [0, 1]], dtype=bool))
    plan = solve(problem, limits=limits(10))
    assert plan.objective == {"unserved": 0, "technicians_used": 2}
    assert verify(problem, plan).valid


def test_a_better_hint_is_taken() -> None:
    problem = to_problem(random_instance(5, 30, 10, 0.4))
    good = solve(problem, limits=limits(10))
    stopped = limits(10, should_stop=lambda: True)
    again = solve(problem, hint=good, limits=stopped)
    assert worth(problem, again.objective) <= worth(problem, good.objective)


def test_what_is_too_much_at_once_is_left_out_and_that_is_proven() -> None:
    # Three people, five tasks at once twice, and a skill that only the first has wanted three times at once.
    many = Instance(((0, 5), (1, 6), (2, 4), (3, 9), (3, 5), (10, 12)), ((0, 1, 2, 3, 4, 5),) * 3)
    rare = Instance(((0, 5), (1, 6), (2, 4), (8, 9)), ((0, 1, 2, 3), (3,)))
    for instance, lost, people in ((many, 2, 3), (rare, 2, 1)):
        problem = to_problem(instance)
        short = shortage(fixed_times(problem))
        assert (short.unserved, len(short.left_out), short.people) == (lost, lost, people)
        plan = solve(problem, limits=limits(10))
        assert (plan.status, dict(plan.objective)) == ("optimal", {"unserved": lost, "technicians_used": people})
        assert fewest(instance) == (lost, people)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(1, 3), st.sampled_from([0.3, 0.6, 1.0]))
def test_a_shortage_is_never_overstated(seed: int, tasks: int, workers: int, share: float) -> None:
    instance = random_instance(seed, tasks, workers, share)
    shape = fixed_times(to_problem(instance))
    short, never = shortage(shape), int((~shape.possible).sum())
    unserved, people = fewest(instance)
    assert never + short.unserved <= unserved
    if never + short.unserved == unserved:
        assert short.people <= people


def test_large_overloaded_days_keep_to_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    # Beyond so many pairs the exact model would take far longer to build than there is time.
    monkeypatch.setattr("scheduler.fixed_times_strategy.PAIRS_MAX", 100)
    monkeypatch.setattr("scheduler.fixed_times_strategy.Exact", None)
    instance = random_instance(2, 120, 8, 0.6)
    plan = solve(to_problem(instance), limits=Limits(seconds=0.5, workers=2))
    assert verify(to_problem(instance), plan).valid
    assert 0 < plan.bound["unserved"] <= plan.objective["unserved"]


def test_a_model_that_is_stopped_while_it_is_built_is_not_solved() -> None:
    shape = fixed_times(to_problem(random_instance(1, 30, 8)))
    assert Model(Layout(shape, None), all_served=False, stop=lambda: True).fewest({}, 60.0, 1, 0).found == "open"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["data_11_24_119_33", "data_49_211_446_66", "data_89_88_788_33", "data_135_213_1988_33"])
def test_public_instances_reach_their_clique(name: str) -> None:
    archive = SHARED / "smptsp-odd.txz"
    if not archive.exists():
        pytest.skip(f"no {archive}")
    with tarfile.open(archive) as files:
        member = next(m for m in files if Path(m.name).stem == name)
        content = files.extractfile(member)
        assert content is not None
        problem = to_problem(read(content.read().decode()), name)
    plan = solve(problem, limits=limits(60))
    assert plan.status == "optimal"
    assert plan.objective["technicians_used"] == least_people(fixed_times(problem))
