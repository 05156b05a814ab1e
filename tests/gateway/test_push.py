"""The publisher: once per audience, never behind for long, never with an older view than the one before."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from hub.app import Hub, build
from hub.gateway.push import Audience
from hub.gateway.wire import Packet
from hub.kernel.access import Actor, anonymous
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.kernel.tables import Store
from hub.settings import Settings
from tests.conftest import MORNING
from tests.gateway import board
from tests.gateway.board import screens as board_screens

SOON_SECONDS = 20.0


@dataclass(eq=False)
class Looker:
    """A peer that keeps what it was handed."""

    views: list[dict[str, Any]] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)

    def hand(self, _audience: Audience, message: Packet) -> None:
        self.views.append(orjson.loads(message.text[2:])[1])

    def tell_error(self, _audience: Audience, error: BaseException) -> None:
        self.errors.append(error)

    @property
    def notes(self) -> list[str]:
        return list(self.views[-1]["view"]["notes"])


async def pin(hub: Hub, text: str, board_name: str = "main") -> int:
    actor = anonymous(hub.store_id)
    return (await hub.door.send("board.pin", {"text": text, "board": board_name}, actor, uuid.uuid4().hex)).seq


async def look(hub: Hub, looker: Looker, screen: str = "board", **params: Any) -> Audience:
    asked = hub.viewer.asked(hub.viewer.screen(screen), params, anonymous(hub.store_id))
    return await hub.publisher.watch(looker, asked)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        while not condition():
            await asyncio.sleep(0.005)


async def test_first_view_comes_at_once_and_every_change_after_it(hub: Hub, store: str) -> None:
    looker = Looker()
    await look(hub, looker)
    assert looker.notes == []
    await pin(hub, "one")
    await until(lambda: looker.notes == ["one"])
    await pin(hub, "two")
    await until(lambda: looker.notes == ["one", "two"])
    assert [v["seq"] for v in looker.views] == sorted({v["seq"] for v in looker.views})


async def test_view_is_computed_once_for_everybody_who_shares_it(hub: Hub, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lookers = [Looker() for _ in range(20)]
    for looker in lookers:
        await look(hub, looker)
    computed = 0
    show = hub.viewer.show

    async def counted(*args: Any) -> Any:
        nonlocal computed
        computed += 1
        return await show(*args)

    monkeypatch.setattr(hub.viewer, "show", counted)
    await pin(hub, "x")
    await until(lambda: all(looker.notes == ["x"] for looker in lookers))
    assert computed == 1


async def test_storm_of_first_looks_computes_once_for_all(hub: Hub, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    computed = 0
    show = hub.viewer.show

    async def counted(*args: Any) -> Any:
        nonlocal computed
        computed += 1
        return await show(*args)

    monkeypatch.setattr(hub.viewer, "show", counted)
    lookers = [Looker() for _ in range(50)]
    await asyncio.gather(*(look(hub, looker) for looker in lookers))
    assert computed <= 2, "once for all of them, and once more where the publisher's own round falls into it"
    assert all(looker.notes == [] for looker in lookers)


async def test_other_audience_is_not_disturbed(hub: Hub, store: str) -> None:
    mine, other = Looker(), Looker()
    await look(hub, mine, board="mine")
    await look(hub, other, board="other")
    await pin(hub, "x", "mine")
    await until(lambda: mine.notes == ["x"])
    assert len(other.views) == 1


async def test_fact_that_touches_no_screen_pushes_nothing(hub: Hub, store: str) -> None:
    looker = Looker()
    audience = await look(hub, looker)
    await hub.door.send("board.look_away", {}, anonymous(store), uuid.uuid4().hex)
    await asyncio.sleep(0.1)
    assert len(looker.views) == 1
    assert hub.publisher.sequences([audience]) == {audience.key: 0}


async def test_burst_is_told_in_fewer_views_and_the_last_one_is_whole(hub: Hub, store: str) -> None:
    looker = Looker()
    await look(hub, looker)
    await asyncio.gather(*(pin(hub, str(n)) for n in range(200)))
    await until(lambda: len(looker.notes) == 200)
    assert len(looker.views) < 100


async def test_snapshot_holds_every_command_answered_before(hub: Hub, store: str) -> None:
    looker = Looker()
    audience = await look(hub, looker)
    for n in range(1, 30):
        seq = await pin(hub, str(n))
        shown = orjson.loads((await hub.publisher.snapshot(audience.asked)).body)
        assert shown["seq"] == seq
        assert len(shown["view"]["notes"]) == n


async def test_time_refreshes_a_view(hub: Hub, store: str, clock: ManualClock) -> None:
    looker = Looker()
    await look(hub, looker, "minute")
    minute = looker.views[-1]["view"]["minute"]
    clock.advance(seconds=30)
    await asyncio.sleep(1.2)
    assert len(looker.views) == 1
    clock.advance(seconds=31)
    await until(lambda: looker.views[-1]["view"]["minute"] == minute + 1)


async def test_failing_view_is_told_logged_and_heals(hub: Hub, store: str, caplog: pytest.LogCaptureFixture) -> None:
    looker = Looker()
    audience = await look(hub, looker, "fragile")
    with caplog.at_level(logging.ERROR):
        await pin(hub, "break")
        await until(lambda: len(looker.errors) == 1)
    assert looker.notes == []
    assert hub.publisher.sequences([audience]) == {}
    await hub.door.send("board.wipe", {}, anonymous(store), uuid.uuid4().hex)
    await pin(hub, "healed")
    await until(lambda: looker.notes == ["healed"])
    assert audience.key in hub.publisher.sequences([audience])
    assert len(looker.errors) == 1


async def test_new_epoch_renews_every_view(hub: Hub, store: str) -> None:
    looker = Looker()
    await look(hub, looker)
    epoch = looker.views[-1]["epoch"]
    async with hub.database.write(store) as session:
        (await session.get_one(Store, store)).epoch = "e" * 32
    await until(lambda: looker.views[-1]["epoch"] == "e" * 32)
    assert epoch != "e" * 32


async def test_audience_of_nobody_is_forgotten(hub: Hub, store: str) -> None:
    looker = Looker()
    audience = await look(hub, looker)
    hub.publisher.unwatch(looker, audience)
    await pin(hub, "x")
    await asyncio.sleep(0.05)
    assert len(looker.views) == 1
    assert "salon_hub_audiences 0.0" in hub.metrics.text().decode()


async def test_killed_between_commit_and_push_every_screen_is_right_after_restart(
    hub: Hub, store: str, settings: Settings, build_board: Callable[[Settings], Hub]
) -> None:
    before, after = Looker(), Looker()
    await look(hub, before)
    await hub.publisher.close()
    await pin(hub, "committed, never pushed")
    assert before.notes == []
    await hub.close()

    again = build_board(settings)
    await again.start()
    await look(again, after)
    assert after.notes == ["committed, never pushed"]
    assert after.views[-1]["seq"] == 1
    assert after.views[-1]["epoch"] == before.views[-1]["epoch"]
    await again.close()


ACTS = st.one_of(
    st.tuples(st.just("pin"), st.sampled_from(["a", "b"]), st.text(max_size=8).filter(str.isprintable)),
    st.tuples(st.just("wipe"), st.sampled_from(["a", "b"]), st.just("")),
    st.tuples(st.just("look_away"), st.just(""), st.just("")),
    st.tuples(st.just("refuse"), st.just(""), st.just("")),
    st.tuples(st.just("join"), st.sampled_from(["a", "b"]), st.just("")),
    st.tuples(st.just("leave"), st.just(""), st.just("")),
)


@how(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=st.lists(ACTS, max_size=40))
def test_view_pushed_last_equals_the_view_computed_afresh(acts: list[tuple[str, str, str]]) -> None:
    asyncio.run(_last_push_is_fresh(acts))


async def _last_push_is_fresh(acts: list[tuple[str, str, str]]) -> None:
    with TemporaryDirectory() as folder:
        hub = build(
            Settings(data=Path(folder) / "store", rate_factor=0),
            clock=ManualClock(MORNING),
            chance=SeededRandomness(3),
            domains=[board],
            screens=board_screens.screens,
        )
        await hub.start()
        await hub.open_store(name_zh="a", name_en="a")
        looking: list[tuple[Looker, Audience]] = []
        for act, name, text in acts:
            if act == "join":
                looker = Looker()
                looking.append((looker, await look(hub, looker, board=name)))
            elif act == "leave" and looking:
                hub.publisher.unwatch(*looking.pop(0))
            elif act != "leave":
                await _send(hub, act, {"pin": {"board": name, "text": text}, "wipe": {"board": name}}.get(act, {}))
        for looker, audience in looking:
            fresh = orjson.loads((await hub.publisher.snapshot(audience.asked)).body)
            await until(lambda looker=looker, fresh=fresh: looker.views[-1]["view"] == fresh["view"])
            assert hub.publisher.sequences([audience])[audience.key] == looker.views[-1]["seq"]
        await hub.close()


async def _send(hub: Hub, act: str, data: dict[str, str]) -> None:
    from hub.kernel.errors import Refused

    actor: Actor = anonymous(hub.store_id)
    try:
        await hub.door.send(f"board.{act}", data, actor, uuid.uuid4().hex)
    except Refused:
        assert act == "refuse"
