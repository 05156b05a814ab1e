"""Simulated days: the same for the same seed, nobody lost, right where theory knows the answer, and worth something."""

from __future__ import annotations

import itertools
import math
from typing import get_args

import pytest

from hub.simulation.book import draw_day
from hub.simulation.campaign import simulate
from hub.simulation.engine import Play
from hub.simulation.floor import Floor
from hub.simulation.ground import lay_out
from hub.simulation.measures import measured, waited
from hub.simulation.policies import POLICIES, PolicyName, SalonHub
from scheduler import verify
from tests.simulation.days import busy_store, queue_store

POLICY_NAMES = get_args(PolicyName)


def _played(policy: PolicyName, seed: int = 3, number: int = 0) -> Floor:
    ground = lay_out(busy_store())
    return Play(ground, draw_day(ground, seed, number), POLICIES[policy]()).run()


@pytest.mark.parametrize("policy", POLICY_NAMES)
def test_the_same_seed_gives_the_same_days(policy: PolicyName) -> None:
    one, two = (simulate(busy_store(), 2, [policy], seed=5).to_json() for _ in range(2))
    assert one == two
    assert simulate(busy_store(), 2, [policy], seed=6).to_json() != one


def test_all_policies_meet_the_same_customers() -> None:
    floors = [_played(policy) for policy in POLICY_NAMES]
    met = [{name: (s.customer, s.arrived) for name, s in floor.stays.items()} for floor in floors]
    assert met[0] == met[1] == met[2]
    true = [{(n, *key): (r.ends - r.start) for n, s in f.stays.items() for key, r in s.runs.items()} for f in floors]
    common = true[0].keys() & true[1].keys() & true[2].keys()
    assert len(common) > 20
    assert all(true[0][key] == true[1][key] == true[2][key] for key in common)


def test_a_new_policy_in_the_list_changes_nothing_for_the_others() -> None:
    alone = simulate(busy_store(), 2, ["fixed"], seed=1)
    beside = simulate(busy_store(), 2, ["greedy", "fixed"], seed=1)
    assert alone.records["fixed"] == beside.records["fixed"]


@pytest.mark.parametrize("policy", POLICY_NAMES)
def test_everybody_is_served_turned_away_cancelled_or_missing(policy: PolicyName) -> None:
    ground = lay_out(busy_store())
    for number in range(3):
        day = draw_day(ground, 11, number)
        floor = Play(ground, day, POLICIES[policy]()).run()
        assert set(floor.stays) == {customer.id for customer in day.customers}
        assert {stay.state for stay in floor.stays.values()} <= {"served", "turned_away", "cancelled", "no_show"}
        for stay in floor.stays.values():
            phases = sum(len(item.phases) for item in stay.customer.items)
            assert len(stay.runs) == phases if stay.state == "served" else stay.state != "cancelled" or not stay.runs
            assert (stay.arrived is None) == (stay.state in ("cancelled", "no_show"))
        record = measured(floor, day)
        assert sum(record.outcomes.values()) == len(day.customers) + day.no_room + day.cancelled_ahead


@pytest.mark.parametrize("policy", POLICY_NAMES)
def test_nobody_and_nothing_is_used_twice_at_once(policy: PolicyName) -> None:
    floor = _played(policy)
    clean = {place.id: place.clean_up for place in floor.ground.places}
    lanes: dict[str, list[tuple[int, int, str]]] = {}
    for name, stay in floor.stays.items():
        for run in stay.runs.values():
            lanes.setdefault(f"v {name}", []).append((run.start, run.ends, ""))
            if run.technician is not None:
                lanes.setdefault(run.technician, []).append((run.start, run.ends, ""))
            if run.place is not None:
                lanes.setdefault(run.place, []).append((run.start, run.ends, name))
    for (technician, _), (begins, ends) in floor.rested.items():
        lanes[technician].append((begins, ends, ""))
    for lane, spans in lanes.items():
        spans.sort()
        for before, after in itertools.pairwise(spans):
            pause = clean.get(lane, 0) if before[2] != after[2] else 0
            assert after[0] >= before[1] + pause, (lane, before, after)


def test_the_plans_that_are_followed_are_valid() -> None:
    checked = []

    class Checked(SalonHub):
        def plan(self, floor: Floor):  # type: ignore[no-untyped-def]
            problem = floor.problem()
            found = super().plan(floor)
            checked.append(verify(problem, found))
            return found

    ground = lay_out(busy_store())
    Play(ground, draw_day(ground, 2, 0), Checked()).run()
    assert len(checked) > 10
    assert all(verdict.valid for verdict in checked), [v.broken for v in checked if not v.valid][:1]


@pytest.mark.parametrize(("load", "sigma"), [(0.5, 0.25), (0.7, 0.5)])
def test_a_single_queue_waits_as_pollaczek_and_khinchine_say(load: float, sigma: float) -> None:
    minutes, warm_up, days = 12, 4 * 60, 40
    ground = lay_out(queue_store(minutes, load, sigma))
    waits = []
    for number in range(days):
        floor = Play(ground, draw_day(ground, 1, number), POLICIES["fixed"]()).run()
        settled = [s for s in floor.stays.values() if warm_up <= (s.arrived or 0) <= 20 * 60]
        assert all(stay.state == "served" for stay in settled)
        waits += [waited(stay) for stay in settled]
    square = minutes**2 * math.exp(sigma**2)
    expected = load / minutes * square / (2 * (1 - load))
    assert sum(waits) / len(waits) == pytest.approx(expected, rel=0.2)


def test_technicians_are_in_use_for_the_load_that_is_offered() -> None:
    campaign = simulate(queue_store(12, 0.6, 0.25), 20, ["fixed"], seed=2)
    found = campaign.estimate("fixed", "utilisation")
    assert found is not None
    assert found.mean == pytest.approx(60, abs=4)


def test_without_chance_everybody_is_served_on_time() -> None:
    sure = {
        "shares": {"walk_in": 0, "no_show": 0, "cancelled": 0, "several_services": 0},
        "arrival": {"mean": 0, "sd": 0},
        "sigma": 0,
        "demand": {"visits": 14},
    }
    campaign = simulate(busy_store(**sure), 3, list(POLICY_NAMES), seed=4)
    for policy in POLICY_NAMES:
        for measure in ("waiting_mean", "lateness_mean", "overtime", "changes", "turned_away"):
            assert campaign.values(policy, measure) == [0, 0, 0], (policy, measure)
        assert campaign.values(policy, "promises_kept") == [100, 100, 100]


@pytest.mark.slow
def test_the_hub_is_better_than_the_fixed_plan_on_busy_days() -> None:
    campaign = simulate(busy_store(), 12, ["fixed", "salon-hub"], seed=1)
    waiting, late = (campaign.against("salon-hub", "fixed", m) for m in ("waiting_mean", "lateness_mean"))
    assert waiting is not None
    assert late is not None
    assert waiting.mean < -0.5
    assert late.mean < 0
