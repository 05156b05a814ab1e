"""What customers and the desk see of peak times: free starts by tier, the day's line, the published rule."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hub.kernel.access import Actor
from tests.displays.test_book import stranger
from tests.displays.test_front_desk import floor, hub  # noqa: F401 - fixtures
from tests.operations.floor import DAY, Floor, shown

# ruff: noqa: F811 - pytest hands fixtures in by their names

LEADS = {"none": 72, "regular": 72, "silver": 72, "gold": 240, "diamond": 336}
AHEAD = DAY + timedelta(days=12)
"""A Tuesday: open to diamond alone."""


async def ruled(floor: Floor, weekday: int = 1) -> None:
    shift = {"technician_id": floor.technicians["lin"], "date": AHEAD.isoformat(), "start": "09:00", "end": "18:00"}
    await floor.send("team.put_shift", shift)
    windows = [{"weekdays": [weekday], "begins": "16:00", "ends": "18:00"}]
    await floor.send("bookings.set_priority_rule", {"windows": windows, "lead_hours": LEADS})


async def day(floor: Floor, actor: Actor) -> tuple[set[str], str | None]:
    """The free starts on the wall, and from when on the first of the closed ones opens."""
    view = await shown(floor, "slots", actor, services=floor.services["cut"], date_from=AHEAD.isoformat(), days=1)
    (found,) = view["days"]
    return {_wall(slot["start"]) for slot in found["starts"]}, found["peak_opens"]


def _wall(moment: str) -> str:
    return f"{int(moment[11:13]) + 8:02}{moment[13:16]}"


async def member(floor: Floor, tier: str) -> Actor:
    put: dict[str, Any] = {"name": "王小明", "phone": "13900139000", "tier": tier}
    known = (await floor.send("bookings.put_customer", put)).result["customer_id"]
    return Actor("customer", known, floor.store, frozenset({"member"}), session_id="s" * 32)


async def test_a_stranger_sees_the_day_without_its_peak_and_when_it_opens(floor: Floor) -> None:
    await ruled(floor)
    starts, opens = await day(floor, stranger(floor))
    assert {"15:30", "15:45"} <= starts
    assert not any("16:00" <= start < "18:00" for start in starts)
    assert opens == "2026-05-23T08:00:00Z"


async def test_without_a_rule_for_that_day_everything_is_open(floor: Floor) -> None:
    await ruled(floor, weekday=2)
    starts, opens = await day(floor, stranger(floor))
    assert "16:00" in starts
    assert opens is None


async def test_each_customer_sees_by_their_tier_and_the_staff_see_all(floor: Floor) -> None:
    await ruled(floor)
    all_of_it, _ = await day(floor, floor.desk)
    gold, gold_opens = await day(floor, await member(floor, "gold"))
    diamond, diamond_opens = await day(floor, await member(floor, "diamond"))
    assert (diamond, diamond_opens) == (all_of_it, None)
    assert (gold < diamond, gold_opens) == (True, "2026-05-16T08:00:00Z")


async def test_screens_of_strangers_are_one_and_each_customers_is_their_own(floor: Floor) -> None:
    screen = floor.hub.viewer.screen("slots")
    params = screen.params()
    one, other = await member(floor, "gold"), await member(floor, "none")
    strangers = {screen.audience(actor, params) for actor in (stranger(floor), Actor("device", "k", floor.store))}
    assert len(strangers) == 1
    assert len({*strangers, *(screen.audience(actor, params) for actor in (one, other, floor.desk))}) == 4


async def test_the_desk_sees_what_is_kept_for_tiers_and_until_when(floor: Floor) -> None:
    await ruled(floor)
    view = await shown(floor, "desk-slots", wishes=f"{floor.services['cut']}~any~", date=AHEAD.isoformat())
    kept = {_wall(slot["start"]): slot["reserved_until"] for slot in view["slots"]}
    assert (kept["15:45"], kept["16:15"]) == (None, "2026-05-23T08:15:00Z")


async def test_the_rule_is_published(floor: Floor) -> None:
    view = await shown(floor, "book", stranger(floor))
    assert view["peak"]["windows"] == []
    await ruled(floor)
    view = await shown(floor, "book", stranger(floor))
    assert view["peak"]["windows"] == [{"weekdays": [1], "begins": "16:00", "ends": "18:00"}]
    assert [(lead["tier"], lead["hours"]) for lead in view["peak"]["leads"]][:3] == [
        ("diamond", 336),
        ("gold", 240),
        ("silver", 72),
    ]
