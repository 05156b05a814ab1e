"""The demo store's simulated people: customers who come early, late or never, technicians who start, overrun, extend and
finish. They see what the `floor` screen shows and act through the public HTTP door, nothing else.

Whom a person touches they leave alone: any fact about a booking whose actor is not one of the simulation's own takes it out
of their hands for good, and the technician and place that it names for two hours.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import httpx
import structlog

from hub.demo.early import may_begin, next_phase
from hub.demo.salon import CUSTOMERS
from hub.demo.signed_in import signed_in
from hub.demo.signing import SIGN_SECONDS, scribble

NO_SHOW_SHARE = 0.04
"""No-shows are 3–4 % in hair, nails and beauty."""

LATE_SHARE = 0.12
ARRIVES_EARLY_MINUTES, ARRIVAL_SPREAD_MINUTES = 7.0, 7.0
"""Customers come about ten minutes early with a standard deviation of ten; a little tighter, so that the demo stays lively."""

SERVICE_SIGMA = 0.16
"""Spread of the service time's logarithm; mean 1."""

WALK_INS_PER_HOUR = 1.2
EXTEND_SHARE = 0.25
WALK_SECONDS = 40
"""From the call to the chair, on the hub's clock."""

WALK_REAL_SECONDS = 7.0
"""However fast the clock, a call stays on the screen for as long as a person needs to see and hear it."""

PATIENCE = timedelta(minutes=50)
"""Who would wait longer than this without a booking walks on."""

ON_TIME = timedelta(minutes=2)
CLEAN_MINUTES = 3
PAY_MINUTES = 4
NO_SHOW_AFTER_MINUTES = 22

TAKEN_OVER = {"technician_id": timedelta(hours=2), "place_id": timedelta(hours=2)}
"""How long what a person's fact names stays in that person's hands, on the hub's clock; everything else for good."""

log = structlog.get_logger(__name__)

Json = Mapping[str, Any]


class Floor(Protocol):
    """What the people need of the hub's public face."""

    async def day(self) -> dict[str, Any]: ...

    async def touched(self) -> set[str]:
        """Ids that occur in facts caused by somebody else."""
        ...

    async def room_for(self, service_id: str, requested: str, until: datetime) -> bool:
        """Whether the service could begin by `until`, as everybody may ask who stands at the door."""
        ...

    async def send(self, who: str, command: str, data: Json, command_id: str) -> bool:
        """`who` is "desk" or a technician's id; False when the hub refuses."""
        ...


class HttpFloor:
    """The floor over HTTP: one signed-in client per simulated actor. Raises SignedOutError where one is no longer."""

    def __init__(self, clients: dict[str, httpx.AsyncClient], own: set[str]) -> None:
        self._clients = clients
        self._own = own
        self._seen = 0
        self._touched: dict[str, datetime] = {}

    async def day(self) -> dict[str, Any]:
        answer = signed_in(await self._clients["desk"].get("/api/views/floor"))
        answer.raise_for_status()
        view: dict[str, Any] = answer.json()["view"]
        return view

    async def touched(self) -> set[str]:
        while True:
            asked = {"since": self._seen, "limit": 500}
            answer = signed_in(await self._clients["desk"].get("/api/events", params=asked))
            answer.raise_for_status()
            facts = answer.json()["events"]
            for fact in facts:
                self._seen, latest = max(self._seen, fact["seq"]), datetime.fromisoformat(fact["at"])
                self._touched = {each: until for each, until in self._touched.items() if until > latest}
                if self._is_foreign(fact):
                    self._touch(fact["data"], latest)
            if len(facts) < 500:
                return set(self._touched)

    def _touch(self, data: Json, at: datetime) -> None:
        for name, value in data.items():
            if isinstance(value, str):
                until = at + TAKEN_OVER[name] if name in TAKEN_OVER else datetime.max.replace(tzinfo=UTC)
                self._touched[value] = max(until, self._touched.get(value, until))

    async def room_for(self, service_id: str, requested: str, until: datetime) -> bool:
        wanted = {"services": service_id, "requested": requested, "days": "1"}
        answer = await self._clients["desk"].get("/api/views/slots", params=wanted)
        answer.raise_for_status()
        starts = [slot["start"] for day in answer.json()["view"]["days"] for slot in day["starts"]]
        return any(datetime.fromisoformat(start) <= until for start in starts)

    def _is_foreign(self, fact: Json) -> bool:
        if fact["actor_kind"] == "system" or not fact["type"].startswith(
            ("visits.", "bookings.", "forms.", "team.", "stations.")
        ):
            return False
        return (fact["device_id"] or fact["actor_id"]) not in self._own and fact["actor_id"] not in self._own

    async def send(self, who: str, command: str, data: Json, command_id: str) -> bool:
        client = self._clients.get(who, self._clients["desk"])
        answer = signed_in(await client.post(f"/api/commands/{command}", json={"id": command_id, "data": dict(data)}))
        if answer.status_code >= 400:
            log.debug("simulated person refused", command=command, answer=answer.text[:300])
        return answer.status_code < 400


