"""Windows told to customers, stated by the hub's own odds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hub.operations.planning.durations import LogNormal
from hub.operations.planning.odds import Delays, window_of
from hub.operations.planning.rules import kept
from hub.simulation.floor import Floor, Promise
from scheduler import Assignment

MIDNIGHT = datetime(2024, 1, 1, tzinfo=UTC)
"""Any day will do."""


REST = "break "


def moment(minute: int) -> datetime:
    return MIDNIGHT + timedelta(minutes=minute)


def delays(floor: Floor) -> Delays:
    """Of the plan in force with everything that goes on; a break takes its time exactly and waits for nobody."""
    rests = [Assignment(f"{REST}{n}", "", 0, b.technician, None, b.start, b.end) for n, b in enumerate(floor.breaks.values())]
    here = {stay.customer.id for stay in floor.stays.values() if stay.arrived is not None} | {rest.visit for rest in rests}
    return Delays(
        (*floor.rows.values(), *floor.facts(), *rests),
        floor.now,
        here=here,
        clean_up={place.id: place.clean_up for place in floor.ground.places},
        spread=lambda row: LogNormal(1.0, 0.0 if row.visit.startswith(REST) else floor.ground.store.sigma),
    )


def promise(known: Delays, first: Assignment) -> Promise:
    """The window for a visit that begins with `first`."""
    start, end, odds = window_of(moment(first.start), known.of(first))
    return Promise(_minute(start), _minute(end), odds)


def is_kept(promised: Promise, started: int, arrived: int) -> bool:
    """As the hub judges it."""
    return kept(moment(started), moment(promised.end), moment(arrived))


def _minute(at: datetime) -> int:
    return (at - MIDNIGHT) // timedelta(minutes=1)
