"""Really free starts: what the booking page, the kiosk, the desk and a customer who moves are offered."""

from __future__ import annotations

from datetime import date as date_type
from datetime import datetime, timedelta
from typing import cast, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator

from displays.touching import FLOOR_FACTS
from hub.catalog.queries import ServiceFacts, catalog_of, closed_days, holiday, opening
from hub.gateway.screens import Params, Reading, Screen, View, head_of
from hub.kernel.access import Actor
from hub.kernel.ids import Id
from hub.kernel.text import Bilingual
from hub.kernel.wall_time import WallDate
from hub.operations.bookings.ports import FreeStart, Requested, SlotFinder, SlotRequest, Wish
from hub.operations.bookings.queries import BookingFacts, PriorityRule, booking_facts, priority_rule, tier_of
from hub.operations.team.queries import TechnicianFacts, shifts, technicians

DAYS_MAX = 14
SERVICES_MAX = 8
"""As many as a booking has at most."""

_REQUESTS = get_args(Requested)


def _is_id(value: str) -> bool:
    return len(value) == 32 and set(value) <= set("0123456789abcdef")


class SlotParams(Params):
    """`services`: ids separated by commas, in the order wanted. One wish about the person holds for those without their own:
    `service~requested~technician`, of which the last part may be empty.
    """

    services: str = Field("", max_length=75 * SERVICES_MAX)
    requested: Requested = "any"
    technician_id: Id | None = None
    date_from: WallDate | None = None
    days: int = Field(DAYS_MAX, ge=1, le=DAYS_MAX)
    moving: bool = False
    """Another start for the reader's own booking, which holds up none but the one that it has."""

    @field_validator("services")
    @classmethod
    def _written(cls, value: str) -> str:
        parts = value.split(",") if value else []
        if len(parts) > SERVICES_MAX:
            raise ValueError("too many services")
        for part in parts:
            service, *wish = part.split("~")
            requested, technician = (*wish, "", "")[:2]
            if not _is_id(service) or len(wish) > 2 or (wish and requested not in _REQUESTS):
                raise ValueError("ids of 32 hexadecimal digits, separated by commas, each with its wish or without")
            if (requested in ("prefers", "must")) != _is_id(technician):
                raise ValueError("a technician with prefers and must")
        return value

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """One for each service."""
        parts = [part.split("~") for part in self.services.split(",")] if self.services else []
        return tuple(
            Wish(service, cast(Requested, wish[0]), "".join(wish[1:]) or None)
            if wish
            else Wish(service, self.requested, self.technician_id)
            for service, *wish in parts
        )


class FreeSlot(BaseModel):
    model_config = ConfigDict(frozen=True)

    start: datetime
    end: datetime
    technician_ids: list[str]
    odds: int
    """Percent that the start is kept."""


class SlotDay(BaseModel):
    model_config = ConfigDict(frozen=True)

    date: date_type
    opens: datetime | None
    """None: closed, and `why` says why where a reason is known."""
    closes: datetime | None
    why: Bilingual | None
    holiday: Bilingual | None
    staffed: bool
    """Whether somebody who is asked for and can do it is on shift; a day without is not full, it has no roster."""
    starts: list[FreeSlot]
    peak_opens: datetime | None
    """From when on the first of this day's free starts at a peak time can be booked by the reader; None: none is held back."""


class SlotsView(View):
    now: datetime
    days: list[SlotDay]


