"""Each level of the objective on a plan small enough to price by hand; docs/scheduler.md has the formulas."""

from __future__ import annotations

from dataclasses import replace

from scheduler import Arrival, Assignment, Break, BreakTime, Item, Plan, Problem, Request, Settings, Visit, verify
from scheduler.objective import LEVELS
from tests.scheduler.salon import ANNA, BEN, cut, day, row, visit


def value(problem: Problem, level: str, *rows: Assignment, **more: object) -> int:
    have = {r.visit for r in rows}
    unserved = tuple(v.id for v in problem.visits if v.id not in have)
    asked = replace(problem, objective=(level,))  # type: ignore[arg-type]
    verdict = verify(asked, Plan(assignments=rows, unserved=unserved, **more))  # type: ignore[arg-type]
    assert verdict.valid, verdict.broken
    return verdict.objective[level]  # type: ignore[index]


def test_unserved_counts_visits() -> None:
    assert value(day(visit("v"), visit("w")), "unserved", row("v")) == 1


def test_promise_lateness_weighs_minutes_by_tier() -> None:
    problem = day(visit("v", promised=(0, 15), tier_weight=3))
    assert value(problem, "promise_lateness", row("v", start=15, end=45)) == 0
    assert value(problem, "promise_lateness", row("v", start=20, end=50)) == 15


def test_promise_lateness_ages() -> None:
    problem = day(visit("v", promised=(0, 15)), settings=Settings(frozen=0, lateness_ageing=10))
    # 25 minutes: 25 + 15 + 5.
    assert value(problem, "promise_lateness", row("v", start=40, end=70)) == 45


def test_promise_lateness_forgives_what_the_customer_caused() -> None:
    problem = day(visit("v", promised=(0, 15), arrival=Arrival("expected_late", 40)))
    assert value(problem, "promise_lateness", row("v", start=40, end=70)) == 0
    assert value(problem, "promise_lateness", row("v", start=45, end=75)) == 5


def test_waiting_ages() -> None:
    problem = day(visit("v", arrival=Arrival("here", 0), tier_weight=2), settings=Settings(frozen=0, ageing=10))
    assert value(problem, "waiting", row("v", start=10, end=40)) == 20
    # 25 minutes: 25 + 15 + 5, twice.
    assert value(problem, "waiting", row("v", start=25, end=55)) == 90


def test_waiting_counts_time_between_services() -> None:
    problem = day(Visit("v", (Item("i", (cut(),)), Item("j", (cut(),)))))
    rows = row("v"), row("v", "ben", 37, 67, "c2", item="j")
    assert value(problem, "waiting", *rows) == 7


def test_changes_are_dearer_when_near_and_when_moved_before() -> None:
    settings = Settings(frozen=0, near=60, change_technician=10, change_place=2, change_start=1)
    far = day(visit("v"), published=(row("v", start=150, end=180),), settings=settings)
    assert value(far, "changes", row("v", start=150, end=180)) == 0
    assert value(far, "changes", row("v", "ben", 155, 185, "c2")) == 10 + 2 + 5
    near = day(visit("v", moves_so_far=1), published=(row("v", start=30, end=60),), settings=settings)
    assert value(near, "changes", row("v", start=40, end=70)) == 10 * 4 * 2


def test_wishes_count_services_by_somebody_else() -> None:
    asked = Visit("v", (Item("i", (cut(),), request=Request("prefers", ("ben",))),))
    assert value(day(asked), "wishes", row("v", "ben")) == 0
    assert value(day(asked), "wishes", row("v", "anna")) == 1


def test_overtime_counts_minutes_outside_the_shift() -> None:
    problem = replace(day(visit("v")), technicians=(replace(ANNA, overtime_max=60), BEN))
    assert value(problem, "overtime", row("v", start=180, end=210)) == 10


def test_fairness_squares_turns_and_leaves_requests_out() -> None:
    problem = replace(day(visit("v"), visit("w")), technicians=(replace(ANNA, turns_taken=2), BEN))
    assert value(problem, "fairness", row("v"), row("w", "ben", place="c2")) == 9 + 1
    asked = Visit("v", (Item("i", (cut(),), request=Request("must", ("anna",))),))
    assert value(day(asked), "fairness", row("v")) == 0


def test_idle_counts_gaps_but_not_breaks() -> None:
    problem = day(visit("v"), visit("w"))
    rows = row("v"), row("w", start=70, end=100)
    assert value(problem, "idle", *rows) == 40
    resting = replace(problem, technicians=(replace(ANNA, breaks=(Break(20, 30, 70),)), BEN))
    assert value(resting, "idle", *rows, breaks=(BreakTime("anna", 0, 40, 60),)) == 20


def test_technicians_used_and_makespan() -> None:
    problem = day(visit("v"), visit("w"))
    rows = row("v"), row("w", start=50, end=80)
    assert value(problem, "technicians_used", *rows) == 1
    assert value(problem, "makespan", *rows) == 80


def test_every_level_has_a_test_that_names_it() -> None:
    tests = " ".join(name for name in globals() if name.startswith("test_"))
    assert [level for level in LEVELS if level not in tests] == []
