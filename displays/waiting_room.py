"""The waiting room's screen: who is called where, who is next, and what time it is. Codes instead of names by default."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from displays.touching import FLOOR_FACTS
from hub.catalog.house import NameForm, house_rules
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.kernel.commands import StoreFacts
from hub.kernel.text import Bilingual
from hub.operations.bookings.masking import called_name, initials
from hub.operations.planning.live_day import BookingOfDay, LiveDay
from hub.operations.planning.queries import live_day

RECENT_CALLS = 4
RECENT_FOR = timedelta(minutes=20)
"""How long an answered call stays in sight: long enough for somebody who was outside."""


class Guest(BaseModel):
    """A customer as a public screen may show them; `name` is None where the store shows codes only."""

    model_config = ConfigDict(frozen=True)

    visit_id: str
    color: str
    number: int
    name: Bilingual | None


class Call(Guest):
    place: Bilingual | None
    called_at: datetime
    count: int


class Waiting(Guest):
    window_start: datetime | None
    window_end: datetime | None
    state: Literal["waiting", "paused", "soon"]


class WaitingRoomView(View):
    now: datetime
    opens: datetime | None
    closes: datetime | None
    calling: list[Call]
    """Called and not yet at the place, newest first."""
    recent: list[Call]
    queue: list[Waiting]
    voice: list[Literal["zh", "en"]]
    repeat_seconds: int
    """A call is said again after this time, of the hub's clock, until the customer is at the place."""


async def read(reading: Reading, params: NoParams) -> WaitingRoomView:
    now = reading.now
    day = await live_day(reading.session, reading.store, reading.vault, now, reading.store.days.of(now))
    rules = house_rules(reading.store.settings)
    form = rules.waiting_room_name
    called = sorted((b for b in day.bookings if b.called_at), key=lambda b: b.called_at or now, reverse=True)
    return WaitingRoomView(
        store=head_of(reading.store),
        now=now,
        opens=day.opens,
        closes=day.closes,
        calling=[_call(day, b, form) for b in called if b.visit_state == "called"],
        recent=[
            _call(day, b, form)
            for b in called
            if b.visit_state in ("in_room", "in_service") and b.called_at and now - b.called_at <= RECENT_FOR
        ][:RECENT_CALLS],
        queue=_queue(day, form, now),
        voice=_voice(reading.store),
        repeat_seconds=rules.call_repeat_seconds,
    )


def _guest(booking: BookingOfDay, form: NameForm) -> dict[str, object]:
    name = None
    if form == "surname_title":
        name = called_name(booking.customer_name, booking.customer_title)
    elif form == "initial":
        name = Bilingual(zh=initials(booking.customer_name), en=initials(booking.customer_name))
    return {
        "visit_id": booking.visit_id,
        "color": booking.code_color or "ink",
        "number": booking.code_number or 0,
        "name": name,
    }


def _call(day: LiveDay, booking: BookingOfDay, form: NameForm) -> Call:
    place = day.place(booking.called_place_id)
    return Call.model_validate(
        _guest(booking, form)
        | {"place": place.name if place else None, "called_at": booking.called_at, "count": booking.call_count}
    )


def _queue(day: LiveDay, form: NameForm, now: datetime) -> list[Waiting]:
    waiting = [
        b for b in map(day.booking, day.line) if b is not None and b.visit_state in ("arrived", "forms_pending", "waiting")
    ]
    return [_waiting(b, form, now) for b in waiting]


def _waiting(booking: BookingOfDay, form: NameForm, now: datetime) -> Waiting:
    told = booking.told(now)
    return Waiting.model_validate(
        _guest(booking, form)
        | {
            "window_start": told.start,
            "window_end": told.end,
            "state": "paused" if booking.paused else "soon" if _is_soon(booking, now) else "waiting",
        }
    )


def _is_soon(booking: BookingOfDay, now: datetime) -> bool:
    return booking.planned_start is not None and booking.planned_start - now <= timedelta(minutes=5)


def _voice(store: StoreFacts) -> list[Literal["zh", "en"]]:
    return ["en", "zh"] if store.language == "en" else ["zh", "en"]


screen = Screen(
    name="waiting-room",
    permission="screen.waiting_room",
    params=NoParams,
    view=WaitingRoomView,
    read=read,
    touched_by=FLOOR_FACTS,
    audience=lambda actor, params: "",
    refresh=timedelta(seconds=30),
)
