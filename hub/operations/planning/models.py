"""What may be asked of the planning, and what is answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from hub.kernel.commands import Answer, Command
from hub.kernel.ids import Id
from hub.kernel.text import Said, ShortText
from hub.kernel.wall_time import WallDate
from hub.operations.visits.models import WalkInCustomer


class PlannedPhaseData(BaseModel):
    """Where and when a phase not yet begun shall be done."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    booking_id: Id
    item_id: Id
    ordinal: int
    technician_id: Id | None
    place_id: Id | None
    start: datetime
    end: datetime
    place_until: datetime
    """When the place is free for the next customer."""
    reason: Said | None = None
    """Why it moved; None when it did not."""
    pinned: bool | None = None
    """None: as before."""


class PromiseData(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    booking_id: Id
    start: datetime
    end: datetime
    odds: int = Field(ge=0, le=100)


class GivenUp(BaseModel):
    """A phase that the plan leaves without room."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    item_id: Id
    ordinal: int


class LateStart(BaseModel):
    """A booking whose planned start lies after its window."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    booking_id: Id
    start: datetime


class AdoptPlan(Command):
    """Put a verified plan into force. Refused when a fact that matters is newer than `premises_seq`.

    `assignments` are the whole day's, and what is not among them loses its room; or, where `whole` is false, only those that
    the plan changes, and `given_up` and `late` say the rest.
    """

    date: date
    assignments: list[PlannedPhaseData]
    whole: bool = True
    given_up: list[GivenUp] = Field(default_factory=list)
    late: list[LateStart] = Field(default_factory=list)
    promises: list[PromiseData] = Field(default_factory=list)
    premises_seq: int
    author: Literal["solver", "greedy", "desk"]
    reason: Said | None = None
    causes: list[str] = Field(default_factory=list)
    status: str = "feasible"
    objective: dict[str, int] = Field(default_factory=dict)
    gap: float | None = None
    seconds: float = 0.0
    first: bool = False
    """The search goes on: another plan, which `improves` this one, says what is settled."""
    improves: int | None = None
    """Number of the first answer; whoever that one has moved, too, is told of one move."""


class MoveItem(Command):
    """The desk moves a service that has not begun; `pin` keeps it there."""

    item_id: Id
    technician_id: Id | None = None
    place_id: Id | None = None
    start: datetime | None = None
    pin: bool = True


class Pin(Command):
    """The plan may not move this service any more."""

    item_id: Id


class Unpin(Command):
    item_id: Id


class Undo(Command):
    """Take back a command with the plans that followed from it."""

    undo_command_id: str = Field(min_length=1, max_length=64)


class AcceptProposal(Command):
    """Do exactly what the what-if showed, or refuse with `moved_on`. `reason`: why a place is closed."""

    proposal_id: Id
    reason: ShortText = ""


class AcceptAddOn(Command):
    """Add the service exactly as the what-if showed it, or refuse with `moved_on`."""

    proposal_id: Id


class AcceptWalkIn(Command):
    """Take in somebody without a booking exactly as the what-if showed it, or refuse with `moved_on`."""

    proposal_id: Id
    customer: WalkInCustomer | None = None
    customer_id: Id | None = None


class Replan(Command):
    """Ask for a fresh plan: somebody at the desk wants one, or time has overtaken the old one."""

    date: WallDate


class PlanNumber(Answer):
    number: int


class Undone(Answer):
    plans: list[int]
