"""Days that are over beside the best that could have been made of them: tiny ones, of which the best is known by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from hub.operations.planning.concessions import conceded, without
from hub.operations.planning.hindsight import OBJECTIVE, PastDay
from hub.operations.planning.review import measured, review
from hub.operations.planning.review_table import sentences
from scheduler import (
    Arrival,
    Assignment,
    Item,
    Limits,
    Phase,
    Place,
    Plan,
    Problem,
    Request,
    Settings,
    Technician,
    Visit,
    verify,
)

LIMITS = Limits(seconds=20, workers=1)
LIN = Technician("lin", {"cut": 3}, ((0, 480),), overtime_max=60)
CHAIR = Place("chair 1", "chair", clean_up=5)


def customer(name: str, arrives: int, latest: int, minutes: int, **more: Any) -> Visit:
    item = Item(f"{name}'s", (Phase(duration=minutes, place_kind="chair", skill="cut"),), more.pop("request", Request()))
    return Visit(name, (item,), arrival=Arrival("here", arrives), promised=(0, latest), booked_start=arrives, **more)


def row(name: str, start: int, end: int, technician: str = "lin", place: str = "chair 1") -> Assignment:
    return Assignment(name, f"{name}'s", 0, technician, place, start, end)


def lived(visits: tuple[Visit, ...], *rows: Assignment, technicians: tuple[Technician, ...] = (LIN,)) -> PastDay:
    problem = Problem(
        horizon=720,
        technicians=technicians,
        places=(CHAIR,),
        visits=visits,
        published=rows,
        settings=Settings(frozen=0, ageing=721, lateness_ageing=721),
        objective=OBJECTIVE,
        name="2026-05-14",
    )
    served = {row.visit for row in rows}
    plan = Plan(rows, unserved=tuple(visit.id for visit in visits if visit.id not in served))
    told = frozenset(visit.id for visit in visits)
    return PastDay(conceded(problem, rows), plan, datetime(2026, 5, 14, 1, tzinfo=UTC), told, 0, 0)


def test_hindsight_gains_exactly_what_another_order_would_have_gained() -> None:
    """Both came at once; the long one went first. The other way round 30 minutes less are lost, and 25 in any case."""
    past = lived((customer("ann", 0, 10, 60), customer("bob", 0, 10, 30)), row("ann", 0, 60), row("bob", 65, 95))
    found = review(past, LIMITS)
    assert (found.happened.late_total, found.happened.late_longest, found.happened.waiting_total) == (55, 55, 65)
    assert (found.best.late_total, found.best.late_longest, found.best.waiting_total) == (25, 25, 35)
    assert found.least == {"unserved": 0, "promise_lateness": 25, "waiting": 35}
    assert found.optimal
    assert found.best.waiting_mean == 17.5
    said = list(sentences(found, "en"))
    assert (
        said[1]
        == "55 minutes were lost beyond the windows. At least 25 could not have been avoided; the best plan comes to 25."
    )
    assert "至少 35 分钟不可避免" in list(sentences(found, "zh"))[2]


def test_a_day_that_could_not_have_been_better_is_said_to_be_so() -> None:
    past = lived((customer("ann", 0, 10, 30), customer("bob", 0, 10, 60)), row("ann", 0, 30), row("bob", 35, 95))
    found = review(past, LIMITS)
    assert found.best == found.happened
    assert found.least["promise_lateness"] == found.happened.late_total == 25
    assert found.least["waiting"] == found.happened.waiting_total == 35
    assert found.optimal


def test_a_customer_who_left_unserved_could_have_been_served() -> None:
    past = lived((customer("ann", 0, 10, 30), customer("bob", 20, 60, 30)), row("ann", 0, 30))
    found = review(past, LIMITS)
    assert (found.happened.served, found.best.served, found.happened.came) == (1, 2, 2)
    assert found.least["unserved"] == 0


def test_who_comes_after_the_window_makes_nobody_late() -> None:
    past = lived((customer("ann", 40, 10, 30),), row("ann", 45, 75))
    found = measured(past, past.happened)
    assert (found.windows, found.kept, found.late_total, found.waiting_total) == (1, 1, 5, 5)


@pytest.mark.parametrize("second", [30, 90, 200])
def test_measures_are_the_solvers_own_levels_in_minutes(second: int) -> None:
    """Counted apart, from the rows; `verify` knows nothing of them."""
    wish = Request("prefers", ("wang",))
    visits = (customer("ann", 0, 10, 60), customer("bob", 20, 30, 30, request=wish), customer("cleo", 0, 5, 10))
    wang = Technician("wang", {"cut": 3}, ((0, 480),))
    past = lived(visits, row("ann", 445, 505), row("bob", second, second + 30), technicians=(LIN, wang))
    found, verdict = measured(past, past.happened), verify(past.problem, past.happened)
    assert verdict.valid
    assert verdict.objective == {
        "unserved": found.came - found.served,
        "promise_lateness": found.late_total,
        "waiting": found.waiting_total,
        "wishes": found.wishes_unmet,
        "overtime": found.overtime,
    }
    assert (found.overtime, found.wishes_unmet) == (25, 1)


def test_rules_give_way_where_the_day_went_beyond_them_and_no_further() -> None:
    """She stayed 40 minutes longer than is asked of anybody, came back from leave early, and nobody cleaned the chair."""
    lin = replace(LIN, absences=((100, 200),))
    visits = customer("ann", 0, 10, 50), customer("bob", 60, 70, 398, request=Request("must", ("wang",)))
    rows = row("ann", 130, 180), row("bob", 182, 580)
    past = lived(visits, *rows, technicians=(lin, Technician("wang")))
    found = past.problem.technicians[0]
    assert (found.absences, found.overtime_max) == (((100, 130), (180, 182)), 100)
    assert past.problem.places[0].clean_up == 2
    assert past.problem.visits[1].items[0].request == Request()
    assert verify(past.problem, past.happened).valid
    quiet = lived((customer("ann", 0, 10, 30),), row("ann", 0, 30), technicians=(lin,)).problem
    assert (quiet.technicians[0], quiet.places[0]) == (lin, CHAIR)


def test_work_before_the_shift_or_without_one_was_possible() -> None:
    early = replace(LIN, shifts=((60, 480),))
    wang = Technician("wang", {"cut": 3})
    visits = customer("ann", 0, 10, 50), customer("bob", 100, 110, 30)
    past = lived(visits, row("ann", 30, 80), row("bob", 100, 130, "wang"), technicians=(early, wang))
    assert [t.shifts for t in past.problem.technicians] == [((30, 60), (60, 480)), ((100, 130),)]
    assert verify(past.problem, past.happened).valid


def test_parties_that_began_apart_and_services_out_of_order_bind_nobody() -> None:
    visits = customer("ann", 0, 10, 30, party="p", customer="c"), customer("bob", 0, 10, 30, party="p", customer="c")
    past = lived(visits, row("ann", 0, 30), row("bob", 35, 65))
    assert [(v.party, v.customer) for v in past.problem.visits] == [(None, "c")] * 2
    wang, other = Technician("wang", {"cut": 3}, ((0, 480),)), replace(CHAIR, id="chair 2")
    both = row("ann", 0, 30), row("bob", 0, 30, "wang", "chair 2")
    problem = replace(past.problem, technicians=(LIN, wang), places=(CHAIR, other), visits=visits)
    found = conceded(problem, both)
    assert [(v.party, v.customer) for v in found.visits] == [("p", None)] * 2


def test_a_day_that_breaks_what_cannot_be_loosened_proves_nothing() -> None:
    past = lived((customer("ann", 0, 10, 60), customer("bob", 0, 10, 30)), row("ann", 0, 60), row("bob", 30, 60))
    found = review(past, replace(LIMITS, seconds=2))
    assert (found.least, found.optimal) == ({}, False)
    assert found.broken == ("place_once", "technician_once")
    assert "technician_once" in list(sentences(found, "en"))[-2]


def test_that_minutes_are_never_below_nothing_is_no_proof() -> None:
    past = lived((customer("ann", 0, 10, 60), customer("bob", 0, 10, 30)), row("ann", 0, 60), row("bob", 65, 95))
    found = replace(review(past, LIMITS), least={"unserved": 0, "promise_lateness": 0})
    assert "is not proven" in list(sentences(found, "en"))[1]


def test_spans_are_cut_where_they_were_used() -> None:
    assert without([(0, 100)], [(20, 30), (90, 120)]) == ((0, 20), (30, 90))
    assert without([(0, 10), (20, 30)], [(0, 10)]) == ((20, 30),)
    assert without([(0, 10)], [(10, 20)]) == ((0, 10),)
