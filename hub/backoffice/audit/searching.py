"""Looks through a store's log backwards, in bites of bounded work: a rare find must not hold up the floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Text, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.events import Recorded
from hub.kernel.tables import EventRow

PAGE = 50
LOOKED_AT = 5_000
"""Rows that one search reads through at most; some 20 ms."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. `concerning`: for each group, one of its ids is the actor, the device, or named in the data."""

    before: int | None = None
    kind: str = ""
    """A domain, such as `bookings`, or one fact, such as `bookings.booking_moved`."""
    since: datetime | None = None
    until: datetime | None = None
    concerning: tuple[Sequence[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Newest first. `older`: where to go on from (`before`); None where nothing older can be."""

    facts: tuple[Recorded, ...]
    older: int | None
    looked_back_to: datetime | None
    """How far was looked, where the search ended before its page was full."""


async def search(session: AsyncSession, wanted: Wanted) -> Found:
    """One page of what is wanted."""
    lowest, highest = await _range(session, wanted)
    if wanted.before is not None:
        highest = min(highest, wanted.before - 1)
    floor = max(lowest, highest - LOOKED_AT + 1)
    query = select(EventRow).where(EventRow.seq >= floor, EventRow.seq <= highest, *_conditions(wanted))
    rows = list(await session.scalars(query.order_by(EventRow.seq.desc()).limit(PAGE + 1)))
    facts = tuple(Recorded(**{name: getattr(row, name) for name in Recorded.model_fields}) for row in rows[:PAGE])
    if len(rows) > PAGE:
        return Found(facts, facts[-1].seq, None)
    if floor <= lowest:
        return Found(facts, None, None)
    reached = await session.scalar(select(EventRow.at).where(EventRow.seq == floor))
    return Found(facts, floor, reached)


async def _range(session: AsyncSession, wanted: Wanted) -> tuple[int, int]:
    """The first and the last number that can be meant."""
    if wanted.since is None and wanted.until is None:
        last = await session.scalar(select(func.max(EventRow.seq)))
        return 1, int(last or 0)
    ends = select(func.min(EventRow.seq), func.max(EventRow.seq)).where(*_times(wanted))
    lowest, highest = (await session.execute(ends)).one()
    return int(lowest or 1), int(highest or 0)


def _times(wanted: Wanted) -> list[ColumnElement[bool]]:
    since = [EventRow.at >= wanted.since] if wanted.since else []
    return since + ([EventRow.at < wanted.until] if wanted.until else [])


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = _times(wanted)
    if wanted.kind:
        conditions.append(EventRow.type == wanted.kind if "." in wanted.kind else EventRow.type.startswith(f"{wanted.kind}."))
    for ids in wanted.concerning:
        data = cast(EventRow.data, Text)
        named = [data.contains(f'"{one}"', autoescape=True) for one in ids]
        conditions.append(or_(EventRow.actor_id.in_(ids), EventRow.device_id.in_(ids), *named))
    return conditions
