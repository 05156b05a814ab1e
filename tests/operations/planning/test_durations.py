"""Durations learned from finished work: much evidence is believed, little is held to the prior."""

from __future__ import annotations

import math
import random

import pytest

from hub.operations.planning.durations import SIGMA, Durations, Observation, learn


def _seen(
    technician: str, mean: float, count: int, *, sigma: float = 0.25, service: str = "cut", seed: int = 1
) -> list[Observation]:
    chance = random.Random(f"{seed}/{technician}/{service}")
    return [
        Observation(service, 0, 2, technician, 40.0, 40 * mean * chance.lognormvariate(-(sigma**2) / 2, sigma))
        for _ in range(count)
    ]


def test_without_a_log_the_catalog_is_believed() -> None:
    known = learn([])
    assert known == Durations()
    factor = known.of("cut", 0, 2, "t")
    assert (factor.mean, factor.sigma) == (1.0, SIGMA)
    assert factor.log_mean == pytest.approx(-(SIGMA**2) / 2)


def test_many_observations_tell_people_apart() -> None:
    known = learn(_seen("slow", 1.2, 400) + _seen("quick", 0.85, 400))
    assert known.of("cut", 0, 2, "slow").mean == pytest.approx(1.2, rel=0.04)
    assert known.of("cut", 0, 2, "quick").mean == pytest.approx(0.85, rel=0.04)
    assert known.sigma == pytest.approx(0.25, abs=0.02)


def test_little_evidence_moves_little() -> None:
    once = [Observation("cut", 0, 2, "new", 40.0, 80.0)]
    moved = learn(once).of("cut", 0, 2, "new").mean
    assert 1.0 < moved < 1.4
    more = learn(once * 10).of("cut", 0, 2, "new").mean
    assert moved < more < 2.1


def test_whoever_is_new_is_like_the_others_of_the_service() -> None:
    known = learn([o for n in range(6) for o in _seen(f"t{n}", 1.3, 60)])
    assert known.of("cut", 0, 2, "new").mean == pytest.approx(1.3, rel=0.05)
    assert known.of("massage", 0, 2, "t1").mean == 1.0


def test_the_spread_is_the_stores_own_once_it_is_known() -> None:
    assert learn(_seen("t", 1.0, 600, sigma=0.4)).sigma == pytest.approx(0.4, abs=0.03)
    assert learn(_seen("t", 1.0, 4, sigma=0.4)).sigma == pytest.approx(SIGMA, abs=0.05)


def test_forgotten_taps_are_no_service_times() -> None:
    night = Observation("cut", 0, 2, "t", 40.0, 600.0)
    double = Observation("cut", 0, 2, "t", 40.0, 0.5)
    assert learn([night, double]).observed == 0
    assert learn([*_seen("t", 1.0, 50), night]) == learn(_seen("t", 1.0, 50))


def test_learning_beats_the_catalog_and_the_bare_mean_on_work_not_yet_seen() -> None:
    chance = random.Random(5)
    people = {f"t{n}": math.exp(chance.gauss(0, 0.1)) for n in range(30)}
    seen = {name: _seen(name, mean, 5) for name, mean in people.items()}
    known = learn([o for some in seen.values() for o in some])
    shrunk = sum((known.of("cut", 0, 2, n).mean - mean) ** 2 for n, mean in people.items())
    catalog = sum((1 - mean) ** 2 for mean in people.values())
    bare = sum((sum(o.minutes for o in seen[n]) / 5 / 40 - mean) ** 2 for n, mean in people.items())
    assert shrunk < min(catalog, bare)
