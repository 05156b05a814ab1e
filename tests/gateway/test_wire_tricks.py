"""Requests that two servers in a row could read differently (request smuggling), and methods that nothing here takes."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress

import pytest

from tests.gateway.conftest import Served

HIDDEN = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
"""What a smuggler hides behind the first request."""


async def answers(running: Served, raw: str, enough: int | None = None) -> list[str]:
    """The status of each answer to these bytes, until there are enough, the server has closed or has nothing more to say."""
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(raw.encode("latin-1"))
    await writer.drain()
    told, found = b"", list[str]()
    with suppress(TimeoutError, OSError):
        async with asyncio.timeout(1.0 if enough is None else 20.0):
            while len(found) != enough and (more := await reader.read(65_536)):
                told += more
                found = re.findall(r"HTTP/1\.[01] (\d{3}) ", told.decode("latin-1"))
    writer.transport.abort()
    return found


def posted(running: Served, *headers: str, body: str = "") -> str:
    head = ("POST /api/commands/board.pin HTTP/1.1", f"Host: 127.0.0.1:{running.port}", *headers)
    return "\r\n".join(head) + "\r\n\r\n" + body


async def test_two_honest_requests_on_one_connection_are_both_answered(running: Served) -> None:
    """The twin: what the tricks try to hide would be answered."""
    assert await answers(running, HIDDEN + HIDDEN, enough=2) == ["200", "200"]


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 0", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 6"),
        ("Content-Length: 6", f"Content-Length: {len(HIDDEN)}"),
        ("Content-Length: +0",),
        ("Content-Length: 0x0",),
        ("Content-Length: 0, 5",),
        ("Content-Length : 0",),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding : chunked",),
        ("Transfer-Encoding:\x0bchunked",),
        ("X: y\rTransfer-Encoding: chunked",),
    ],
)
async def test_a_length_that_can_be_read_in_two_ways_hides_no_second_request(running: Served, headers: tuple[str, ...]) -> None:
    chunked = any("chunked" in header for header in headers)
    got = await answers(running, posted(running, *headers, body=("0\r\n\r\n" if chunked else "") + HIDDEN))
    assert "200" not in got
    assert len(got) <= 1


@pytest.mark.parametrize(
    "raw",
    [
        "GET /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n" + HIDDEN,
        "GET /healthz HTTP/1.1\r\nHost: x\r\n X-Folded: y\r\nContent-Length: 9999\r\n\r\n" + HIDDEN,
        "GET /healthz\r\n\r\n" + HIDDEN,
        "GET http://evil.test/healthz HTTP/1.1 extra\r\nHost: x\r\n\r\n" + HIDDEN,
    ],
)
async def test_what_is_no_request_ends_the_connection(running: Served, raw: str) -> None:
    assert len(await answers(running, raw)) <= 1


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "DEBUG", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/", "/healthz", "/api/openapi.json", "/api/commands/board.pin"])
async def test_no_method_but_those_that_are_used_is_taken(running: Served, method: str, path: str) -> None:
    """TRACE above all: it would send back the cookies that no script may read."""
    raw = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: salon_hub=secret\r\nConnection: close\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(raw.encode())
    async with asyncio.timeout(20.0):
        told = await reader.read()
    writer.transport.abort()
    assert told.split()[1] in {b"400", b"403", b"405"}
    assert b"secret" not in told
