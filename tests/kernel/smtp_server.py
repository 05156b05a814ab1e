"""A mail server of a few lines: keeps what it is given, refuses as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Post:
    """What came in; `answers` replaces the server's answer to a verb, such as `{"RCPT": "550 no such box"}`."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.recipients: list[str] = []
        self.answers: dict[str, str] = {}
        self.port = 0
        self.talks: set[asyncio.Task[None] | None] = set()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talks.add(asyncio.current_task())
        with suppress(ConnectionError):  # whoever had no patience may have hung up with something unread
            await self._talk(reader, writer)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")

        say("220 here")
        while line := await reader.readline():
            verb = line.decode().split()[0].upper()
            if verb == "QUIT":
                say("221 bye")
                break
            if verb in self.answers:
                say(self.answers[verb])
            elif verb == "DATA":
                say("354 go on")
                self.mails.append((await reader.readuntil(b"\r\n.\r\n"))[:-5])
                say("250 taken")
            else:
                if verb == "RCPT":
                    self.recipients.append(line.decode().strip())
                say("250 fine")
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def mail_server() -> AsyncIterator[Post]:
    post = Post()
    server = await asyncio.start_server(post.talk, "127.0.0.1", 0)
    post.port = server.sockets[0].getsockname()[1]
    try:
        yield post
    finally:
        server.close()
        await asyncio.wait_for(asyncio.gather(*filter(None, post.talks)), 20)
        await server.wait_closed()
