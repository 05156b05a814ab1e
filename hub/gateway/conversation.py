"""Engine.IO over WebSocket: one conversation per client, in the server's own task, with nothing beside it.

python-engineio keeps a queue and a task that empties it for each client, a task for each ping, and a task and a timer for each
message; a crowd that comes back spends most of its time on them. Here what is said goes to the transport at once, and one
round for everybody sends the pings and cuts who does not answer.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import engineio
import orjson
import structlog
from starlette.types import Receive, Scope, Send

from hub.gateway.wire import PING_INTERVAL_SECONDS, PING_TIMEOUT_SECONDS, Packet, Wire, raw_packet, wire_of

PING = raw_packet("2")
PONG = "3"

LATE_SECONDS = 3.0
"""After a pause as long as this the process itself was away: the answers may lie there unread, and nobody is cut for it."""

log = structlog.get_logger(__name__)


class Conversation:
    """One client's Engine.IO socket, as python-socketio's server asks for it."""

    __slots__ = (
        "_send",
        "_server",
        "closed",
        "closing",
        "connected",
        "pinged_at",
        "session",
        "sid",
        "slot",
        "upgraded",
        "wire",
    )

    def __init__(self, server: Engine, sid: str, slot: int, send: Send) -> None:
        self._server = server
        self._send = send
        self.sid = sid
        self.slot = slot
        self.wire: Wire = wire_of(send)
        self.session: dict[str, Any] = {}
        self.pinged_at: float | None = None
        """When the ping was sent that is not answered yet."""
        self.connected = self.upgraded = True
        self.closing = self.closed = False

    async def send(self, said: engineio.packet.Packet) -> None:
        """Say a packet; waits while the client has much unread, so that who asks without reading is not answered for ever."""
        if self.closed:
            raise engineio.exceptions.SocketIsClosedError
        text = said.encode()
        if not self.wire.send(raw_packet(text)):
            await self._tell({"type": "websocket.send", "text": text})

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """The library's way to end it; `wait` is for queues, of which there is none."""
        if self.closing:
            return
        self.closing = True
        reason = reason or self._server.reason.SERVER_DISCONNECT
        await self._server._trigger_event("disconnect", self.sid, reason, run_async=False)
        if not abort:
            await self.send(engineio.packet.Packet(engineio.packet.CLOSE))
            await self._tell({"type": "websocket.close", "code": 1000})
        self.closed = True

    async def listen(self, receive: Receive) -> None:
        """Pass on what the client says until it leaves, is cut or says what is no packet."""
        while not self.closed:
            event = await receive()
            if event["type"] != "websocket.receive":
                return
            said = event.get("text")
            if said == PONG:
                self.pinged_at = None
                continue
            try:
                packet = engineio.packet.Packet(encoded_packet=event["bytes"] if said is None else said)
            except Exception as error:
                log.info("a socket sent what is no packet", kind=type(error).__name__)
                return
            if packet.packet_type == engineio.packet.MESSAGE:
                await self._server._trigger_event("message", self.sid, packet.data, run_async=False)
            elif packet.packet_type == engineio.packet.CLOSE:
                return

    async def _tell(self, message: Mapping[str, Any]) -> None:
        try:
            await self._send(dict(message))
        except (OSError, RuntimeError):
            return  # it has gone; `listen` is about to hear of it


class Engine(engineio.AsyncServer):  # type: ignore[misc]  # the library is untyped
    """The Engine.IO server: the library's for whatever it refuses, conversations for WebSockets."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._slots = itertools.cycle(range(PING_INTERVAL_SECONDS))
        self._turn = 0
        self._looked_at = 0.0

    async def handle_request(self, scope: Scope, receive: Receive, send: Send) -> Any:
        if scope["type"] != "websocket":
            return await super().handle_request(scope, receive, send)
        await receive()
        asked = parse_qs(scope["query_string"])
        if asked.get(b"EIO") != [b"4"] or asked.get(b"transport") != [b"websocket"] or b"sid" in asked:
            await send({"type": "websocket.close", "code": 1008})
            return None
        await send({"type": "websocket.accept"})
        talk = Conversation(self, self.generate_id(), next(self._slots), send)
        self.sockets[talk.sid] = talk
        try:
            talk.wire.send(self._opening(talk.sid))
            await self._trigger_event("connect", talk.sid, {"asgi.scope": scope}, run_async=False)
            await talk.listen(receive)
        finally:
            await talk.close(abort=True, reason=self.reason.TRANSPORT_CLOSE)
            self.sockets.pop(talk.sid, None)
        return None

    def _opening(self, sid: str) -> Packet:
        told = {
            "sid": sid,
            "upgrades": [],
            "pingTimeout": PING_TIMEOUT_SECONDS * 1000,
            "pingInterval": PING_INTERVAL_SECONDS * 1000,
            "maxPayload": self.max_http_buffer_size,
        }
        return raw_packet("0" + orjson.dumps(told).decode())

    def look(self, now: float) -> int:
        """Once a second: ping those whose turn it is, a few in each round, and cut who owes an answer; how many those were."""
        self._turn = (self._turn + 1) % PING_INTERVAL_SECONDS
        late, self._looked_at = now - self._looked_at > LATE_SECONDS, now
        cut = 0
        for talk in list(self.sockets.values()):
            if talk.pinged_at is not None:
                if late:
                    talk.pinged_at = now
                elif now - talk.pinged_at > PING_TIMEOUT_SECONDS:
                    talk.wire.abort()
                    cut += 1
            elif talk.slot == self._turn:
                talk.pinged_at = now
                talk.wire.send(PING)
        return cut
