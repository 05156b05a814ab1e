"""S4: what people type is text everywhere. Payloads through every field of free text, then every page in a real browser.

The fields come from the registry and the pages from the build, so that a new one is toured or the tour fails. Each page is
opened in both languages by those who use it, under the hub's own Content-Security-Policy, and its buttons are pressed, so that
sheets and dialogs are seen too. Nothing may run, breach the policy, become an element or an attribute, or make the page wider.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page
from playwright.async_api import Error as BrowserError
from playwright.async_api import TimeoutError as BrowserTimeoutError

from hub.app import build
from hub.demo.store import Filler, open_demo, roster
from hub.gateway.pages import built_front_end
from hub.kernel.access import Actor, system
from hub.kernel.clock import ManualClock, ScaledClock
from hub.kernel.text import Language
from hub.settings import Settings
from tests.browser import CHROMIUM, launched
from tests.drills.exports import faults_of_exports
from tests.drills.fields import text_fields
from tests.drills.index import Drill, Finding
from tests.drills.looking import WATCH, Seen, look
from tests.drills.payloads import KINDS
from tests.drills.recipes import Scene, fill, is_excused
from tests.e2e.conftest import MORNING, Salon
from tests.gateway.conftest import served
from tests.roles import session_of

LANGUAGES: tuple[Language, ...] = ("en", "zh")
SETTLE_MS = 250
"""From a click to what it opens."""

UNPRESSED = "[type=submit], .danger, [aria-haspopup=listbox], [download], [role=switch]"
"""What is not pressed: it sends, destroys or leaves, or takes rights from those who look on."""

WAYS_OUT = frozenset({"Sign out", "退出登录"})

PRESSED = (
    ".tl-block, .guest, .audit-row, .person, .device-name, [role=tab], summary, .attention button, .line, .offer, "
    "main button, header button, aside button"
)

PRESSABLE = """([wanted, left]) =>
    [...document.querySelectorAll(wanted)].flatMap((each, number) =>
        each.checkVisibility({visibilityProperty: true}) && !each.disabled && !each.matches(left)
            ? [[number, (each.innerText || each.getAttribute("aria-label") || "").slice(0, 80)]] : [])"""
"""Of what may be pressed, which can be: its number among all and its words."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A page as somebody opens it. `who` is a role, or the name of a path that the scene has made."""

    page: str
    path: str
    size: tuple[int, int]
    who: str = "manager"


OFFICE, PHONE, DESK = (1280, 900), (390, 844), (1440, 900)
PAGES_OF_THE_OFFICE = (
    *("devices", "staff", "roles", "privacy", "audit", "alarms", "backups", "me", "desk"),
    *("team", "catalog", "wording", "lengths", "look-back"),
)
STOPS: tuple[Stop, ...] = (
    Stop("home", "/", OFFICE),
    Stop("desk", "/desk", DESK, "front_desk"),
    Stop("technician", "/technician", (1280, 800), "technician"),
    Stop("waiting-room", "/waiting-room", (1920, 1080), "screen"),
    Stop("kiosk", "/kiosk", (1080, 1920), "kiosk"),
    Stop("book", "/book", PHONE, "anonymous"),
    Stop("visit", "visit", PHONE, "anonymous"),
    Stop("visit", "own_visit", PHONE, "anonymous"),
    Stop("waitlist", "waiting", PHONE, "anonymous"),
    Stop("my-visits", "/my-visits", PHONE, "member"),
    Stop("sign-in", "/sign-in", OFFICE, "tablet"),
    *(Stop(page, f"/{page}", OFFICE) for page in PAGES_OF_THE_OFFICE),
)
SEATS = {"kiosk": "kiosk", "screen": "waiting_room", "tablet": "tablet", "technician": "technician", "member": "customer"}


@dataclass(slots=True)
class Report:
    """What the tour came to."""

    fields: int = 0
    kinds: int = 0
    pages: int = 0
    """Pages opened, each language for itself."""
    presses: int = 0
    seen: set[str] = field(default_factory=set)
    """Fields whose payload was read on some page, letter by letter."""
    unfilled: set[str] = field(default_factory=set)
    """Fields that got no payload and are not excused."""
    wrong: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        return not self.wrong and not self.unfilled and self.pages > 0

    def __str__(self) -> str:
        toured = f"{self.kinds} kinds of payloads through {self.fields} fields, {self.pages} pages and {self.presses} presses"
        unfilled = f", not filled: {', '.join(sorted(self.unfilled))}" if self.unfilled else ""
        return f"{toured}, {len(self.seen)} fields read back on a page: {len(self.wrong)} run, breached or broken{unfilled}"


def pages_of_the_build() -> set[str]:
    return {page.parent.name for page in built_front_end().glob("*/index.html")} - {"gallery"}


async def furnish(home: Path) -> None:
    """A demo store with its team on shift, to be copied for every kind."""
    hub = build(Settings(data=home / "store", anchor_minutes=0), clock=ManualClock(MORNING))
    await hub.prepare()
    await open_demo(hub)
    filler = Filler(hub, system(hub.store_id, "demo"), 7)
    for days in range(3):
        await roster(filler, (MORNING + timedelta(hours=8, days=days)).date())
    await hub.close()


@asynccontextmanager
async def opened(home: Path, folder: Path) -> AsyncIterator[Salon]:
    shutil.copytree(home, folder)
    settings = Settings(
        data=folder / "store", rate_factor=0, language="en", anchor_minutes=0, solver_threads=0, mail_folder=folder / "mail"
    )
    hub = build(settings, clock=ScaledClock(MORNING, 1.0))
    await hub.start()
    try:
        async with served(hub) as running:
            yield Salon(hub, running.url, Actor("staff", "f" * 32, hub.store_id, frozenset({"manager"})))
    finally:
        await hub.close()


