"""What a new shop still lacks before it can take its first customer, in the order in which it is put in."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from hub.catalog.queries import catalog_of
from hub.gateway.screens import Reading
from hub.operations.stations.queries import places
from hub.operations.team.queries import shifts, technicians

AHEAD = timedelta(days=14)
"""How far ahead somebody must be on shift."""


class Step(BaseModel):
    """One step; its words are the page's."""

    model_config = ConfigDict(frozen=True)

    step: Literal["places", "services", "team", "hours"]
    path: str
    done: bool


async def first_steps(reading: Reading) -> list[Step]:
    """All steps while one is missing, none afterwards."""
    team = await technicians(reading.session, active=True)
    steps = [
        Step(step="places", path="/catalog#places", done=any(place.active for place in await places(reading.session))),
        Step(
            step="services",
            path="/catalog#services",
            done=any(service.active for service in (await catalog_of(reading.session)).services.values()),
        ),
        Step(step="team", path="/team", done=bool(team)),
        Step(step="hours", path="/team", done=bool(await shifts(reading.session, reading.now, reading.now + AHEAD))),
    ]
    return [] if all(step.done for step in steps) else steps
