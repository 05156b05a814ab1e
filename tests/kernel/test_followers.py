"""Followers and jobs: at least once, in order, nobody holds up another."""

from __future__ import annotations

import asyncio
import errno
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from hub.app import Hub
from hub.kernel import followers
from hub.kernel.access import system
from hub.kernel.clock import ManualClock, ScaledClock
from hub.kernel.duties import EveryStore
from hub.kernel.event_log import Bell
from hub.kernel.events import Event, Recorded
from hub.kernel.followers import Follower, FollowerLoop
from hub.kernel.jobs import Job, JobLoop
from hub.kernel.tables import Store
from tests.conftest import MORNING


class Heard(Event, name="following.heard"):
    number: int


class Unheard(Event, name="following.unheard"):
    number: int


async def record(hub: Hub, *facts: Event) -> None:
    from hub.kernel import keeping
    from hub.kernel.event_log import Head, numbered

    async with hub.database.write(hub.store_id) as session:
        store = await session.get_one(Store, hub.store_id)
        connection = (await session.connection()).sync_connection
        assert connection is not None
        who = {"actor": system(hub.store_id), "command": "t", "command_id": uuid.uuid4().hex, "at": MORNING}
        rows, head = numbered(store.id, Head(store.seq, store.head), facts, **who)
        await session.run_sync(lambda _: keeping.log(connection, store.id, rows, head))
    hub.bell.ring(hub.store_id, head.seq)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


@pytest.fixture
async def follow(hub: Hub, store: str) -> AsyncIterator[Callable[[Follower], FollowerLoop]]:
    loops: list[FollowerLoop] = []

    def begin(*wanted: Follower) -> FollowerLoop:
        loop = FollowerLoop(hub.database, hub.bell, wanted)
        loop.start()
        loops.append(loop)
        return loop

    yield begin
    for loop in loops:
        await loop.close()


async def test_follower_hears_its_facts_in_order(hub: Hub, follow: Callable[..., FollowerLoop]) -> None:
    heard: list[int] = []

    async def listen(_store: str, facts: list[Recorded]) -> None:
        heard.extend(f.data["number"] for f in facts)

    follow(Follower("f", frozenset({Heard}), listen))
    for number in range(20):
        await record(hub, Heard(number=number), Unheard(number=number))
    await until(lambda: len(heard) == 20)
    assert heard == list(range(20))


async def test_follower_goes_on_where_it_was_after_a_restart(hub: Hub, follow: Callable[..., FollowerLoop]) -> None:
    heard: list[int] = []

    async def listen(_store: str, facts: list[Recorded]) -> None:
        heard.extend(f.data["number"] for f in facts)

    first = follow(Follower("f", frozenset({Heard}), listen))
    await record(hub, Heard(number=1))
    await until(lambda: heard == [1])
    await first.close()
    await record(hub, Heard(number=2))
    follow(Follower("f", frozenset({Heard}), listen))
    await until(lambda: heard == [1, 2])


