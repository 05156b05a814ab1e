"""`salon-hub new`: from nothing to a shop whose manager can come in."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.app import build
from hub.backoffice.security.queries import accounts
from hub.catalog.queries import catalog_of
from hub.cli import app
from hub.kernel.commands import facts_of
from hub.kernel.tables import Store
from hub.settings import Settings

NAMES = ["--name-zh", "静好美发", "--name-en", "Quiet Hair"]


def call(folder: Path, *more: str) -> tuple[int, str]:
    answer = CliRunner().invoke(app, ["new", "--data", str(folder / "store"), *more])
    return answer.exit_code, answer.output


async def state(folder: Path) -> tuple[Store, list[str], int]:
    hub = build(Settings(data=folder / "store", solver_threads=0))
    try:
        await hub.prepare()
        async with hub.database.read(hub.store_id) as session:
            store = await session.get_one(Store, hub.store_id)
            people = [f"{a.login} {a.name} {','.join(a.roles)}" for a in await accounts(session, hub.vault)]
            return store, people, len((await catalog_of(session)).hours)
    finally:
        await hub.close()


def test_a_new_store_has_its_hours_and_a_manager_with_a_link(tmp_path: Path) -> None:
    code, said = call(tmp_path, *NAMES, "--zone", "America/Toronto", "--currency", "CAD", "--country", "CA", "--manager", "Mei")
    assert code == 0, said
    assert "/l/" in said
    assert "manager" in said
    store, people, days = asyncio.run(state(tmp_path))
    assert (store.name_zh, store.name_en, store.zone, store.currency, store.country) == (
        ("静好美发", "Quiet Hair", "America/Toronto", "CAD", "CA")
    )
    assert people == ["manager Mei manager"]
    assert days == 7


@pytest.mark.parametrize(("closes", "begins"), [("02:00", "06:00"), ("07:00", "07:00"), ("00:00", "00:00"), ("21:00", "00:00")])
def test_a_shop_that_is_open_past_midnight_begins_its_day_after_it(tmp_path: Path, closes: str, begins: str) -> None:
    code, said = call(tmp_path, *NAMES, "--opens", "12:00", "--closes", closes)
    assert code == 0, said
    store, _, days = asyncio.run(state(tmp_path))
    assert (facts_of(store).days.begins, days) == (begins, 7)


def test_a_second_one_in_the_same_place_changes_nothing(tmp_path: Path) -> None:
    assert call(tmp_path, *NAMES)[0] == 0
    before = asyncio.run(state(tmp_path))[0].seq
    code, said = call(tmp_path, "--name-zh", "别", "--name-en", "Other")
    assert code == 1
    assert "already" in said
    store = asyncio.run(state(tmp_path))[0]
    assert (store.name_en, store.seq) == ("Quiet Hair", before)


def test_what_makes_no_sense_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    for wrong in (["--zone", "Atlantis/Main"], ["--currency", "yuan"], ["--opens", "25:00"], ["--opens", "nine"]):
        code, said = call(tmp_path, *NAMES, *wrong)
        assert code == 2, said
        assert wrong[0] in said
    assert not (tmp_path / "store").exists()
