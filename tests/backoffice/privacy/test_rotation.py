"""Other keys while the store works: everything stays readable and findable, and it survives being stopped anywhere."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from hub.app import Hub, build
from hub.backoffice.privacy import rotation
from hub.backoffice.privacy.commands.keys import RenewKeys
from hub.backoffice.privacy.queries import rotations
from hub.backoffice.privacy.sealing import key_holders, sealed_columns
from hub.kernel.access import Actor, system
from hub.kernel.clock import ManualClock
from hub.kernel.crypto import Vault
from hub.kernel.dispatch import facts_of
from hub.kernel.errors import Refused
from hub.kernel.ids import SeededRandomness
from hub.kernel.tables import Base, Store
from hub.operations.bookings.people import customers_by_phone, reveal
from hub.operations.bookings.tables import CustomerRow
from hub.settings import Settings
from tests.backoffice.privacy.people import CANARY, Canary, add_customer, customer_row, newest_facts
from tests.conftest import Send


async def at_once(seconds: float) -> None:
    await asyncio.sleep(0)


def number(n: int) -> str:
    return f"+86138{n:08}"


async def people(send: Send, count: int) -> list[str]:
    return [
        await add_customer(send, Canary(name=f"Person {n}", phone=number(n), email=f"p{n}@x.example")) for n in range(count)
    ]


async def finds(hub: Hub, store: str, phone: str) -> list[str]:
    async with hub.database.read(store) as session:
        facts = facts_of(await session.get_one(Store, store))
        return [reveal(hub.vault, row).phone for row in await customers_by_phone(session, hub.vault, facts, phone)]


async def current_share(hub: Hub, store: str) -> tuple[int, int]:
    """How many customers have keys of the newest generation, of how many."""
    async with hub.database.read(store) as session:
        keys = [row.data_key for row in await session.scalars(select(CustomerRow))]
    return sum(hub.vault.is_current(key) for key in keys if key), len(keys)


async def test_all_rows_follow_in_batches_and_everything_is_found_throughout(hub: Hub, store: str, send: Send) -> None:
    await people(send, 12)
    await send("team.put_technician", {"code": "li", "name": {"zh": "李", "en": "Li"}, "gender": "woman", "phone": number(99)})
    before = hub.vault.key_id
    old = (await customer_row(hub, store, (await people(send, 1))[0])).name_sealed
    await rotation.turn(hub.vault, at_once)
    assert hub.vault.key_id != before
    await rotation.begin(hub.door, [store])
    finished = False
    while not finished:
        for n in (0, 5, 11):
            assert number(n) in await finds(hub, store, number(n))
        batch = await hub.door.submit(RenewKeys(most=3), system(store, "keys"), hub.chance.id())
        finished = batch.result["finished"]
        assert batch.result["renewed"] <= 3
    assert await current_share(hub, store) == (13, 13)
    async with hub.database.read(store) as session:
        [row] = await rotations(session)
        assert row.finished_at is not None
        assert old not in list(await session.scalars(select(CustomerRow.name_sealed)))
    assert number(5) in await finds(hub, store, number(5))
    facts = await newest_facts(hub, store, 0)
    assert [fact for fact in facts if fact.startswith("privacy.key")][-1] == "privacy.key_rotation_finished"
    assert set(await rotation.in_use(hub.database)) == {hub.vault.key_id}


async def test_older_keys_can_then_be_dropped_and_nothing_needs_them(hub: Hub, store: str, send: Send) -> None:
    [customer] = await people(send, 1)
    before = hub.vault.key_id
    await rotation.turn(hub.vault, at_once)
    await rotation.begin(hub.door, [store])
    assert await rotation.renew(hub.door, store)
    hub.vault.keys.edit(lambda ring: ring.without_generation(before))
    hub.vault.refresh()
    assert await finds(hub, store, number(0)) == [number(0)]
    assert reveal(hub.vault, await customer_row(hub, store, customer)).allergy == CANARY.allergy


async def test_whoever_comes_while_keys_are_renewed_follows_as_well(hub: Hub, store: str, send: Send) -> None:
    """A process that has not heard of the new keys still seals under the older ones; the last pass finds its rows."""
    await people(send, 4)
    laggard = Vault(hub.vault.keys)
    await rotation.turn(hub.vault, at_once)
    await rotation.begin(hub.door, [store])
    await hub.door.submit(RenewKeys(most=3), system(store, "keys"), hub.chance.id())
    async with hub.database.write(store) as session:
        key = laggard.new_data_key("0" * 32)
        row = CustomerRow(id="0" * 32, data_key=key, title="none", language="zh", tier="none", made_at=hub.clock.now())
        row.phone_sealed = laggard.seal(key, "0" * 32, number(77), f"customer/{'0' * 32}/phone")
        row.phone_index = laggard.blind_index(number(77), "phone")
        session.add(row)
    assert not hub.vault.is_current(key)
    assert await finds(hub, store, number(77)) == [number(77)]
    assert await rotation.renew(hub.door, store)
    assert await current_share(hub, store) == (5, 5)
    assert await finds(hub, store, number(77)) == [number(77)]


async def test_stopped_after_any_step_it_goes_on(
    settings: Settings, hub: Hub, store: str, send: Send, clock: ManualClock
) -> None:
    await people(send, 6)

    async def dies(seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rotation.turn(hub.vault, dies)
    announced = hub.vault.keys.ring().generations[-1].id
    assert hub.vault.keys.ring().current != announced
    assert await rotation.turn(hub.vault, at_once) == announced, "what was announced is taken up, not announced again"
    assert len(hub.vault.keys.ring().generations) == 2
    await rotation.begin(hub.door, [store])
    await hub.door.submit(RenewKeys(most=2), system(store, "keys"), hub.chance.id())
    await hub.close()
    again = build(settings, clock=clock, chance=SeededRandomness(3))
    await again.prepare()
    try:
        assert await rotation.is_under_way(again.database, store)
        assert await rotation.renew(again.door, store)
        assert await current_share(again, store) == (6, 6)
    finally:
        await again.close()


async def test_people_work_on_meanwhile(hub: Hub, store: str, send: Send) -> None:
    """Customers are added, changed and looked for, one after the other, until the last row has followed."""
    await people(send, 40)
    stop, done = asyncio.Event(), {"added": 0, "found": 0, "changed": 0}

    async def work() -> None:
        n = 1_000
        while not stop.is_set():
            n += 1
            customer = await add_customer(send, Canary(name=f"New {n}", phone=number(n), email=f"n{n}@x.example"))
            assert await finds(hub, store, number(n)) == [number(n)]
            await send("bookings.put_customer", {"customer_id": customer, "note": f"note {n}"})
            assert reveal(hub.vault, await customer_row(hub, store, customer)).note == f"note {n}"
            assert await finds(hub, store, number(n % 40)) == [number(n % 40)]
            done["added"] += 1

    worker = asyncio.create_task(work())
    await rotation.turn(hub.vault, at_once)
    await rotation.begin(hub.door, [store])
    finished = False
    while not finished:
        batch = await hub.door.submit(RenewKeys(most=4), system(store, "keys"), hub.chance.id())
        finished = batch.result["finished"]
        before = done["added"]
        while done["added"] == before and not worker.done():
            await asyncio.sleep(0)
    stop.set()
    await worker
    count = 40 + done["added"]
    assert await current_share(hub, store) == (count, count)


@pytest.mark.jobs
async def test_two_people_begin_it_from_the_screen(hub: Hub, store: str, send: Send) -> None:
    await people(send, 2)
    before = hub.vault.key_id
    asked = await send("privacy.ask_keys", {"reason": "upkeep"})
    with pytest.raises(Refused, match="needs_another_person"):
        await send("privacy.approve", {"approval_id": asked.result["approval_id"]})
    second = Actor("staff", "6" * 32, store, frozenset({"accountant"}))
    await send("privacy.approve", {"approval_id": asked.result["approval_id"]}, second)
    async with asyncio.timeout(30):
        while await current_share(hub, store) != (2, 2) or hub.vault.key_id == before:
            await asyncio.sleep(0.1)


async def test_one_rotation_at_a_time(hub: Hub, store: str, send: Send) -> None:
    await people(send, 1)
    await rotation.turn(hub.vault, at_once)
    await rotation.begin(hub.door, [store])
    await rotation.begin(hub.door, [store])
    async with hub.database.read(store) as session:
        assert len(await rotations(session)) == 1
    with pytest.raises(Refused, match="keys_under_way"):
        await send("privacy.ask_keys", {"reason": "upkeep"})


def test_every_sealed_column_says_how_it_is_sealed() -> None:
    """What is not declared would be neither copied, nor sealed anew."""
    declared = {(sealed.table.name, sealed.column.name) for sealed in sealed_columns()}
    sealed = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_sealed")
    }
    assert sealed == declared
    assert {table.name for table in key_holders()} == {"account", "customer", "kept_row", "technician"}
