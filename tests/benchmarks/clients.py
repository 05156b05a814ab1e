"""Light clients: raw WebSocket protocols that count views, and a keep-alive HTTP connection, in this process's event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, cast

import orjson

VIEW = b'42["view"'


def masked(payload: bytes) -> bytes:
    """A client's text frame with a mask of zeros, which leaves the payload as it is."""
    size = len(payload)
    head = bytes((0x81, 0x80 | size)) if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big")
    return head + b"\0\0\0\0" + payload


class Screen(asyncio.Protocol):
    """One watching screen: connects, watches, answers pings, tells of every view."""

    def __init__(self, port: int, screen: str, on_view: Callable[[float], None], on_ready: Callable[[], None]) -> None:
        self._port = port
        self._screen = screen
        self._on_view = on_view
        self._on_ready = on_ready
        self._buffer = b""
        self.upgraded = False
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(
            (
                f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                f"Sec-WebSocket-Version: 13\r\nOrigin: http://127.0.0.1:{self._port}\r\n\r\n"
            ).encode()
        )

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        buffer = self._buffer + data if self._buffer else data
        if not self.upgraded:
            head, found, buffer = buffer.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            self.upgraded = True
        start = 0
        while (end := frame_end(buffer, start)) is not None:
            payload_at, stop = end
            self._take(buffer, payload_at, stop, now)
            start = stop
        self._buffer = buffer[start:]

    def _take(self, buffer: bytes, start: int, stop: int, now: float) -> None:
        if buffer.startswith(VIEW, start):
            self._on_view(now)
        elif buffer.startswith(b"2", start) and stop - start == 1:
            self.transport.write(masked(b"3"))
        elif buffer.startswith(b"0{", start):
            self.transport.write(masked(b"40"))
        elif buffer.startswith(b"40", start):
            self.transport.write(masked(b'420["watch",{"screen":"' + self._screen.encode() + b'"}]'))
        elif buffer.startswith(b"430", start):
            self._on_ready()

    def connection_lost(self, _error: Exception | None) -> None:
        self.lost = True


def frame_end(buffer: bytes, start: int) -> tuple[int, int] | None:
    """Where the payload of the frame at `start` begins and ends; None while it is not all there."""
    have = len(buffer) - start
    if have < 2:
        return None
    size, at = buffer[start + 1] & 0x7F, start + 2
    if size == 126:
        if have < 4:
            return None
        size, at = int.from_bytes(buffer[at : at + 2], "big"), at + 2
    elif size == 127:
        if have < 10:
            return None
        size, at = int.from_bytes(buffer[at : at + 8], "big"), at + 8
    return (at, at + size) if len(buffer) >= at + size else None


class Crowd:
    """Many screens; tells when the last of them has had its view."""

    def __init__(self, port: int, screen: str = "slate") -> None:
        self._port = port
        self._screen = screen
        self.screens: list[Screen] = []
        self._missing = 0
        self._done = asyncio.Event()
        self._last = 0.0

    async def grow(self, size: int, at_once: int = 50) -> None:
        """Connect until there are `size` screens, each with its first view."""
        loop = asyncio.get_running_loop()
        while len(self.screens) < size:
            wave = min(at_once, size - len(self.screens))
            ready = asyncio.Semaphore(0)
            for _ in range(wave):
                _, screen = await loop.create_connection(
                    lambda ready=ready: Screen(self._port, self._screen, self._had_view, ready.release), "127.0.0.1", self._port
                )
                self.screens.append(screen)
            for _ in range(wave):
                await asyncio.wait_for(ready.acquire(), 30)

    def expect(self) -> None:
        """The next view counts."""
        self._missing = len(self.screens)
        self._done.clear()

    async def all_have_it(self) -> float:
        """When the last screen had its view, on the machine's monotonic clock."""
        await asyncio.wait_for(self._done.wait(), 30)
        return self._last

    def _had_view(self, now: float) -> None:
        if self._missing <= 0:
            return
        self._missing -= 1
        if self._missing == 0:
            self._last = now
            self._done.set()

    def close(self) -> None:
        for screen in self.screens:
            screen.transport.abort()
        self.screens = []


class Line:
    """One keep-alive HTTP connection."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self) -> Line:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def post(self, path: str, value: Any) -> Any:
        body = value if isinstance(value, bytes) else orjson.dumps(value)
        return await self._ask(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nX-Requested-With: bench\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )

    async def get(self, path: str) -> Any:
        return await self._ask(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n\r\n".encode())

    async def _ask(self, request: bytes) -> Any:
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = next(
            int(v) for n, _, v in (row.partition(b":") for row in head.split(b"\r\n")) if n.lower() == b"content-length"
        )
        body = await self._reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"{request[:60]!r}: {head[:40]!r} {body[:200]!r}")
        return orjson.loads(body)

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()
