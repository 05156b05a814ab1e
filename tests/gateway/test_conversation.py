"""Engine.IO beneath the sockets: pings in turns, silence, refusals, answers to who does not read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import engineio
import pytest

from hub.gateway.conversation import Conversation, Engine
from hub.gateway.engine import socket_server
from hub.gateway.wire import PING_INTERVAL_SECONDS, PING_TIMEOUT_SECONDS, Packet


class Line:
    """A wire that keeps what it was given; a full one takes nothing."""

    def __init__(self, *, full: bool = False) -> None:
        self.said: list[str] = []
        self.full = full
        self.aborted = False

    def send(self, message: Packet) -> bool:
        if not self.full:
            self.said.append(message.text)
        return not self.full

    def unread(self) -> int:
        return 0

    def abort(self) -> None:
        self.aborted = True


async def nowhere(_message: Any) -> None:
    return


def talk(
    engine: Engine, slot: int = 0, send: Callable[[Any], Any] = nowhere, *, full: bool = False
) -> tuple[Conversation, Line]:
    made, line = Conversation(engine, engine.generate_id(), slot, send), Line(full=full)
    made.wire = line
    engine.sockets[made.sid] = made
    return made, line


@pytest.fixture
def engine() -> Engine:
    made: Engine = socket_server().eio
    return made


def hearing(*events: dict[str, Any]) -> Callable[[], Any]:
    """What the server hands over, one after the other; then the client leaves."""
    left = [*events, {"type": "websocket.disconnect", "code": 1005}]

    async def receive() -> dict[str, Any]:
        return left.pop(0)

    return receive


async def test_each_is_pinged_in_its_turn_and_not_all_at_once(engine: Engine) -> None:
    talks = [talk(engine, number % PING_INTERVAL_SECONDS) for number in range(20)]
    pinged = []
    for second in range(PING_INTERVAL_SECONDS):
        engine.look(100.0 + second)
        pinged.append(sum(len(line.said) for _, line in talks))
    assert pinged == [4, 8, 12, 16, 20]
    assert all(line.said == ["2"] for _, line in talks)


async def test_who_owes_an_answer_too_long_is_cut_and_who_gave_it_is_not(engine: Engine) -> None:
    silent, good = talk(engine, 1), talk(engine, 1)
    engine.look(100.0)
    await good[0].listen(hearing({"type": "websocket.receive", "text": "3"}))
    for second in range(1, PING_TIMEOUT_SECONDS + 1):
        assert engine.look(100.0 + second) == 0
    assert engine.look(100.5 + PING_TIMEOUT_SECONDS) == 1
    assert silent[1].aborted
    assert not good[1].aborted


async def test_nobody_is_cut_because_the_hub_itself_was_away(engine: Engine) -> None:
    _, line = talk(engine, 1)
    engine.look(100.0)
    assert engine.look(160.0) == 0
    assert not line.aborted
    for second in range(1, PING_TIMEOUT_SECONDS + 1):
        assert engine.look(160.0 + second) == 0
    assert engine.look(160.5 + PING_TIMEOUT_SECONDS) == 1


@pytest.mark.parametrize("said", [{"text": "x"}, {"text": ""}, {"text": "b1"}, {"text": "1"}])
async def test_what_is_no_packet_and_the_wish_to_leave_end_it(engine: Engine, said: dict[str, Any]) -> None:
    heard: list[Any] = []
    engine.on("message", lambda _sid, data: heard.append(data))
    made, _ = talk(engine)
    await made.listen(hearing({"type": "websocket.receive", **said}, {"type": "websocket.receive", "text": "4never"}))
    assert heard == []


async def test_messages_come_in_their_order(engine: Engine) -> None:
    heard: list[Any] = []
    engine.on("message", lambda _sid, data: heard.append(data))
    made, _ = talk(engine)
    await made.listen(hearing(*({"type": "websocket.receive", "text": f"4m{n}"} for n in range(3))))
    assert heard == ["m0", "m1", "m2"]


async def test_answer_waits_while_its_asker_does_not_read(engine: Engine) -> None:
    room, told = asyncio.Event(), []

    async def send(message: dict[str, Any]) -> None:
        await room.wait()
        told.append(message["text"])

    made, line = talk(engine, send=send, full=True)
    answering = asyncio.create_task(made.send(engineio.packet.Packet(engineio.packet.MESSAGE, data="answer")))
    await asyncio.sleep(0.01)
    assert not answering.done()
    room.set()
    await answering
    assert (told, line.said) == (["4answer"], [])


async def test_closing_tells_the_client_and_the_hub_once(engine: Engine) -> None:
    told: list[Any] = []
    gone: list[Any] = []

    async def send(message: dict[str, Any]) -> None:
        told.append(message["type"])

    engine.on("disconnect", lambda sid, reason: gone.append(reason))
    made, line = talk(engine, send=send)
    await made.close()
    await made.close()
    assert (gone, line.said, told) == ([engine.reason.SERVER_DISCONNECT], ["1"], ["websocket.close"])
    with pytest.raises(engineio.exceptions.SocketIsClosedError):
        await made.send(engineio.packet.Packet(engineio.packet.NOOP))


@pytest.mark.parametrize(
    "query", [b"EIO=3&transport=websocket", b"EIO=4", b"transport=websocket", b"EIO=4&transport=websocket&sid=x", b""]
)
async def test_other_versions_and_transports_are_refused(engine: Engine, query: bytes) -> None:
    told: list[Any] = []

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    scope = {"type": "websocket", "path": "/socket.io/", "query_string": query, "headers": []}
    await engine.handle_request(scope, hearing({"type": "websocket.connect"}), send)
    assert told == [{"type": "websocket.close", "code": 1008}]
    assert engine.sockets == {}
