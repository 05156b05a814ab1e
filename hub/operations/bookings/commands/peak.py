"""The store's rule of who may book peak times how early."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from hub.catalog.rules import INVALID_HOURS, check_hours
from hub.kernel.commands import Command, Context
from hub.kernel.tables import Store
from hub.kernel.wall_time import WallTime
from hub.operations.bookings.commands.book import commands
from hub.operations.bookings.events import PriorityRuleSet
from hub.operations.bookings.peak_times import LEAD_MAX, SETTING, check_order
from hub.operations.bookings.rules import PRIORITY_ORDER

WINDOWS_MAX = 14
Lead = Annotated[int, Field(ge=1, le=LEAD_MAX)]


class PeakWindowToPut(BaseModel):
    """Weekdays (0 is Monday) and times of day; an end before the begin lies on the next day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weekdays: Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], Field(min_length=1, max_length=7)]
    begins: WallTime
    ends: WallTime


class LeadHours(BaseModel):
    """Hours before a start at a peak time from which each tier may book it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    none: Lead
    regular: Lead
    silver: Lead
    gold: Lead
    diamond: Lead


class SetPriorityRule(Command):
    """The whole rule: no windows, no peak times."""

    windows: Annotated[tuple[PeakWindowToPut, ...], Field(max_length=WINDOWS_MAX)]
    lead_hours: LeadHours


@commands.handles(SetPriorityRule, permission="catalog.edit", errors=(INVALID_HOURS, PRIORITY_ORDER))
async def set_priority_rule(context: Context, command: SetPriorityRule) -> None:
    for window in command.windows:
        check_hours(window.begins, window.ends)
    hours = command.lead_hours.model_dump()
    check_order(hours)
    windows: list[dict[str, str | list[int]]] = [
        {"weekdays": sorted(set(w.weekdays)), "begins": w.begins, "ends": w.ends} for w in command.windows
    ]
    store = (await context.session.scalars(select(Store).where(Store.id == context.store.id))).one()
    rule = {"windows": windows, "lead_hours": hours}
    if store.settings.get(SETTING) == rule:
        return
    store.settings = {**store.settings, SETTING: rule}
    context.record(PriorityRuleSet(windows=windows, lead_hours=hours))
