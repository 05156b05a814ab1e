"""The addresses of passkeys: offers that the browser signs, and what it signed."""

from __future__ import annotations

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.backoffice.security.commands.accounts import Password
from hub.backoffice.security.commands.passkeys import Credential, PasskeyName, PasskeyOffer
from hub.backoffice.security.commands.sign_in import Token
from hub.backoffice.security.errors import (
    PASSKEY_REFUSED,
    PASSKEYS_NOT_HERE,
    SIGN_IN_EXPIRED,
    TOO_MANY_TRIES,
    WRONG_PASSWORD,
)
from hub.backoffice.security.routing import Body, Desk, EnteredBody, Parts, RouteFacts, origin_of, source_of
from hub.kernel.errors import CONFLICT, NOT_SIGNED_IN


class PresentBody(Body):
    present: Password
    """The present password."""


class FirstOfferBody(Body):
    step: Token


class FirstPasskeyBody(Body):
    step: Token
    name: PasskeyName
    credential: Credential


class AskBody(Body):
    step: Token | None = Field(default=None, description="After the password; without it the passkey comes in alone.")


class UseBody(Body):
    credential: Credential
    step: Token | None = None


route_specs = (
    RouteFacts(
        "POST",
        "/api/passkeys/offer",
        "looks at the staff seat itself, and at the present password",
        "What the browser makes a passkey of, for whoever is signed in; `security.add_passkey` takes it.",
        PresentBody,
        PasskeyOffer,
        (WRONG_PASSWORD, TOO_MANY_TRIES, NOT_SIGNED_IN, PASSKEYS_NOT_HERE, CONFLICT),
    ),
    RouteFacts(
        "POST",
        "/api/sign-in/passkey-setup",
        "needs the secret of a step",
        "What the browser makes the first passkey of, where a second factor is obligatory.",
        FirstOfferBody,
        PasskeyOffer,
        (SIGN_IN_EXPIRED, PASSKEYS_NOT_HERE, CONFLICT),
    ),
    RouteFacts(
        "POST",
        "/api/sign-in/passkey-setup/finish",
        "needs the secret of a step",
        "The first passkey: it is kept, and the sign-in goes on.",
        FirstPasskeyBody,
        EnteredBody,
        (SIGN_IN_EXPIRED, PASSKEY_REFUSED),
    ),
    RouteFacts(
        "POST",
        "/api/sign-in/passkey",
        "whoever wants in is nobody yet; offers are counted",
        "A challenge for a passkey: alone, or as the second factor of a step.",
        AskBody,
        PasskeyOffer,
        (SIGN_IN_EXPIRED, TOO_MANY_TRIES, PASSKEYS_NOT_HERE),
    ),
    RouteFacts(
        "POST",
        "/api/sign-in/passkey/finish",
        "needs a signature; tries are counted",
        "What the passkey signed.",
        UseBody,
        EnteredBody,
        (SIGN_IN_EXPIRED, TOO_MANY_TRIES, PASSKEY_REFUSED),
    ),
)


class PasskeyRoutes:
    """One method per address."""

    def __init__(self, parts: Parts) -> None:
        self._desk = Desk(parts)

    def routes(self) -> list[Route]:
        return [
            Route("/api/passkeys/offer", self.offer, methods=["POST"]),
            Route("/api/sign-in/passkey-setup", self.first_offer, methods=["POST"]),
            Route("/api/sign-in/passkey-setup/finish", self.first, methods=["POST"]),
            Route("/api/sign-in/passkey", self.ask, methods=["POST"]),
            Route("/api/sign-in/passkey/finish", self.use, methods=["POST"]),
        ]

    async def offer(self, request: Request) -> Response:
        body = await self._desk.body(request, PresentBody)
        person = await self._desk.credentials.identify(request, "staff")
        offer = await self._desk.entrance.passkey_offer(person, body.present, origin_of(request))
        return JSONResponse(offer.model_dump())

    async def first_offer(self, request: Request) -> Response:
        body, mark = await self._desk.body(request, FirstOfferBody), await self._desk.mark(request)
        return JSONResponse((await self._desk.entrance.first_passkey_offer(mark, body.step, origin_of(request))).model_dump())

    async def first(self, request: Request) -> Response:
        body, mark = await self._desk.body(request, FirstPasskeyBody), await self._desk.mark(request)
        return self._desk.entered(await self._desk.entrance.first_passkey(mark, body.step, body.name, body.credential))

    async def ask(self, request: Request) -> Response:
        body, mark = await self._desk.body(request, AskBody), await self._desk.mark(request)
        offer = await self._desk.entrance.passkey_challenge(mark, origin_of(request), source_of(request), body.step)
        return JSONResponse(offer.model_dump())

    async def use(self, request: Request) -> Response:
        body, mark = await self._desk.body(request, UseBody), await self._desk.mark(request)
        return self._desk.entered(await self._desk.entrance.by_passkey(mark, body.credential, source_of(request), body.step))
