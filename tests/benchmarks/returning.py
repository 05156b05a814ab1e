"""Everybody comes back at once and gets a whole view; what a screen costs in memory; and a very large crowd."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

from tests.benchmarks.clients import Crowd, Line
from tests.benchmarks.contenders import Contender, contender, has_node, node_server
from tests.benchmarks.crowds import CHALK, ROUNDS, Way, chalk, turn, warm_up
from tests.benchmarks.table import Asked, Samples, of, row

VIEW_BYTES = 20_000
"""A busy desk's view."""

MEMORY_KB = 45
REACH = {1000: 1.0, 4000: 1.5}
LARGE = 5000
LARGE_REACH = 1.1


async def storm(folder: Path, size: int) -> None:
    """In turns with Node, each with a crowd of its own that comes at once."""
    async with AsyncExitStack() as stack:
        hub = await stack.enter_async_context(contender("hub", folder))
        node = await stack.enter_async_context(node_server(VIEW_BYTES)) if has_node() else None
        await warm_up(hub.port, 20)
        line = await Line(hub.port).open()
        await line.post(CHALK, chalk(2**40, "x" * VIEW_BYTES))
        await line.close()
        before, ours, theirs, held = hub.memory(), Samples(), Samples(), 0
        for number in range(ROUNDS):
            held = await _come_back(hub, size, ours) if number == 0 else max(held, await _come_back(hub, size, ours))
            if node is not None:
                await _come_back(node, size, theirs)
        kb = (held - before) / size / 1024
        row(f"{size} screens reconnect at once, {VIEW_BYTES // 1000} kB each", f"{ours.p50:8.0f}")
        if node is not None:
            share = ours.p50 / theirs.p50
            asked = [Asked(share, most=REACH[size])] if size in REACH else []
            row("  Node socket.io", f"{theirs.p50:8.0f}", f"{share:.2f}", *asked)
        row("  memory per screen, kB", f"{kb:8.1f}", "", Asked(kb, most=MEMORY_KB))


async def _come_back(server: Contender, size: int, into: Samples) -> int:
    """How many bytes the server held with everybody there."""
    crowd = Crowd(server.port)
    began = time.monotonic()
    await crowd.grow(size, at_once=size)
    into.ms.append((time.monotonic() - began) * 1000)
    await asyncio.sleep(0.5)
    held = server.memory()
    crowd.close()
    await asyncio.sleep(1)
    return held


async def large(folder: Path, size: int, samples: int) -> None:
    """One process with more screens than a chain has."""
    async with AsyncExitStack() as stack:
        hub = await stack.enter_async_context(contender("hub", folder))
        node = await stack.enter_async_context(node_server()) if has_node() else None
        await warm_up(hub.port, 20)
        before, push, emit, held = hub.memory(), Way(), Way(), 0
        for _ in range(ROUNDS):
            async with turn(hub, size, 250) as our:
                held = max(held, hub.memory())
                body = b'"' + b"x" * 350 + b'"'
                await our.take("/bench/push", body, push, samples)
            if node is not None:
                async with turn(node, size, 250) as their:
                    await their.take("/emit", body, emit, samples)
        row(f"view to {size} screens, until the last has it", str(push.sent))
        if node is not None:
            asked = Asked(push.sent.p99 / emit.sent.p99, most=LARGE_REACH, of="p99")
            row("  Node socket.io", str(emit.sent), of(push.sent, emit.sent), asked)
        kb = (held - before) / size / 1024
        row("  memory per screen, kB", f"{kb:8.1f}", "", Asked(kb, most=MEMORY_KB))
