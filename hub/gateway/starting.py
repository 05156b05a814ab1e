"""The server's beginning and end: the hub starts, or waits for its database and says so in a line instead of a traceback."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import structlog
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from hub.gateway.fluent import preferred_language
from hub.gateway.problems import problem_response
from hub.kernel.away import is_away
from hub.kernel.errors import UNAVAILABLE, Refused
from hub.kernel.keyring import WrongKeysError
from hub.kernel.moved import StoreMovedError
from hub.kernel.text import Language
from hub.migrations.run import SchemaUnknownError

AGAIN_FIRST_SECONDS = 0.5
AGAIN_MOST_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Starting:
    """The server's lifespan. Until the hub has started, its API and sockets say that they are not there yet; pages are."""

    def __init__(
        self,
        start: Callable[[], Awaitable[None]],
        close: Callable[[], Awaitable[None]],
        *,
        ready: Callable[[], bool],
        url: str,
        language: Language,
    ) -> None:
        self._start = start
        self._close = close
        self._ready = ready
        self._has_server = not url.startswith("sqlite")
        self._where = make_url(url).render_as_string(hide_password=True)
        self._language = language

    def before(self, app: ASGIApp) -> ASGIApp:
        """The application from the moment on when the hub has started."""

        async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
            if self._ready() or not _asks_the_hub(scope):
                await app(scope, receive, send)
            elif scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1013})
            else:
                language = preferred_language(Headers(scope=scope).get("accept-language"), self._language)
                await problem_response(Refused(UNAVAILABLE, what="start"), language)(scope, receive, send)

        return asgi

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """The lifespan protocol of ASGI."""
        await receive()
        waiting: asyncio.Task[None] | None = None
        try:
            await self._start()
        except Exception as error:
            if not self._may_pass(error):
                plain = isinstance(error, StoreMovedError | SchemaUnknownError | WrongKeysError)
                said = str(error) if plain else self._said(error)
                if said is None:
                    log.exception("the hub does not start")
                await send({"type": "lifespan.startup.failed", "message": said or f"the hub does not start: {error}"})
                return
            waiting = asyncio.create_task(self._try_again(error), name="starting")
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if waiting is not None:
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        await self._close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _try_again(self, error: Exception) -> None:
        pause = AGAIN_FIRST_SECONDS
        while True:
            log.warning(self._said(error) or f"the hub does not start yet: {error}", again_in_seconds=pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, AGAIN_MOST_SECONDS)
            try:
                await self._start()
            except Exception as latest:
                error = latest
                continue
            log.info("the database answers, the hub has started")
            return

    def _said(self, error: Exception) -> str | None:
        """What is the matter with the database, for whoever reads the log; None when it is something else."""
        fault = error.__cause__ if isinstance(error, Refused) and error.__cause__ is not None else error
        reason = str(getattr(fault, "orig", None) or fault).partition("\n")[0] or type(fault).__name__
        if self._may_pass(error):
            return f"the database {self._where} does not answer: {reason}"
        if isinstance(fault, asyncpg.PostgresError | DBAPIError):
            return f"the database {self._where} refuses: {reason}"
        return None

    def _may_pass(self, error: Exception) -> bool:
        return self._has_server and (is_away(error) or (isinstance(error, Refused) and error.kind is UNAVAILABLE))


def _asks_the_hub(scope: Scope) -> bool:
    path: str = scope["path"]
    return scope["type"] == "websocket" or path.startswith(("/api/", "/socket.io/"))
