"""What a customer in the store agrees to do without: whom they asked for, or one of several services."""

from __future__ import annotations

from typing import Any

from hub.kernel.clock import ManualClock
from hub.operations.bookings.tables import BookingItemRow
from hub.operations.visits.tables import VisitRow
from tests.operations.floor import Floor, at


async def came(floor: Floor, *services: tuple[str, str | None]) -> str:
    """Somebody without a booking wants these, of whoever is named or of anybody; the booking's id."""
    wishes: list[dict[str, Any]] = [
        {"service_id": floor.services[service]}
        | ({"requested": "must", "technician_id": floor.technicians[person]} if person else {})
        for service, person in services
    ]
    return str((await floor.send("visits.walk_in", {"services": wishes}, floor.desk)).result["booking_id"])


async def sick(floor: Floor, code: str) -> None:
    await floor.send("team.report_sick", {"technician_id": floor.technicians[code]}, floor.desk)


async def told(floor: Floor, since: int) -> list[str]:
    return [fact.type for fact in await floor.facts(since)]


async def test_whoever_waives_whom_they_asked_for_is_seated_at_once(floor: Floor) -> None:
    await sick(floor, "lin")
    booking_id = await came(floor, ("cut", "lin"))
    assert (await floor.booking(booking_id)).planned_start is None
    since, item_id = await floor.seq(), await floor.item(booking_id)
    await floor.send("visits.waive_request", {"booking_id": booking_id}, floor.desk)
    facts = await floor.facts(since)
    assert [fact.type for fact in facts] == ["visits.request_waived", "planning.promise_made"]
    lin = floor.technicians["lin"]
    assert facts[0].data == {"booking_id": booking_id, "item_id": item_id, "requested": "must", "technician_id": lin}
    [item] = (await floor.booking(booking_id)).items
    assert (item.requested, item.requested_technician_id) == ("any", None)
    assert (item.phases[0].technician_id, item.phases[0].start) == (floor.technicians["wang"], at(9))
    await floor.refused("no_request", "visits.waive_request", {"booking_id": booking_id})


async def test_one_wish_may_be_waived_and_the_other_kept(floor: Floor) -> None:
    booking_id = await came(floor, ("cut", "lin"), ("colour", "wang"))
    before = (await floor.booking(booking_id)).items
    since = await floor.seq()
    await floor.send("visits.waive_request", {"booking_id": booking_id, "item_id": before[1].id}, floor.desk)
    assert await told(floor, since) == ["visits.request_waived"], "whoever has room keeps it until the next plan"
    after = (await floor.booking(booking_id)).items
    assert [item.requested for item in after] == ["must", "any"]
    assert [item.phases for item in after] == [item.phases for item in before]


async def test_without_a_service_the_others_have_room(floor: Floor) -> None:
    await sick(floor, "lin")
    booking_id = await came(floor, ("cut", "lin"), ("colour", None))
    cut, colour = (await floor.booking(booking_id)).items
    assert (await floor.booking(booking_id)).planned_start is None
    since = await floor.seq()
    await floor.send("visits.drop_service", {"item_id": cut.id}, floor.desk)
    facts = await floor.facts(since)
    assert [fact.type for fact in facts] == [
        "bookings.item_removed",
        "visits.service_dropped",
        "planning.promise_made",
    ]
    assert facts[1].data == {"booking_id": booking_id, "item_id": cut.id, "service_id": floor.services["cut"]}
    booking = await floor.booking(booking_id)
    assert ([item.id for item in booking.items], booking.planned_start) == ([colour.id], at(9))
    assert {row.id: row.cancelled for row in await floor.rows(BookingItemRow)} == {cut.id: True, colour.id: False}
    await floor.refused("not_found", "visits.drop_service", {"item_id": cut.id})
    await floor.refused("only_service", "visits.drop_service", {"item_id": colour.id})


