"""A hub's own store as a simulated one: what its log says, and published values where it says too little."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from hub.app import Hub
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.dispatch import facts_of
from hub.kernel.tables import Store
from hub.operations.bookings.tables import BookingRow
from hub.operations.planning.problem import problem_of
from hub.operations.planning.rows import rows_of
from hub.operations.team.tables import TechnicianRow, TechnicianSkillRow
from hub.operations.visits.tables import PhaseRunRow
from hub.settings import Settings
from hub.simulation import learning
from hub.simulation.campaign import simulate
from hub.simulation.learning import store_of_hub
from hub.simulation.store_file import StoreFile, StoreFileError
from scheduler import Assignment
from tests.conftest import Send
from tests.operations.floor import DAY, Floor, at, floor_hub, open_floor


@pytest.fixture
async def floor(settings: Settings, clock: ManualClock, hub: Hub, store: str, send: Send, desk: Actor) -> Floor:
    return await open_floor(hub, store, send, desk)


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock):  # type: ignore[no-untyped-def]
    made = floor_hub(settings, clock, planning=True)
    await made.start()
    yield made
    await made.close()


@pytest.fixture
def on_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulator looks on the evening of the next day, and takes ten bookings for many."""
    monkeypatch.setattr(learning, "SystemClock", lambda: ManualClock(at(9) + timedelta(days=1)))
    for name in ("ENOUGH_BOOKINGS", "ENOUGH_ARRIVALS", "ENOUGH_PHASES"):
        monkeypatch.setattr(learning, name, 4)


@pytest.mark.usefixtures("on_that_day")
async def test_an_evening_past_midnight_goes_on_in_the_simulated_store(
    hub: Hub, store: str, send: Send, desk: Actor, clock: ManualClock, settings: Settings
) -> None:
    await send("catalog.set_business_day", {"begins": "06:00"})
    floor = await open_floor(hub, store, send, desk, opens="12:00", closes="02:00")
    for half_hours in range(6):
        await floor.book("cut", at(23) + timedelta(minutes=30 * half_hours))
    learned = await store_of_hub(settings.data)
    assert (learned.opens, learned.closes) == (720, 1560)
    assert {(person.begins, person.ends) for person in learned.technicians} == {(720, 1560)}
    assert learned.hours == {23: 2, 24: 2, 25: 2}
    assert learned.demand.visits == 6
    assert simulate(learned, 2, ["fixed"], 1).records["fixed"][0].outcomes


async def _serve(floor: Floor, clock: ManualClock, hour: int, minutes: int) -> str:
    """Lin's customer comes five minutes early and is served for `minutes`."""
    clock.set(at(hour) - timedelta(minutes=30))
    booking = await floor.book("cut", at(hour), technician="lin")
    clock.set(at(hour) - timedelta(minutes=5))
    await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)
    clock.set(at(hour))
    item = await floor.item(booking)
    place = {"technician_id": floor.technicians["lin"], "place_id": floor.places["C1"]}
    await floor.send("visits.start_service", {"item_id": item, **place}, floor.desk)
    clock.set(at(hour, minutes))
    await floor.send("visits.finish_service", {"item_id": item}, floor.desk)
    return item


@pytest.mark.usefixtures("on_that_day")
async def test_roster_and_shares_are_the_stores_own(floor: Floor, clock: ManualClock, settings: Settings) -> None:
    for hour in (10, 11, 12):
        await _serve(floor, clock, hour, 36)
    gone = await floor.book("cut", at(15), technician="lin")
    await floor.send("bookings.cancel", {"booking_id": gone, "reason": "ill"}, floor.desk)
    await floor.book("cut", at(17), technician="lin")
    found = await store_of_hub(settings.data)
    assert (found.opens, found.closes) == (9 * 60, 18 * 60)
    assert {t.name: t.skills for t in found.technicians} == {
        "lin": {"cut": 3},
        "wang": {"cut": 4, "colour": 3},
        "zhao": {"colour": 4},
    }
    assert {p.kind: (p.count, p.clean_up) for p in found.places} == {"chair": (2, 5), "basin": (1, 0)}
    assert found.shares.cancelled == pytest.approx(1 / 5)
    assert found.shares.cancelled_on_the_day == 1
    assert found.shares.must == 1
    assert found.demand.visits == 5
    assert found.arrival.mean == -10, "three arrivals are too few"
    assert [s.code for s in found.services if s.demand > 0] == ["cut"]
    assert simulate(found, 2, ["fixed"], 1).records["fixed"][0].outcomes


async def _roster(floor: Floor, days: int, *codes: str, start: str = "10:00", end: str = "16:00") -> None:
    """A shift for each of them so many days after the test's day."""
    day = (DAY + timedelta(days=days)).isoformat()
    for code in codes:
        shift = {"technician_id": floor.technicians[code], "date": day, "start": start, "end": end}
        await floor.send("team.put_shift", shift)


