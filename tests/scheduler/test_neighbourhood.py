"""What the models promise holds: a rearranged day is never refused by the verifier, and every gain is real."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import Limits, Problem, greedy
from scheduler.effort import Effort
from scheduler.incumbent import Incumbent, worth
from scheduler.limits import Deadline
from scheduler.neighbourhood import Neighbourhoods
from scheduler.proof import hopeless
from tests.scheduler import days


def rearranged(problem: Problem) -> Incumbent:
    """Greedy, then everything at once in one small search."""
    incumbent = Incumbent(problem, Deadline(Limits(workers=1)))
    incumbent.offer(greedy(problem))
    search = Neighbourhoods(problem, incumbent, lost=hopeless(problem))
    if search.everything():
        search.rearrange(search.everything(), Effort(0.3, prime=True), "whole day")
    if search.movable:
        search.rearrange(search.choose(), Effort(0.3), "neighbourhood")
    return incumbent


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1_000_000))
def test_no_rearrangement_is_refused(seed: int) -> None:
    problem = days.day(seed)
    fresh = rearranged(problem)
    assert fresh.refused == []
    later = days.disturbed(problem, fresh.best.assignments, seed)
    disturbed = rearranged(later)
    assert disturbed.refused == []
    assert worth(later, disturbed.best.objective) <= worth(later, greedy(later).objective)


def test_what_has_begun_keeps_its_chair_when_the_rest_is_not_served() -> None:
    problem = days.day(147_054)
    later = days.disturbed(problem, rearranged(problem).best.assignments, 147_054)
    assert later.visits
    assert rearranged(later).refused == []


def test_what_has_begun_keeps_its_customer_when_the_rest_is_not_served() -> None:
    problem = days.day(3_043)
    later = days.disturbed(problem, rearranged(problem).best.assignments, 3_043)
    assert later.visits
    assert rearranged(later).refused == []


def test_a_pinned_visit_that_is_not_on_the_board_yet_keeps_its_places() -> None:
    problem = days.day(10_215)
    later = days.disturbed(problem, rearranged(problem).best.assignments, 10_215)
    assert later.visits
    assert rearranged(later).refused == []


def test_a_finished_service_keeps_its_chair_until_it_is_clean() -> None:
    # One item is over, the next wants the same chair: clean-up counts between them, in counted and in single places.
    for seed in (38, 413):
        problem = days.day(seed)
        later = days.disturbed(problem, greedy(problem).assignments, seed)
        assert rearranged(later).refused == []
