"""Several hubs on one PostgreSQL database: they hear of each other, and every store's work is done by exactly one of them."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import select, text

from hub.app import Hub, build
from hub.kernel import followers, jobs, keeping, neighbours
from hub.kernel.access import system
from hub.kernel.clock import ManualClock
from hub.kernel.event_log import Head, numbered
from hub.kernel.events import Event, Recorded
from hub.kernel.followers import Follower, FollowerLoop
from hub.kernel.ids import SystemRandomness
from hub.kernel.jobs import Job, JobLoop
from hub.kernel.neighbours import Neighbours, lock_key, signed
from hub.kernel.tables import CursorRow, JobRunRow, Store
from hub.settings import Settings
from tests.conftest import MORNING

Start = Callable[[], Awaitable[Hub]]


class Said(Event, name="neighbours.said"):
    number: int


@pytest.fixture
async def start(postgres_url: str, tmp_path: Path) -> AsyncIterator[Start]:
    """Starts one more hub on the same database."""
    started: list[Hub] = []

    async def one_more() -> Hub:
        settings = Settings(data=tmp_path / "store", database_url=postgres_url, rate_factor=0, solver_threads=0)
        hub = build(settings, clock=ManualClock(MORNING), chance=SystemRandomness(), domains=[], screens=[])
        await hub.start()
        started.append(hub)
        return hub

    yield one_more
    for hub in started:
        if hub.ready:
            await hub.close()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "ROUND_SECONDS", 0.05)
    monkeypatch.setattr(neighbours, "AGAIN_FIRST_SECONDS", 0.02)
    monkeypatch.setattr(jobs, "LOOK_SECONDS", 0.05)


@pytest.fixture
def deaf_without_wakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The polls never come to the rescue."""
    monkeypatch.setattr(followers, "POLL_SECONDS", 60.0)


async def until(condition: Callable[[], Awaitable[bool]] | Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while True:
            found = condition()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.01)


async def say(hub: Hub, store: str, number: int) -> None:
    async with hub.database.write(store) as session:
        row = await session.get_one(Store, store, with_for_update=True)
        connection = (await session.connection()).sync_connection
        assert connection is not None
        who = {"actor": system(store), "command": "t", "command_id": uuid.uuid4().hex, "at": MORNING}
        facts = [Said(number=number)]
        rows, head = numbered(store, Head(row.seq, row.head), facts, **who)
        await session.run_sync(lambda _: keeping.log(connection, store, rows, head))
    hub.bell.ring(store, head.seq)


def near(hub: Hub) -> Neighbours:
    assert hub.neighbours is not None
    return hub.neighbours


async def open_stores(hub: Hub, count: int) -> list[str]:
    return [await hub.open_store(name_zh="店", name_en=f"Shop {number}") for number in range(count)]


@pytest.mark.usefixtures("hasty")
async def test_what_one_hub_writes_the_other_hears_at_once(start: Start) -> None:
    one, other = await start(), await start()
    (store,) = await open_stores(one, 1)
    await until(lambda: near(one).living == near(other).living == 2)
    listener = other.bell.listen()
    await say(one, store, 1)
    await until(lambda: other.bell.newest().get(store) == 1)
    assert await listener.wait(1) is True
    listener.close()


@pytest.mark.usefixtures("hasty")
async def test_a_hub_alone_sends_no_wakes(start: Start) -> None:
    one = await start()
    (store,) = await open_stores(one, 1)
    await until(lambda: near(one).living == 1)
    await say(one, store, 1)
    assert near(one)._untold == {}


@pytest.mark.usefixtures("hasty")
async def test_stores_are_shared_out_and_taken_over(start: Start) -> None:
    one = await start()
    stores = set(await open_stores(one, 5))

    async def holds(hub: Hub) -> set[str]:
        return set(await near(hub).stores())

    async def shared() -> bool:
        mine, others = await holds(one), await holds(other)
        return mine | others == stores and not mine & others and {len(mine), len(others)} == {2, 3}

    async def all_with_one() -> bool:
        return await holds(one) == stores

    await until(all_with_one)
    other = await start()
    await until(shared)
    await other.close()
    await until(all_with_one)


@pytest.mark.usefixtures("hasty")
async def test_a_store_that_is_worked_on_is_not_given_away(start: Start) -> None:
    one = await start()
    stores = await open_stores(one, 2)

    async def held_by_one() -> int:
        return len(await near(one).stores())

    async def both_with_one() -> bool:
        return await held_by_one() == 2

    async def one_with_each() -> bool:
        return await held_by_one() == 1

    await until(both_with_one)
    with near(one).working(stores[0]) as first, near(one).working(stores[1]) as second:
        assert first is second is True
        other = await start()
        await until(lambda: near(one).living == 2)
        await asyncio.sleep(0.2)
        assert await held_by_one() == 2
        assert await near(other).stores() == {}
    await until(one_with_each)


@pytest.mark.usefixtures("hasty", "deaf_without_wakes")
async def test_every_fact_is_followed_once(start: Start) -> None:
    hubs = [await start(), await start()]
    stores = await open_stores(hubs[0], 4)
    heard: Counter[tuple[str, int]] = Counter()

    async def follow(store_id: str, facts: list[Recorded]) -> None:
        heard.update((store_id, fact.data["number"]) for fact in facts)

    loops = [FollowerLoop(h.database, h.bell, [Follower("f", frozenset({Said}), follow)], near(h)) for h in hubs]
    for loop in loops:
        loop.start()

    async def all_on_duty() -> bool:
        return [len(await near(h).stores()) for h in hubs] == [2, 2]

    await until(all_on_duty)
    for number in range(10):
        for store in stores:
            await say(hubs[number % 2], store, number)
    await until(lambda: len(heard) == 40)
    for loop in loops:
        await loop.close()
    assert set(heard.values()) == {1}
    async with hubs[0].database.read(stores[0]) as session:
        assert await session.scalar(select(CursorRow.seq)) == 10


