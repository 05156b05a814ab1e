"""Two hubs behind a proxy, set up as docs/operations.md says, while one is killed and then each is restarted in its turn: every
command is kept exactly once and answered, behind nginx at its first try, and a screen comes back by itself and shows what has
happened."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import signal
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import aiohttp
import httpx
import socketio

from hub.backoffice.security.routing import BY_THE_USER
from hub.gateway.callers import COOKIE, HOST_PREFIX
from tests.drills.killing import Journal, Report, beside, compare, free_port, furnish, running, send_all

OPERATIONS = Path(__file__).parent.parent.parent / "docs" / "operations.md"
SETTLE_SECONDS = 2.5
"""Longer than a proxy leaves a hub alone that did not answer."""

CLIENTS = 4
PAUSE_SECONDS = 0.02
"""Of each between two commands: some are always under way, and the hubs that start find a core."""


def missing(tool: str = "nginx") -> str | None:
    """Why this proxy cannot be tried here; None when it can."""
    return None if shutil.which(tool) or Path(f"/usr/sbin/{tool}").exists() else f"{tool} is not installed"


@dataclass(frozen=True, slots=True)
class Outside:
    """What the world sees."""

    https: int
    http: int

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.https}"


Certificate = tuple[Path, Path]
Proxy = Callable[[Path, Outside, list[int], Certificate], AbstractAsyncContextManager[None]]
"""Runs in a folder, answers outside, and sends to the hubs at these ports."""


def documented(language: str) -> str:
    """The one block of that language which the documentation shows."""
    [found] = re.findall(rf"^```{language}\n(.*?)^```", OPERATIONS.read_text(), re.MULTILINE | re.DOTALL)
    return str(found)


def adapted(shown: str, changes: dict[str, str]) -> str:
    """The same for this machine. Raises ValueError where the documentation says something else."""
    for old, new in changes.items():
        if shown.count(old) != 1:
            raise ValueError(f"docs/operations.md no longer says {old} once")
        shown = shown.replace(old, new)
    return shown


def _hubs_at(hubs: list[int]) -> dict[str, str]:
    return {f"127.0.0.1:{8001 + number}": f"127.0.0.1:{port}" for number, port in enumerate(hubs)}


@asynccontextmanager
async def nginx(folder: Path, outside: Outside, hubs: list[int], certificate: Certificate) -> AsyncIterator[None]:
    """A running nginx of one's own."""
    changes = _hubs_at(hubs) | {
        "listen 443 ssl;": f"listen 127.0.0.1:{outside.https} ssl;",
        "listen 80;": f"listen 127.0.0.1:{outside.http};",
        "/etc/ssl/salon/fullchain.pem": str(certificate[0]),
        "/etc/ssl/salon/privkey.pem": str(certificate[1]),
    }
    server = adapted(documented("nginx"), changes)
    folder.mkdir()
    temporary = "\n".join(f"{kind}_temp_path {folder / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    whole = f"daemon off;\nmaster_process off;\npid {folder / 'pid'};\nerror_log {folder / 'errors'};\nevents {{}}\n"
    (folder / "nginx.conf").write_text(f"{whole}http {{\naccess_log off;\n{temporary}\n{server}\n}}\n")
    tool = shutil.which("nginx") or "/usr/sbin/nginx"
    process = await asyncio.create_subprocess_exec(
        *(tool, "-p", str(folder), "-e", str(folder / "errors"), "-c", str(folder / "nginx.conf")),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        _, said = await process.communicate()
        if process.returncode != 0:
            raise RuntimeError(said.decode() + (folder / "errors").read_text())


@asynccontextmanager
async def caddy(folder: Path, outside: Outside, hubs: list[int], _certificate: Certificate) -> AsyncIterator[None]:
    """A running Caddy of one's own, with a certificate that it makes itself."""
    changes = _hubs_at(hubs) | {"salon.example {": "127.0.0.1 {\n    tls internal"}
    site = adapted(documented("caddyfile"), changes)
    ports = f"http_port {outside.http}\nhttps_port {outside.https}\ndefault_bind 127.0.0.1"
    folder.mkdir()
    file, said = folder / "Caddyfile", folder / "said"
    file.write_text(f"{{\nadmin off\nskip_install_trust\n{ports}\n}}\n{site}")
    own = {name: str(folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    with said.open("wb") as written:
        process = await asyncio.create_subprocess_exec(
            *("caddy", "run", "--config", str(file), "--adapter", "caddyfile"), stderr=written, env={**os.environ, **own}
        )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        if await process.wait() != 0:
            raise RuntimeError(said.read_text())


def unverified() -> ssl.SSLContext:
    """Believes the test's own certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Screen:
    """A desk's screen over the proxy; it comes back whenever it is cut off."""

    def __init__(self) -> None:
        self._http = aiohttp.ClientSession()  # its client would leave one of its own open where it connects again
        self._client = socketio.AsyncClient(
            ssl_verify=False, reconnection_delay=0.1, reconnection_delay_max=0.5, http_session=self._http
        )
        self.connects = 0
        self.seq = 0
        self._client.on("connect", self._watch)
        self._client.on("view", self._view)

    async def open(self, address: str, token: str) -> None:
        await self._client.connect(
            address, headers={"Origin": address}, auth={"token": token}, transports=["websocket"], retry=True
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.shutdown()
        await self._http.close()

    async def shows(self, seq: int) -> None:
        """Until it shows the store as it is after this fact. Raises TimeoutError."""
        async with asyncio.timeout(60):
            while self.seq < seq:
                await asyncio.sleep(0.05)

    async def _watch(self) -> None:
        self.connects += 1
        await self._client.emit("watch", {"screen": "desk", "params": {}})

    async def _view(self, told: dict[str, int]) -> None:
        self.seq = max(self.seq, told["seq"])


@dataclass(frozen=True, slots=True)
class Passed:
    report: Report
    again: int
    """Commands that were not answered at the first try."""
    connects: int
    """Of the screen."""


async def behind(proxy: Proxy, folder: Path, url: str, certificate: Certificate) -> Passed:
    """Commands while the hubs go and come back; `url` of an empty PostgreSQL database."""
    data, ports, outside = folder / "store", [free_port(), free_port()], Outside(free_port(), free_port())
    link, journal = await furnish(data, url), Journal()
    own = {"database_url": url, "public_origins": outside.address}
    over, sent = asyncio.Event(), 0

    def numbers() -> Iterator[int]:
        nonlocal sent
        while not over.is_set():
            sent += 1
            yield sent

    async with AsyncExitStack() as stack:
        hubs = [await stack.enter_async_context(running(data, port, **own)) for port in ports]
        await stack.enter_async_context(proxy(folder / "proxy", outside, ports, certificate))
        headers = {"Origin": outside.address, "X-Requested-With": "salon-hub"}
        client = await stack.enter_async_context(
            httpx.AsyncClient(base_url=outside.address, headers=headers, timeout=30, verify=unverified())
        )
        await signed_in(client, link)
        screen = await stack.enter_async_context(Screen())
        await screen.open(outside.address, client.cookies[HOST_PREFIX + COOKIE])
        sending = send_all(client, journal, numbers(), CLIENTS, pause=PAUSE_SECONDS)
        work = await stack.enter_async_context(beside(sending))
        for number, how in ((0, signal.SIGKILL), (1, signal.SIGTERM), (0, signal.SIGTERM)):
            await asyncio.sleep(0.5)
            hubs[number].send_signal(how)
            await hubs[number].wait()
            await asyncio.sleep(0.5)
            hubs[number] = await stack.enter_async_context(running(data, ports[number], **own))
            await asyncio.sleep(SETTLE_SECONDS)
        over.set()
        await work
        await screen.shows(max(journal.acknowledged.values()))
    return Passed(await compare(url, journal, 3, sent), journal.again, screen.connects)


async def signed_in(client: httpx.AsyncClient, link: str) -> None:
    """Over the proxy, which may not be up yet."""
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(httpx.TransportError):
                await client.get(link, headers=BY_THE_USER)
                return
            await asyncio.sleep(0.1)