class Tourist:
    """Opens pages in a browser and notes what happened there."""

    def __init__(self, scene: Scene, chromium: Browser, report: Report, presses: int) -> None:
        self._scene = scene
        self._chromium = chromium
        self._report = report
        self._presses = presses

    async def visit_all(self, languages: tuple[Language, ...]) -> None:
        """Two pages at a time: most of a page's time is waiting for it to settle."""
        room = asyncio.Semaphore(2)

        async def visit(stop: Stop, language: Language) -> None:
            async with room:
                await self.visit(stop, language)

        async with asyncio.TaskGroup() as visits:
            for language in languages:
                for stop in STOPS:
                    visits.create_task(visit(stop, language))

    async def visit(self, stop: Stop, language: Language) -> None:
        where = f"{stop.page} as {stop.who}, {language}, {self._scene.kind}"
        async with self._page(stop, language) as page:
            errors: list[str] = []
            page.on("pageerror", lambda error: errors.append(str(error)))
            address = self._scene.made.get(stop.path, stop.path)
            await page.goto(f"{self._scene.salon.url}{address}")
            try:
                await page.wait_for_selector("main, .desk, .room, .kiosk, .tablet", timeout=40_000)
            except BrowserTimeoutError:
                self._report.wrong.append(f"{where}: nothing to look at but {(await page.inner_text('body'))[:200]!r}")
                return
            with suppress(BrowserTimeoutError):
                await page.wait_for_selector(".skeleton", state="detached", timeout=10_000)
            await page.wait_for_timeout(2 * SETTLE_MS)
            self._report.pages += 1
            self._note(where, await look(page))
            if stop.who == "anonymous" or self._presses:
                await self._press(page, where)
            self._report.wrong += [f"{where}: a script failed: {error}" for error in errors]

    async def _press(self, page: Page, where: str) -> None:
        """Each button in turn, and a look at what it opened; whatever leads elsewhere is come back from."""
        home, pressed = page.url, set[str]()
        for _ in range(self._presses):
            found = await self._next(page, pressed)
            if found is None:
                return
            await page.wait_for_timeout(SETTLE_MS)
            self._report.presses += 1
            self._note(f"{where}, after {found!r}", await look(page))
            await page.keyboard.press("Escape")
            if page.url.partition("#")[0] != home.partition("#")[0]:
                await page.goto(home)
                await page.wait_for_timeout(2 * SETTLE_MS)

    async def _next(self, page: Page, pressed: set[str]) -> str | None:
        """Press the first that has not been pressed; its words. A sheet that does not close is pressed through as well."""
        for number, words in await page.evaluate(PRESSABLE, [PRESSED, UNPRESSED]):
            if words in pressed | WAYS_OUT:
                continue
            pressed.add(words)
            try:
                await page.locator(PRESSED).nth(number).click(timeout=1_000)
            except BrowserError:
                continue  # it went away, or something lies over it
            return str(words)
        return None

    def _note(self, where: str, seen: Seen) -> None:
        self._report.wrong += [f"{where}: {fault}" for fault in seen.faults]
        self._report.seen |= {name for name in self._scene.given if seen.has(self._scene.text(name))}

    @asynccontextmanager
    async def _page(self, stop: Stop, language: Language) -> AsyncIterator[Page]:
        context = await self._chromium.new_context(
            service_workers="block",
            locale="zh-CN" if language == "zh" else "en-GB",
            viewport={"width": stop.size[0], "height": stop.size[1]},
            reduced_motion="reduce",
        )
        try:
            await context.add_init_script(WATCH)
            if stop.who != "anonymous":
                name = f"salon_hub_{SEATS[stop.who]}" if stop.who in SEATS else "salon_hub"
                token = await self._token(stop.who)
                await context.add_cookies([{"name": name, "value": token, "url": self._scene.salon.url}])
            yield await context.new_page()
        finally:
            await context.close()

    async def _token(self, role: str) -> str:
        made = self._scene.made
        who = {"manager": made["manager"], "member": made["customer"], "technician": made["technician_account"]}.get(role)
        subject = made["technician"] if role == "technician" else None
        hub = self._scene.salon.hub
        return await session_of(hub, hub.store_id, role, who, subject)


async def tour(folder: Path, *, kinds: tuple[str, ...], presses: int, languages: tuple[Language, ...] = LANGUAGES) -> Report:
    """Every kind through every field, and every page after each."""
    report, fields = Report(kinds=len(kinds)), text_fields()
    toured = {name for name in fields if not is_excused(name)}
    report.fields = len(toured)
    report.wrong += [f"the page {page} is not toured" for page in pages_of_the_build() - {stop.page for stop in STOPS}]
    await furnish(folder / "furnished")
    async with launched() as chromium:
        for kind in kinds:
            async with opened(folder / "furnished", folder / kind) as salon:
                scene = Scene(salon, kind, fields)
                await fill(scene)
                report.unfilled |= toured - scene.given - scene.refused
                tourist = Tourist(scene, chromium, report, presses)
                await tourist.visit_all(languages)
                report.wrong += [f"{kind}: {fault}" for fault in await faults_of_exports(scene, chromium)]
    return report


async def _in_full(folder: Path) -> Finding:
    if not CHROMIUM.exists() or not pages_of_the_build():
        return Finding(f"no Chromium at {CHROMIUM}, or no built pages", kept=False, skipped=True)
    report = await tour(folder, kinds=tuple(KINDS), presses=25)
    for line in report.wrong[:40]:
        print(line)  # noqa: T201 - what a broken promise looks like
    return Finding(str(report), report.kept)


DRILLS = (Drill("S4", "what people type is text on every page, in every export and mail", _in_full),)

__all__ = ["DRILLS", "STOPS", "Any", "Report", "tour"]
