"""R5: repeats are harmless.

Each command is sent again in every way in which a network, a person or a crash repeats it: the same body, another body,
another actor, fifty at once, and after the hub was killed and started again; later, when the hub's own job has forgotten what
it may forget. Counted are its effects, which must be one, and the answers that were not what the promise says.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import httpx
from sqlalchemy import func, select

from hub.app import Hub, build
from hub.backoffice.security.commands.accounts import CreateAccount
from hub.backoffice.security.commands.links import MakeLink
from hub.backoffice.security.fresh import fresh_password
from hub.kernel import answers
from hub.kernel.access import ANYBODY, Actor, system
from hub.kernel.clock import ManualClock
from hub.kernel.commands import Command, CommandBook, Context
from hub.kernel.database import Database
from hub.kernel.events import Event
from hub.kernel.ids import SystemRandomness
from hub.kernel.jobs import JobLoop
from hub.kernel.tables import EventRow, Store
from hub.settings import Settings
from tests.conftest import MORNING
from tests.drills.index import Drill, Finding
from tests.drills.killing import free_port, furnish, open_link, running

AT_ONCE = 50
PUT = "bookings.put_customer"


@dataclass(slots=True)
class Report:
    commands: int = 0
    repeats: int = 0
    effects: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    """Answers that were not as promised, by the way of repeating."""

    @property
    def kept(self) -> bool:
        return self.effects == self.commands and not self.wrong

    def __str__(self) -> str:
        wrong = ", ".join(f"{count} wrong {way}" for way, count in self.wrong.items()) or "0 wrong answers"
        return f"{self.commands:,} commands repeated {self.repeats:,} times: {self.effects:,} effects, {wrong}"


@dataclass(frozen=True, slots=True)
class Sent:
    """A command and what was answered to it."""

    id: str
    data: dict[str, str]
    seq: int
    result: dict[str, str]


class Repeater:
    """A desk that repeats itself, before and after the hub was killed; a second desk that uses the first one's ids."""

    def __init__(self, desk: httpx.AsyncClient, other: httpx.AsyncClient, report: Report, chance: random.Random) -> None:
        self.desk, self.other, self.report, self.chance = desk, other, report, chance

    async def first(self, number: int) -> Sent:
        """Send a new command `AT_ONCE` times, or once; one of the answers is the first."""
        command_id, data = uuid.uuid4().hex, {"natural_key": f"repeat-{number}", "name": f"顾客 {number}"}
        times = AT_ONCE if number % 10 == 0 else 1
        told = await asyncio.gather(*(self._post(self.desk, command_id, data) for _ in range(times)))
        self.report.commands += 1
        self.report.repeats += times - 1
        bodies = [answer.json() for answer in told if answer.status_code == 200]
        if len(bodies) != times or len({(b["seq"], str(b["result"])) for b in bodies}) != 1:
            self.report.wrong["at once"] += 1
        if sum(not body["repeated"] for body in bodies) != 1:
            self.report.wrong["at once"] += 1
        return Sent(command_id, data, bodies[0]["seq"], bodies[0]["result"])

    async def again(self, sent: Sent, when: str) -> None:
        """The same; another body; another actor."""
        told = (await self._post(self.desk, sent.id, sent.data)).json()
        if (told.get("repeated"), told.get("seq"), told.get("result")) != (True, sent.seq, sent.result):
            self.report.wrong[f"with the same body {when}"] += 1
        other_body = await self._post(self.desk, sent.id, {**sent.data, "name": "别人"})
        if (other_body.status_code, other_body.json()["code"]) != (422, "id_reused"):
            self.report.wrong[f"with another body {when}"] += 1
        somebody = await self._post(self.other, sent.id, sent.data)
        if (somebody.status_code, somebody.json()["code"]) != (422, "id_reused"):
            self.report.wrong[f"by another actor {when}"] += 1
        self.report.repeats += 3

    async def _post(self, client: httpx.AsyncClient, command_id: str, data: dict[str, str]) -> httpx.Response:
        return await client.post(f"/api/commands/{PUT}", json={"id": command_id, "data": data})


async def repeat_rounds(data: Path, *, rounds: int, commands: int, seed: int) -> Report:
    """`rounds` lives of the hub, ended by SIGKILL, with `commands` in each; those of the life before are repeated, too."""
    report, chance, port = Report(), random.Random(seed), free_port()
    paths = [await furnish(data), await another_link(data)]
    address = f"http://127.0.0.1:{port}"
    headers = {"Origin": address, "X-Requested-With": "salon-hub"}
    made: list[Sent] = []
    async with (
        httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as desk,
        httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as other,
    ):
        repeater = Repeater(desk, other, report, chance)
        for life in range(rounds):
            async with running(data, port):
                if life == 0:
                    await open_link(desk, paths[0])
                    await open_link(other, paths[1])
                for sent in made[-commands:]:
                    await repeater.again(sent, "after a kill")
                for number in range(commands):
                    made.append(await repeater.first(life * commands + number))
                    await repeater.again(chance.choice(made[-20:]), "at once")
    report.effects = await effects(Settings(data=data).url, "bookings.customer_put")
    return report


