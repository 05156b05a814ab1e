"""How tests ask for codes, come in, book and look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import event, select

from hub.app import Hub
from hub.kernel.tables import EventRow
from hub.operations.bookings.queries import reveal
from hub.operations.bookings.tables import CustomerRow
from tests.backoffice.security.browsers import Browser
from tests.backoffice.security.post import Post
from tests.conftest import MORNING, Send
from tests.operations.bookings.salon import Salon

WANG, LI, NOBODY = "13800138000", "13900139000", "13700137000"
MAIL = "wang@post.example"


@contextmanager
def hub_statements(hub: Hub) -> Iterator[list[str]]:
    """The statements that run meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    engines = {hub.database.reader.sync_engine, hub.database.writer.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


async def ask(client: httpx.AsyncClient, **contact: str) -> httpx.Response:
    return await client.post("/api/my-visits/code", json=contact)


async def enter(client: httpx.AsyncClient, token: str, code: str) -> httpx.Response:
    return await client.post("/api/my-visits/enter", json={"token": token, "code": code})


async def my(client: httpx.AsyncClient) -> dict[str, Any]:
    shown = await client.get("/api/views/my-visits", headers={"X-Salon-Seat": "customer"})
    view: dict[str, Any] = shown.json()["view"]
    return view


async def own(client: httpx.AsyncClient, hub: Hub, name: str, data: dict[str, Any]) -> httpx.Response:
    body = {"id": hub.chance.id(), "data": data}
    return await client.post(f"/api/commands/security.{name}", json=body, headers={"X-Salon-Seat": "customer"})


async def come_in(browser: Browser, post: Post, phone: str = WANG) -> httpx.AsyncClient:
    """A customer in a browser of their own."""
    client = await browser()
    token = (await ask(client, phone=phone)).json()["token"]
    entered = await enter(client, token, await post.code())
    assert entered.json()["outcome"] == "entered", entered.text
    return client


async def book(
    send: Send, salon: Salon, phone: str = WANG, name: str = "王小明", hours: float = 1, **more: Any
) -> dict[str, Any]:
    start = MORNING + timedelta(hours=hours)
    customer = {"name": name, "phone": phone, **more}
    wish = {"service_id": salon.services["cut"]}
    answered = await send("bookings.book", {"services": [wish], "start": start.isoformat(), "customer": customer})
    result: dict[str, Any] = answered.result
    return result


async def customers(hub: Hub, store: str) -> dict[str, str]:
    """Ids by phone."""
    async with hub.database.read(store) as session:
        return {reveal(hub.vault, row).phone[-11:]: row.id for row in await session.scalars(select(CustomerRow))}


async def types_of(hub: Hub, store: str) -> list[str]:
    async with hub.database.read(store) as session:
        return list(await session.scalars(select(EventRow.type).order_by(EventRow.seq)))
