"""S18: abuses left in a running hub's log raise their alarm within a minute of the hub's clock.

An abuse is what its abuser leaves in the log, stated through the door by a person at the desk, at the measure as it comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

from sqlalchemy import func, select

from hub.app import Hub, build
from hub.backoffice.alarms.commands import SetLimit
from hub.backoffice.alarms.queries import Alarm, open_alarms
from hub.backoffice.alarms.rules import CODES, RULES
from hub.kernel.access import Actor
from hub.kernel.clock import ScaledClock
from hub.kernel.commands import Command, CommandBook, Context
from hub.kernel.events import event_types
from hub.kernel.ids import SeededRandomness
from hub.kernel.tables import CursorRow, EventRow
from hub.settings import Settings
from tests.conftest import MORNING
from tests.drills.index import Drill, Finding

WITHIN = timedelta(seconds=60)

ABUSES = {
    "files_opened": "privacy.seen",
    "failed_sign_ins": "security.sign_in_refused",
    "code_guesses": "security.code_refused",
    "cancellations": "bookings.booking_cancelled",
    "no_shows": "visits.no_show_noted",
    "no_shows_reversed": "visits.no_show_reversed",
    "undos": "planning.step_undone",
    "moves": "bookings.booking_moved",
    "pairings": "security.device_paired",
    "own_rights": "security.roles_set",
    "second_factor": "security.second_factor_removed",
    "hoarding": "bookings.slot_held",
    "record_broken": "audit.chain_broken",
    "anchoring": "audit.anchoring_failed",
    "backups": "backups.failed",
    "odd_hours": "security.signed_in",
}
"""Rule and the fact that its abuse leaves; the last at three in the night."""


class StateFact(Command):
    """Says that something happened, as whoever sends it."""

    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """`slowest`: from the last fact of an abuse to its alarm, of the hub's clock."""

    abuses: int
    early: int
    """Alarms that were there one short of the measure."""
    found: int
    slowest: timedelta

    @property
    def kept(self) -> bool:
        return self.abuses >= 10 and self.found == self.abuses and self.early == 0 and self.slowest <= WITHIN

    def __str__(self) -> str:
        seconds = self.slowest.total_seconds()
        return f"{self.found} of {self.abuses} abuses found, the slowest after {seconds:.1f} s; {self.early} found too early"


@asynccontextmanager
async def watched(data: Path) -> AsyncIterator[tuple[Hub, ScaledClock, Actor]]:
    """A running hub with a store that is open every day, and a person at its desk."""
    clock = ScaledClock(MORNING + timedelta(hours=2), 1.0)
    hub = build(Settings(data=data, solver_threads=0, rate_factor=0), clock=clock, chance=SeededRandomness(1))
    book = CommandBook("abuse")

    @book.handles(StateFact, permission="anybody")
    async def state(context: Context, command: StateFact) -> None:
        context.record(event_types()[command.kind].model_validate(command.data))

    hub.door.specs.update(book.specs)
    hub.door.performer.reactions.clear()  # nothing that these facts tell of is there
    await hub.start()
    try:
        store = await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
        manager = Actor("staff", "0" * 31 + "1", store, frozenset({"manager"}))
        for weekday in range(7):
            hours = {"weekday": weekday, "opens": "10:00", "closes": "22:00"}
            await hub.door.send("catalog.set_opening_hours", hours, manager, hub.chance.id())
        yield hub, clock, Actor("staff", "0" * 31 + "2", store, frozenset({"front_desk"}))
    finally:
        await hub.close()


async def find(data: Path, *, rules_are_on: bool = True) -> Found:
    """Each abuse in turn: one short of the measure, then filled. With the rules off nothing may be found."""
    early, found, slowest = 0, 0, timedelta(0)
    async with watched(data) as (hub, clock, abuser):
        if not rules_are_on:
            manager = Actor("staff", "0" * 31 + "1", hub.store_id, frozenset({"manager"}))
            for code in CODES:
                off = SetLimit(rule=code, is_on=False, count=1, minutes=1)
                await hub.door.submit(off, manager, hub.chance.id())
        for rule, kind in ABUSES.items():
            if rule == "odd_hours":
                clock.jump_to(MORNING + timedelta(hours=18))
            await state_facts(hub, kind, RULES[rule].limit.count - 1, abuser)
            early += await raised(hub, rule) is not None
            await state_facts(hub, kind, 1, abuser)
            alarm = await raised(hub, rule)
            if alarm is not None:
                found += 1
                slowest = max(slowest, alarm.at - await stated_at(hub, alarm.at_seq))
    return Found(len(ABUSES), early, found, slowest)


async def state_facts(hub: Hub, kind: str, times: int, actor: Actor) -> None:
    for _ in range(times):
        fields = {name: field for name, field in event_types()[kind].model_fields.items() if field.is_required()}
        data = {name: _some(field.annotation, actor) for name, field in fields.items()}
        await hub.door.send("abuse.state_fact", {"kind": kind, "data": data}, actor, hub.chance.id())


def _some(wanted: Any, actor: Actor) -> Any:
    """A value for an event's field; ids are the actor's own, so that one's own rights are changed."""
    said = str(wanted)
    if "Literal" in said:
        return next(value for option in (wanted, *get_args(wanted)) for value in get_args(option) if isinstance(value, str))
    if "datetime" in said:
        return MORNING.isoformat()
    if said.startswith("list"):
        return []
    if said.startswith("dict"):
        return {}
    if "bool" in said:
        return True
    return 1 if "int" in said and "str" not in said else actor.id


async def raised(hub: Hub, rule: str) -> Alarm | None:
    """The rule's open alarm once the watch has read all that there was to read; None: it saw nothing in that."""
    types = RULES[rule].types
    async with asyncio.timeout(2 * WITHIN.total_seconds()):
        while True:
            async with hub.database.read(hub.store_id) as session:
                newest = await session.scalar(select(func.max(EventRow.seq)).where(EventRow.type.in_(types))) or 0
                cursor = await session.get(CursorRow, (hub.store_id, "alarms"))
                if newest <= (cursor.seq if cursor else 0):
                    return next((alarm for alarm in await open_alarms(session) if alarm.rule == rule), None)
            await asyncio.sleep(0.02)


async def stated_at(hub: Hub, seq: int) -> datetime:
    async with hub.database.read(hub.store_id) as session:
        return (await session.execute(select(EventRow.at).where(EventRow.seq == seq))).scalar_one()


async def _find(folder: Path) -> Finding:
    found = await find(folder / "store")
    return Finding(str(found), kept=found.kept)


DRILLS = (Drill("S18", "odd behaviour raises an alarm within a minute", _find),)
