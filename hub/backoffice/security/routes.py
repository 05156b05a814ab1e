"""The addresses of sign-in, pairing and one-time links. They set cookies, which commands cannot.

Guards around them (origin, body size, headers, problem documents) are the gateway's; refusals are raised.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Any, TypeVar, get_args
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
from hub.backoffice.security.ports import Credentials, Seat
from hub.kernel.dispatch import Door
from hub.kernel.errors import INVALID, Refused
from hub.kernel.ids import Id

ReadJson = Callable[[Request], Awaitable[Any]]
"""Reads a request's JSON within the gateway's limits."""

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


class SignInRoutes:
    """One method per address."""

    def __init__(self, door: Door, credentials: Credentials, read_json: ReadJson, store_id: Callable[[], str]) -> None:
        self._door = door
        self._entrance = Entrance(door)
        self._credentials = credentials
        self._read_json = read_json
        self._store_id = store_id

    def routes(self) -> list[Route]:
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
        body = await self._body(request, SignInBody)
        device_id = await self._mark(request)
        return self._entered(await self._entrance.by_password(self._store_id(), body.login, body.password, device_id))

    async def second_factor(self, request: Request) -> Response:
        body = await self._body(request, FactorBody)
        device_id = await self._mark(request)
        return self._entered(await self._entrance.by_step(self._store_id(), body.step, body.code, device_id))

    async def second_factor_setup(self, request: Request) -> Response:
        body = await self._body(request, StepBody)
        return JSONResponse((await self._entrance.second_factor_offer(self._store_id(), body.step)).model_dump())

    async def new_password(self, request: Request) -> Response:
        body = await self._body(request, NewPasswordBody)
        device_id = await self._mark(request)
        return self._entered(await self._entrance.with_new_password(self._store_id(), body.step, body.password, device_id))

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
        body = await self._body(request, PairBody)
        source = request.client.host if request.client else "unknown"
        return self._entered(await self._entrance.by_pairing_code(self._store_id(), body.code, source))

    async def link(self, request: Request) -> Response:
        """Opens a one-time link, unless a browser only looks ahead: that would spend it for nobody."""
        if any("prefetch" in request.headers.get(name, "") for name in PREFETCH_HEADERS):
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
            raise Refused(INVALID)
        return await self._entrance.by_link(self._store_id(), token, await self._mark(request))

    async def _mark(self, request: Request) -> str | None:
        return (await self._credentials.identify(request, "browser")).device_id

    async def _body(self, request: Request, model: type[BodyT]) -> BodyT:
        try:
            return model.model_validate(await self._read_json(request))
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


SEATS: tuple[Seat, ...] = get_args(Seat)

SEATS_OF_SCREEN: dict[str, tuple[str, ...]] = {
    "kiosk": ("kiosk", "staff"),
    "waiting_room": ("waiting_room", "staff"),
    "technician": ("technician", "tablet", "staff"),
    "": ("staff", "technician", "tablet", "kiosk", "waiting_room"),
}
"""Whose credentials count for a page that takes a seat, best first; "" is the order where no seat is said."""
