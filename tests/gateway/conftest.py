"""A hub with the board alone, in this process or behind a real server."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import socketio
import uvicorn

from hub.app import Hub, build
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.serving import server_config
from hub.settings import Settings
from tests.gateway import board
from tests.gateway.board.screens import screens


@pytest.fixture
def build_board(clock: ManualClock) -> Callable[[Settings], Hub]:
    def make(settings: Settings) -> Hub:
        return build(settings, clock=clock, chance=SeededRandomness(7), domains=[board], screens=screens)

    return make


@pytest.fixture
async def hub(settings: Settings, build_board: Callable[[Settings], Hub]) -> AsyncIterator[Hub]:
    made = build_board(settings)
    await made.start()
    yield made
    await made.close()


def command(**data: Any) -> dict[str, Any]:
    return {"id": uuid.uuid4().hex, "data": data}


@dataclass
class Page:
    """A browser's socket: what it was told, in order."""

    client: socketio.AsyncClient
    told: list[tuple[str, Any]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, event: str, value: Any) -> None:
        self.told.append((event, value))
        self.news.set()

    def of(self, event: str) -> list[Any]:
        return [value for name, value in self.told if name == event]

    async def watch(self, screen: str, **params: Any) -> Any:
        return await self.client.call("watch", {"screen": screen, "params": params}, timeout=20)

    async def until(self, condition: Callable[[], bool], seconds: float = 20.0) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                self.news.clear()
                try:
                    await asyncio.wait_for(self.news.wait(), 0.05)
                except TimeoutError:
                    continue


@dataclass
class Served:
    """A hub behind uvicorn on a free port."""

    hub: Hub
    url: str
    server: uvicorn.Server
    pages: list[Page] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    async def page(self, auth: dict[str, str] | None = None, headers: dict[str, str | None] | None = None) -> Page:
        client = socketio.AsyncClient(reconnection=False)
        page = Page(client)
        for event in ("view", "view_error", "beat", "signed_out", "reload"):
            client.on(event, lambda value, event=event: page.hear(event, value))
        client.on("disconnect", lambda *_: page.hear("disconnect", None))
        wanted = {"Origin": self.url, **(headers or {})}
        sent = {name: value for name, value in wanted.items() if value is not None}
        try:
            await client.connect(self.url, transports=["websocket"], auth=auth or {}, headers=sent, wait_timeout=20)
        except socketio.exceptions.ConnectionError:
            await client.eio.http.close()  # the client leaves it open, and an unclosed one is an error here
            raise
        self.pages.append(page)
        return page

    def client(self, **headers: str) -> httpx.AsyncClient:
        own = {"Origin": self.url, "X-Requested-With": "salon-hub", "Accept-Language": "en", **headers}
        return httpx.AsyncClient(base_url=self.url, headers=own, timeout=30)


@asynccontextmanager
async def served(hub: Hub, port: int = 0) -> AsyncIterator[Served]:
    """The hub behind a real server in this event loop; on a free port where none is named."""
    server = uvicorn.Server(server_config(hub, port=port, loop="asyncio", lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    running = Served(hub, f"http://127.0.0.1:{port}", server)
    try:
        yield running
    finally:
        for page in running.pages:
            await page.client.disconnect()
        server.should_exit = True
        await task


@pytest.fixture
async def running(hub: Hub, store: str) -> AsyncIterator[Served]:
    assert store
    async with served(hub) as running:
        yield running


@pytest.fixture
def within_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the limits time stands still, so that a slow machine asks as often in a second as a fast one."""
    now = time.time()
    still = SimpleNamespace(time=lambda: now)
    monkeypatch.setattr("limits.storage.memory.time", still)
    monkeypatch.setattr("limits.strategies.time", still)


@pytest.fixture
def open_session(hub: Hub, store: str) -> Callable[..., Any]:
    """`token = await open_session(roles={"manager"}, lasts=..., idle=...)`."""
    from datetime import timedelta

    from hub.kernel.commands import Context

    async def make(
        roles: set[str], *, who: str = "a" * 32, lasts: timedelta = timedelta(hours=1), idle: timedelta | None = None
    ) -> str:
        actor = Actor("staff", who, store, frozenset(roles))
        async with hub.database.write(store) as session:
            context = _context(hub, session, actor)
            assert isinstance(context, Context)
            return await hub.sessions.open(context, actor, lasts=lasts, idle=idle)

    return make


@pytest.fixture
def revoke_session(hub: Hub, store: str) -> Callable[..., Any]:
    async def make(**which: str) -> int:
        actor = Actor("staff", "a" * 32, store, frozenset())
        async with hub.database.write(store) as session:
            context = _context(hub, session, actor)
            ended = await hub.sessions.revoke(context, **which)
        for act in context.after_commit:
            act()
        return ended

    return make


def _context(hub: Hub, session: Any, actor: Actor) -> Any:
    from hub.kernel.commands import Context
    from hub.kernel.dispatch import facts_of
    from hub.kernel.tables import Store

    store = Store(
        id=actor.store_id,
        name_zh="",
        name_en="",
        zone="UTC",
        currency="CNY",
        country="CN",
        language="zh",
        settings={},
        epoch="",
        seq=0,
        head="",
    )
    return Context(session, facts_of(store), actor, hub.clock.now(), hub.chance, hub.vault, hub.ports, "c" * 32, 0)
