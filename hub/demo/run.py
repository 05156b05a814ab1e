"""`salon-hub demo`: the demo store, its simulated people and the hub in one process, on a faster clock."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from zoneinfo import ZoneInfo

import httpx
import qrcode
import structlog
import uvicorn
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from hub.app import Hub, build
from hub.backoffice.security.commands.accounts import CreateAccount
from hub.backoffice.security.commands.devices import RevokeDevice
from hub.backoffice.security.commands.links import MakeLink
from hub.backoffice.security.first_start import Credential
from hub.backoffice.security.fresh import fresh_password
from hub.backoffice.security.links import Link, fresh_links
from hub.backoffice.security.queries import accounts, devices
from hub.demo import salon
from hub.demo.people import HttpFloor, People
from hub.demo.store import open_demo, prepare_days
from hub.kernel.access import system
from hub.kernel.clock import ScaledClock, SystemClock
from hub.kernel.database import Database
from hub.kernel.tables import EventRow, Store
from hub.settings import Settings

DAY_BEGINS = wall_time(9, 45)
"""A quarter of an hour before opening, when the first customers come."""

AFTER_CLOSING = timedelta(minutes=45)
STEP_SECONDS = 0.5
"""The simulated people look at the floor twice a second of real time, however fast the clock."""

SIMULATION = "simulation"
OWN_LOGIN = "simulated-desk"

log = structlog.get_logger(__name__)


class Stopwatch:
    """Stands at zero until it is started, so that making the store takes none of the day."""

    def __init__(self) -> None:
        self._zero: float | None = None

    def start(self) -> None:
        self._zero = time.monotonic()

    def __call__(self) -> float:
        return 0.0 if self._zero is None else time.monotonic() - self._zero


async def demo(settings: Settings, speed: float, console: Console) -> None:
    """Serve the demo until interrupted."""
    watch = Stopwatch()
    clock = ScaledClock(await _moment_to_go_on(settings), speed, watch)
    hub = build(settings, clock=clock, wall=SystemClock())
    await hub.prepare()
    credentials = [] if hub.store_id else await open_demo(hub)
    await prepare_days(hub, _today(clock))
    server = uvicorn.Server(_config(hub))
    serving = asyncio.create_task(server.serve(), name="server")
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn tells of its start by a flag only
        await asyncio.sleep(0.05)
    if serving.done():
        await serving
        return
    _announce(console, settings, credentials, await fresh_links(hub.door, hub.store_id), clock)
    watch.start()
    tasks = [
        asyncio.create_task(_play(hub, _local_address(settings)), name="simulated people"),
        asyncio.create_task(_turn_the_days(hub, clock), name="days"),
    ]
    for task in tasks:
        task.add_done_callback(_say_why_it_ended)
    try:
        await serving
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _say_why_it_ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("the demo goes on without them", task=task.get_name(), exc_info=error)


def _config(hub: Hub) -> uvicorn.Config:
    from hub.serving import server_config

    return server_config(hub)


async def _moment_to_go_on(settings: Settings) -> datetime:
    """Where the store's own log ends; on a first start this morning, before opening."""
    zone = ZoneInfo(salon.ZONE)
    morning = datetime.combine(datetime.now(zone).date(), DAY_BEGINS, tzinfo=zone).astimezone(UTC)
    if settings.database_url == "" and not (settings.data / "hub.sqlite3").exists():
        return morning
    database = Database(settings.url)
    try:
        async with database.read(None) as session:
            store_id = await session.scalar(select(Store.id))
        if store_id is None:
            return morning
        async with database.read(store_id) as session:
            return await session.scalar(select(func.max(EventRow.at))) or morning
    finally:
        await database.close()


def _today(clock: ScaledClock) -> date:
    return clock.now().astimezone(ZoneInfo(salon.ZONE)).date()


async def _turn_the_days(hub: Hub, clock: ScaledClock) -> None:
    """When the last customer has gone, fill the days ahead and go on tomorrow morning."""
    zone = ZoneInfo(salon.ZONE)
    closes = wall_time.fromisoformat(salon.CLOSES)
    while True:
        today = _today(clock)
        over = datetime.combine(today, closes, tzinfo=zone) + AFTER_CLOSING
        await asyncio.sleep(max(1.0, (over - clock.now()).total_seconds() / clock.speed))
        if clock.now() < over:
            continue
        tomorrow = today + timedelta(days=1)
        await prepare_days(hub, tomorrow)
        morning = datetime.combine(tomorrow, DAY_BEGINS, tzinfo=zone)
        if clock.now() < morning:
            clock.jump_to(morning)


# the simulated people's own way in


