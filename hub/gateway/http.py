"""The HTTP side: commands in, views, facts and the hub's own papers out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import orjson
import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from hub.gateway.callers import Callers, require_sender
from hub.gateway.fluent import preferred_language
from hub.gateway.incoming import json_body, sent_command
from hub.gateway.metrics import CONTENT_TYPE, Metrics
from hub.gateway.openapi import document
from hub.gateway.pages import Pages
from hub.gateway.patience import while_connected
from hub.gateway.problems import METHOD_NOT_ALLOWED, NO_STORE, NO_SUCH_PAGE, problem_response
from hub.gateway.push import Publisher
from hub.gateway.rates import Rates
from hub.gateway.refusals import Refusals
from hub.gateway.views import Viewer, problems_by_field
from hub.kernel import event_log
from hub.kernel.access import ANYBODY
from hub.kernel.commands import facts_of
from hub.kernel.dispatch import Door
from hub.kernel.errors import INVALID, UNAVAILABLE, UNKNOWN_COMMAND, Refused
from hub.kernel.tables import Store
from hub.kernel.text import Language

LOG_READ = "log.read"
EVENTS_MAX = 1_000
CLIENT_CLOSED = 499
"""For the counts alone: nobody reads it."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RouteSpec:
    """A route as the matrix of permissions and the OpenAPI document know it."""

    method: str
    path: str
    permission: str
    why: str


ROUTES: tuple[RouteSpec, ...] = (
    RouteSpec("POST", "/api/commands/{name}", ANYBODY, "each command declares its own permission"),
    RouteSpec("GET", "/api/views/{screen}", ANYBODY, "each screen declares its own permission"),
    RouteSpec("POST", "/api/views/{screen}", ANYBODY, "the same, with the parameters in the body"),
    RouteSpec("GET", "/api/events", LOG_READ, "the whole log of the store"),
    RouteSpec("GET", "/api/texts/{store}/{version}", ANYBODY, "a store's own words for its screens, the public ones too"),
    RouteSpec("GET", "/api/openapi.json", ANYBODY, "the product's own description, without data"),
    RouteSpec("GET", "/healthz", ANYBODY, "alive or not"),
    RouteSpec("GET", "/metrics", ANYBODY, "counts without names"),
    RouteSpec("GET", "/{page}", ANYBODY, "pages are empty shells; their data come through views"),
)


class EventsAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    since: int = Field(0, ge=0, lt=2**53)
    limit: int = Field(200, ge=1, le=EVENTS_MAX)


