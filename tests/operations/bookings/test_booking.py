"""Booking, moving and cancelling at the desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.app import Hub
from hub.kernel import event_log
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.operations.bookings import links
from hub.operations.bookings.queries import booking_facts, bookings_of, history
from hub.operations.bookings.tables import AssignmentRow, BookingItemRow, BookingRow, CustomerRow
from tests.conftest import MORNING, Send
from tests.operations.bookings.salon import Salon, rows_of
from tests.stored import stored

TEN = MORNING + timedelta(hours=1)
"""10:00 in Shanghai."""


def booking(salon: Salon, *, start: datetime = TEN, services: tuple[str, ...] = ("cut",), **more: Any) -> dict[str, Any]:
    wishes = [{"service_id": salon.services[code]} for code in services]
    customer = {"name": "王小明", "phone": "138 0013 8000", "title": "mr"}
    return {"services": wishes, "start": start.isoformat(), "customer": customer, **more}


async def _types(hub: Hub, store: str, after: int) -> list[str]:
    async with hub.database.read(store) as session:
        return [fact.type for fact in await event_log.since(session, after)]


async def _seq(hub: Hub, store: str) -> int:
    async with hub.database.read(store) as session:
        return max((fact.seq for fact in await event_log.since(session, 0)), default=0)


async def _refusal(send: Send, name: str, data: dict[str, Any], actor: Actor | None = None) -> str:
    with pytest.raises(Refused) as refused:
        await send(name, data, actor)
    return refused.value.kind.code


async def test_a_booking_of_today_is_expected_and_has_room(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    seq = await _seq(hub, store)
    answered = await send("bookings.book", booking(salon, services=("cut", "colour"), note="靠窗"))
    assert await _types(hub, store, seq) == ["bookings.customer_put", "bookings.booking_confirmed"]
    (row,) = await rows_of(hub, store, BookingRow)
    assert (row.id, row.state, row.source, row.moves) == (answered.result["booking_id"], "expected", "desk", 0)
    phases = await rows_of(hub, store, AssignmentRow)
    assert sorted(p.ordinal for p in phases) == [0, 0, 1, 2]
    assert min(p.start for p in phases) == TEN
    assert sum((p.end - p.start).total_seconds() for p in phases) == (30 + 30 + 20 + 30) * 60
    assert [p.technician_id for p in phases].count(None) == 1, "the technician is free while colour develops"


async def test_a_booking_of_a_later_day_is_confirmed(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    await send("bookings.book", booking(salon, start=TEN + timedelta(days=2)))
    (row,) = await rows_of(hub, store, BookingRow)
    assert row.state == "confirmed"
    async with hub.database.read(store) as session:
        facts = await bookings_of(session, hub_store(hub, store), (TEN + timedelta(days=2)).date())
    assert [b.id for b in facts] == [row.id]


def hub_store(hub: Hub, store: str) -> Any:
    from zoneinfo import ZoneInfo

    from hub.kernel.commands import StoreFacts

    return StoreFacts(store, "青瓷", "Celadon", ZoneInfo("Asia/Shanghai"), "CNY", "CN", "zh", {}, "")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"start": (MORNING - timedelta(hours=1)).isoformat()}, "slot_past"),
        ({"start": (MORNING + timedelta(days=400)).isoformat()}, "slot_too_far"),
        ({"services": [{"service_id": "0" * 32}]}, "unknown_service"),
        ({"customer": None}, "customer_missing"),
        ({"customer": {"name": "x", "phone": "12"}}, "invalid_phone"),
        ({"customer_id": "0" * 32}, "not_found"),
        ({"start": "2026-05-14T10:00:00"}, "invalid"),
        ({"services": []}, "invalid"),
    ],
)
async def test_a_refused_booking_leaves_nothing(
    hub: Hub, store: str, send: Send, salon: Salon, change: dict[str, Any], code: str
) -> None:
    seq = await _seq(hub, store)
    assert await _refusal(send, "bookings.book", booking(salon) | change) == code
    for row in (BookingRow, BookingItemRow, AssignmentRow, CustomerRow):
        assert await rows_of(hub, store, row) == []
    assert await _seq(hub, store) == seq


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"requested": "must"}, "unknown_technician"),
        ({"requested": "prefers", "technician_id": "0" * 32}, "unknown_technician"),
        ({"requested": "any", "technician_id": "li"}, "unknown_technician"),
    ],
)
async def test_a_named_technician_goes_with_the_wish(send: Send, salon: Salon, wish: dict[str, Any], code: str) -> None:
    if wish.get("technician_id") == "li":
        wish = wish | {"technician_id": salon.technicians["li"]}
    services = [{"service_id": salon.services["cut"], **wish}]
    assert await _refusal(send, "bookings.book", booking(salon) | {"services": services}) == code


async def test_a_retired_service_is_not_booked(send: Send, salon: Salon) -> None:
    assert await _refusal(send, "bookings.book", booking(salon, services=("retired",))) == "unknown_service"


async def test_a_third_customer_finds_no_technician(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    await send("bookings.book", booking(salon))
    await send("bookings.book", booking(salon))
    assert await _refusal(send, "bookings.book", booking(salon)) == "slot_taken"
    assert len(await rows_of(hub, store, BookingRow)) == 2


async def test_the_same_name_and_number_is_the_same_customer(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    first = await send("bookings.book", booking(salon))
    again = booking(salon, start=TEN + timedelta(hours=2))
    again["customer"] |= {"phone": "+86 13800138000"}
    await send("bookings.book", again)
    other = booking(salon, start=TEN + timedelta(hours=4))
    other["customer"] |= {"name": "王小红"}
    await send("bookings.book", other)
    assert len(await rows_of(hub, store, CustomerRow)) == 2
    async with hub.database.read(store) as session:
        facts = await booking_facts(session, first.result["booking_id"])
    assert facts is not None
    assert facts.items[0].start == TEN


async def test_moving_keeps_the_booking_and_frees_its_slot(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    for _ in range(2):
        made = await send("bookings.book", booking(salon))
    later = TEN + timedelta(hours=3)
    seq = await _seq(hub, store)
    await send("bookings.move", {"booking_id": made.result["booking_id"], "start": later.isoformat()})
    assert await _types(hub, store, seq) == ["bookings.booking_moved"]
    async with hub.database.read(store) as session:
        row = await session.get_one(BookingRow, made.result["booking_id"])
        changes = await history(session, row.id)
    assert (row.booked_start, row.moves) == (later, 1)
    assert [change.type for change in changes] == ["bookings.booking_confirmed", "bookings.booking_moved"]
    await send("bookings.book", booking(salon))


async def test_a_move_that_finds_no_room_changes_nothing(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    for _ in range(2):
        await send("bookings.book", booking(salon))
    made = await send("bookings.book", booking(salon, start=TEN + timedelta(hours=3)))
    move = {"booking_id": made.result["booking_id"], "start": TEN.isoformat()}
    assert await _refusal(send, "bookings.move", move) == "slot_taken"
    phases = [p for p in await rows_of(hub, store, AssignmentRow) if p.booking_id == made.result["booking_id"]]
    assert [p.start for p in phases] == [TEN + timedelta(hours=3)]


async def test_moving_with_other_services_keeps_those_that_stay(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    made = await send("bookings.book", booking(salon, services=("cut", "colour")))
    before = {item.service_id: item.id for item in await rows_of(hub, store, BookingItemRow)}
    services = [{"service_id": salon.services["cut"]}, {"service_id": salon.services["cut"], "requested": "woman"}]
    move = {"booking_id": made.result["booking_id"], "start": TEN.isoformat(), "services": services}
    seq = await _seq(hub, store)
    await send("bookings.move", move)
    assert await _types(hub, store, seq) == [
        "bookings.item_removed",
        "bookings.item_added",
        "bookings.booking_moved",
    ]
    items = await rows_of(hub, store, BookingItemRow)
    wanted = [item for item in items if not item.cancelled]
    assert before[salon.services["cut"]] in {item.id for item in wanted}
    assert len(wanted) == 2
    assert {p.item_id for p in await rows_of(hub, store, AssignmentRow)} == {item.id for item in wanted}


@pytest.mark.parametrize(
    ("before", "after"),
    [(["cut"], ["colour", "cut"]), (["cut", "colour"], ["colour", "cut"]), (["cut"], ["cut", "colour"])],
)
async def test_services_are_done_in_the_order_in_which_they_are_wanted_last(
    hub: Hub, store: str, send: Send, salon: Salon, before: list[str], after: list[str]
) -> None:
    """The starts that are offered hold for that order."""
    made = await send("bookings.book", booking(salon, services=before))
    known = {item.service_id: item.id for item in await rows_of(hub, store, BookingItemRow)}
    services = [{"service_id": salon.services[code]} for code in after]
    await send("bookings.move", {"booking_id": made.result["booking_id"], "start": TEN.isoformat(), "services": services})
    items = sorted(await rows_of(hub, store, BookingItemRow), key=lambda item: item.ordinal)
    assert [item.service_id for item in items] == [salon.services[code] for code in after]
    assert all(known.get(item.service_id, item.id) == item.id for item in items)
    first = {
        item.id: min(row.start for row in await rows_of(hub, store, AssignmentRow) if row.item_id == item.id) for item in items
    }
    assert sorted(first, key=lambda item: first[item]) == [item.id for item in items]


@pytest.mark.parametrize(
    ("hours", "reason", "by_customer", "state"),
    [
        (4, "customer_asked", True, "cancelled_by_customer"),
        (1, "customer_asked", True, "late_cancel"),
        (1, "store_asked", True, "late_cancel"),
        (4, "customer_asked", False, "cancelled_by_customer"),
        (1, "ill", False, "late_cancel"),
        (1, "technician_away", False, "cancelled_by_store"),
    ],
)
async def test_cancelling_says_who_and_whether_it_was_late(
    hub: Hub, store: str, send: Send, salon: Salon, hours: int, reason: str, by_customer: bool, state: str
) -> None:
    made = await send("bookings.book", booking(salon, start=MORNING + timedelta(hours=hours)))
    booking_id = made.result["booking_id"]
    customer = Actor("customer", booking_id, store, frozenset({"member"}), subject=booking_id)
    answered = await send("bookings.cancel", {"booking_id": booking_id, "reason": reason}, customer if by_customer else None)
    assert answered.result == {"state": state}
    (row,) = await rows_of(hub, store, BookingRow)
    assert (row.state, row.ended_at) == (state, MORNING)
    assert await rows_of(hub, store, AssignmentRow) == []
    assert await _refusal(send, "bookings.cancel", {"booking_id": booking_id}) == "booking_over"


async def test_a_customer_reaches_their_own_booking_only(store: str, send: Send, salon: Salon) -> None:
    mine = (await send("bookings.book", booking(salon))).result["booking_id"]
    yours = (await send("bookings.book", booking(salon))).result["booking_id"]
    me = Actor("customer", mine, store, frozenset({"member"}), subject=mine)
    later = (TEN + timedelta(hours=2)).isoformat()
    for name, data in (("bookings.cancel", {}), ("bookings.move", {"start": later})):
        missing = await _refusal(send, name, {"booking_id": "0" * 32, **data}, me)
        assert await _refusal(send, name, {"booking_id": yours, **data}, me) == missing == "not_found"
    await send("bookings.move", {"booking_id": mine, "start": later}, me)


async def test_the_link_opens_its_own_booking(hub: Hub, store: str, send: Send, salon: Salon, clock: ManualClock) -> None:
    made = await send("bookings.book", booking(salon))
    token = made.result["link"]
    async with hub.database.read(store) as session:
        row = await links.booking_of(session, hub.vault, token, clock.now())
        assert row is not None
        assert row.id == made.result["booking_id"]
        late = row.booked_start + timedelta(days=links.LINK_DAYS, seconds=1)
        assert await links.booking_of(session, hub.vault, token, late) is None
        assert links.read(hub.vault, token, links.HOLD) is None, "a token serves one purpose"


async def test_a_lost_answer_is_given_again_and_a_copied_database_has_no_link(
    hub: Hub, store: str, send: Send, salon: Salon
) -> None:
    first = await send("bookings.book", booking(salon), None, "a" * 32)
    again = await send("bookings.book", booking(salon), None, "a" * 32)
    assert (again.result, again.repeated) == (first.result, True)
    await hub.door.close()
    found = await stored(hub)
    assert found.count(b"bookings.booking_confirmed") > 0
    assert first.result["link"].encode() not in found


async def test_a_changed_link_opens_nothing(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    token = (await send("bookings.book", booking(salon))).result["link"]
    for position in range(len(token)):
        swapped = "A" if token[position] != "A" else "B"
        forged = token[:position] + swapped + token[position + 1 :]
        link = links.read(hub.vault, forged)
        # The last character of base64 carries spare bits: it may change without changing what is signed.
        assert link is None or (position == len(token) - 1 and link == links.read(hub.vault, token))


async def test_names_pass_unharmed(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    from hub.operations.bookings.people import reveal

    for number, name in enumerate(("<script>alert(1)</script>", "👩🏽‍🎨 Zoë O'Hara", "字" * 200)):
        data = booking(salon, start=TEN + timedelta(hours=number))
        data["customer"] |= {"name": name}
        await send("bookings.book", data)
        names = {reveal(hub.vault, row).name for row in await rows_of(hub, store, CustomerRow)}
        assert name in names
    too_long = booking(salon) | {"customer": {"name": "字" * 201}}
    assert await _refusal(send, "bookings.book", too_long) == "invalid"


async def test_personal_values_are_not_in_the_database_in_plain_text(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    customer = {"name": "Canaryname", "phone": "13800138001", "email": "canary@example.com"}
    await send("bookings.book", booking(salon, note="Canarynote") | {"customer": customer})
    await hub.door.close()
    found = await stored(hub)
    assert found.count(b"booking_confirmed") > 0
    for canary in (b"Canaryname", b"13800138001", b"canary@example", b"Canarynote"):
        assert canary not in found
