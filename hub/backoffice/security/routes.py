"""The addresses of sign-in, pairing and one-time links. They set cookies, which commands cannot."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from hub.backoffice.security import customer_routes, passkey_routes
from hub.backoffice.security.commands.account_mail import Email
from hub.backoffice.security.commands.accounts import PASSWORD_REFUSALS, Password, Pin
from hub.backoffice.security.commands.customers import LeaveMyVisits
from hub.backoffice.security.commands.factors import Code, FactorOffer
from hub.backoffice.security.commands.sessions import Entry
from hub.backoffice.security.commands.sign_in import LeftElsewhere, SignOut, Token
from hub.backoffice.security.customer_routes import CustomerRoutes
from hub.backoffice.security.errors import (
    LINK_SPENT,
    PAIRING_REFUSED,
    SIGN_IN_EXPIRED,
    TOO_MANY_TRIES,
    WRONG_CODE,
    WRONG_CREDENTIALS,
    WRONG_PASSWORD,
    WRONG_PIN,
)
from hub.backoffice.security.passkey_routes import PasskeyRoutes, PresentBody
from hub.backoffice.security.ports import Seat
from hub.backoffice.security.routing import Body, Desk, EnteredBody, Parts, RouteFacts, source_of
from hub.kernel.errors import CONFLICT, NOT_FOUND, NOT_SIGNED_IN, UNAVAILABLE, Refused
from hub.kernel.ids import Id
from hub.kernel.mail import INVALID_ADDRESS
from hub.kernel.text import Language

__all__ = ["PREFETCH_HEADERS", "Parts", "RouteFacts", "SignInRoutes", "route_specs", "routes"]

LEFT_BEHIND = '"cache"'
"""What a browser drops at a sign-out (W3C Clear Site Data): copies of pages, those behind the back button too. Not its storage:
there lie the taps that a tablet has not been able to send yet."""

PREFETCH_HEADERS = ("sec-purpose", "purpose", "x-purpose", "x-moz")


class SignInBody(Body):
    login: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    password: Password


class FactorBody(Body):
    step: Token
    code: Code


class StepBody(Body):
    step: Token


class NewPasswordBody(Body):
    step: Token
    password: Password


class ChangePasswordBody(Body):
    present: Password
    password: Password


class EndSessionsBody(PresentBody):
    session_id: Id | None = None
    """Which of one's own; None: all but this one."""


class PinBody(Body):
    technician_id: Id
    pin: Pin


class PairBody(Body):
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]


class OpenLinkBody(Body):
    token: Token


class ForgottenBody(Body):
    login: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class OwnMailBody(Body):
    present: Password
    email: Email
    language: Language = "zh"


PRESENT = (WRONG_PASSWORD, TOO_MANY_TRIES)

