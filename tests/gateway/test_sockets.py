"""Real sockets against a real server: watching, hearts beating, cutting."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import socketio
import structlog

from hub.app import Hub
from hub.gateway.conversation import LATE_SECONDS
from hub.gateway.rates import PER_SECOND
from hub.gateway.sessions import MEMORY_SECONDS
from hub.gateway.sockets import AUDIENCES_MAX, GOODBYE_SECONDS, ROUND_SECONDS
from hub.gateway.wire import DirectWire, QueuedWire, is_direct
from hub.settings import Settings
from tests.gateway.conftest import Page, Served, command, served


def notes(page: Page) -> list[str] | None:
    views = page.of("view")
    return views[-1]["view"]["notes"] if views else None


async def pin(running: Served, text: str) -> dict[str, Any]:
    async with running.client() as client:
        answer = await client.post("/api/commands/board.pin", json=command(text=text))
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


async def test_watch_tells_the_view_and_every_change(running: Served) -> None:
    page = await running.page()
    assert (await page.watch("board"))["ok"] is True
    await page.until(lambda: notes(page) == [])
    await pin(running, "hello")
    await page.until(lambda: notes(page) == ["hello"])
    first, last = page.of("view")[0], page.of("view")[-1]
    assert (first["screen"], first["key"], first["epoch"]) == (last["screen"], last["key"], last["epoch"])
    assert (first["seq"], last["seq"]) == (0, 1)


async def test_socket_writes_frames_straight_to_the_transport(running: Served) -> None:
    page = await running.page()
    await page.watch("board")
    (client,) = running.hub.sockets._clients.values()
    assert isinstance(client.wire, DirectWire)


async def test_ordinary_queue_serves_where_the_internals_differ(running: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.gateway.wire.is_direct", lambda _protocol: False)
    page = await running.page()
    await page.watch("board")
    (client,) = running.hub.sockets._clients.values()
    assert isinstance(client.wire, QueuedWire)
    await pin(running, "the long way")
    await page.until(lambda: notes(page) == ["the long way"])


def test_internals_are_recognised_by_shape() -> None:
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

    assert is_direct(None) is False
    assert is_direct(object()) is False
    assert WebSocketsSansIOProtocol.__name__ == "WebSocketsSansIOProtocol"


@pytest.mark.parametrize("size", [1, 125, 126, 127, 65_535, 65_536, 80_000])
async def test_frame_of_any_length_arrives_whole(running: Served, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.gateway.incoming.BODY_MAX_BYTES", 200_000)
    monkeypatch.setattr("hub.gateway.incoming.body_bytes.__defaults__", (200_000,))
    page = await running.page()
    await page.watch("board")
    text = "é" * size
    await pin(running, text)
    await page.until(lambda: notes(page) == [text])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"screen": "nothing"}, "unknown_screen"),
        ({"screen": "board", "params": {"colour": "red"}}, "invalid"),
        ({"screen": "desk-only"}, "not_signed_in"),
        ({"screen": ["board"]}, "malformed"),
        ({"screen": "board", "params": []}, None),
        ({"screen": "board", "params": "x"}, "malformed"),
        ("board", "malformed"),
        (None, "malformed"),
        ([1, 2], "malformed"),
    ],
)
async def test_bad_watch_is_refused_with_a_problem(running: Served, data: Any, code: str | None) -> None:
    page = await running.page()
    answer = await page.client.call("watch", data, timeout=20)
    if code is None:
        assert answer["ok"] is True
        return
    assert answer["ok"] is False
    assert answer["problem"]["code"] == code


@pytest.mark.parametrize("name", [["watch"], {"event": "watch"}, 7, None, "connect", "disconnect"])
async def test_what_is_no_event_for_clients_cuts_the_socket_and_is_no_fault(running: Served, name: Any) -> None:
    page = await running.page()
    with structlog.testing.capture_logs() as lines:
        await page.client.emit(name, {"screen": "board"})
        await page.until(lambda: bool(page.of("disconnect")))
    assert [line for line in lines if line["log_level"] == "error"] == []


async def test_unwatch_stops_the_views(running: Served) -> None:
    page = await running.page()
    answer = await page.watch("board")
    await page.client.call("unwatch", {"key": answer["key"]}, timeout=20)
    await pin(running, "unseen")
    await asyncio.sleep(0.2)
    assert notes(page) == []


async def test_one_socket_watches_so_many_and_no_more(running: Served) -> None:
    page = await running.page()
    answers = [await page.watch("board", board=str(n)) for n in range(AUDIENCES_MAX + 1)]
    assert [a["ok"] for a in answers] == [True] * AUDIENCES_MAX + [False]
    assert (await page.watch("board", board="0"))["ok"] is True


async def test_beat_carries_time_and_newest_numbers(running: Served) -> None:
    page = await running.page()
    key = (await page.watch("board"))["key"]
    await page.until(lambda: len(page.of("beat")) >= 1)
    await pin(running, "x")
    # The next to come may have been on its way before.
    await page.until(lambda: page.of("beat")[-1]["seqs"] == {key: 1})
    beat = page.of("beat")[-1]
    assert beat["speed"] == 1.0
    assert beat["now"].startswith("2026-05-14T01:00:00")
    assert beat["epoch"] == page.of("view")[-1]["epoch"]


async def test_lost_push_is_healed_by_the_beat_and_a_new_watch(running: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    page = await running.page()
    key = (await page.watch("board"))["key"]
    (client,) = running.hub.sockets._clients.values()
    lost: list[Any] = []
    with monkeypatch.context() as losing:
        losing.setattr(type(client), "hand", lambda *handed: lost.append(handed))
        await pin(running, "lost")
        await page.until(lambda: bool(lost))
    assert notes(page) == []
    await page.until(lambda: any(beat["seqs"] == {key: 1} for beat in page.of("beat")))
    await page.watch("board")
    await page.until(lambda: notes(page) == ["lost"])


@pytest.mark.parametrize("origin", ["http://evil.test", "null"])
async def test_foreign_socket_is_refused_before_the_handshake(running: Served, origin: str) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        await running.page(headers={"Origin": origin})
    assert len(running.hub.sockets) == 0


async def test_socket_with_a_cookie_needs_an_origin(running: Served) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        await running.page(headers={"Cookie": "salon_hub=x", "Origin": None})
    program = await running.page(headers={"Origin": None})
    assert (await program.watch("board"))["ok"] is True


async def test_polling_is_not_spoken(running: Served) -> None:
    async with running.client() as client:
        answer = await client.get("/socket.io/?EIO=4&transport=polling")
    assert answer.status_code == 400
    assert answer.headers["x-frame-options"] == "DENY"


async def test_sockets_beyond_the_limit_are_refused(settings: Settings, build_board: Callable[[Settings], Hub]) -> None:
    hub = build_board(settings.model_copy(update={"sockets_max": 1}))
    await hub.start()
    async with served(hub) as running:
        await running.page()
        with pytest.raises(socketio.exceptions.ConnectionError):
            await running.page()
    await hub.close()


@pytest.mark.usefixtures("within_a_second")
async def test_watching_too_often_is_throttled(settings: Settings, build_board: Callable[[Settings], Hub]) -> None:
    hub = build_board(settings.model_copy(update={"rate_factor": 1.0}))
    await hub.start()
    await hub.open_store(name_zh="a", name_en="a")
    async with served(hub) as running:
        page = await running.page()
        answers = [await page.watch("board") for _ in range(PER_SECOND["watch"] * 3)]
        assert any(not a["ok"] and a["problem"]["code"] == "too_many" for a in answers)
    await hub.close()


async def test_revoked_session_is_cut_at_once(
    running: Served, open_session: Callable[..., Any], revoke_session: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody(_sockets: object) -> None:
        """The round, which would find it as well."""

    monkeypatch.setattr(type(running.hub.sockets), "_cut_ended", nobody)
    token = await open_session({"front_desk"})
    page, stranger = await running.page({"token": token}), await running.page()
    assert (await page.watch("desk-only"))["ok"] is True
    await stranger.watch("board")
    assert await revoke_session(actor_id="a" * 32) == 1
    await page.until(lambda: bool(page.of("signed_out")))
    await page.until(lambda: bool(page.of("disconnect")))
    assert GOODBYE_SECONDS <= 2
    assert stranger.of("disconnect") == []
    again = await running.page({"token": token})
    assert (await again.watch("desk-only"))["problem"]["code"] == "not_signed_in"


async def test_session_revoked_by_another_process_is_cut_within_two_seconds(
    running: Served, settings: Settings, open_session: Callable[..., Any]
) -> None:
    from sqlalchemy import update

    from hub.gateway.sessions import SessionRow
    from hub.kernel.database import Database

    page = await running.page({"token": await open_session({"front_desk"})})
    await page.watch("desk-only")
    elsewhere = Database(settings.url)
    async with elsewhere.write(running.hub.store_id) as session:
        await session.execute(update(SessionRow).values(revoked_at=running.hub.clock.now()))
    await page.until(lambda: bool(page.of("signed_out")))
    await elsewhere.close()
    # By the clock, a busy machine's own waits would count: so long a session is remembered, and so long a round takes to come.
    assert MEMORY_SECONDS + ROUND_SECONDS <= 2


async def test_session_that_goes_idle_is_cut_though_its_socket_is_open(
    running: Served, open_session: Callable[..., Any], clock: Any
) -> None:
    page = await running.page({"token": await open_session({"front_desk"}, idle=timedelta(minutes=5))})
    await page.watch("desk-only")
    clock.advance(minutes=4)
    await asyncio.sleep(1.2)
    assert page.of("signed_out") == []
    clock.advance(minutes=2)
    await page.until(lambda: bool(page.of("signed_out")))


async def test_page_of_an_old_build_is_told_to_reload(running: Served, settings: Settings) -> None:
    assert settings.front_end is not None
    assets = Path(settings.front_end) / "assets"
    assets.mkdir(parents=True)
    (assets / "desk-new.js").write_text("1")
    new, old = await running.page({"build": "/assets/desk-new.js"}), await running.page({"build": "/assets/desk-old.js"})
    await old.until(lambda: bool(old.of("reload")))
    assert new.of("reload") == []


async def test_leaving_leaves_nothing_behind(running: Served) -> None:
    pages = [await running.page() for _ in range(5)]
    for page in pages:
        await page.watch("board")
    manager = running.hub.sockets.server.manager
    for page in pages:
        await page.client.disconnect()
    running.pages.clear()
    async with asyncio.timeout(20):
        while len(running.hub.sockets) or running.hub.sockets.server.eio.sockets:
            await asyncio.sleep(0.01)
    assert manager.rooms == {}
    assert manager.pending_connect == manager.pending_disconnect == manager.callbacks == {}
    assert running.hub.publisher._audiences == {}


@pytest.mark.slow
async def test_stalled_client_is_cut_within_twelve_rounds_and_holds_little(
    running: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that reads nothing more: unread views stay few, it is gone in time, the others notice nothing.

    Counted are the hub's rounds of a second since it was last away, not a busy machine's own waits.
    """
    rounds, last = 0, time.monotonic()
    look = running.hub.sockets._cut_stalled

    def counted(now: float) -> None:
        nonlocal rounds, last
        rounds, last = (0 if now - last > LATE_SECONDS else rounds + 1), now
        look(now)

    page, most, number = await running.page(), 0, 0
    await page.watch("board")
    with closing(await _stalled(running)):
        monkeypatch.setattr(running.hub.sockets, "_cut_stalled", counted)
        while len(running.hub.sockets) > 1 and rounds * ROUND_SECONDS <= 12:
            number += 1
            text = f"{number} " + "x" * 30_000
            await pin(running, text)
            await page.until(lambda text=text: (notes(page) or [""])[-1] == text)
            most = max(most, *(c.wire.unread() for c in running.hub.sockets._clients.values()))
            if number % 20 == 0:
                async with running.client() as client:
                    await client.post("/api/commands/board.wipe", json=command())
            await asyncio.sleep(0.05)
    assert most <= 5 * 1024 * 1024
    assert len(running.hub.sockets) == 1


async def _stalled(running: Served) -> socket.socket:
    """Speaks as far as `watch`, then reads nothing."""
    raw = socket.create_connection(("127.0.0.1", running.port))
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    hello = (
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nOrigin: {running.url}\r\n\r\n"
    )
    loop = asyncio.get_running_loop()
    raw.setblocking(False)
    await loop.sock_sendall(raw, hello.encode())
    await loop.sock_recv(raw, 65_536)
    for message in (b"40", b'42["watch",{"screen":"board"}]'):
        await loop.sock_sendall(raw, bytes((0x81, 0x80 | len(message), 0, 0, 0, 0)) + message)
        await asyncio.sleep(0.2)
    return raw
