"""The whole live day as data: for wall boards of one's own, integrations, and the demo's simulated people."""

from __future__ import annotations

from datetime import timedelta

from displays.touching import FLOOR_FACTS
from hub.catalog.queries import ServiceFacts, catalog_of
from hub.gateway.screens import Params, Reading, Screen, View, head_of
from hub.kernel.wall_time import WallDate
from hub.operations.planning.live_day import LiveDay
from hub.operations.planning.queries import live_day


class FloorParams(Params):
    """`date` is the store's present business day when left out."""

    date: WallDate | None = None


class FloorView(View):
    day: LiveDay
    services: list[ServiceFacts]


async def read(reading: Reading, params: FloorParams) -> FloorView:
    day = params.date or reading.store.days.of(reading.now)
    catalog = await catalog_of(reading.session)
    return FloorView(
        store=head_of(reading.store),
        day=await live_day(reading.session, reading.store, reading.vault, reading.now, day),
        services=list(catalog.services.values()),
    )


screen = Screen(
    name="floor",
    permission="floor.see",
    params=FloorParams,
    view=FloorView,
    read=read,
    touched_by=FLOOR_FACTS,
    audience=lambda actor, params: str(params.date),
    refresh=timedelta(seconds=30),
)
