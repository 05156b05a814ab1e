"""The start page: every screen that the looker may see, one tap away."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from displays.privacy.facts import PRIVACY_FACTS
from displays.security.facts import SECURITY_FACTS
from displays.security.first_steps import Step, first_steps
from displays.security.looking import Who, audience_of, may, who_looks
from displays.touching import FLOOR_FACTS
from hub.backoffice.alarms import queries as alarms
from hub.backoffice.alarms.events import AlarmClosed, AlarmRaised
from hub.backoffice.privacy import queries as privacy
from hub.backoffice.security.ports import wall_of
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of
from hub.operations.planning.queries import live_day

Group = Literal["floor", "customers", "office"]


class Entry(BaseModel):
    """One screen; its words and picture are the page's."""

    model_config = ConfigDict(frozen=True)

    screen: str
    path: str
    group: Group
    waiting: int = 0
    """How many things there wait for this person: requests to decide, alarms to look at."""


class Glance(BaseModel):
    """The floor in a few figures."""

    model_config = ConfigDict(frozen=True)

    to_come: int
    waiting: int
    in_service: int
    served: int
    needs_a_hand: int
    """Of the desk's entries those that press, as the desk counts them; alarms are counted at their own tile."""


class HomeView(View):
    who: Who | None
    entries: list[Entry]
    glance: Glance | None
    """For those who may see the floor."""
    first_steps: list[Step]
    """For those who put a shop in, until it is."""


_ENTRIES: tuple[tuple[Entry, str], ...] = (
    (Entry(screen="desk", path="/desk", group="floor"), "floor.see"),
    (Entry(screen="technician", path="/technician", group="floor"), "screen.technician"),
    (Entry(screen="waiting-room", path="/waiting-room", group="customers"), "screen.waiting_room"),
    (Entry(screen="kiosk", path="/kiosk", group="customers"), "screen.kiosk"),
    (Entry(screen="book", path="/book", group="customers"), "screen.book"),
    (Entry(screen="lengths", path="/lengths", group="office"), "floor.see"),
    (Entry(screen="look-back", path="/look-back", group="office"), "screen.look_back"),
    (Entry(screen="devices", path="/devices", group="office"), "screen.devices"),
    (Entry(screen="team", path="/team", group="office"), "team.edit"),
    (Entry(screen="catalog", path="/catalog", group="office"), "catalog.edit"),
    (Entry(screen="wording", path="/wording", group="office"), "catalog.edit"),
    (Entry(screen="staff", path="/staff", group="office"), "screen.staff"),
    (Entry(screen="roles", path="/roles", group="office"), "screen.roles"),
    (Entry(screen="privacy", path="/privacy", group="office"), "screen.privacy"),
    (Entry(screen="alarms", path="/alarms", group="office"), "alarms.handle"),
    (Entry(screen="audit", path="/audit", group="office"), "audit.read"),
    (Entry(screen="backups", path="/backups", group="office"), "screen.backups"),
    (Entry(screen="me", path="/me", group="office"), "screen.me"),
)

_MY_VISITS = Entry(screen="my-visits", path="/my-visits", group="customers")
"""For people who are not known here: neither staff at work nor a device of the house looks for its own visits."""

_WAITING = frozenset({"arrived", "forms_pending", "waiting", "called"})
_IN_SERVICE = frozenset({"in_room", "in_service"})
_SERVED = frozenset({"served", "at_checkout", "paid", "left"})


async def read(reading: Reading, params: NoParams) -> HomeView:
    waiting = await _waiting(reading)
    entries = [
        entry.model_copy(update={"waiting": waiting.get(entry.screen, 0)})
        for entry, permission in _ENTRIES
        if may(reading, permission)
    ]
    return HomeView(
        store=head_of(reading.store),
        who=await who_looks(reading),
        entries=[*entries, _MY_VISITS] if reading.actor.kind in {"anonymous", "customer"} else entries,
        glance=await _glance(reading) if may(reading, "floor.see") else None,
        first_steps=await first_steps(reading) if may(reading, "catalog.edit") and may(reading, "team.edit") else [],
    )


async def _waiting(reading: Reading) -> dict[str, int]:
    waiting = {}
    if may(reading, "privacy.approve"):
        now = wall_of(reading.ports).now()
        waiting["privacy"] = await privacy.waiting_for(reading.session, reading.actor.id, now)
    if may(reading, "alarms.handle"):
        waiting["alarms"] = len(await alarms.open_alarms(reading.session))
    return waiting


async def _glance(reading: Reading) -> Glance:
    today = reading.store.days.of(reading.now)
    day = await live_day(reading.session, reading.store, reading.vault, reading.now, today)
    visits = [b.visit_state for b in day.bookings if b.visit_state is not None]
    return Glance(
        to_come=sum(b.visit_state is None and b.state in {"confirmed", "expected"} for b in day.bookings),
        waiting=sum(state in _WAITING for state in visits),
        in_service=sum(state in _IN_SERVICE for state in visits),
        served=sum(state in _SERVED for state in visits),
        needs_a_hand=sum(entry.severity != "info" for entry in day.attention),
    )


screen = Screen(
    name="home",
    permission="screen.home",
    params=NoParams,
    view=HomeView,
    read=read,
    touched_by=SECURITY_FACTS | FLOOR_FACTS | PRIVACY_FACTS | {AlarmRaised, AlarmClosed},
    audience=lambda actor, params: audience_of(actor),
    refresh=timedelta(seconds=30),
)
