"""`salon-hub demo`: the demo store, its simulated people and the hub in one process, on a faster clock."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from zoneinfo import ZoneInfo

from rich.console import Console

from hub.app import Hub, build
from hub.backoffice.backups.command import first_keys
from hub.demo import salon
from hub.demo.live import Stopwatch, live
from hub.demo.people import HttpFloor, People
from hub.demo.store import open_demo, prepare_days
from hub.demo.times import end_of_log, made_for_the_demo
from hub.kernel.access import system
from hub.kernel.clock import ScaledClock, SystemClock
from hub.operations.visits.models import CloseDay
from hub.settings import Settings

DAY_BEGINS = wall_time(9, 45)
"""A quarter of an hour before opening, when the first customers come."""

AFTER_CLOSING = timedelta(minutes=45)


class NotTheDemoError(Exception):
    """The store is a real one: simulated people stay out of it."""


async def demo(settings: Settings, speed: float, console: Console) -> bool:
    """Serve the demo until interrupted. True where it stopped because only a new process can go on.

    Raises:
        NotTheDemoError: the folder holds another store, which is left as it is.
    """
    if not await made_for_the_demo(settings):
        raise NotTheDemoError
    watch = Stopwatch()
    clock = ScaledClock(await _moment_to_go_on(settings), speed, watch)
    if settings.mail_folder is None:  # what the hub writes to people can be read here
        settings = settings.model_copy(update={"mail_folder": settings.data / "outbox"})
    hub = build(settings, clock=clock, wall=SystemClock())
    await hub.prepare()
    credentials = await open_demo(hub)
    await prepare_days(hub, _today(clock))
    first_keys(settings, console)

    def people(floor: HttpFloor) -> People:
        return People(floor, seed=7, speed=clock.speed)

    return await live(hub, watch, ZoneInfo(salon.ZONE), console, credentials, people, _turn_the_days(hub, clock))


async def _moment_to_go_on(settings: Settings) -> datetime:
    """Where the store's own log ends, but not in the small hours; on a first start this morning, before opening."""
    zone = ZoneInfo(salon.ZONE)
    last = await end_of_log(settings)
    morning = datetime.combine((last.astimezone(zone) if last else datetime.now(zone)).date(), DAY_BEGINS, tzinfo=zone)
    return max(last, morning) if last else morning.astimezone(UTC)


def _today(clock: ScaledClock) -> date:
    return clock.now().astimezone(ZoneInfo(salon.ZONE)).date()


async def _turn_the_days(hub: Hub, clock: ScaledClock) -> None:
    """When the last customer has gone, fill the days ahead and go on tomorrow morning."""
    zone = ZoneInfo(salon.ZONE)
    closes = wall_time.fromisoformat(salon.CLOSES)
    while True:
        today = _today(clock)
        over = datetime.combine(today, closes, tzinfo=zone) + AFTER_CLOSING
        await asyncio.sleep(max(1.0, (over - clock.now()).total_seconds() / clock.speed))
        if clock.now() < over:
            continue
        await next_morning(hub, clock, today)


async def next_morning(hub: Hub, clock: ScaledClock, today: date) -> None:
    """Pass over the night, in which the hub closes the day: whoever was still being served is not there any more."""
    tomorrow = today + timedelta(days=1)
    await prepare_days(hub, tomorrow)
    morning = datetime.combine(tomorrow, DAY_BEGINS, tzinfo=ZoneInfo(salon.ZONE))
    if clock.now() < morning:
        clock.jump_to(morning)
    await hub.door.submit(CloseDay(date=today), system(hub.store_id, "demo"), hub.chance.id())
