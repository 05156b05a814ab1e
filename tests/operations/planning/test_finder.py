"""Free starts are really free, and nobody else moves for them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

from sqlalchemy import event

from hub.kernel.clock import ManualClock
from hub.kernel.dispatch import facts_of
from hub.kernel.tables import Store
from hub.operations.bookings.ports import FreeStart, SlotFinder, SlotRequest, Wish
from hub.operations.planning.finder import ANSWERS_KEPT, Finder
from hub.operations.planning.queries import earliest
from tests.operations.floor import DAY, Floor, at


async def _starts(floor: Floor, *services: Wish, first: date = DAY, days: int = 1) -> list[FreeStart]:
    async with floor.hub.database.read(floor.store) as session:
        store = facts_of(await session.get_one(Store, floor.store))
        finder = floor.hub.ports.get(SlotFinder)  # type: ignore[type-abstract]
        return await finder.free_starts(session, store, floor.hub.clock.now(), SlotRequest(services, first, days))


async def test_every_offered_start_can_be_booked_and_no_other(floor: Floor) -> None:
    await floor.hub.followers.close()
    lin = Wish(floor.services["cut"], "must", floor.technicians["lin"])
    await floor.book("cut", at(11), technician="lin")
    offered = [start.start for start in await _starts(floor, lin)]
    assert offered[0] == at(9)
    assert offered[-1] == at(17, 30)
    assert at(10, 30) in offered
    assert not {at(10, 45), at(11), at(11, 15)} & set(offered)
    for number, start in enumerate(offered[:6:2]):
        await floor.book("cut", start, technician="lin", name=f"客{number}")
    wish = {"service_id": floor.services["cut"], "requested": "must", "technician_id": floor.technicians["lin"]}
    data = {"services": [wish], "start": at(10, 45).isoformat(), "customer": {"name": "x"}}
    await floor.refused("slot_taken", "bookings.book", data)


async def test_two_services_are_done_one_after_the_other_before_closing(floor: Floor) -> None:
    starts = await _starts(floor, Wish(floor.services["colour"]), Wish(floor.services["cut"]))
    # 30 + 20 + 15 minutes and a cut of 30; the store closes at 18:00.
    assert starts[-1].start == at(16, 15)
    assert starts[-1].end == at(17, 50)
    assert all(start.end <= at(18) for start in starts)


async def test_nothing_is_offered_in_the_past_or_when_nobody_works(floor: Floor, clock: ManualClock) -> None:
    clock.set(at(12, 1))
    starts = await _starts(floor, Wish(floor.services["cut"]), days=2)
    assert starts[0].start == at(12, 15)
    assert {start.start.date() for start in starts} == {DAY}
    assert await _starts(floor, Wish(floor.services["cut"]), first=DAY - timedelta(days=1)) == []


async def test_a_wish_for_a_woman_is_met(floor: Floor) -> None:
    starts = await _starts(floor, Wish(floor.services["cut"], "woman"))
    assert {start.technician_ids for start in starts} == {(floor.technicians["lin"],)}
    colour = await _starts(floor, Wish(floor.services["colour"], "woman"))
    assert {start.technician_ids for start in colour} == {(floor.technicians["zhao"],)}


async def test_the_earliest_window_begins_at_once(floor: Floor, clock: ManualClock) -> None:
    clock.set(at(13, 7))
    async with floor.hub.database.read(floor.store) as session:
        store = facts_of(await session.get_one(Store, floor.store))
        ports, now = floor.hub.ports, clock.now()
        found = await earliest(session, store, now, ports, (Wish(floor.services["cut"]),))
        assert found is not None
        assert at(13, 5) <= found.start <= at(13, 7) < found.end


async def test_fourteen_days_are_answered_again_without_reading_them_again(floor: Floor) -> None:
    await floor.hub.followers.close()
    asked: list[str] = []
    event.listen(floor.hub.database.reader.sync_engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    wish = Wish(floor.services["cut"])
    first = await _starts(floor, wish, days=14)
    reading = len(asked)
    assert await _starts(floor, wish, days=14) == first
    assert len(asked) - reading < reading / 5
    await floor.book("cut", at(9))
    assert len(await _starts(floor, Wish(floor.services["cut"], "woman"), days=14)) == len(first) - 2


async def test_what_the_store_does_not_have_has_no_free_start(floor: Floor) -> None:
    unknown = Wish("f" * 32)
    assert await _starts(floor, Wish(floor.services["cut"]), unknown) == []
    async with floor.hub.database.read(floor.store) as session:
        store = facts_of(await session.get_one(Store, floor.store))
        assert await earliest(session, store, floor.hub.clock.now(), floor.hub.ports, (unknown,)) is None


async def test_whoever_asks_for_everything_in_every_order_fills_no_memory(floor: Floor) -> None:
    await floor.hub.followers.close()
    wishes = [Wish(service, requested) for service in floor.services.values() for requested in ("any", "woman", "man")]
    for services in list(product(wishes, repeat=3))[: ANSWERS_KEPT + 20]:
        await _starts(floor, *services)
    [kept] = floor.hub.ports.get(Finder).laid_days._kept.values()
    assert kept.laid is not None
    assert len(kept.laid.answers) == ANSWERS_KEPT
