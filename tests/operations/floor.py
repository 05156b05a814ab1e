"""A small salon on a working day, for the tests of the floor: bookings, visits and planning together."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from hub.app import Hub, build
from hub.gateway.openapi import OF_COMMANDS, OF_THE_GUARDED
from hub.kernel import event_log
from hub.kernel.access import Actor
from hub.kernel.clock import Clock, ManualClock
from hub.kernel.commands import StoreFacts
from hub.kernel.dispatch import Answered, facts_of
from hub.kernel.errors import Refused
from hub.kernel.events import Recorded
from hub.kernel.ids import SeededRandomness
from hub.kernel.tables import AnswerRow, Base, CursorRow, Store
from hub.operations.planning.live_day import BookingOfDay, LiveDay
from hub.operations.planning.queries import live_day
from hub.settings import Settings

Send = Callable[..., Awaitable[Answered]]

FLOORS = ("catalog", "operations.team", "operations.stations", "operations.bookings", "operations.forms", "operations.visits")
OPENS = datetime(2026, 5, 14, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai, when the tests' clock begins."""

DAY = OPENS.date()


def floor_hub(settings: Settings, clock: Clock, *, planning: bool) -> Hub:
    """A hub without screens and back office; `planning` False leaves the planner's follower out."""
    names = [*FLOORS, "operations.planning"] if planning else FLOORS
    domains = [import_module(f"hub.{name}") for name in names]
    return build(settings, clock=clock, chance=SeededRandomness(1), domains=domains, screens=())


def at(hour: int, minute: int = 0) -> datetime:
    """A time of the test's day on the store's wall."""
    return OPENS + timedelta(hours=hour - 9, minutes=minute)


