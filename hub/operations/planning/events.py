"""Facts of the planning. They carry ids and numbers alone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from hub.kernel.events import Event


class PlanAdopted(Event, name="planning.plan_adopted"):
    number: int
    date: date
    author: Literal["solver", "greedy", "desk"]
    premises_seq: int
    moved: list[str]
    """Bookings whose planned times, technicians or places changed so much that people are told."""
    changed: bool = True
    """Whether anything at all is elsewhere than before."""


class PromiseMade(Event, name="planning.promise_made"):
    booking_id: str
    start: datetime
    end: datetime
    odds: int


class PromiseBrokenAhead(Event, name="planning.promise_broken_ahead"):
    """The plan starts a customer later than the window that was told."""

    booking_id: str
    start: datetime


class ItemMoved(Event, name="planning.item_moved"):
    """The desk moved a service by hand."""

    booking_id: str
    item_id: str


class ItemPinned(Event, name="planning.item_pinned"):
    booking_id: str
    item_id: str


class ItemUnpinned(Event, name="planning.item_unpinned"):
    booking_id: str
    item_id: str


class StepUndone(Event, name="planning.step_undone"):
    """A command and the plans that followed from it were taken back."""

    undone_command_id: str
    undone_command: str
    plans: list[int]


class ReplanAsked(Event, name="planning.replan_asked"):
    """Time itself has overtaken the plan, or somebody asks for a fresh one."""

    date: date
