"""Fresh one-time links to every screen, for whoever sits at the server's own command line."""

from __future__ import annotations

from dataclasses import dataclass

from hub.backoffice.security.commands.links import MakeLink
from hub.backoffice.security.queries import Account, accounts
from hub.backoffice.security.roles import DeviceKind, takes_tablets
from hub.kernel.access import system
from hub.kernel.dispatch import Door


@dataclass(frozen=True, slots=True)
class Link:
    """A way to one screen. `whom` names the person that it signs in; None where it pairs a device or is open to all."""

    screen: str
    path: str
    whom: str | None = None


async def fresh_links(door: Door, store_id: str) -> list[Link]:
    """One link per screen, and one per technician who can take a tablet. Each works once, within 24 hours."""
    async with door.database.read(store_id) as session:
        people = [a for a in await accounts(session, door.vault) if a.active]
    links = []
    if manager := _first(people, "manager"):
        links.append(await _for_person(door, store_id, "home", "/", manager))
    if desk := _first(people, "front_desk") or _first(people, "manager"):
        links.append(await _for_person(door, store_id, "desk", "/desk", desk))
    links.append(await _for_device(door, store_id, "waiting-room", "/waiting-room", "waiting_room"))
    links.append(await _for_device(door, store_id, "kiosk", "/kiosk", "kiosk"))
    for person in people:
        if person.has_pin and takes_tablets(person.technician_id, person.roles):
            links.append(await _for_technician(door, store_id, person))
    links.append(Link("book", "/book"))
    return links


def _first(people: list[Account], role: str) -> Account | None:
    return next((a for a in people if role in a.roles), None)


async def _for_person(door: Door, store_id: str, screen: str, to: str, person: Account) -> Link:
    path = await _made(door, store_id, MakeLink(screen=screen, to=to, account_id=person.id))
    return Link(screen, path, person.name)


async def _for_device(door: Door, store_id: str, screen: str, to: str, kind: DeviceKind) -> Link:
    return Link(screen, await _made(door, store_id, MakeLink(screen=screen, to=to, device_kind=kind)))


async def _for_technician(door: Door, store_id: str, person: Account) -> Link:
    command = MakeLink(
        screen="technician",
        to="/technician",
        account_id=person.id,
        device_kind="technician_tablet",
        device_name=person.name[:60],
    )
    return Link("technician", await _made(door, store_id, command), person.name)


async def _made(door: Door, store_id: str, command: MakeLink) -> str:
    answered = await door.submit(command, system(store_id, "links"), door.chance.id())
    return str(answered.result["path"])
