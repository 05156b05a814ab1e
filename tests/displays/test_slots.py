"""What a day without free starts is: full, or one for which nobody is on shift yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.kernel.access import Actor, anonymous
from hub.kernel.errors import Refused
from tests.conftest import Send
from tests.displays.test_front_desk import floor, hub  # noqa: F401 - fixtures
from tests.operations.floor import DAY, Floor, at, shown

# ruff: noqa: F811 - pytest hands fixtures in by their names

NEXT = DAY + timedelta(days=1)


async def staffed(floor: Floor, service: str, **wish: Any) -> list[bool]:
    params = {"services": floor.services[service], "date_from": DAY.isoformat(), "days": 2} | wish
    view = await shown(floor, "slots", anonymous(floor.store), **params)
    assert [bool(day["starts"]) for day in view["days"]] == [day["staffed"] for day in view["days"]]
    return [day["staffed"] for day in view["days"]]


async def test_a_day_is_staffed_once_somebody_who_can_do_it_is_on_shift(floor: Floor, send: Send) -> None:
    assert await staffed(floor, "cut") == [True, False]
    shift = {"technician_id": floor.technicians["zhao"], "date": NEXT.isoformat(), "start": "09:00", "end": "18:00"}
    await send("team.put_shift", shift)
    assert await staffed(floor, "cut") == [True, False]
    assert await staffed(floor, "colour") == [True, True]


async def test_a_booking_that_is_moved_is_not_in_its_own_way(floor: Floor) -> None:
    booking = await floor.book("cut", at(11), technician="lin")
    await floor.book("cut", at(12), technician="lin")
    await floor.planned()
    params = {"services": written(floor, ("cut", "must", "lin")), "date_from": DAY.isoformat(), "days": 1}

    async def offered(actor: Actor, **more: Any) -> set[datetime]:
        [day] = (await shown(floor, "slots", actor, **params, **more))["days"]
        return {datetime.fromisoformat(start["start"]) for start in day["starts"]}

    me = Actor("customer", booking, floor.store, frozenset({"member"}), subject=booking)
    beside, own, foreign = {at(10, 45), at(11, 15)}, at(11), {at(11, 45), at(12), at(12, 15)}
    found = await offered(me, moving=True)
    assert beside <= found
    assert not {own, *foreign} & found, "where it is already is no move"
    assert not {own, *beside} & await offered(me)
    assert not {own, *beside} & await offered(anonymous(floor.store), moving=True)
    await floor.send("bookings.move", {"booking_id": booking, "start": at(11, 15).isoformat(), "services": None}, me)
    assert at(11) in await offered(me, moving=True)


@pytest.mark.parametrize(
    ("requested", "whom", "expected"), [("man", None, False), ("woman", None, True), ("must", "zhao", True)]
)
async def test_only_those_who_are_asked_for_count(
    floor: Floor, send: Send, requested: str, whom: str | None, expected: bool
) -> None:
    shift = {"technician_id": floor.technicians["zhao"], "date": NEXT.isoformat(), "start": "09:00", "end": "18:00"}
    await send("team.put_shift", shift)
    wish = {"requested": requested} | ({"technician_id": floor.technicians[whom]} if whom else {})
    assert await staffed(floor, "colour", **wish) == [True, expected]


async def test_a_day_that_is_booked_up_is_staffed_all_the_same(floor: Floor, send: Send) -> None:
    for person in ("lin", "wang"):
        await send("team.report_sick", {"technician_id": floor.technicians[person]})
    params = {"services": floor.services["cut"], "date_from": DAY.isoformat(), "days": 1}
    [day] = (await shown(floor, "slots", anonymous(floor.store), **params))["days"]
    assert (day["starts"], day["staffed"]) == ([], True)


def written(floor: Floor, *wishes: tuple[str, str, str]) -> str:
    parts = [(floor.services[service], wish, floor.technicians.get(whom, "")) for service, wish, whom in wishes]
    return ",".join("~".join(each) for each in parts)


async def test_each_service_can_have_a_wish_of_its_own(floor: Floor, send: Send) -> None:
    asked = {"date_from": DAY.isoformat(), "days": 2}
    services = written(floor, ("cut", "must", "lin"), ("colour", "must", "zhao"))
    today, tomorrow = (await shown(floor, "slots", anonymous(floor.store), services=services, **asked))["days"]
    both = {floor.technicians["lin"], floor.technicians["zhao"]}
    assert {frozenset(start["technician_ids"]) for start in today["starts"]} == {frozenset(both)}
    assert not tomorrow["staffed"]
    for each in ("wang", "zhao"):
        shift = {"technician_id": floor.technicians[each], "date": (DAY + timedelta(days=1)).isoformat()}
        await send("team.put_shift", shift | {"start": "09:00", "end": "18:00"})
    for cut, expected in ((("cut", "must", "lin"), False), (("cut", "any", ""), True)):
        services = written(floor, cut, ("colour", "must", "zhao"))
        _, tomorrow = (await shown(floor, "slots", anonymous(floor.store), services=services, **asked))["days"]
        assert (tomorrow["staffed"], bool(tomorrow["starts"])) == (expected, expected)


@pytest.mark.parametrize("spoilt", ["cut~must~", "cut~any~lin", "cut~who~", "cut~any~~", "cut" + ",cut" * 8])
async def test_a_wish_that_cannot_be_read_is_refused(floor: Floor, spoilt: str) -> None:
    for name, known in (("cut", floor.services["cut"]), ("lin", floor.technicians["lin"])):
        spoilt = spoilt.replace(name, known)
    with pytest.raises(Refused) as refusal:
        await shown(floor, "slots", anonymous(floor.store), services=spoilt)
    assert refusal.value.kind.code == "invalid"
