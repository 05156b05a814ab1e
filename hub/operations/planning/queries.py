"""What others may read of the planning: the live day."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date, datetime
from functools import partial
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel import journal
from hub.kernel.commands import Ports, StoreFacts
from hub.kernel.crypto import Vault
from hub.kernel.tables import Store
from hub.kernel.text import Said
from hub.operations.bookings.ports import Wish
from hub.operations.bookings.queries import names_of
from hub.operations.planning.attention import attention_of
from hub.operations.planning.attention_ahead import later_days
from hub.operations.planning.compromises import Compromise
from hub.operations.planning.finder import Finder
from hub.operations.planning.floor_picture import places_of_day, technicians_of_day
from hub.operations.planning.live_day import LiveDay, PlaceKindOfDay, PlanOfDay
from hub.operations.planning.picture import booking_of_day, queue_of
from hub.operations.planning.premises import newer_premise
from hub.operations.planning.proposals import BrokenPromise, Desk, Proposal, ProposedMove, consider, desk_of, each_of, what_if
from hub.operations.planning.rows import DayRows, rows_of
from hub.operations.planning.steps import undoable_steps
from hub.operations.planning.what_if import Change
from hub.operations.planning.why_not import ask_why_not
from hub.operations.visits.models import Window

__all__ = [
    "BrokenPromise",
    "Change",
    "Compromise",
    "Desk",
    "LiveDay",
    "Proposal",
    "ProposedMove",
    "ask_why_not",
    "compromises",
    "consider",
    "desk_of",
    "each_of",
    "earliest",
    "live_day",
    "what_if",
]

DAYS_KEPT = 8
Moment = tuple[str, str, int | None, datetime, date]
_read: WeakKeyDictionary[Vault, OrderedDict[Moment, LiveDay]] = WeakKeyDictionary()
"""The days read last, per hub: each hub has a vault of its own."""


async def earliest(
    session: AsyncSession, store: StoreFacts, now: datetime, ports: Ports, services: tuple[Wish, ...]
) -> Window | None:
    """The window that somebody who joins now would be promised for these services; None when today has no room."""
    return await ports.get(Finder).earliest(session, store, now, services)


async def compromises(
    session: AsyncSession, store: StoreFacts, now: datetime, ports: Ports, booking_id: str
) -> tuple[Compromise, ...]:
    """What would give a customer who is in the store without room a seat today, nobody else moved."""
    return await ports.get(Finder).compromises(session, store, now, booking_id)


async def live_day(session: AsyncSession, store: StoreFacts, vault: Vault, now: datetime, day: date) -> LiveDay:
    """The whole business day, read at one moment; `now` counts in whole seconds.

    Screens that look at the same fact and second share one reading; a command shares none, since it sees its own changes.
    """
    now = now.replace(microsecond=0)
    seq = await session.scalar(select(Store.seq).where(Store.id == store.id))
    key = store.id, store.epoch, seq, now, day
    if journal.noting(session):
        return await _live_day(session, store, vault, now, day)
    known = _read.setdefault(vault, OrderedDict())
    found = known.get(key)
    if found is None:
        known[key] = found = await _live_day(session, store, vault, now, day)
        while len(known) > DAYS_KEPT:
            known.popitem(last=False)
    return found


async def _live_day(session: AsyncSession, store: StoreFacts, vault: Vault, now: datetime, day: date) -> LiveDay:
    rows = await rows_of(session, store, now, day)
    bookings = tuple(booking_of_day(rows, booking, vault) for booking in rows.bookings)
    names = {b.id: b.customer_name or (f"#{b.code_number}" if b.code_number else "") for b in bookings}
    technicians, places = technicians_of_day(rows), places_of_day(rows)
    things = {technician.id: technician.name for technician in technicians} | {place.id: place.name for place in places}
    opens, closes = rows.hours or (None, None)
    settled = [promise for promise in rows.promises.values() if promise.kept is not None]
    return LiveDay(
        date=day,
        opens=opens,
        closes=closes,
        now=now,
        technicians=technicians,
        places=places,
        place_kinds=tuple(PlaceKindOfDay(kind.code, kind.name) for kind in rows.catalog.kinds.values()),
        bookings=bookings,
        queue=queue_of(rows),
        attention=(*attention_of(rows, names), *await later_days(session, store, now, day)),
        plan=await _plan(session, rows),
        promises_made=len(settled),
        promises_kept=sum(1 for promise in settled if promise.kept),
        undoable=await undoable_steps(session, now, {**names, **things}, partial(names_of, session, vault)),
    )


async def _plan(session: AsyncSession, rows: DayRows) -> PlanOfDay:
    plan = rows.plan
    if plan is None:
        return PlanOfDay(0, rows.begins, "none", None, "none", None, stale=False)
    return PlanOfDay(
        number=plan.number,
        at=plan.at,
        author=cast(Any, plan.author),
        reason=Said.model_validate(plan.reason) if plan.reason else None,
        status=plan.status,
        gap_percent=None if plan.gap is None else round(plan.gap * 100, 1),
        stale=await newer_premise(session, rows.store, rows.date, plan.premises_seq) is not None,
    )
