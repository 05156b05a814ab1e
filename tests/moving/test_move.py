"""A whole store moves without loss, or not at all."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from typer.testing import CliRunner

from hub.app import Hub, build
from hub.cli import app
from hub.demo.store import open_demo
from hub.kernel.clock import ManualClock
from hub.kernel.database import Database
from hub.kernel.ids import SeededRandomness
from hub.kernel.moved import MARK, StoreMovedError
from hub.kernel.tables import Store
from hub.migrations.schema import all_tables
from hub.moving import move as moving
from hub.moving.move import Moved, MoveRefusedError, move
from hub.moving.rows import Sum, reading
from hub.operations.bookings.people import revealed_name
from hub.operations.bookings.tables import CustomerRow
from hub.settings import Settings
from tests.conftest import MORNING

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """A folder with the demo's store and its keys."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "store").mkdir()
    shutil.copy(migrated, folder / "store" / migrated.name)

    async def furnish() -> None:
        hub = _hub(folder, "")
        await hub.prepare()
        await open_demo(hub)
        await hub.close()

    asyncio.run(furnish())
    return folder


@pytest.fixture
def folder(demo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo, tmp_path / "copy"))


def _hub(folder: Path, url: str) -> Hub:
    settings = Settings(data=folder / "store", database_url=url, solver_threads=0)
    return build(settings, clock=ManualClock(MORNING), chance=SeededRandomness(3))


async def moved(folder: Path, url: str, *, dry_run: bool = False) -> Moved:
    return await move(folder / "store", folder / "store" / "hub.sqlite3", url, now=NOW, dry_run=dry_run)


def dump(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "store" / "hub.sqlite3")) as connection:
        return list(connection.iterdump())


async def sums(url: str) -> dict[str, Sum]:
    """What a database holds, read by another way than the move's own."""
    database, found = Database(url), {}
    async with database.reader.connect() as connection:
        for table in all_tables().sorted_tables:
            found[table.name] = Sum()
            for row in await connection.execute(reading(table)):
                found[table.name].add(tuple(row))
    await database.close()
    return found


async def rows_in(url: str) -> int:
    return sum(found.rows for found in (await sums(url)).values())


async def names(hub: Hub) -> list[str]:
    """Sealed values, opened."""
    await hub.find_store()
    async with hub.database.read(hub.store_id) as session:
        return sorted(revealed_name(hub.vault, row) for row in await session.scalars(select(CustomerRow)))


async def test_a_whole_store_moves_as_it_is(folder: Path, postgres_url: str) -> None:
    before = dump(folder)
    done = await moved(folder, postgres_url)
    assert done.rows > 500
    assert await sums(postgres_url) == done.tables == await sums(f"sqlite+aiosqlite:///{folder / 'store' / 'hub.sqlite3'}")
    assert dump(folder) == before
    assert (folder / "store" / MARK).exists()
    (length,) = done.stores.values()
    assert length == done.tables["event"].rows


async def test_the_moved_store_lives_on_under_its_keys(folder: Path, postgres_url: str) -> None:
    old = _hub(folder, "")
    await old.prepare()
    there = await names(old)
    await old.close()
    await moved(folder, postgres_url)
    hub = _hub(folder, postgres_url)
    await hub.start()
    assert await names(hub) == there != []
    async with hub.database.read(hub.store_id) as session:
        seq = (await session.get_one(Store, hub.store_id)).seq
    await hub.close()
    assert seq >= 1


async def test_the_old_copy_is_not_served_any_more(folder: Path, postgres_url: str) -> None:
    await moved(folder, postgres_url)
    hub = _hub(folder, "")
    with pytest.raises(StoreMovedError, match="moved to postgresql://"):
        await hub.start()
    await hub.close()
    with pytest.raises(StoreMovedError):
        await moved(folder, postgres_url)
    (folder / "store" / MARK).unlink()
    hub = _hub(folder, "")
    await hub.start()
    await hub.close()


async def test_a_dry_run_changes_nothing(folder: Path, postgres: str, postgres_url: str) -> None:
    before = dump(folder)
    done = await moved(folder, postgres_url, dry_run=True)
    assert done.rows > 500
    assert await rows_in(postgres_url) == 0
    assert dump(folder) == before
    assert not (folder / "store" / MARK).exists()
    assert (await moved(folder, postgres_url)).tables == done.tables


async def test_a_move_whose_mark_was_lost_is_finished_by_the_next(folder: Path, postgres_url: str) -> None:
    first = await moved(folder, postgres_url)
    (folder / "store" / MARK).unlink()
    again = await moved(folder, postgres_url)
    assert again.was_there
    assert again.tables == first.tables
    assert (folder / "store" / MARK).exists()


async def refused(folder: Path, url: str, code: str) -> MoveRefusedError:
    rows = await rows_in(url)
    with pytest.raises(MoveRefusedError) as refusal:
        await moved(folder, url)
    assert refusal.value.code == code
    assert await rows_in(url) == rows
    assert not (folder / "store" / MARK).exists()
    return refusal.value


