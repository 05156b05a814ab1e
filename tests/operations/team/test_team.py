"""Who works here, when, who is away and whose turn it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from hub.app import Hub
from hub.kernel import event_log
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.operations.team.queries import absences, contact_of, shifts, technicians, turns
from hub.operations.team.rules import first_rank
from tests.conftest import MORNING, Send

TODAY = date(2026, 5, 14)


async def _code(send: Send, name: str, data: dict[str, Any], actor: Actor | None = None) -> str:
    with pytest.raises(Refused) as refused:
        await send(name, data, actor)
    return refused.value.kind.code


async def _put(send: Send, code: str, **more: Any) -> str:
    data = {"code": code, "name": {"zh": code, "en": code}, "gender": "woman", **more}
    return str((await send("team.put_technician", data)).result["technician_id"])


@pytest.fixture
async def li(send: Send) -> str:
    await send("catalog.put_skill", {"code": "hair", "name": {"zh": "美发", "en": "Hair"}})
    return await _put(send, "li", skills={"hair": 3}, phone="138 0013 8000", email="li@example.com")


async def _types(hub: Hub, store: str) -> list[str]:
    async with hub.database.read(store) as session:
        return [fact.type for fact in await event_log.since(session, 0)]


async def test_a_technician_is_put_by_code(hub: Hub, store: str, send: Send, li: str) -> None:
    assert await _put(send, "li", skills={"hair": 5}, name={"zh": "小李", "en": "Li"}) == li
    async with hub.database.read(store) as session:
        (found,) = await technicians(session)
        contact = await contact_of(session, hub.vault, li)
    assert (found.name.zh, found.skills) == ("小李", {"hair": 5})
    assert contact is not None
    assert (contact.phone, contact.email) == ("+8613800138000", "li@example.com"), "what is not given stays"
    await _put(send, "li", phone="", email="")
    async with hub.database.read(store) as session:
        cleared = await contact_of(session, hub.vault, li)
    assert cleared is not None
    assert (cleared.phone, cleared.email) == ("", "")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"skills": {"magic": 1}}, "unknown_skill"),
        ({"skills": {"hair": 6}}, "invalid"),
        ({"phone": "12"}, "invalid_phone"),
        ({"email": "nobody"}, "invalid"),
        ({"gender": "robot"}, "invalid"),
    ],
)
async def test_a_technician_that_does_not_fit_is_refused(
    hub: Hub, store: str, send: Send, li: str, change: dict[str, Any], code: str
) -> None:
    data = {"code": "wang", "name": {"zh": "王", "en": "Wang"}, "gender": "man", **change}
    assert await _code(send, "team.put_technician", data) == code
    async with hub.database.read(store) as session:
        assert [t.code for t in await technicians(session)] == ["li"]


def shift(technician_id: str, start: str = "10:00", end: str = "19:00", **more: Any) -> dict[str, Any]:
    return {"technician_id": technician_id, "date": TODAY.isoformat(), "start": start, "end": end, **more}


async def test_a_shift_is_on_the_stores_own_clock(hub: Hub, store: str, send: Send, li: str) -> None:
    made = (await send("team.put_shift", shift(li))).result["shift_id"]
    again = (await send("team.put_shift", shift(li))).result["shift_id"]
    assert made == again, "the same shift is not put twice"
    async with hub.database.read(store) as session:
        (found,) = await shifts(session, MORNING, MORNING + timedelta(hours=12))
    assert (found.start, found.end) == (
        datetime(2026, 5, 14, 2, 0, tzinfo=UTC),
        datetime(2026, 5, 14, 11, 0, tzinfo=UTC),
    )


async def test_a_shift_may_end_after_midnight(hub: Hub, store: str, send: Send, li: str) -> None:
    await send("team.put_shift", shift(li, "20:00", "02:00"))
    async with hub.database.read(store) as session:
        (found,) = await shifts(session, MORNING, MORNING + timedelta(days=2))
    assert found.end - found.start == timedelta(hours=6)


async def test_nobody_works_two_shifts_at_once(hub: Hub, store: str, send: Send, li: str) -> None:
    first = (await send("team.put_shift", shift(li))).result["shift_id"]
    assert await _code(send, "team.put_shift", shift(li, "18:00", "20:00")) == "shift_overlap"
    await send("team.put_shift", shift(li, "19:00", "21:00"))
    await send("team.put_shift", shift(li, "09:00", "19:00", shift_id=first))
    await send("team.remove_shift", {"shift_id": first})
    async with hub.database.read(store) as session:
        found = await shifts(session, MORNING, MORNING + timedelta(hours=14))
    assert [s.end - s.start for s in found] == [timedelta(hours=2)]
    assert (await _types(hub, store))[-1] == "team.shift_removed"
    assert await _code(send, "team.remove_shift", {"shift_id": first}) == "not_found"


async def test_breaks_begin_and_end(hub: Hub, store: str, send: Send, li: str, clock: ManualClock) -> None:
    herself = Actor("staff", "a" * 32, store, frozenset({"technician"}), subject=li)
    await send("team.start_break", {"technician_id": li}, herself)
    assert await _code(send, "team.start_break", {"technician_id": li}, herself) == "already_away"
    clock.advance(minutes=20)
    await send("team.end_break", {"technician_id": li}, herself)
    assert await _code(send, "team.end_break", {"technician_id": li}, herself) == "not_on_break"
    async with hub.database.read(store) as session:
        (found,) = await absences(session, MORNING - timedelta(hours=1), MORNING + timedelta(hours=1))
    assert (found.kind, found.start, found.end) == ("break", MORNING, MORNING + timedelta(minutes=20))
    assert (await _types(hub, store))[-2:] == ["team.break_started", "team.break_ended"]


async def test_a_technician_sends_nobody_else_on_a_break(store: str, send: Send, li: str, desk: Actor) -> None:
    wang = await _put(send, "wang")
    herself = Actor("staff", "a" * 32, store, frozenset({"technician"}), subject=wang)
    missing = await _code(send, "team.start_break", {"technician_id": "0" * 32}, herself)
    assert await _code(send, "team.start_break", {"technician_id": li}, herself) == missing == "not_found"
    await send("team.start_break", {"technician_id": li}, desk)


async def test_sickness_ends_a_break(hub: Hub, store: str, send: Send, li: str, clock: ManualClock) -> None:
    await send("team.start_break", {"technician_id": li})
    clock.advance(minutes=5)
    absence = (await send("team.report_sick", {"technician_id": li})).result["absence_id"]
    assert await _code(send, "team.report_sick", {"technician_id": li}) == "already_away"
    assert await _code(send, "team.start_break", {"technician_id": li}) == "already_away"
    clock.advance(minutes=30)
    await send("team.end_absence", {"absence_id": absence})
    await send("team.end_absence", {"absence_id": absence})
    async with hub.database.read(store) as session:
        found = await absences(session, MORNING - timedelta(hours=1), MORNING + timedelta(hours=2))
    assert [(a.kind, a.end) for a in found] == [
        ("break", MORNING + timedelta(minutes=5)),
        ("sick", MORNING + timedelta(minutes=35)),
    ]
    assert (await _types(hub, store)).count("team.absence_ended") == 1


async def test_an_absence_ends_after_it_begins(send: Send, li: str) -> None:
    earlier = (MORNING - timedelta(hours=1)).isoformat()
    assert await _code(send, "team.report_sick", {"technician_id": li, "until": earlier}) == "ends_before_start"
    leave = {"technician_id": li, "start": MORNING.isoformat(), "until": MORNING.isoformat()}
    assert await _code(send, "team.note_leave", leave) == "ends_before_start"
    await send("team.note_leave", leave | {"until": (MORNING + timedelta(days=1)).isoformat()})


async def test_whoever_has_a_shift_has_a_turn(hub: Hub, store: str, send: Send, li: str) -> None:
    others = [await _put(send, code, ordinal=number) for number, code in enumerate(("wang", "zhao"), start=1)]
    for technician in (li, *others):
        await send("team.put_shift", shift(technician))
    async with hub.database.read(store) as session:
        listed = await turns(session, TODAY)
    assert {turn.technician_id for turn in listed} == {li, *others}
    assert [turn.rank for turn in listed] == [1, 2, 3]


def test_nobody_is_always_last() -> None:
    days = [TODAY + timedelta(days=number) for number in range(5)]
    ranks = [[first_rank(day, ordinal, 5) for ordinal in range(5)] for day in days]
    assert all(sorted(today) == [1, 2, 3, 4, 5] for today in ranks)
    assert all({today[ordinal] for today in ranks} == {1, 2, 3, 4, 5} for ordinal in range(5))


async def test_days_off_are_whole_days_of_the_stores_calendar(hub: Hub, store: str, send: Send, li: str) -> None:
    off = {"technician_id": li, "first": "2026-05-18", "last": "2026-05-19"}
    kept = (await send("team.note_days_off", off)).result
    begins = datetime(2026, 5, 17, 16, tzinfo=UTC)
    async with hub.database.read(store) as session:
        [absence] = await absences(session, begins, begins + timedelta(days=3))
        told = (await event_log.since(session, 0))[-1]
    assert (absence.id, absence.kind) == (kept["absence_id"], "leave")
    assert (absence.start, absence.end) == (begins, begins + timedelta(days=2))
    assert told.type == "team.leave_noted"
    assert await _code(send, "team.note_days_off", {**off, "kind": "sick"}) == "already_away"
    assert await _code(send, "team.note_days_off", {**off, "first": "2026-05-21"}) == "ends_before_start"
    assert await _code(send, "team.note_days_off", {**off, "technician_id": "f" * 32}) == "not_found"


async def test_what_lasts_until_nobody_knows_when_is_no_hindrance_to_what_begins_later(
    hub: Hub, store: str, send: Send, li: str, clock: ManualClock
) -> None:
    await send("team.start_break", {"technician_id": li})
    later = (MORNING + timedelta(days=2)).isoformat()
    await send("team.report_sick", {"technician_id": li, "from_": later})
    await send("team.note_days_off", {"technician_id": li, "first": "2026-05-20", "last": "2026-05-20"})
    async with hub.database.read(store) as session:
        found = await absences(session, MORNING, MORNING + timedelta(days=30))
    assert [(a.kind, a.end) for a in found][:2] == [("break", None), ("sick", None)]
    assert [a.kind for a in found] == ["break", "sick", "leave"]
    clock.advance(minutes=10)
    await send("team.report_sick", {"technician_id": li, "from_": MORNING.isoformat(), "until": later})
    async with hub.database.read(store) as session:
        found = await absences(session, MORNING, MORNING + timedelta(hours=1))
    assert {a.kind: a.end for a in found}["break"] == MORNING + timedelta(minutes=10)


async def test_of_overlapping_absences_the_other_stays_when_one_is_withdrawn(
    hub: Hub, store: str, send: Send, li: str, clock: ManualClock
) -> None:
    inner = (await send("team.note_days_off", {"technician_id": li, "first": "2026-05-20", "last": "2026-05-20"})).result
    outer = (await send("team.note_days_off", {"technician_id": li, "first": "2026-05-18", "last": "2026-05-22"})).result
    await send("team.end_absence", {"absence_id": outer["absence_id"]})
    told = len(await _types(hub, store))
    await send("team.end_absence", {"absence_id": outer["absence_id"]})
    assert len(await _types(hub, store)) == told, "withdrawn once"
    async with hub.database.read(store) as session:
        [left] = await absences(session, MORNING, MORNING + timedelta(days=30))
    assert left.id == inner["absence_id"]
