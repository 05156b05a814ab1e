"""A TCP proxy for drills: its connections can be cut, delayed and left half open, while both ends believe them alive."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

CHUNK = 65_536


@dataclass(eq=False)
class Connection:
    """One connection through the proxy. `delay` seconds pass before each piece; `swallow` forwards nothing any more."""

    writers: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    delay: float = 0.0
    swallow: bool = False
    is_socket: bool = False
    """Whether it carries a WebSocket, which its page watches over; an idle HTTP connection is missed by nobody."""

    def cut(self) -> None:
        """As by a reset."""
        for writer in self.writers:
            with contextlib.suppress(RuntimeError):
                writer.transport.abort()


@dataclass
class Proxy:
    """Listens on `port` for the server on `target`."""

    target: int
    port: int = 0
    living: dict[Connection, None] = field(default_factory=dict)
    swallow_new: bool = False
    """The whole network is away: what connects now is answered by nobody."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def half_open(self) -> int:
        """WebSockets that nothing passes any more, and whose pages have not left them yet."""
        return sum(connection.swallow and connection.is_socket for connection in self.living)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client."""
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        connection = Connection((writer, there_writer), swallow=self.swallow_new)
        self.living[connection] = None
        ways = (self._pump(reader, there_writer, connection), self._pump(there_reader, writer, connection))
        tasks = {asyncio.create_task(way) for way in ways}
        self._tasks |= tasks
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        self.living.pop(connection, None)
        connection.cut()
        await asyncio.wait(tasks)
        self._tasks -= tasks

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: Connection) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(CHUNK):
                if connection.delay:
                    await asyncio.sleep(connection.delay)
                connection.is_socket |= b"upgrade: websocket" in piece[:2048].lower()
                if not connection.swallow:
                    writer.write(piece)
                    await writer.drain()


@contextlib.asynccontextmanager
async def proxied(target: int) -> AsyncIterator[Proxy]:
    proxy = Proxy(target)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = int(server.sockets[0].getsockname()[1])
    try:
        yield proxy
    finally:
        server.close()
        for connection in list(proxy.living):
            connection.cut()
        while proxy._tasks:
            await asyncio.sleep(0.01)
