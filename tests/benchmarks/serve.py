"""The servers that are compared, each its own process: `python -m tests.benchmarks.serve KIND DIRECTORY`.

`hub`; `socketio`, bare python-socketio on uvicorn's own settings; `socketio-tuned`, the same on the hub's server settings and
frozen like the hub; `orm` and `core`, one row through SQLAlchemy on the hub's server settings. The first line on standard
output is the port.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import socketio
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
from hub.serving import server_config, settle_memory
from hub.settings import Settings
from tests.benchmarks import slate
from tests.benchmarks.slate.screens import slate as slate_screen
from tests.benchmarks.slate.tables import LineRow


def answer(**values: Any) -> Response:
    return Response(orjson.dumps(values), media_type="application/json")


class Ways:
    """What the benchmark asks of the hub beside its own addresses."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def routes(self) -> list[Route]:
        return [
            Route("/bench/push", self.push, methods=["POST"]),
            Route("/bench/unread", self.unread),
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

    async def chalk(self, request: Request) -> Response:
        """A command to a store of one's choice, through the door."""
        sent = orjson.loads(await request.body())
        actor = anonymous(request.path_params["store"])
        answered = await self._hub.door.send("slate.chalk", sent["data"], actor, sent["id"])
        return answer(seq=answered.seq)

    async def unread(self, _request: Request) -> Response:
        """How many sockets there are, and the most bytes that one of them has not taken."""
        clients = self._hub.sockets._clients.values()
        return answer(sockets=len(clients), most=max([client.wire.unread() for client in clients], default=0))


class Beside:
    """The benchmark's own paths first, then the hub."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub.asgi
        self._ways = Starlette(routes=Ways(hub).routes())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        beside = scope["type"] == "http" and scope["path"].startswith("/bench/")
        await (self._ways if beside else self._hub)(scope, receive, send)


Made = tuple[Any, Callable[[], Awaitable[None]]]


async def hub_app(folder: Path) -> Made:
    settings = Settings.from_environment(data=folder / "hub", rate_factor=0, solver_threads=0)
    hub = build(settings, domains=[slate], screens=[slate_screen])
    await hub.start()
    await create_tables(hub.database.writer)
    if not hub.store_id:
        await hub.open_store(name_zh="石板", name_en="Slate")
    return Beside(hub), hub.close


async def nothing() -> None:
    return


async def socketio_app(_folder: Path) -> Made:
    """The bare rival of sockets, as most examples have it: a request, no store, an emit to all, an answer.

    With `BENCH_REDIS` several processes of it share their emits through AsyncRedisManager; with `BENCH_DATABASE` a request also
    keeps one row, as a hub has to.
    """
    redis, database = os.environ.get("BENCH_REDIS"), os.environ.get("BENCH_DATABASE")
    manager = socketio.AsyncRedisManager(redis) if redis else None
    sockets = socketio.AsyncServer(
        async_mode="asgi", transports=["websocket"], client_manager=manager, ping_interval=5, ping_timeout=5
    )
    engine = create_async_engine(database, pool_pre_ping=True) if database else None
    if engine is not None:
        await create_tables(engine)

    async def watch(sid: str, asked: dict[str, Any]) -> dict[str, Any]:
        await sockets.emit("view", {"screen": asked["screen"], "view": {"text": ""}}, to=sid)
        return {"ok": True}

    async def emit(request: Request) -> Response:
        value = orjson.loads(await request.body())
        if engine is not None:
            await keep_line(engine, value["view"]["number"], value["view"]["text"], os.environ["BENCH_STORE"])
        begun = time.monotonic()
        await sockets.emit("view", value)
        return answer(begun=begun)

    sockets.on("watch", watch)
    http = Starlette(routes=[Route("/{path:path}", emit, methods=["POST"])])
    return socketio.ASGIApp(sockets, http), engine.dispose if engine is not None else nothing


async def orm_app(folder: Path) -> Made:
    """The bare rival of the store: a request, one row through the ORM on the same engine settings, a commit, an answer."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(f"sqlite+aiosqlite:///{folder / 'orm.sqlite3'}", pool_size=1, max_overflow=0)
    event.listen(engine.sync_engine, "connect", sync_fully)
    await create_tables(engine)

    async def insert(request: Request) -> Response:
        sent = orjson.loads(await request.body())["data"]
        return answer(line_id=await keep_line(engine, sent["number"], sent["text"]))

    return Starlette(routes=[Route("/{path:path}", insert, methods=["POST"])]), engine.dispose


async def keep_line(engine: AsyncEngine, number: int, text: str, store: str = "s") -> str:
    line = LineRow(id=uuid.uuid4().hex, store_id=store, number=number, text=text, at=datetime.now(UTC))
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        session.info["store_id"] = store
        session.add(line)
    return line.id


async def core_app(_folder: Path) -> Made:
    """The bare rival on PostgreSQL: a row through SQLAlchemy's Core on asyncpg, a commit; its pool is as wide as the hub's."""
    engine = create_async_engine(os.environ["SALON_HUB_DATABASE_URL"], pool_size=POOL, max_overflow=POOL)

    async def write(request: Request) -> Response:
        sent = orjson.loads(await request.body())["data"]
        values = {"id": uuid.uuid4().hex, "store_id": "s", "at": datetime.now(UTC), **sent}
        async with engine.begin() as connection:
            await connection.execute(insert(LineRow.__table__), values)
        return answer(line_id=values["id"])

    return Starlette(routes=[Route("/{path:path}", write, methods=["POST"])]), engine.dispose


def sync_fully(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.cursor().execute(f"PRAGMA {pragma}")


async def create_tables(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: Base.metadata.create_all(sync, [Base.metadata.tables["benchmark_line"]]))


APPS = {"hub": hub_app, "socketio": socketio_app, "socketio-tuned": socketio_app, "orm": orm_app, "core": core_app}


async def main(kind: str, folder: Path) -> None:
    app, close = await APPS[kind](folder)
    bare = kind == "socketio"
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error") if bare else server_config_of(app)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    if not bare:
        settle_memory()
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
