"""R14: upgrades keep data. A store of every released schema, kept as SQL in `released/`, is brought to this release and opened
by the hub; every row must still be there, and the tables must be those of a new store.

`NAME.key` and `NAME.keyring` belong to a store made for this drill alone. A released version is never written again:
a change of the tables needs a new version, and then a new file here.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from hub.app import build
from hub.kernel.database import Database
from hub.migrations.run import upgrade
from hub.recovery.finding import trouble_of
from hub.settings import Settings
from tests.drills.index import Drill, Finding

RELEASED = Path(__file__).parent / "released"
FILE = "hub.sqlite3"


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


async def in_full(folder: Path) -> Finding:
    report = await upgrade_all(folder)
    return Finding(str(report), report.schemas > 0 and not report.wrong)


DRILLS = (Drill("R14", "upgrades keep data", in_full),)
