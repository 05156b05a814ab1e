"""Peak times through the door: who is let through, who is refused, and what the desk's override leaves on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from hub.app import Hub
from hub.kernel import event_log
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.kernel.tables import Store
from hub.operations.bookings.tables import AssignmentRow, BookingRow, CustomerRow
from tests.conftest import Send
from tests.operations.bookings.salon import Salon, rows_of
from tests.operations.bookings.test_booking import TEN
from tests.operations.bookings.test_holds import browser, form, slot

RULE = {
    "windows": [{"weekdays": [0, 1, 2, 3, 4, 5, 6], "begins": "16:00", "ends": "18:00"}],
    "lead_hours": {"none": 72, "regular": 72, "silver": 72, "gold": 240, "diamond": 336},
}
PEAK = 6 + 12 * 24
"""Hours from the test's ten o'clock to four in the afternoon, twelve days on: open to diamond alone."""


@pytest.fixture
async def rule(send: Send, salon: Salon) -> None:
    await send("bookings.set_priority_rule", RULE)


async def customer(send: Send, tier: str, phone: str = "13900139000") -> str:
    put = {"name": "李雷", "phone": phone, "tier": tier}
    return str((await send("bookings.put_customer", put)).result["customer_id"])


def signed_in(store: str, customer_id: str) -> Actor:
    return Actor("customer", customer_id, store, frozenset({"member"}), session_id="s" * 32)


def by_link(store: str, booking_id: str) -> Actor:
    return Actor("customer", booking_id, store, frozenset({"member"}), subject=booking_id)


async def _everything(hub: Hub, store: str) -> list[Any]:
    async with hub.database.read(store) as session:
        found = [
            [{c.name: getattr(row, c.key) for c in table.__table__.columns} for row in await session.scalars(select(table))]
            for table in (BookingRow, AssignmentRow, CustomerRow)
        ]
        return [*found, (await session.get_one(Store, store)).seq]


async def refused(hub: Hub, store: str, send: Send, name: str, data: dict[str, Any], actor: Actor) -> Refused:
    """The command is refused for the peak time and has changed nothing."""
    before = await _everything(hub, store)
    with pytest.raises(Refused) as refusal:
        await send(name, data, actor)
    assert refusal.value.kind.code == "peak_not_open"
    assert await _everything(hub, store) == before
    return refusal.value


async def facts(hub: Hub, store: str, since: int = 0) -> list[tuple[str, dict[str, Any]]]:
    async with hub.database.read(store) as session:
        return [(fact.type, fact.data) for fact in await event_log.since(session, since)]


async def seq(hub: Hub, store: str) -> int:
    async with hub.database.read(store) as session:
        return (await session.get_one(Store, store)).seq


async def test_a_start_that_is_not_open_changes_nothing_and_the_twin_without_a_rule_books(
    hub: Hub, store: str, send: Send, salon: Salon
) -> None:
    await send("bookings.set_priority_rule", RULE)
    refusal = await refused(hub, store, send, "bookings.hold_slot", slot(salon, PEAK), browser(store, "a"))
    local = (TEN + timedelta(hours=PEAK - 72)).astimezone(ZoneInfo("Asia/Shanghai"))
    assert refusal.params == {"opens": local.strftime("%Y-%m-%d %H:%M")}
    await send("bookings.hold_slot", slot(salon, PEAK - 1), browser(store, "a"))
    await send("bookings.set_priority_rule", {**RULE, "windows": []})
    await send("bookings.hold_slot", slot(salon, PEAK), browser(store, "a"))


async def test_the_start_opens_to_everybody_at_its_hour(
    hub: Hub, store: str, send: Send, salon: Salon, clock: ManualClock, rule: None
) -> None:
    clock.set(TEN + timedelta(hours=PEAK - 72, seconds=-1))
    await refused(hub, store, send, "bookings.hold_slot", slot(salon, PEAK), browser(store, "a"))
    clock.advance(seconds=1)
    await send("bookings.hold_slot", slot(salon, PEAK), browser(store, "a"))


@pytest.mark.parametrize(("tier", "may"), [("none", False), ("silver", False), ("gold", False), ("diamond", True)])
async def test_who_is_signed_in_books_by_their_tier(
    hub: Hub, store: str, send: Send, salon: Salon, rule: None, tier: str, may: bool
) -> None:
    me = signed_in(store, await customer(send, tier))
    if not may:
        await refused(hub, store, send, "bookings.hold_slot", slot(salon, PEAK), me)
        return
    held = (await send("bookings.hold_slot", slot(salon, PEAK), me)).result
    await send("bookings.confirm_hold", form(held), me)


async def test_a_kiosk_books_for_strangers(hub: Hub, store: str, send: Send, salon: Salon, rule: None) -> None:
    kiosk = Actor("device", "d" * 32, store, frozenset({"kiosk"}), device_id="d" * 32)
    await refused(hub, store, send, "bookings.hold_slot", slot(salon, PEAK), kiosk)


async def test_a_hold_handed_to_a_stranger_does_not_become_a_booking(
    hub: Hub, store: str, send: Send, salon: Salon, rule: None
) -> None:
    me = signed_in(store, await customer(send, "diamond"))
    held = (await send("bookings.hold_slot", slot(salon, PEAK), me)).result
    await refused(hub, store, send, "bookings.confirm_hold", form(held), browser(store, "b"))
    await send("bookings.confirm_hold", form(held), me)


async def test_somebodys_name_and_number_open_nothing_and_their_link_tells_no_tier(
    hub: Hub, store: str, send: Send, salon: Salon, rule: None
) -> None:
    """A stranger books an ordinary time as the diamond customer: the visit's link must not move to what is theirs."""
    diamond = await customer(send, "diamond")
    stranger = browser(store, "a")
    held = (await send("bookings.hold_slot", slot(salon, 1), stranger)).result
    made = (await send("bookings.confirm_hold", form(held), stranger)).result["booking_id"]
    (row,) = await rows_of(hub, store, BookingRow)
    assert row.customer_id == diamond
    move = {"booking_id": made, "start": slot(salon, PEAK)["start"]}
    await refused(hub, store, send, "bookings.move", move, by_link(store, made))


