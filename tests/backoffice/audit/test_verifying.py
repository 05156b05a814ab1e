"""Whatever is done to the log behind the door's back is found, and named by its first row. On both engines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select

from hub.app import Hub
from hub.backoffice.audit.anchors import AnchorFolder
from hub.backoffice.audit.keeping import Keeper
from hub.backoffice.audit.verifying import Expected, Verdict, verify
from hub.kernel.event_log import chain_hash
from hub.kernel.events import Recorded
from hub.kernel.tables import EventRow
from tests.backoffice.audit.conftest import BOTH, Forge, head_at

Log = Callable[[int], Awaitable[None]]

COLUMNS = {
    "type": "catalog.skill_gone",
    "version": 2,
    "actor_kind": "system",
    "actor_id": "f" * 32,
    "device_id": "e" * 32,
    "command": "catalog.other",
    "command_id": "d" * 32,
    "data": '{"code": "dye"}',
    "previous": "0" * 64,
    "hash": "1" * 64,
}


async def judged(hub: Hub, folder: AnchorFolder | None) -> tuple[str | None, int | None]:
    verdict: Verdict = await verify(hub.database, hub.store_id, folder)
    return (verdict.finding.fault, verdict.finding.seq) if verdict.finding else (None, None)


async def rewrite_from(hub: Hub, forge: Forge, first: int) -> None:
    """Change a row and give it and all that follow their right hashes, the counter too: a flawless forgery."""
    async with hub.database.read(hub.store_id) as session:
        rows = list(await session.scalars(select(EventRow).order_by(EventRow.seq)))
    head = rows[first - 2].hash if first > 1 else ""
    for row in rows[first - 1 :]:
        values = {name: getattr(row, name) for name in Recorded.model_fields}
        if row.seq == first:
            values["actor_id"] = "c" * 32
        digest = chain_hash(head, Recorded(**values))
        await forge(
            "UPDATE event SET actor_id = :actor, previous = :previous, hash = :hash WHERE seq = :seq",
            actor=values["actor_id"],
            previous=head,
            hash=digest,
            seq=row.seq,
        )
        head = digest
    await forge("UPDATE store SET head = :head", head=head)


@pytest.fixture
async def anchored(hub: Hub, store: str, log: Log, keeper: Keeper) -> str:
    """Seven facts, anchored after the fourth and after the seventh."""
    await log(4)
    await keeper.anchor(store)
    await log(3)
    await keeper.anchor(store)
    return store


@pytest.mark.parametrize("engine", BOTH)
async def test_a_log_that_nobody_touched_is_sound(hub: Hub, anchored: str, folder: AnchorFolder) -> None:
    verdict = await verify(hub.database, anchored, folder)
    assert (verdict.finding, verdict.rows, verdict.anchors) == (None, 7, 2)


@pytest.mark.parametrize("engine", BOTH)
async def test_an_edit_of_any_column_is_found(hub: Hub, anchored: str, folder: AnchorFolder, forge: Forge) -> None:
    """One after the other, each put right again before the next."""
    later = "'2026-05-14 01:00:01.000000'" if hub.database.is_sqlite else "at + interval '1 second'"
    await forge("CREATE TABLE kept AS SELECT * FROM event WHERE seq = 3")
    for column, value in {**COLUMNS, "at": None}.items():
        new = later if column == "at" else ":value"
        await forge(f"UPDATE event SET {column} = {new} WHERE seq = 3", **({} if column == "at" else {"value": value}))  # noqa: S608 - our own columns
        assert await judged(hub, folder) == ("edited", 3), column
        await forge("DELETE FROM event WHERE seq = 3")
        await forge("INSERT INTO event SELECT * FROM kept")
        assert await judged(hub, folder) == (None, None), column


@pytest.mark.sqlite  # PostgreSQL's columns take nothing that cannot be read
async def test_what_cannot_even_be_read_is_named(hub: Hub, anchored: str, folder: AnchorFolder, forge: Forge) -> None:
    for column, value in (("data", "{half"), ("at", "yesterday"), ("version", "two")):
        await forge("CREATE TABLE kept AS SELECT * FROM event WHERE seq = 3")
        await forge(f"UPDATE event SET {column} = :value WHERE seq = 3", value=value)  # noqa: S608 - our own columns
        assert await judged(hub, folder) == ("edited", 3), column
        await forge("DELETE FROM event WHERE seq = 3")
        await forge("INSERT INTO event SELECT * FROM kept")
        await forge("DROP TABLE kept")


async def test_a_row_moved_to_another_store_is_missed(hub: Hub, anchored: str, folder: AnchorFolder, forge: Forge) -> None:
    await forge("UPDATE event SET store_id = 'other' WHERE seq = 3")
    assert await judged(hub, folder) == ("deleted", 3)


async def test_an_edit_with_its_own_hash_mended_is_found(hub: Hub, anchored: str, folder: AnchorFolder, forge: Forge) -> None:
    async with hub.database.read(anchored) as session:
        row = (await session.scalars(select(EventRow).where(EventRow.seq == 3))).one()
    values = {name: getattr(row, name) for name in Recorded.model_fields} | {"actor_id": "c" * 32}
    digest = chain_hash(row.previous, Recorded(**values))
    await forge("UPDATE event SET actor_id = :actor, hash = :hash WHERE seq = 3", actor="c" * 32, hash=digest)
    assert await judged(hub, folder) == ("edited", 3)


@pytest.mark.parametrize("seq", [1, 2, 4, 6])
async def test_a_deletion_is_found(hub: Hub, anchored: str, folder: AnchorFolder, forge: Forge, seq: int) -> None:
    await forge("DELETE FROM event WHERE seq = :seq", seq=seq)
    assert await judged(hub, folder) == ("deleted", seq)


@pytest.mark.parametrize("engine", BOTH)
@pytest.mark.parametrize("left", [6, 4, 0])
async def test_a_cut_tail_is_found(hub: Hub, anchored: str, folder: AnchorFolder, forge: Forge, left: int) -> None:
    await forge("DELETE FROM event WHERE seq > :left", left=left)
    assert await judged(hub, folder) == ("cut_tail", left + 1)


async def test_a_cut_tail_with_the_counter_put_back_is_found_by_the_anchor(
    hub: Hub, anchored: str, folder: AnchorFolder, forge: Forge
) -> None:
    head = await head_at(hub, anchored, 5)
    await forge("DELETE FROM event WHERE seq > 5")
    await forge("UPDATE store SET seq = 5, head = :head", head=head)
    assert await judged(hub, None) == (None, None), "the chain alone is none the wiser"
    assert await judged(hub, folder) == ("cut_tail", 6)


@pytest.mark.parametrize(
    ("engine", "first", "named"),
    [("sqlite", 1, 1), ("sqlite", 3, 1), ("sqlite", 4, 1), ("sqlite", 5, 5), ("sqlite", 7, 5), ("postgresql", 3, 1)],
)
async def test_a_rewritten_chain_is_found_by_the_anchor(
    hub: Hub, anchored: str, folder: AnchorFolder, forge: Forge, first: int, named: int
) -> None:
    await rewrite_from(hub, forge, first)
    assert await judged(hub, folder) == ("rewritten", named)


async def test_an_anchor_stands_also_where_another_is_made_over_it(
    hub: Hub, anchored: str, folder: AnchorFolder, forge: Forge, keeper: Keeper
) -> None:
    """Whoever has the database makes the hub believe that the rewritten row was never anchored, and it anchors it itself."""
    await rewrite_from(hub, forge, 6)
    await forge("UPDATE audit_anchor SET seq = 0 WHERE n = 2")
    assert await keeper.anchor(anchored) is not None
    assert await judged(hub, folder) == ("rewritten", 5)


async def test_twin_without_anchors_a_rewritten_chain_passes(hub: Hub, anchored: str, forge: Forge) -> None:
    await rewrite_from(hub, forge, 3)
    assert await judged(hub, None) == (None, None)


async def test_a_row_put_in_from_outside_is_found(hub: Hub, anchored: str, folder: AnchorFolder, forge: Forge) -> None:
    columns = ", ".join(c.name for c in EventRow.__table__.columns if c.name != "seq")
    await forge(f"INSERT INTO event (seq, {columns}) SELECT 8, {columns} FROM event WHERE seq = 7")  # noqa: S608 - our columns
    assert await judged(hub, folder) == ("added", 8)


async def test_a_forged_counter_is_found(hub: Hub, anchored: str, folder: AnchorFolder, forge: Forge) -> None:
    await forge("UPDATE store SET head = :head", head="2" * 64)
    assert await judged(hub, folder) == ("counter", 7)


async def test_an_anchor_that_was_changed_is_found(hub: Hub, anchored: str, folder: AnchorFolder, anchor_file: Path) -> None:
    first, second = anchor_file.read_bytes().splitlines()
    values = orjson.loads(first)
    for name, value in (("seq", 2), ("head", "3" * 64), ("at", "2020-01-01T00:00:00+00:00"), ("sig", "AAAA")):
        anchor_file.write_bytes(orjson.dumps(values | {name: value}) + b"\n" + second + b"\n")
        assert await judged_of_anchors(hub, folder) == ("anchor_forged", 1), name
    anchor_file.write_bytes(b"nonsense\n" + second + b"\n")
    assert await judged_of_anchors(hub, folder) == ("anchor_unreadable", 1)


async def judged_of_anchors(hub: Hub, folder: AnchorFolder) -> tuple[str | None, int | None]:
    finding = (await verify(hub.database, hub.store_id, folder)).finding
    return (finding.fault, finding.anchor) if finding else (None, None)


async def test_an_anchor_signed_by_somebody_else_is_found(
    hub: Hub, anchored: str, folder: AnchorFolder, anchor_file: Path, tmp_path: Path, forge: Forge
) -> None:
    """A forger who rewrites the log and makes anchors to fit has not the key."""
    await rewrite_from(hub, forge, 3)
    forger = AnchorFolder(tmp_path / "forged", tmp_path / "forger.key")
    async with hub.database.read(anchored) as session:
        rows = {row.seq: row.hash for row in await session.scalars(select(EventRow))}
    for seq in (4, 7):
        forger.append(anchored, "", seq, rows[seq], hub.clock.now())
    anchor_file.write_bytes((tmp_path / "forged" / anchor_file.name).read_bytes())
    assert await judged_of_anchors(hub, folder) == ("anchor_forged", 1)


@pytest.mark.parametrize(("keep", "missing"), [((0,), 2), ((1,), 1), ((), 1)])
async def test_an_anchor_that_is_missing_is_missed(
    hub: Hub, anchored: str, folder: AnchorFolder, anchor_file: Path, keep: tuple[int, ...], missing: int
) -> None:
    lines = anchor_file.read_bytes().splitlines(keepends=True)
    anchor_file.write_bytes(b"".join(lines[i] for i in keep))
    assert await judged_of_anchors(hub, folder) == ("anchor_missing", missing)


async def test_a_log_without_any_anchor_says_so(hub: Hub, store: str, log: Log, folder: AnchorFolder) -> None:
    await log(1)
    assert await judged_of_anchors(hub, folder) == ("unanchored", None)


async def test_half_an_anchor_of_a_power_cut_is_put_right(
    hub: Hub, anchored: str, folder: AnchorFolder, anchor_file: Path, log: Log, keeper: Keeper
) -> None:
    whole = anchor_file.read_bytes()
    anchor_file.write_bytes(whole + whole[:40])
    assert await judged_of_anchors(hub, folder) == (None, None)
    await log(1)
    await keeper.anchor(anchored)
    assert anchor_file.read_bytes().startswith(whole)
    assert await judged_of_anchors(hub, folder) == (None, None)


async def test_an_older_copy_put_back_goes_on_with_a_signed_word_of_it(
    hub: Hub, anchored: str, folder: AnchorFolder, forge: Forge, log: Log, keeper: Keeper
) -> None:
    head = await head_at(hub, anchored, 5)
    await forge("DELETE FROM event WHERE seq > 5")
    await forge("UPDATE store SET seq = 5, head = :head, epoch = 'after'", head=head)
    assert (await judged(hub, folder))[0] == "cut_tail", "without a word it is what a thief does"
    folder.append(anchored, "after", 5, head, hub.clock.now(), "restored")
    assert await judged(hub, folder) == (None, None)
    await log(3)
    await keeper.anchor(anchored)
    assert await judged(hub, folder) == (None, None)
    await rewrite_from(hub, forge, 6)
    assert await judged(hub, folder) == ("rewritten", 6)


async def test_the_wrong_copy_put_back_first_does_not_make_the_right_one_look_forged(
    hub: Hub, anchored: str, folder: AnchorFolder, forge: Forge, log: Log, keeper: Keeper
) -> None:
    """An old backup, on which the hub went on for a while; then the newer one that was meant."""

    async def put_back(until: int, epoch: str) -> None:
        await forge("DELETE FROM event")
        await forge("INSERT INTO event SELECT * FROM kept WHERE seq <= :until", until=until)
        head = await head_at(hub, anchored, until)
        await forge("UPDATE store SET seq = :until, head = :head, epoch = :epoch", until=until, head=head, epoch=epoch)
        folder.append(anchored, epoch, until, head, hub.clock.now(), "restored")

    await forge("CREATE TABLE kept AS SELECT * FROM event")
    await put_back(3, "wrong")
    await log(2)
    await keeper.anchor(anchored)
    assert await judged(hub, folder) == (None, None)
    await put_back(7, "right")
    assert await judged(hub, folder) == (None, None)
    await log(1)
    await keeper.anchor(anchored)
    assert await judged(hub, folder) == (None, None)
    await rewrite_from(hub, forge, 6)
    assert await judged(hub, folder) == ("rewritten", 5)


async def test_a_new_epoch_without_a_signed_word_is_found(hub: Hub, anchored: str, folder: AnchorFolder, forge: Forge) -> None:
    await forge("UPDATE store SET epoch = 'after'")
    assert (await judged(hub, folder))[0] == "epoch"


async def test_an_anchor_from_paper_finds_what_was_put_back_with_its_anchors(
    hub: Hub, store: str, log: Log, keeper: Keeper, folder: AnchorFolder, forge: Forge, anchor_file: Path
) -> None:
    """Database and folder both put back to an older day: only what left the house remembers."""
    await log(2)
    await keeper.anchor(store)
    old_file = anchor_file.read_bytes()
    head = await head_at(hub, store, 2)
    await log(2)
    paper = await keeper.anchor(store)
    assert paper is not None
    anchor_file.write_bytes(old_file)
    await forge("DELETE FROM event WHERE seq > 2")
    await forge("DELETE FROM audit_anchor WHERE seq > 2")
    await forge("UPDATE store SET seq = 2, head = :head", head=head)
    assert await judged(hub, folder) == (None, None)
    _, seq, beginning, _ = paper.short_line.split()
    verdict = await verify(hub.database, store, folder, expected=[Expected(int(seq), beginning)])
    assert verdict.finding is not None
    assert (verdict.finding.fault, verdict.finding.seq) == ("cut_tail", 3)
