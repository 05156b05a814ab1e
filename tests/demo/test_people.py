"""The simulated people act by what the floor shows, and keep their hands off what a person has touched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from hub.demo.people import HttpFloor, Json, People

NOW = datetime(2026, 5, 14, 4, 0, tzinfo=UTC)
TECHNICIAN, PLACE = "1" * 32, "2" * 32


def phase(**facts: Any) -> dict[str, Any]:
    known = {
        "ordinal": 0,
        "kind": "hands_on",
        "state": "planned",
        "minutes": 30,
        "technician_id": TECHNICIAN,
        "place_id": PLACE,
    }
    return known | {"start": NOW.isoformat(), "end": (NOW + timedelta(minutes=30)).isoformat()} | facts


def booking(name: str, **facts: Any) -> dict[str, Any]:
    known = {
        "id": name,
        "state": "expected",
        "visit_id": None,
        "visit_state": None,
        "paused": False,
        "booked_start": (NOW - timedelta(minutes=10)).isoformat(),
        "items": [{"id": f"item of {name}", "phases": [phase()]}],
    }
    return known | facts


class Scene:
    """A floor that stands still and notes what is asked of it."""

    def __init__(self, *bookings: dict[str, Any], touched: set[str] | None = None, accepts: bool = True) -> None:
        self.sent: list[tuple[str, str, Json]] = []
        self._bookings = list(bookings)
        self._touched = touched or set()
        self._accepts = accepts
        self.technician: dict[str, Any] = {"state": "free"}

    async def day(self) -> dict[str, Any]:
        day = {
            "now": NOW.isoformat(),
            "date": "2026-05-14",
            "opens": None,
            "closes": None,
            "technicians": [{"id": TECHNICIAN, **self.technician}],
            "places": [{"id": PLACE, "state": "free"}],
            "bookings": self._bookings,
        }
        return {"day": day, "services": []}

    async def touched(self) -> set[str]:
        return self._touched

    async def room_for(self, service_id: str, requested: str, until: datetime) -> bool:
        return True

    async def send(self, who: str, command: str, data: Json, command_id: str) -> bool:
        self.sent.append((who, command, data))
        return self._accepts

    def commands(self) -> list[str]:
        return [command for _, command, _ in self.sent]


async def test_a_waiting_customer_is_called_by_the_planned_technician_to_the_planned_place() -> None:
    scene = Scene(booking("b", state="arrived", visit_id="v", visit_state="waiting"))
    await People(scene, seed=1).step()
    assert scene.sent == [(TECHNICIAN, "visits.call_customer", {"visit_id": "v", "place_id": PLACE})]


def planned_in(minutes: int, **facts: Any) -> dict[str, Any]:
    start = NOW + timedelta(minutes=minutes)
    return phase(start=start.isoformat(), end=(start + timedelta(minutes=30)).isoformat(), **facts)


def early(name: str, *phases: dict[str, Any], **facts: Any) -> dict[str, Any]:
    items = [{"id": f"item of {name}", "phases": list(phases)}]
    return booking(name, items=items) | {"state": "arrived", "visit_id": f"v {name}", "visit_state": "waiting"} | facts


async def test_who_is_early_is_taken_by_a_technician_who_has_nobody_before() -> None:
    scene = Scene(early("b", planned_in(12)))
    await People(scene, seed=1).step()
    assert scene.commands() == ["visits.call_customer"]


@pytest.mark.parametrize(
    ("state", "called"), [("processing_free", True), ("off", False), ("break", False), ("in_service", False)]
)
async def test_nobody_is_called_to_somebody_who_is_not_free(state: str, called: bool) -> None:
    scene = Scene(early("b", planned_in(0)))
    scene.technician = {"state": state}
    await People(scene, seed=1).step()
    assert ("visits.call_customer" in scene.commands()) is called


@pytest.mark.parametrize(
    "bookings",
    [
        [early("b", planned_in(16))],
        [early("b", planned_in(12)), booking("her next", items=[{"id": "i", "phases": [planned_in(5, place_id="9" * 32)]}])],
        [
            early("b", planned_in(12)),
            booking("on that chair", items=[{"id": "i", "phases": [planned_in(5, technician_id=None)]}]),
        ],
        [
            early("b", planned_in(12), planned_in(42, ordinal=1, place_id="8" * 32)),
            booking(
                "on the chair after", items=[{"id": "i", "phases": [planned_in(20, technician_id=None, place_id="8" * 32)]}]
            ),
        ],
    ],
)
async def test_nobody_is_taken_early_into_the_way_of_other_work(bookings: list[dict[str, Any]]) -> None:
    scene = Scene(*bookings)
    await People(scene, seed=1).step()
    assert "visits.call_customer" not in [command for _, command, data in scene.sent if data.get("visit_id") == "v b"]


async def test_what_a_person_touched_is_left_alone() -> None:
    waiting = booking("b", state="arrived", visit_id="v", visit_state="waiting")
    scene = Scene(waiting, booking("late"), touched={"b", "late"})
    await People(scene, seed=1).step()
    assert scene.sent == []


async def test_a_refused_step_is_not_tried_again() -> None:
    scene = Scene(booking("b", state="arrived", visit_id="v", visit_state="waiting"), accepts=False)
    people = People(scene, seed=1)
    await people.step()
    await people.step()
    assert scene.commands() == ["visits.call_customer"]


async def test_the_same_seed_gives_the_same_customers() -> None:
    bookings = [booking(f"b{n}") for n in range(40)]
    first, second = Scene(*bookings), Scene(*bookings)
    await People(first, seed=5).step()
    await People(second, seed=5).step()
    assert first.sent == second.sent
    assert 0 < first.commands().count("visits.check_in") < 40


async def test_facts_of_others_are_told_from_the_simulations_own() -> None:
    def fact(seq: int, **facts: Any) -> dict[str, Any]:
        return _fact(seq, data={"booking_id": f"b{seq}"}, **facts)

    told = [
        fact(1, device_id="own tablet"),
        fact(2, device_id="somebody's tablet"),
        fact(3, actor_id="own desk"),
        fact(4, actor_id="a person at the desk"),
        fact(5, actor_kind="system", actor_id="planner"),
        fact(6, type="planning.plan_adopted", actor_id="a person at the desk"),
    ]

    assert await _touched(told) == {"b2", "b4"}


async def test_technician_and_place_come_back_into_the_simulations_hands_after_two_hours() -> None:
    started = _fact(1, actor_id="a person", data={"booking_id": "b", "technician_id": "t", "place_id": "p"})
    soon = _fact(2, actor_kind="system", at=(NOW + timedelta(minutes=119)).isoformat(), data={})
    assert await _touched([started, soon]) == {"b", "t", "p"}
    later = _fact(2, actor_kind="system", at=(NOW + timedelta(minutes=120)).isoformat(), data={})
    assert await _touched([started, later]) == {"b"}


def _fact(seq: int, **facts: Any) -> dict[str, Any]:
    known = {"seq": seq, "type": "visits.service_started", "actor_kind": "staff", "actor_id": "t", "device_id": None}
    return known | {"at": NOW.isoformat()} | facts


async def _touched(facts: list[dict[str, Any]]) -> set[str]:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"events": facts if request.url.params["since"] == "0" else []})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://hub") as client:
        return await HttpFloor({"desk": client}, {"own tablet", "own desk"}).touched()