@dataclass(slots=True)
class Floor:
    """The salon with what tests ask of it."""

    hub: Hub
    store: str
    send: Send
    desk: Actor
    services: dict[str, str]
    technicians: dict[str, str]
    places: dict[str, str]
    first: str = ""
    """A booking that a test is about."""

    async def book(self, service: str, start: datetime, **more: Any) -> str:
        """A booking at the desk; its id. `technician` is a wish that must be met."""
        wish: dict[str, Any] = {"service_id": self.services[service]}
        if "technician" in more:
            wish |= {"requested": "must", "technician_id": self.technicians[more.pop("technician")]}
        name = more.pop("name", "王小明")
        data = {"services": [wish], "start": start.isoformat(), "customer": {"name": name}, **more}
        return str((await self.send("bookings.book", data, self.desk)).result["booking_id"])

    async def day(self) -> LiveDay:
        """The live day as screens read it."""
        async with self.hub.database.read(self.store) as session:
            store = await self._facts(session)
            now = self.hub.clock.now()
            return await live_day(session, store, self.hub.vault, now, store.days.of(now))

    async def _facts(self, session: Any) -> StoreFacts:
        return facts_of(await session.get_one(Store, self.store))

    async def overrun(self, item_id: str, quarters: int) -> int:
        """Begin a service and extend it by so many quarters of an hour; the newest fact before it was extended."""
        await self.send("visits.start_service", {"item_id": item_id}, self.desk)
        since = await self.seq()
        for _ in range(quarters):
            await self.send("visits.extend", {"item_id": item_id, "minutes": 15}, self.desk)
        return since

    async def booking(self, booking_id: str) -> BookingOfDay:
        found = (await self.day()).booking(booking_id)
        assert found is not None
        return found

    async def item(self, booking_id: str) -> str:
        """Its first service."""
        return (await self.booking(booking_id)).items[0].id

    async def facts(self, since: int = 0) -> list[Recorded]:
        async with self.hub.database.read(self.store) as session:
            return await event_log.since(session, since)

    async def seq(self) -> int:
        async with self.hub.database.read(self.store) as session:
            return (await session.get_one(Store, self.store)).seq

    async def rows(self, table: type[Any]) -> list[Any]:
        async with self.hub.database.read(self.store) as session:
            return list(await session.scalars(select(table)))

    async def everything(self) -> dict[str, list[Any]]:
        """All rows of all tables that a refusal must leave alone.

        Followers and jobs note their progress beside it; on PostgreSQL shown proposals lie on a shelf that is a table.
        """
        found: dict[str, list[Any]] = {}
        async with self.hub.database.reader.connect() as connection:
            for table in Base.metadata.sorted_tables:
                if table.name in ("follower_cursor", "job_run", "proposal"):
                    continue
                wanted = select(table).order_by(*table.primary_key)
                if table is AnswerRow.__table__:  # the hub's own jobs come when they are due
                    wanted = wanted.where(AnswerRow.actor.not_like("system:%"))
                found[table.name] = [tuple(row) for row in await connection.execute(wanted)]
        return found

    async def refused(
        self, code: str, name: str, data: dict[str, Any], actor: Actor | None = None, *, by: Hub | None = None
    ) -> None:
        """The command is refused with this code, which it declares, and has changed nothing. `by`: another hub on the same
        database."""
        door = (by or self.hub).door
        declared = (*door.specs[name].errors, *OF_COMMANDS, *OF_THE_GUARDED)
        assert code in {kind.code for kind in declared}, f"{name} does not say that it is refused with {code}"
        while True:
            since, before = await self.seq(), await self.everything()
            with pytest.raises(Refused) as refusal:
                await door.send(name, data, actor or self.desk, uuid.uuid4().hex)
            assert refusal.value.kind.code == code
            after = await self.everything()
            if any(fact.actor_id == "planner" for fact in await self.facts(since)):
                continue  # it settled a plan between the two looks
            assert after == before
            return

    async def planned(self, *, since: int = 0, seconds: float = 30.0) -> int:
        """Wait until a plan knows every disturbing fact; its number. `since`: a plan adopted after this fact."""
        for _ in range(int(seconds / 0.02)):
            adopted = [f for f in await self.facts(since) if f.type == "planning.plan_adopted"]
            plan = (await self.day()).plan
            if adopted and not plan.stale:
                return plan.number
            await asyncio.sleep(0.02)
        raise AssertionError("no plan was adopted in time")

    async def followed(self) -> None:
        """Wait until the planner has heard everything that others said."""
        async with asyncio.timeout(30):
            while True:
                newest = max((fact.seq for fact in await self.facts() if not fact.type.startswith("planning.")), default=0)
                if any(row.follower == "planning" and row.seq >= newest for row in await self.rows(CursorRow)):
                    return
                await asyncio.sleep(0.02)

    def technician(self, code: str) -> Actor:
        """A technician at her tablet."""
        own = self.technicians[code]
        return Actor("staff", own, self.store, frozenset({"technician"}), subject=own)


def both(name: str) -> dict[str, str]:
    return {"zh": name, "en": name}


