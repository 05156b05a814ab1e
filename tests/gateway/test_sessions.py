"""Sessions: opened, found, idle, ended, revoked, and nothing of them in the database that opens a door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from starlette.requests import HTTPConnection
from starlette.responses import Response

from hub.app import Hub
from hub.gateway.callers import carries_cookie
from hub.gateway.sessions import SessionBook
from hub.kernel.clock import ManualClock
from hub.settings import Settings
from tests.conftest import ORIGIN
from tests.gateway.conftest import command

ORDER = "/api/commands/board.order"


def connection(**cookies: str) -> HTTPConnection:
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return HTTPConnection({"type": "http", "headers": [(b"cookie", header.encode())], "path": "/", "query_string": b""})


async def test_token_leads_to_its_actor(hub: Hub, open_session: Callable[..., Any]) -> None:
    actor = await hub.sessions.actor_of(await open_session({"manager"}))
    assert actor is not None
    assert (actor.kind, actor.id, actor.roles, actor.store_id) == ("staff", "a" * 32, frozenset({"manager"}), hub.store_id)
    assert actor.session_id


@pytest.mark.parametrize("token", ["", "x", "a" * 64])
async def test_other_token_leads_to_nobody(hub: Hub, open_session: Callable[..., Any], token: str) -> None:
    await open_session({"manager"})
    assert await hub.sessions.actor_of(token) is None


async def test_session_ends(hub: Hub, open_session: Callable[..., Any], clock: ManualClock) -> None:
    token = await open_session({"manager"}, lasts=timedelta(hours=8))
    clock.advance(hours=8)
    assert await hub.sessions.actor_of(token) is None


async def test_use_puts_off_the_end_of_idleness_also_over_a_restart(
    hub: Hub, open_session: Callable[..., Any], clock: ManualClock
) -> None:
    token = await open_session({"technician"}, idle=timedelta(minutes=5))
    clock.advance(minutes=4)
    assert await hub.sessions.actor_of(token) is not None
    await hub.sessions.write_down_use()
    clock.advance(minutes=4)
    fresh = SessionBook(hub.database, clock)
    assert await fresh.actor_of(token) is not None
    clock.advance(minutes=5)
    assert await fresh.actor_of(token) is None


async def test_looking_on_is_no_use(hub: Hub, open_session: Callable[..., Any], clock: ManualClock) -> None:
    token = await open_session({"technician"}, idle=timedelta(minutes=5))
    clock.advance(minutes=4)
    assert await hub.sessions.actor_of(token, use=False) is not None
    clock.advance(minutes=2)
    assert await hub.sessions.actor_of(token) is None


async def test_revoked_session_is_dead_at_once(
    http: httpx.AsyncClient, open_session: Callable[..., Any], revoke_session: Callable[..., Any]
) -> None:
    headers = {"Authorization": f"Bearer {await open_session({'manager'})}"}
    assert (await http.post(ORDER, json=command(), headers=headers)).status_code == 200
    assert await revoke_session(actor_id="a" * 32) == 1
    assert (await http.post(ORDER, json=command(), headers=headers)).status_code == 401
    assert await revoke_session(actor_id="a" * 32) == 0


async def test_revoking_needs_to_know_what(revoke_session: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match="which"):
        await revoke_session()


@pytest.mark.parametrize("lasts", [timedelta(0), timedelta(seconds=-1)])
async def test_session_without_duration_is_a_mistake(open_session: Callable[..., Any], lasts: timedelta) -> None:
    with pytest.raises(ValueError, match="lasts"):
        await open_session({"manager"}, lasts=lasts)


async def test_copied_database_opens_nothing(hub: Hub, open_session: Callable[..., Any], settings: Settings) -> None:
    token = await open_session({"manager"})
    for path in Path(settings.data).iterdir():
        assert token.encode() not in path.read_bytes()


@pytest.mark.parametrize(
    ("seat", "order", "who"),
    [
        ("", "board.order", "desk"),
        ("desk", "board.order", "desk"),
        ("anything", "board.order", "desk"),
        ("kiosk", "board.pin", "kiosk"),
        ("waiting-room", "board.pin", "desk"),
    ],
)
async def test_seat_decides_whose_credential_counts(
    hub: Hub, store: str, open_session: Callable[..., Any], seat: str, order: str, who: str
) -> None:
    desk, kiosk = await open_session({"front_desk"}, who="d" * 32), await open_session({"kiosk"}, who="e" * 32)
    cookies = {"salon_hub": desk, "salon_hub_kiosk": kiosk}
    actor = await hub.callers.caller(connection(**cookies), hub.door.specs[order].permission, seat=seat)
    assert actor.id == {"desk": "d" * 32, "kiosk": "e" * 32}[who]


async def test_where_no_seat_is_said_the_one_who_may_counts(hub: Hub, open_session: Callable[..., Any]) -> None:
    kiosk, desk = await open_session({"kiosk"}, who="e" * 32), await open_session({"front_desk"}, who="d" * 32)
    swapped = connection(salon_hub=kiosk, salon_hub_kiosk=desk)
    assert (await hub.callers.caller(swapped, "floor.direct", seat="")).id == "d" * 32
    assert (await hub.callers.caller(swapped, "floor.direct", seat="desk")).id == "e" * 32


@pytest.mark.parametrize("said", ["Bearer x", "Visit x", "Basic eDp5", "Bearer", "Nonsense x", "Bearer " + "x" * 5000])
async def test_wrong_authorization_makes_nobody_even_beside_a_good_cookie(
    hub: Hub, open_session: Callable[..., Any], said: str
) -> None:
    good = connection(salon_hub=await open_session({"manager"}))
    assert (await hub.callers.caller(good, authorization=said)).kind == "anonymous"


async def test_mark_of_a_browser_only_names_its_device(hub: Hub, open_session: Callable[..., Any]) -> None:
    mark = await open_session({"manager"})
    actor = await hub.callers.caller(connection(salon_hub_browser=mark), "floor.direct")
    assert actor.kind == "anonymous"
    assert actor.roles == frozenset({"anonymous"})


def test_cookie_is_out_of_reach_of_scripts_and_other_sites(hub: Hub) -> None:
    response = Response()
    hub.callers.give(response, "kiosk", "token", timedelta(days=1))
    hub.callers.give(response, "staff", "token", timedelta(days=1))
    jar = SimpleCookie()
    for value in response.headers.getlist("set-cookie"):
        jar.load(value)
    assert set(jar) == {"salon_hub", "salon_hub_kiosk"}
    for morsel in jar.values():
        assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "lax", "/")


async def test_cookie_over_tls_is_secure() -> None:
    from hub.gateway.headers import Guard
    from hub.gateway.refusals import Refusals

    async def app(scope: Any, receive: Any, send: Any) -> None:
        response = Response()
        response.set_cookie("salon_hub", "x")
        await response(scope, receive, send)

    guard = Guard(app, public_origins=(), language="en", refusals=Refusals(()))
    for base, secure in (("https://hub.test", True), (ORIGIN, False)):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(guard), base_url=base) as client:
            cookie = (await client.get("/")).headers["set-cookie"]
            assert ("; Secure" in cookie) is secure
            assert cookie.startswith("__Host-salon_hub=" if secure else "salon_hub=")
            assert "; Path=/" in cookie
            assert "domain" not in cookie.lower()


@pytest.mark.parametrize(
    ("scheme", "name", "counts"),
    [
        ("https", "__Host-salon_hub", True),
        ("wss", "__Host-salon_hub", True),
        ("https", "salon_hub", False),  # another host of the domain may have set it
        ("wss", "salon_hub", False),
        ("http", "salon_hub", True),
        ("http", "__Host-salon_hub", False),
    ],
)
async def test_over_tls_only_the_cookie_of_this_very_host_counts(
    hub: Hub, open_session: Callable[..., Any], scheme: str, name: str, counts: bool
) -> None:
    token = await open_session({"manager"})
    headers = [(b"cookie", f"{name}={token}".encode())]
    connection = HTTPConnection({"type": "http", "scheme": scheme, "path": "/", "headers": headers})
    assert ((await hub.callers.caller(connection)).kind == "staff") is counts
    assert carries_cookie(connection), "a request with either is one that a browser may have been made to send"


async def test_memory_of_a_session_is_short(hub: Hub, open_session: Callable[..., Any], clock: ManualClock) -> None:
    """Another process's revocation is seen when the memory of a second is over; the twin shows that there is a memory."""
    from sqlalchemy import update

    from hub.gateway.sessions import SessionRow

    moment = 0.0
    book = SessionBook(hub.database, clock, lambda: moment)
    token = await open_session({"manager"})
    assert await book.actor_of(token) is not None
    async with hub.database.write(hub.store_id) as session:
        await session.execute(update(SessionRow).values(revoked_at=clock.now()))
    assert await book.actor_of(token) is not None
    moment = 1.1
    assert await book.actor_of(token) is None


async def test_thousands_of_sessions_are_checked_in_one_question(hub: Hub, open_session: Callable[..., Any]) -> None:
    token = await open_session({"manager"})
    actor = await hub.sessions.actor_of(token)
    assert actor is not None
    assert actor.session_id is not None
    many = frozenset({actor.session_id, *(f"{n:032x}" for n in range(5_000))})
    asked: list[str] = []
    event.listen(hub.database.reader.sync_engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert await hub.sessions.still_good(many) == {actor.session_id}
    assert len([statement for statement in asked if "session" in statement]) == 1
