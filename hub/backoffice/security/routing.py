"""What the addresses of identity have in common: bodies in, cookies out, and what the OpenAPI document tells of each.

Guards around them (origin, body size, headers, problem documents) are the gateway's; refusals are raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hub.backoffice.security.commands.sessions import Entry, Need, Pass
from hub.backoffice.security.entrance import Entrance
from hub.backoffice.security.obligation import Way
from hub.backoffice.security.ports import Credentials, Seat, incoming
from hub.kernel.access import ANYBODY, Actor
from hub.kernel.commands import Ports
from hub.kernel.dispatch import Door
from hub.kernel.errors import INVALID, ErrorKind, Refused


class Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class EnteredBody(BaseModel):
    """What the browser is told; the credential itself travels as a cookie that no script reads."""

    outcome: str
    step: str | None = None
    needs: Need | None = None
    ways: list[Way] = Field(default_factory=list)
    """With what the second factor can be shown; a recovery code always can."""
    to: str | None = None
    recovery_codes: list[str] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """A route as the matrix of permissions and the OpenAPI document know it. `answer` None: it leads to a page."""

    method: str
    path: str
    why: str
    summary: str
    body: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    errors: tuple[ErrorKind, ...] = ()
    permission: str = ANYBODY


BodyT = TypeVar("BodyT", bound=Body)

BY_THE_USER = {"sec-fetch-site": "none", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-user": "?1"}
"""What a browser says of an address that its user typed or opened: no page led there (W3C Fetch Metadata). Over plain HTTP
browsers say so on their own machine only, and elsewhere nothing of it."""


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def door(self) -> Door: ...
    @property
    def callers(self) -> Credentials: ...
    @property
    def ports(self) -> Ports: ...


class Desk:
    """Reads what comes in and hands out what was earned."""

    def __init__(self, parts: Parts) -> None:
        self.door = parts.door
        self.entrance = Entrance(parts.door)
        self.credentials = parts.callers
        self._ports = parts.ports

    async def mark(self, request: Request) -> Actor:
        """Nobody yet, in a browser that may be known."""
        return await self.credentials.identify(request, "browser")

    async def body(self, request: Request, model: type[BodyT]) -> BodyT:
        """Raises `invalid`, or the gateway's refusals."""
        try:
            return model.model_validate(await incoming(self._ports).read(request))
        except ValidationError as error:
            fields = [{"field": ".".join(map(str, e["loc"])), "problem": e["type"]} for e in error.errors()]
            raise Refused(INVALID, fields=fields) from None

    async def link_is_asked_about(self, request: Request, token: str) -> bool:
        """Whether a page asks before a one-time link is opened: where it takes the place of who is signed in, and where a
        browser that could say that its user went there does not. A page elsewhere would else have its reader work as somebody
        else, and whatever looks at addresses beforehand (a message's preview, a reader of QR codes) would spend it for nobody.
        """
        tells = request.url.scheme == "https" or any(name in request.headers for name in BY_THE_USER)
        if tells and any(request.headers.get(name) != said for name, said in BY_THE_USER.items()):
            return True
        seats: tuple[Seat, ...] = ("staff", "technician")
        for seat in seats:
            person = await self.credentials.identify(request, seat)
            if await self.entrance.is_for_another(person, token):
                return True
        return False

    def entered(self, entry: Entry) -> Response:
        told = EnteredBody.model_validate(entry.model_dump(include=set(EnteredBody.model_fields)))
        return self.with_passes(JSONResponse(told.model_dump()), entry.passes)

    def with_passes(self, response: Response, passes: list[Pass]) -> Response:
        seats = {given.seat for given in passes}
        for given in passes:
            self.credentials.give(response, given.seat, given.token, timedelta(seconds=given.lasts_seconds))
        if "tablet" in seats and "technician" not in seats:
            self.credentials.take(response, "technician")
        return response


def source_of(request: Request) -> str:
    """The network address from which a request comes, for counting."""
    return request.client.host if request.client else "unknown"


def origin_of(request: Request) -> str:
    """The page's origin as its browser says; checked against the host by the gateway's guard."""
    return request.headers.get("origin", "")[:200]
