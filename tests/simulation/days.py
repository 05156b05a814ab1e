"""Stores for the tests: a small busy one that is quick to play, and one that is a single queue."""

from __future__ import annotations

from typing import Any

from hub.simulation.store_file import StoreFile, store_of


def busy_store(**changes: Any) -> StoreFile:
    """Three hairdressers, three chairs and a basin, full."""
    described: dict[str, Any] = {
        "name": "Busy",
        "opens": "09:00",
        "closes": "18:00",
        "demand": {"visits": 26},
        "shares": {"walk_in": 0.15},
        "places": [{"kind": "chair", "count": 4, "clean_up": 5}, {"kind": "basin", "count": 1, "clean_up": 2}],
        "technicians": [
            {
                "name": "t",
                "count": 3,
                "skills": {"hair": 2},
                "begins": "09:00",
                "ends": "18:00",
                "rest": {"minutes": 30, "earliest": "12:00", "latest_end": "14:30"},
            }
        ],
        "services": [
            {"code": "cut", "demand": 2, "phases": [{"minutes": 40, "place": "chair", "skill": "hair"}]},
            {
                "code": "colour",
                "phases": [
                    {"minutes": 30, "place": "chair", "skill": "hair"},
                    {"kind": "processing", "minutes": 30, "place": "chair"},
                    {"kind": "finishing", "minutes": 25, "place": "chair", "skill": "hair"},
                ],
            },
        ],
    }
    return store_of(described | changes)


def queue_store(minutes: int, load: float, sigma: float) -> StoreFile:
    """One server for whom patient people queue in order of arrival, around the clock: M/G/1."""
    return store_of(
        {
            "name": "Queue",
            "opens": "00:00",
            "closes": "24:00",
            "demand": {"visits": load * 24 * 60 / minutes},
            "shares": {"walk_in": 1, "several_services": 0, "must": 0, "prefers": 0, "woman": 0},
            "sigma": sigma,
            "patience_minutes": None,
            "technicians": [{"name": "t", "skills": {}, "begins": "00:00", "ends": "24:00"}],
            "services": [{"code": "s", "phases": [{"minutes": minutes}]}],
        }
    )