async def test_a_target_with_something_else_in_it_is_left_alone(folder: Path, postgres_url: str) -> None:
    hub = _hub(folder, postgres_url)
    await hub.prepare()
    await hub.open_store(name_zh="别", name_en="Other")
    await hub.close()
    await refused(folder, postgres_url, "not_empty")


async def test_foreign_tables_are_left_alone(folder: Path, postgres_url: str) -> None:
    database = Database(postgres_url)
    async with database.writer.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    await refused(folder, postgres_url, "target_schema")


async def test_a_hub_that_is_running_must_be_stopped_first(folder: Path, postgres_url: str) -> None:
    hub = _hub(folder, "")
    await hub.prepare()
    await refused(folder, postgres_url, "in_use")
    await hub.close()
    await moved(folder, postgres_url)


async def test_a_store_of_another_release_is_refused_with_the_right_advice(folder: Path, postgres_url: str) -> None:
    for version, code in (("0004", "old_schema"), ("9999", "newer_schema")):
        with closing(sqlite3.connect(folder / "store" / "hub.sqlite3")) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
            connection.commit()
        assert (await refused(folder, postgres_url, code)).params == {"version": version}


async def test_values_that_cannot_move_are_named_before_anything_moves(folder: Path, postgres_url: str) -> None:
    with closing(sqlite3.connect(folder / "store" / "hub.sqlite3")) as connection:
        connection.execute("UPDATE store SET currency = 'CNYY', name_en = 'a' || char(0) || 'b'")
        connection.commit()
    refusal = await refused(folder, postgres_url, "obstacles")
    assert refusal.params["where"] == "store.currency: too_long (1), store.name_en: nul (1)"


async def test_a_changed_log_is_not_moved(folder: Path, postgres_url: str) -> None:
    with closing(sqlite3.connect(folder / "store" / "hub.sqlite3")) as connection:
        connection.execute("UPDATE event SET command = 'forged' WHERE seq = 7")
        connection.commit()
    assert (await refused(folder, postgres_url, "broken_chain")).params["seq"] == 7


@pytest.mark.parametrize("fault", ["lost", "changed"])
async def test_the_comparison_notices_what_the_copying_spoils(
    folder: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The twin: the guard is the reading back."""
    copy = moving._copy

    async def spoil(here, there, progress) -> None:  # type: ignore[no-untyped-def]
        await copy(here, there, progress)
        events = all_tables().tables["event"]
        newest = select(func.max(events.c.seq)).scalar_subquery()
        changed = {"lost": events.delete(), "changed": update(events).values(command="x")}[fault]
        await there.execute(changed.where(events.c.seq == newest))

    monkeypatch.setattr(moving, "_copy", spoil)
    assert (await refused(folder, postgres_url, "differs")).params["table"] == "event"


@pytest.fixture
def spoken_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the terminal; what the hub's pages speak is another matter."""
    monkeypatch.setenv("SALON_HUB_LANGUAGE", "zh")
    monkeypatch.setenv("LC_ALL", "en_CA.UTF-8")


@pytest.mark.usefixtures("spoken_english")
def test_the_command_says_what_it_did(folder: Path, postgres_url: str) -> None:
    asked = ["migrate-to-postgres", "--data", str(folder / "store"), "--to", postgres_url, "--quiet"]
    dry = CliRunner().invoke(app, [*asked, "--dry-run"])
    assert (dry.exit_code, "Nothing was changed" in dry.output) == (0, True), dry.output
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    assert "the chain holds" in done.output
    again = CliRunner().invoke(app, asked)
    assert (again.exit_code, "was moved" in again.output) == (1, True)


@pytest.mark.usefixtures("spoken_english")
def test_the_command_says_why_not_in_a_line(folder: Path) -> None:
    away = ["migrate-to-postgres", "--data", str(folder / "store"), "--quiet", "--to", "postgresql://hub@127.0.0.1:1/none"]
    result = CliRunner().invoke(app, away)
    assert result.exit_code == 1
    assert result.output.startswith("The new database does not answer")


@pytest.mark.parametrize(
    ("terminal", "says"), [("zh_CN.UTF-8", "没有门店数据"), ("en_CA.UTF-8", "There is no store"), ("C", "There is no store")]
)
def test_the_command_speaks_the_terminals_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, terminal: str, says: str
) -> None:
    monkeypatch.setenv("SALON_HUB_LANGUAGE", "en" if terminal.startswith("zh") else "zh")
    monkeypatch.setenv("LC_ALL", terminal)
    asked = ["migrate-to-postgres", "--data", str(tmp_path / "store"), "--to", "postgresql://hub@127.0.0.1:1/none"]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 2
    assert says in result.output
    assert str(tmp_path / "store") in result.output
