"""Rooms and chairs: closed or open, clean or not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub.app import Hub
from hub.kernel import event_log
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.operations.stations.queries import closures, places
from tests.conftest import MORNING, Send

ROOM = {"code": "R1", "kind": "room", "name": {"zh": "一号房", "en": "Room 1"}}


@pytest.fixture
async def room(send: Send) -> str:
    await send("catalog.put_place_kind", {"code": "room", "name": {"zh": "护理房", "en": "Room"}, "clean_minutes": 10})
    return str((await send("stations.put_place", ROOM)).result["place_id"])


async def _code(send: Send, name: str, data: dict[str, Any]) -> str:
    with pytest.raises(Refused) as refused:
        await send(name, data)
    return refused.value.kind.code


async def _types(hub: Hub, store: str) -> list[str]:
    async with hub.database.read(store) as session:
        return [fact.type.partition(".")[2] for fact in await event_log.since(session, 0)]


async def test_a_place_is_put_by_code_and_keeps_its_condition(hub: Hub, store: str, send: Send, room: str) -> None:
    await send("stations.mark_dirty", {"place_id": room})
    again = await send("stations.put_place", ROOM | {"name": {"zh": "静室", "en": "Quiet room"}})
    assert again.result["place_id"] == room
    async with hub.database.read(store) as session:
        (place,) = await places(session)
    assert (place.name.zh, place.condition, place.condition_since) == ("静室", "dirty", MORNING)
    assert await _code(send, "stations.put_place", ROOM | {"kind": "moon"}) == "unknown_place_kind"


async def test_cleaning_goes_round_and_repeats_are_silent(hub: Hub, store: str, send: Send, room: str) -> None:
    for name in ("mark_dirty", "mark_dirty", "start_cleaning", "mark_clean", "mark_clean"):
        await send(f"stations.{name}", {"place_id": room})
    assert (await _types(hub, store))[2:] == ["place_dirty", "cleaning_started", "place_clean"]
    async with hub.database.read(store) as session:
        assert [place.condition for place in await places(session)] == ["ready"]
    assert await _code(send, "stations.mark_clean", {"place_id": "0" * 32}) == "not_found"


async def test_a_place_is_closed_once_and_reopened(hub: Hub, store: str, send: Send, room: str, clock: ManualClock) -> None:
    closing = {"place_id": room, "reason": "空调坏了 ❄️", "until": (MORNING + timedelta(hours=2)).isoformat()}
    await send("stations.close_place", closing)
    assert await _code(send, "stations.close_place", closing) == "already_closed"
    clock.advance(minutes=30)
    await send("stations.reopen_place", {"place_id": room})
    assert await _code(send, "stations.reopen_place", {"place_id": room}) == "not_closed"
    async with hub.database.read(store) as session:
        (closure,) = await closures(session, MORNING, MORNING + timedelta(hours=3))
    assert (closure.reason, closure.end) == ("空调坏了 ❄️", MORNING + timedelta(minutes=30))
    assert (await _types(hub, store))[2:] == ["place_closed", "place_reopened"]


async def test_a_closure_runs_out_by_itself(send: Send, room: str, clock: ManualClock) -> None:
    until = (MORNING + timedelta(hours=1)).isoformat()
    await send("stations.close_place", {"place_id": room, "until": until})
    clock.advance(hours=1)
    assert await _code(send, "stations.reopen_place", {"place_id": room}) == "not_closed"
    assert await _code(send, "stations.close_place", {"place_id": room, "until": until}) == "ends_before_start"
    await send("stations.close_place", {"place_id": room})
