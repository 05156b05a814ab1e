"""A hub of the lower floors only: nobody above them moves what a test has put down."""

from __future__ import annotations

from importlib import import_module

from hub.app import Hub, build
from hub.kernel.clock import Clock
from hub.kernel.ids import SeededRandomness
from hub.settings import Settings

LOWER_FLOORS = ("hub.catalog", "hub.operations.team", "hub.operations.stations", "hub.operations.bookings")


def lower_hub(settings: Settings, clock: Clock) -> Hub:
    """Catalog, team, stations and bookings, without planner, screens and back office."""
    domains = [import_module(name) for name in LOWER_FLOORS]
    return build(settings, clock=clock, chance=SeededRandomness(1), domains=domains, screens=())
