"""The addresses of sign-in, pairing and one-time links. They set cookies, which commands cannot.

Guards around them (origin, body size, headers, problem documents) are the gateway's; refusals are raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Protocol, TypeVar
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from hub.backoffice.security.commands.accounts import Password, Pin
from hub.backoffice.security.commands.factors import Code
from hub.backoffice.security.commands.sessions import Entry
from hub.backoffice.security.commands.sign_in import SignOut, Token
from hub.backoffice.security.entrance import Entrance
from hub.backoffice.security.errors import LINK_SPENT
from hub.backoffice.security.ports import Credentials, Seat, incoming
from hub.kernel.access import ANYBODY, Actor
from hub.kernel.commands import Ports
from hub.kernel.dispatch import Door
from hub.kernel.errors import INVALID, Refused
from hub.kernel.ids import Id

PREFETCH_HEADERS = ("sec-purpose", "purpose", "x-purpose", "x-moz")


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SignInBody(_Body):
    login: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    password: Password


class FactorBody(_Body):
    step: Token
    code: Code


class StepBody(_Body):
    step: Token


class NewPasswordBody(_Body):
    step: Token
    password: Password


class ChangePasswordBody(_Body):
    present: Password
    password: Password


class PinBody(_Body):
    technician_id: Id
    pin: Pin


class PairBody(_Body):
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]


class EnteredBody(BaseModel):
    """What the browser is told; the credential itself travels as a cookie that no script reads."""

    outcome: str
    step: str | None = None
    needs: str | None = None
    to: str | None = None
    recovery_codes: list[str] = Field(default_factory=list)


BodyT = TypeVar("BodyT", bound=_Body)


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """A route as the matrix of permissions knows it."""

    method: str
    path: str
    permission: str
    why: str


route_specs = (
    RouteFacts("POST", "/api/sign-in", ANYBODY, "whoever wants in is nobody yet; tries are counted"),
    RouteFacts("POST", "/api/sign-in/second-factor", ANYBODY, "needs the secret of a step; tries are counted"),
    RouteFacts("POST", "/api/sign-in/second-factor-setup", ANYBODY, "needs the secret of a step"),
    RouteFacts("POST", "/api/sign-in/new-password", ANYBODY, "needs the secret of a step"),
    RouteFacts("POST", "/api/change-password", ANYBODY, "looks at the staff seat itself, and at the present password"),
    RouteFacts("POST", "/api/technician-sign-in", ANYBODY, "looks at the tablet's seat itself; tries are counted"),
    RouteFacts("POST", "/api/sign-out", ANYBODY, "ends what the browser holds, if anything"),
    RouteFacts("POST", "/api/pair", ANYBODY, "needs a code; tries are counted"),
    RouteFacts("GET", "/l/{token}", ANYBODY, "needs the secret of a link"),
)


class SignInRoutes:
    """One method per address."""

    def __init__(self, door: Door, credentials: Credentials, ports: Ports) -> None:
        self._door = door
        self._entrance = Entrance(door)
        self._credentials = credentials
        self._ports = ports

    def routes(self) -> list[Route]:
        """The Starlette routes, one per entry of `route_specs`."""
        return [
            Route("/api/sign-in", self.sign_in, methods=["POST"]),
            Route("/api/sign-in/second-factor", self.second_factor, methods=["POST"]),
            Route("/api/sign-in/second-factor-setup", self.second_factor_setup, methods=["POST"]),
            Route("/api/sign-in/new-password", self.new_password, methods=["POST"]),
            Route("/api/change-password", self.change_password, methods=["POST"]),
            Route("/api/technician-sign-in", self.technician_sign_in, methods=["POST"]),
            Route("/api/sign-out", self.sign_out, methods=["POST"]),
            Route("/api/pair", self.pair, methods=["POST"]),
            Route("/l/{token}", self.link, methods=["GET"]),
        ]

    async def sign_in(self, request: Request) -> Response:
        body, mark = await self._body(request, SignInBody), await self._mark(request)
        return self._entered(await self._entrance.by_password(mark, body.login, body.password))

    async def second_factor(self, request: Request) -> Response:
        body, mark = await self._body(request, FactorBody), await self._mark(request)
        return self._entered(await self._entrance.by_step(mark, body.step, body.code))

    async def second_factor_setup(self, request: Request) -> Response:
        body, mark = await self._body(request, StepBody), await self._mark(request)
        return JSONResponse((await self._entrance.second_factor_offer(mark, body.step)).model_dump())

    async def new_password(self, request: Request) -> Response:
        body, mark = await self._body(request, NewPasswordBody), await self._mark(request)
        return self._entered(await self._entrance.with_new_password(mark, body.step, body.password))

    async def change_password(self, request: Request) -> Response:
        body = await self._body(request, ChangePasswordBody)
        person = await self._credentials.identify(request, "staff")
        return self._entered(await self._entrance.change_password(person, body.present, body.password))

    async def technician_sign_in(self, request: Request) -> Response:
        body = await self._body(request, PinBody)
        tablet = await self._credentials.identify(request, "tablet")
        return self._entered(await self._entrance.by_pin(tablet, body.technician_id, body.pin))

    async def sign_out(self, request: Request) -> Response:
        """Leaves the seat that the page takes: a tablet goes back to the choice of faces, everything else to sign-in."""
        seat: Seat = "technician" if request.headers.get("x-salon-seat") == "technician" else "staff"
        person = await self._credentials.identify(request, seat)
        if person.kind == "staff":
            await self._door.submit(SignOut(), person, self._door.chance.id())
        response = JSONResponse(EnteredBody(outcome="left").model_dump())
        self._credentials.take(response, seat)
        return response

    async def pair(self, request: Request) -> Response:
        body, mark = await self._body(request, PairBody), await self._mark(request)
        source = request.client.host if request.client else "unknown"
        return self._entered(await self._entrance.by_pairing_code(mark, body.code, source))

    async def link(self, request: Request) -> Response:
        """Opens a one-time link, unless a browser only looks ahead: that would spend it for nobody."""
        if request.method == "HEAD" or any("prefetch" in request.headers.get(name, "") for name in PREFETCH_HEADERS):
            return Response(status_code=503)
        token = request.path_params["token"]
        try:
            entry = await self._by_link(request, token)
        except Refused as refusal:
            return RedirectResponse(f"/sign-in?problem={quote(refusal.kind.code)}", status_code=303)
        response: Response
        if entry.outcome == "step":
            fragment = urlencode({"step": entry.step or "", "needs": entry.needs or ""})
            response = RedirectResponse(f"/sign-in?next={quote(entry.to or '/')}#{fragment}", status_code=303)
        else:
            response = RedirectResponse(entry.to or "/", status_code=303)
        return self._with_passes(response, entry)

    async def _by_link(self, request: Request, token: str) -> Entry:
        if not 20 <= len(token) <= 200:
            raise Refused(LINK_SPENT)
        return await self._entrance.by_link(await self._mark(request), token)

    async def _mark(self, request: Request) -> Actor:
        """Nobody yet, in a browser that may be known."""
        return await self._credentials.identify(request, "browser")

    async def _body(self, request: Request, model: type[BodyT]) -> BodyT:
        try:
            return model.model_validate(await incoming(self._ports).read(request))
        except ValidationError as error:
            fields = [{"field": ".".join(map(str, e["loc"])), "problem": e["type"]} for e in error.errors()]
            raise Refused(INVALID, fields=fields) from None

    def _entered(self, entry: Entry) -> Response:
        told = EnteredBody.model_validate(entry.model_dump(include=set(EnteredBody.model_fields)))
        return self._with_passes(JSONResponse(told.model_dump()), entry)

    def _with_passes(self, response: Response, entry: Entry) -> Response:
        seats = {given.seat for given in entry.passes}
        for given in entry.passes:
            self._credentials.give(response, given.seat, given.token, timedelta(seconds=given.lasts_seconds))
        if "tablet" in seats and "technician" not in seats:
            self._credentials.take(response, "technician")
        return response


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def door(self) -> Door: ...
    @property
    def callers(self) -> Credentials: ...
    @property
    def ports(self) -> Ports: ...


def routes(parts: Parts) -> list[Route]:
    return SignInRoutes(parts.door, parts.callers, parts.ports).routes()
