"""The rule that no fact sets off: a clock that was turned back."""

from __future__ import annotations

from datetime import timedelta

from hub.backoffice.alarms.followers import Parts
from hub.backoffice.alarms.watching import Watch
from hub.kernel.jobs import Job


def jobs(parts: Parts) -> tuple[Job, ...]:
    watch = Watch(parts.database, parts.door, parts.clock)

    async def look(store_id: str) -> None:
        await watch.look_at_the_clock(store_id)

    return (Job("alarm clock", timedelta(seconds=30), look),)