async def open_floor(
    hub: Hub, store: str, send: Send, desk: Actor, *, day: date = DAY, opens: str = "09:00", closes: str = "18:00"
) -> Floor:
    """Three technicians from opening to closing, two chairs that want 5 minutes of cleaning and a basin.

    A cut takes 30 minutes; a colour is laid on (30), develops (20) without the technician, and is washed out (15) at the basin.
    """
    cut = {"kind": "hands_on", "minutes": 30, "place_kind": "chair", "skill": "cut"}
    colour = [
        {"kind": "hands_on", "minutes": 30, "place_kind": "chair", "skill": "colour", "min_level": 2},
        {"kind": "processing", "minutes": 20, "place_kind": "chair"},
        {"kind": "finishing", "minutes": 15, "place_kind": "basin", "skill": "colour", "max_gap_minutes": 10},
    ]
    people = {"lin": ("woman", {"cut": 3}), "wang": ("man", {"cut": 4, "colour": 3}), "zhao": ("woman", {"colour": 4})}

    async def made(key: str, name: str, data: dict[str, Any]) -> str:
        return str((await send(name, data)).result[key])

    async def service(code: str, *phases: dict[str, Any]) -> str:
        put = {"code": code, "name": both(code), "category": both("hair"), "price_minor": 10000, "phases": phases}
        return await made("service_id", "catalog.put_service", put)

    async def technician(number: int, code: str, gender: str, skills: dict[str, int]) -> str:
        put = {"code": code, "name": both(code), "gender": gender, "skills": skills, "ordinal": number}
        return await made("technician_id", "team.put_technician", put)

    async def place(code: str, kind: str) -> str:
        return await made("place_id", "stations.put_place", {"code": code, "kind": kind, "name": both(code)})

    # What does not build on each other is sent at once: commands that wait together share a transaction.
    await asyncio.gather(
        *(send("catalog.put_skill", {"code": skill, "name": both(skill)}) for skill in ("cut", "colour")),
        send("catalog.put_place_kind", {"code": "chair", "name": both("chair"), "clean_minutes": 5}),
        send("catalog.put_place_kind", {"code": "basin", "name": both("basin")}),
        *(send("catalog.set_opening_hours", {"weekday": weekday, "opens": opens, "closes": closes}) for weekday in range(7)),
    )
    services = dict(zip(("cut", "colour"), await asyncio.gather(service("cut", cut), service("colour", *colour)), strict=True))
    ids = await asyncio.gather(*(technician(number, code, *what) for number, (code, what) in enumerate(people.items())))
    technicians = dict(zip(people, ids, strict=True))
    shift = {"date": day.isoformat(), "start": opens, "end": closes}
    await asyncio.gather(*(send("team.put_shift", {"technician_id": each, **shift}) for each in ids))
    kinds = {"C1": "chair", "C2": "chair", "B1": "basin"}
    places = dict(zip(kinds, await asyncio.gather(*(place(*each) for each in kinds.items())), strict=True))
    return Floor(hub, store, send, desk, services, technicians, places)


@dataclass(frozen=True, slots=True)
class FloorStore:
    """A store as `open_floor` leaves it, for tests to copy instead of making it again."""

    data: Path
    services: dict[str, str]
    technicians: dict[str, str]
    places: dict[str, str]
    chance: Any
    """The hub's, as it was then: whoever goes on with it draws the ids that would have come next."""

    def opened(self, hub: Hub, send: Send, desk: Actor) -> Floor:
        """The floor of a hub that runs on a copy."""
        hub.chance._random.setstate(self.chance)  # type: ignore[attr-defined] - a test's chance is seeded
        return Floor(hub, hub.store_id, send, desk, dict(self.services), dict(self.technicians), dict(self.places))


async def make_floor_store(settings: Settings) -> FloorStore:
    """Make it in the folder and the database of `settings`."""
    hub = floor_hub(settings, ManualClock(OPENS), planning=False)
    await hub.prepare()
    store = await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
    manager = Actor("staff", "0" * 31 + "1", store, frozenset({"manager"}))

    async def send(name: str, data: dict[str, Any]) -> Answered:
        return await hub.door.send(name, data, manager, uuid.uuid4().hex)

    floor = await open_floor(hub, store, send, manager)
    chance = hub.chance._random.getstate()  # type: ignore[attr-defined]
    await hub.close()
    return FloorStore(settings.data, floor.services, floor.technicians, floor.places, chance)


async def shown(floor: Floor, name: str, actor: Actor | None = None, **params: Any) -> dict[str, Any]:
    """A screen's view as JSON values."""
    viewer = floor.hub.viewer
    async with viewer.moment(floor.store) as moment:
        view = await viewer.show(viewer.asked(viewer.screen(name), params, actor or floor.desk), moment)
    found: dict[str, Any] = orjson.loads(view.view)
    return found
