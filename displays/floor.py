"""The whole live day as data: for wall boards of one's own, integrations, and the demo's simulated people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from displays.security.looking import NAMES, may, name_for, roles_of, said_for
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


def _masked(day: LiveDay) -> LiveDay:
    """The day for whoever may see the floor and read no names: a part of each, and nothing that they said or left."""
    return replace(
        day,
        bookings=tuple(
            replace(each, customer_name=name_for(each.customer_name, reads_names=False), customer_phone_tail="", note="")
            for each in day.bookings
        ),
        attention=tuple(replace(each, said=said_for(each.said, reads_names=False)) for each in day.attention),
        undoable=tuple((step, said_for(said, reads_names=False), at) for step, said, at in day.undoable),
    )


async def read(reading: Reading, params: FloorParams) -> FloorView:
    day = params.date or reading.store.days.of(reading.now)
    catalog = await catalog_of(reading.session)
    live = await live_day(reading.session, reading.store, reading.vault, reading.now, day)
    return FloorView(
        store=head_of(reading.store),
        day=live if may(reading, NAMES) else _masked(live),
        services=list(catalog.services.values()),
    )


screen = Screen(
    name="floor",
    permission="floor.see",
    params=FloorParams,
    view=FloorView,
    read=read,
    touched_by=FLOOR_FACTS,
    audience=lambda actor, params: f"{params.date}:{roles_of(actor)}",
    refresh=timedelta(seconds=30),
)
