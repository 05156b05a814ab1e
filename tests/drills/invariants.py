"""What must hold of a store at any moment, asked of its rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select

from hub.app import Hub
from hub.kernel.event_log import chain_hash
from hub.kernel.events import Recorded
from hub.kernel.tables import EventRow, Store
from hub.operations.bookings.tables import AssignmentRow
from hub.operations.visits.tables import PhaseRunRow, VisitRow

Span = tuple[datetime, datetime]


async def overlaps(hub: Hub, store: str) -> int:
    """Pairs of planned work that a technician, or a place, is promised for at one time; and of real work alike."""
    async with hub.database.read(store) as session:
        planned = list(await session.scalars(select(AssignmentRow)))
        runs = list(await session.scalars(select(PhaseRunRow)))
    found = 0
    for column, until in (("technician_id", "end"), ("place_id", "place_until")):
        found += _double((getattr(row, column), (row.start, getattr(row, until))) for row in planned)
        running = [getattr(run, column) for run in runs if run.state == "running" and getattr(run, column)]
        found += len(running) - len(set(running))
    return found


def _double(spans: Iterable[tuple[str | None, Span]]) -> int:
    by_owner: dict[str, list[Span]] = {}
    for owner, span in spans:
        if owner is not None:
            by_owner.setdefault(owner, []).append(span)
    return sum(before[1] > after[0] for own in by_owner.values() for before, after in pairwise(sorted(own)))


async def broken(hub: Hub, store: str) -> list[str]:
    """Whatever does not hold, in words; empty when all does."""
    wrong = await _broken_log(hub, store)
    double = await overlaps(hub, store)
    if double:
        wrong.append(f"{double} double bookings")
    async with hub.database.read(store) as session:
        runs = list(await session.scalars(select(PhaseRunRow)))
        visits = {visit.id: visit for visit in await session.scalars(select(VisitRow))}
    for run in runs:
        if run.ended_at is not None and run.ended_at < run.started_at:
            wrong.append(f"a phase ends {run.started_at - run.ended_at} before it starts")
        if run.expected_end < run.started_at:
            wrong.append("a phase is expected to end before it starts")
        if (run.state == "running") == (run.ended_at is not None):
            wrong.append("a phase runs and has ended")
        if run.visit_id not in visits:
            wrong.append("a phase of no visit")
    wrong += ["a visit ends before it begins" for v in visits.values() if v.left_at is not None and v.left_at < v.arrived_at]
    return wrong


async def _broken_log(hub: Hub, store: str) -> list[str]:
    async with hub.database.read(store) as session:
        rows = list(await session.scalars(select(EventRow).order_by(EventRow.seq)))
        head = await session.get_one(Store, store)
    wrong, digest = [], ""
    for expected, row in enumerate(rows, start=1):
        if row.seq != expected:
            return [f"a gap in the log before {row.seq}"]
        digest = chain_hash(digest, Recorded(**{name: getattr(row, name) for name in Recorded.model_fields}))
        if digest != row.hash:
            return [f"the chain breaks at {row.seq}"]
    if (head.seq, head.head) != (len(rows), digest):
        wrong.append("the log's end is not what the store says")
    return wrong
