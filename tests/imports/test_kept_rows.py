"""Rows kept for later are sealed like everything personal, and go with the person whom they name."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from hub.app import Hub, build
from hub.backoffice.privacy import rotation
from hub.backoffice.privacy.copying import copy_of
from hub.backoffice.privacy.forgetting import forget_pending, reapply
from hub.imports import keeping
from hub.imports.tables import KeptRow
from hub.kernel.access import system
from hub.kernel.clock import ManualClock
from hub.kernel.dispatch import facts_of
from hub.kernel.errors import Refused
from hub.kernel.ids import SeededRandomness
from hub.kernel.tables import Store
from hub.settings import Settings
from tests.conftest import Send, on_duty
from tests.stored import stored

CODE, OTHER = "QUETZAL01", "BORO01"


def receipt(number: int, client: str | None) -> dict[str, Any]:
    key = f"receipt/{number}/05%2F15%2F2018/Vorpaline%20{client}"
    cells = {"Receipt": str(number), "Description": "Vorpaline wash", "Client": client or "", "Amount": "70"}
    return {"natural_key": key, "file": "r.csv", "line": number + 1, "cells": cells, "client": client}


async def keep(hub: Hub, *rows: dict[str, Any]) -> int:
    data, importer = {"kind": "receipts", "rows": rows}, system(hub.store_id, "import")
    kept: int = (await hub.door.send("imports.keep_rows", data, importer, hub.chance.id())).result["new"]
    return kept


async def bring_in(send: Send, code: str) -> str:
    made = await send("bookings.put_customer", {"natural_key": f"customer/{code}", "name": code})
    return str(made.result["customer_id"])


async def kept_rows(hub: Hub) -> list[KeptRow]:
    async with hub.database.read(hub.store_id) as session:
        return list(await session.scalars(select(KeptRow).order_by(KeptRow.line)))


async def copied(hub: Hub, customer_id: str) -> list[str]:
    """The cells in a customer's copy."""
    async with hub.database.read(hub.store_id) as session:
        facts = facts_of(await session.get_one(Store, hub.store_id))
        copy = await copy_of(session, facts, hub.vault, customer_id, hub.clock.now())
    assert copy is not None
    return [row["cells"] for row in copy["held"].get("kept_row", [])]


async def erase(hub: Hub, customer_id: str) -> None:
    await hub.door.send("privacy.erase_person", {"customer_id": customer_id}, system(hub.store_id), hub.chance.id())
    await forget_pending(hub.door, hub.store_id)


async def plain_rows(hub: Hub, *rows: dict[str, Any]) -> None:
    """As an older release kept them."""
    async with hub.database.write(hub.store_id) as session:
        for row in rows:
            row_id = hub.chance.id()
            session.add(
                KeptRow(
                    id=row_id,
                    kind="receipts",
                    natural_key=row["natural_key"],
                    file=row["file"],
                    line=row["line"],
                    owner_id=row_id,
                    raw=row["cells"],
                    kept_at=hub.clock.now(),
                )
            )


async def test_no_cell_lies_in_plain_text_and_the_same_row_is_kept_once(hub: Hub, store: str, send: Send) -> None:
    await bring_in(send, OTHER)
    assert await keep(hub, receipt(1, OTHER), receipt(2, CODE), receipt(3, None)) == 3
    assert await keep(hub, receipt(1, OTHER), receipt(4, None)) == 1
    for word in (b"Vorpaline", CODE.encode()):
        assert word not in await stored(hub)
    assert [keeping.opened(hub.vault, row)["Client"] for row in await kept_rows(hub)] == [OTHER, CODE, "", ""]


async def test_what_is_sealed_for_one_row_opens_no_other(hub: Hub, store: str, send: Send) -> None:
    await bring_in(send, OTHER)
    await keep(hub, receipt(1, OTHER), receipt(2, OTHER))
    one, two = await kept_rows(hub)
    one.cells_sealed = two.cells_sealed
    with pytest.raises(Refused):
        keeping.opened(hub.vault, one)


async def test_they_are_copied_and_erased_with_the_customer_whom_they_name(hub: Hub, store: str, send: Send) -> None:
    customer = await bring_in(send, CODE)
    await bring_in(send, OTHER)
    await keep(hub, receipt(1, CODE), receipt(2, OTHER))
    [cells] = await copied(hub, customer)
    assert CODE in cells
    [theirs, _] = await kept_rows(hub)
    await erase(hub, customer)
    assert [keeping.opened(hub.vault, row)["Client"] for row in await kept_rows(hub)] == [OTHER]
    with pytest.raises(Refused):
        keeping.opened(hub.vault, theirs)  # as an older backup has it


