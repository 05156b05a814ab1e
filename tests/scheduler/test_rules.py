"""Every hard rule: what it forbids, and that it lets the plan pass which is right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler import Arrival, Break, BreakTime, Fixed, Item, Plan, Request, Settings, Visit, verify
from scheduler.rules import BASIC, RULES
from tests.scheduler.salon import ANNA, BEN, CHAIRS, broken, cut, day, row, visit


def test_a_right_plan_breaks_no_rule() -> None:
    problem = day(visit("v"), visit("w"))
    assert broken(problem, row("v"), row("w", "ben", place="c2")) == set()


def test_known_work_forbids_strangers_and_doubles() -> None:
    problem = day(visit("v"))
    assert broken(problem, row("v", "nobody")) == {"known_work"}
    assert broken(problem, row("v"), row("v")) == {"known_work"}


def test_served_whole_forbids_half_a_visit() -> None:
    problem = day(visit("v", cut(), cut()))
    assert broken(problem, row("v")) == {"served_whole"}


def test_served_whole_forbids_work_on_an_unserved_visit() -> None:
    problem = day(visit("v"))
    assert {b.rule for b in verify(problem, Plan(assignments=(row("v"),), unserved=("v",))).broken} == {"served_whole"}


def test_fixed_kept_forbids_another_place_than_the_called_one() -> None:
    problem = day(visit("v", cut(fixed=Fixed(technician="anna", place="c2"))))
    assert broken(problem, row("v", place="c1")) == {"fixed_kept"}
    assert broken(problem, row("v", place="c2")) == set()


def test_duration_right_forbids_haste_and_knows_levels() -> None:
    problem = day(visit("v", cut(duration_by_level={2: 20})))
    assert broken(problem, row("v", end=30)) == {"duration_right"}
    assert broken(problem, row("v", end=20)) == set()
    assert broken(problem, row("v", "ben", end=30)) == set()


def test_technician_able_forbids_too_low_a_level() -> None:
    assert broken(day(visit("v", cut(min_level=2))), row("v", "ben")) == {"technician_able"}


def test_technician_able_forbids_whom_nobody_asked_for() -> None:
    asked = Visit("v", (Item("i", (cut(),), request=Request("tag", tag="woman")),))
    assert broken(day(asked), row("v", "ben")) == {"technician_able"}
    asked = Visit("v", (Item("i", (cut(),), request=Request("must", ("ben",))),))
    assert broken(day(asked), row("v", "anna")) == {"technician_able"}


def test_technician_able_forbids_who_is_not_listed() -> None:
    listed = cut(skill=None, duration_by_technician={"ben": 30})
    assert broken(day(visit("v", listed)), row("v", "anna")) == {"technician_able"}


def test_same_technician_forbids_a_change_within_a_service() -> None:
    problem = day(visit("v", cut(), cut()))
    rows = row("v"), row("v", "ben", 30, 60, phase=1)
    assert broken(problem, *rows) == {"same_technician"}
    free = replace(problem, visits=(Visit("v", (replace(problem.visits[0].items[0], same_technician=False),)),))
    assert broken(free, *rows) == set()


def test_in_shift_forbids_work_after_the_shift_and_its_overtime() -> None:
    problem = day(visit("v"))
    assert broken(problem, row("v", start=190, end=220)) == {"in_shift"}
    longer = replace(problem, technicians=(replace(ANNA, overtime_max=20), BEN))
    assert broken(longer, row("v", start=190, end=220)) == set()


def test_in_shift_forbids_work_before_somebody_is_free() -> None:
    problem = replace(day(visit("v")), technicians=(replace(ANNA, earliest_free=10), BEN))
    assert broken(problem, row("v")) == {"in_shift"}


def test_not_absent_forbids_work_while_away() -> None:
    problem = replace(day(visit("v")), technicians=(replace(ANNA, absences=((20, 40),)), BEN))
    assert broken(problem, row("v")) == {"not_absent"}


@pytest.mark.parametrize(
    "early",
    [
        visit("v", release=10),
        visit("v", booked_start=10),
        visit("v", arrival=Arrival("expected_late", 10)),
    ],
)
def test_not_too_early_forbids_starting_without_the_customer(early: Visit) -> None:
    assert broken(day(early), row("v")) == {"not_too_early"}
    assert broken(day(early), row("v", start=10, end=40)) == set()


def test_not_too_early_forbids_the_past_and_what_lies_beyond_the_horizon() -> None:
    assert broken(day(visit("v"), now=5), row("v")) == {"not_too_early"}
    late = replace(ANNA, shifts=((0, 400),))
    assert broken(replace(day(visit("v")), technicians=(late, BEN)), row("v", start=280, end=310)) == {"not_too_early"}


def test_phases_in_sequence_forbids_pauses_that_are_too_long() -> None:
    problem = day(visit("v", cut(), cut(max_gap_before=10)))
    assert broken(problem, row("v"), row("v", start=41, end=71, phase=1)) == {"phases_in_sequence"}
    assert broken(problem, row("v"), row("v", start=40, end=70, phase=1)) == set()


def test_phases_in_sequence_lets_begun_services_pause_and_prices_it() -> None:
    begun = cut(fixed=Fixed("anna", "c1", 0, 30))
    problem = day(visit("v", begun, cut(max_gap_before=10), tier_weight=2), now=20)
    plan = Plan(assignments=(row("v"), row("v", start=45, end=75, phase=1)))
    verdict = verify(problem, plan)
    assert verdict.valid
    assert verdict.objective["promise_lateness"] == 10


def test_items_apart_forbids_two_services_at_once() -> None:
    problem = day(Visit("v", (Item("i", (cut(),)), Item("j", (cut(),)))))
    assert broken(problem, row("v"), row("v", "ben", 10, 40, "c2", item="j")) == {"items_apart"}
    assert broken(problem, row("v"), row("v", "ben", 30, 60, "c2", item="j")) == set()


def test_items_apart_forbids_the_wrong_order_where_it_counts() -> None:
    problem = day(Visit("v", (Item("i", (cut(),)), Item("j", (cut(),)))))
    rows = row("v", start=40, end=70), row("v", "ben", 0, 30, "c2", item="j")
    assert broken(problem, *rows) == {"items_apart"}
    either = replace(problem, visits=(replace(problem.visits[0], items_in_order=False),))
    assert broken(either, *rows) == set()


def test_customer_once_forbids_being_in_two_chairs() -> None:
    problem = day(visit("v", customer="wang"), visit("w", customer="wang"))
    assert broken(problem, row("v"), row("w", "ben", place="c2")) == {"customer_once"}


def test_party_together_forbids_different_starts_and_leaving_one_out() -> None:
    problem = day(visit("v", party="p"), visit("w", party="p"))
    assert broken(problem, row("v"), row("w", "ben", 5, 35, "c2")) == {"party_together"}
    assert broken(problem, row("v")) == {"party_together"}
    assert broken(problem) == set()


def test_place_fits_forbids_another_kind_and_moving_between_phases() -> None:
    problem = day(visit("v", cut(place_kind=None)))
    assert broken(problem, row("v")) == {"place_fits"}
    problem = day(visit("v", cut(), cut()))
    rows = row("v"), row("v", start=30, end=60, place="c2", phase=1)
    assert broken(problem, *rows) == {"place_fits"}
    mobile = day(visit("v", cut(), cut(keep_place=False)))
    assert broken(mobile, *rows) == set()


def test_place_open_forbids_closed_places() -> None:
    closed = (replace(CHAIRS[0], closures=((20, 40),)), CHAIRS[1])
    assert broken(day(visit("v"), places=closed), row("v")) == {"place_open"}
    dirty = (replace(CHAIRS[0], earliest_free=10), CHAIRS[1])
    assert broken(day(visit("v"), places=dirty), row("v")) == {"place_open"}


def test_place_once_forbids_two_customers_and_skipping_the_clean_up() -> None:
    problem = day(visit("v"), visit("w"))
    assert broken(problem, row("v"), row("w", "ben", 34, 64)) == {"place_once"}
    assert broken(problem, row("v"), row("w", "ben", 35, 65)) == set()


def test_technician_once_forbids_two_customers() -> None:
    problem = day(visit("v"), visit("w"))
    assert broken(problem, row("v"), row("w", start=29, end=59, place="c2")) == {"technician_once"}
    assert broken(problem, row("v"), row("w", start=30, end=60, place="c2")) == set()


def test_breaks_given_forbids_working_through_the_break() -> None:
    problem = replace(day(visit("v")), technicians=(replace(ANNA, breaks=(Break(20, 0, 60),)), BEN))
    assert broken(problem, row("v")) == {"breaks_given"}
    assert broken(problem, row("v"), breaks=(BreakTime("anna", 0, 10, 30),)) == {"breaks_given"}
    assert broken(problem, row("v"), breaks=(BreakTime("anna", 0, 50, 70),)) == {"breaks_given"}
    assert broken(problem, row("v"), breaks=(BreakTime("anna", 0, 30, 50),)) == set()


def test_breaks_given_lets_a_break_fall_for_which_facts_leave_no_room() -> None:
    begun = visit("v", cut(fixed=Fixed("anna", "c1", 0, 60)))
    problem = replace(day(begun, now=10), technicians=(replace(ANNA, breaks=(Break(20, 0, 60),)), BEN))
    assert broken(problem, row("v", end=60)) == set()


def test_held_kept_forbids_moving_the_pinned_the_frozen_and_the_often_moved() -> None:
    published = (row("v", start=50, end=80),)
    moved = row("v", start=60, end=90)
    for settings, more in (
        (Settings(frozen=0), {"pinned": True}),
        (Settings(frozen=60), {}),
        (Settings(frozen=0, moves_max=2), {"moves_so_far": 2}),
    ):
        problem = day(visit("v", **more), published=published, settings=settings)
        assert broken(problem, moved) == {"held_kept"}
        assert broken(problem, published[0]) == set()
    free = day(visit("v"), published=published)
    assert broken(free, moved) == set()


def test_facts_are_exempt_and_others_go_around_them() -> None:
    late_fact = cut(fixed=Fixed("anna", "c1", 190, 230))
    problem = day(visit("v", late_fact), visit("w"), now=195)
    fact = row("v", start=190, end=230)
    assert broken(problem, fact) == set()
    problem = day(visit("v", cut(fixed=Fixed("anna", "c1", 0, 40))), visit("w"), now=5)
    fact = row("v", end=40)
    assert broken(problem, fact, row("w", start=39, end=69, place="c2")) == {"technician_once"}


def test_every_rule_has_a_test_that_names_it() -> None:
    tests = " ".join(name for name in globals() if name.startswith("test_"))
    assert [rule.__name__ for rule in (*BASIC, *RULES) if rule.__name__ not in tests] == []


def test_breaks_given_knows_no_breaks_that_nobody_has() -> None:
    problem = day(visit("v"))
    assert broken(problem, row("v"), breaks=(BreakTime("anna", 0, 40, 60),)) == {"breaks_given"}
    assert broken(problem, row("v"), breaks=(BreakTime("nobody", 0, 40, 60),)) == {"breaks_given"}


def test_breaks_given_lets_no_break_fall_for_the_sake_of_another() -> None:
    problem = replace(day(), technicians=(replace(ANNA, breaks=(Break(20, 0, 30), Break(20, 0, 60))), BEN))
    both = BreakTime("anna", 0, 0, 20), BreakTime("anna", 1, 20, 40)
    assert broken(problem, breaks=both) == set()
    assert broken(problem, breaks=(BreakTime("anna", 1, 5, 25),)) == {"breaks_given"}
    begun = visit("v", cut(fixed=Fixed("anna", "c1", 0, 30)))
    busy = replace(problem, visits=(begun,), now=10)
    assert broken(busy, row("v"), breaks=(BreakTime("anna", 1, 30, 50),)) == set()


def test_fixed_kept_gives_nobody_and_no_place_to_what_began_without() -> None:
    soaking = visit("v", cut(kind="processing", skill=None, place_kind=None, fixed=Fixed(start=0, end=30)))
    assert broken(day(soaking), row("v", None, place=None)) == set()
    assert broken(day(soaking), row("v", "anna", place=None)) == {"fixed_kept"}
    assert broken(day(soaking), row("v", None, place="c1")) == {"fixed_kept"}
