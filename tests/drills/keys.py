"""S10, S15: other keys while a hub works, by a process that is killed on its way; a person forgotten, backups included."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
import sys
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import select

from hub.app import Hub, build
from hub.backoffice.privacy import rotation
from hub.backoffice.privacy.forgetting import forget_pending
from hub.backoffice.privacy.holdings import holdings_of, opened
from hub.kernel.access import Actor, system
from hub.kernel.dispatch import facts_of
from hub.kernel.errors import Refused
from hub.kernel.tables import Store
from hub.operations.bookings.people import customers_by_phone, reveal
from hub.operations.bookings.tables import CustomerRow
from hub.settings import Settings
from tests.drills.index import Drill, Finding
from tests.drills.killing import beside


def number(n: int) -> str:
    return f"+86138{n:08}"


async def _put(hub: Hub, n: int) -> str:
    boss = Actor("staff", "1" * 32, hub.store_id, frozenset({"manager"}))
    data: dict[str, Any] = {"name": f"Person {n}", "phone": number(n), "allergy": f"allergy {n}"}
    made: str = (await hub.door.send("bookings.put_customer", data, boss, uuid.uuid4().hex)).result["customer_id"]
    return made


async def _finds(hub: Hub, n: int) -> bool:
    async with hub.database.read(hub.store_id) as session:
        store = facts_of(await session.get_one(Store, hub.store_id))
        found = await customers_by_phone(session, hub.vault, store, number(n))
        return [reveal(hub.vault, row).allergy for row in found] == [f"allergy {n}"]


async def _rotate(data: Path, *, dies_after: float | None, resume: bool) -> None:
    arguments = ["-m", "hub", "keys", "rotate", "--data", str(data), *(["--resume"] if resume else [])]
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=quiet, stderr=quiet)
    try:
        await asyncio.wait_for(process.wait(), dies_after)
    except TimeoutError:
        process.kill()
        await process.wait()


async def rotate_under_load(folder: Path, *, people: int = 20, kills: int = 0, rest: float = 0.2, seed: int = 1) -> Finding:
    """A hub adds and looks for customers all the while; nobody may be lost, and in the end all have new keys."""
    chance = random.Random(seed)
    settings = Settings(data=folder / "store", solver_threads=0, rate_factor=0)
    hub = build(settings)
    await hub.start()
    await hub.open_store(name_zh="店", name_en="Store", zone="Asia/Shanghai")
    for n in range(people):
        await _put(hub, n)
    before, missed, looked, count, working = hub.vault.key_id, 0, 0, people, True

    async def work() -> None:
        nonlocal missed, looked, count
        while working:
            await _put(hub, count)
            for n in (count, chance.randrange(count)):
                looked += 1
                missed += not await _finds(hub, n)
            count += 1
            await asyncio.sleep(rest)

    async with beside(work()) as worker:
        for _ in range(kills):
            await _rotate(settings.data, dies_after=chance.uniform(4.0, 9.0), resume=False)
        await _rotate(settings.data, dies_after=None, resume=False)
        working = False
        await worker
    while await rotation.is_under_way(hub.database, hub.store_id):
        await rotation.renew(hub.door, hub.store_id)
    hub.vault.refresh()
    async with hub.database.read(hub.store_id) as session:
        keys = [row.data_key for row in await session.scalars(select(CustomerRow))]
    old = sum(not hub.vault.is_current(key) for key in keys if key)
    missed += sum([not await _finds(hub, n) for n in range(count)])
    await hub.close()
    turned = hub.vault.key_id != before
    figure = f"{count} people, {kills} kills, {looked} looked for meanwhile: {missed} not found, {old} with old keys"
    return Finding(figure, kept=turned and missed == 0 and old == 0 and len(keys) == count)


async def forget_with_backups(folder: Path, *, people: int = 10, forgotten: int = 3) -> Finding:
    """Some are erased; then an older backup is put in the place of the store and opened with every key that is left."""
    settings = Settings(data=folder / "store", solver_threads=0, rate_factor=0)
    hub = build(settings)
    await hub.start()
    await hub.open_store(name_zh="店", name_en="Store", zone="Asia/Shanghai")
    ids = [await _put(hub, n) for n in range(people)]
    older = folder / "older.sqlite3"
    with closing(sqlite3.connect(settings.data / "hub.sqlite3")) as source, closing(sqlite3.connect(older)) as copy:
        source.backup(copy)
    for customer_id in ids[:forgotten]:
        await hub.door.send("privacy.erase_person", {"customer_id": customer_id}, system(hub.store_id), uuid.uuid4().hex)
    await forget_pending(hub.door, hub.store_id)
    await hub.close()
    for path in settings.data.glob("hub.sqlite3*"):
        path.unlink()
    shutil.copy(older, settings.data / "hub.sqlite3")
    again = build(settings)
    await again.prepare()
    readable = []
    for n, customer_id in enumerate(ids):
        async with again.database.read(again.store_id) as session:
            held = await holdings_of(session, customer_id)
        try:
            readable.append(f"allergy {n}" in str(opened(again.vault, held)))
        except Refused:
            readable.append(False)
    await again.close()
    back, lost = sum(readable[:forgotten]), people - forgotten - sum(readable[forgotten:])
    figure = f"{forgotten} erased, an older backup restored: {back} readable; of {people - forgotten} others {lost} lost"
    return Finding(figure, kept=back == 0 and lost == 0)


DRILLS = (
    Drill("S10", "other keys while the store works", lambda f: rotate_under_load(f, people=2_000, kills=10, rest=0.02)),
    Drill("S15", "erasing reaches backups", lambda f: forget_with_backups(f, people=300, forgotten=100)),
)
