"""Ways on the screens: what the desk and the tablet see before anybody decides, and under which names."""

from __future__ import annotations

from typing import Any

import pytest

from displays.reasons import told
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.kernel.text import Said
from tests.displays.test_front_desk import floor, hub  # noqa: F401 - fixtures
from tests.operations.floor import Floor, at, shown

# ruff: noqa: F811 - pytest hands fixtures in by their names


async def test_a_sickness_shows_who_has_no_room_and_the_bookings_that_would_be_cancelled(floor: Floor) -> None:
    booking = await floor.book("cut", at(11), technician="wang", name="李雷")
    await floor.planned()
    view = await shown(floor, "desk-what-if", kind="sick", technician_id=floor.technicians["wang"], alternatives=True)
    way, cancel = view["asked"], next(other for other in view["others"] if other["kind"] == "cancel")
    assert (way["unserved"], way["cancelled"], way["start"]) == (1, 0, None)
    [effect] = way["moves"]
    assert (effect["booking_id"], effect["name"], effect["after"], effect["cancelled"]) == (booking, "李雷", None, False)
    assert effect["reason"]["code"].startswith("move-reason-")
    assert (cancel["unserved"], cancel["cancelled"], cancel["moves"][0]["cancelled"]) == (0, 1, True)


@pytest.mark.parametrize(
    "params",
    [{"kind": "late"}, {"kind": "sick"}, {"kind": "added", "booking_id": "a" * 32}, {"kind": "walk_in", "wishes": "x"}],
)
async def test_a_question_without_its_subject_is_refused(floor: Floor, params: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refusal:
        await shown(floor, "desk-what-if", **params)
    assert refusal.value.kind.code == "invalid"


async def test_a_walk_in_is_shown_with_its_start_before_a_name_is_asked(floor: Floor) -> None:
    view = await shown(floor, "desk-what-if", kind="walk_in", wishes=f"{floor.services['cut']}~any~", alternatives=True)
    assert (view["asked"]["start"], view["asked"]["moves"]) == ("2026-05-14T01:00:00Z", [])
    assert (await floor.day()).bookings == ()


async def test_why_not_names_who_is_in_the_way_as_the_looker_may_see_it(floor: Floor) -> None:
    await floor.book("cut", at(11), technician="lin", name="李雷")
    item = await floor.item(await floor.book("cut", at(13), name="Emma Clarke"))
    await floor.planned()
    asked = {"item_id": item, "technician_id": floor.technicians["lin"], "start": at(11).isoformat()}
    view = await shown(floor, "desk-why-not", **asked)
    assert view["cause"]["code"] == "why-not-technician-taken-with"
    assert view["cause"]["params"]["who"] == "李雷"
    assert "booking" not in view["cause"]["params"]
    assert (view["possible"], view["as_good"]) == (True, False)
    assert next(level for level in view["way"]["levels"] if level["level"] == "promise_lateness")["by"] > 0
    with pytest.raises(Refused):
        await shown(floor, "desk-why-not", floor.technician("lin"), **asked)


async def test_reasons_are_masked_on_the_floor_and_whole_at_the_desk(floor: Floor) -> None:
    booking = await floor.book("cut", at(11), name="王小明")
    day = await floor.day()
    reason = Said(code="move-reason-better-waiting-for", params={"booking": booking, "minutes": 5})
    assert told(day, reason, reads_names=True).params == {"who": "王小明", "minutes": 5}
    assert told(day, reason, reads_names=False).params == {"who": "王**", "minutes": 5}
    gone = told(day, Said(code="x", params={"booking": "f" * 32}), reads_names=True)
    assert gone.params["who"] is not None
    assert told(day, Said(code="x"), reads_names=False) == Said(code="x")


async def test_the_tablet_tells_of_each_service_what_it_would_do(floor: Floor, clock: ManualClock) -> None:
    mine = await floor.book("cut", at(9), technician="wang", name="王小明")
    await floor.book("cut", at(9, 40), technician="wang", name="李雷")
    await floor.planned()
    since = await floor.seq()
    await floor.send("visits.start_service", {"item_id": await floor.item(mine)}, floor.desk)
    await floor.planned(since=since)
    view = await shown(floor, "technician-add-ons", floor.technician("wang"), booking_id=mine)
    found = {entry["service_id"]: entry for entry in view["add_ons"]}
    cut = found[floor.services["cut"]]
    assert cut["verdict"] in ("swap", "breaks")
    assert cut["start"] == "2026-05-14T01:30:00Z"
    [touched] = cut["touched"]
    assert (touched["name"], touched["minutes"] > 0) == ("李**", True)
    assert "李雷" not in str(view)
    await floor.send("planning.accept_add_on", {"proposal_id": cut["id"]}, floor.technician("wang"))
    items = (await floor.booking(mine)).items
    assert [item.phases[0].start for item in items] == [at(9), at(9, 30)]


async def test_who_would_be_moved_and_is_not_hers_has_no_name_on_the_tablet(floor: Floor, clock: ManualClock) -> None:
    mine = await floor.book("cut", at(9), technician="lin", name="王小明")
    for place in ("C2", "B1"):
        await floor.send("stations.close_place", {"place_id": floor.places[place], "reason": "x"}, floor.desk)
    await floor.book("cut", at(9, 35), technician="wang", name="李雷")
    await floor.planned()
    since = await floor.seq()
    await floor.send("visits.start_service", {"item_id": await floor.item(mine)}, floor.desk)
    await floor.planned(since=since)
    view = await shown(floor, "technician-add-ons", floor.technician("lin"), booking_id=mine)
    cut = next(entry for entry in view["add_ons"] if entry["service_id"] == floor.services["cut"])
    assert [touched["name"] for touched in cut["touched"]] == [{"zh": "一位客人", "en": "a customer"}]


async def test_whoever_has_time_is_offered_where_the_technician_has_none(floor: Floor, clock: ManualClock) -> None:
    mine = await floor.book("cut", at(11), technician="lin", name="王小明")
    await floor.planned()
    since = await floor.seq()
    await floor.send(
        "team.note_leave",
        {"technician_id": floor.technicians["lin"], "start": at(11, 30).isoformat(), "until": at(18).isoformat()},
    )
    await floor.planned(since=since)
    view = await shown(floor, "technician-add-ons", floor.technician("lin"), booking_id=mine)
    cut = next(entry for entry in view["add_ons"] if entry["service_id"] == floor.services["cut"])
    assert cut["verdict"] != "impossible"
    assert cut["technician"] in ({"zh": "wang", "en": "wang"}, None)
