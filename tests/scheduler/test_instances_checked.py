"""Plans of public instances, checked by what their authors ask for: nothing of the solver's own rules and objective is used."""

import itertools
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from scheduler import Assignment, Plan, greedy, solve, verify
from scheduler import fjsp as shops
from scheduler import smptsp as staffs
from tests.scheduler.test_fjsp import random_instance as random_shop
from tests.scheduler.test_smptsp import random_instance as random_staff
from tests.scheduler.work import limits

Worth = tuple[int, int]
"""What is left undone, and what counts of the rest: people, or the last end."""


def _apart(rows: list[Assignment]) -> bool:
    """Nobody does two things at once."""
    return all(a.technician != b.technician or a.end <= b.start or b.end <= a.start for a, b in itertools.combinations(rows, 2))


def _accounted(plan: Plan, names: list[str], steps: Callable[[str], list[int]]) -> bool:
    """Everything is done whole and once, or named as left undone."""
    done: dict[str, list[int]] = {}
    for row in plan.assignments:
        done.setdefault(row.visit, []).append(row.phase)
    if sorted([*done, *plan.unserved]) != sorted(names):
        return False
    return all(sorted(phases) == steps(name) for name, phases in done.items())


def staff_worth(instance: staffs.Instance, plan: Plan) -> Worth | None:
    """Worth of a plan with fixed times and qualified people; None: it is none."""
    if not _accounted(plan, [f"t{number}" for number in range(len(instance.spans))], lambda _: [0]):
        return None
    for row in plan.assignments:
        task, worker = int(row.visit[1:]), (row.technician or "w")[1:]
        if (row.start, row.end) != instance.spans[task] or (row.item, row.place) != ("task", None):
            return None
        if not worker.isdigit() or int(worker) >= len(instance.qualified) or task not in instance.qualified[int(worker)]:
            return None
    if not _apart(list(plan.assignments)):
        return None
    return len(plan.unserved), len({row.technician for row in plan.assignments})


def shop_worth(instance: shops.Instance, plan: Plan) -> Worth | None:
    """Worth of a plan of a flexible job shop; None: it is none."""
    names = [f"j{number}" for number, job in enumerate(instance.jobs) if job]
    if not _accounted(plan, names, lambda name: list(range(len(instance.jobs[int(name[1:])])))):
        return None
    for row in plan.assignments:
        times = {f"m{machine}": time for machine, time in instance.jobs[int(row.visit[1:])][row.phase]}
        if times.get(row.technician or "") != row.end - row.start or (row.item, row.place) != ("job", None) or row.start < 0:
            return None
    at = {(row.visit, row.phase): row for row in plan.assignments}
    if any(step and at[job, step - 1].end > row.start for (job, step), row in at.items()):
        return None
    if not _apart(list(plan.assignments)):
        return None
    return len(plan.unserved), max((row.end for row in plan.assignments), default=0)


def damaged(plan: Plan, rng: random.Random, people: list[str]) -> Plan:
    """The plan with one thing changed."""
    rows = list(plan.assignments)
    if not rows or rng.random() < 0.1:
        return replace(plan, unserved=(*plan.unserved, "t0"))
    at = rng.randrange(len(rows))
    row, by = rows[at], rng.choice([-3, -2, -1, 1, 2, 3])
    changed: list[list[Assignment]] = [
        [replace(row, technician=rng.choice([*people, "nobody", None]))],
        [replace(row, start=row.start + by, end=row.end + by)],
        [replace(row, end=row.end + by)],
        [replace(row, phase=row.phase + by)],
        [row, row],
        [],
    ]
    rows[at : at + 1] = rng.choice(changed)
    unserved = plan.unserved
    if rng.random() < 0.3:
        # Left out with all that it has.
        rows, unserved = [one for one in rows if one.visit != row.visit], (*unserved, row.visit)
    return replace(plan, assignments=tuple(rows), unserved=unserved)


@pytest.mark.parametrize("seed", range(40))
def test_the_verifier_says_what_the_instance_says(seed: int) -> None:
    rng = random.Random(seed)
    staff, shop = random_staff(seed, rng.randint(1, 9), rng.randint(1, 5)), random_shop(seed, rng.randint(1, 4), 3, 3)
    # Tasks of no length are no part of the random instances.
    staff = replace(staff, spans=tuple((start, start if rng.random() < 0.1 else end) for start, end in staff.spans))
    staff_problem, shop_problem = staffs.to_problem(staff), shops.to_problem(shop)
    found = set()
    for problem, worth in (
        (staff_problem, partial(staff_worth, staff)),
        (shop_problem, partial(shop_worth, shop)),
    ):
        people = [technician.id for technician in problem.technicians]
        first = greedy(problem)
        plans = [first, *(damaged(first, rng, people) for _ in range(60))]
        for plan in plans:
            verdict, said = verify(problem, plan), worth(plan)
            if said is not None and problem is shop_problem and said[1] > problem.horizon:
                assert {broken.rule for broken in verdict.broken} == {"not_too_early", "in_shift"}
                continue
            assert verdict.valid == (said is not None), (verdict.broken, plan)
            assert said is None or tuple(verdict.objective.values()) == said
            found.add(said is None)
    assert found == {True, False}


@pytest.mark.parametrize("seed", range(6))
def test_what_solve_prints_is_what_the_instance_says(seed: int) -> None:
    staff, shop = random_staff(seed, 14, 6), random_shop(seed, 4, 3, 4)
    for problem, worth in (
        (staffs.to_problem(staff), partial(staff_worth, staff)),
        (shops.to_problem(shop), partial(shop_worth, shop)),
    ):
        plan = solve(problem, limits=limits(3, seed=seed))
        assert tuple(plan.objective.values()) == worth(plan)
        for level, value in plan.objective.items():
            assert plan.bound[level] <= value
            if plan.bound[level] < value:
                assert plan.status == "feasible"
                break
        else:
            assert plan.status == "optimal"
