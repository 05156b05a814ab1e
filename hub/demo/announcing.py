"""What the terminal says: accounts, and each screen's one-time link."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import qrcode
from rich.console import Console
from rich.markup import escape

from hub.app import build
from hub.backoffice.privacy.checking import check_keys
from hub.backoffice.security.first_start import Credential
from hub.backoffice.security.links import Link, fresh_links
from hub.demo.times import clock_beside
from hub.gateway.address import ANY_HOSTS, HubAddress
from hub.imports.terminal import credentials_table
from hub.kernel.clock import Clock, SystemClock
from hub.kernel.terminal_text import told
from hub.settings import Settings


def local_address(settings: Settings) -> str:
    """The address under which this machine itself reaches the hub."""
    host = "127.0.0.1" if settings.host in ANY_HOSTS else settings.host
    return HubAddress("", host, settings.port, secure=settings.tls_cert is not None).base()


def lan_address(settings: Settings) -> str:
    """The address under which phones and tablets in the same network reach this machine."""
    return HubAddress(settings.public_url, settings.host, settings.port, secure=settings.tls_cert is not None).base()


def announce_links(console: Console, address: str, links: Sequence[Link], *, codes: bool = True) -> None:
    """Each screen's one-time address, with a QR code for those that live on a phone or tablet."""
    for link in links:
        whom = f"  {escape(link.whom)}" if link.whom else ""
        console.print(f"[bold]{link.screen}[/bold]{whom}\n  {address}{link.path}", highlight=False, soft_wrap=True)
    if not codes:
        return
    for link in links:
        if link.screen in ("kiosk", "book") or link is next((each for each in links if each.screen == "technician"), None):
            code = qrcode.QRCode(border=1)
            code.add_data(f"{address}{link.path}")
            console.print(f"\n{link.screen} {link.whom or ''}", markup=False)
            code.print_ascii(out=console.file, invert=True)


def announce_accounts(console: Console, credentials: Sequence[Credential]) -> None:
    """Accounts with their fresh secrets."""
    console.print(credentials_table(credentials))
    console.print("Shown once 仅显示一次\n")


def announce(
    console: Console,
    settings: Settings,
    credentials: Sequence[Credential],
    links: Sequence[Link],
    clock: Clock,
    zone: ZoneInfo,
) -> None:
    """Everything that somebody needs to join in."""
    if credentials:
        announce_accounts(console, credentials)
    else:
        said = told("accounts-there", data=str(settings.data))
        console.print(f"{said}\n", highlight=False, markup=False, soft_wrap=True)
    address = lan_address(settings)
    announce_links(console, address, links)
    local = clock.now().astimezone(zone)
    console.print(f"\nSalon Hub  {address}/   {local:%Y-%m-%d %H:%M} {zone.key}, {clock.speed:g}×\n", highlight=False)


async def print_links(settings: Settings, console: Console) -> None:
    """For `salon-hub links`: beside a running hub, or with none."""
    hub = build(settings, clock=await clock_beside(settings), wall=SystemClock())
    try:
        if not await hub.find_store():
            console.print(told("links-no-store", data=str(settings.data)), highlight=False, markup=False, soft_wrap=True)
            return
        await check_keys(hub.database, hub.vault)
        announce_links(console, lan_address(settings), await fresh_links(hub.door, hub.store_id))
    finally:
        await hub.close()
