"""What planning gives to the domains below it, for the composition root."""

from __future__ import annotations

from hub.kernel.commands import Ports
from hub.kernel.dispatch import Door
from hub.kernel.event_log import Bell
from hub.operations.bookings.ports import SlotFinder
from hub.operations.planning.apart import load_ahead
from hub.operations.planning.asking import Asking
from hub.operations.planning.finder import Finder
from hub.operations.planning.looking_back import LookingBack
from hub.operations.planning.replanning import Planner
from hub.operations.planning.secretary import Secretary
from hub.operations.planning.shelf import Proposals
from hub.operations.planning.worker import Worker
from hub.operations.visits.ports import FloorPlanner
from scheduler import ENGINES


def fill_ports(ports: Ports, door: Door, bell: Bell, solver_threads: int) -> None:
    """Hand in the finder and the planner; `solver_threads` 0 plans without processes of its own."""
    finder = Finder()
    ports.fill(SlotFinder, finder)  # type: ignore[type-abstract]  # a port is known by its Protocol
    ports.fill(FloorPlanner, finder)  # type: ignore[type-abstract]
    ports.fill(Finder, finder)
    ports.fill(Proposals, Proposals(door.chance, door.database))
    ports.fill(Asking, Asking(process=solver_threads > 0))
    ports.fill(LookingBack, LookingBack(door.database, process=solver_threads > 0))
    load_ahead(Worker.__module__, Secretary.__module__, Asking.__module__, LookingBack.__module__, *ENGINES)
    worker = Worker(threads=solver_threads) if solver_threads else None
    secretary = Secretary(door.database, process=solver_threads > 0)
    searcher = Worker(threads=solver_threads, idle=True) if solver_threads else None
    ports.fill(Planner, Planner(door, bell, worker, secretary, searcher=searcher))
