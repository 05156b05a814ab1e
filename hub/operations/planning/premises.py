"""Which facts disturb a plan. A plan computed before such a fact is stale; planning begins anew."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.catalog import events as catalog
from hub.kernel.commands import StoreFacts
from hub.kernel.events import Event
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
        catalog.DayClosed,
        catalog.DayReopened,
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

_DISTURBING_NAMES = frozenset(event.event_type for event in DISTURBING)


def concerns(kind: str, data: dict[str, object], store: StoreFacts, day: date) -> bool:
    """Whether a fact is about this date of the store's zone; facts that name no date are about today, so yes."""
    if kind not in _DISTURBING_NAMES:
        return False
    if isinstance(data.get("date"), str):
        return data["date"] == day.isoformat()
    moments = [data[name] for name in ("start", "before", "after") if isinstance(data.get(name), str)]
    dates = {datetime.fromisoformat(str(m)).astimezone(store.zone).date() for m in moments if "T" in str(m)}
    return not dates or day in dates or kind.startswith("team.")


async def newer_premise(session: AsyncSession, store: StoreFacts, day: date, seq: int) -> str | None:
    """The type of a disturbing fact about `day` after `seq`; None when the plan's premises still hold."""
    wanted = select(EventRow.type, EventRow.data).where(EventRow.seq > seq, EventRow.type.in_(_DISTURBING_NAMES))
    for kind, data in await session.execute(wanted.order_by(EventRow.seq)):
        if concerns(kind, data, store, day):
            return str(kind)
    return None


async def newer_plan(session: AsyncSession, day: date, seq: int) -> bool:
    """Whether a plan for `day` was adopted after `seq`."""
    wanted = select(EventRow.data).where(EventRow.seq > seq, EventRow.type == planning.PlanAdopted.event_type)
    return any(data["date"] == day.isoformat() for data in await session.scalars(wanted))
