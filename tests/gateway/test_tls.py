"""TLS end to end, by the hub itself and by a proxy in front; strangers cannot claim it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.requests import HTTPConnection
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from hub.app import Hub
from hub.gateway.headers import HSTS, SECURITY_HEADERS, same_origin
from hub.gateway.http import Http
from hub.serving import server_config
from hub.settings import Settings
from tests.certificates import self_signed


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return self_signed(tmp_path_factory.mktemp("tls"))


@asynccontextmanager
async def serving(hub: Hub, **changed: Any) -> AsyncIterator[int]:
    """The hub as `serve` runs it with these settings; its port."""
    hub.settings = hub.settings.model_copy(update={"port": 0, "host": "127.0.0.1", **changed})
    server = uvicorn.Server(server_config(hub, loop="asyncio", lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


@pytest.fixture
def signs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any answer of the health check also sets a seat's cookie, as the hub sets them."""
    answer = Http.healthz

    async def with_cookie(self: Http, request: Any) -> Any:
        response = await answer(self, request)
        response.set_cookie("salon_hub", "token", httponly=True, samesite="lax")
        return response

    monkeypatch.setattr(Http, "healthz", with_cookie)


def is_guarded(response: httpx.Response) -> bool:
    return all(response.headers.get(name) == value for name, value in SECURITY_HEADERS.items())


def believes_in_tls(response: httpx.Response) -> bool:
    secure = "; secure" in response.headers["set-cookie"].lower()
    assert ("strict-transport-security" in response.headers) is secure
    return secure


async def test_the_hub_serves_tls_by_itself(hub: Hub, store: str, certificate: tuple[Path, Path]) -> None:
    trusted = ssl.create_default_context(cafile=str(certificate[0]))
    async with serving(hub, tls_cert=certificate[0], tls_key=certificate[1]) as port:
        origin = f"https://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=origin, verify=trusted) as client:
            answer = await client.get("/healthz")
            assert (answer.status_code, answer.headers["strict-transport-security"]) == (200, HSTS)
            assert is_guarded(answer)
            asked = {"Origin": origin, "X-Requested-With": "salon-hub"}
            pinned = await client.post("/api/commands/board.pin", json={"id": "a" * 32, "data": {"text": "t"}}, headers=asked)
            assert pinned.status_code == 200
            plain = {**asked, "Origin": origin.replace("https", "http")}
            refused = await client.post("/api/commands/board.pin", json={"id": "b" * 32, "data": {"text": "t"}}, headers=plain)
            assert refused.json()["code"] == "foreign_origin"
            assert is_guarded(refused)
        async with connect(
            f"wss://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket", origin=origin, ssl=trusted
        ) as socket:
            assert str(await socket.recv()).startswith("0{")


@pytest.mark.usefixtures("signs_in")
async def test_cookies_are_secure_over_tls_and_usable_without(hub: Hub, certificate: tuple[Path, Path]) -> None:
    trusted = ssl.create_default_context(cafile=str(certificate[0]))
    own = {"tls_cert": certificate[0], "tls_key": certificate[1]}
    async with serving(hub, **own) as port, httpx.AsyncClient(verify=trusted) as client:
        assert believes_in_tls(await client.get(f"https://127.0.0.1:{port}/healthz"))
    async with serving(hub, tls_cert=None, tls_key=None) as port, httpx.AsyncClient() as client:
        plain = await client.get(f"http://127.0.0.1:{port}/healthz")
        assert not believes_in_tls(plain)
        assert is_guarded(plain)


@pytest.mark.usefixtures("signs_in")
@pytest.mark.parametrize(
    ("trusted", "believed"), [(("127.0.0.1",), True), (("127.0.0.0/8",), True), (("192.0.2.7",), False), ((), False)]
)
async def test_only_a_trusted_proxy_may_say_that_it_was_tls(hub: Hub, trusted: tuple[str, ...], believed: bool) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}
    async with serving(hub, trusted_proxies=trusted) as port, httpx.AsyncClient() as client:
        told = await client.get(f"http://127.0.0.1:{port}/healthz", headers=forwarded)
        assert believes_in_tls(told) is believed
        assert not believes_in_tls(await client.get(f"http://127.0.0.1:{port}/healthz"))


@pytest.mark.usefixtures("store")
async def test_behind_a_proxy_sockets_belong_to_the_pages_over_tls(hub: Hub) -> None:
    async with serving(hub) as port:
        address = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
        forwarded, page = {"X-Forwarded-Proto": "https"}, f"https://127.0.0.1:{port}"
        async with connect(address, origin=page, additional_headers=forwarded) as socket:  # type: ignore[arg-type]
            assert str(await socket.recv()).startswith("0{")
        with pytest.raises(InvalidStatus):
            async with connect(address, origin=page.replace("https", "http"), additional_headers=forwarded):  # type: ignore[arg-type]
                pass


def asked(scheme: str, origin: str) -> HTTPConnection:
    headers = [(b"host", b"salon.example"), (b"origin", origin.encode()), (b"cookie", b"salon_hub=x")]
    return HTTPConnection({"type": "http", "scheme": scheme, "path": "/", "query_string": b"", "headers": headers})


@pytest.mark.parametrize(
    ("scheme", "origin", "same"),
    [
        ("https", "https://salon.example", True),
        ("wss", "https://salon.example", True),
        ("https", "http://salon.example", False),
        ("wss", "http://salon.example", False),
        ("http", "http://salon.example", True),
        ("http", "https://salon.example", True),  # a proxy in front that is not trusted to say so
        ("http", "ftp://salon.example", False),
        ("https", "null", False),
    ],
)
def test_a_page_without_tls_is_another_origin_than_one_with(scheme: str, origin: str, same: bool) -> None:
    assert same_origin(asked(scheme, origin), ()) is same


def test_tls_needs_both_files(tmp_path: Path) -> None:
    make: Callable[[], Settings] = lambda: Settings(tls_cert=tmp_path / "c")  # noqa: E731
    with pytest.raises(ValueError, match="both"):
        make()
