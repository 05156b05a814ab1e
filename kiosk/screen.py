"""The kiosk's view: what the conversation on this device shows now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from hub.backoffice.security.qr import matrix
from hub.catalog import events as catalog
from hub.catalog.house import house_rules
from hub.catalog.queries import Catalog, ServiceFacts, catalog_of, consent_forms, opening
from hub.gateway.address import PublicAddress
from hub.gateway.screens import NoParams, Reading, Screen, head_of
from hub.kernel.events import event_types
from hub.kernel.text import language_of
from hub.operations.bookings import events as bookings
from hub.operations.bookings.masking import masked_name
from hub.operations.bookings.ports import Wish
from hub.operations.bookings.queries import booking_facts, customer_of, link_of
from hub.operations.forms import events as forms
from hub.operations.forms.queries import forms_of_booking
from hub.operations.planning import events as planning
from hub.operations.planning.live_day import LiveDay
from hub.operations.planning.queries import earliest, live_day
from hub.operations.stations import events as stations
from hub.operations.team import events as team
from hub.operations.team.queries import TechnicianFacts, technicians
from hub.operations.visits import events as visits
from kiosk import events
from kiosk.commands import name_needed
from kiosk.conversation import State, Step
from kiosk.sessions import COUNTDOWN, IDLE, Kept, device_of, kept_session, wall_now
from kiosk.views import FormToSign, Greeting, KioskService, KioskView, Result, Wait

EARLY = timedelta(minutes=30)
LATE = timedelta(minutes=10)
PHONE_DIGITS = {"CN": 11, "HK": 8, "SG": 8, "US": 10}
"""Where every mobile number has this many digits (ITU-T E.164 national numbering plans), the last one ends the entry."""

MOMENT = timedelta(seconds=1)
FIRST_HOUR, LAST_HOUR = 9, 20
"""Offered on a day without opening hours."""

Parts = dict[str, Any]


async def read(reading: Reading, params: NoParams) -> KioskView:
    device = device_of(reading.actor)
    kept = await kept_session(reading.session, reading.store.id, reading.vault, device, wall_now(reading.ports))
    hours = await opening(reading.session, reading.store, reading.store.days.of(reading.now))
    view = KioskView(
        store=head_of(reading.store),
        now=reading.now,
        step=kept.state.step,
        step_token=kept.token,
        helped=kept.state.helped,
        idle_seconds=int(IDLE.total_seconds()),
        countdown_seconds=int(COUNTDOWN.total_seconds()),
        language=language_of(reading.store.language),
        phone_digits=PHONE_DIGITS.get(reading.store.country),
        way=kept.state.way,
        opens=hours[0] if hours else None,
        closes=hours[1] if hours else None,
        waiting=0,
        hours=[],
        people=[],
        greeting=None,
        services=[],
        chosen=[],
        waits=[],
        offer=None,
        form=None,
        name_needed=False,
        result=None,
        link_qr=[],
    )
    more = _PARTS.get(kept.state.step)
    return view.model_copy(update=await more(reading, kept, view)) if more else view


async def _welcome(reading: Reading, kept: Kept, view: KioskView) -> Parts:
    return {"waiting": len((await _day(reading)).queue)}


async def _hour(reading: Reading, kept: Kept, view: KioskView) -> Parts:
    if view.opens is None or view.closes is None:
        return {"hours": list(range(FIRST_HOUR, LAST_HOUR + 1))}
    zone = reading.store.zone
    first, last = view.opens.astimezone(zone), (view.closes - MOMENT).astimezone(zone)
    span = int((last - first + timedelta(minutes=first.minute)).total_seconds() // 3600)
    return {"hours": [(first.hour + number) % 24 for number in range(span + 1)]}


async def _whose(reading: Reading, kept: Kept, view: KioskView) -> Parts:
    people = [await _greeting(reading, booking_id) for booking_id in kept.state.bookings]
    return {"people": [person for person in people if person is not None]}


async def _known(reading: Reading, kept: Kept, view: KioskView) -> Parts:
    found: Parts = {"greeting": await _greeting(reading, kept.state.booking_id)}
    if kept.state.step in ("elsewhen", "over"):
        found["link_qr"] = await _visit_qr(reading, kept.state)
    return found


async def _greeting(reading: Reading, booking_id: str | None) -> Greeting | None:
    facts = await booking_facts(reading.session, booking_id) if booking_id else None
    if facts is None:
        return None
    customer = await customer_of(reading.session, reading.vault, facts.customer_id) if facts.customer_id else None
    offered = await catalog_of(reading.session)
    booking = (await _day(reading, facts.booked_start)).booking(facts.id)
    who = next((p.technician_id for i in (booking.items if booking else ()) for p in i.phases if p.technician_id), None)
    person = next((t for t in await technicians(reading.session) if t.id == who), None)
    apart = facts.booked_start - reading.now
    timing: Literal["early", "on_time", "late"] = "early" if apart > EARLY else "late" if apart < -LATE else "on_time"
    return Greeting(
        booking_id=facts.id,
        name=masked_name(customer.name if customer else ""),
        start=facts.booked_start,
        services=[offered.services[item.service_id].name for item in facts.items],
        technician=person.name if person else None,
        timing=timing,
        minutes=abs(round(apart.total_seconds() / 60)),
        is_here=facts.state == "arrived",
    )


async def _form(reading: Reading, kept: Kept, view: KioskView) -> Parts:
    form = (await consent_forms(reading.session)).get(kept.state.form)
    if form is None:
        return {}
    return {"form": FormToSign(form=form.code, version=form.version, name=form.name, text=form.text)}


async def _name(reading: Reading, kept: Kept, view: KioskView) -> Parts:
    return {"name_needed": await name_needed(reading.session, kept.state.service_ids)}


async def _services(reading: Reading, kept: Kept, view: KioskView) -> Parts:
    offered = await catalog_of(reading.session)
    return {"services": [_service(each) for each in offered.services.values() if each.active]}


async def _who(reading: Reading, kept: Kept, view: KioskView) -> Parts:
    """The wait for each choice that this store can meet, before anybody is asked for a name or number."""
    offered = await catalog_of(reading.session)
    able = _able(offered, await technicians(reading.session), kept.state)
    waits = [await _wait(reading, kept.state, "any", None)]
    for gender in ("woman", "man"):
        if any(person.gender == gender for person in able):
            waits.append(await _wait(reading, kept.state, cast(Any, gender), None))
    for person in able:
        waits.append(await _wait(reading, kept.state, "must", person))
    full = all(wait.start is None for wait in waits)
    return {"waits": waits, "chosen": _chosen(offered, kept.state), **(_to_book(reading) if full else {})}


async def _offer(reading: Reading, kept: Kept, view: KioskView) -> Parts:
    state = kept.state
    person = next((t for t in await technicians(reading.session) if t.id == state.technician_id), None)
    chosen = _chosen(await catalog_of(reading.session), state)
    offer = await _wait(reading, state, state.requested, person)
    return {"offer": offer, "chosen": chosen, **(_to_book(reading) if offer.start is None else {})}


async def _later(reading: Reading, kept: Kept, view: KioskView) -> Parts:
    return _to_book(reading)


def _to_book(reading: Reading) -> Parts:
    return {"link_qr": matrix(_base(reading) + "/book")}


async def _result(reading: Reading, kept: Kept, view: KioskView) -> Parts:
    day = await _day(reading)
    booking = day.booking(kept.state.booking_id or "")
    if booking is None or booking.code_color is None or booking.code_number is None:
        return {}
    place, told = day.place(booking.called_place_id), booking.told(reading.now)
    standings = {form.standing for form in await forms_of_booking(reading.session, booking.id)}
    result = Result(
        color=booking.code_color,
        number=booking.code_number,
        window_start=told.start,
        window_end=told.end,
        odds=told.odds,
        ahead=day.queue.index(booking.id) if booking.id in day.queue else None,
        seat=house_rules(reading.store.settings).waiting_area,
        place=place.name if place else None,
        follow_qr=await _visit_qr(reading, kept.state),
        health_noted=kept.state.health_changed,
        form="open" if "missing" in standings else "to_confirm" if "to_confirm" in standings else "none",
        others=bool(kept.state.bookings),
    )
    return {"result": result}


async def _visit_qr(reading: Reading, state: State) -> list[str]:
    token = await link_of(reading.session, reading.vault, state.booking_id or "")
    return matrix(f"{_base(reading)}/v/{token}") if token else []


def _base(reading: Reading) -> str:
    found: PublicAddress = reading.ports.get(PublicAddress)  # type: ignore[type-abstract]  # known by its Protocol
    return found.base()


async def _day(reading: Reading, at: datetime | None = None) -> LiveDay:
    date = reading.store.days.of(at or reading.now)
    return await live_day(reading.session, reading.store, reading.vault, reading.now, date)


async def _wait(
    reading: Reading, state: State, requested: Literal["any", "woman", "man", "must"], person: TechnicianFacts | None
) -> Wait:
    named = person.id if person else None
    wishes = tuple(Wish(service, requested, named) for service in state.service_ids)
    free = await earliest(reading.session, reading.store, reading.now, reading.ports, wishes)
    return Wait(
        requested=requested,
        technician_id=named,
        technician=person.name if person else None,
        start=free.start if free else None,
        end=free.end if free else None,
        odds=free.odds if free else None,
    )


def _able(offered: Catalog, people: list[TechnicianFacts], state: State) -> list[TechnicianFacts]:
    """Who can do all of the chosen services."""
    phases = [phase for service in state.service_ids for phase in offered.services[service].phases if phase.skill]
    return [
        person
        for person in people
        if person.active and all(person.skills.get(phase.skill or "", 0) >= phase.min_level for phase in phases)
    ]


def _chosen(offered: Catalog, state: State) -> list[KioskService]:
    return [_service(offered.services[service]) for service in state.service_ids if service in offered.services]


def _service(service: ServiceFacts) -> KioskService:
    return KioskService(
        id=service.id,
        name=service.name,
        category=service.category,
        minutes=service.minutes,
        price_minor=service.price_minor,
    )


_PARTS: dict[Step, Callable[[Reading, Kept, KioskView], Awaitable[Parts]]] = {
    "welcome": _welcome,
    "hour": _hour,
    "whose": _whose,
    "confirm": _known,
    "consent": _known,
    "form": _form,
    "name": _name,
    "elsewhen": _known,
    "over": _known,
    "service": _services,
    "who": _who,
    "offer": _offer,
    "later": _later,
    "result": _result,
    "already": _result,
}
_MODULES = frozenset(module.__name__ for module in (bookings, catalog, events, forms, planning, stations, team, visits))

screen = Screen(
    name="kiosk",
    permission="screen.kiosk",
    params=NoParams,
    view=KioskView,
    read=read,
    touched_by=frozenset(event for event in event_types().values() if event.__module__ in _MODULES),
    audience=lambda actor, params: device_of(actor),
    refresh=timedelta(seconds=30),
)
