"""A hub with a store of the middle size, its own process: `python -m tests.benchmarks.serve_medium DIRECTORY DAYS`.

The first line on standard output is the port, the second what a client needs to ask: ids as JSON. It is ten in the morning.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from datetime import UTC, datetime
from pathlib import Path

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from hub.app import Hub, build
from hub.kernel.access import Actor
from hub.kernel.clock import ScaledClock
from hub.kernel.errors import Refused
from hub.operations.planning.finder import Finder
from hub.operations.planning.replanning import Planner
from hub.serving import server_config
from hub.settings import Settings
from tests.benchmarks.medium_store import Medium, open_medium

MORNING = datetime(2026, 5, 14, 2, 0, tzinfo=UTC)
"""Ten o'clock in Shanghai, a Thursday."""


class Beside:
    """Paths of the benchmark beside the hub's own: a desk without a session, and what a stranger may not ask for."""

    def __init__(self, hub: Hub, medium: Medium) -> None:
        self._hub = hub
        self._desk = Actor("staff", "0" * 31 + "2", medium.store, frozenset({"front_desk"}))
        self._medium = medium
        self._own = Starlette(
            routes=[
                Route("/bench/send/{name}", self.send, methods=["POST"]),
                Route("/bench/forget", self.forget, methods=["POST"]),
                Route("/bench/plan", self.plan, methods=["POST"]),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        beside = scope["type"] == "http" and scope["path"].startswith("/bench/")
        await (self._own if beside else self._hub.asgi)(scope, receive, send)

    async def send(self, request: Request) -> Response:
        """Any command, by the desk; nothing where it is refused."""
        data = orjson.loads(await request.body())
        try:
            answered = await self._hub.door.send(request.path_params["name"], data, self._desk, self._hub.chance.id())
        except Refused:
            return Response(b"{}", media_type="application/json")
        return Response(orjson.dumps(answered.result), media_type="application/json")

    async def forget(self, _request: Request) -> Response:
        """As after a restart: no day is laid yet."""
        finder = self._hub.ports.get(Finder)
        finder.laid_days.forget()
        return Response(b"{}", media_type="application/json")

    async def plan(self, _request: Request) -> Response:
        """One whole round of the planner; answers with its milliseconds of solving."""
        planner, day = self._hub.ports.get(Planner), MORNING.date()
        first = await planner.answer_first(self._medium.store, day, seconds=planner.first_seconds)
        if first is not None:
            await planner.settle(self._medium.store, day, first)
        took = 0.0 if first is None else first.seconds * 1000
        author = "" if first is None else first.author
        return Response(orjson.dumps({"first_ms": took, "author": author}), media_type="application/json")


async def main(folder: Path, days: int) -> None:
    hub = build(Settings(data=folder, rate_factor=0, solver_threads=2), clock=ScaledClock(MORNING, 1.0))
    await hub.start()
    # Only the planner is measured here, and only when it is asked.
    await hub.followers.close()
    medium = await open_medium(hub, MORNING.date(), days)
    config: uvicorn.Config = server_config(hub, lifespan="off", port=0, host="127.0.0.1")
    config.app = Beside(hub, medium)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    planner = hub.ports.get(Planner)
    planner.start()
    apart = [process for process in (planner.worker, planner.searcher, planner.secretary) if process is not None]
    while not (server.started and all(process.ready() for process in apart)):
        await asyncio.sleep(0.05)
    gc.collect()
    gc.freeze()
    sys.stdout.write(f"{server.servers[0].sockets[0].getsockname()[1]}\n")
    told = {"services": medium.services, "today": MORNING.date().isoformat(), "bookings": medium.bookings_today}
    sys.stdout.write(orjson.dumps({**told, "visits": medium.visits}).decode() + "\n")
    sys.stdout.flush()
    await serving
    await hub.close()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(Path(sys.argv[1]), int(sys.argv[2])))
