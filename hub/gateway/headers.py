"""What stands around every answer: security headers, the check of where a request comes from, and the last catch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.gateway.callers import carries_cookie
from hub.gateway.fluent import preferred_language
from hub.gateway.problems import FOREIGN_ORIGIN, problem_response
from hub.gateway.rates import Rates
from hub.kernel.errors import Refused
from hub.kernel.text import Language

REQUESTED_WITH = "x-requested-with"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",  # the barcode reader is WebAssembly
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000"


def same_origin(connection: HTTPConnection, public_origins: Sequence[str]) -> bool:
    """Whether the request comes from a page of this hub.

    A missing Origin passes only without cookies, for then nobody's browser was made to ask. Over TLS a page without it is
    foreign: whoever sits on the line could have written it.
    """
    origin = connection.headers.get("origin")
    if origin is None:
        return not carries_cookie(connection)
    if origin in public_origins:
        return True
    parts = urlsplit(origin)
    over_tls = connection.scope.get("scheme") in {"https", "wss"}
    return parts.scheme in ({"https"} if over_tls else {"http", "https"}) and parts.netloc == connection.headers.get("host")


class Guard:
    """ASGI middleware; sockets pass untouched, so that their transport stays reachable."""

    def __init__(self, app: ASGIApp, *, public_origins: Sequence[str], language: Language) -> None:
        self._app = app
        self._public_origins = tuple(public_origins)
        self._language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        over_tls = scope["scheme"] == "https"
        begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                _add_headers(message, over_tls)
            await send(message)

        try:
            self._check_origin(HTTPConnection(scope), scope["method"])
            await self._app(scope, receive, send_guarded)
        except Exception as error:
            response = problem_response(error, self._language_of(scope))
            if begun:
                return
            await response(scope, receive, send_guarded)

    def _check_origin(self, connection: HTTPConnection, method: str) -> None:
        if method in SAFE_METHODS:
            return
        if REQUESTED_WITH not in connection.headers or not same_origin(connection, self._public_origins):
            raise Refused(FOREIGN_ORIGIN)

    def _language_of(self, scope: Scope) -> Language:
        return preferred_language(Headers(scope=scope).get("accept-language"), self._language)


def _add_headers(message: Message, over_tls: bool) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
    if not over_tls:
        return
    headers.setdefault("Strict-Transport-Security", HSTS)
    message["headers"] = [
        (name, value + b"; Secure") if name.lower() == b"set-cookie" and b"; secure" not in value.lower() else (name, value)
        for name, value in message["headers"]
    ]


class SocketGate:
    """Lets sockets of this hub's own pages in, not too many and not too often; says no before the handshake."""

    def __init__(self, app: ASGIApp, *, public_origins: Sequence[str], rates: Rates, room_for_more: Callable[[], bool]) -> None:
        self._app = app
        self._public_origins = tuple(public_origins)
        self._rates = rates
        self._room_for_more = room_for_more

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not self._may_enter(HTTPConnection(scope)):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        await self._app(scope, receive, send)

    def _may_enter(self, connection: HTTPConnection) -> bool:
        if not connection.url.path.startswith("/socket.io/") or not self._room_for_more():
            return False
        try:
            self._rates.count("connect", None, connection.client.host if connection.client else "")
        except Refused:
            return False
        return same_origin(connection, self._public_origins)
