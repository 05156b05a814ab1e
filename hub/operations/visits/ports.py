"""What visits ask of planning while a customer stands at the desk. Filled in by the composition root."""

from __future__ import annotations

from typing import Protocol

from hub.catalog.queries import PhaseFacts
from hub.kernel.commands import Context
from hub.operations.visits.models import Window


class FloorPlanner(Protocol):
    """Finds room on today's floor within a command, moving nobody else."""

    async def seat(self, context: Context, booking_id: str) -> Window | None:
        """Plan the booking's services that have no room yet, as early as they fit, and promise a window.

        None when today has no room; the services then stay unplanned and the desk is told by its screen.
        """
        ...

    async def promise(self, context: Context, booking_id: str) -> Window | None:
        """The window told to the booking's customer; made now where none was told and something is planned."""
        ...

    async def minutes(self, context: Context, service_id: str, phase: PhaseFacts, technician_id: str | None) -> int:
        """How long the phase takes this technician, as far as it can be told beforehand."""
        ...
