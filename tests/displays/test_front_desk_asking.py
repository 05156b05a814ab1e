"""What the desk asks of the hub beside the day: free starts, customers, a booking's record, and what a move would do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from hub.backoffice.privacy import searches
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from tests.displays.test_front_desk import NAME, PHONE, floor, hub  # noqa: F401 - fixtures
from tests.operations.floor import DAY, Floor, at, shown
from tests.roles import session_of

# ruff: noqa: F811 - pytest hands fixtures in by their names


async def test_free_starts_are_those_in_which_a_booking_succeeds(floor: Floor) -> None:
    wishes = f"{floor.services['cut']}~must~{floor.technicians['lin']}"
    view = await shown(floor, "desk-slots", wishes=wishes, date=DAY.isoformat())
    first = view["slots"][0]
    assert first["technicians"] == [{"zh": "lin", "en": "lin"}]
    assert 50 <= first["odds"] <= 99
    await floor.book("cut", at(9) + timedelta(hours=2), technician="lin")
    taken = {slot["start"] for slot in (await shown(floor, "desk-slots", wishes=wishes, date=DAY.isoformat()))["slots"]}
    assert "2026-05-14T03:00:00Z" not in taken


async def test_a_day_without_room_names_the_next_one(floor: Floor, clock: ManualClock) -> None:
    tomorrow = DAY + timedelta(days=1)
    shift = {"technician_id": floor.technicians["lin"], "date": tomorrow.isoformat(), "start": "09:00", "end": "18:00"}
    await floor.send("team.put_shift", shift)
    clock.set(at(17, 50))
    view = await shown(floor, "desk-slots", wishes=f"{floor.services['cut']}~any~", date=DAY.isoformat())
    assert (view["slots"], view["next_date"]) == ([], tomorrow.isoformat())


@pytest.mark.parametrize("wishes", ["x", "a~nobody~", "a~must~", "a~any~b", "~any~", ",".join(["a~any~"] * 9)])
async def test_wishes_that_mean_nothing_are_refused(floor: Floor, wishes: str) -> None:
    with pytest.raises(Refused) as refusal:
        await shown(floor, "desk-slots", wishes=wishes)
    assert refusal.value.kind.code == "invalid"


async def test_offers_tell_who_can_do_what(floor: Floor) -> None:
    offers = {offer["code"]: offer for offer in (await shown(floor, "desk-offers"))["services"]}
    assert offers["cut"]["minutes"] == 30
    assert set(offers["cut"]["technician_ids"]) == {floor.technicians["lin"], floor.technicians["wang"]}


@pytest.mark.parametrize("q", ["小明", "王", "5678", PHONE, "139 1234 5678", "王小明"])
async def test_customers_are_found_by_name_or_number(floor: Floor, q: str) -> None:
    await floor.book("cut", at(11), customer={"name": NAME, "phone": PHONE})
    await floor.book("cut", at(12), customer={"name": "Emma Clarke", "phone": "+8613900001111"})
    [person] = (await shown(floor, "desk-people", q=q))["people"]
    assert (person["name"], person["phone_tail"], person["visits"]) == (NAME, "5678", 0)
    assert person["next_booking"] == "2026-05-14T03:00:00Z"
    assert PHONE not in str(person)


async def test_what_is_searched_for_stands_in_no_address(floor: Floor, http: httpx.AsyncClient) -> None:
    """Servers on the way note addresses."""
    await floor.book("cut", at(11), customer={"name": NAME, "phone": PHONE})
    http.headers["Authorization"] = f"Bearer {await session_of(floor.hub, floor.store, 'front_desk')}"
    refused = await http.get("/api/views/desk-people", params={"q": "王"})
    assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")
    [found] = (await http.post("/api/views/desk-people", json={"q": "王"})).json()["view"]["people"]
    assert found["name"] == NAME


async def test_a_masked_number_is_not_guessed_digit_by_digit(floor: Floor) -> None:
    """Its last four digits stand beside the name; whoever may find longer ends needs ten tries for each digit more."""
    await floor.book("cut", at(11), customer={"name": NAME, "phone": PHONE})
    for shown_digits in range(5, len(PHONE) - 3):
        assert (await shown(floor, "desk-people", q=PHONE[-shown_digits:]))["people"] == []


async def test_nor_by_trying_whole_numbers_one_after_the_other(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four hidden digits are ten thousand numbers, and no record would tell of them."""
    monkeypatch.setattr(searches, "NUMBERS_AN_HOUR", 3)
    await floor.book("cut", at(11), customer={"name": NAME, "phone": PHONE})
    for number in ("13912340001", "13912340002", "139 1234 0002", "13912340003"):
        assert (await shown(floor, "desk-people", q=number))["people"] == []
    with pytest.raises(Refused) as refused:
        await shown(floor, "desk-people", q=PHONE)
    assert (refused.value.kind.code, refused.value.params) == ("too_many_searched", {"count": 3})
    assert (await shown(floor, "desk-people", q="13912340003"))["people"] == [], "what was counted may be looked at again"
    for q in ("小明", PHONE[-4:]):
        assert len((await shown(floor, "desk-people", q=q))["people"]) == 1
    other = replace(floor.desk, id="f" * 32)
    assert len((await shown(floor, "desk-people", other, q=PHONE))["people"]) == 1, "each has a count of their own"