async def test_without_the_last_that_was_to_come_the_customer_is_served(floor: Floor, clock: ManualClock) -> None:
    booking_id = await came(floor, ("cut", "lin"), ("colour", "zhao"))
    cut, colour = (await floor.booking(booking_id)).items
    start = {"item_id": cut.id, "technician_id": floor.technicians["lin"]}
    await floor.send("visits.start_service", start, floor.desk)
    await floor.refused("service_running", "visits.drop_service", {"item_id": cut.id})
    clock.set(at(9, 30))
    await floor.send("visits.finish_service", {"item_id": cut.id}, floor.desk)
    await floor.refused("service_done", "visits.drop_service", {"item_id": cut.id})
    since = await floor.seq()
    await floor.send("visits.drop_service", {"item_id": colour.id}, floor.desk)
    assert await told(floor, since) == ["bookings.item_removed", "visits.service_dropped", "visits.visit_served"]
    [visit] = await floor.rows(VisitRow)
    assert visit.state == "served"
    await floor.refused("visit_state", "visits.drop_service", {"item_id": cut.id})


async def test_what_is_in_hand_goes_on_without_what_would_have_followed(floor: Floor) -> None:
    booking_id = await came(floor, ("cut", "lin"), ("colour", "zhao"))
    cut, colour = (await floor.booking(booking_id)).items
    start = {"item_id": cut.id, "technician_id": floor.technicians["lin"]}
    await floor.send("visits.start_service", start, floor.desk)
    await floor.send("visits.drop_service", {"item_id": colour.id}, floor.desk)
    [visit] = await floor.rows(VisitRow)
    assert visit.state == "in_service"
    await floor.send("visits.finish_service", {"item_id": cut.id}, floor.desk)
    [visit] = await floor.rows(VisitRow)
    assert visit.state == "served"


async def test_a_call_holds_unless_it_was_for_what_is_dropped(floor: Floor) -> None:
    booking_id = await came(floor, ("cut", "lin"), ("colour", "zhao"), ("cut", "lin"))
    items = sorted((await floor.booking(booking_id)).items, key=lambda item: item.phases[0].start or at(20))
    [visit] = await floor.rows(VisitRow)
    await floor.send("visits.call_customer", {"visit_id": visit.id}, floor.desk)
    await floor.send("visits.drop_service", {"item_id": items[1].id}, floor.desk)
    [visit] = await floor.rows(VisitRow)
    assert (visit.state, visit.called_place_id is not None) == ("called", True)
    await floor.send("visits.drop_service", {"item_id": items[0].id}, floor.desk)
    [visit] = await floor.rows(VisitRow)
    assert (visit.state, visit.called_place_id) == ("waiting", None)


async def test_only_who_is_in_the_store_agrees_at_the_desk(floor: Floor) -> None:
    wishes = [
        {"service_id": floor.services["cut"], "requested": "must", "technician_id": floor.technicians["lin"]},
        {"service_id": floor.services["colour"]},
    ]
    data = {"services": wishes, "start": at(10).isoformat(), "customer": {"name": "王小明"}}
    booking_id = str((await floor.send("bookings.book", data, floor.desk)).result["booking_id"])
    await floor.refused("booking_state", "visits.waive_request", {"booking_id": booking_id})
    await floor.refused("booking_state", "visits.drop_service", {"item_id": await floor.item(booking_id)})
    await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)
    await floor.refused("forbidden", "visits.waive_request", {"booking_id": booking_id}, floor.technician("lin"))
    await floor.refused("not_found", "visits.waive_request", {"booking_id": "0" * 32})


async def test_who_has_stepped_out_and_does_without_the_rest_is_served(floor: Floor) -> None:
    booking_id = await came(floor, ("cut", "lin"), ("colour", "zhao"))
    cut, colour = (await floor.booking(booking_id)).items
    await floor.send("visits.start_service", {"item_id": cut.id}, floor.desk)
    await floor.send("visits.finish_service", {"item_id": cut.id}, floor.desk)
    [visit] = await floor.rows(VisitRow)
    await floor.send("visits.pause", {"visit_id": visit.id}, floor.desk)
    await floor.send("visits.drop_service", {"item_id": colour.id}, floor.desk)
    [visit] = await floor.rows(VisitRow)
    assert (visit.state, visit.paused) == ("served", False)
