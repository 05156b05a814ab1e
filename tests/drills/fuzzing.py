"""S13, the sockets' half: frames that no page would ever send, while a page that behaves is served as before."""

from __future__ import annotations

import asyncio
import logging
import random
import struct
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import structlog

from hub.app import Hub
from hub.catalog.queries import catalog_of
from hub.kernel.access import Actor
from tests.drills.demo_day import demo_hub
from tests.drills.index import Drill, Finding
from tests.gateway.conftest import Page, Served, served
from tests.roles import session_of

SERVED_SECONDS = 20.0
"""How long the well-behaved page waits for a change before it counts as not served."""
GROWTH_MAX_MIB = 96
"""How much the process, which is hub and attacker in one, may grow while it is attacked."""
FRAMES_PER_SOCKET = 25
SOCKETS_AT_ONCE = 8
ANSWERED = ("Invalid UTF-8 sequence received from client.",)
"""What the server logs as an error although it has closed the socket as it should."""
TEXT, BINARY, CONTINUED, CLOSE, PING = 0x1, 0x2, 0x0, 0x8, 0x9


@dataclass(slots=True)
class Fuzzed:
    """What the hub made of it."""

    frames: int = 0
    sockets: int = 0
    rounds: int = 0
    """How often the page that behaves waited for a change, and got it."""
    unserved: int = 0
    left_over: int = 0
    """Clients or views that the hub still held when the attackers had gone."""
    growth_mib: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        calm = not self.faults and self.unserved == 0 and self.left_over == 0
        return calm and self.rounds > 0 and self.growth_mib < GROWTH_MAX_MIB

    def __str__(self) -> str:
        done = f"{self.frames} frames over {self.sockets} sockets: {len(self.faults)} unhandled exceptions"
        told = f"another screen served {self.rounds - self.unserved} of {self.rounds} times"
        return f"{done}, {told}, {self.left_over} views left over, {self.growth_mib:.0f} MiB more memory"