route_specs = (
    RouteFacts(
        "POST",
        "/api/sign-in",
        "whoever wants in is nobody yet; tries are counted",
        "Log-in and password.",
        SignInBody,
        EnteredBody,
        (WRONG_CREDENTIALS, TOO_MANY_TRIES),
    ),
    RouteFacts(
        "POST",
        "/api/sign-in/second-factor",
        "needs the secret of a step; tries are counted",
        "The authenticator app's code, or a recovery code.",
        FactorBody,
        EnteredBody,
        (WRONG_CODE, TOO_MANY_TRIES, SIGN_IN_EXPIRED),
    ),
    RouteFacts(
        "POST",
        "/api/sign-in/second-factor-setup",
        "needs the secret of a step",
        "What an authenticator app scans, where a second factor is obligatory.",
        StepBody,
        FactorOffer,
        (SIGN_IN_EXPIRED,),
    ),
    RouteFacts(
        "POST",
        "/api/sign-in/new-password",
        "needs the secret of a step",
        "Another password, where the old one has to go.",
        NewPasswordBody,
        EnteredBody,
        (SIGN_IN_EXPIRED, *PASSWORD_REFUSALS),
    ),
    RouteFacts(
        "POST",
        "/api/sign-in/forgotten",
        "says nothing of who exists; tries are counted",
        "A link to choose another password, by mail where an address is known. The answer is always the same.",
        ForgottenBody,
        EnteredBody,
        (TOO_MANY_TRIES, UNAVAILABLE),
    ),
    RouteFacts(
        "POST",
        "/api/change-password",
        "looks at the staff seat itself, and at the present password",
        "One's own password; every other session ends.",
        ChangePasswordBody,
        EnteredBody,
        (*PRESENT, NOT_SIGNED_IN, *PASSWORD_REFUSALS),
    ),
    RouteFacts(
        "POST",
        "/api/second-factor/offer",
        "looks at the staff seat itself, and at the present password",
        "What an authenticator app of one's own will scans.",
        PresentBody,
        FactorOffer,
        (*PRESENT, NOT_SIGNED_IN, NOT_FOUND, CONFLICT),
    ),
    RouteFacts(
        "POST",
        "/api/end-sessions",
        "looks at the staff seat itself, and at the present password",
        "One of one's own sessions, or all others, end.",
        EndSessionsBody,
        LeftElsewhere,
        (*PRESENT, NOT_SIGNED_IN, NOT_FOUND),
    ),
    RouteFacts(
        "POST",
        "/api/own-mail",
        "looks at the staff seat itself, and at the present password",
        "One's own mail address: a code goes there, and `security.confirm_own_mail` takes it.",
        OwnMailBody,
        customer_routes.AskedBody,
        (*PRESENT, NOT_SIGNED_IN, INVALID_ADDRESS, UNAVAILABLE),
    ),
    RouteFacts(
        "POST",
        "/api/technician-sign-in",
        "looks at the tablet's seat itself; tries are counted",
        "A technician's PIN on a paired tablet.",
        PinBody,
        EnteredBody,
        (WRONG_PIN, TOO_MANY_TRIES, NOT_SIGNED_IN),
    ),
    RouteFacts(
        "POST",
        "/api/sign-out",
        "ends what the browser holds, if anything",
        "Leaves the seat that the page takes.",
        None,
        EnteredBody,
    ),
    RouteFacts(
        "POST",
        "/api/pair",
        "needs a code; tries are counted",
        "A device's pairing code.",
        PairBody,
        EnteredBody,
        (PAIRING_REFUSED, TOO_MANY_TRIES),
    ),
    RouteFacts(
        "POST",
        "/api/open-link",
        "needs the secret of a link",
        "Opens a one-time link for whoever has said that they want to be signed in as somebody else.",
        OpenLinkBody,
        EnteredBody,
        (LINK_SPENT,),
    ),
    RouteFacts("GET", "/l/{token}", "needs the secret of a link", "Opens a one-time link and goes on, or asks first."),
    *passkey_routes.route_specs,
    *customer_routes.route_specs,
)


