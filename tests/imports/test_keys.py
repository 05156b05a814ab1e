"""Keys of other systems name people: in the store stand keyed indexes of them, which find the same rows again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, UniqueConstraint, select, text, update

from hub.app import Hub, build
from hub.imports.book import command_id
from hub.imports.known import ACTOR
from hub.imports.run import import_salon_csv
from hub.imports.salon_csv import SalonMapping
from hub.kernel.access import system
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.kernel.natural_keys import natural_key
from hub.kernel.tables import AnswerRow
from hub.operations.bookings.keys import KEYED, stored_key
from hub.operations.bookings.tables import BookingItemRow, BookingRow, CustomerRow
from hub.settings import Settings
from tests.conftest import MORNING, Send, on_duty
from tests.operations.bookings.salon import Salon, open_salon, rows_of
from tests.stored import stored

CODE = "QUETZAL01"
CUSTOMER = natural_key("customer", CODE)
ITEM = natural_key("booking", CODE, "2026-03-05", 600, "SHCW", "MIA")


def booking(salon: Salon, **more: Any) -> dict[str, Any]:
    start = (MORNING + timedelta(days=3)).isoformat()
    services = [{"service_id": salon.services["retired"]}]
    keys = {"natural_key": "visit/12", "customer_key": CUSTOMER, "item_keys": [ITEM]}
    return {**keys, "services": services, "start": start, "state": "confirmed", **more}


async def bring(send: Send, store: str, salon: Salon) -> None:
    importer = system(store, ACTOR)
    await send("bookings.put_customer", {"natural_key": CUSTOMER, "name": CODE}, importer)
    await send("bookings.bring_in", booking(salon), importer)


async def as_an_older_release(hub: Hub, store: str) -> None:
    """The keys of `bring` as they were stored then."""
    plain = {stored_key(hub.vault, key): key for key in (CUSTOMER, ITEM, "visit/12")}
    async with hub.database.write(store) as session:
        connection = await session.connection()
        for table in KEYED:
            for key in (await connection.execute(select(table.c.natural_key))).scalars().all():
                await connection.execute(update(table).where(table.c.natural_key == key).values(natural_key=plain[key]))


async def test_no_customers_code_lies_in_plain_text(hub: Hub, store: str, send: Send) -> None:
    await bring(send, store, await open_salon(send))
    assert CODE.encode() not in await stored(hub)
    (customer,), (item,) = await rows_of(hub, store, CustomerRow), await rows_of(hub, store, BookingItemRow)
    assert (customer.natural_key, item.natural_key) == (stored_key(hub.vault, CUSTOMER), stored_key(hub.vault, ITEM))


@pytest.mark.jobs
async def test_an_older_releases_keys_are_indexed_after_the_start_and_find_the_same_rows(
    settings: Settings, hub: Hub, store: str, send: Send, clock: ManualClock
) -> None:
    salon = await open_salon(send)
    await bring(send, store, salon)
    await hub.jobs.close()
    await as_an_older_release(hub, store)
    importer = system(store, ACTOR)
    answer = await send("bookings.bring_in", booking(salon), importer)
    assert (answer.result["new"], answer.result["changed"]) == (False, False), "known before it is indexed as well"
    assert (await send("bookings.put_customer", {"natural_key": CUSTOMER, "name": CODE}, importer)).result["new"] is False
    await hub.close()

    again = build(settings, clock=clock, chance=SeededRandomness(9))
    await again.start()
    try:
        async with asyncio.timeout(60):
            await on_duty(again)
            while (await rows_of(again, store, BookingItemRow))[0].natural_key == ITEM:
                clock.advance(seconds=2)
                await asyncio.sleep(0.01)
        gone = {"item_key": ITEM, "state": "late_cancel", "ended_at": MORNING.isoformat()}
        await again.door.send("bookings.bring_in_cancellation", gone, importer, again.chance.id())
        ((booked,),) = [await rows_of(again, store, BookingRow)]
        assert booked.state == "late_cancel"
        if not again.database.is_sqlite:
            async with asyncio.timeout(60):
                while CODE.encode() in await on_disk(again):
                    clock.advance(seconds=2)
                    await asyncio.sleep(0.1)
            assert CODE.encode() not in await stored(again)
    finally:
        await again.close()
    if again.database.is_sqlite:  # the log is folded into the file
        assert CODE.encode() not in await stored(again)


async def on_disk(hub: Hub) -> bytes:
    """PostgreSQL's own files of these tables and their indexes, with what dead rows left there."""
    names = [name for table in KEYED for name in (table.name, *(str(index.name) for index in table.indexes))]
    names += [str(c.name) for t in KEYED for c in t.constraints if isinstance(c, UniqueConstraint)]
    found: list[bytes] = []
    async with hub.database.writer.connect() as connection:
        await connection.exec_driver_sql("CHECKPOINT")
        for name in names:
            read = text("SELECT pg_read_binary_file(pg_relation_filepath(CAST(:name AS regclass)))")
            found.append(await connection.scalar(read, {"name": name}) or b"")
    return b"".join(found)


def small_folder(place: Path, files: Mapping[str, bytes]) -> Path:
    place.mkdir()
    for name, content in files.items():
        (place / name).write_bytes(content)
    return place


async def test_what_an_older_release_imported_is_known_again(
    settings: Settings, mapping: SalonMapping, book_files: dict[str, bytes], tmp_path: Path
) -> None:
    folder = small_folder(tmp_path / "book", book_files)
    first = await import_salon_csv(folder, mapping, settings, build)
    assert first.good
    hub = build(settings)
    await hub.prepare()
    try:
        async with hub.database.read(hub.store_id) as session:
            sent = set(await session.scalars(select(AnswerRow.command_id)))
        assert command_id(hub.store_id, natural_key("customer", "ANNA01")) not in sent, "an id that anybody could make"
        assert b"ANNA01" not in await stored(hub)
        await _plain(hub, CustomerRow.__table__, {natural_key("customer", "ANNA01")})  # type: ignore[arg-type]
    finally:
        await hub.close()
    before = {outcome.source: outcome for outcome in first.draft.outcomes}
    for dry_run in (True, False):
        again = await import_salon_csv(folder, mapping, settings, build, dry_run=dry_run)
        assert {outcome.source for outcome in again.draft.outcomes} == before.keys()
        assert [outcome for outcome in again.draft.outcomes if type(outcome).__name__ == "Imported"] == []
    hub = build(settings)
    await hub.prepare()
    try:
        assert b"ANNA01" not in await stored(hub)
        assert len(await rows_of(hub, hub.store_id, CustomerRow)) == 5
    finally:
        await hub.close()


async def _plain(hub: Hub, table: Table, keys: set[str]) -> None:
    async with hub.database.write(hub.store_id) as session:
        connection = await session.connection()
        for key in keys:
            changed = update(table).where(table.c.natural_key == stored_key(hub.vault, key)).values(natural_key=key)
            assert (await connection.execute(changed)).rowcount == 1