async def test_failing_follower_is_tried_again_and_holds_up_nobody(
    hub: Hub, follow: Callable[..., FollowerLoop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followers, "RETRY_SECONDS", 0.05)
    tries, heard = 0, []

    async def fail_twice(_store: str, _facts: list[Recorded]) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ZeroDivisionError

    async def listen(_store: str, facts: list[Recorded]) -> None:
        heard.extend(facts)

    follow(Follower("bad", frozenset({Heard}), fail_twice), Follower("good", frozenset({Heard}), listen))
    await record(hub, Heard(number=1))
    await until(lambda: bool(heard))
    await until(lambda: tries == 3)


async def test_one_look_into_the_log_serves_all_followers(
    hub: Hub, follow: Callable[..., FollowerLoop], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, heard, event_log_since = 0, set(), followers.event_log.since

    async def counted(session: AsyncSession, seq: int) -> list[Recorded]:
        nonlocal looks
        looks += 1
        return await event_log_since(session, seq)

    def follower(name: str) -> Follower:
        async def listen(_store: str, facts: list[Recorded]) -> None:
            heard.update((name, fact.data["number"]) for fact in facts)

        return Follower(name, frozenset({Heard}), listen)

    monkeypatch.setattr(followers.event_log, "since", counted)
    names = [f"f{number}" for number in range(10)]
    follow(*(follower(name) for name in names))
    for number in range(3):
        await record(hub, Heard(number=number))
        await until(lambda number=number: all((name, number) in heard for name in names))
    assert looks < len(names)


async def test_a_log_of_many_batches_is_heard_by_those_far_behind_and_those_at_its_end(
    hub: Hub, follow: Callable[..., FollowerLoop]
) -> None:
    early, late = [], []

    async def listen(_store: str, facts: list[Recorded]) -> None:
        late.extend(fact.data["number"] for fact in facts)

    async def listen_early(_store: str, facts: list[Recorded]) -> None:
        early.extend(fact.data["number"] for fact in facts)

    ahead = follow(Follower("early", frozenset({Heard}), listen_early))
    for part in range(13):
        await record(hub, Heard(number=part), *(Unheard(number=number) for number in range(99)))
    await until(lambda: len(early) == 13)
    await ahead.close()
    await record(hub, Heard(number=13))
    # The one has the last fact to hear, the other all of them, from the start of the log.
    follow(Follower("early", frozenset({Heard}), listen_early), Follower("late", frozenset({Heard}), listen))
    await until(lambda: len(late) == 14 and len(early) == 14)
    assert early == late == list(range(14))


async def test_a_log_that_cannot_be_read_is_tried_again(
    hub: Hub, follow: Callable[..., FollowerLoop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followers, "RETRY_SECONDS", 0.05)
    heard, tries, event_log_since = [], 0, followers.event_log.since

    async def failing(session: AsyncSession, seq: int) -> list[Recorded]:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ZeroDivisionError
        return await event_log_since(session, seq)

    async def listen(_store: str, facts: list[Recorded]) -> None:
        heard.extend(fact.data["number"] for fact in facts)

    monkeypatch.setattr(followers.event_log, "since", failing)
    follow(Follower("f", frozenset({Heard}), listen))
    await record(hub, Heard(number=1))
    await until(lambda: heard == [1])
    assert tries >= 3


async def test_lost_ring_only_costs_the_poll(
    hub: Hub, follow: Callable[..., FollowerLoop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followers, "POLL_SECONDS", 0.05)
    heard: list[int] = []

    async def listen(_store: str, facts: list[Recorded]) -> None:
        heard.extend(f.data["number"] for f in facts)

    monkeypatch.setattr(hub.bell, "ring", lambda *_: None)
    follow(Follower("f", frozenset({Heard}), listen))
    await record(hub, Heard(number=1))
    await until(lambda: heard == [1])


async def test_bell_loses_no_ring_between_two_waits() -> None:
    bell = Bell()
    listener = bell.listen()
    bell.ring("s", 3)
    assert await listener.wait(0.01) is True
    assert await listener.wait(0.01) is False
    bell.ring("s", 2)
    assert bell.newest() == {"s": 3}
    listener.close()


@pytest.mark.jobs
async def test_job_runs_on_the_hubs_clock_and_survives_its_errors(hub: Hub, store: str) -> None:
    runs = 0

    async def work(store_id: str) -> None:
        nonlocal runs
        assert store_id == store
        runs += 1
        if runs == 1:
            raise ZeroDivisionError

    loop = JobLoop(hub.database, ScaledClock(MORNING, 600), [Job("j", timedelta(minutes=1), work)])
    loop.start()
    await until(lambda: runs >= 3)
    await loop.close()


@pytest.mark.jobs
async def test_a_job_that_goes_on_failing_is_said_once_and_told_until_it_works(hub: Hub, store: str) -> None:
    runs, full = 0, True

    async def work(_store_id: str) -> None:
        nonlocal runs
        runs += 1
        if full:
            raise OSError(errno.ENOSPC, "No space left on device")

    loop = JobLoop(hub.database, ScaledClock(MORNING, 600), [Job("j", timedelta(minutes=1), work)])
    assert loop.failing() == {}
    with capture_logs() as lines:
        loop.start()
        await until(lambda: runs >= 4)
        assert loop.failing() == {"j": "disk_full"}
        full = False
        await until(lambda: not loop.failing())
        await loop.close()
    said = [line for line in lines if line["log_level"] != "info"]
    assert [line["event"] for line in said] == ["job failed", "job works again"]
    assert not any("exc_info" in line for line in said)


@pytest.mark.jobs
async def test_jobs_that_come_together_look_together(hub: Hub, store: str) -> None:
    ran: set[str] = set()
    looks = 0

    class Counted(EveryStore):
        async def stores(self) -> dict[str, int]:
            nonlocal looks
            looks += 1
            return await super().stores()

    def job(name: str) -> Job:
        async def work(_store_id: str) -> None:
            ran.add(name)

        return Job(name, timedelta(minutes=1), work)

    loop = JobLoop(hub.database, ManualClock(MORNING), [job(f"j{number}") for number in range(20)], Counted(hub.database))
    loop.start()
    await until(lambda: len(ran) == 20)
    await loop.close()
    assert looks < 20


def test_scaled_clock_runs_faster_and_never_back() -> None:
    real = 0.0
    clock = ScaledClock(MORNING, 30, lambda: real)
    real = 2.0
    assert clock.now() == MORNING + timedelta(minutes=1)
    clock.jump_to(MORNING + timedelta(hours=1))
    real = 4.0
    assert clock.now() == MORNING + timedelta(hours=1, minutes=1)
    with pytest.raises(ValueError, match="backwards"):
        clock.jump_to(MORNING)
    with pytest.raises(ValueError, match="aware"):
        ScaledClock(MORNING.replace(tzinfo=None), 1)


def test_manual_clock_stands_still() -> None:
    clock = ManualClock(MORNING)
    assert clock.now() == clock.now() == MORNING
    assert clock.advance(minutes=5) == MORNING + timedelta(minutes=5)