async def _close(floor: Floor, days: int) -> None:
    weekday = (DAY + timedelta(days=days)).weekday()
    await floor.send("catalog.set_opening_hours", {"weekday": weekday, "opens": None, "closes": None})


async def _leaves(floor: Floor, code: str) -> None:
    person = next(row for row in await floor.rows(TechnicianRow) if row.code == code)
    skills = {row.skill: row.level for row in await floor.rows(TechnicianSkillRow) if row.technician_id == person.id}
    name = {"zh": code, "en": code}
    put = {"code": code, "name": name, "gender": person.gender, "skills": skills, "active": False}
    await floor.send("team.put_technician", put)


def _hours(found: StoreFile) -> dict[str, tuple[int, int]]:
    return {person.name: (person.begins, person.ends) for person in found.technicians}


ALL_DAY = dict.fromkeys(("lin", "wang", "zhao"), (9 * 60, 18 * 60))


@pytest.mark.usefixtures("on_that_day")
async def test_the_newest_roster_counts_but_none_of_days_ahead(floor: Floor, settings: Settings) -> None:
    await _roster(floor, -1, "zhao")
    await _roster(floor, 2, "lin", start="12:00", end="14:00")
    assert _hours(await store_of_hub(settings.data)) == ALL_DAY
    await _roster(floor, 1, "wang")
    assert _hours(await store_of_hub(settings.data)) == {"wang": (10 * 60, 16 * 60)}


@pytest.mark.usefixtures("on_that_day")
async def test_a_roster_of_a_weekday_that_is_closed_is_passed_over(floor: Floor, settings: Settings) -> None:
    await _roster(floor, 1, "wang")
    await _close(floor, 1)
    assert _hours(await store_of_hub(settings.data)) == ALL_DAY


@pytest.mark.usefixtures("on_that_day")
async def test_a_store_whose_rosters_all_lie_ahead_has_the_first_of_them(floor: Floor, settings: Settings) -> None:
    await _roster(floor, 3, "lin")
    await _roster(floor, 2, "wang")
    await _close(floor, 0)
    assert _hours(await store_of_hub(settings.data)) == {"wang": (10 * 60, 16 * 60)}


@pytest.mark.usefixtures("on_that_day")
async def test_the_roster_of_somebody_who_has_left_is_none(floor: Floor, settings: Settings) -> None:
    await _roster(floor, 1, "wang")
    await _leaves(floor, "wang")
    assert _hours(await store_of_hub(settings.data)) == {name: ALL_DAY[name] for name in ("lin", "zhao")}


@pytest.mark.usefixtures("on_that_day")
async def test_what_nobody_of_the_roster_can_do_is_left_out(floor: Floor, settings: Settings) -> None:
    assert {service.code for service in (await store_of_hub(settings.data)).services} == {"cut", "colour"}
    await _roster(floor, 1, "lin")
    found = await store_of_hub(settings.data)
    assert [service.code for service in found.services] == ["cut"]
    assert simulate(found, 1, ["fixed"], 1).records["fixed"]


@pytest.mark.usefixtures("on_that_day")
async def test_a_store_that_is_never_open_has_no_roster(floor: Floor, settings: Settings) -> None:
    for days in range(7):
        await _close(floor, days)
    with pytest.raises(StoreFileError, match="nobody has a shift on an open day"):
        await store_of_hub(settings.data)


async def test_a_log_that_says_too_little_leaves_the_published_values(floor: Floor, settings: Settings) -> None:
    found = await store_of_hub(settings.data)
    assert found.shares.no_show == 0.035
    assert found.sigma == 0.25
    assert found.demand.load == 0.75


async def test_what_holds_no_store_is_refused(tmp_path: Path, settings: Settings) -> None:
    for data in (tmp_path, settings.data):
        with pytest.raises(StoreFileError) as refused:
            await store_of_hub(data)
        assert refused.value.code == "store_file_unreadable"


async def test_a_store_of_another_release_is_refused_in_words(floor: Floor, settings: Settings) -> None:
    async with floor.hub.database.writer.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(StoreFileError, match="of another release") as refused:
        await store_of_hub(settings.data)
    assert refused.value.code == "store_file_unreadable"


async def test_the_odds_know_tomorrow_who_was_slow_today(floor: Floor, clock: ManualClock) -> None:
    item = await _serve(floor, clock, 10, 45)
    for hour in (11, 12, 13):
        await _serve(floor, clock, hour, 45)
    async with floor.hub.database.read(floor.store) as session:
        store = facts_of(await session.get_one(Store, floor.store))
        run = next(run for run in await floor.rows(PhaseRunRow) if run.item_id == item)
        booking = next(row for row in await floor.rows(BookingRow) if row.id == run.booking_id)
        row = Assignment(booking.id, item, 0, floor.technicians["lin"], None, 60, 90)
        today = problem_of(await rows_of(session, store, clock.now(), DAY)).spread(row)
        tomorrow = problem_of(await rows_of(session, store, clock.now() + timedelta(days=1), DAY)).spread(row)
    assert today.mean == 1
    assert 1.1 < tomorrow.mean < 1.5
