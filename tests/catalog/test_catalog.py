"""What the store offers, and when it is open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hub.app import Hub
from hub.catalog.queries import Catalog, catalog_of, closed_days, holiday, opening
from hub.kernel import event_log
from hub.kernel.commands import StoreFacts
from hub.kernel.errors import Refused
from tests.conftest import Send


def facts(store: str, zone: str = "Asia/Shanghai", country: str = "CN", **settings: Any) -> StoreFacts:
    return StoreFacts(store, "青瓷", "Celadon", ZoneInfo(zone), "CNY", country, "zh", settings, "")


def both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


CUT = {
    "code": "cut",
    "name": both("剪发", "Cut"),
    "category": both("美发", "Hair"),
    "price_minor": 12800,
    "phases": [{"kind": "hands_on", "minutes": 45, "place_kind": "chair", "skill": "hair", "min_level": 2}],
}


@pytest.fixture
async def ground(send: Send) -> None:
    await send("catalog.put_skill", {"code": "hair", "name": both("美发", "Hair")})
    await send("catalog.put_place_kind", {"code": "chair", "name": both("剪发椅", "Chair"), "clean_minutes": 5})


async def _catalog(hub: Hub, store: str) -> Catalog:
    async with hub.database.read(store) as session:
        return await catalog_of(session)


async def _open(hub: Hub, facts: StoreFacts, day: date) -> tuple[datetime, datetime] | None:
    async with hub.database.read(facts.id) as session:
        return await opening(session, facts, day)


async def _code(send: Send, name: str, data: dict[str, Any]) -> str:
    with pytest.raises(Refused) as refused:
        await send(name, data)
    return refused.value.kind.code


@pytest.mark.usefixtures("ground")
async def test_putting_a_service_again_keeps_its_id_and_replaces_its_phases(hub: Hub, store: str, send: Send) -> None:
    first = await send("catalog.put_service", CUT)
    colour = [{"kind": "hands_on", "minutes": 30}, {"kind": "processing", "minutes": 25, "max_gap_minutes": 5}]
    second = await send("catalog.put_service", CUT | {"phases": colour, "price_minor": 20000})
    assert first.result == second.result
    catalog = await _catalog(hub, store)
    service = catalog.by_code["cut"]
    assert service.id == first.result["service_id"]
    assert (service.price_minor, service.minutes) == (20000, 55)
    assert [(p.kind, p.needs_technician, p.max_gap_minutes) for p in service.phases] == [
        ("hands_on", True, 0),
        ("processing", False, 5),
    ]
    assert catalog.clean_minutes("chair") == 5
    assert catalog.clean_minutes(None) == 0
    async with hub.database.read(store) as session:
        types = [fact.type for fact in await event_log.since(session, 0)]
    assert types == ["catalog.skill_put", "catalog.place_kind_put", "catalog.service_put", "catalog.service_put"]


@pytest.mark.usefixtures("ground")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"phases": [{"kind": "hands_on", "minutes": 30, "place_kind": "moon"}]}, "unknown_place_kind"),
        ({"phases": [{"kind": "hands_on", "minutes": 30, "skill": "magic"}]}, "unknown_skill"),
        ({"phases": []}, "invalid"),
        ({"phases": [{"kind": "hands_on", "minutes": 0}]}, "invalid"),
        ({"price_minor": -1}, "invalid"),
        ({"name": both("剪发", "")}, "invalid"),
        ({"code": "a\x00b"}, "invalid"),
    ],
)
async def test_a_service_that_does_not_fit_is_refused(hub: Hub, store: str, send: Send, change: Any, code: str) -> None:
    assert await _code(send, "catalog.put_service", CUT | change) == code
    assert (await _catalog(hub, store)).services == {}


async def test_names_pass_unharmed(hub: Hub, store: str, send: Send) -> None:
    for number, name in enumerate(("<script>alert(1)</script>", "💇🏽‍♀️ Zoë", "字" * 200)):
        await send("catalog.put_skill", {"code": str(number), "name": both(name, name)})
        assert (await _catalog(hub, store)).skills[str(number)].zh == name


async def test_hours_are_of_the_stores_own_clock(hub: Hub, store: str, send: Send) -> None:
    await send("catalog.set_opening_hours", {"weekday": 3, "opens": "10:00", "closes": "21:30"})
    thursday = date(2026, 5, 14)
    assert await _open(hub, facts(store), thursday) == (
        datetime(2026, 5, 14, 2, 0, tzinfo=UTC),
        datetime(2026, 5, 14, 13, 30, tzinfo=UTC),
    )
    assert await _open(hub, facts(store), thursday + timedelta(days=1)) is None
    await send("catalog.set_opening_hours", {"weekday": 3, "opens": None, "closes": None})
    assert await _open(hub, facts(store), thursday) is None


async def test_hours_may_run_past_midnight(hub: Hub, store: str, send: Send) -> None:
    await send("catalog.set_opening_hours", {"weekday": 3, "opens": "18:00", "closes": "02:00"})
    hours = await _open(hub, facts(store), date(2026, 5, 14))
    assert hours is not None
    assert hours[1] - hours[0] == timedelta(hours=8)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2018, 3, 11), 23 - 1), (date(2018, 11, 4), 25 - 1), (date(2018, 6, 3), 24 - 1)],
    ids=["spring forward", "fall back", "any Sunday"],
)
async def test_hours_over_a_summer_time_night(hub: Hub, store: str, send: Send, day: date, hours: int) -> None:
    await send("catalog.set_opening_hours", {"weekday": 6, "opens": "00:30", "closes": "23:30"})
    span = await _open(hub, facts(store, "America/Vancouver"), day)
    assert span is not None
    assert span[1] - span[0] == timedelta(hours=hours)


@pytest.mark.parametrize(("opens", "closes"), [("10:00", None), (None, "10:00"), ("10:00", "10:00")])
async def test_hours_need_two_ends(send: Send, opens: str | None, closes: str | None) -> None:
    assert await _code(send, "catalog.set_opening_hours", {"weekday": 0, "opens": opens, "closes": closes}) == "invalid_hours"


@pytest.mark.parametrize("wall", ["25:00", "9:00", "09:60", "0900", ""])
async def test_a_time_of_day_has_its_form(send: Send, wall: str) -> None:
    data = {"weekday": 0, "opens": wall, "closes": "18:00"}
    assert await _code(send, "catalog.set_opening_hours", data) == "invalid"


async def test_a_day_is_closed_and_reopened(hub: Hub, store: str, send: Send) -> None:
    await send("catalog.set_opening_hours", {"weekday": 3, "opens": "10:00", "closes": "20:00"})
    day = date(2026, 5, 14)
    await send("catalog.close_day", {"date": day.isoformat(), "name": both("盘点", "Stock-taking")})
    assert await _open(hub, facts(store), day) is None
    async with hub.database.read(store) as session:
        assert [name.zh for name in (await closed_days(session, day, day)).values()] == ["盘点"]
    await send("catalog.reopen_day", {"date": day.isoformat()})
    assert await _open(hub, facts(store), day) is not None


async def test_public_holidays_are_hints_unless_the_store_closes_on_them(hub: Hub, store: str, send: Send) -> None:
    day = date(2026, 10, 1)
    for weekday in range(7):
        await send("catalog.set_opening_hours", {"weekday": weekday, "opens": "10:00", "closes": "20:00"})
    name = holiday(facts(store), day)
    assert name is not None
    assert "国庆" in name.zh
    assert "National Day" in name.en
    assert await _open(hub, facts(store), day) is not None
    assert await _open(hub, facts(store, closed_on_public_holidays=True), day) is None
    assert holiday(facts(store, country="XX"), day) is None


async def test_two_stores_have_two_catalogs(hub: Hub, store: str, send: Send) -> None:
    await send("catalog.put_skill", {"code": "hair", "name": both("美发", "Hair")})
    other = await hub.open_store(name_zh="二店", name_en="Second", zone="Asia/Shanghai")
    assert (await _catalog(hub, other)).skills == {}
    assert list((await _catalog(hub, store)).skills) == ["hair"]
