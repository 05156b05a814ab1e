"""A day on which somebody forgot a tap ends all the same, and the next morning begins with an empty store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hub.catalog.queries import catalog_of
from hub.kernel.access import system
from hub.kernel.clock import ManualClock
from hub.kernel.jobs import Job
from hub.operations.bookings.tables import AssignmentRow, BookingRow
from hub.operations.planning.duration_log import observations
from hub.operations.planning.queries import live_day
from hub.operations.stations.tables import PlaceRow
from hub.operations.team.tables import AbsenceRow
from hub.operations.visits.day_end import unsettled_days
from hub.operations.visits.jobs import jobs
from hub.operations.visits.tables import HelpRow, PhaseRunRow, VisitRow
from tests.operations.floor import DAY, Floor, at

MORNING = timedelta(days=1)


async def _forget_everything(floor: Floor, clock: ManualClock) -> dict[str, str]:
    """One never comes, one is served and forgotten, one waits for nothing, one is served and not shown out. By role."""
    made = {
        "missing": await floor.book("cut", at(10), technician="wang", name="甲"),
        "forgotten": await floor.book("cut", at(9, 15), technician="lin", name="乙"),
        "unserved": await floor.book("colour", at(11), technician="zhao", name="丙"),
        "served": await floor.book("cut", at(9, 15), technician="wang", name="丁"),
    }
    clock.set(at(9, 15))
    for who in ("forgotten", "served"):
        await floor.send("visits.start_service", {"item_id": await floor.item(made[who])}, floor.desk)
    await floor.send("visits.check_in", {"booking_id": made["unserved"]}, floor.desk)
    clock.set(at(9, 40))
    await floor.send("visits.finish_service", {"item_id": await floor.item(made["served"])}, floor.desk)
    await floor.send("visits.ask_help", {"kind": "help"}, floor.technician("lin"))
    await floor.send("team.start_break", {"technician_id": floor.technicians["zhao"]}, floor.desk)
    return made


async def _close(floor: Floor) -> None:
    await floor.send("visits.close_day", {"date": DAY.isoformat()}, system(floor.store, "visits"))


async def test_nobody_stays_in_the_store_over_night(floor: Floor, clock: ManualClock) -> None:
    made = await _forget_everything(floor, clock)
    clock.set(at(9) + MORNING)
    since = await floor.seq()
    await _close(floor)
    states = {booking.id: booking.state for booking in await floor.rows(BookingRow)}
    assert {who: states[booking] for who, booking in made.items()} == {
        "missing": "no_show",
        "forgotten": "done",
        "unserved": "done",
        "served": "done",
    }
    assert {visit.state for visit in await floor.rows(VisitRow)} == {"left"}
    assert {run.state for run in await floor.rows(PhaseRunRow)} == {"done"}
    assert await floor.rows(AssignmentRow) == []
    assert [row.answered_at for row in await floor.rows(HelpRow)] == [clock.now()]
    assert [row.end for row in await floor.rows(AbsenceRow)] == [at(18)]  # with her shift
    condition = {place.id: place.condition for place in await floor.rows(PlaceRow)}
    assert condition[floor.places["C1"]] == condition[floor.places["C2"]] == "dirty"
    told = [(fact.type, fact.data.get("booking_id")) for fact in await floor.facts(since)]
    assert sorted(told, key=str) == sorted(
        [
            ("visits.no_show_noted", made["missing"]),
            ("visits.service_finished", made["forgotten"]),
            ("visits.customer_left", made["forgotten"]),
            ("visits.customer_left", made["unserved"]),
            ("visits.customer_left", made["served"]),
            ("stations.place_dirty", None),
            ("visits.help_answered", None),
            ("team.break_ended", None),
        ],
        key=str,
    )
    since = await floor.seq()
    await _close(floor)
    assert await floor.facts(since) == []
    await floor.refused("wrong_day", "visits.reverse_no_show", {"booking_id": made["missing"]})


async def test_of_a_day_without_the_hub_nobody_is_said_to_have_stayed_away(floor: Floor, clock: ManualClock) -> None:
    booking = await floor.book("cut", at(10))
    await floor.send("team.start_break", {"technician_id": floor.technicians["zhao"]}, floor.desk)
    clock.set(at(9) + MORNING)
    async with floor.hub.database.read(floor.store) as session:
        store = await floor._facts(session)
        assert await unsettled_days(session, store.days, DAY + MORNING) == [DAY]
    await _close(floor)
    assert {row.id: row.state for row in await floor.rows(BookingRow)} == {booking: "expected"}
    async with floor.hub.database.read(floor.store) as session:
        assert await unsettled_days(session, store.days, DAY + MORNING) == []


async def test_whoever_forgot_to_finish_can_begin_next_morning(floor: Floor, clock: ManualClock) -> None:
    await _forget_everything(floor, clock)
    shift = {"technician_id": floor.technicians["lin"], "date": (DAY + MORNING).isoformat(), "start": "09:00", "end": "18:00"}
    await floor.send("team.put_shift", shift)
    tomorrow = await floor.book("cut", at(10) + MORNING, technician="lin")
    clock.set(at(10) + MORNING)
    start = {"item_id": await floor.item(tomorrow)}
    await floor.refused("technician_busy", "visits.start_service", start)
    await _close(floor)
    assert [entry.kind for entry in (await floor.day()).attention] == ["dirty"]  # the chair that he sat in
    await floor.send("visits.start_service", start, floor.technician("lin"))


async def test_a_forgotten_end_is_shown_as_expected_and_teaches_no_length(floor: Floor, clock: ManualClock) -> None:
    made = await _forget_everything(floor, clock)
    clock.set(at(9) + MORNING)
    await _close(floor)
    async with floor.hub.database.read(floor.store) as session:
        store = await floor._facts(session)
        day = await live_day(session, store, floor.hub.vault, clock.now(), DAY)
        seen = await observations(session, store, await catalog_of(session), DAY + timedelta(days=1))
    forgotten = day.booking(made["forgotten"])
    assert forgotten is not None
    assert (forgotten.items[0].phases[0].state, forgotten.items[0].phases[0].end) == ("done", at(9, 45))
    assert [each.minutes for each in seen] == [25.0]  # of who was seen to be finished


async def test_a_day_is_not_over_while_somebody_may_be_at_work(floor: Floor, clock: ManualClock) -> None:
    made = await _forget_everything(floor, clock)
    since = await floor.seq()
    clock.set(at(24) - timedelta(minutes=1))
    await _close(floor)
    clock.set(at(23))
    assert await floor.facts(since) == []
    await floor.send("visits.extend", {"item_id": await floor.item(made["forgotten"]), "minutes": 15}, floor.desk)
    since = await floor.seq()
    clock.set(at(26))  # three hours after 23:15 is a quarter past two
    await _close(floor)
    assert await floor.facts(since) == []
    clock.set(at(26, 15))
    await _close(floor)
    assert len(await floor.facts(since)) == 8


@dataclass(slots=True)
class Stopwatch:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


async def test_the_hub_closes_what_it_has_seen_to_be_over_for_ten_minutes(floor: Floor, clock: ManualClock) -> None:
    await _forget_everything(floor, clock)
    watch = Stopwatch()
    days = _job(floor, watch)
    since = await floor.seq()
    clock.set(at(9) + MORNING)
    await days.run(floor.store)
    clock.set(at(9, 45))  # the clock had jumped, and was set right
    watch.seconds += 600
    await days.run(floor.store)
    clock.set(at(9) + MORNING)
    await days.run(floor.store)
    watch.seconds += 599
    await days.run(floor.store)
    assert await floor.facts(since) == []
    watch.seconds += 1
    await days.run(floor.store)
    assert len(await floor.facts(since)) == 8
    before = await floor.everything()
    await days.run(floor.store)
    assert await floor.everything() == before


def _job(floor: Floor, watch: Stopwatch) -> Job:
    return next(job for job in jobs(floor.hub, watch) if job.name == "visits.days")