async def another_link(data: Path) -> str:
    """A link that signs in another person than `furnish` has made."""
    hub = build(Settings(data=data))
    await hub.prepare()
    by = system(hub.store_id, "drill")
    person = CreateAccount(
        login="lin", name="林前台", roles=["front_desk"], password=fresh_password(hub.chance), must_change_password=False
    )
    account = (await hub.door.submit(person, by, hub.chance.id())).result["account_id"]
    link = await hub.door.submit(MakeLink(screen="desk", to="/desk", account_id=account), by, hub.chance.id())
    await hub.close()
    return str(link.result["path"])


async def effects(url: str, fact: str) -> int:
    """How often it was really done."""
    database = Database(url)
    async with database.read(None) as session:
        store = await session.scalar(select(Store.id))
    async with database.read(store) as session:
        found = await session.scalar(select(func.count()).select_from(EventRow).where(EventRow.type == fact))
    await database.close()
    return found or 0


class Paid(Event, name="till.paid"):
    number: int


class Pay(Command):
    """Moves money."""

    number: int


class Note(Command):
    """Moves none."""

    number: int


def till() -> ModuleType:
    """A domain of two commands, one of which moves money."""
    commands = CommandBook("till")

    @commands.handles(Pay, permission=ANYBODY, money=True)
    async def pay(context: Context, command: Pay) -> None:
        context.record(Paid(number=command.number))

    @commands.handles(Note, permission=ANYBODY)
    async def note(context: Context, command: Note) -> None:
        context.record(Paid(number=command.number))

    module = ModuleType("till")
    module.book = commands  # type: ignore[attr-defined]
    return module


@dataclass(slots=True)
class Remembered:
    """After so many days with the hub's own job each hour, how many of the ids were still known."""

    days: int
    money: int = 0
    notes: int = 0
    names: int = 0
    """Ids made of a name, as an import's are."""
    of: int = 0


async def hub_with_till(data: Path, clock: ManualClock) -> Hub:
    hub = build(Settings(data=data, rate_factor=0), clock=clock, chance=SystemRandomness(), domains=[], screens=[])
    hub.door.specs.update(till().book.specs)
    await hub.prepare()
    await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
    return hub


async def memory(data: Path, *, days: int, commands: int, kept_facts: int = 0) -> Remembered:
    """Send, let `days` pass with the job that forgets, and send again."""
    clock = ManualClock(MORNING)
    hub = await hub_with_till(data, clock)
    who = Actor("staff", "a" * 32, hub.store_id, frozenset({"manager"}))
    job = answers.forget_job(hub.database, clock, {spec.name for spec in hub.door.specs.values() if spec.money})
    ids = [(uuid.uuid4().hex, uuid.uuid4().hex, uuid.uuid5(uuid.NAMESPACE_OID, f"{n}").hex) for n in range(commands)]
    was, answers.KEPT_FACTS = answers.KEPT_FACTS, kept_facts
    try:
        await _send_all(hub, who, ids)
        for _ in range(days):
            clock.advance(days=1)
            await JobLoop(hub.database, clock, []).run_once(job)
        found = Remembered(days, of=commands)
        for pay, note, name in await _send_all(hub, who, ids):
            found.money, found.notes, found.names = found.money + pay, found.notes + note, found.names + name
    finally:
        answers.KEPT_FACTS = was
        await hub.close()
    return found


async def _send_all(hub: Hub, who: Actor, ids: list[tuple[str, str, str]]) -> list[tuple[bool, ...]]:
    """Whether each was known already."""
    told = []
    for number, three in enumerate(ids):
        names = ("till.pay", "till.note", "till.note")
        told.append(
            tuple(
                [
                    (await hub.door.send(name, {"number": number}, who, command_id)).repeated
                    for name, command_id in zip(names, three, strict=True)
                ]
            )
        )
    return told


async def in_full(folder: Path) -> Finding:
    report = await repeat_rounds(folder / "store", rounds=5, commands=200, seed=1)
    within = await memory(folder / "within", days=30, commands=500)
    beyond = await memory(folder / "beyond", days=400, commands=500)
    known = f"after 30 days {within.notes} of {within.of} ids known, after 400 days {beyond.money} of {beyond.of} of money"
    kept = (
        within.notes == within.money == within.names == within.of
        and beyond.money == beyond.names == beyond.of
        and not beyond.notes
    )
    return Finding(f"{report}; {known}, {beyond.notes} of others", report.kept and kept)


DRILLS = (Drill("R5", "repeats are harmless", in_full),)
