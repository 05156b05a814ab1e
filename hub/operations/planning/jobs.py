"""Time overtakes plans: a day without a plan, or with work planned in the past, is planned anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from sqlalchemy import func, select

from hub.kernel.access import system
from hub.kernel.dispatch import Door, facts_of
from hub.kernel.jobs import Job
from hub.kernel.tables import Store
from hub.operations.bookings.tables import AssignmentRow
from hub.operations.planning.models import Replan
from hub.operations.planning.tables import PlanRow

EVERY = timedelta(minutes=1)
OVERTAKEN_AFTER = timedelta(minutes=2)
"""Planned starts may pass by this much before the plan counts as overtaken."""

AT_MOST_EVERY = timedelta(minutes=3)


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def door(self) -> Door: ...


def jobs(parts: Parts) -> tuple[Job, ...]:
    door = parts.door

    async def tick(store_id: str) -> None:
        now = door.clock.now()
        async with door.database.read(store_id) as session:
            store = facts_of(await session.get_one(Store, store_id))
            today = store.days.of(now)
            begins, ends = store.days.span(today)
            # What was made on an earlier day has told nobody a window.
            latest = await session.scalar(select(func.max(PlanRow.at)).where(PlanRow.date == today, PlanRow.at >= begins))
            of_day = select(func.count()).select_from(AssignmentRow)
            overtaken = await session.scalar(
                of_day.where(AssignmentRow.start >= begins, AssignmentRow.start < now - OVERTAKEN_AFTER)
            )
            planned = await session.scalar(of_day.where(AssignmentRow.start >= begins, AssignmentRow.start < ends))
        if (latest is None and planned) or (overtaken and latest is not None and now - latest >= AT_MOST_EVERY):
            await door.submit(Replan(date=today), system(store_id, "planner"), door.chance.id())

    return (Job("planning.tick", EVERY, tick),)
