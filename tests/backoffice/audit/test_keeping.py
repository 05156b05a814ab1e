"""Anchors and checks are made in time, noted through the door, and a finding becomes a fact once."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from orjson import loads
from sqlalchemy import func, select
from typer.testing import CliRunner

from hub.app import Hub, build
from hub.backoffice.audit.anchors import AnchorFolder, public_from_pem, witness
from hub.backoffice.audit.command import audit
from hub.backoffice.audit.keeping import Keeper, folder_of
from hub.backoffice.audit.queries import last_anchor, last_check
from hub.backoffice.audit.verifying import verify
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.kernel.ids import SeededRandomness
from hub.kernel.jobs import JobLoop
from hub.kernel.tables import EventRow
from hub.settings import Settings
from tests.backoffice.audit.conftest import BOTH, Forge

Log = Callable[[int], Awaitable[None]]


async def facts(hub: Hub) -> list[tuple[str, dict[str, object]]]:
    async with hub.database.read(hub.store_id) as session:
        rows = await session.scalars(select(EventRow).where(EventRow.type.startswith("audit.")).order_by(EventRow.seq))
        return [(row.type, row.data) for row in rows]


async def test_an_anchor_is_made_when_it_is_due_and_something_happened(
    hub: Hub, store: str, log: Log, keeper: Keeper, clock: ManualClock, folder: AnchorFolder
) -> None:
    await keeper.anchor_if_due(store)
    assert folder.lines(store) == [], "nothing has happened"
    await log(1)
    await keeper.anchor_if_due(store)
    assert folder.lines(store) == [], "it is not due yet"
    clock.advance(minutes=15)
    await keeper.anchor_if_due(store)
    assert len(folder.lines(store)) == 1
    clock.advance(minutes=15)
    await keeper.anchor_if_due(store)
    assert len(folder.lines(store)) == 1, "nothing has happened since"
    async with hub.database.read(store) as session:
        known = await last_anchor(session)
    assert known is not None
    assert known.line.split()[:2] == ["1", "1"]


async def test_anchors_make_the_log_no_longer(hub: Hub, store: str, log: Log, keeper: Keeper) -> None:
    await log(2)
    await keeper.anchor(store)
    await keeper.check(store)
    async with hub.database.read(store) as session:
        assert await session.scalar(select(func.max(EventRow.seq))) == 2


async def test_a_finding_becomes_a_fact_once_and_so_does_its_end(
    hub: Hub, store: str, log: Log, keeper: Keeper, forge: Forge
) -> None:
    await log(3)
    await keeper.anchor(store)
    await keeper.check(store)
    await forge("UPDATE event SET actor_id = 'x' WHERE seq = 2")
    await keeper.check(store)
    await keeper.check(store)
    broken = ("audit.chain_broken", {"fault": "edited", "at_seq": 2, "anchor": None})
    assert await facts(hub) == [broken]
    await forge("UPDATE event SET actor_id = :was WHERE seq = 2", was="0" * 31 + "1")
    await keeper.check(store)
    await keeper.check(store)
    assert await facts(hub) == [broken, ("audit.chain_whole_again", {})]
    async with hub.database.read(store) as session:
        check = await last_check(session)
    assert check is not None
    assert check.fault is None


async def test_the_check_is_due_once_a_day(hub: Hub, store: str, log: Log, keeper: Keeper, clock: ManualClock) -> None:
    await log(1)
    await keeper.anchor(store)
    await keeper.check_if_due(store)
    clock.advance(days=1)
    await keeper.check_if_due(store)
    await keeper.check_if_due(store)
    async with hub.database.read(store) as session:
        check = await last_check(session)
    assert check is not None
    assert (check.at, check.rows) == (clock.now(), 1)


async def test_only_managers_ask_for_a_check_and_only_the_hub_notes_one(
    hub: Hub, store: str, manager: Actor, desk: Actor
) -> None:
    with pytest.raises(Refused):
        await hub.door.send("audit.ask_verification", {}, desk, hub.chance.id())
    noted = {"rows": 1, "anchors": 1, "fault": None, "at_seq": None, "anchor": None}
    with pytest.raises(Refused):
        await hub.door.send("audit.note_verification", noted, manager, hub.chance.id())
    assert await facts(hub) == []
    await hub.door.send("audit.ask_verification", {}, manager, hub.chance.id())
    assert await facts(hub) == [("audit.verification_asked", {})]


async def test_several_processes_share_the_folder(store: str, on_engine: Settings, clock: ManualClock) -> None:
    """Each with hands of its own, all at once: one unbroken row of anchors."""

    def write(seq: int) -> None:
        AnchorFolder(on_engine.anchor_folder, on_engine.anchor_key_file).append(store, "e", seq, "0" * 64, clock.now())

    await asyncio.gather(*(asyncio.to_thread(write, seq) for seq in range(1, 21)))
    folder = AnchorFolder(on_engine.anchor_folder, on_engine.anchor_key_file)
    seen = witness(folder.lines(store), store, folder.public_key())
    assert (seen.count, seen.finding) == (20, None)


async def test_the_key_is_nobody_elses_and_outside_the_data(folder: AnchorFolder, on_engine: Settings) -> None:
    folder.public_key()
    assert stat.S_IMODE(on_engine.anchor_key_file.stat().st_mode) == 0o600
    assert on_engine.data not in on_engine.anchor_key_file.parents
    assert on_engine.data not in on_engine.anchor_folder.parents


async def test_the_command_line_verifies_names_the_row_and_says_so_with_its_exit_code(
    hub: Hub, store: str, log: Log, keeper: Keeper, forge: Forge, on_engine: Settings, tmp_path: Path
) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        where = {"SALON_HUB_DATABASE_URL": on_engine.database_url}
        result = CliRunner().invoke(audit, [*arguments, "--data", str(on_engine.data)], env=where)
        return result.exit_code, result.output

    assert (await asyncio.to_thread(run, "verify"))[0] == 2, "nothing was ever anchored"
    await log(3)
    paper = await keeper.anchor(store)
    assert paper is not None
    assert await asyncio.to_thread(run, "verify") == (0, f"{store}: sound, 3 rows, 1 anchors\n")
    code, pem = await asyncio.to_thread(run, "public-key")
    (tmp_path / "public.pem").write_text(pem)
    assert public_from_pem(pem.encode())
    assert (await asyncio.to_thread(run, "verify", "--public-key", str(tmp_path / "public.pem")))[0] == 0
    assert (await asyncio.to_thread(run, "verify", "--line", paper.short_line))[0] == 0
    code, line = await asyncio.to_thread(run, "anchor")
    assert (code, line.split()[:2]) == (0, ["2", "3"])
    await forge("DELETE FROM event WHERE seq = 2")
    code, output = await asyncio.to_thread(run, "verify")
    assert (code, output) == (1, f"{store}: row 2 deleted: this row is missing\n")
    assert (await asyncio.to_thread(run, "verify", "--line", "nonsense"))[0] == 2


@pytest.mark.jobs
@pytest.mark.parametrize("engine", BOTH)
async def test_a_clean_stop_anchors_what_came_since(on_engine: Settings, clock: ManualClock) -> None:
    store = await _worked_and_stopped(on_engine, clock)
    lines = folder_of(on_engine).lines(store)
    later = build(on_engine, clock=clock)
    await later.prepare()
    async with later.database.read(store) as session:
        newest = await session.scalar(select(func.max(EventRow.seq)))
    assert [loads(line)["seq"] for line in lines] == [newest]
    assert (await verify(later.database, store, folder_of(on_engine))).finding is None
    await later.close()
    assert folder_of(on_engine).lines(store) == lines, "what was only prepared leaves no anchor"


@pytest.mark.jobs
async def test_without_the_last_look_a_stop_leaves_its_facts_unanchored(
    on_engine: Settings, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_loop: JobLoop) -> None:
        return

    monkeypatch.setattr(JobLoop, "finish", nothing)
    assert folder_of(on_engine).lines(await _worked_and_stopped(on_engine, clock)) == []


@pytest.mark.jobs
async def test_a_stop_goes_on_where_the_anchor_cannot_be_written(on_engine: Settings, clock: ManualClock) -> None:
    on_engine.anchor_folder.parent.mkdir(parents=True, exist_ok=True)
    on_engine.anchor_folder.write_text("a file where the folder should be")
    assert await _worked_and_stopped(on_engine, clock)


async def _worked_and_stopped(settings: Settings, clock: ManualClock) -> str:
    """The store of a hub that was started, did something and was stopped."""
    hub = build(settings.model_copy(update={"anchor_minutes": 15}), clock=clock, chance=SeededRandomness(1))
    await hub.start()
    store = await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
    manager = Actor("staff", "0" * 31 + "1", store, frozenset({"manager"}))
    hours = {"weekday": 1, "opens": "10:00", "closes": "22:00"}
    await hub.door.send("catalog.set_opening_hours", hours, manager, hub.chance.id())
    async with asyncio.timeout(20):
        while hub.neighbours is not None and store not in await hub.neighbours.stores():
            await asyncio.sleep(0.02)  # on PostgreSQL a hub takes up a new store within a round
    await hub.close()
    return store
