"""Anchors that cannot be written: on record once, with their cause, tried on, and never at the cost of those that are there."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from orjson import loads
from sqlalchemy import select
from structlog.testing import capture_logs

from hub.app import Hub
from hub.backoffice.alarms.queries import open_alarms
from hub.backoffice.alarms.watching import Watch
from hub.backoffice.audit import anchors
from hub.backoffice.audit.anchors import AnchorFolder
from hub.backoffice.audit.followers import followers
from hub.backoffice.audit.keeping import Keeper, folder_of, why_of
from hub.backoffice.audit.queries import anchoring, last_check
from hub.backoffice.audit.verifying import verify
from hub.kernel.clock import ManualClock
from hub.kernel.complaints import StandstillError
from hub.kernel.errors import READ_ONLY, Refused
from hub.kernel.event_log import since
from hub.kernel.events import Recorded
from hub.kernel.jobs import Job, JobLoop
from hub.kernel.tables import EventRow
from hub.settings import Settings
from tests.backoffice.audit.conftest import Forge, head_at
from tests.drills.degrading import small_disk

Log = Callable[[int], Awaitable[None]]


async def said(hub: Hub) -> list[tuple[str, str | None]]:
    async with hub.database.read(hub.store_id) as session:
        rows = await session.scalars(select(EventRow).where(EventRow.type.like("audit.anchoring%")).order_by(EventRow.seq))
        return [(row.type.removeprefix("audit.anchoring_"), row.data.get("why")) for row in rows]


async def fault(hub: Hub, folder: AnchorFolder) -> str | None:
    finding = (await verify(hub.database, hub.store_id, folder)).finding
    return finding.fault if finding else None


def no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


async def test_a_full_disk_is_on_record_once_raises_an_alarm_and_heals(
    hub: Hub, store: str, log: Log, keeper: Keeper, folder: AnchorFolder, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log(2)
    clock.advance(minutes=15)
    with monkeypatch.context() as full:
        full.setattr(anchors, "_write_all", no_room)
        for _ in range(3):
            with pytest.raises(OSError, match="No space"):
                await keeper.anchor_if_due(store)
            clock.advance(minutes=1)
    assert await said(hub) == [("failed", "disk_full")]
    async with hub.database.read(store) as session:
        state = await anchoring(session)
        facts = await since(session, 0)
    assert state is not None
    assert state.why == "disk_full"
    await Watch(hub.database, hub.door, clock).look(store, facts)
    async with hub.database.read(store) as session:
        assert [alarm.rule for alarm in await open_alarms(session)] == ["anchoring"]
    assert folder.lines(store) == []
    await keeper.anchor_if_due(store)
    assert await said(hub) == [("failed", "disk_full"), ("resumed", None)]
    assert await fault(hub, folder) is None
    async with hub.database.read(store) as session:
        assert await anchoring(session) is None


async def test_the_job_says_a_sentence_and_no_trace(
    hub: Hub, store: str, log: Log, keeper: Keeper, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log(2)
    clock.advance(minutes=15)
    job, jobs = Job("audit anchor", timedelta(minutes=1), keeper.anchor_if_due), JobLoop(hub.database, clock, [])
    monkeypatch.setattr(anchors, "_write_all", no_room)
    with capture_logs() as lines:
        for _ in range(3):
            await jobs.run_once(job)
            clock.advance(minutes=1)
    assert [(line["event"], line["cause"], "exc_info" in line) for line in lines] == [("job failed", "disk_full", False)]
    assert jobs.failing() == {"audit anchor": "disk_full"}


async def test_a_disk_that_fills_up_within_a_line_loses_none(
    hub: Hub, store: str, log: Log, clock: ManualClock, tmp_path: Path
) -> None:
    """On a real small disk, for whoever may mount one: half a line is left and taken away by the next."""
    with small_disk(tmp_path / "disk") as disk:
        if disk is None:
            pytest.skip("no small disk may be mounted here")
        folder = AnchorFolder(disk / "anchors", tmp_path / "key")
        keeper = Keeper(hub.database, hub.door, clock, folder, timedelta(minutes=15))
        for _ in range(9):  # up to where the file needs a second page
            await log(1)
            await keeper.anchor(store)
        ballast = disk / "ballast"
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        await _anchored_until_full(log, keeper, store)
        assert (disk / "anchors" / f"{store}.anchors").read_bytes()[-1:] != b"\n"
        assert await fault(hub, folder) is None
        ballast.unlink()
        await log(1)
        await keeper.anchor(store)
        assert await fault(hub, folder) is None
    assert await said(hub) == [("failed", "disk_full"), ("resumed", None)]


async def _anchored_until_full(log: Log, keeper: Keeper, store: str) -> None:
    for _ in range(20):
        await log(1)
        try:
            await keeper.anchor(store)
        except OSError as error:
            assert error.errno == errno.ENOSPC  # noqa: PT017 - how many lines the page takes is its own affair
            return
    pytest.fail("the disk is not full")


async def test_no_anchor_is_made_while_none_can_be_noted(
    hub: Hub, store: str, log: Log, keeper: Keeper, folder: AnchorFolder
) -> None:
    await log(1)
    hub.database.writing.cause = "disk_full"
    with pytest.raises(Refused) as refused:
        await keeper.anchor(store)
    assert refused.value.kind is READ_ONLY
    assert folder.lines(store) == [], "else every minute would add a line that nobody knows of"


async def test_a_folder_that_vanished_is_not_filled_anew(
    hub: Hub, store: str, log: Log, keeper: Keeper, folder: AnchorFolder, on_engine: Settings, tmp_path: Path
) -> None:
    """As where its disk is not mounted: what was made would be missed for ever."""
    await log(1)
    await keeper.anchor(store)
    shutil.move(on_engine.anchor_folder, tmp_path / "away")
    await log(1)
    for _ in range(2):
        with pytest.raises(StandstillError, match=r"1 anchors were made and .* holds 0"):
            await keeper.anchor(store)
    assert not on_engine.anchor_folder.exists()
    on_engine.anchor_folder.mkdir()
    (on_engine.anchor_folder / f"{store}.anchors").touch()
    with pytest.raises(StandstillError):
        await keeper.anchor(store)
    assert await fault(hub, folder) == "anchor_missing"
    shutil.rmtree(on_engine.anchor_folder)
    shutil.move(tmp_path / "away", on_engine.anchor_folder)
    await keeper.anchor(store)
    assert await fault(hub, folder) is None
    assert await said(hub) == [("failed", "anchors_lost"), ("resumed", None)]


async def test_anchors_without_their_key_get_no_line_of_a_new_one_and_both_away_begin_anew(
    hub: Hub, store: str, log: Log, keeper: Keeper, on_engine: Settings, tmp_path: Path
) -> None:
    await log(1)
    await keeper.anchor(store)
    on_engine.anchor_key_file.rename(tmp_path / "key")
    restarted = Keeper(hub.database, hub.door, hub.clock, folder_of(on_engine), keeper._every)
    await log(1)
    with pytest.raises(StandstillError, match="put that key back"):
        await restarted.anchor(store)
    assert not on_engine.anchor_key_file.exists()
    AnchorFolder(tmp_path / "other", on_engine.anchor_key_file).public_key()
    with pytest.raises(StandstillError, match="put that key back"):
        await Keeper(hub.database, hub.door, hub.clock, folder_of(on_engine), keeper._every).anchor(store)
    assert await said(hub) == [("failed", "key_missing")]
    assert len(folder_of(on_engine).lines(store)) == 1
    on_engine.anchor_key_file.unlink()
    shutil.rmtree(on_engine.anchor_folder)
    anew = folder_of(on_engine)
    await Keeper(hub.database, hub.door, hub.clock, anew, keeper._every).anchor(store)
    assert await fault(hub, anew) is None
    assert await said(hub) == [("failed", "key_missing"), ("resumed", None)]


async def test_who_asks_for_a_check_gets_one_though_no_anchor_can_be_written(
    hub: Hub, store: str, log: Log, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log(1)
    await keeper.anchor(store)
    await log(1)
    monkeypatch.setattr(anchors, "_write_all", no_room)
    [follower] = followers(hub)
    facts: list[Recorded] = []
    await follower.follow(store, facts)
    async with hub.database.read(store) as session:
        check = await last_check(session)
    assert check is not None
    assert (check.fault, check.anchors) == (None, 1)
    assert await said(hub) == [("failed", "disk_full")]


async def test_a_copy_that_was_only_tried_takes_nothing_from_the_store_that_lives_on(
    hub: Hub, store: str, log: Log, keeper: Keeper, folder: AnchorFolder, forge: Forge
) -> None:
    await log(4)
    await keeper.anchor(store)
    head = await head_at(hub, store, 2)
    folder.append(store, "tried", 2, head, hub.clock.now(), "restored")
    assert await fault(hub, folder) is None, "at once"
    await log(1)
    await keeper.anchor(store)
    assert await fault(hub, folder) is None, "and when it went on"
    assert [loads(line)["kind"] for line in folder.lines(store)] == ["anchor", "restored", "anchor"]
    await forge("UPDATE store SET epoch = 'tried'")
    assert await fault(hub, folder) == "epoch", "a thief who puts the copy in its place is found"
    await log(1)
    with pytest.raises(StandstillError, match="another copy"):
        await keeper.anchor(store)
    assert await said(hub) == [("failed", "other_copy")]


async def test_the_store_that_was_replaced_may_not_come_back_once_its_copy_went_on(
    hub: Hub, store: str, log: Log, keeper: Keeper, folder: AnchorFolder
) -> None:
    """What was undone with a restore is not put back unseen."""
    await log(2)
    await keeper.anchor(store)
    head = await head_at(hub, store, 2)
    folder.append(store, "copy", 2, head, hub.clock.now(), "restored")
    folder.append(store, "copy", 3, "f" * 64, hub.clock.now())
    assert await fault(hub, folder) == "cut_tail"
    await log(1)
    assert await fault(hub, folder) == "rewritten"
    with pytest.raises(StandstillError, match="another copy"):
        await keeper.anchor(store)


def test_what_no_word_is_known_for_is_a_fault_of_the_disk() -> None:
    assert why_of(OSError(errno.ENXIO, "No such device")) == "disk_fault"