class Forger:
    """Makes hostile bytes; the same seed makes the same ones."""

    def __init__(self, seed: int, screens: list[str]) -> None:
        self._chance = random.Random(seed)
        self._screens = screens

    def frame(self) -> bytes:
        """One WebSocket frame, or what pretends to be one."""
        return self._chance.choice(
            (
                self._watch,
                self._watch,
                self._watch,
                self._packet,
                self._packet,
                self._attachment,
                self._deep,
                self._long_name,
                self._garbage,
                self._oversized,
                self._truncated,
                self._forbidden,
                self._bad_text,
                self._control,
            )
        )()

    def _garbage(self) -> bytes:
        return self._chance.randbytes(self._chance.randrange(1, 400))

    def _packet(self) -> bytes:
        """An Engine.IO or Socket.IO packet of a wrong kind, number, namespace or shape."""
        kinds = ("0", "1", "2", "3", "5", "6", "9", "b", "40", "41", "42", "43", "44", "45", "46", "47", "40/admin,", "42/x,")
        bodies = (
            "",
            "[]",
            "{}",
            "null",
            "[1]",
            "[null]",
            '["watch"',
            "[[]]",
            "999999999999999999999[]",
            '"',
            "\x00",
            "-1",
            "[{}]",
        )
        return framed((self._chance.choice(kinds) + self._chance.choice(bodies)).encode())

    def _watch(self) -> bytes:
        """A watch or a neighbour of it, with an unknown screen or parameters of a wrong type."""
        odd: Any = self._chance.choice(
            (None, 0, -1, 1e308, True, [], {}, "", "\x00", "x" * 2000, "../..", [[[]]], "\u202e", 2**63)
        )
        screen: Any = self._chance.choice((*self._screens, "nowhere", odd))
        names = ("date", "q", "booking_id", "before", "wishes", "services", "days", "minutes", "start", "x")
        params: Any = self._chance.choice(({self._chance.choice(names): odd}, {}, odd))
        event = self._chance.choice(("watch", "watch", "watch", "unwatch", "connect", "disconnect", "view", "__init__"))
        said: list[Any] = [event, {"screen": screen, "params": params, "key": odd}]
        if self._chance.random() < 0.2:
            said = [event, *self._chance.choice(([], [odd], [odd] * 50, [{"screen": odd}]))]
        number = self._chance.choice(("", "0", "1", str(2**60)))
        return framed(b"42" + number.encode() + orjson.dumps(said))

    def _attachment(self) -> bytes:
        """A binary event that promises attachments, or an attachment that nobody announced."""
        count, number = self._chance.choice((0, 1, 2, 999, 10**12)), self._chance.choice((0, -1, 7))
        promised = f'45{count}-["watch",{{"_placeholder":true,"num":{number}}}]'
        return self._chance.choice((framed(promised.encode()), framed(self._chance.randbytes(64), BINARY)))

    def _deep(self) -> bytes:
        depth = self._chance.choice((100, 2_000, 15_000))
        return framed(b'42["watch",' + b"[" * depth + b"]" * depth + b"]")

    def _long_name(self) -> bytes:
        return framed(b'42["' + b"w" * 30_000 + b'",{}]')

    def _oversized(self) -> bytes:
        return self._chance.choice((framed(b"4" + b"x" * 40_000), header(TEXT, 2**62), header(BINARY, 2**31)))

    def _truncated(self) -> bytes:
        whole = framed(b'42["watch",{"screen":"desk"}]')
        return whole[: self._chance.randrange(1, len(whole))]

    def _forbidden(self) -> bytes:
        """Reserved bits, opcodes that do not exist, an unmasked frame, a continuation of nothing."""
        return self._chance.choice(
            (b"\xf1\x80abcd", b"\x83\x80abcd", b"\x81\x022\x00", framed(b"2", CONTINUED), framed(b"2", 0xB))
        )

    def _bad_text(self) -> bytes:
        return framed(b'42["watch",{"screen":"\xff\xfe\xc0\xaf"}]')

    def _control(self) -> bytes:
        long, code = framed(b"x" * 126, PING), framed(struct.pack("!H", self._chance.randrange(65_536)), CLOSE)
        return self._chance.choice((framed(b"", PING), framed(b"p" * 125, PING), long, code))


def header(kind: int, length: int) -> bytes:
    """The head of a masked, final frame."""
    if length < 126:
        return bytes((0x80 | kind, 0x80 | length)) + b"\0\0\0\0"
    if length < 65_536:
        return bytes((0x80 | kind, 0xFE)) + struct.pack("!H", length) + b"\0\0\0\0"
    return bytes((0x80 | kind, 0xFF)) + struct.pack("!Q", length) + b"\0\0\0\0"


def framed(payload: bytes, kind: int = TEXT) -> bytes:
    """A whole masked frame; a mask of zeros leaves the payload as it is."""
    return header(kind, len(payload)) + payload


@contextmanager
def overheard(faults: list[str]) -> Iterator[None]:
    """Every error that is logged, by the hub or a library, and every exception that reached the loop."""

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage() not in ANSWERED:
                faults.append(f"{record.name}: {record.getMessage()[:300]}")

    ear, loop, before = Ear(logging.ERROR), asyncio.get_running_loop(), asyncio.get_running_loop().get_exception_handler()
    names = [None, "engineio.server", "socketio.server", "uvicorn.error", "uvicorn"]
    heard = [logging.getLogger(name) for name in names]
    loop.set_exception_handler(lambda _loop, what: faults.append(f"loop: {what.get('message')}: {what.get('exception')!r}"))
    for logger in heard:
        logger.addHandler(ear)
    try:
        with structlog.testing.capture_logs() as entries:
            yield
    finally:
        loop.set_exception_handler(before)
        for logger in heard:
            logger.removeHandler(ear)
    faults += [str(entry)[:300] for entry in entries if entry["log_level"] in {"error", "critical"}]


def resident_mib() -> float:
    """What this process holds in memory now."""
    [kib] = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(kib) / 1024