class SignInRoutes:
    """One method per address."""

    def __init__(self, parts: Parts) -> None:
        self._desk = Desk(parts)

    def routes(self) -> list[Route]:
        """The Starlette routes."""
        return [
            Route("/api/sign-in", self.sign_in, methods=["POST"]),
            Route("/api/sign-in/second-factor", self.second_factor, methods=["POST"]),
            Route("/api/sign-in/second-factor-setup", self.second_factor_setup, methods=["POST"]),
            Route("/api/sign-in/new-password", self.new_password, methods=["POST"]),
            Route("/api/sign-in/forgotten", self.forgotten, methods=["POST"]),
            Route("/api/change-password", self.change_password, methods=["POST"]),
            Route("/api/second-factor/offer", self.own_second_factor, methods=["POST"]),
            Route("/api/end-sessions", self.end_sessions, methods=["POST"]),
            Route("/api/own-mail", self.own_mail, methods=["POST"]),
            Route("/api/technician-sign-in", self.technician_sign_in, methods=["POST"]),
            Route("/api/sign-out", self.sign_out, methods=["POST"]),
            Route("/api/pair", self.pair, methods=["POST"]),
            Route("/api/open-link", self.open_link, methods=["POST"]),
            Route("/l/{token}", self.link, methods=["GET"]),
        ]

    async def sign_in(self, request: Request) -> Response:
        body, mark = await self._desk.body(request, SignInBody), await self._desk.mark(request)
        return self._desk.entered(await self._desk.entrance.by_password(mark, body.login, body.password))

    async def second_factor(self, request: Request) -> Response:
        body, mark = await self._desk.body(request, FactorBody), await self._desk.mark(request)
        return self._desk.entered(await self._desk.entrance.by_step(mark, body.step, body.code))

    async def second_factor_setup(self, request: Request) -> Response:
        body, mark = await self._desk.body(request, StepBody), await self._desk.mark(request)
        return JSONResponse((await self._desk.entrance.second_factor_offer(mark, body.step)).model_dump())

    async def new_password(self, request: Request) -> Response:
        body, mark = await self._desk.body(request, NewPasswordBody), await self._desk.mark(request)
        return self._desk.entered(await self._desk.entrance.with_new_password(mark, body.step, body.password))

    async def change_password(self, request: Request) -> Response:
        body = await self._desk.body(request, ChangePasswordBody)
        person = await self._desk.credentials.identify(request, "staff")
        return self._desk.entered(await self._desk.entrance.change_password(person, body.present, body.password))

    async def own_second_factor(self, request: Request) -> Response:
        body = await self._desk.body(request, PresentBody)
        person = await self._desk.credentials.identify(request, "staff")
        return JSONResponse((await self._desk.entrance.own_second_factor_offer(person, body.present)).model_dump())

    async def end_sessions(self, request: Request) -> Response:
        body = await self._desk.body(request, EndSessionsBody)
        person = await self._desk.credentials.identify(request, "staff")
        return JSONResponse((await self._desk.entrance.end_sessions(person, body.present, body.session_id)).model_dump())

    async def forgotten(self, request: Request) -> Response:
        body, mark = await self._desk.body(request, ForgottenBody), await self._desk.mark(request)
        await self._desk.entrance.forgotten(mark, body.login, source_of(request))
        return JSONResponse(EnteredBody(outcome="sent").model_dump())

    async def own_mail(self, request: Request) -> Response:
        body = await self._desk.body(request, OwnMailBody)
        person = await self._desk.credentials.identify(request, "staff")
        asked = await self._desk.entrance.own_mail(person, body.present, body.email, body.language)
        return JSONResponse(asked.model_dump(mode="json"))

    async def technician_sign_in(self, request: Request) -> Response:
        body = await self._desk.body(request, PinBody)
        tablet = await self._desk.credentials.identify(request, "tablet")
        return self._desk.entered(await self._desk.entrance.by_pin(tablet, body.technician_id, body.pin))

    async def sign_out(self, request: Request) -> Response:
        """Leaves the seat that the page takes: a tablet goes back to the choice of faces."""
        seat = _SEATS_LEFT.get(request.headers.get("x-salon-seat", ""), "staff")
        person = await self._desk.credentials.identify(request, seat)
        if person.kind in {"staff", "customer"}:
            left = SignOut() if person.kind == "staff" else LeaveMyVisits()
            await self._desk.door.submit(left, person, self._desk.door.chance.id())
        response = JSONResponse(EnteredBody(outcome="left").model_dump())
        self._desk.credentials.take(response, seat)
        response.headers["Clear-Site-Data"] = LEFT_BEHIND
        return response

    async def pair(self, request: Request) -> Response:
        body, mark = await self._desk.body(request, PairBody), await self._desk.mark(request)
        return self._desk.entered(await self._desk.entrance.by_pairing_code(mark, body.code, source_of(request)))

    async def link(self, request: Request) -> Response:
        """Opens a one-time link, unless a browser only looks ahead: that would spend it for nobody."""
        if request.method == "HEAD" or any("prefetch" in request.headers.get(name, "") for name in PREFETCH_HEADERS):
            return Response(status_code=503)
        token = request.path_params["token"]
        if await self._desk.link_is_asked_about(request, token):
            return RedirectResponse(f"/sign-in#link={quote(token)}", status_code=303)
        try:
            entry = await self._by_link(request, token)
        except Refused as refusal:
            return RedirectResponse(f"/sign-in?problem={quote(refusal.kind.code)}", status_code=303)
        response: Response
        if entry.outcome == "step":
            told = {"step": entry.step or "", "needs": entry.needs or "", "ways": ",".join(entry.ways)}
            fragment = urlencode(told)
            response = RedirectResponse(f"/sign-in?next={quote(entry.to or '/')}#{fragment}", status_code=303)
        else:
            response = RedirectResponse(entry.to or "/", status_code=303)
        return self._desk.with_passes(response, entry.passes)

    async def open_link(self, request: Request) -> Response:
        body = await self._desk.body(request, OpenLinkBody)
        return self._desk.entered(await self._by_link(request, body.token))

    async def _by_link(self, request: Request, token: str) -> Entry:
        if not 20 <= len(token) <= 200:
            raise Refused(LINK_SPENT)
        return await self._desk.entrance.by_link(await self._desk.mark(request), token)


_SEATS_LEFT: dict[str, Seat] = {"technician": "technician", "customer": "customer"}


def routes(parts: Parts) -> list[Route]:
    """One per entry of `route_specs`."""
    return [*SignInRoutes(parts).routes(), *PasskeyRoutes(parts).routes(), *CustomerRoutes(parts).routes()]
