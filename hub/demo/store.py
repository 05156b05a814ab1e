"""Opens the demo store and fills its days, through the door like everybody."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from hub.app import Hub
from hub.backoffice.security.first_start import Credential, Person, first_start
from hub.backoffice.security.queries import accounts
from hub.catalog.queries import ServiceFacts, catalog_of
from hub.demo import forms, salon
from hub.kernel.access import Actor, system
from hub.kernel.commands import StoreFacts
from hub.kernel.dispatch import facts_of
from hub.kernel.errors import Refused
from hub.kernel.tables import Store
from hub.operations.bookings.ports import FreeStart, SlotFinder, SlotRequest, Wish
from hub.operations.bookings.queries import bookings_of
from hub.operations.team.queries import technicians

BOOKINGS_A_DAY = 70
"""Tried; some sixty of them find room near the time that they want."""

SEVERAL_SERVICES = 0.15
"""Share of visits with several services."""

REQUESTED, PREFERRED = 0.18, 0.15
"""Shares of customers who come for one technician only, or would rather."""

HOURLY = (2.2, 2.6, 2.4, 1.8, 2.2, 2.6, 2.8, 3.0, 2.6, 1.6, 0.6)
"""How much each hour from opening is asked for: a late morning and an after-work peak."""

TIERS = ("none", "none", "regular", "regular", "silver", "gold", "diamond")
ENOUGH = 0.6
"""A day that holds this share of its bookings was filled before; what did not fit did not fit."""

AHEAD = ((0, BOOKINGS_A_DAY), (1, 24), (2, 14), (3, 8))
"""Days from today and how many bookings they hold on a first start."""


@dataclass(frozen=True, slots=True)
class Filler:
    """Books a day of the demo store."""

    hub: Hub
    actor: Actor
    seed: int

    async def send(self, name: str, data: Mapping[str, Any], key: str) -> dict[str, Any]:
        command_id = uuid.uuid5(uuid.NAMESPACE_OID, f"{self.actor.store_id}:{key}").hex
        return (await self.hub.door.send(name, data, self.actor, command_id)).result

    async def fill(self, day: date, wanted: int) -> int:
        """Make up to `wanted` bookings on `day`; the number made. Doing it again makes no more."""
        made = 0
        chance = random.Random(f"{self.seed}:{day}")
        customers = chance.sample(range(len(salon.CUSTOMERS)), k=min(wanted, len(salon.CUSTOMERS)))
        async with self.hub.database.read(self.actor.store_id) as session:
            store = await store_facts(session)
            if len(await bookings_of(session, store, day)) >= wanted * ENOUGH:
                return 0
            services = list((await catalog_of(session)).services.values())
            people = {t.id: t.skills for t in await technicians(session)}
        for number, customer in enumerate(customers):
            wishes = _wishes(chance, services, people)
            at = _desired(chance)
            start = await self._free_start(day, at, wishes)
            if start is not None:
                made += await self._book(day, number, customer, wishes, start, chance)
        return made

    async def _free_start(self, day: date, at: timedelta, wishes: tuple[Wish, ...]) -> FreeStart | None:
        finder = self.hub.ports.get(SlotFinder)  # type: ignore[type-abstract]  # a port is known by its Protocol
        now = self.hub.clock.now()
        async with self.hub.database.read(self.actor.store_id) as session:
            store = await store_facts(session)
            free = await finder.free_starts(session, store, now, SlotRequest(wishes, day, 1))
        desired = datetime.combine(day, time(), tzinfo=store.zone) + at
        near = [slot for slot in free if abs(slot.start - desired) <= timedelta(hours=3) and slot.start > now]
        return min(near, key=lambda slot: abs(slot.start - desired), default=None)

    async def _book(
        self, day: date, number: int, customer: int, wishes: tuple[Wish, ...], slot: FreeStart, chance: random.Random
    ) -> bool:
        known = await self.send("bookings.put_customer", _customer(customer), f"customer:{customer}")
        data = {
            "services": [
                {"service_id": w.service_id, "requested": w.requested, "technician_id": w.technician_id} for w in wishes
            ],
            "start": slot.start.isoformat(),
            "customer_id": known["customer_id"],
            "source": chance.choice(("desk", "phone")),
        }
        try:
            await self.send("bookings.book", data, f"booking:{day}:{number}")
        except Refused:
            return False
        return True


async def store_facts(session: AsyncSession) -> StoreFacts:
    """The store of the session.

    Raises:
        LookupError: there is none.
    """
    row = await session.get(Store, session.info["store_id"])
    if row is None:
        raise LookupError("no such store")
    return facts_of(row)


def _customer(number: int) -> dict[str, Any]:
    name, title = salon.CUSTOMERS[number]
    facts = random.Random(f"customer:{number}")
    return {
        "natural_key": f"demo-{number}",
        "name": name,
        "title": title,
        "phone": f"+86139{facts.randrange(10_000_000, 99_999_999)}",
        "gender": "woman" if title == "ms" else "man",
        "language": "en" if name.isascii() or name.split()[0].isascii() else "zh",
        "tier": facts.choice(TIERS),
        "allergy": "对苯二胺（PPD）" if facts.random() < 0.06 else "",
    }


def _wishes(chance: random.Random, services: list[ServiceFacts], people: dict[str, dict[str, int]]) -> tuple[Wish, ...]:
    demand = {service.code: service.demand for service in salon.SERVICES}
    weights = [demand.get(service.code, 1) for service in services]
    chosen = [chance.choices(services, weights)[0]]
    if chance.random() < SEVERAL_SERVICES:
        others = [s for s in services if s.category != chosen[0].category and sum(p.minutes for p in s.phases) <= 60]
        chosen.append(chance.choice(others))
    return tuple(_wish(chance, service, people) for service in chosen)


def _wish(chance: random.Random, service: ServiceFacts, people: dict[str, dict[str, int]]) -> Wish:
    able = _able(service, people)
    drawn = chance.random()
    if able and drawn < REQUESTED:
        return Wish(service.id, "must", chance.choice(able))
    if able and drawn < REQUESTED + PREFERRED:
        return Wish(service.id, "prefers", chance.choice(able))
    return Wish(service.id)


def _able(service: ServiceFacts, people: dict[str, dict[str, int]]) -> list[str]:
    return [person for person, skills in people.items() if all(phase.is_for(skills) for phase in service.phases)]


def _desired(chance: random.Random) -> timedelta:
    hour = chance.choices(range(len(HOURLY)), HOURLY)[0]
    opens = int(salon.OPENS.split(":")[0])
    return timedelta(hours=opens + hour, minutes=chance.choice((0, 10, 20, 30, 40, 50)))


async def open_demo(hub: Hub, seed: int = 7) -> list[Credential]:
    """Open the store on a first start: catalog, team, places, accounts. The accounts' secrets, made at random.

    One that was cut off is finished; where there are accounts there is nothing to do.
    """
    if hub.store_id:
        async with hub.database.read(hub.store_id) as session:
            if await accounts(session, hub.door.vault):
                return []
    store_id = hub.store_id or await hub.open_store(
        name_zh=salon.STORE_NAME.zh,
        name_en=salon.STORE_NAME.en,
        zone=salon.ZONE,
        currency=salon.CURRENCY,
        country=salon.COUNTRY,
        language="zh",
        settings={"demo": True, "require_second_factor": False},
    )
    filler = Filler(hub, system(store_id, "demo"), seed)
    await _put_catalog(filler)
    team = await _put_team(filler)
    await _put_history(filler, hub.clock.now().astimezone(ZoneInfo(salon.ZONE)).date())
    people = [Person("manager", "店长 Manager", "manager"), Person("desk", "前台 Front desk", "front_desk")]
    people += [Person(t.code.lower(), t.name.zh, "technician", team[t.code]) for t in salon.TECHNICIANS]
    return await first_start(hub.door, store_id, people)


async def _put_catalog(filler: Filler) -> None:
    for code, name in salon.SKILLS.items():
        await filler.send("catalog.put_skill", {"code": code, "name": name.model_dump()}, f"skill:{code}")
    for ordinal, (code, (name, minutes)) in enumerate(salon.PLACE_KINDS.items()):
        data = {"code": code, "name": name.model_dump(), "clean_minutes": minutes, "ordinal": ordinal}
        await filler.send("catalog.put_place_kind", data, f"kind:{code}")
    for weekday in range(7):
        data = {"weekday": weekday, "opens": salon.OPENS, "closes": salon.CLOSES}
        await filler.send("catalog.set_opening_hours", data, f"hours:{weekday}")
    for code, (name, words) in forms.FORMS.items():
        data = {"code": code, "name": name.model_dump(), "text": words.model_dump()}
        await filler.send("catalog.put_consent_form", data, f"form:{code}")
    await filler.send("bookings.set_priority_rule", salon.PRIORITY, "priority")
    for ordinal, service in enumerate(salon.SERVICES):
        await filler.send("catalog.put_service", _service(service, ordinal), f"service:{service.code}")
    for ordinal, (code, kind, name) in enumerate(salon.PLACES):
        data = {"code": code, "kind": kind, "name": name.model_dump(), "ordinal": ordinal}
        await filler.send("stations.put_place", data, f"place:{code}")


def _service(service: salon.Service, ordinal: int) -> dict[str, Any]:
    return {
        "code": service.code,
        "name": service.name.model_dump(),
        "category": salon.CATEGORIES[service.category].model_dump(),
        "price_minor": service.price_minor,
        "bookable_online": service.online,
        "ordinal": ordinal,
        "consent_form": forms.OF_SERVICES.get(service.code),
        "phases": [
            {"kind": p.kind, "minutes": p.minutes, "place_kind": p.place_kind, "skill": p.skill, "min_level": p.min_level}
            for p in service.phases
        ],
    }


async def _put_history(filler: Filler, today: date) -> None:
    """Some of the customers have been here before."""
    async with filler.hub.database.read(filler.actor.store_id) as session:
        store = await store_facts(session)
        services = list((await catalog_of(session)).services.values())
        people = {t.id: t.skills for t in await technicians(session)}
    for number in range(0, len(salon.CUSTOMERS), 2):
        chance = random.Random(f"{filler.seed}:history:{number}")
        await filler.send("bookings.put_customer", _customer(number), f"customer:{number}")
        usual = _wishes(chance, services, people)
        for visit in range(chance.randint(1, 3)):
            day = today - timedelta(days=chance.randint(21, 35) * (visit + 1))
            start = datetime.combine(day, time(), tzinfo=store.zone) + _desired(chance)
            data = {
                "natural_key": f"history-{number}-{visit}",
                "customer_key": f"demo-{number}",
                "services": [_with_somebody(wish, services, people, chance) for wish in usual],
                "start": start.isoformat(),
                "state": "done",
            }
            await filler.send("bookings.bring_in", data, f"history:{number}:{visit}")


def _with_somebody(
    wish: Wish, services: list[ServiceFacts], people: dict[str, dict[str, int]], chance: random.Random
) -> dict[str, Any]:
    able = _able(next(s for s in services if s.id == wish.service_id), people)
    who = wish.technician_id or (chance.choice(able) if able else None)
    return {"service_id": wish.service_id, "requested": "prefers" if who else "any", "technician_id": who}


async def _put_team(filler: Filler) -> dict[str, str]:
    ids = {}
    for ordinal, person in enumerate(salon.TECHNICIANS):
        data = {
            "code": person.code,
            "name": person.name.model_dump(),
            "gender": person.gender,
            "skills": person.skills,
            "ordinal": ordinal,
        }
        ids[person.code] = (await filler.send("team.put_technician", data, f"technician:{person.code}"))["technician_id"]
    return ids


async def prepare_days(hub: Hub, today: date, seed: int = 7) -> int:
    """Roster and bookings of today and the days ahead; the number of bookings made. Doing it again makes no more."""
    filler = Filler(hub, system(hub.store_id, "demo"), seed)
    made = 0
    for days, wanted in AHEAD:
        day = today + timedelta(days=days)
        await roster(filler, day)
        made += await filler.fill(day, wanted)
    return made


async def roster(filler: Filler, day: date) -> None:
    """Everybody's shift on `day`, with the lunch break between its halves."""
    async with filler.hub.database.read(filler.actor.store_id) as session:
        ids = {t.code: t.id for t in await technicians(session)}
    for person in salon.TECHNICIANS:
        back = (datetime.combine(day, time.fromisoformat(person.lunch)) + timedelta(minutes=salon.LUNCH_MINUTES)).time()
        for number, (start, end) in enumerate(((person.starts, person.lunch), (back.isoformat("minutes"), person.ends))):
            data = {"technician_id": ids[person.code], "date": day.isoformat(), "start": start, "end": end}
            await filler.send("team.put_shift", data, f"shift:{person.code}:{day}:{number}")