async def attack(running: Served, forger: Forger, token: str, frames: int, report: Fuzzed) -> None:
    """One socket after the other until `frames` are sent; some end in the middle of the handshake or without a word."""
    sent = 0
    while sent < frames:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        report.sockets += 1
        half_open = report.sockets % 10 == 0
        writer.write(_handshake(running)[: 60 if half_open else None])
        if not half_open:
            # What comes before the answer to the handshake would be lost.
            await reader.readuntil(b"\r\n\r\n")
        drain = asyncio.create_task(_swallow(reader))
        with suppress(OSError):
            if report.sockets % 7:
                writer.write(framed(b"40" + orjson.dumps({"token": token})))
            for _ in range(min(FRAMES_PER_SOCKET, frames - sent)):
                writer.write(forger.frame())
                sent += 1
                report.frames += 1
                await writer.drain()
                await asyncio.sleep(0.001)
                if drain.done():
                    break  # cut: what follows would reach nobody
            await asyncio.sleep(0.01)
        writer.transport.abort()
        drain.cancel()
        await asyncio.gather(drain, return_exceptions=True)


def _handshake(running: Served) -> bytes:
    lines = (
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
        f"Host: 127.0.0.1:{running.port}",
        f"Origin: {running.url}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _swallow(reader: asyncio.StreamReader) -> None:
    with suppress(OSError):
        while await reader.read(65_536):
            pass


async def witness(hub: Hub, page: Page, service: str, report: Fuzzed) -> None:
    """A customer walks in; the desk's page, which watches all the while, must be told."""
    report.rounds += 1
    before = len(page.of("view"))
    actor = Actor("staff", "f" * 32, hub.store_id, frozenset({"manager"}))
    data = {"services": [{"service_id": service}], "customer": {"name": f"顾客 {report.rounds}"}}
    await hub.door.send("visits.walk_in", data, actor, uuid.uuid4().hex)
    try:
        await page.until(lambda: len(page.of("view")) > before, SERVED_SECONDS)
    except TimeoutError:
        report.unserved += 1


async def fuzz(folder: Path, *, frames: int, seed: int = 1, rounds: int = 4, prepared: Path | None = None) -> Fuzzed:
    """`frames` hostile frames in `rounds`, each ended by a look at the page that behaves."""
    report = Fuzzed()
    async with demo_hub(folder, prepared) as hub, served(hub) as running:
        async with hub.database.read(hub.store_id) as session:
            service = next(iter((await catalog_of(session)).by_code.values())).id
        token = await session_of(hub, hub.store_id, "manager")
        page = await running.page({"token": token})
        if not (await page.watch("desk"))["ok"]:
            raise RuntimeError("the desk cannot be watched")
        screens = (
            list(hub.registry.screens) if isinstance(hub.registry.screens, dict) else [s.name for s in hub.registry.screens]
        )
        forgers = [Forger(seed * 1000 + n, screens) for n in range(SOCKETS_AT_ONCE)]
        with overheard(report.faults):
            for number in range(rounds):
                share = frames // rounds // SOCKETS_AT_ONCE + 1
                await asyncio.gather(*(attack(running, forger, token, share, report) for forger in forgers))
                await witness(hub, page, service, report)
                if number == 0:
                    settled = resident_mib()
            report.left_over = await _left_over(hub)
        report.growth_mib = max(0.0, resident_mib() - settled)
    return report


async def _left_over(hub: Hub) -> int:
    """What the hub holds beyond the one page that behaves, once it had time to see that the others have gone."""
    held = 0
    for _ in range(200):
        held = len(hub.sockets) - 1 + len(hub.publisher._audiences) - 1
        if held == 0:
            break
        await asyncio.sleep(0.05)
    return held


async def in_full(folder: Path) -> Finding:
    report = await fuzz(folder, frames=20_000, rounds=20)
    for line in report.faults[:20]:
        print(line)  # noqa: T201 - what a broken promise looks like
    return Finding(str(report), report.kept)


DRILLS = (Drill("S13", "frames that no page would send, and the other screens served as before", in_full),)
