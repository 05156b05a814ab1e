"""Heads of requests that never end fill no memory, and hold no connection for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import repeat

import pytest

from hub.gateway import heads
from tests.gateway.conftest import Served

PIECE = b"a" * 16_384
REQUEST = b"GET /healthz HTTP/1.1\r\nHost: hub\r\n"


async def told(running: Served, beginning: bytes, pieces: Iterator[bytes], *, most: int = 100) -> tuple[int, bytes]:
    """How many pieces the hub took before it hung up, at most so many, and what it said."""
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    taken = 0
    try:
        writer.write(beginning)
        for piece in pieces:
            if taken == most or reader.at_eof():
                break
            writer.write(piece)
            await writer.drain()
            taken += 1
            await asyncio.sleep(0.005)
        async with asyncio.timeout(10):
            return taken, await reader.read(-1)
    except ConnectionError:
        return taken, b""
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("beginning", "piece"),
    [
        (REQUEST + b"X: ", PIECE),
        (REQUEST, b"X: " + PIECE + b"\r\n"),
        (b"GET /", PIECE),
        (b"POST /api/sign-in HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ", PIECE),
    ],
)
async def test_a_head_without_an_end_is_cut_off(running: Served, beginning: bytes, piece: bytes) -> None:
    taken, said = await told(running, beginning, repeat(piece))
    assert taken < 20
    assert said[:12] in (b"", b"HTTP/1.1 431", b"HTTP/1.1 400", b"HTTP/1.1 403"), said


async def test_what_pages_send_passes(running: Served) -> None:
    _, said = await told(running, REQUEST + b"Connection: close\r\nX: " + PIECE + b"\r\n\r\n", iter(()))
    assert said.startswith(b"HTTP/1.1 200")
    async with running.client() as client:
        for _ in range(3):
            answer = await client.post("/api/sign-in", json={"login": "a" * 60, "password": "b" * 300_000})
            assert answer.status_code < 500
        assert (await client.post("/api/sign-in", content=in_pieces(), headers={"Content-Type": "application/json"})).is_error
        assert (await client.get("/healthz")).status_code == 200


async def in_pieces() -> AsyncIterator[bytes]:
    for _ in range(40):
        yield b" " * 4_000


async def test_a_head_that_comes_too_slowly_is_cut_off(running: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "HEAD_SECONDS", 0.2)
    for beginning in (b"", REQUEST):
        async with asyncio.timeout(10):
            _, said = await told(running, beginning, iter(()))
        assert said == b""
