"""The addresses by which customers come in: a code to their phone or mailbox."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field, model_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.backoffice.security.commands.codes import ContactCode
from hub.backoffice.security.commands.customers import CustomerEntry, Mail, Phone, Someone
from hub.backoffice.security.commands.sign_in import Token
from hub.backoffice.security.errors import CODE_REFUSED, TOO_MANY_TRIES
from hub.backoffice.security.routing import Body, Desk, Parts, RouteFacts, source_of
from hub.kernel.errors import NOT_FOUND, UNAVAILABLE
from hub.kernel.ids import Id
from hub.kernel.mail import INVALID_ADDRESS
from hub.kernel.phones import INVALID_PHONE
from hub.kernel.text import Language


class AskCodeBody(Body):
    """A phone number or a mail address, exactly one of them."""

    phone: Phone | None = None
    email: Mail | None = None
    language: Language = "zh"

    @model_validator(mode="after")
    def _one_of_them(self) -> AskCodeBody:
        if (self.phone is None) == (self.email is None):
            raise ValueError("a phone number or a mail address")
        return self


class AskedBody(BaseModel):
    """The same whether or not anybody has the address."""

    token: str
    expires_at: datetime


class UseCodeBody(Body):
    token: Token
    code: ContactCode


class ChooseBody(Body):
    token: Token
    customer_id: Id


class CameInBody(BaseModel):
    """`choose`: several share the address; names as a stranger may read them."""

    outcome: str
    people: list[Someone] = Field(default_factory=list)


route_specs = (
    RouteFacts(
        "POST",
        "/api/my-visits/code",
        "says nothing of who is a customer; asking is counted",
        "A code to a customer's phone or mailbox. The answer is always the same.",
        AskCodeBody,
        AskedBody,
        (INVALID_PHONE, INVALID_ADDRESS, TOO_MANY_TRIES, UNAVAILABLE),
    ),
    RouteFacts(
        "POST",
        "/api/my-visits/enter",
        "needs the code and the browser's own secret; tries are counted",
        "The code that came.",
        UseCodeBody,
        CameInBody,
        (CODE_REFUSED, TOO_MANY_TRIES),
    ),
    RouteFacts(
        "POST",
        "/api/my-visits/choose",
        "needs a code that was proved",
        "Who of those that share the address it is.",
        ChooseBody,
        CameInBody,
        (CODE_REFUSED, NOT_FOUND),
    ),
)


class CustomerRoutes:
    """One method per address."""

    def __init__(self, parts: Parts) -> None:
        self._desk = Desk(parts)

    def routes(self) -> list[Route]:
        return [
            Route("/api/my-visits/code", self.code, methods=["POST"]),
            Route("/api/my-visits/enter", self.enter, methods=["POST"]),
            Route("/api/my-visits/choose", self.choose, methods=["POST"]),
        ]

    async def code(self, request: Request) -> Response:
        body, mark = await self._desk.body(request, AskCodeBody), await self._desk.mark(request)
        source = source_of(request)
        asked = await self._desk.entrance.code(mark, body.phone, body.email, body.language, source)
        return JSONResponse(AskedBody(**asked.model_dump()).model_dump(mode="json"))

    async def enter(self, request: Request) -> Response:
        body, mark = await self._desk.body(request, UseCodeBody), await self._desk.mark(request)
        return self._came(await self._desk.entrance.by_code(mark, body.token, body.code, source_of(request)))

    async def choose(self, request: Request) -> Response:
        body, mark = await self._desk.body(request, ChooseBody), await self._desk.mark(request)
        return self._came(await self._desk.entrance.as_customer(mark, body.token, body.customer_id))

    def _came(self, entry: CustomerEntry) -> Response:
        told = CameInBody(outcome=entry.outcome, people=entry.people)
        return self._desk.with_passes(JSONResponse(told.model_dump()), entry.passes)
