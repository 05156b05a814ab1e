"""R7: honest offline.

A technician's tablet, a real page in Chromium, loses its network and is tapped on; the salon goes on without it, three days
pass, the technician's session has long ended, the page was closed. Then the network is back, the same person signs in again,
and what lay on the tablet is sent. Each tap must have been done, once, or be shown as a conflict.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from playwright.async_api import BrowserContext, Page
from sqlalchemy import func, select

from hub.kernel import answers
from hub.kernel.clock import ScaledClock
from hub.kernel.jobs import JobLoop
from hub.kernel.tables import AnswerRow, EventRow
from tests.browser import launched
from tests.drills import browsing
from tests.drills.index import Drill, Finding
from tests.e2e.conftest import Salon

BOX = "salon-hub.technician"
WHO, CODE = "阿杰", "T4"
PATIENCE_SECONDS = 600.0

LETTERS = """name => new Promise((resolve, reject) => {
  const request = indexedDB.open(name, 1);
  request.onerror = () => reject(request.error);
  request.onupgradeneeded = () => request.result.createObjectStore("letters", { keyPath: "n", autoIncrement: true });
  request.onsuccess = () => {
    const all = request.result.transaction("letters").objectStore("letters").getAll();
    all.onsuccess = () => { request.result.close(); resolve(all.result); };
    all.onerror = () => reject(all.error);
  };
})"""
"""What lies on the device."""

# Never the same button twice running: within a moment that is a thumb that bounces, and one tap.
TAP = """names => {
  const open = [...document.querySelectorAll(".actions button")].filter(
    (button) => !button.disabled && button !== window.tapped && names.some((name) => button.textContent.includes(name)));
  const chosen = window.tapped = open[Math.floor(Math.random() * open.length)];
  if (chosen) chosen.click();
  return Boolean(chosen);
}"""

BUTTONS = ["+5", "+10", "+15", "Ask for help", "Ask for cleaning", "Finish"]

FORGETFUL = f'indexedDB.deleteDatabase("{BOX}");'
"""A device on which every new page finds nothing of the last one's."""


@dataclass(slots=True)
class Report:
    hours: int
    taps: int = 0
    applied: int = 0
    conflicts: int = 0
    dropped: int = 0
    doubled: int = 0
    early: int = 0
    """Refused before the person had signed in again."""
    shown: str = ""
    """What the tablet says of its conflicts."""
    codes: set[str] = field(default_factory=set)

    @property
    def kept(self) -> bool:
        told = self.conflicts == 0 or bool(self.shown)
        return self.applied + self.conflicts == self.taps and not (self.dropped or self.doubled or self.early) and told

    def __str__(self) -> str:
        return (
            f"{self.taps} taps over {self.hours} h without a network: {self.applied} done, {self.conflicts} shown as "
            f"conflicts, {self.dropped} dropped, {self.doubled} doubled"
        )


async def cut_off(folder: Path, *, taps: int, hours: int, seed: int, script: str = "") -> Report:
    """`script` runs in the page before its own, to take a guard away."""
    report, chance = Report(hours), random.Random(seed)
    await browsing.furnish(folder / "store", days=2)
    async with browsing.open_salon(folder / "store") as salon, launched() as browser:
        browsing.in_haste(salon.hub)
        context = await browsing.new_context(browser)
        if script:
            await context.add_init_script(script)
        visits = await _begin(salon)
        page = await _at_work(salon, context)
        await context.set_offline(True)
        ids = await _tap(page, taps)
        report.taps = taps
        await page.close()
        await _days_pass(salon, visits, hours, chance)
        await context.set_offline(False)
        early = await _before_sign_in(salon, context)
        report.early = sum("refused" in letter for letter in early)
        page = await context.new_page()
        await page.goto(await salon.link("technician", WHO))
        await _emptied(page)
        left = await letters(page)
        await _compare(salon, report, ids, left)
        if report.conflicts:
            report.shown = await page.locator(".unsent").inner_text()
    return report


async def _begin(salon: Salon) -> list[str]:
    """Two customers of hers in the shop; the visits."""
    made = [await salon.walk_in("CUTM", technician=CODE, name=name) for name in ("王雅琴", "李雷")]
    await salon.until(lambda day: any(item.phases[0].start for b in day.bookings for item in b.items), seconds=180)
    return [visit["visit_id"] for visit in made]


async def _at_work(salon: Salon, context: BrowserContext) -> Page:
    page = await context.new_page()
    await page.goto(await salon.link("technician", WHO))
    await page.get_by_role("button", name="Start").click()
    await page.get_by_text("In service").first.wait_for()
    return page


async def _tap(page: Page, taps: int) -> set[str]:
    """Tap; the ids that lie on the device then."""
    for _ in range(taps):
        assert await page.evaluate(TAP, BUTTONS)
        await asyncio.sleep(0.01)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(found := await letters(page)) < taps:
            await asyncio.sleep(0.2)
    return {letter["id"] for letter in found}


async def letters(page: Page) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], await page.evaluate(LETTERS, BOX))


async def _days_pass(salon: Salon, visits: list[str], hours: int, chance: random.Random) -> None:
    """Others finish what she began, or send a customer home; the ids that may be forgotten are forgotten."""
    day = await salon.day()
    running = next(item.id for b in day.bookings for item in b.items if item.phases[0].state == "running")
    await salon.send("visits.finish_service", item_id=running)
    await salon.send("visits.leave", visit_id=chance.choice(visits))
    clock = cast(ScaledClock, salon.hub.clock)
    clock.jump_to(clock.now() + timedelta(hours=hours))
    job = answers.forget_job(salon.hub.database, clock, ())
    await JobLoop(salon.hub.database, clock, []).run_once(job)


async def _before_sign_in(salon: Salon, context: BrowserContext) -> list[dict[str, Any]]:
    """The network is back before the person is: nothing may be sent in anybody's name, nor be given up."""
    page = await context.new_page()
    await page.goto(f"{salon.url}/technician")
    await asyncio.sleep(3)
    found = await letters(page)
    await page.close()
    return found


async def _emptied(page: Page) -> None:
    """Until everything was sent and answered."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while any("refused" not in letter for letter in await letters(page)):
            await asyncio.sleep(0.5)


async def _compare(salon: Salon, report: Report, ids: set[str], left: list[dict[str, Any]]) -> None:
    async with salon.hub.database.read(salon.hub.store_id) as session:
        known = set(await session.scalars(select(AnswerRow.command_id).where(AnswerRow.command_id.in_(ids))))
        done = select(EventRow.command_id, func.count()).where(
            EventRow.command_id.in_(ids), EventRow.type == "visits.help_asked"
        )
        facts = (await session.execute(done.group_by(EventRow.command_id))).all()
    conflicts = {letter["id"]: letter["refused"]["code"] for letter in left}
    report.applied, report.conflicts = len(known - set(conflicts)), len(conflicts)
    report.dropped = report.taps - len(known | set(conflicts))
    report.doubled = sum(count > 1 for _, count in facts)
    report.codes = set(conflicts.values())


async def in_full(folder: Path) -> Finding:
    if (reason := browsing.missing()) is not None:
        return Finding(reason, kept=False, skipped=True)
    report = await cut_off(folder, taps=200, hours=72, seed=1)
    return Finding(str(report), report.kept)


DRILLS = (Drill("R7", "honest offline", in_full),)
