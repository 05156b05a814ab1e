"""Files to take away: a customer's copy, and the list of all customers. Taking one is a command first, and then the file."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Annotated, Literal, Protocol, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from sqlalchemy import select
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Route

from hub.backoffice.privacy.commands.approvals import TakeList
from hub.backoffice.privacy.commands.copies import TakeCopy, TakeOwnCopy
from hub.backoffice.privacy.commands.seeing import Note, Reason
from hub.backoffice.privacy.copy_page import as_page
from hub.backoffice.privacy.copying import copy_of
from hub.backoffice.privacy.customer_list import MIME, lines_of, spreadsheet
from hub.backoffice.privacy.errors import APPROVAL_OVER, REASON_MISSING, TOO_MANY_REVEALED
from hub.backoffice.security.ports import incoming, wall_of, wording
from hub.backoffice.security.routing import RouteFacts
from hub.kernel.access import Actor
from hub.kernel.commands import Command, Ports
from hub.kernel.dispatch import Door, facts_of
from hub.kernel.errors import INVALID, NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.kernel.tables import EventRow, Store
from hub.kernel.text import Language

SENT_AGAIN = timedelta(minutes=10)
"""After this a request that comes again is another look at what is held, which may have changed since."""

Form = Literal["json", "page"]
CommandId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{16,64}$")]


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class CopyBody(_Body):
    """`id` is the command's: sent again within ten minutes, the same copy is not put on record twice."""

    id: CommandId
    customer_id: Id
    reason: Reason = "request"
    note: Note | None = None
    form: Form = "page"


class OwnCopyBody(_Body):
    id: CommandId
    form: Form = "page"


class ListBody(_Body):
    id: CommandId
    approval_id: Id
    language: Language = "zh"


BodyT = TypeVar("BodyT", bound=_Body)

route_specs = (
    RouteFacts(
        "POST",
        "/api/privacy/copy",
        "a customer's copy, taken by the store; on record",
        "Everything that is held of a customer, as JSON or as a page.",
        CopyBody,
        None,
        (NOT_FOUND, REASON_MISSING, TOO_MANY_REVEALED),
        permission="privacy.copy",
    ),
    RouteFacts(
        "POST",
        "/api/privacy/own-copy",
        "a customer's own copy; on record",
        "Everything that is held of oneself.",
        OwnCopyBody,
        None,
        (NOT_FOUND,),
        permission="privacy.own",
    ),
    RouteFacts(
        "POST",
        "/api/privacy/customer-list",
        "needs the approval of a second person, good once",
        "All customers' contacts as a spreadsheet.",
        ListBody,
        None,
        (NOT_FOUND, APPROVAL_OVER),
        permission="privacy.export",
    ),
)


class Callers(Protocol):
    """Who calls."""

    async def caller(self, connection: HTTPConnection, permission: str | None = None) -> Actor: ...


class Parts(Protocol):
    """What the composition root hands in."""

    @property
    def door(self) -> Door: ...
    @property
    def callers(self) -> Callers: ...
    @property
    def ports(self) -> Ports: ...


class FileRoutes:
    """One method per address."""

    def __init__(self, parts: Parts) -> None:
        self._door = parts.door
        self._callers = parts.callers
        self._ports = parts.ports

    def routes(self) -> list[Route]:
        return [
            Route("/api/privacy/copy", self.copy, methods=["POST"]),
            Route("/api/privacy/own-copy", self.own_copy, methods=["POST"]),
            Route("/api/privacy/customer-list", self.customer_list, methods=["POST"]),
        ]

    async def copy(self, request: Request) -> Response:
        actor = await self._asker(request, "privacy.copy")
        body = await self._body(request, CopyBody)
        command = TakeCopy(customer_id=body.customer_id, reason=body.reason, note=body.note)
        return await self._copy(actor, body.id, command, body.customer_id, body.form)

    async def own_copy(self, request: Request) -> Response:
        actor = await self._asker(request, "privacy.own")
        body = await self._body(request, OwnCopyBody)
        return await self._copy(actor, body.id, TakeOwnCopy(), actor.id, body.form)

    async def customer_list(self, request: Request) -> Response:
        actor = await self._asker(request, "privacy.export")
        body = await self._body(request, ListBody)
        async with self._door.database.read(actor.store_id) as session:
            store = facts_of(await session.get_one(Store, actor.store_id))
            lines = await lines_of(session, self._door.vault, store.days)
        taken = await self._door.submit(TakeList(approval_id=body.approval_id, count=len(lines)), actor, body.id)
        if taken.repeated:
            raise Refused(APPROVAL_OVER)
        return _file(spreadsheet(lines, body.language, wording(self._ports)), MIME, "customers.xlsx")

    async def _copy(self, actor: Actor, command_id: str, command: Command, customer_id: str, form: Form) -> Response:
        taken = await self._door.submit(command, actor, command_id)
        if taken.repeated and await self._is_past(actor.store_id, taken.seq):
            await self._door.submit(command, actor, self._door.chance.id())
        async with self._door.database.read(actor.store_id) as session:
            store = facts_of(await session.get_one(Store, actor.store_id))
            made = await copy_of(session, store, self._door.vault, customer_id, wall_of(self._ports).now())
        if made is None:
            raise Refused(NOT_FOUND, what="customer")
        if form == "json":
            return _file(orjson.dumps(made, option=orjson.OPT_INDENT_2), "application/json", f"{customer_id}.json")
        page = as_page(made, store.zone, partial(wording(self._ports), store_id=store.id))
        return _file(page.encode(), "text/html; charset=utf-8", f"{customer_id}.html")

    async def _is_past(self, store_id: str, seq: int) -> bool:
        """Whether this fact is older than an answer that may have got lost on its way."""
        async with self._door.database.read(store_id) as session:
            at = await session.scalar(select(EventRow.at).where(EventRow.seq == seq))
        return at is None or self._door.clock.now() - at > SENT_AGAIN

    async def _asker(self, request: Request, permission: str) -> Actor:
        actor = await self._callers.caller(request, permission)
        self._door.access.require(actor, permission)
        return actor

    async def _body(self, request: Request, model: type[BodyT]) -> BodyT:
        try:
            return model.model_validate(await incoming(self._ports).read(request))
        except ValidationError as error:
            fields = [{"field": ".".join(map(str, e["loc"])), "problem": e["type"]} for e in error.errors()]
            raise Refused(INVALID, fields=fields) from None


def _file(body: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=kind, headers=headers)


def routes(parts: Parts) -> list[Route]:
    return FileRoutes(parts).routes()