async def test_whoever_is_brought_in_later_gets_what_was_kept_about_them(hub: Hub, store: str, send: Send) -> None:
    await keep(hub, receipt(1, CODE), receipt(2, OTHER))
    customer = await bring_in(send, CODE)
    assert len(await copied(hub, customer)) == 1
    assert [row.owner_id == customer for row in await kept_rows(hub)] == [True, False]
    await send("bookings.put_customer", {"name": CODE})
    assert [row.owner_id == customer for row in await kept_rows(hub)] == [True, False], "a namesake has no claim to it"


async def test_a_row_of_nobody_that_names_the_erased_is_destroyed_in_older_copies_too(hub: Hub, store: str, send: Send) -> None:
    """Somebody put in by hand under the name by which the old system called its client."""
    await keep(hub, receipt(1, CODE), receipt(2, OTHER))
    customer = (await send("bookings.put_customer", {"name": CODE.title()})).result["customer_id"]
    assert await copied(hub, customer) == []
    [theirs, _] = await kept_rows(hub)
    await erase(hub, customer)
    assert [row.line for row in await kept_rows(hub)] == [3]
    with pytest.raises(Refused):
        keeping.opened(hub.vault, theirs)

    async with hub.database.write(store) as session:  # an older copy of the store is put back
        values = {column.key: getattr(theirs, column.key) for column in KeptRow.__table__.columns}
        session.add(KeptRow(**values))
    await reapply(hub.door, store)
    assert [row.line for row in await kept_rows(hub)] == [3]


async def test_new_keys_seal_them_anew(hub: Hub, store: str, send: Send) -> None:
    customer = await bring_in(send, CODE)
    await keep(hub, receipt(1, CODE), receipt(2, None))
    ring = hub.vault.keys.edit(lambda kept: kept.with_new_generation())
    hub.vault.keys.edit(lambda kept: kept.turned_to(ring.generations[-1].id))
    hub.vault.refresh()
    await rotation.begin(hub.door, [store])
    assert await rotation.renew(hub.door, store)
    assert (await rotation.in_use(hub.database)).keys() == {hub.vault.key_id}
    hub.vault.keys.edit(lambda kept: kept.without_generation(ring.generations[0].id))
    hub.vault.refresh()
    assert [keeping.opened(hub.vault, row)["Client"] for row in await kept_rows(hub)] == [CODE, ""]
    assert len(await copied(hub, customer)) == 1
    await erase(hub, customer)
    assert [row.line for row in await kept_rows(hub)] == [3]


@pytest.mark.jobs
async def test_what_an_older_release_kept_in_plain_text_is_sealed_after_the_start(
    settings: Settings, hub: Hub, store: str, send: Send, clock: ManualClock
) -> None:
    customer = await bring_in(send, CODE)
    await hub.jobs.close()
    await plain_rows(hub, receipt(1, CODE), receipt(2, OTHER))
    assert await keep(hub, receipt(1, CODE)) == 0, "known before it is sealed as well"
    await hub.close()
    again = build(settings, clock=clock, chance=SeededRandomness(9))
    await again.start()
    try:
        async with asyncio.timeout(30):
            await on_duty(again)
            while any(row.raw is not None for row in await kept_rows(again)):
                clock.advance(seconds=2)
                await asyncio.sleep(0.01)
        assert [keeping.opened(again.vault, row)["Client"] for row in await kept_rows(again)] == [CODE, OTHER]
        assert len(await copied(again, customer)) == 1
        assert await keep(again, receipt(1, CODE), receipt(2, OTHER)) == 0
        if not again.database.is_sqlite:
            assert b"Vorpaline" not in await stored(again)
    finally:
        await again.close()
    if again.database.is_sqlite:  # the log is folded into the file
        assert b"Vorpaline" not in await stored(again)


async def test_a_person_is_erased_from_rows_that_are_still_plain(hub: Hub, store: str, send: Send) -> None:
    customer = await bring_in(send, CODE)
    await plain_rows(hub, receipt(1, CODE), receipt(2, OTHER))
    await erase(hub, customer)
    assert [row.raw["Client"] for row in await kept_rows(hub) if row.raw] == [OTHER]
