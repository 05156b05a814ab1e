"""Days that are over against the best that could have been made of them, for the manager."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from displays.security.looking import NAMES, may, name_for, roles_of
from hub.gateway.screens import NoParams, Params, Reading, Screen, Thinking, View, head_of
from hub.kernel.text import Bilingual
from hub.kernel.wall_time import WallDate
from hub.operations.planning.live_day import LiveDay
from hub.operations.planning.looking_back import Look, LookingBack
from hub.operations.planning.past_days import days_with_visits, stamp_of
from hub.operations.planning.queries import live_day
from hub.operations.planning.retrospect import Hit, Lane, Price, Retrospect, Stretch


class _Piece(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class Day(_Piece):
    """A day that is over, and how many came."""

    day: date
    came: int


class LookBackView(View):
    days: list[Day]
    """The latest first."""


class Level(_Piece):
    """What was lost over the day, in customers, promises, minutes or services by `name`: as it went, in the best plan, and,
    where that is proven, what nobody could have done with less."""

    name: str
    went: int
    could: int
    least: int | None


class Block(_Piece):
    """One service by one technician without a pause. `late`: the visit began after its window."""

    booking_id: str
    name: str
    service: Bilingual
    start: datetime
    end: datetime
    late: bool


class Row(_Piece):
    """A technician's day, as it went and in the best plan."""

    technician_id: str
    technician: Bilingual
    shifts: list[tuple[datetime, datetime]]
    went: list[Block]
    could: list[Block]


class Harmed(_Piece):
    """A customer who fared worse than in the best plan; a start of None: they were not served."""

    booking_id: str
    name: str
    late: int
    waited: int
    went: datetime | None
    went_with: Bilingual | None
    could: datetime | None
    could_with: Bilingual | None
    price_minor: int


class Cost(_Piece):
    """What cost it: `who` was in the way, or left; `technician` was held up, away, or idle."""

    cause: str
    technician: Bilingual | None
    who: str | None
    at: datetime
    minutes: int
    late: int
    waited: int
    unserved: int
    lost_minor: int
    """Today's prices of what was not done."""
    hits: list[Harmed]


class Found(_Piece):
    came: int
    served: int
    windows: int
    kept: int
    could_served: int
    could_kept: int
    walk_ins: int
    stayed_away: int
    levels: list[Level]
    proven: bool
    contradictory: bool
    """The record has what cannot have been, so that nothing is proven."""
    seconds: float
    begins: datetime
    ends: datetime
    rows: list[Row]
    costs: list[Cost]
    worse_off: int
    worse_off_minutes: int


class DayParams(Params):
    day: WallDate


class LookBackDayView(View):
    day: date
    state: Literal["over", "not_over", "nobody"]
    found: Found | None


async def read(reading: Reading, params: NoParams) -> LookBackView:
    days = await days_with_visits(reading.session, reading.store, reading.now)
    return LookBackView(store=head_of(reading.store), days=[Day.model_validate(day) for day in days])


async def read_day(reading: Reading, params: DayParams) -> LookBackDayView | Thinking[LookBackDayView]:
    store, day = reading.store, params.day
    if day >= store.days.of(reading.now):
        return LookBackDayView(store=head_of(store), day=day, state="not_over", found=None)
    words = _Words(await live_day(reading.session, store, reading.vault, reading.now, day), reads_names=may(reading, NAMES))
    look = Look(store.id, day, await stamp_of(reading.session, store, day))
    looking = reading.ports.get(LookingBack)

    async def finish() -> LookBackDayView:
        found = await looking.look(look)
        told = None if found is None else _found(found, words)
        return LookBackDayView(store=head_of(store), day=day, state="nobody" if told is None else "over", found=told)

    return Thinking(finish)


class _Words:
    """Names for ids, as the looker may read them."""

    def __init__(self, day: LiveDay, *, reads_names: bool) -> None:
        self._names = {b.id: name_for(b.customer_name, reads_names=reads_names) for b in day.bookings}
        self._services = {item.id: item.service for b in day.bookings for item in b.items}
        self._technicians = {t.id: t.name for t in day.technicians}

    def customer(self, booking_id: str) -> str:
        return self._names.get(booking_id, "")

    def service(self, item_id: str) -> Bilingual:
        return self._services.get(item_id, Bilingual(zh="", en=""))

    def technician(self, technician_id: str | None) -> Bilingual | None:
        return self._technicians.get(technician_id or "")


def _found(found: Retrospect, words: _Words) -> Found:
    went, could = found.went, found.could
    return Found(
        came=went.came,
        served=went.served,
        windows=went.windows,
        kept=went.kept,
        could_served=could.served,
        could_kept=could.kept,
        walk_ins=found.walk_ins,
        stayed_away=found.stayed_away,
        levels=[Level.model_validate(level) for level in found.levels],
        proven=found.proven,
        contradictory=bool(found.broken),
        seconds=round(found.seconds, 1),
        begins=found.begins,
        ends=found.ends,
        rows=[_row(lane, words) for lane in found.lanes],
        costs=[_cost(price, words) for price in found.prices],
        worse_off=found.worse_off,
        worse_off_minutes=found.worse_off_minutes,
    )


def _row(lane: Lane, words: _Words) -> Row:
    return Row(
        technician_id=lane.technician_id,
        technician=words.technician(lane.technician_id) or Bilingual(zh="", en=""),
        shifts=list(lane.shifts),
        went=[_block(stretch, words) for stretch in lane.went],
        could=[_block(stretch, words) for stretch in lane.could],
    )


def _block(stretch: Stretch, words: _Words) -> Block:
    return Block(
        booking_id=stretch.booking_id,
        name=words.customer(stretch.booking_id),
        service=words.service(stretch.item_id),
        start=stretch.start,
        end=stretch.end,
        late=stretch.late,
    )


def _cost(price: Price, words: _Words) -> Cost:
    hits = [_harmed(hit, words) for hit in price.hits]
    return Cost(
        cause=price.cause,
        technician=words.technician(price.technician_id),
        who=None if price.booking_id is None else words.customer(price.booking_id),
        at=price.at,
        minutes=price.minutes,
        late=sum(hit.late for hit in hits),
        waited=sum(hit.waited for hit in hits),
        unserved=sum(hit.went is None for hit in hits),
        lost_minor=sum(hit.price_minor for hit in hits),
        hits=hits,
    )


def _harmed(hit: Hit, words: _Words) -> Harmed:
    return Harmed(
        booking_id=hit.booking_id,
        name=words.customer(hit.booking_id),
        late=hit.late,
        waited=hit.waited,
        went=hit.went,
        went_with=words.technician(hit.went_with),
        could=hit.could,
        could_with=words.technician(hit.could_with),
        price_minor=hit.price_minor,
    )


screen = Screen(
    name="look-back",
    permission="screen.look_back",
    params=NoParams,
    view=LookBackView,
    read=read,
    touched_by=frozenset(),
    audience=lambda actor, params: "",
    refresh=timedelta(minutes=10),
)

day_screen = Screen(
    name="look-back-day",
    permission="screen.look_back",
    params=DayParams,
    view=LookBackDayView,
    read=read_day,
    touched_by=frozenset(),
    audience=lambda actor, params: f"{params.day}:{roles_of(actor)}",
    thinks=True,
)