async def _play(hub: Hub, address: str) -> None:
    async with AsyncExitStack() as stack:
        clients = await _sign_everybody_in(hub, address, stack)
        async with hub.database.read(hub.store_id) as session:
            own = {device.id for device in await devices(session) if device.name == SIMULATION and device.revoked_at is None}
            own |= {account.id for account in await accounts(session, hub.vault) if account.login == OWN_LOGIN}
        await People(HttpFloor(clients, own), seed=7, speed=hub.clock.speed).run(STEP_SECONDS)


async def _sign_everybody_in(hub: Hub, address: str, stack: AsyncExitStack) -> dict[str, httpx.AsyncClient]:
    """One browser-like client for the simulated desk, the kiosk and each technician; older simulated devices are revoked."""
    actor = system(hub.store_id, "demo")
    async with hub.database.read(hub.store_id) as session:
        people = await accounts(session, hub.vault)
        old = [device.id for device in await devices(session) if device.name == SIMULATION and device.revoked_at is None]
    for device_id in old:
        await hub.door.submit(RevokeDevice(device_id=device_id), actor, hub.chance.id())
    desk = next((person.id for person in people if person.login == OWN_LOGIN), None) or await _own_account(hub)
    links = {"desk": MakeLink(screen="desk", to="/desk", account_id=desk)}
    links["kiosk"] = MakeLink(screen="kiosk", to="/kiosk", device_kind="kiosk", device_name=SIMULATION)
    for person in people:
        if person.technician_id:
            links[person.technician_id] = MakeLink(
                screen="technician",
                to="/technician",
                account_id=person.id,
                device_kind="technician_tablet",
                device_name=SIMULATION,
            )
    clients = {}
    for who, command in links.items():
        seat = who if who in ("desk", "kiosk") else "technician"
        clients[who] = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url=address,
                headers={"Origin": address, "X-Requested-With": "salon-hub", "X-Salon-Seat": seat},
            )
        )
        path = (await hub.door.submit(command, actor, hub.chance.id())).result["path"]
        await clients[who].get(path)
    return clients


async def _own_account(hub: Hub) -> str:
    command = CreateAccount(
        login=OWN_LOGIN,
        name="Simulated people",
        roles=["manager"],
        password=fresh_password(hub.chance),
        must_change_password=False,
    )
    made = await hub.door.submit(command, system(hub.store_id, "demo"), hub.chance.id())
    return str(made.result["account_id"])


# what the terminal says


def _local_address(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.port}"


def lan_address(settings: Settings) -> str:
    """The address under which phones and tablets in the same network reach this machine; asks no other machine."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # a documentation address: a datagram socket only looks up its route
        host = probe.getsockname()[0]
        if settings.host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
            return f"http://{host}:{settings.port}"
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    return f"http://{host}:{settings.port}"


def announce_links(console: Console, address: str, links: Sequence[Link], *, codes: bool = True) -> None:
    """Each screen's one-time address, with a QR code for those that live on a phone or tablet."""
    for link in links:
        whom = f"  {link.whom}" if link.whom else ""
        console.print(f"[bold]{link.screen}[/bold]{whom}\n  {address}{link.path}", highlight=False, soft_wrap=True)
    if not codes:
        return
    for link in links:
        if link.screen in ("kiosk", "book") or link is next((each for each in links if each.screen == "technician"), None):
            code = qrcode.QRCode(border=1)
            code.add_data(f"{address}{link.path}")
            console.print(f"\n{link.screen} {link.whom or ''}")
            code.print_ascii(out=console.file, invert=True)


def _announce(
    console: Console, settings: Settings, credentials: Sequence[Credential], links: Sequence[Link], clock: ScaledClock
) -> None:
    if credentials:
        table = Table("Account 账号", "Who 姓名", "Role 角色", "Password 密码", "PIN")
        for each in credentials:
            table.add_row(each.login, each.name, each.role, each.password or "", each.pin or "")
        console.print(table)
        console.print("Shown once 仅显示一次\n")
    address = lan_address(settings)
    announce_links(console, address, links)
    local = clock.now().astimezone(ZoneInfo(salon.ZONE))
    console.print(f"\nSalon Hub  {address}/   {local:%Y-%m-%d %H:%M} {salon.ZONE}, {clock.speed:g}×\n", highlight=False)


async def print_links(settings: Settings, console: Console) -> None:
    """For `salon-hub links`: beside a running hub, or with none."""
    hub = build(settings)
    try:
        if not await hub.find_store():
            console.print("no store in", str(settings.data))
            return
        announce_links(console, lan_address(settings), await fresh_links(hub.door, hub.store_id))
    finally:
        await hub.close()