@pytest.mark.parametrize("maker", ["desk", "customer"])
async def test_a_visits_link_moves_by_its_customers_tier(
    hub: Hub, store: str, send: Send, salon: Salon, rule: None, desk: Actor, maker: str
) -> None:
    diamond = await customer(send, "diamond")
    if maker == "desk":
        made = (await send("bookings.book", {**slot(salon, 1), "customer_id": diamond}, desk)).result["booking_id"]
    else:
        me = signed_in(store, diamond)
        held = (await send("bookings.hold_slot", slot(salon, 1), me)).result
        made = (await send("bookings.confirm_hold", form(held), me)).result["booking_id"]
    move = {"booking_id": made, "start": slot(salon, PEAK)["start"]}
    await send("bookings.move", move, by_link(store, made))
    far = {"booking_id": made, "start": slot(salon, PEAK + 72)["start"]}
    await refused(hub, store, send, "bookings.move", far, by_link(store, made))
    same = {**move, "services": [{"service_id": salon.services["colour"]}]}
    await send("bookings.put_customer", {"customer_id": diamond, "tier": "none"})
    await send("bookings.move", same, by_link(store, made))


async def test_who_books_again_by_a_visits_link_is_known_and_so_is_the_new_visits_link(
    store: str, send: Send, salon: Salon, rule: None, desk: Actor
) -> None:
    diamond = await customer(send, "diamond")
    made = (await send("bookings.book", {**slot(salon, 1), "customer_id": diamond}, desk)).result["booking_id"]
    held = (await send("bookings.hold_slot", slot(salon, PEAK), by_link(store, made))).result
    again = (await send("bookings.confirm_hold", form(held), by_link(store, made))).result["booking_id"]
    await send("bookings.move", {"booking_id": again, "start": slot(salon, PEAK + 1)["start"]}, by_link(store, again))


async def test_the_desk_overrides_on_record(hub: Hub, store: str, send: Send, salon: Salon, rule: None, desk: Actor) -> None:
    gold = await customer(send, "gold")
    since = await seq(hub, store)
    made = (await send("bookings.book", {**slot(salon, PEAK), "customer_id": gold}, desk)).result["booking_id"]
    start = TEN + timedelta(hours=PEAK)
    confirmed, overridden = await facts(hub, store, since)
    assert confirmed[0] == "bookings.booking_confirmed"
    assert overridden == (
        "bookings.priority_overridden",
        {"booking_id": made, "start": _written(start), "until": _written(start - timedelta(days=10))},
    )
    since = await seq(hub, store)
    await send("bookings.move", {"booking_id": made, "start": slot(salon, 1)["start"]}, desk)
    assert [name for name, _ in await facts(hub, store, since)] == ["bookings.booking_moved"]


def _written(at: Any) -> str:
    return str(at.isoformat().replace("+00:00", "Z"))


async def test_the_rule_is_a_fact_and_the_same_rule_again_is_none(hub: Hub, store: str, send: Send, salon: Salon) -> None:
    since = await seq(hub, store)
    await send("bookings.set_priority_rule", RULE)
    assert await facts(hub, store, since) == [("bookings.priority_rule_set", RULE)]
    since = await seq(hub, store)
    await send("bookings.set_priority_rule", RULE)
    assert await facts(hub, store, since) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lead_hours": {**RULE["lead_hours"], "gold": 10}}, "priority_order"),  # type: ignore[dict-item]
        ({"windows": [{"weekdays": [1], "begins": "16:00", "ends": "16:00"}]}, "invalid_hours"),
        ({"windows": [{"weekdays": [], "begins": "16:00", "ends": "18:00"}]}, "invalid"),
        ({"windows": [{"weekdays": [7], "begins": "16:00", "ends": "18:00"}]}, "invalid"),
        ({"lead_hours": {**RULE["lead_hours"], "none": 0}}, "invalid"),  # type: ignore[dict-item]
    ],
)
async def test_what_is_no_rule_changes_nothing(
    hub: Hub, store: str, send: Send, salon: Salon, change: dict[str, Any], code: str
) -> None:
    before = await _everything(hub, store)
    with pytest.raises(Refused) as refusal:
        await send("bookings.set_priority_rule", {**RULE, **change})
    assert refusal.value.kind.code == code
    assert await _everything(hub, store) == before
