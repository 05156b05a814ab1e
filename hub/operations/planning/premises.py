"""Which facts disturb a plan. A plan computed before such a fact is stale; planning begins anew."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.catalog import events as catalog
from hub.kernel.commands import StoreFacts
from hub.kernel.events import Event, Recorded
from hub.kernel.tables import EventRow
from hub.operations.bookings import events as bookings
from hub.operations.planning import events as planning
from hub.operations.stations import events as stations
from hub.operations.team import events as team
from hub.operations.visits import events as visits

DISTURBING: frozenset[type[Event]] = frozenset(
    {
        catalog.ServicePut,
        catalog.PlaceKindPut,
        catalog.OpeningHoursSet,
        catalog.BusinessDaySet,
        catalog.DayClosed,
        catalog.DayReopened,
        catalog.HouseRulesSet,
        team.TechnicianPut,
        team.ShiftPut,
        team.ShiftRemoved,
        team.TechnicianSick,
        team.LeaveNoted,
        team.AbsenceEnded,
        team.BreakStarted,
        team.BreakEnded,
        stations.PlacePut,
        stations.PlaceClosed,
        stations.PlaceReopened,
        stations.PlaceDirty,
        stations.CleaningStarted,
        stations.PlaceClean,
        bookings.SlotHeld,
        bookings.HoldReleased,
        bookings.BookingConfirmed,
        bookings.BookingBroughtIn,
        bookings.BookingMoved,
        bookings.BookingCancelled,
        bookings.BookingsExpected,
        bookings.ItemAdded,
        bookings.ItemRemoved,
        visits.CustomerArrived,
        visits.CustomerLate,
        visits.CustomerCalled,
        visits.ServiceStarted,
        visits.PhaseFinished,
        visits.ServiceExtended,
        visits.ServiceFinished,
        visits.ServiceAdded,
        visits.ServiceDropped,
        visits.RequestWaived,
        visits.TechnicianChanged,
        visits.PlaceChanged,
        visits.VisitPaused,
        visits.VisitResumed,
        visits.NoShowNoted,
        visits.NoShowReversed,
        visits.CustomerLeft,
        visits.OverrunNoticed,
        planning.ItemMoved,
        planning.ItemPinned,
        planning.ItemUnpinned,
        planning.StepUndone,
        planning.ReplanAsked,
    }
)
"""Facts after which the day is planned again."""

UNSETTLING: frozenset[type[Event]] = frozenset(
    {
        catalog.ServicePut,
        catalog.PlaceKindPut,
        catalog.OpeningHoursSet,
        catalog.BusinessDaySet,
        catalog.DayClosed,
        catalog.DayReopened,
        catalog.HouseRulesSet,
        team.TechnicianPut,
        team.ShiftPut,
        team.ShiftRemoved,
        team.TechnicianSick,
        team.LeaveNoted,
        team.AbsenceEnded,
        stations.PlacePut,
        stations.PlaceClosed,
        stations.PlaceReopened,
        bookings.BookingMoved,
        bookings.BookingCancelled,
        planning.StepUndone,
    }
)
"""Facts that may take the room away from under bookings of later days, or give back what was missing. What people book there
themselves has room from the start."""

_UNSETTLING_NAMES = frozenset(event.event_type for event in UNSETTLING)

_DISTURBING_NAMES = frozenset(event.event_type for event in DISTURBING)

MOMENTARY = ("visits.", "stations.place_dirty", "stations.place_clean", "stations.cleaning_started", "team.break_")
"""Facts of the floor as it is: they say nothing about a later day."""

MOMENTARY_STEPS = (
    "visits.",
    "stations.mark_",
    "stations.start_cleaning",
    "team.start_break",
    "team.end_break",
    "planning.accept_add_on",
    "planning.accept_walk_in",
)
"""The commands that lead to them."""

LISTED = 300
"""More facts than these make no plan better explained."""


def concerns(kind: str, data: dict[str, Any], store: StoreFacts, day: date, at: datetime) -> bool:
    """Whether a fact noted `at` is about this business day.

    Facts that name no date are about every day, those of the floor as it is about today alone.
    """
    if kind not in _DISTURBING_NAMES:
        return False
    if isinstance(data.get("date"), str):
        return bool(data["date"] == day.isoformat())
    if isinstance(data.get("start"), str) and "until" in data:
        begins, ends = store.days.span(day)
        until = data["until"]
        return datetime.fromisoformat(data["start"]) < ends and (until is None or datetime.fromisoformat(until) > begins)
    moments = [data[name] for name in ("start", "before", "after") if isinstance(data.get(name), str)]
    dates = {store.days.of(datetime.fromisoformat(m)) for m in moments if "T" in m}
    if dates:
        return day in dates
    undone = str(data.get("undone_command", ""))
    return not (kind.startswith(MOMENTARY) or undone.startswith(MOMENTARY_STEPS)) or day <= store.days.of(at)


def unsettles(fact: Recorded, store: StoreFacts, day: date) -> bool:
    """Whether a fact may have taken room from bookings of this later day.

    Who is away, or closed, without anybody knowing until when, is so today and tomorrow: nobody hands a fortnight's customers
    over for that.
    """
    if not is_unsettling(fact) or not concerns(fact.type, fact.data, store, day, fact.at):
        return False
    is_open_ended = "until" in fact.data and fact.data["until"] is None
    return not is_open_ended or day <= store.days.of(fact.at) + timedelta(days=1)


def is_unsettling(fact: Recorded) -> bool:
    """Whether it may have taken room from bookings of any later day."""
    return fact.type in _UNSETTLING_NAMES


async def newer_premise(session: AsyncSession, store: StoreFacts, day: date, seq: int) -> str | None:
    """The type of a disturbing fact about `day` after `seq`; None when the plan's premises still hold."""
    wanted = select(EventRow.type, EventRow.data, EventRow.at).where(EventRow.seq > seq, EventRow.type.in_(_DISTURBING_NAMES))
    for kind, data, at in await session.execute(wanted.order_by(EventRow.seq)):
        if concerns(kind, data, store, day, at):
            return str(kind)
    return None


async def newer_premises(session: AsyncSession, store: StoreFacts, day: date, seq: int) -> tuple[Recorded, ...]:
    """The disturbing facts about `day` after `seq`, oldest first; of very many the newest."""
    wanted = select(EventRow).where(EventRow.seq > seq, EventRow.type.in_(_DISTURBING_NAMES))
    rows = await session.scalars(wanted.order_by(EventRow.seq.desc()).limit(LISTED))
    facts = [Recorded(**{name: getattr(row, name) for name in Recorded.model_fields}) for row in rows]
    return tuple(fact for fact in reversed(facts) if concerns(fact.type, fact.data, store, day, fact.at))


async def newer_plan(session: AsyncSession, day: date, seq: int) -> bool:
    """Whether a plan that changed anything for `day` was adopted after `seq`."""
    wanted = select(EventRow.data).where(EventRow.seq > seq, EventRow.type == planning.PlanAdopted.event_type)
    return any(data["date"] == day.isoformat() and data.get("changed", True) for data in await session.scalars(wanted))