class Http:
    """Handlers over the door, the viewer and the log."""

    def __init__(
        self,
        *,
        door: Door,
        viewer: Viewer,
        publisher: Publisher,
        callers: Callers,
        rates: Rates,
        refusals: Refusals,
        metrics: Metrics,
        pages: Pages,
        language: Language,
        ready: Callable[[], bool],
        failing: Callable[[], Mapping[str, str]] = dict,
        described: Sequence[object] = (),
    ) -> None:
        """`failing`: standing work that failed when it was last tried, and why in one word. `described`: further routes as the
        OpenAPI document tells of them."""
        self._door = door
        self._viewer = viewer
        self._publisher = publisher
        self._callers = callers
        self._rates = rates
        self._refusals = refusals
        self._metrics = metrics
        self._pages = pages
        self._language = language
        self._ready = ready
        self._failing = failing
        self._described = tuple(described)
        self._document: bytes | None = None

    def app(self, more: Sequence[BaseRoute] = ()) -> ASGIApp:
        """The application; `more` are routes of the composition root, which come before the pages."""
        routes: list[BaseRoute] = [
            Route("/api/commands/{name}", self.command, methods=["POST"]),
            Route("/api/views/{screen}", self.view, methods=["GET", "POST"]),
            Route("/api/events", self.events, methods=["GET"]),
            Route("/api/texts/{store}/{version}", self.texts, methods=["GET"]),
            Route("/api/openapi.json", self.openapi, methods=["GET"]),
            Route("/healthz", self.healthz, methods=["GET"]),
            Route("/metrics", self.metrics, methods=["GET"]),
            *more,
            Route("/api/{path:path}", self.no_such_page),
            Route("/{path:path}", self.page, methods=["GET"]),
        ]
        handlers = {HTTPException: self._framework_error, Refused: self._refusal, Exception: self._unexpected}
        return Starlette(routes=routes, exception_handlers=handlers)

    async def command(self, request: Request) -> Response:
        name, begun = request.path_params["name"], perf_counter()
        known = name if name in self._door.specs else "unknown"
        try:
            response = await self._command(request, name)
        except Exception as error:
            self._refusals.note(error, request)
            response = self._problem(error, request)
        self._metrics.commands.labels(known, str(response.status_code)).inc()
        self._metrics.command_seconds.labels(known).observe(perf_counter() - begun)
        return response

    async def _command(self, request: Request, name: str) -> Response:
        spec = self._door.specs.get(name)
        actor = await self._callers.caller(request, spec.permission if spec else None)
        self._rates.count("command", actor, _address(request))
        if spec is None:
            raise Refused(UNKNOWN_COMMAND, name=name[:100])
        require_sender(request, actor)
        self._door.access.require(actor, spec.permission)
        sent = await sent_command(request)
        answered = await self._door.send(name, sent.data, actor, sent.id)
        return _json({"seq": answered.seq, "result": answered.result, "repeated": answered.repeated})

    async def view(self, request: Request) -> Response:
        screen = self._viewer.screen(request.path_params["screen"])
        actor = await self._callers.caller(request, screen.permission)
        self._rates.count("view", actor, _address(request))
        in_body = request.method == "POST"
        asked = self._viewer.asked(screen, await json_body(request) if in_body else _query(request), actor)
        if screen.private and not in_body:
            raise Refused(METHOD_NOT_ALLOWED, path=request.url.path, method=request.method)
        finish = await self._publisher.begin(asked)
        try:
            shown = await (while_connected(request, finish()) if screen.thinks else finish())
        except ClientDisconnect:
            return Response(status_code=CLIENT_CLOSED)
        return Response(shown.body, media_type="application/json")

    async def events(self, request: Request) -> Response:
        actor = await self._callers.caller(request, LOG_READ)
        self._rates.count("event", actor, _address(request))
        self._door.access.require(actor, LOG_READ)
        try:
            asked = EventsAsked.model_validate(_query(request))
        except ValidationError as error:
            raise Refused(INVALID, fields=problems_by_field(error)) from None
        async with self._door.database.read(actor.store_id) as session:
            store = await session.get(Store, actor.store_id)
            if store is None:
                raise Refused(NO_STORE)
            facts = await event_log.since(session, asked.since, asked.limit)
        told = [fact.model_dump(mode="json") for fact in facts]
        return _json({"events": told, "seq": store.seq, "epoch": store.epoch})

    async def openapi(self, _request: Request) -> Response:
        if self._document is None:
            self._document = orjson.dumps(
                document(self._door.specs.values(), self._viewer.screens.values(), self._described),
                option=orjson.OPT_INDENT_2,
            )
        return Response(self._document, media_type="application/json")

    async def texts(self, request: Request) -> Response:
        """A store's own words as one Fluent file per language. A version never changes, so browsers keep it for ever."""
        self._rates.count("view", None, _address(request))
        store, version = request.path_params["store"], request.path_params["version"]
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": f'"{version}"'}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        async with self._door.database.read(store) as session:
            row = await session.get(Store, store)
            held = await self._viewer.texts.follow(session, facts_of(row)) if row is not None else None
        if held is None or held.version != version:
            raise Refused(NO_SUCH_PAGE, path=request.url.path[:200], method=request.method)
        return Response(orjson.dumps(held.files), media_type="application/json", headers=headers)

    async def healthz(self, _request: Request) -> Response:
        """200 when the hub answers and its database reads, else 503; `status` is `read_only` while nothing can be written, and
        `failing` names the standing work of this process that failed when it was last tried."""
        if not self._ready():
            raise Refused(UNAVAILABLE, what="start")
        async with self._door.database.read(None) as session:
            await session.get(Store, "")
        cause = self._door.database.writing.cause
        told: dict[str, object] = {"status": "ok"} if cause is None else {"status": "read_only", "cause": cause}
        if failing := self._failing():
            told["failing"] = failing
        return _json(told)

    async def metrics(self, _request: Request) -> Response:
        self._metrics.waiting.set(self._door.waiting)
        self._metrics.read_only.set(self._door.database.writing.cause is not None)
        self._metrics.failing.set(len(self._failing()))
        return Response(self._metrics.text(), media_type=CONTENT_TYPE)

    async def page(self, request: Request) -> Response:
        found = self._pages.answer(request)
        if found is not None:
            return found
        if self._ready():
            await self._callers.caller(request, use=False)  # whose words it is said in
        return self._pages.missing(request, self._viewer.texts.said_to(request.scope))

    async def no_such_page(self, request: Request) -> Response:
        routes = request.app.routes
        known = any(route.matches(request.scope)[0] == Match.PARTIAL for route in routes)
        raise Refused(METHOD_NOT_ALLOWED if known else NO_SUCH_PAGE, path=request.url.path[:200], method=request.method)

    async def _refusal(self, request: Request, error: Exception) -> Response:
        self._refusals.note(error, request)
        return self._problem(error, request)

    async def _unexpected(self, request: Request, error: Exception) -> Response:
        """Left to `headers.Guard`, which tells a reference; the framework would say two words that nobody can look up."""
        raise error

    async def _framework_error(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        kind = {404: NO_SUCH_PAGE, 405: METHOD_NOT_ALLOWED}.get(status)
        refused: BaseException = error if kind is None else Refused(kind, path=request.url.path[:200], method=request.method)
        response = self._problem(refused, request)
        response.headers.update(getattr(error, "headers", None) or {})
        return response

    def _problem(self, error: BaseException, request: Request) -> Response:
        return problem_response(error, self._language_of(request), self._viewer.texts.said_to(request.scope))

    def _language_of(self, request: Request) -> Language:
        return preferred_language(request.headers.get("accept-language"), self._language)


class Split:
    """Sockets to the Socket.IO server, everything else to HTTP; the hub starts and ends with the server's lifespan."""

    def __init__(self, http: ASGIApp, sockets: ASGIApp, lifespan: ASGIApp) -> None:
        self._http = http
        self._sockets = sockets
        self._lifespan = lifespan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        elif scope["type"] == "websocket" or scope["path"].startswith("/socket.io/"):
            await self._sockets(scope, receive, send)
        else:
            await self._http(scope, receive, send)


def _query(request: Request) -> dict[str, Any]:
    """Parameters by name; one that is repeated becomes a list."""
    found: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value), media_type="application/json")


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def routes_of(more: Iterable[RouteSpec]) -> tuple[RouteSpec, ...]:
    return (*ROUTES, *more)
