"""What was lost and to what: tiny days, of which the cause is known by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hub.operations.planning.hindsight import PastDay
from hub.operations.planning.losses import Cause, costly, losses_of
from hub.operations.planning.retrospect import retrospect
from scheduler import Plan, Technician
from tests.operations.planning.test_review import CHAIR, LIMITS, LIN, customer, lived, row

WANG = Technician("wang", {"cut": 3}, ((0, 480),))
OTHER = replace(CHAIR, id="chair 2")


def two_lanes(past: PastDay) -> PastDay:
    return replace(past, problem=replace(past.problem, places=(CHAIR, OTHER)))


def only(past: PastDay, best: Plan) -> tuple[Cause, str | None, str | None, int, int]:
    """The one event that cost something."""
    [found] = costly(past, best)
    event = found.event
    return event.cause, event.technician, event.visit, event.at, event.minutes


def test_who_took_longer_than_planned_cost_whoever_came_after() -> None:
    visits = customer("ann", 0, 10, 60), customer("bob", 30, 40, 30), customer("cleo", 60, 75, 20)
    past = lived(visits, row("ann", 0, 60), row("bob", 65, 95), row("cleo", 100, 120), technicians=(LIN, WANG))
    past = replace(two_lanes(past), planned={"ann's": 30, "bob's": 30, "cleo's": 20})
    best = Plan((row("ann", 0, 60), row("bob", 30, 60, "wang", "chair 2"), row("cleo", 65, 85, "wang", "chair 2")))
    [found] = costly(past, best)
    assert (found.event.cause, found.event.technician, found.event.visit) == ("overran", "lin", "ann")
    assert (found.event.at, found.event.minutes) == (30, 30)
    assert [(loss.visit, loss.late, loss.waited) for loss in found.losses] == [("bob", 25, 35), ("cleo", 25, 35)]
    assert (found.late, found.waited, found.unserved) == (50, 70, 0)


def test_nobody_was_in_the_way_where_both_were_free() -> None:
    past = lived((customer("ann", 0, 10, 30),), row("ann", 20, 50))
    assert only(past, Plan((row("ann", 0, 30),))) == ("idle", "lin", "ann", 0, 20)


@pytest.mark.parametrize(
    ("more", "walked_in", "cause", "minutes"),
    [
        ({"booked_start": 0}, frozenset(), "came_late", 20),
        ({"booked_start": 20}, frozenset({"bob"}), "walk_in", 30),
        ({"booked_start": 20}, frozenset(), "order", 30),
    ],
)
def test_whoever_went_first_is_told_with_the_reason(
    more: dict[str, Any], walked_in: frozenset[str], cause: Cause, minutes: int
) -> None:
    """Ann was there from 10 on; Bob came at 20 and went to Lin at 20, who had an absence until then."""
    ann, bob = customer("ann", 10, 20, 30), replace(customer("bob", 20, 40, 30), **more)
    past = lived((ann, bob), row("ann", 55, 85), row("bob", 20, 50))
    past = replace(past, walked_in=walked_in, planned={"ann's": 30, "bob's": 30})
    best = Plan((row("ann", 10, 40), row("bob", 45, 75)))
    found = only(past, best)
    assert (found[0], found[1], found[2], found[4]) == (cause, "lin", "bob", minutes)


def test_an_absence_and_a_shift_that_had_not_begun_are_told() -> None:
    away = replace(LIN, absences=((0, 40),))
    past = lived((customer("ann", 10, 20, 30),), row("ann", 40, 70), technicians=(away, WANG))
    best = Plan((row("ann", 10, 40, "wang"),))
    assert only(past, best) == ("absent", "lin", None, 0, 40)
    late = replace(LIN, shifts=((40, 480),))
    past = lived((customer("ann", 10, 20, 30),), row("ann", 40, 70), technicians=(late, WANG))
    assert only(past, best) == ("off", "lin", None, 40, 0)


def test_who_left_unserved_is_a_loss_only_where_there_was_room() -> None:
    past = lived((customer("ann", 0, 10, 30), customer("bob", 5, 60, 30)), row("ann", 0, 30))
    assert only(past, Plan((row("ann", 0, 30), row("bob", 35, 65)))) == ("left", None, "bob", 5, 0)
    assert losses_of(past, past.happened) == []


def test_a_day_planned_that_tightly_blames_nobody() -> None:
    past = lived((customer("ann", 0, 10, 60), customer("bob", 0, 10, 30)), row("ann", 0, 60), row("bob", 65, 95))
    past = replace(past, planned={"ann's": 60, "bob's": 30})
    found = only(past, Plan((row("bob", 0, 30), row("ann", 35, 95))))
    assert found[:3] == ("busy", "lin", "ann")


def test_a_retrospect_adds_up_and_names_no_more_than_it_shows() -> None:
    """Ann took 30 minutes longer; in the best day Bob, who was quick, went first."""
    visits = customer("ann", 0, 10, 60), customer("bob", 0, 10, 30)
    past = replace(lived(visits, row("ann", 0, 60), row("bob", 65, 95)), planned={"ann's": 30, "bob's": 30})
    past = replace(past, prices={"ann": 100, "bob": 50})
    found = retrospect(past, LIMITS)
    levels = {level.name: (level.went, level.could, level.least) for level in found.levels}
    assert levels["late"] == (55, 25, 25)
    assert levels["waiting"] == (65, 35, 35)
    assert levels["broken"] == (1, 1, None)
    assert found.proven
    [price] = found.prices
    assert (price.cause, price.booking_id, price.minutes) == ("overran", "ann", 30)
    [hit] = price.hits
    assert (hit.booking_id, hit.late, hit.waited, hit.price_minor) == ("bob", 55, 65, 0)
    assert (hit.went, hit.could) == (past.moment(65), past.moment(0))
    assert (found.worse_off, found.worse_off_minutes) == (1, 35)
    [lane] = found.lanes
    assert [(stretch.booking_id, stretch.late) for stretch in lane.went] == [("ann", False), ("bob", True)]
    assert [(stretch.booking_id, stretch.late) for stretch in lane.could] == [("bob", False), ("ann", True)]
