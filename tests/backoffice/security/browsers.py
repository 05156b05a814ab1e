"""Browsers that sign in, pair and send, and accounts for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import httpx

from hub.app import Hub
from hub.backoffice.security.commands.accounts import CreateAccount
from hub.kernel.access import system

ORIGIN = "http://hub.test"
HERE = "http://localhost"
"""The server itself, the one plain address where browsers have passkeys."""
PASSWORD = "kettle-orbit-93-lantern"
PIN = "2580"
TECHNICIAN = "a" * 32

Browser = Callable[[], Awaitable[httpx.AsyncClient]]


async def account(hub: Hub, store: str, login: str, **fields: object) -> str:
    """An account's id."""
    given = {"name": login.title(), "roles": ["front_desk"], "must_change_password": False, **fields}
    made = await hub.door.submit(CreateAccount.model_validate({"login": login, **given}), system(store), hub.chance.id())
    return str(made.result["account_id"])


async def sign_in(client: httpx.AsyncClient, login: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/api/sign-in", json={"login": login, "password": password})


def code_of(response: httpx.Response) -> str:
    return str(response.json()["code"])


async def command(client: httpx.AsyncClient, hub: Hub, name: str, data: Mapping[str, object] | None = None) -> httpx.Response:
    return await client.post(f"/api/commands/{name}", json={"id": hub.chance.id(), "data": dict(data or {})})


async def is_signed_in(client: httpx.AsyncClient) -> bool:
    view = await client.get("/api/views/home")
    return view.json()["view"]["who"] is not None


async def pair(client: httpx.AsyncClient, hub: Hub, manager: httpx.AsyncClient, kind: str, name: str = "Tab 1") -> str:
    """Pairs the client's browser by code; the device's id."""
    offer = (await command(manager, hub, "security.prepare_device", {"kind": kind, "name": name})).json()["result"]
    paired = await client.post("/api/pair", json={"code": offer["code"]})
    assert paired.status_code == 200, paired.text
    return str(offer["device_id"])