async def test_nobody_is_found_for_other_words_and_three_digits_find_no_number(floor: Floor) -> None:
    await floor.book("cut", at(11), customer={"name": NAME, "phone": PHONE})
    for q in ("李", "678", "0000"):
        assert (await shown(floor, "desk-people", q=q))["people"] == []
    with pytest.raises(Refused):
        await shown(floor, "desk-people", floor.technician("lin"), q="王")


async def test_the_record_says_who_did_what_and_when(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(9, 30))
    clock.advance(minutes=3)
    await floor.send("visits.report_late", {"booking_id": booking_id, "minutes": 15}, floor.desk)
    entries = (await shown(floor, "desk-record", booking_id=booking_id))["entries"]
    said = [entry["said"]["code"] for entry in entries if not entry["said"]["code"].startswith("desk-record-planning")]
    assert said == ["desk-record-bookings-booking-confirmed", "desk-record-visits-customer-late"]
    late = next(entry for entry in entries if entry["said"]["code"] == "desk-record-visits-customer-late")
    assert (late["who"], late["at"]) == ("staff", "2026-05-14T01:03:00Z")
    assert late["said"]["params"]["until"].startswith("2026-05-14T01:45")
    assert NAME not in str(entries)
    with pytest.raises(Refused) as refusal:
        await shown(floor, "desk-record", booking_id="f" * 32)
    assert refusal.value.kind.code == "not_found"


async def test_a_move_shows_whom_it_moves_before_it_is_made_and_then_does_just_that(floor: Floor) -> None:
    first = await floor.book("cut", at(11), technician="lin", name="李雷")
    second = await floor.book("cut", at(13), technician="lin")
    await floor.planned()
    item = await floor.item(second)
    wanted = {"item_id": item, "start": at(11).isoformat()}
    before = await floor.everything()
    view = await shown(floor, "desk-what-if", **wanted, alternatives=True)
    assert await floor.everything() == before
    way = view["asked"]
    assert (view["possible"], view["said"]) == (True, None)
    assert [(move["booking_id"], move["name"], move["before"]) for move in way["moves"]] == [
        (first, "李雷", "2026-05-14T03:00:00Z")
    ]
    assert way["minutes"] == abs(way["moves"][0]["minutes"]) >= 30
    assert view["others"]
    await floor.send("planning.accept_proposal", {"proposal_id": way["id"]}, floor.desk)
    assert (await floor.booking(second)).planned_start == at(11)
    after = (await floor.booking(first)).planned_start
    assert after is not None
    assert after.strftime("%H:%M") == way["moves"][0]["after"][11:16]


async def test_a_move_that_cannot_be_made_says_why(floor: Floor) -> None:
    item = await floor.item(await floor.book("cut", at(11)))
    await floor.planned()
    view = await shown(floor, "desk-what-if", item_id=item, technician_id=floor.technicians["zhao"])
    assert (view["possible"], view["asked"], view["said"]["code"]) == (False, None, "error-no-room")
    with pytest.raises(Refused):
        await shown(floor, "desk-what-if", floor.technician("lin"), item_id=item)


async def test_a_service_in_hand_is_not_told_as_moved(floor: Floor, clock: ManualClock) -> None:
    begun = await floor.book("colour", at(9, 5), technician="wang", name="李雷")
    later = await floor.item(await floor.book("cut", at(13), technician="lin"))
    await floor.planned()
    await floor.send("visits.start_service", {"item_id": await floor.item(begun)}, floor.desk)
    clock.advance(minutes=3)
    await floor.planned(since=0)
    way = (await shown(floor, "desk-what-if", item_id=later, start=at(14).isoformat()))["asked"]
    assert [move["name"] for move in way["moves"]] == []
