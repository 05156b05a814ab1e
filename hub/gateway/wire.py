"""From a value to a socket: encoded once, framed once, the same bytes handed to every open transport.

python-socketio's own emit encodes, queues and wakes a task per client, which is nearly all of its cost. Here the Engine.IO
packet of a server event is also framed as a WebSocket text message (RFC 6455 5.2; a server's frames carry no mask, so they are
alike for everybody) and written to uvicorn's transport. Where the internals differ, the packet takes the ordinary queue.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from starlette.types import Send

PING_INTERVAL_SECONDS = 5
PING_TIMEOUT_SECONDS = 5

BUFFER_MAX_BYTES = 512 * 1024
"""A client that has this much unread gets nothing more; when it has read, it gets the newest view only."""

STUCK_SECONDS = 8.0
"""A client whose unread bytes have not become fewer for this long is cut, so that a stalled one is gone within 12 s."""


@dataclass(frozen=True, slots=True)
class Packet:
    """A server event: its Engine.IO text, and the same as a WebSocket frame."""

    text: str
    frame: bytes


def packet(event: str, body: bytes) -> Packet:
    """The packet of a Socket.IO event with one argument, given as JSON."""
    payload = b'42["' + event.encode() + b'",' + body + b"]"
    return Packet(payload.decode(), text_frame(payload))


def event_packet(event: str, value: Any) -> Packet:
    return packet(event, orjson.dumps(value))


def raw_packet(text: str) -> Packet:
    """An Engine.IO packet of any other kind, given as it is spoken."""
    return Packet(text, text_frame(text.encode()))


def text_frame(payload: bytes) -> bytes:
    """One final, unmasked WebSocket text frame."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


class Wire(Protocol):
    """One client's connection."""

    def send(self, message: Packet) -> bool:
        """Hand over; False when the client has too much unread already."""
        ...

    def unread(self) -> int:
        """Bytes handed over that the client has not taken."""
        ...

    def abort(self) -> None:
        """Cut at once, freeing what is unread."""
        ...


class DirectWire:
    """Writes frames to the transport of uvicorn's `websockets-sansio` protocol."""

    __slots__ = ("_protocol", "_transport")

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol
        self._transport = protocol.transport

    def send(self, message: Packet) -> bool:
        transport = self._transport
        if transport.is_closing() or self._protocol.close_sent:
            return True
        if transport.get_write_buffer_size() > BUFFER_MAX_BYTES:
            return False
        transport.write(message.frame)
        return True

    def unread(self) -> int:
        return 0 if self._transport.is_closing() else int(self._transport.get_write_buffer_size())

    def abort(self) -> None:
        self._transport.abort()


class QueuedWire:
    """Hands packets to the server by the ordinary way, in a task that lives while there is something to say."""

    QUEUE_MAX_PACKETS = 64

    def __init__(self, send: Send, protocol: Any | None) -> None:
        self._send = send
        self._transport = getattr(protocol, "transport", None)
        self._waiting: deque[Packet] = deque()
        self._task: asyncio.Task[None] | None = None

    def send(self, message: Packet) -> bool:
        if len(self._waiting) > self.QUEUE_MAX_PACKETS:
            return False
        self._waiting.append(message)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._say(), name="socket")
        return True

    async def _say(self) -> None:
        try:
            while self._waiting:
                await self._send({"type": "websocket.send", "text": self._waiting[0].text})
                self._waiting.popleft()
        except (OSError, RuntimeError):
            self._waiting.clear()  # the client has gone

    def unread(self) -> int:
        return len(self._waiting)

    def abort(self) -> None:
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()
        if self._transport is not None:
            self._transport.abort()


def wire_of(send: Send) -> Wire:
    """The quickest way to this client that its server offers."""
    protocol = getattr(send, "__self__", None)
    return DirectWire(protocol) if is_direct(protocol) else QueuedWire(send, protocol)


def is_direct(protocol: Any) -> bool:
    """Whether `protocol` has the internals that `DirectWire` relies on, and compresses nothing."""
    connection, transport = getattr(protocol, "conn", None), getattr(protocol, "transport", None)
    return (
        type(protocol).__name__ == "WebSocketsSansIOProtocol"
        and getattr(connection, "extensions", None) == []
        and isinstance(getattr(protocol, "close_sent", None), bool)
        and all(hasattr(transport, name) for name in ("write", "abort", "is_closing", "get_write_buffer_size"))
    )
