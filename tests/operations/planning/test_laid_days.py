"""Days that are kept between questions are those that would be read anew, whatever has happened."""

from __future__ import annotations

import asyncio
import random
from datetime import date, timedelta
from typing import Any

import pytest

from hub.kernel.clock import ManualClock
from hub.kernel.dispatch import facts_of
from hub.kernel.errors import Refused
from hub.kernel.tables import Store
from hub.operations.bookings.ports import FreeStart, SlotRequest, Wish
from hub.operations.bookings.tables import BookingRow
from hub.operations.planning import laid_days
from hub.operations.planning.finder import Finder
from tests.operations.floor import DAY, Floor, at

DAYS = 3


async def _asked(floor: Floor, finder: Finder, day: date = DAY, days: int = DAYS) -> list[FreeStart]:
    async with floor.hub.database.read(floor.store) as session:
        store = facts_of(await session.get_one(Store, floor.store))
        request = SlotRequest((Wish(floor.services["cut"]), Wish(floor.services["colour"])), day, days)
        return await finder.free_starts(session, store, floor.hub.clock.now(), request)


async def _happen(floor: Floor, chance: random.Random) -> None:
    """Anything that may change what is free, on any of the days."""
    day = chance.randrange(DAYS)
    ahead = timedelta(days=day)
    start = at(chance.randrange(10, 17)) + ahead
    technician = chance.choice(list(floor.technicians.values()))
    on = (DAY + ahead).isoformat()
    bookings = [row.id for row in await floor.rows(BookingRow) if row.state in ("confirmed", "expected")]
    span = {"start": start.isoformat(), "until": (start + timedelta(hours=2)).isoformat()}
    wish = {"service_id": floor.services["cut"]}
    acts: list[tuple[str, dict[str, Any]]] = [
        ("bookings.book", {"services": [wish], "start": start.isoformat(), "customer": {"name": "x"}}),
        ("bookings.hold_slot", {"services": [wish], "start": start.isoformat()}),
        ("team.note_leave", {"technician_id": technician, **span}),
        ("team.put_shift", {"technician_id": technician, "date": on, "start": "12:00", "end": "18:00"}),
        ("stations.close_place", {"place_id": floor.places["C1"], "reason": "x", "until": span["until"]}),
        ("catalog.close_day", {"date": on, "name": {"zh": "x", "en": "x"}}),
        ("catalog.reopen_day", {"date": on}),
    ]
    if bookings:
        booking = chance.choice(bookings)
        acts += 2 * [("bookings.cancel", {"booking_id": booking})]
        acts += 2 * [("bookings.move", {"booking_id": booking, "start": start.isoformat()})]
    name, data = chance.choice([*acts[:1] * 3, *acts])
    try:
        await floor.send(name, data, floor.desk if not name.startswith(("catalog", "team")) else None)
    except Refused as refusal:
        if refusal.kind.code == "invalid":  # it would be no act at all
            raise


async def _open(floor: Floor) -> None:
    await floor.hub.followers.close()
    for technician in floor.technicians.values():
        for ahead in range(1, DAYS):
            on = (DAY + timedelta(days=ahead)).isoformat()
            await floor.send("team.put_shift", {"technician_id": technician, "date": on, "start": "09:00", "end": "18:00"})


async def _differences(floor: Floor, clock: ManualClock, seed: int, acts: int) -> int:
    chance, kept, differing = random.Random(seed), Finder(), 0
    await _asked(floor, kept)
    for number in range(acts):
        await _happen(floor, chance)
        if number % 7 == 6:
            clock.advance(minutes=1)
        differing += await _asked(floor, kept) != await _asked(floor, Finder())
    return differing


@pytest.mark.parametrize("seed", range(3))
async def test_kept_days_are_those_that_are_read_anew(floor: Floor, clock: ManualClock, seed: int) -> None:
    await _open(floor)
    assert await _differences(floor, clock, seed, 25) == 0


async def test_days_kept_in_spite_of_the_facts_would_be_wrong(
    floor: Floor, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard's twin."""
    monkeypatch.setattr(laid_days, "_is_about", lambda *_fact: False)
    await _open(floor)
    assert await _differences(floor, clock, 0, 10) > 0


async def test_a_fact_about_one_day_leaves_the_others_laid(floor: Floor) -> None:
    await _open(floor)
    finder = Finder()
    await _asked(floor, finder)
    before = {key[3]: kept.laid for key, kept in finder.laid_days._kept.items()}
    booking = await floor.book("cut", at(11) + timedelta(days=1))
    await floor.send("bookings.cancel", {"booking_id": booking}, floor.desk)
    await _asked(floor, finder)
    after = {key[3]: kept.laid for key, kept in finder.laid_days._kept.items()}
    changed = {day for day in after if after[day] is not before[day]}
    assert changed == {DAY + timedelta(days=1)}


async def test_a_store_that_begins_to_close_on_holidays_offers_nothing_there_and_tells_of_those_who_are_booked(
    floor: Floor,
) -> None:
    holiday, rest = date(2026, 10, 1), {"closed_on_public_holidays": True}
    shift = {"date": holiday.isoformat(), "start": "09:00", "end": "18:00"}
    for technician in floor.technicians.values():
        await floor.send("team.put_shift", {"technician_id": technician, **shift})
    await floor.book("cut", at(11) + timedelta(days=(holiday - DAY).days))
    finder = Finder()
    assert await _asked(floor, finder, holiday, 1) != []
    await floor.send("catalog.set_house_rules", rest)
    assert await _asked(floor, finder, holiday, 1) == await _asked(floor, Finder(), holiday, 1) == []
    for _ in range(500):
        if "later_day" in {entry.kind for entry in (await floor.day()).attention}:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody was told that the booking has lost its room")
