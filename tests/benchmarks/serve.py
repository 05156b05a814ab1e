"""The servers that are compared, each its own process: `python -m tests.benchmarks.serve hub|orm|core DIRECTORY`.

The first line on standard output is the port. The hub's process offers the rival paths beside its own, over the same sockets.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from hub.app import Hub, build
from hub.gateway.wire import packet
from hub.kernel.access import anonymous
from hub.kernel.database import POOL
from hub.kernel.tables import Base
from hub.serving import server_config
from hub.settings import Settings
from tests.benchmarks import slate
from tests.benchmarks.slate.screens import slate as slate_screen
from tests.benchmarks.slate.tables import LineRow


def answer(**values: Any) -> Response:
    return Response(orjson.dumps(values), media_type="application/json")


class Rivals:
    """What the hub is measured against, over the hub's own sockets."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._tasks: set[asyncio.Task[None]] = set()

    def routes(self) -> list[Route]:
        return [
            Route("/bench/push", self.push, methods=["POST"]),
            Route("/bench/emit", self.emit, methods=["POST"]),
            Route("/bench/post-and-emit", self.post_and_emit, methods=["POST"]),
            Route("/bench/usage", self.usage),
            Route("/bench/chalk/{store}", self.chalk, methods=["POST"]),
        ]

    async def push(self, request: Request) -> Response:
        """The hub's way: framed once, the same bytes to each transport."""
        body = await request.body()
        begun = time.monotonic()
        message = packet("view", body)
        for client in list(self._hub.sockets._clients.values()):
            client.wire.send(message)
        return answer(begun=begun)

    async def emit(self, request: Request) -> Response:
        """python-socketio's own way with the same value."""
        value = orjson.loads(await request.body())
        begun = time.monotonic()
        await self._hub.sockets.server.emit("view", value)
        return answer(begun=begun)

    async def post_and_emit(self, request: Request) -> Response:
        """As most examples have it: a request, no store, an emit to all, an answer."""
        value = orjson.loads(await request.body())
        await self._hub.sockets.server.emit("view", value)
        return answer(ok=True)

    async def chalk(self, request: Request) -> Response:
        """A command to a store of one's choice, through the door."""
        sent = orjson.loads(await request.body())
        actor = anonymous(request.path_params["store"])
        answered = await self._hub.door.send("slate.chalk", sent["data"], actor, sent["id"])
        return answer(seq=answered.seq)

    async def usage(self, _request: Request) -> Response:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return answer(cpu=time.process_time(), memory=pages * 4096, sockets=len(self._hub.sockets))


class Beside:
    """Rival paths first, then the hub."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub.asgi
        self._rivals = Starlette(routes=Rivals(hub).routes())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        beside = scope["type"] == "http" and scope["path"].startswith("/bench/")
        await (self._rivals if beside else self._hub)(scope, receive, send)


async def hub_app(folder: Path) -> tuple[Any, Callable[[], Awaitable[None]]]:
    settings = Settings.from_environment(data=folder / "hub", rate_factor=0, solver_threads=0)
    hub = build(settings, domains=[slate], screens=[slate_screen])
    await hub.start()
    await create_tables(hub.database.writer)
    if not hub.store_id:
        await hub.open_store(name_zh="石板", name_en="Slate")
    return Beside(hub), hub.close


async def orm_app(folder: Path) -> tuple[Any, Callable[[], Awaitable[None]]]:
    """The bare rival: a request, one row through the ORM on the same engine settings, a commit, an answer."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(f"sqlite+aiosqlite:///{folder / 'orm.sqlite3'}", pool_size=1, max_overflow=0)
    event.listen(engine.sync_engine, "connect", sync_fully)
    await create_tables(engine)

    async def insert(request: Request) -> Response:
        sent = orjson.loads(await request.body())["data"]
        line = LineRow(id=uuid.uuid4().hex, store_id="s", number=sent["number"], text=sent["text"], at=datetime.now(UTC))
        async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
            session.info["store_id"] = "s"
            session.add(line)
        return answer(line_id=line.id)

    return Starlette(routes=[Route("/{path:path}", insert, methods=["POST"])]), engine.dispose


async def core_app(_folder: Path) -> tuple[Any, Callable[[], Awaitable[None]]]:
    """The bare rival on PostgreSQL: a row through SQLAlchemy's Core on asyncpg, a commit; its pool is as wide as the hub's."""
    engine = create_async_engine(os.environ["SALON_HUB_DATABASE_URL"], pool_size=POOL, max_overflow=POOL)

    async def write(request: Request) -> Response:
        sent = orjson.loads(await request.body())["data"]
        values = {"id": uuid.uuid4().hex, "store_id": "s", "at": datetime.now(UTC), **sent}
        async with engine.begin() as connection:
            await connection.execute(insert(LineRow.__table__), values)
        return answer(line_id=values["id"])

    return Starlette(routes=[Route("/{path:path}", write, methods=["POST"])]), engine.dispose


APPS = {"hub": hub_app, "orm": orm_app, "core": core_app}


def sync_fully(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.cursor().execute(f"PRAGMA {pragma}")


async def create_tables(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: Base.metadata.create_all(sync, [Base.metadata.tables["benchmark_line"]]))


async def main(kind: str, folder: Path) -> None:
    app, close = await APPS[kind](folder)
    config = server_config_of(app)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    gc.collect()
    gc.freeze()
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)  # noqa: T201 - how the parent learns the port
    await serving
    await close()


def server_config_of(app: Any) -> uvicorn.Config:
    """The hub's own server settings for either contender."""

    class Only:
        settings = Settings(port=0)
        asgi = app

    return server_config(Only(), lifespan="off")  # type: ignore[arg-type]  # nothing else of a hub is asked for


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(sys.argv[1], Path(sys.argv[2])))
