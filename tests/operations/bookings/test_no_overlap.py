"""Nobody is promised twice: races, and whatever people do in whatever order."""

from __future__ import annotations

import asyncio
import random
import shutil
import uuid
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from hub.app import Hub
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.dispatch import Answered
from hub.kernel.errors import Refused
from hub.operations.bookings.ports import SlotFinder
from hub.operations.bookings.tables import AssignmentRow
from hub.settings import Settings
from tests.conftest import MORNING, Send
from tests.operations.bookings.salon import FirstFit, Salon, open_salon, rows_of
from tests.operations.bookings.test_booking import TEN, booking
from tests.operations.ground import lower_hub


def blind(hub: Hub) -> None:
    """A finder that sees nobody else's work: only the database stands between two desks and one slot."""
    hub.ports.fill(SlotFinder, FirstFit(blind=True))  # type: ignore[type-abstract]


def sender(hub: Hub, store: str) -> Send:
    manager = Actor("staff", "0" * 32, store, frozenset({"manager"}))

    async def send(name: str, data: dict[str, Any]) -> Answered:
        return await hub.door.send(name, data, manager, uuid.uuid4().hex)

    return send


async def _race(send: Send, salon: Salon, desks: int) -> list[str]:
    wish = {"service_id": salon.services["cut"], "requested": "must", "technician_id": salon.technicians["li"]}

    async def desk(number: int) -> str:
        data = booking(salon) | {"services": [wish], "customer": {"name": f"客人{number}"}}
        try:
            await send("bookings.book", data)
        except Refused as refused:
            return refused.kind.code
        return "booked"

    return sorted(await asyncio.gather(*(desk(number) for number in range(desks))))


async def test_two_desks_book_the_last_slot_at_once(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    blind(hub)
    assert await _race(send, salon, 2) == ["booked", "slot_taken"]
    assert len(await rows_of(hub, store, AssignmentRow)) == 1


async def test_eight_desks_and_one_winner(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    blind(hub)
    assert await _race(send, salon, 8) == ["booked"] + ["slot_taken"] * 7


async def test_without_the_guards_both_desks_would_win(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    """The twin: the race above is decided by the guards and by nothing else."""
    blind(hub)
    without = "DROP TRIGGER {}_insert" if hub.database.is_sqlite else "ALTER TABLE assignment DROP CONSTRAINT {}"
    async with hub.database.write(None) as session:
        for guard in ("overlap_technician", "overlap_place"):
            await session.execute(text(without.format(guard)))
    assert await _race(send, salon, 2) == ["booked", "booked"]


@pytest.mark.parametrize("column", ["technician_id", "place_id"])
async def test_the_database_refuses_overlaps_by_itself(hub: Hub, store: str, send: Send, salon: Salon, column: str) -> None:
    """Spans at random, many times what there is room for: the database keeps exactly those that overlap none of the kept."""
    chance = random.Random(7)
    kept: list[tuple[datetime, datetime]] = []
    statement = insert(AssignmentRow.__table__)  # type: ignore[arg-type]
    spans, minutes = (1_000, 4_000) if hub.database.is_sqlite else (500, 2_000)  # the drill tries ten thousand
    async with hub.database.writer.connect() as connection:
        for number in range(spans):
            start = TEN + timedelta(minutes=chance.randrange(minutes))
            end = start + timedelta(minutes=chance.randrange(5, 120))
            free = all(start >= e or end <= s for s, e in kept)
            name = f"{number:032}"
            row = {"id": name, "item_id": name, "ordinal": 0, "booking_id": name, "pinned": False, "store_id": store}
            row |= {column: "one", "start": start, "end": end, "place_until": end}
            if free:
                await connection.execute(statement, row)
                kept.append((start, end))
                continue
            tried = await connection.begin_nested()
            with pytest.raises(IntegrityError, match=f"overlap_{column.removesuffix('_id')}"):
                await connection.execute(statement, row)
            await tried.rollback()
        await connection.rollback()
    assert spans / 50 < len(kept) < spans / 2


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["book", "book", "hold", "move", "cancel"]),
        st.integers(0, 24),
        st.lists(st.sampled_from(["cut", "colour"]), min_size=1, max_size=3),
        st.integers(0, 30),
        st.booleans(),
    ),
    min_size=5,
    max_size=25,
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_whatever_people_do_nothing_overlaps(
    tmp_path_factory: pytest.TempPathFactory, migrated: Path, steps: list[Any]
) -> None:
    folder = tmp_path_factory.mktemp("play")
    shutil.copy(migrated, folder)
    asyncio.run(_play(folder, steps))


async def _play(folder: Path, steps: list[Any]) -> None:
    hub = lower_hub(Settings(data=folder), ManualClock(MORNING))
    await hub.start()
    try:
        store = await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai")
        send = sender(hub, store)
        salon = await open_salon(send)
        made: list[str] = []
        for action, quarter, services, which, is_blind in steps:
            hub.ports.fill(SlotFinder, FirstFit(blind=is_blind))  # type: ignore[type-abstract]
            start = TEN + timedelta(minutes=15 * quarter)
            refusal = await _step(send, salon, made, action, start, tuple(services), which)
            assert refusal in {"", "slot_taken", "booking_over"}
            await _assert_no_overlap(hub, store)
    finally:
        await hub.close()


async def _step(
    send: Any, salon: Salon, made: list[str], action: str, start: datetime, services: tuple[str, ...], which: int
) -> str:
    """Do it; the refusal's code, or nothing."""
    wishes = [{"service_id": salon.services[code]} for code in services]
    booking_id = made[which % len(made)] if made else "0" * 32
    name, data = {
        "book": ("bookings.book", booking(salon, start=start, services=services)),
        "hold": ("bookings.hold_slot", {"services": wishes, "start": start.isoformat()}),
        "move": ("bookings.move", {"booking_id": booking_id, "start": start.isoformat(), "services": wishes}),
        "cancel": ("bookings.cancel", {"booking_id": booking_id}),
    }[action if made else "book"]
    try:
        answered = await send(name, data)
    except Refused as refused:
        return refused.kind.code
    if name == "bookings.book":
        made.append(answered.result["booking_id"])
    return ""


async def _assert_no_overlap(hub: Hub, store: str) -> None:
    rows = await rows_of(hub, store, AssignmentRow)
    for column, until in (("technician_id", "end"), ("place_id", "place_until")):
        for one in {getattr(row, column) for row in rows} - {None}:
            spans = sorted((row.start, getattr(row, until)) for row in rows if getattr(row, column) == one)
            assert all(before[1] <= after[0] for before, after in pairwise(spans))
