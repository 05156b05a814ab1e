"""The booking page's offer: what can be booked online, by whom, when the store is open."""

from __future__ import annotations

from hub.kernel.access import Actor
from tests.displays.test_front_desk import floor, hub  # noqa: F401 - fixtures
from tests.operations.floor import Floor, both, shown

# ruff: noqa: F811 - pytest hands fixtures in by their names


def stranger(floor: Floor) -> Actor:
    return Actor("anonymous", "", floor.store, frozenset({"anonymous"}))


async def test_offers_name_those_who_can_do_all_of_a_service(floor: Floor) -> None:
    view = await shown(floor, "book", stranger(floor))
    offers = {offer["name"]["en"]: offer for offer in view["services"]}
    assert set(offers) == {"cut", "colour"}
    assert (offers["cut"]["minutes"], offers["colour"]["minutes"], offers["cut"]["price_minor"]) == (30, 65, 10000)
    assert set(offers["cut"]["technician_ids"]) == {floor.technicians["lin"], floor.technicians["wang"]}
    assert set(offers["colour"]["technician_ids"]) == {floor.technicians["wang"], floor.technicians["zhao"]}
    assert view["hours"] == [{"weekday": day, "opens": "09:00", "closes": "18:00"} for day in range(7)]
    assert {person["id"] for person in view["technicians"]} == set(floor.technicians.values())


async def test_what_is_not_for_the_web_and_who_has_left_are_not_offered(floor: Floor) -> None:
    phase = {"kind": "hands_on", "minutes": 10, "place_kind": "chair", "skill": "cut"}
    more = {"name": both("trim"), "category": both("hair"), "price_minor": 1, "phases": [phase]}
    await floor.send("catalog.put_service", {"code": "trim", **more, "bookable_online": False})
    gone = {"code": "lin", "name": both("lin"), "gender": "woman", "skills": {"cut": 3}, "ordinal": 0, "active": False}
    await floor.send("team.put_technician", gone)
    view = await shown(floor, "book", stranger(floor))
    assert "trim" not in {offer["name"]["en"] for offer in view["services"]}
    assert floor.technicians["lin"] not in {person["id"] for person in view["technicians"]}
    cut = next(offer for offer in view["services"] if offer["name"]["en"] == "cut")
    assert cut["technician_ids"] == [floor.technicians["wang"]]


async def test_a_weekday_off_is_closed(floor: Floor) -> None:
    await floor.send("catalog.set_opening_hours", {"weekday": 0, "opens": None, "closes": None})
    view = await shown(floor, "book", stranger(floor))
    assert view["hours"][0] == {"weekday": 0, "opens": None, "closes": None}
