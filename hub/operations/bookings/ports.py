"""What bookings ask of planning: where there is room. Filled in by the composition root."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.commands import Context, StoreFacts

Requested = Literal["any", "woman", "man", "prefers", "must"]


@dataclass(frozen=True, slots=True)
class Wish:
    """One service and who should do it; `technician_id` goes with `prefers` and `must`."""

    service_id: str
    requested: Requested = "any"
    technician_id: str | None = None


@dataclass(frozen=True, slots=True)
class SlotRequest:
    """Services in the order in which they are done; dates are business days."""

    services: tuple[Wish, ...]
    date_from: date
    days: int = 1
    party_id: str | None = None
    """Those who come together start together."""
    moving: str | None = None
    """The booking that would go there: its own room counts as free."""


@dataclass(frozen=True, slots=True)
class FreeStart:
    """A start with which the whole day stays valid. `odds` in percent that it is kept."""

    start: datetime
    end: datetime
    technician_ids: tuple[str, ...]
    odds: int


@dataclass(frozen=True, slots=True)
class PlannedPhase:
    """Room found for one phase. `item` counts the request's services from 0, `ordinal` the service's phases."""

    item: int
    ordinal: int
    technician_id: str | None
    place_id: str | None
    start: datetime
    end: datetime
    place_until: datetime


class SlotFinder(Protocol):
    """Finds room for services in the plan in force."""

    async def free_starts(
        self, session: AsyncSession, store: StoreFacts, now: datetime, request: SlotRequest
    ) -> list[FreeStart]:
        """Starts that can be offered now, earliest first."""
        ...

    async def place(
        self,
        session: AsyncSession,
        store: StoreFacts,
        now: datetime,
        booking_id: str,
        request: SlotRequest,
        start: datetime,
    ) -> list[PlannedPhase]:
        """Technicians and places for a start; what the booking itself occupied has been taken away before.

        Raises:
            Refused: `slot_taken` when no valid day exists with it.
        """
        ...


class FreedRoom(Protocol):
    """Room that a step has freed may have been offered to somebody; whoever takes the step back needs it again."""

    async def take_back(self, context: Context, booking_id: str) -> None:
        """Withdraw what is offered of the room that this booking has given up. What somebody has accepted stays theirs."""
        ...
