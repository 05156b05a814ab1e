"""Reads what `durations` learns from: the finished phases of the last three months."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.catalog.queries import Catalog, catalog_of
from hub.kernel.commands import StoreFacts
from hub.operations.bookings.tables import BookingItemRow
from hub.operations.planning.durations import Durations, Observation, learn
from hub.operations.team.tables import TechnicianSkillRow
from hub.operations.visits.tables import PhaseRunRow

DAYS = 90
"""Older work says little about today's hands."""

KEPT = 64

_learned: OrderedDict[tuple[str, str, str, date], Durations] = OrderedDict()
"""By database, store, epoch and day: yesterday's work is learned once a day."""


async def learned(session: AsyncSession, store: StoreFacts, day: date, catalog: Catalog | None = None) -> Durations:
    """What the days before `day` have taught. `catalog`: the store's, where it has been read already."""
    key = str(session.get_bind().engine.url), store.id, store.epoch, day
    if key not in _learned:
        _learned[key] = learn(await observations(session, store, catalog or await catalog_of(session), day))
        while len(_learned) > KEPT:
            _learned.popitem(last=False)
    _learned.move_to_end(key)
    return _learned[key]


async def observations(session: AsyncSession, store: StoreFacts, catalog: Catalog, day: date) -> list[Observation]:
    """Finished hands-on phases of the `DAYS` days before `day`."""
    before = store.days.span(day)[0]
    skills = {(row.technician_id, row.skill): row.level for row in await session.scalars(select(TechnicianSkillRow))}
    wanted = (
        select(PhaseRunRow, BookingItemRow.service_id)
        .join(BookingItemRow, BookingItemRow.id == PhaseRunRow.item_id)
        .where(
            PhaseRunRow.state == "done",
            PhaseRunRow.technician_id.is_not(None),
            PhaseRunRow.started_at < before,
            PhaseRunRow.started_at >= before - timedelta(days=DAYS),
        )
    )
    found = []
    for run, service_id in await session.execute(wanted):
        service = catalog.services.get(service_id)
        phase = next((p for p in service.phases if p.ordinal == run.ordinal), None) if service else None
        if phase is None or run.ended_at is None or run.technician_id is None:
            continue
        found.append(
            Observation(
                service=service_id,
                ordinal=run.ordinal,
                level=skills.get((run.technician_id, phase.skill or ""), 0),
                technician=run.technician_id,
                planned=float(phase.minutes),
                minutes=(run.ended_at - run.started_at).total_seconds() / 60,
            )
        )
    return found