async def read(reading: Reading, params: SlotParams) -> SlotsView:
    store, session = reading.store, reading.session
    today = store.days.of(reading.now)
    first = max(params.date_from or today, today)
    dates = [first + timedelta(days=n) for n in range(params.days)]
    free = await _free(reading, params, first)
    rule = priority_rule(store.settings)
    tier = await tier_of(session, reading.actor) if rule.windows else None
    by_day: dict[date_type, list[FreeSlot]] = {}
    opens: dict[date_type, datetime] = {}
    for slot in free:
        closed_until = _closed_until(rule, slot.start, tier, reading)
        if closed_until is not None:
            day = store.days.of(slot.start)
            opens[day] = min(closed_until, opens.get(day, closed_until))
            continue
        offered = FreeSlot(start=slot.start, end=slot.end, technician_ids=list(slot.technician_ids), odds=slot.odds)
        by_day.setdefault(store.days.of(slot.start), []).append(offered)
    closed = await closed_days(session, dates[0], dates[-1])
    staffed = await _staffed(reading, params, dates)
    days = []
    for date in dates:
        hours = await opening(session, store, date)
        days.append(
            SlotDay(
                date=date,
                opens=hours[0] if hours else None,
                closes=hours[1] if hours else None,
                why=closed.get(date),
                holiday=holiday(store, date),
                staffed=date in staffed,
                starts=by_day.get(date, []),
                peak_opens=opens.get(date),
            )
        )
    return SlotsView(store=head_of(store), now=reading.now, days=days)


def _closed_until(rule: PriorityRule, start: datetime, tier: str | None, reading: Reading) -> datetime | None:
    return rule.closed_until(start, tier, reading.now, reading.store.days) if tier is not None else None


async def _staffed(reading: Reading, params: SlotParams, dates: list[date_type]) -> set[date_type]:
    """Days on which every step has somebody on shift who can do it; sickness and leave make a day full."""
    services = (await catalog_of(reading.session)).services
    wishes = [wish for wish in params.wishes if wish.service_id in services]
    team = {person.id: person for person in await technicians(reading.session, active=True)}
    on_shift: dict[date_type, list[TechnicianFacts]] = {}
    days = reading.store.days
    for shift in await shifts(reading.session, days.span(dates[0])[0], days.span(dates[-1])[1]):
        if shift.technician_id in team:
            on_shift.setdefault(shift.date, []).append(team[shift.technician_id])
    return {
        day for day, people in on_shift.items() if all(_can_be_met(wish, services[wish.service_id], people) for wish in wishes)
    }


def _can_be_met(wish: Wish, service: ServiceFacts, people: list[TechnicianFacts]) -> bool:
    asked_for = [person for person in people if _is_asked_for(person, wish)]
    return bool(asked_for) and all(any(phase.is_for(person.skills) for person in asked_for) for phase in service.phases)


def _is_asked_for(person: TechnicianFacts, wish: Wish) -> bool:
    if wish.requested == "must":
        return person.id == wish.technician_id
    return wish.requested not in {"woman", "man"} or person.gender == wish.requested


async def _free(reading: Reading, params: SlotParams, first: date_type) -> list[FreeStart]:
    if not params.services:
        return []
    finder = reading.ports.get(SlotFinder)  # type: ignore[type-abstract]  # a port is known by its Protocol
    moving = await _moving(reading) if params.moving else None
    request = SlotRequest(params.wishes, first, params.days, moving=moving.id if moving else None)
    free = await finder.free_starts(reading.session, reading.store, reading.now, request)
    return [start for start in free if moving is None or start.start != moving.booked_start]


async def _moving(reading: Reading) -> BookingFacts | None:
    """The booking whose link the reader has."""
    own = reading.actor.subject if reading.actor.kind == "customer" else None
    return await booking_facts(reading.session, own) if own else None


def _audience(actor: Actor, params: SlotParams) -> str:
    """A customer's tier decides what is open, so each has their own; the staff see everything; strangers see the same."""
    who = actor.key if actor.kind == "customer" else "staff" if actor.kind in {"staff", "system"} else "strangers"
    return f"{who} {params.model_dump_json()}"


screen = Screen(
    name="slots",
    permission="screen.book",
    params=SlotParams,
    view=SlotsView,
    read=read,
    touched_by=FLOOR_FACTS,
    audience=_audience,
    refresh=timedelta(minutes=2),
)
