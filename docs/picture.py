"""`make picture`: plays the demo store for a while and composes several of its screens into docs/salon-hub.jpg."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
import socket
import sys
import tempfile
import uuid
from pathlib import Path

import httpx
from playwright.async_api import Browser, async_playwright

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PLAYED_SECONDS = 110
SPEED = 60

SCREENS = {
    "desk": (1440, 900, "zh"),
    "waiting-room": (1920, 1080, "en"),
    "technician": (1280, 800, "zh"),
    "kiosk": (1080, 1920, "zh"),
    "visit": (390, 844, "en"),
}
FRAMES = {
    "desk": "left:32px;top:32px;width:1056px",
    "waiting-room": "left:32px;top:724px;width:668px",
    "technician": "left:732px;top:724px;width:601px",
    "kiosk": "left:1120px;top:32px;width:372px",
    "visit": "left:1365px;top:724px;width:174px",
}
"""Where each screen lies on the sheet, in pixels."""


async def main() -> None:
    with tempfile.TemporaryDirectory() as data:
        port = _free_port()
        hub = await asyncio.create_subprocess_exec(
            *(Path(sys.executable).parent / "salon-hub", "demo", "--port", str(port), "--host", "127.0.0.1"),
            *("--data", f"{data}/store", "--speed", str(SPEED)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            links = await _links(hub)
            await asyncio.sleep(PLAYED_SECONDS)
            links["visit"] = await _book(f"http://127.0.0.1:{port}")
            await _compose(links)
        finally:
            with contextlib.suppress(ProcessLookupError):
                hub.terminate()
            await hub.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _links(hub: asyncio.subprocess.Process) -> dict[str, str]:
    links: dict[str, str] = {}
    screen = ""
    lines = hub.stdout
    if lines is None:
        raise RuntimeError("the hub's output is not piped")
    async for raw in lines:
        line = raw.decode()
        if found := re.search(r"^\s+(http://\S+)", line):
            links.setdefault(screen, found.group(1))
        elif found := re.match(r"^([a-z-]+)\b", line):
            screen = found.group(1)
        elif line.startswith("Salon Hub"):
            break
    asyncio.get_running_loop().create_task(_drain(lines))
    return links


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(65536):
        pass


async def _book(address: str) -> str:
    """A customer books a cut by phone; the address that follows the visit."""
    headers = {"Origin": address, "X-Requested-With": "salon-hub"}
    async with httpx.AsyncClient(base_url=address, headers=headers) as client:
        services = (await client.get("/api/views/book")).json()["view"]["services"]
        service = next(s["id"] for s in services if s["name"]["en"] == "Women's cut")
        slots = (await client.get("/api/views/slots", params={"services": service, "days": 3})).json()["view"]
        start = next(day for day in slots["days"] if day["starts"])["starts"][0]["start"]
        held = await _send(client, "bookings.hold_slot", {"services": [{"service_id": service}], "start": start})
        person = {"name": "Emma Clarke", "phone": "+8613912345678", "language": "en", "consent": True}
        proof = {"booking_id": held["booking_id"], "hold_token": held["hold_token"]}
        confirmed = await _send(client, "bookings.confirm_hold", {**proof, **person})
    return f"{address}/v/{confirmed['link']}"


async def _send(client: httpx.AsyncClient, name: str, data: dict[str, object]) -> dict[str, str]:
    answer = await client.post(f"/api/commands/{name}", json={"id": uuid.uuid4().hex, "data": data})
    answer.raise_for_status()
    result: dict[str, str] = answer.json()["result"]
    return result


async def _compose(links: dict[str, str]) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        shots = {name: await _shot(browser, links[name], *size) for name, size in SCREENS.items()}
        page = await browser.new_page(viewport={"width": 1572, "height": 1132}, device_scale_factor=1)
        await page.set_content(_sheet(shots))
        await page.screenshot(path=HERE / "salon-hub.jpg", type="jpeg", quality=72)
        await browser.close()


async def _shot(browser: Browser, address: str, width: int, height: int, language: str) -> str:
    locale = "zh-CN" if language == "zh" else "en-GB"
    context = await browser.new_context(locale=locale, viewport={"width": width, "height": height})
    page = await context.new_page()
    await page.goto(address)
    await page.wait_for_timeout(3500)
    image = await page.screenshot(type="jpeg", quality=90)
    await context.close()
    return base64.b64encode(image).decode()


def _sheet(shots: dict[str, str]) -> str:
    images = "".join(f'<img src="data:image/jpeg;base64,{shot}" style="{FRAMES[name]}">' for name, shot in shots.items())
    style = "body{margin:0;background:#e9e3d6}img{position:absolute;border-radius:10px;box-shadow:0 10px 34px #3e301838}"
    return f"<!doctype html><style>{style}</style>{images}"


if __name__ == "__main__":
    asyncio.run(main())
