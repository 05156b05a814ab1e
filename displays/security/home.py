"""The start page: every screen that the looker may see, one tap away."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from displays.security.facts import SECURITY_FACTS
from displays.security.looking import Who, audience_of, may, who_looks
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of

Group = Literal["floor", "customers", "office"]


class Entry(BaseModel):
    """One screen; its words and picture are the page's."""

    model_config = ConfigDict(frozen=True)

    screen: str
    path: str
    group: Group


class HomeView(View):
    who: Who | None
    entries: list[Entry]


_ENTRIES: tuple[tuple[Entry, str], ...] = (
    (Entry(screen="desk", path="/desk", group="floor"), "floor.see"),
    (Entry(screen="technician", path="/technician", group="floor"), "screen.technician"),
    (Entry(screen="tablet", path="/technician", group="floor"), "security.tablet"),
    (Entry(screen="waiting_room", path="/waiting-room", group="customers"), "screen.waiting_room"),
    (Entry(screen="kiosk", path="/kiosk", group="customers"), "screen.kiosk"),
    (Entry(screen="book", path="/book", group="customers"), "screen.book"),
    (Entry(screen="devices", path="/devices", group="office"), "screen.devices"),
)


async def read(reading: Reading, params: NoParams) -> HomeView:
    return HomeView(
        store=head_of(reading.store),
        who=await who_looks(reading),
        entries=[entry for entry, permission in _ENTRIES if may(reading.actor, permission)],
    )


screen = Screen(
    name="home",
    permission="screen.home",
    params=NoParams,
    view=HomeView,
    read=read,
    touched_by=SECURITY_FACTS,
    audience=lambda actor, params: audience_of(actor),
)