@pytest.mark.usefixtures("hasty")
async def test_without_duties_both_would_follow(start: Start) -> None:
    """The twin of the test above."""
    hubs = [await start(), await start()]
    (store,) = await open_stores(hubs[0], 1)
    heard: Counter[int] = Counter()
    both = asyncio.Event()

    async def follow(_store: str, facts: list[Recorded]) -> None:
        heard.update(fact.data["number"] for fact in facts)
        if heard[1] == 2:
            both.set()
        await both.wait()

    follower = Follower("f", frozenset({Said}), follow)
    loops = [FollowerLoop(h.database, h.bell, [follower]) for h in hubs]
    await loops[0]._write_down(follower, store, 0)
    await say(hubs[0], store, 1)
    for loop in loops:
        loop.start()
    await until(lambda: heard[1] == 2)
    for loop in loops:
        await loop.close()


async def test_a_cursor_never_goes_back(start: Start) -> None:
    """A holder that had frozen and wakes up late."""
    hub = await start()
    (store,) = await open_stores(hub, 1)
    follower = Follower("f", frozenset({Said}), lambda *_: asyncio.sleep(0))
    loop = FollowerLoop(hub.database, hub.bell, [follower])
    await loop._write_down(follower, store, 9)
    await loop._write_down(follower, store, 4)
    async with hub.database.read(store) as session:
        assert await session.scalar(select(CursorRow.seq)) == 9
    await loop.close()


@pytest.mark.usefixtures("hasty")
async def test_a_torn_connection_gives_the_duty_up_and_comes_back(start: Start) -> None:
    one = await start()
    (store,) = await open_stores(one, 1)

    async def on_duty() -> bool:
        return store in await near(one).stores()

    await until(on_duty)
    before = (await near(one).stores())[store]
    async with one.database.write(None) as session:
        await session.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'salon-hub neighbours%'")
        )

    async def on_duty_anew() -> bool:
        return (await near(one).stores()).get(store, before) > before

    await until(on_duty_anew)
    await until(lambda: near(one).living == 1)


@pytest.mark.usefixtures("hasty")
async def test_a_driver_that_has_read_the_servers_goodbye_costs_no_duty_for_good(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What asyncpg says of a connection that a frozen hub finds given up, until it has heard the other end hang up."""
    one = await start()
    (store,) = await open_stores(one, 1)

    async def on_duty() -> bool:
        return store in await near(one).stores()

    await until(on_duty)
    before, share_out = (await near(one).stores())[store], near(one)._share_out

    async def at_odds(connection: asyncpg.Connection) -> None:
        monkeypatch.setattr(near(one), "_share_out", share_out)
        raise asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress")

    monkeypatch.setattr(near(one), "_share_out", at_odds)

    async def on_duty_anew() -> bool:
        return (await near(one).stores()).get(store, before) > before

    await until(on_duty_anew)


@pytest.mark.usefixtures("hasty")
async def test_a_frozen_holder_loses_its_duty(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "SILENT_SECONDS", 1)
    one = await start()
    (store,) = await open_stores(one, 1)

    async def on_duty(hub: Hub) -> bool:
        return store in await near(hub).stores()

    await until(lambda: on_duty(one))
    other = await start()
    thawed = asyncio.Event()
    monkeypatch.setattr(near(one), "_share_out", lambda _connection: thawed.wait())
    await until(lambda: on_duty(other))
    thawed.set()

    async def one_knows() -> bool:
        return not await on_duty(one)

    await until(one_knows)


@pytest.mark.jobs
@pytest.mark.usefixtures("hasty")
async def test_a_rare_job_runs_once_per_due_time_whoever_is_on_duty(start: Start, clock: ManualClock) -> None:
    one = await start()
    (store,) = await open_stores(one, 1)
    runs: list[str] = []

    def loop(hub: Hub, name: str) -> JobLoop:
        async def run(_store: str) -> None:
            runs.append(name)

        made = JobLoop(hub.database, clock, [Job("daily", timedelta(days=1), run)], near(hub))
        made.start()
        return made

    first = loop(one, "one")
    await until(lambda: runs == ["one"])
    other = await start()
    second = loop(other, "other")
    await first.close()
    await one.close()

    async def other_on_duty() -> bool:
        return store in await near(other).stores()

    await until(other_on_duty)
    await asyncio.sleep(0.2)
    assert runs == ["one"]
    await second.close()
    clock.advance(days=1)
    third = loop(other, "other")
    await until(lambda: runs == ["one", "other"])
    await third.close()
    async with other.database.read(store) as session:
        assert await session.scalar(select(JobRunRow.at).where(JobRunRow.job == "daily")) == MORNING + timedelta(days=1)


def test_lock_keys_are_32_bits_as_the_server_takes_and_shows_them() -> None:
    keys = [lock_key(uuid.uuid4().hex) for _ in range(200)]
    assert all(-(2**31) <= signed(key) < 2**31 and signed(key) % 2**32 == key for key in keys)
    assert len(set(keys)) == 200
