"""S7 and S5: guessing over two processes of one database, one of them killed meanwhile; asking for a code in like time."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from hub.app import build
from hub.backoffice.security import totp
from hub.backoffice.security.commands.accounts import CreateAccount
from hub.kernel.access import system
from hub.kernel.clock import ManualClock, SystemClock
from hub.kernel.mail import Mailer, MemoryMailer
from hub.operations.bookings.commands.customers import PutCustomer
from hub.settings import Settings
from tests.conftest import MORNING
from tests.drills.index import Drill, Finding
from tests.drills.killing import free_port, running
from tests.postgres import cluster, missing

PASSWORD = "kettle-orbit-93-lantern"
TRIES = 10
ALIKE = 0.1
"""How far from even the chance may be of telling a known number from an unknown one by the time that the answer took."""


@dataclass(frozen=True, slots=True)
class Guesses:
    """What two processes let pass."""

    accounts: int
    sent: int
    most: int
    """Guesses looked at for one account."""
    owners_out: int
    code_uses: int
    """How often one code of the authenticator app was taken, offered to both processes at once."""

    @property
    def kept(self) -> bool:
        return self.most <= TRIES and self.owners_out == 0 and self.code_uses == 1

    def __str__(self) -> str:
        looked = f"{self.sent} guesses at {self.accounts} accounts over two processes and a kill: at most {self.most} looked at"
        return f"{looked}, {self.owners_out} owners locked out, one code taken {self.code_uses} time(s)"


@contextlib.asynccontextmanager
async def browser(port: int, cookies: httpx.Cookies | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of its own, or one that is known already."""
    address = f"http://127.0.0.1:{port}"
    headers = {"Origin": address, "X-Requested-With": "salon-hub"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=30, cookies=cookies) as client:
        yield client


async def furnish(data: Path, url: str, accounts: int) -> None:
    """People at the desk, called p0, p1, …"""
    hub = build(Settings(data=data, database_url=url, solver_threads=0))
    await hub.prepare()
    store = await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
    for number in range(accounts):
        fields = {"name": f"P {number}", "roles": ["front_desk"], "password": PASSWORD, "must_change_password": False}
        command = CreateAccount.model_validate({"login": f"p{number}", **fields})
        await hub.door.submit(command, system(store), hub.chance.id())
    await hub.close()


async def guess(data: Path, url: str, *, accounts: int, guesses: int) -> Guesses:
    """`guesses` wrong passwords for each account, by turns at both processes of one database; one is killed half-way."""
    await furnish(data, url, accounts)
    one, two = free_port(), free_port()
    looked = dict.fromkeys(range(accounts), 0)
    quiet = {"solver_threads": "0", "database_url": url}

    async def wrong(number: int, port: int) -> None:
        async with browser(port) as client:
            with contextlib.suppress(httpx.TransportError):
                answer = await client.post("/api/sign-in", json={"login": f"p{number}", "password": "wrong-wrong-wrong"})
                looked[number] += answer.status_code == 401

    async with running(data, one, **quiet):
        async with browser(one) as owner:
            for number in range(accounts):
                await owner.post("/api/sign-in", json={"login": f"p{number}", "password": PASSWORD})
            known = owner.cookies
        async with running(data, two, **quiet):
            half = [wrong(number, port) for _ in range(guesses // 4) for port in (one, two) for number in range(accounts)]
            await asyncio.gather(*half)
        async with running(data, two, **quiet):
            rest = [wrong(number, port) for _ in range(guesses // 4) for port in (two, one) for number in range(accounts)]
            await asyncio.gather(*rest)
            async with browser(two, known) as owner:
                came = [
                    (await owner.post("/api/sign-in", json={"login": f"p{number}", "password": PASSWORD})).status_code
                    for number in range(accounts)
                ]
            uses = await code_uses(one, two, known)
    sent = accounts * (guesses // 4) * 4
    return Guesses(accounts, sent, max(looked.values()), sum(status != 200 for status in came), uses)


async def code_uses(one: int, two: int, known: httpx.Cookies) -> int:
    """One code of the app, offered to both processes at once by steps of their own; how often it was taken."""
    async with browser(one, known) as owner:
        await owner.post("/api/sign-in", json={"login": "p0", "password": PASSWORD})
        secret = (await owner.post("/api/second-factor/offer", json={"present": PASSWORD})).json()["secret"]
        now = totp.step_of(SystemClock().now())
        confirm = {"id": "0" * 31 + "2", "data": {"code": totp.code_at(secret, now)}}
        await owner.post("/api/commands/security.confirm_second_factor", json=confirm)
        steps = [
            (await owner.post("/api/sign-in", json={"login": "p0", "password": PASSWORD})).json()["step"] for _ in range(8)
        ]
        cookies = owner.cookies
    code = totp.code_at(secret, max(now + 1, totp.step_of(SystemClock().now())))  # of none that was used

    async def prove(step: str, port: int) -> int:
        async with browser(port, cookies) as client:
            body = {"step": step, "code": code}
            return (await client.post("/api/sign-in/second-factor", json=body)).status_code

    answers = await asyncio.gather(*(prove(step, (one, two)[k % 2]) for k, step in enumerate(steps)))
    return answers.count(200)


async def ask_in_like_time(data: Path, *, asks: int) -> float:
    """The chance to tell a known number from an unknown one by how long the answer took (the area under the ROC curve)."""
    clock = ManualClock(MORNING)
    hub = build(Settings(data=data, solver_threads=0, rate_factor=0), clock=clock)
    await hub.start()
    store = await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
    hub.ports.fill(Mailer, MemoryMailer())  # type: ignore[type-abstract]
    for number in range(asks):
        command = PutCustomer(name=f"顾客 {number}", phone=f"138{number:08}")
        await hub.door.submit(command, system(store), hub.chance.id())
    took: dict[str, list[float]] = {"138": [], "139": []}
    transport = httpx.ASGITransport(hub.asgi)
    headers = {"Origin": "http://hub.test", "X-Requested-With": "salon-hub"}
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test", headers=headers) as client:
        for number in range(asks):
            for kind in ("138", "139") if number % 2 else ("139", "138"):
                clock.advance(hours=3)
                began = time.perf_counter()
                answer = await client.post("/api/my-visits/code", json={"phone": f"{kind}{number:08}"})
                took[kind].append(time.perf_counter() - began)
                if answer.status_code != 200:
                    raise RuntimeError(answer.text)
    await hub.close()
    wins = sum((known > unknown) + (known == unknown) / 2 for known in took["138"] for unknown in took["139"])
    return wins / asks**2


async def _guess(folder: Path) -> Finding:
    if (reason := missing()) is not None:
        return Finding(reason, kept=False, skipped=True)
    with cluster() as server:
        found = await guess(folder / "store", server.url, accounts=12, guesses=60)
    return Finding(str(found), kept=found.kept)


async def _ask(folder: Path) -> Finding:
    chance = await ask_in_like_time(folder / "store", asks=300)
    told = f"2 × 300 codes asked for: known and unknown numbers told apart by time with chance {chance:.2f} (even: 0.50)"
    return Finding(told, kept=abs(chance - 0.5) < ALIKE)


DRILLS = (
    Drill("S7", "guessing is throttled over processes and restarts, and locks no owner out", _guess),
    Drill("S5", "asking for a code tells nobody who is a customer", _ask),
)