@dataclass(slots=True)
class Fate:
    """What will happen to one booking, drawn once. `arrives` None: never; `cancels`: the customer rings up then."""

    arrives: datetime | None
    tells_late: int
    cancels: datetime | None = None


@dataclass(slots=True)
class People:
    """One step looks at the day and lets everybody do what is due. `fates` may hold those that are settled beforehand."""

    floor: Floor
    seed: int
    speed: float = 1.0
    no_show_share: float = NO_SHOW_SHARE
    walk_ins_per_hour: float = WALK_INS_PER_HOUR
    fates: dict[str, Fate] = field(default_factory=dict)
    due: dict[str, datetime] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    walk_in_next: datetime | None = None
    walk_in_count: int = 0

    async def run(self, pause_seconds: float) -> None:
        """Go on until cancelled; a hub that does not answer is asked again. Raises SignedOutError."""
        while True:
            try:
                await self.step()
            except (httpx.HTTPError, KeyError):
                log.debug("simulated people wait for the hub", exc_info=True)
            await asyncio.sleep(pause_seconds)

    async def step(self) -> None:
        view = await self.floor.day()
        day, services = view["day"], view["services"]
        now = datetime.fromisoformat(day["now"])
        touched = await self.floor.touched()
        free = {t["id"] for t in day["technicians"] if t["state"] in ("free", "processing_free")} - touched
        open_places = {p["id"] for p in day["places"] if p["state"] in ("free", "reserved")}
        for booking in day["bookings"]:
            if booking["id"] in touched or (booking["visit_id"] or "-") in touched:
                continue
            await self._arrive(booking, now)
            await self._be_served(booking, now, free, open_places, day["bookings"])
        await self._clean(day, now, touched)
        await self._walk_in(day, services, now)

    # customers

    async def _arrive(self, booking: Json, now: datetime) -> None:
        if booking["state"] not in ("confirmed", "expected"):
            return
        key, start = booking["id"], datetime.fromisoformat(booking["booked_start"])
        fate = self.fates.setdefault(key, self._fate(key, start))
        if fate.tells_late and now >= start - timedelta(minutes=15):
            await self._once(f"late:{key}", "desk", "visits.report_late", {"booking_id": key, "minutes": fate.tells_late})
        if fate.cancels is not None and now >= fate.cancels:
            await self._once(f"cancel:{key}", "desk", "bookings.cancel", {"booking_id": key, "reason": "customer_asked"})
        elif fate.arrives is None:
            if now >= start + timedelta(minutes=NO_SHOW_AFTER_MINUTES):
                await self._once(f"no-show:{key}", "desk", "visits.no_show", {"booking_id": key})
        elif now >= fate.arrives:
            await self._once(f"check-in:{key}", "desk", "visits.check_in", {"booking_id": key})

    def _fate(self, key: str, start: datetime) -> Fate:
        chance = self._chance(key)
        if chance.random() < self.no_show_share:
            return Fate(None, 0)
        if chance.random() < LATE_SHARE:
            late = chance.choice((5, 10, 15, 20))
            return Fate(start + timedelta(minutes=late), late if chance.random() < 0.7 else 0)
        minutes = max(-25.0, min(4.0, chance.gauss(-ARRIVES_EARLY_MINUTES, ARRIVAL_SPREAD_MINUTES)))
        return Fate(start + timedelta(minutes=minutes), 0)

    async def _walk_in(self, day: Json, services: list[Json], now: datetime) -> None:
        if not day["opens"] or not day["closes"] or self.walk_ins_per_hour <= 0:
            return
        opens, closes = datetime.fromisoformat(day["opens"]), datetime.fromisoformat(day["closes"])
        chance = self._chance(f"walk-in:{day['date']}:{self.walk_in_count}")
        if self.walk_in_next is None or self.walk_in_next < opens:
            self.walk_in_next = max(now, opens) + timedelta(hours=chance.expovariate(self.walk_ins_per_hour))
        waiting = sum(1 for b in day["bookings"] if b["visit_state"] in ("waiting", "called"))
        if now < self.walk_in_next or now > closes - timedelta(hours=2) or waiting > 5:
            return
        self.walk_in_count += 1
        self.walk_in_next = now + timedelta(hours=chance.expovariate(self.walk_ins_per_hour))
        short = [s for s in services if sum(p["minutes"] for p in s["phases"]) <= 50]
        name, title = chance.choice(CUSTOMERS)
        wish = chance.choice(("any", "any", "any", "woman", "man"))
        service = chance.choice(short)["id"]
        if not await self.floor.room_for(service, wish, now + PATIENCE):
            return
        data = {
            "services": [{"service_id": service, "requested": wish}],
            "customer": {"name": name, "title": title},
        }
        await self._once(f"walk-in:{now.isoformat()}", "desk", "visits.walk_in", data)

    # technicians

    async def _be_served(
        self, booking: Json, now: datetime, free: set[str], open_places: set[str], bookings: list[Json]
    ) -> None:
        if booking["state"] != "arrived" or booking["paused"] or not booking["visit_id"]:
            return
        state = booking["visit_state"]
        if state == "forms_pending":
            await self._sign(booking, now)
        elif state in ("waiting", "called", "in_room", "in_service"):
            running = next(((i, p) for i in booking["items"] for p in i["phases"] if p["state"] == "running"), None)
            if running:
                await self._work(booking, *running, now, free)
            else:
                await self._begin(booking, now, free, open_places, bookings)
        elif state == "served" and self._passed(f"pay:{booking['visit_id']}", now, PAY_MINUTES * 60):
            await self._once(
                f"checkout:{booking['visit_id']}", "desk", "visits.send_to_checkout", {"visit_id": booking["visit_id"]}
            )
        elif state in ("at_checkout", "paid") and self._passed(f"leave:{booking['visit_id']}", now, PAY_MINUTES * 60):
            await self._once(f"left:{booking['visit_id']}", "desk", "visits.leave", {"visit_id": booking["visit_id"]})

    async def _sign(self, booking: Json, now: datetime) -> None:
        """At the desk, after reading; who gave no name is waved through with the form on paper."""
        if not self._passed(f"sign:{booking['visit_id']}", now, SIGN_SECONDS):
            return
        for form in booking["forms"]:
            if form["standing"] != "missing":
                continue
            asked = {"booking_id": booking["id"], "form": form["form"]}
            if booking["customer_id"]:
                signed = {
                    **asked,
                    "version": form["version"],
                    "language": "zh",
                    "strokes": scribble(self._chance(booking["id"])),
                }
                await self._once(f"sign:{booking['id']}:{form['form']}", "desk", "forms.sign", signed)
            else:
                waved = {**asked, "reason": "paper"}
                await self._once(f"sign:{booking['id']}:{form['form']}", "desk", "forms.waive", waved)

    async def _begin(self, booking: Json, now: datetime, free: set[str], open_places: set[str], bookings: list[Json]) -> None:
        item, phase = next_phase(booking)
        if item is None or phase is None or phase["start"] is None:
            return
        start = datetime.fromisoformat(phase["start"])
        technician, place = phase["technician_id"], phase["place_id"]
        called = booking["visit_state"] == "called"
        if not called and (technician not in free | {None} or (now < start - ON_TIME and not may_begin(item, now, bookings))):
            return
        if place and place not in open_places and booking["visit_state"] == "waiting":
            return
        who = technician or "desk"
        if booking["visit_state"] == "waiting":
            key = f"call:{booking['visit_id']}:{item['id']}:{place}"
            if await self._once(key, who, "visits.call_customer", {"visit_id": booking["visit_id"], "place_id": place}):
                walk = timedelta(seconds=max(WALK_SECONDS, WALK_REAL_SECONDS * self.speed))
                self.due[f"walk:{booking['visit_id']}"] = now + walk
                free.discard(technician)
            return
        if called and now < self.due.get(f"walk:{booking['visit_id']}", now):
            return
        data = {"item_id": item["id"], "allergy_acknowledged": True}
        if await self.floor.send(who, "visits.start_service", data, uuid.uuid4().hex):
            free.discard(technician)
            open_places.discard(place)

    async def _work(self, booking: Json, item: Json, phase: Json, now: datetime, free: set[str]) -> None:
        key = f"{item['id']}:{phase['ordinal']}"
        chance = self._chance(key)
        began = datetime.fromisoformat(phase["start"])
        factor = chance.lognormvariate(-(SERVICE_SIGMA**2) / 2, SERVICE_SIGMA) if phase["kind"] != "processing" else 1.0
        ends = began + timedelta(minutes=phase["minutes"] * factor)
        expected = datetime.fromisoformat(phase["end"])
        who = phase["technician_id"] or "desk"
        if ends > expected and now >= expected - timedelta(minutes=3) and chance.random() < EXTEND_SHARE:
            minutes = 5 if ends - expected < timedelta(minutes=6) else 10
            await self._once(f"extend:{key}", who, "visits.extend", {"item_id": item["id"], "minutes": minutes})
        if now < ends:
            return
        following = [p for p in item["phases"] if p["ordinal"] > phase["ordinal"]]
        if not following:
            await self._once(f"finish:{key}", who, "visits.finish_service", {"item_id": item["id"]})
            return
        worker = following[0]["technician_id"]
        if following[0]["kind"] != "processing" and worker and worker != phase["technician_id"] and worker not in free:
            return
        sent = await self.floor.send(worker or who, "visits.finish_phase", {"item_id": item["id"]}, uuid.uuid4().hex)
        if sent and worker:
            free.discard(worker)

    async def _clean(self, day: Json, now: datetime, touched: set[str]) -> None:
        for place in day["places"]:
            key = f"clean:{place['id']}"
            if place["state"] != "dirty" or place["id"] in touched:
                self.due.pop(key, None)
            elif self._passed(key, now, CLEAN_MINUTES * 60):
                await self.floor.send("desk", "stations.mark_clean", {"place_id": place["id"]}, uuid.uuid4().hex)

    # chance and memory

    def _chance(self, key: str) -> random.Random:
        return random.Random(f"{self.seed}:{key}")

    def _passed(self, key: str, now: datetime, seconds: float) -> bool:
        return now >= self.due.setdefault(key, now + timedelta(seconds=seconds))

    async def _once(self, key: str, who: str, command: str, data: Json) -> bool:
        """Do it a single time; what is refused is not tried again."""
        if key in self.done:
            return False
        self.done.add(key)
        return await self.floor.send(who, command, data, uuid.uuid5(uuid.NAMESPACE_OID, f"{self.seed}:{key}").hex)
