"""What the hub promises and has learned: the share of windows kept, whether their odds are true, how long services take."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel, ConfigDict

from displays.touching import FLOOR_FACTS
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.kernel.text import Bilingual
from hub.operations.planning.lengths import ENOUGH
from hub.operations.planning.record import length_record, promise_record


class _Piece(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class Share(_Piece):
    """Windows whose service has begun, how many of them in time, and the same in percent."""

    settled: int
    kept: int
    share: float | None


class Odds(_Piece):
    """Windows told with odds from `low` to `high`; `least` and `most` bound the true share at 95 %."""

    low: int
    high: int
    settled: int
    kept: int
    stated: float | None
    share: float | None
    least: float | None
    most: float | None


class Person(_Piece):
    technician_id: str
    technician: Bilingual
    seen: int
    learned: float
    planned: int
    low: float
    high: float


class Service(_Piece):
    service_id: str
    service: Bilingual
    catalog: int
    seen: int
    learned: float
    counts: bool
    people: list[Person]


class LengthsView(View):
    today: Share
    week: Share
    month: Share
    quarter: Share
    odds: list[Odds]
    services: list[Service]
    enough: int
    """Finished services from which on the plan goes by what was learned."""


async def read(reading: Reading, params: NoParams) -> LengthsView:
    session, store = reading.session, reading.store
    promises = await promise_record(session, store, reading.now)
    services = await length_record(session, store, store.days.of(reading.now))
    return LengthsView(
        store=head_of(store),
        today=Share.model_validate(promises.today),
        week=Share.model_validate(promises.week),
        month=Share.model_validate(promises.month),
        quarter=Share.model_validate(promises.quarter),
        odds=[Odds.model_validate(band) for band in promises.bands],
        services=[Service.model_validate(service) for service in services],
        enough=ENOUGH,
    )


screen = Screen(
    name="lengths",
    permission="floor.see",
    params=NoParams,
    view=LengthsView,
    read=read,
    touched_by=frozenset(
        event
        for event in FLOOR_FACTS
        if event.event_type in {"visits.service_started", "catalog.service_put", "team.technician_put", "planning.step_undone"}
    ),
    audience=lambda actor, params: "",
    refresh=timedelta(minutes=10),
)
