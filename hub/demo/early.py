"""Which step a customer waits for, and whether a simulated technician takes it ahead of the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

EARLY = timedelta(minutes=15)
"""So long before the planned start whoever is free begins with a customer who is here already."""

Json = Mapping[str, Any]


def next_phase(booking: Json) -> tuple[Json | None, Json | None]:
    """The service and its phase that come next; what has begun goes on first."""
    planned = [(i, p) for i in booking["items"] for p in i["phases"] if p["state"] == "planned" and p["start"]]
    begun = {i["id"] for i in booking["items"] if any(p["state"] != "planned" for p in i["phases"])}
    planned.sort(key=lambda pair: (pair[0]["id"] not in begun, pair[1]["start"], pair[1]["ordinal"]))
    return planned[0] if planned else (None, None)


def may_begin(item: Json, now: datetime, bookings: list[Json]) -> bool:
    """Whether the service, planned for a little later, meets no other work with its people and places if it begins now."""
    wanted = [phase for phase in item["phases"] if phase["start"]]
    sooner = min(datetime.fromisoformat(phase["start"]) for phase in wanted) - now
    others = list(_others(item, bookings))
    return sooner <= EARLY and not any(_meet(phase, sooner, other) for phase in wanted for other in others)


def _others(item: Json, bookings: list[Json]) -> Iterator[Json]:
    for booking in bookings:
        for other in booking["items"]:
            if other["id"] != item["id"]:
                yield from (phase for phase in other["phases"] if phase["state"] != "done" and phase["start"])


def _meet(phase: Json, sooner: timedelta, other: Json) -> bool:
    if not any(phase[name] and phase[name] == other[name] for name in ("technician_id", "place_id")):
        return False
    start = datetime.fromisoformat(phase["start"])
    return datetime.fromisoformat(other["start"]) < start and datetime.fromisoformat(other["end"]) > start - sooner
