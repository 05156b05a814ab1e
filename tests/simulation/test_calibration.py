"""What is said of promises holds in simulated months: the plan's own delays, and the odds that customers are told."""

from __future__ import annotations

import numpy as np
import pytest

from hub.simulation.book import draw_day
from hub.simulation.campaign import simulate
from hub.simulation.engine import Play
from hub.simulation.ground import lay_out
from hub.simulation.policies import POLICIES
from hub.simulation.promising import delays
from scheduler import Assignment
from tests.simulation.days import busy_store

POINTS = 3
MONTH = 22


@pytest.mark.parametrize("sigma", [0.25, 0.0])
def test_the_delays_of_a_plan_are_those_of_the_days_that_follow_it(sigma: float) -> None:
    """A plan that nobody changes: on time within 0 … 20 minutes as often as its delays say."""
    store = busy_store(shares={"walk_in": 0}, sigma=0.25) if sigma else busy_store(shares={"walk_in": 0}, demand={"visits": 14})
    ground, widths = lay_out(store), (0, 1, 3, 5, 10, 15, 20)
    real, said, seen = dict.fromkeys(widths, 0), dict.fromkeys(widths, 0.0), 0
    for number in range(2 * MONTH):
        play = Play(ground, draw_day(ground, 1, number), POLICIES["fixed"]())
        known, firsts = delays(play.floor), _firsts(list(play.floor.rows.values()))
        drawn = {visit: known.of(row) for visit, row in firsts.items()}
        for visit, stay in play.run().stays.items():
            if stay.first_start is not None and stay.arrived is not None:
                late = stay.first_start - max(firsts[visit].start, stay.arrived)
                seen += 1
                for width in widths:
                    real[width] += late <= width
                    said[width] += float(np.mean(drawn[visit] <= width))
    assert seen > 400
    for width in widths:
        assert abs(real[width] - said[width]) / seen <= POINTS / 100, (width, real[width] / seen, said[width] / seen)


def _firsts(rows: list[Assignment]) -> dict[str, Assignment]:
    return {row.visit: row for row in sorted(rows, key=lambda r: -r.start)}


@pytest.mark.slow
def test_stated_odds_are_kept_within_three_points_over_a_month() -> None:
    campaign = simulate(busy_store(), MONTH, ["salon-hub"], seed=1)
    promises = [told for record in campaign.records["salon-hub"] for told in record.promises]
    stated = sum(odds for odds, _ in promises) / len(promises)
    kept = 100 * sum(kept for _, kept in promises) / len(promises)
    assert len(promises) > 300
    assert abs(stated - kept) <= POINTS, (stated, kept)
