"""A customer's phone: one booking and its promise, and nothing of anybody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from displays.visit import _why
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.kernel.text import Said
from hub.operations.planning.live_day import PromiseOfDay, ToldStart
from tests.displays.test_front_desk import floor, hub  # noqa: F401 - fixtures
from tests.operations.floor import Floor, at, shown

# ruff: noqa: F811 - pytest hands fixtures in by their names


def holder(floor: Floor, booking: str) -> Actor:
    return Actor("customer", booking, floor.store, frozenset({"member"}), subject=booking)


async def seen(floor: Floor, booking: str) -> dict[str, Any]:
    return await shown(floor, "visit", holder(floor, booking))


async def test_from_booked_to_served_the_page_says_how_far_things_are(floor: Floor, clock: ManualClock) -> None:
    booking = await floor.book("cut", at(9, 30), technician="lin")
    await floor.planned()
    view = await seen(floor, booking)
    promise = (await floor.booking(booking)).promise
    assert promise is not None
    assert (view["stage"], view["odds"], view["number"]) == ("booked", promise.odds, None)
    assert (view["late_choices"], view["can_move"], view["can_cancel"]) == ([5, 15, 30], True, True)
    assert view["technician"] == {"zh": "lin", "en": "lin"}
    clock.set(at(9, 20))
    await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)
    view = await seen(floor, booking)
    assert (view["stage"], view["ahead"], view["can_cancel"]) in (("waiting", 0, False), ("soon", 0, False))
    assert view["number"] is not None
    visit = (await floor.booking(booking)).visit_id
    await floor.send("visits.call_customer", {"visit_id": visit}, floor.desk)
    view = await seen(floor, booking)
    assert (view["stage"], view["place"] is not None) == ("called", True)
    await floor.send("visits.start_service", {"item_id": await floor.item(booking)}, floor.desk)
    view = await seen(floor, booking)
    assert (view["stage"], view["place"], view["services"][0]["state"]) == ("in_service", None, "running")
    await floor.send("visits.finish_service", {"item_id": await floor.item(booking)}, floor.desk)
    assert (await seen(floor, booking))["stage"] == "served"


async def test_who_said_late_sees_it_and_a_booking_given_up_opens_nothing_more(floor: Floor) -> None:
    booking = await floor.book("cut", at(11))
    await floor.planned()
    me = holder(floor, booking)
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 20}, me)
    view = await seen(floor, booking)
    assert (view["stage"], view["late_until"]) == ("running_late", "2026-05-14T03:20:00Z")
    assert [(change["what"], change["by"]) for change in view["history"]][-1] == ("late", "you")
    await floor.send("bookings.cancel", {"booking_id": booking}, me)
    view = await seen(floor, booking)
    assert (view["stage"], view["can_move"], view["can_cancel"]) == ("cancelled", False, False)
    assert [service["name"]["en"] for service in view["services"]] == ["cut"]


async def test_a_window_that_cannot_be_kept_is_shown_to_nobody(floor: Floor, clock: ManualClock) -> None:
    first, second = [await floor.book("cut", at(9, minute), technician="lin") for minute in (5, 40)]
    await floor.planned()
    clock.set(at(9, 5))
    item = await floor.item(first)
    await floor.send("visits.start_service", {"item_id": item}, floor.desk)
    await floor.send("visits.check_in", {"booking_id": second}, floor.desk)
    view = await seen(floor, second)
    assert view["window_end"] is not None
    [waiting] = (await shown(floor, "waiting-room"))["queue"]
    assert waiting["window_end"] == view["window_end"]
    since = await floor.seq()
    for _ in range(4):
        await floor.send("visits.extend", {"item_id": item, "minutes": 15}, floor.desk)
    await floor.planned(since=since)
    start = (await floor.booking(second)).planned_start
    assert start is not None
    assert start >= at(10, 35)
    view = await seen(floor, second)
    assert start.minute % 5 == 0
    told = start.isoformat().replace("+00:00", "Z")
    assert (view["window_start"], view["window_end"], view["odds"]) == (told, None, None)
    [waiting] = (await shown(floor, "waiting-room"))["queue"]
    assert (waiting["window_start"], waiting["window_end"]) == (told, None)
    assert view["changed"] is not None
    await floor.send("visits.finish_service", {"item_id": item}, floor.desk)
    await floor.send("visits.start_service", {"item_id": await floor.item(second)}, floor.desk)
    view = await seen(floor, second)
    assert (view["stage"], view["changed"]) == ("in_service", None), "what delayed the start is over with it"


async def test_nobody_elses_name_number_or_reason_is_told(floor: Floor, clock: ManualClock) -> None:
    mine = await floor.book("cut", at(10), technician="wang", name="Emma Clarke")
    await floor.book("cut", at(10, 35), technician="wang", customer={"name": "李雷", "phone": "+8613911112222"})
    await floor.planned()
    since = await floor.seq()
    await floor.send("team.report_sick", {"technician_id": floor.technicians["lin"]}, floor.desk)
    await floor.planned(since=since)
    view = {name: value for name, value in (await seen(floor, mine)).items() if name != "pass_qr"}
    text = orjson.dumps(view).decode()
    assert "李" not in text
    assert "2222" not in text
    assert 'booking":' not in text
    with pytest.raises(Refused):
        await seen(floor, "f" * 32)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("sick-named", "team"),
        ("technician-busy-with", "before"),
        ("place-busy-with", "place"),
        ("better-waiting-for", "gap"),
        ("late", "own"),
        ("desk", "store"),
        ("something-new", "store"),
    ],
)
def test_reasons_come_in_the_words_that_a_customer_may_read(code: str, why: str) -> None:
    assert _why(Said(code=f"move-reason-{code}", params={"booking": "b"})) == why


async def test_no_screen_shows_a_time_that_has_gone_by(floor: Floor, clock: ManualClock) -> None:
    booking = await floor.book("cut", at(9, 15), technician="lin")
    await floor.planned()
    clock.set(at(9, 10))
    since = await floor.seq()
    await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)
    await floor.planned(since=since)
    promise = (await floor.booking(booking)).promise
    assert promise is not None
    for now in (at(9, 20), promise.end, promise.end + timedelta(minutes=1)):  # nobody begins, nothing is planned anew
        clock.set(now)
        over = now > promise.end
        told = (now, None) if over else (promise.start, promise.end)
        words = tuple(each.isoformat().replace("+00:00", "Z") if each else None for each in told)
        view = await seen(floor, booking)
        [waiting] = (await shown(floor, "waiting-room"))["queue"]
        assert (view["window_start"], view["window_end"]) == words
        [service] = view["services"]
        assert service["start"] == words[0], "the list says what the large time says"
        assert (waiting["window_start"], waiting["window_end"]) == words
        assert ("promise_at_risk" in {entry.kind for entry in (await floor.day()).attention}) is over


async def test_a_start_that_is_told_agrees_with_the_plan_and_its_order(floor: Floor) -> None:
    await floor.book("cut", at(10))
    await floor.planned()
    (booking,) = (await floor.day()).bookings
    promise = PromiseOfDay(at(9, 30), at(9, 45), 92, broken=False)
    now = at(9, 2)

    def told(planned: datetime | None, promise: PromiseOfDay | None = promise) -> ToldStart:
        return replace(booking, planned_start=planned, promise=promise).told(now)

    assert told(at(9, 8)) == ToldStart(at(9, 5), at(9, 45), 92), "who came early and may begin is not told to wait"
    assert told(at(9, 38)) == ToldStart(at(9, 35), at(9, 45), 92), "the plan uses the window"
    assert told(at(9, 45)) == ToldStart(at(9, 40), at(9, 45), 92)
    assert told(None) == ToldStart(at(9, 30), at(9, 45), 92)
    assert told(at(9, 48)) == ToldStart(at(9, 45), None, None), "not a promise that the plan does not hold"
    assert told(at(9, 4), None) == ToldStart(at(9, 4), None, None), "not a time that has gone by"
    queue = [(at(9, 6), promise), (at(9, 11), None), (at(9, 13), promise), (at(9, 43), promise), (at(9, 44), None)]
    starts = [told(planned, made).start for planned, made in queue]
    assert starts == sorted(start for start in starts if start), "nobody reads a later time before an earlier one"


async def test_no_end_is_told_while_a_service_has_no_room(floor: Floor, clock: ManualClock) -> None:
    booking = await floor.book("cut", at(9, 15), technician="lin")
    await floor.planned()
    clock.set(at(9, 15))
    await floor.send("visits.start_service", {"item_id": await floor.item(booking)}, floor.desk)
    clock.set(at(18, 30))
    since = (await floor.facts())[-1].seq
    more = {"booking_id": booking, "service_id": floor.services["colour"]}
    added = (await floor.send("visits.add_service", more, floor.desk)).result
    await floor.planned(since=since)
    assert added["planned_start"] is None
    assert (await seen(floor, booking))["expected_end"] is None


async def test_a_moved_booking_is_late_for_nothing(floor: Floor) -> None:
    booking = await floor.book("cut", at(11))
    await floor.planned()
    me = holder(floor, booking)
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 15}, me)
    assert (await seen(floor, booking))["stage"] == "running_late"
    await floor.send("bookings.move", {"booking_id": booking, "start": at(15).isoformat()}, me)
    view = await seen(floor, booking)
    assert (view["stage"], view["late_until"]) == ("booked", None)


async def test_nobody_says_to_come_at_a_time_that_has_gone_by(floor: Floor, clock: ManualClock) -> None:
    booking = await floor.book("cut", at(11))
    clock.set(at(11, 30))
    view = await seen(floor, booking)
    assert (view["stage"], view["late_choices"]) == ("booked", [45, 60, 90])
    clock.set(at(15, 1))
    assert (await seen(floor, booking))["late_choices"] == []
