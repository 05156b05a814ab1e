"""Light clients: raw WebSockets that count views, and a keep-alive HTTP connection, in this process's event loop.

A view counts when its last byte is in the screen's socket, which the system stamps (Linux: SO_TIMESTAMPNS): two hundred
screens on walls do not wait for one another to read, as they do where one process reads for all of them. For the same reason
that process looks at its sockets every few milliseconds instead of being woken by each, on the processor of what it measures.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

import orjson

VIEW = b'42["view"'

SO_TIMESTAMPNS = 35 if sys.platform == "linux" else 0
"""Python has no name for it: a read tells when its last byte came in, in nanoseconds of the wall clock."""

STAMP = struct.Struct("@qq")
ROOM_FOR_A_STAMP = socket.CMSG_SPACE(STAMP.size)
CHUNK = 256 * 1024

LOOK_SECONDS = 0.004
"""Longer than a view takes to two hundred screens."""


def masked(payload: bytes) -> bytes:
    """A client's text frame with a mask of zeros, which leaves the payload as it is."""
    size = len(payload)
    head = bytes((0x81, 0x80 | size)) if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big")
    return head + b"\0\0\0\0" + payload


class Screen:
    """One watching screen: connects, watches, answers pings, tells of every view and when its last byte had arrived."""

    def __init__(self, port: int, screen: str, on_view: Callable[[float], None], on_ready: Callable[[], None]) -> None:
        self._port = port
        self._screen = screen
        self._on_view = on_view
        self._on_ready = on_ready
        self._buffer = b""
        self.upgraded = False

    async def connect(self, receive_bytes: int = 0) -> None:
        """`receive_bytes`: how much the system takes for it while it does not read; 0 is the system's own choice."""
        self._socket = socket.socket()
        self._socket.setblocking(False)
        if receive_bytes:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        if SO_TIMESTAMPNS:
            self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        await asyncio.get_running_loop().sock_connect(self._socket, ("127.0.0.1", self._port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        Looking.of_this_loop().begin(self._socket, self._readable)
        self._socket.send(
            (
                f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                f"Sec-WebSocket-Version: 13\r\nOrigin: http://127.0.0.1:{self._port}\r\n\r\n"
            ).encode()
        )

    def stop_reading(self) -> None:
        Looking.of_this_loop().end(self._socket)

    def close(self) -> None:
        self.stop_reading()
        self._socket.close()

    def _readable(self) -> None:
        with suppress(ConnectionError):
            data, told, _, _ = self._socket.recvmsg(CHUNK, ROOM_FOR_A_STAMP)
            if data:
                self.take(data, arrival(told))
                return
        self.stop_reading()

    def take(self, data: bytes, arrived: float) -> None:
        """Bytes that came in, the last of them at `arrived`."""
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
            self._answer(buffer, payload_at, stop, arrived)
            start = stop
        self._buffer = buffer[start:]

    def _answer(self, buffer: bytes, start: int, stop: int, arrived: float) -> None:
        if buffer.startswith(VIEW, start):
            self._on_view(arrived)
        elif buffer.startswith(b"2", start) and stop - start == 1:
            self._socket.send(masked(b"3"))
        elif buffer.startswith(b"0{", start):
            self._socket.send(masked(b"40"))
        elif buffer.startswith(b"40", start):
            self._socket.send(masked(b'420["watch",{"screen":"' + self._screen.encode() + b'"}]'))
        elif buffer.startswith(b"430", start):
            self._on_ready()


class Looking:
    """Looks at all sockets of this loop's screens together, now and then."""

    _of: ClassVar[WeakKeyDictionary[asyncio.AbstractEventLoop, Looking]] = WeakKeyDictionary()

    @classmethod
    def of_this_loop(cls) -> Looking:
        loop = asyncio.get_running_loop()
        if loop not in cls._of:
            cls._of[loop] = cls(loop)
        return cls._of[loop]

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._ready = DefaultSelector()
        self._looking = loop.create_task(self._look())

    def begin(self, at: socket.socket, read: Callable[[], None]) -> None:
        self._ready.register(at, EVENT_READ, read)

    def end(self, at: socket.socket) -> None:
        if at.fileno() in self._ready.get_map():
            self._ready.unregister(at)

    async def _look(self) -> None:
        while True:
            for found, _ in self._ready.select(0):
                found.data()
            await asyncio.sleep(LOOK_SECONDS)


def arrival(told: list[tuple[int, int, bytes]]) -> float:
    """When the system had the last byte of a read, on the monotonic clock; now, where it does not say."""
    for level, kind, value in told:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
            seconds, nanoseconds = STAMP.unpack(value)
            return float(seconds + nanoseconds / 1e9 - (time.time() - time.monotonic()))
    return time.monotonic()


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
        while len(self.screens) < size:
            wave = min(at_once, size - len(self.screens))
            ready = asyncio.Semaphore(0)
            for _ in range(wave):
                screen = Screen(self._port, self._screen, self._had_view, ready.release)
                await screen.connect()
                self.screens.append(screen)
            for _ in range(wave):
                await asyncio.wait_for(ready.acquire(), 30)

    def expect(self) -> None:
        """The next view counts."""
        self._missing = len(self.screens)
        self._last = 0.0
        self._done.clear()

    async def all_have_it(self) -> float:
        """When the last screen had its view, on the machine's monotonic clock."""
        await asyncio.wait_for(self._done.wait(), 30)
        return self._last

    def _had_view(self, arrived: float) -> None:
        if self._missing <= 0:
            return
        self._missing -= 1
        self._last = max(self._last, arrived)
        if self._missing == 0:
            self._done.set()

    def close(self) -> None:
        for screen in self.screens:
            screen.close()
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
