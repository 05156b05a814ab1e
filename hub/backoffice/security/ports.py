"""What identity needs from the gateway, filled in by the composition root."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from hub.kernel.access import Actor, ActorKind
from hub.kernel.commands import Context, Ports
from hub.kernel.text import Language

Seat = Literal["staff", "kiosk", "waiting_room", "tablet", "technician", "browser", "customer"]
"""One browser may hold several credentials side by side, one per seat, so that a shop with one PC can open every screen in it.

A page says which seat it takes (header `X-Salon-Seat`, socket `auth.seat`); what counts is the first valid credential of:
kiosk: kiosk, staff; waiting-room: waiting_room, staff; technician: technician, tablet, staff; customer: customer;
any other page: staff.
`browser` opens nothing: it marks a browser that once signed in, and gives the anonymous actor a `device_id`.
"""


class Wall(Protocol):
    """The time on the wall, also where the store's day runs faster: expiries and tries are meant in real minutes."""

    def now(self) -> datetime: ...


class Sessions(Protocol):
    """Server-side sessions. Opening and revoking happen inside the command's transaction; sockets are cut after its commit."""

    async def open(self, context: Context, actor: Actor, *, lasts: timedelta, idle: timedelta | None = None) -> str:
        """Keep a session for `actor` and return its token, a secret that is kept only as a hash.

        The session ends `lasts` after now, or `idle` after its last use.
        """
        ...

    async def revoke(
        self,
        context: Context,
        *,
        session_id: str | None = None,
        actor_id: str | None = None,
        device_id: str | None = None,
        kind: ActorKind | None = None,
        spare: str | None = None,
    ) -> int:
        """End the sessions that match what is given (at least one of the first three), but for the one that is spared.

        Open sockets close within two seconds.
        """
        ...

    async def forget(self, context: Context, before: datetime) -> None:
        """Remove the store's sessions that ended before this moment."""
        ...


class Credentials(Protocol):
    """Cookies on their way out, and actors on their way in."""

    async def identify(self, connection: HTTPConnection, seat: Seat) -> Actor:
        """The actor of exactly this seat's credential; anonymous when it holds none, or none that is still good."""
        ...

    def give(self, response: Response, seat: Seat, token: str, lasts: timedelta) -> None:
        """Set the seat's cookie: HttpOnly, SameSite=Lax, Path=/, Secure wherever the hub is reached over TLS."""
        ...

    def take(self, response: Response, seat: Seat) -> None:
        """Clear the seat's cookie."""
        ...


class Address(Protocol):
    """Under which address the house is reached."""

    def base(self) -> str:
        """Scheme and host without a slash at the end."""
        ...


class Wording(Protocol):
    """Sentences for messages that leave the house, in the store's own words where it has some."""

    def __call__(
        self, language: Language, message_id: str, params: Mapping[str, Any] | None = None, store_id: str = ""
    ) -> str | None: ...


class Incoming(Protocol):
    """Bodies on their way in, within the gateway's limits of size, depth and rate."""

    async def read(self, request: Request) -> Any:
        """The JSON value of the body. Raises the gateway's refusals."""
        ...


def incoming(ports: Ports) -> Incoming:
    found: Incoming = ports.get(Incoming)  # type: ignore[type-abstract]  # the port is found by its Protocol
    return found


def address_of(ports: Ports) -> Address:
    found: Address = ports.get(Address)  # type: ignore[type-abstract]  # the port is found by its Protocol
    return found


def wording(ports: Ports) -> Wording:
    found: Wording = ports.get(Wording)  # type: ignore[type-abstract]  # the port is found by its Protocol
    return found


def worded(ports: Ports, store_id: str, language: Language, message_id: str, params: Mapping[str, Any] | None = None) -> str:
    """Raises LookupError where the language lacks the sentence."""
    said = wording(ports)(language, message_id, params, store_id)
    if said is None:
        raise LookupError(message_id)
    return said


def wall_of(ports: Ports) -> Wall:
    found: Wall = ports.get(Wall)  # type: ignore[type-abstract]  # the port is found by its Protocol
    return found


def wall_now(context: Context) -> datetime:
    """The present moment on the wall's clock."""
    return wall_of(context.ports).now()


def sessions(context: Context) -> Sessions:
    """The gateway's sessions."""
    found: Sessions = context.ports.get(Sessions)  # type: ignore[type-abstract]  # the port is found by its Protocol
    return found
