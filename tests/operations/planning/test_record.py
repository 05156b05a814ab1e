"""The record of promises and lengths: shares by how far back, odds against what came true, who takes how long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.operations.bookings.tables import BookingItemRow
from hub.operations.planning.lengths import ENOUGH
from hub.operations.planning.record import DAYS, Kept, bands_of, length_record, promise_record, wilson
from hub.operations.planning.tables import PromiseRow
from hub.operations.visits.tables import PhaseRunRow
from tests.operations.floor import DAY, Floor, at


def test_the_interval_of_a_share_is_wilsons() -> None:
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson(10, 10)[1] == 1.0
    assert wilson(0, 3)[0] == 0.0


def test_odds_are_set_against_what_came_true() -> None:
    told = [(95, True)] * 9 + [(99, False)] + [(85, True), (85, False)]
    bands = {band.low: band for band in bands_of(told)}
    assert [(low, band.settled) for low, band in bands.items()] == [(50, 0), (70, 0), (80, 2), (90, 0), (95, 10)]
    assert (bands[95].stated, bands[95].share) == (95.4, 90.0)
    assert bands[50].share is None
    assert bands[80].least is not None
    assert bands[80].least < 50 < (bands[80].most or 0)


async def test_promises_count_for_as_far_back_as_their_windows_lie(floor: Floor) -> None:
    ages = {0: (True, True, False), 3: (True,), 20: (False,), 60: (True,), DAYS: (False,)}
    async with floor.hub.database.write(floor.store) as session:
        for age, outcomes in ages.items():
            for number, kept in enumerate((*outcomes, None)):
                start = at(10) - timedelta(days=age)
                window = {"start": start, "end": start + timedelta(minutes=20), "odds": 90, "made_at": start, "told": {}}
                session.add(PromiseRow(booking_id=f"{age:016}{number:016}", broken=False, kept=kept, **window))
    async with floor.hub.database.read(floor.store) as session:
        found = await promise_record(session, await floor._facts(session), at(12))
    assert found.today == Kept(3, 2)
    assert found.week == Kept(4, 3)
    assert found.month == Kept(5, 3)
    assert found.quarter == Kept(6, 4)
    assert Kept(0, 0).share is None


@pytest.mark.parametrize(("times", "counts"), [(ENOUGH, True), (ENOUGH - 1, False)])
async def test_lengths_are_told_by_service_and_technician(floor: Floor, times: int, counts: bool) -> None:
    booking = await floor.book("cut", at(10), technician="lin")
    visit = (await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)).result["visit_id"]
    async with floor.hub.database.write(floor.store) as session:
        for number in range(times):
            start = at(10) - timedelta(days=1 + number)
            end = start + timedelta(minutes=45)
            item = BookingItemRow(
                id=f"{number + 1:032}", booking_id=booking, ordinal=number + 1, service_id=floor.services["cut"],
                requested="any", added_on_floor=False, cancelled=True,
            )  # fmt: skip
            session.add(item)
            await session.flush()
            session.add(
                PhaseRunRow(
                    id=f"{number:032}", item_id=item.id, booking_id=booking, ordinal=0, visit_id=visit, state="done",
                    technician_id=floor.technicians["lin"], place_id=None, started_at=start, ended_at=end, expected_end=end,
                )
            )  # fmt: skip
    async with floor.hub.database.read(floor.store) as session:
        services = await length_record(session, await floor._facts(session), DAY + timedelta(days=1))
    cut, colour = services
    assert (cut.service.en, cut.catalog, cut.seen, cut.counts) == ("cut", 30, times, counts)
    assert (colour.seen, colour.counts, colour.catalog) == (0, False, 45)
    lin, wang = cut.people
    assert (lin.technician_id, lin.seen, wang.seen) == (floor.technicians["lin"], times, 0)
    assert 36 < lin.learned < 48
    assert lin.low < lin.learned < lin.high
    assert (lin.planned > 30) is counts
    assert {person.technician.en for person in colour.people} == {"wang", "zhao"}
