"""R14: upgrades keep data. A store of every released schema, kept as SQL in `released/`, is brought to this release and opened
by the hub; every row must still be there, and the tables must be those of a new store.

A page in Chromium that was opened from the old build is told to reload by the new hub, and then is of the new build.

`NAME.key` and `NAME.keyring` belong to a store made for this drill alone. A released version is never written again:
a change of the tables needs a new version, and then a new file here.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Error as PlaywrightError

from hub.app import build
from hub.gateway.pages import built_front_end
from hub.kernel.database import Database
from hub.migrations.run import upgrade
from hub.recovery.finding import trouble_of
from hub.settings import Settings
from tests.browser import launched
from tests.drills import browsing
from tests.drills.index import Drill, Finding
from tests.drills.killing import free_port

RELEASED = Path(__file__).parent / "released"
FILE = "hub.sqlite3"

RELOAD_SECONDS = 60.0

SCRIPT = """() => document.querySelector('script[type="module"][src]').src"""


@dataclass(slots=True)
class Report:
    schemas: int = 0
    rows: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.schemas} released schemas with {self.rows} rows brought to head: {len(self.wrong)} things wrong"


async def upgrade_all(folder: Path, released: Path = RELEASED) -> Report:
    """Each schema of `released`, in a store of its own under `folder`."""
    new = folder / "new.sqlite3"
    await _to_head(new)
    report = Report()
    for dump in sorted(released.glob("*.sql")):
        settings = Settings(data=folder / dump.stem, solver_threads=0, rate_factor=0)
        settings.data.mkdir()
        path = settings.data / FILE
        shutil.copy(dump.with_suffix(".key"), settings.key_file)
        shutil.copy(dump.with_suffix(".keyring"), settings.keyring_file)
        settings.key_file.chmod(0o600)
        settings.keyring_file.chmod(0o600)
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(dump.read_text("utf-8"))
        before = _rows(path)
        await _to_head(path)
        report.schemas += 1
        report.rows += sum(before.values())
        report.wrong += [f"{dump.stem}: {thing}" for thing in await _wrong(settings, before, new)]
    return report


async def _to_head(path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}")
    await upgrade(database)
    await database.close()


async def _wrong(settings: Settings, before: dict[str, int], new: Path) -> list[str]:
    path = settings.data / FILE
    after = _rows(path)
    wrong = [f"rows of {name}" for name, count in before.items() if after.get(name) != count]
    wrong += [f"not as new: {sql[:60]}" for sql in sorted(_schema(path) ^ _schema(new))]
    trouble = trouble_of(settings)
    if trouble is not None:
        return [*wrong, str(trouble)]
    hub = build(settings)
    try:
        await hub.start()
        if not hub.store_id:
            wrong.append("the hub found no store")
    finally:
        await hub.close()
    return wrong


def _rows(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def _schema(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        told = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
        return {re.sub(r"\s+", " ", sql).strip() for (sql,) in told}


async def page_over_an_upgrade(folder: Path) -> bool:
    """Whether a desk's page that was opened before the upgrade is of the new build soon after it."""
    old, new = folder / "old", folder / "new"
    folder.mkdir(exist_ok=True)
    shutil.copytree(built_front_end(), old)
    name = new_build(old, new)
    await browsing.furnish(folder / "store")
    async with launched() as browser:
        page = await (await browsing.new_context(browser)).new_page()
        port = free_port()
        async with browsing.open_salon(folder / "store", port=port, front_end=old) as salon:
            await page.goto(await salon.link("desk"))
            await page.locator(".connection.live").first.wait_for()
        async with browsing.open_salon(folder / "store", port=port, front_end=new):
            ends = time.monotonic() + RELOAD_SECONDS
            while time.monotonic() < ends:
                with contextlib.suppress(PlaywrightError):  # it is just being loaded anew
                    if str(await page.evaluate(SCRIPT)).endswith(name):
                        return True
                await asyncio.sleep(0.2)
    return False


def new_build(old: Path, new: Path) -> str:
    """A copy of the build in which the desk's script has another name, as after a change of its source; that name."""
    shutil.copytree(old, new)
    page = new / "desk" / "index.html"
    found = re.search(r"/assets/([\w-]+\.js)", page.read_text("utf-8"))
    assert found is not None
    was, name = found.group(1), "desk-anewbuild.js"
    (new / "assets" / was).rename(new / "assets" / name)
    for file in (page, *(new / "assets").glob("*.js")):
        file.write_text(file.read_text("utf-8").replace(was, name), "utf-8")
    return name


async def in_full(folder: Path) -> Finding:
    report = await upgrade_all(folder)
    kept = report.schemas > 0 and not report.wrong
    if (reason := browsing.missing()) is not None:
        return Finding(f"{report}; {reason}", kept)
    reloaded = await page_over_an_upgrade(folder / "page")
    return Finding(f"{report}; the old page {'was' if reloaded else 'was not'} loaded anew", kept and reloaded)


DRILLS = (Drill("R14", "upgrades keep data", in_full),)
