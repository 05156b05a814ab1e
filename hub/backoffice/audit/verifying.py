"""Reads a store's log in small bites and holds it against its chain, its counter and its anchors.

The rows up to the counter never change, so no long transaction is needed: commands go on while the log is checked.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.backoffice.audit.anchors import AnchorFolder, Anchors, Witness, key_id, witness
from hub.backoffice.audit.chain import ChainWalk, Finding, Link
from hub.backoffice.audit.tables import AnchorRow
from hub.kernel.database import Database
from hub.kernel.events import Recorded
from hub.kernel.tables import EventRow, Store

BITE = 100
"""Rows between two chances for everybody else: some 5 ms of work."""

_COLUMNS = [getattr(EventRow, name) for name in (*Recorded.model_fields, "previous", "hash")]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check of a store's log came to."""

    store_id: str
    rows: int
    anchors: int
    finding: Finding | None


@dataclass(frozen=True, slots=True)
class Expected:
    """A row and the beginning of its hash, from a printed anchor."""

    seq: int
    head: str


async def verify(
    database: Database,
    store_id: str,
    folder: AnchorFolder | None,
    key: Ed25519PublicKey | None = None,
    expected: Sequence[Expected] = (),
) -> Verdict:
    """Check the whole log of a store. Without a folder the chain alone, which a rewritten log passes.

    `key` is whose signature counts, the folder's own if None; `expected` are anchors from paper.
    """
    newest, head, epoch, last = await _counter(database, store_id)
    seen = Witness([{}], "", {}, None)
    if folder is not None:
        key = key or folder.public_key()
        seen = witness(folder.lines(store_id), store_id, key)
    logs = seen.of(epoch)
    walk, finding = await _along(database, store_id, seen.logs if logs is None else logs, (newest, head, last), expected)
    if folder is not None and key is not None:
        finding = finding or seen.finding or await _missing(database, store_id, seen, key_id(key))
        if finding is None and seen.count == 0 and newest:
            finding = Finding("unanchored")
        if finding is None and logs is None:
            finding = Finding("epoch", anchor=seen.count)
    return Verdict(store_id, walk.seq, seen.count, finding)


async def _along(
    database: Database,
    store_id: str,
    logs: Sequence[Anchors],
    counter: tuple[int, str, int],
    expected: Sequence[Expected],
) -> tuple[ChainWalk, Finding | None]:
    """Walk the log along what is anchored: of several, the one that it follows, or follows farthest."""
    newest, head, last = counter
    best: tuple[ChainWalk, Finding | None] | None = None
    for anchors in logs:
        walk = ChainWalk(anchors)
        finding = await _walked(database, store_id, walk, newest, expected) or walk.end(newest, head, last)
        if best is None or finding is None or walk.seq > best[0].seq:
            best = walk, finding
        if finding is None:
            break
    return best or (ChainWalk({}), None)


async def _walked(
    database: Database, store_id: str, walk: ChainWalk, newest: int, expected: Sequence[Expected]
) -> Finding | None:
    on_paper = {one.seq: one.head for one in expected}
    async for link in _links(database, store_id, newest):
        finding = walk.step(link)
        if finding is not None:
            return finding
        if not link.hash.startswith(on_paper.pop(link.seq, "")):
            return Finding("rewritten", 1, until=link.seq)
    beyond = min(on_paper, default=None)
    if beyond is not None:
        return Finding("cut_tail", walk.seq + 1)
    return None


async def _counter(database: Database, store_id: str) -> tuple[int, str, str, int]:
    """The store's counter, its hash and epoch, and the newest row there is, all of one moment."""
    async with database.read(store_id) as session:
        row = (await session.execute(select(Store.seq, Store.head, Store.epoch).where(Store.id == store_id))).one_or_none()
        last = await session.scalar(select(func.max(EventRow.seq))) or 0
    return (row.seq, row.head, row.epoch, last) if row is not None else (0, "", "", last)


async def _links(database: Database, store_id: str, newest: int) -> AsyncIterator[Link]:
    """The rows up to `newest`, in order."""
    after = 0
    while True:
        async with database.read(store_id) as session:
            bite = await _bite(session, after, newest)
        for link in bite:
            yield link
        if len(bite) < BITE:
            return
        after = bite[-1].seq
        await asyncio.sleep(0)


async def _bite(session: AsyncSession, after: int, newest: int) -> list[Link]:
    """Up to `BITE` rows after `after`; row by row where one of them cannot be read."""
    wanted = select(*_COLUMNS).where(EventRow.seq > after, EventRow.seq <= newest).order_by(EventRow.seq).limit(BITE)
    try:
        return [_link(row._mapping) for row in await session.execute(wanted)]
    except (ValueError, TypeError, AttributeError):
        pass
    seqs = select(EventRow.seq).where(EventRow.seq > after, EventRow.seq <= newest).order_by(EventRow.seq).limit(BITE)
    links = []
    for seq in list(await session.scalars(seqs)):
        try:
            row = (await session.execute(select(*_COLUMNS).where(EventRow.seq == seq))).one()
            links.append(_link(row._mapping))
        except (ValueError, TypeError, AttributeError):
            links.append(Link(seq, None, "", ""))
    return links


def _link(row: object) -> Link:
    values = dict(row)  # type: ignore[call-overload]  # a row's mapping
    previous, digest = values.pop("previous"), values.pop("hash")
    return Link(values["seq"], Recorded(**values), previous, digest)


async def _missing(database: Database, store_id: str, seen: Witness, key: str) -> Finding | None:
    """An anchor that was made, and is not in the file as it was made."""
    async with database.read(store_id) as session:
        made = await session.execute(select(AnchorRow.n, AnchorRow.digest).where(AnchorRow.key == key).order_by(AnchorRow.n))
        for n, digest in made:
            if seen.digests.get(n) != digest:
                return Finding("anchor_missing", anchor=n)
    return None


async def stores_of(database: Database) -> list[str]:
    async with database.read(None) as session:
        return list(await session.scalars(select(Store.id).order_by(Store.id)))
