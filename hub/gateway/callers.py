"""Who calls: from cookies, one per seat, or from an `Authorization` header, to an actor.

A browser may hold several credentials side by side, one per seat, so that one machine can show every screen; a page says
which seat it takes with the header `X-Salon-Seat` (sockets: `auth.seat`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Scope

from hub.gateway.refusals import ACTOR
from hub.gateway.sessions import SessionBook
from hub.kernel.access import Access, Actor, anonymous
from hub.kernel.errors import NOT_SIGNED_IN, Refused

SEAT_HEADER = "x-salon-seat"
AS_HEADER = "x-salon-as"
"""Whose tap it is, by her id. A tablet that was cut off sends what somebody tapped hours ago; another may be signed in now."""

COOKIE = "salon_hub"
HOST_PREFIX = "__Host-"
"""What the names of the cookies begin with over TLS: browsers then take them from this very host alone, and only over TLS
(RFC 6265bis 4.1.3.2). Without TLS a browser would refuse them."""

FIRST_SEAT = "staff"
"""The seat of every page that says none of its own, and the one whose cookie bears the plain name."""

MARK_SEAT = "browser"
"""The seat that opens nothing: it marks a browser that somebody once signed in with."""

TOKEN_MAX_CHARS = 2_000

TokenReader = Callable[[str], Awaitable[Actor | None]]
"""From a credential of some scheme (`Authorization: <Scheme> <credential>`) to its actor."""


class Callers:
    """Finds the actor of a request or a socket."""

    def __init__(
        self,
        book: SessionBook,
        access: Access,
        *,
        seats: Mapping[str, tuple[str, ...]],
        schemes: Mapping[str, TokenReader],
        store_id: Callable[[], str],
    ) -> None:
        """`seats`: for each page's seat, whose credentials count, best first; "" is the order where no seat is said."""
        self._book = book
        self._access = access
        self._seats = dict(seats)
        self._schemes = {"bearer": book.actor_of, **{name.lower(): read for name, read in schemes.items()}}
        self._store_id = store_id

    async def caller(
        self,
        connection: HTTPConnection,
        permission: str | None = None,
        *,
        seat: str | None = None,
        authorization: str | None = None,
        use: bool = True,
    ) -> Actor:
        """The actor who calls; of several credentials the first that is good and, where no seat is said, that may."""
        actor = await self._found(connection, permission, seat, authorization, use)
        connection.scope[ACTOR] = actor
        return actor

    async def _found(
        self, connection: HTTPConnection, permission: str | None, seat: str | None, authorization: str | None, use: bool
    ) -> Actor:
        said = authorization or connection.headers.get("authorization")
        if said:
            return await self._by_scheme(said) or self._nobody(None)
        seat = seat if seat is not None else connection.headers.get(SEAT_HEADER, "")
        found = [actor async for actor in self._credentials(connection, seat, use)]
        if permission is not None and not seat:
            found = [a for a in found if self._access.allows(a, permission)] or found
        return found[0] if found else self._nobody(await self.identify(connection, MARK_SEAT))

    async def identify(self, connection: HTTPConnection, seat: str, *, use: bool = True) -> Actor:
        """The actor of exactly this seat's credential; anonymous when it holds none, or none that is still good."""
        token = connection.cookies.get(sent_name(seat, connection), "")
        actor = await self._book.actor_of(token, use=use) if 0 < len(token) <= TOKEN_MAX_CHARS else None
        return actor or anonymous(self._store_id())

    def give(self, response: Response, seat: str, token: str, lasts: timedelta) -> None:
        """Set the seat's cookie; no script can read it, no other site's form sends it. Over TLS the guard makes it Secure and
        gives it its prefix."""
        response.set_cookie(
            cookie_name(seat),
            token,
            max_age=int(lasts.total_seconds()),
            path="/",
            httponly=True,
            samesite="lax",
        )

    def take(self, response: Response, seat: str) -> None:
        """Clear the seat's cookie."""
        response.delete_cookie(cookie_name(seat), path="/", httponly=True, samesite="lax")

    async def _credentials(self, connection: HTTPConnection, seat: str, use: bool) -> AsyncIterator[Actor]:
        for name in self._seats.get(seat.replace("-", "_"), (FIRST_SEAT,)):
            if sent_name(name, connection) not in connection.cookies:
                continue
            actor = await self.identify(connection, name, use=use)
            if actor.kind != "anonymous":
                yield actor

    async def _by_scheme(self, authorization: str) -> Actor | None:
        scheme, _, credential = authorization.partition(" ")
        read = self._schemes.get(scheme.lower())
        if read is None or not 0 < len(credential) <= TOKEN_MAX_CHARS:
            return None
        return await read(credential.strip())

    def _nobody(self, mark: Actor | None) -> Actor:
        stranger = anonymous(self._store_id())
        return stranger if mark is None else replace(stranger, device_id=mark.device_id)


def require_sender(connection: HTTPConnection, actor: Actor) -> None:
    """Raises `not_signed_in` where what is sent was meant to be another's than the actor's."""
    meant = connection.headers.get(AS_HEADER)
    if meant and meant not in (actor.subject, actor.id):
        raise Refused(NOT_SIGNED_IN)


def carries_cookie(connection: HTTPConnection) -> bool:
    """Whether the browser sent a credential by itself, so that another site could have made it ask."""
    return any(name.removeprefix(HOST_PREFIX).startswith(COOKIE) for name in connection.cookies)


def cookie_name(seat: str) -> str:
    return COOKIE if seat == FIRST_SEAT else f"{COOKIE}_{seat}"


def sent_name(seat: str, connection: HTTPConnection) -> str:
    """The name under which this connection's browser keeps a seat's cookie. Over TLS only the prefixed one counts: another
    host of the same domain, or somebody on the line before TLS, may have set the plain one."""
    return f"{HOST_PREFIX}{cookie_name(seat)}" if is_over_tls(connection.scope) else cookie_name(seat)


def is_over_tls(scope: Scope) -> bool:
    return scope.get("scheme") in {"https", "wss"}


def authorization_of(auth: Mapping[str, str]) -> str | None:
    """A visit link's token or a session's token, where the client says one."""
    if "visit" in auth:
        return f"Visit {auth['visit']}"
    if "token" in auth:
        return f"Bearer {auth['token']}"
    return None
