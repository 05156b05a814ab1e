"""What stands around every answer: security headers, the check of where a request comes from, and the last catch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.gateway.callers import COOKIE, HOST_PREFIX, carries_cookie, is_over_tls
from hub.gateway.fluent import Say, preferred_language, sentence
from hub.gateway.problems import FOREIGN_ORIGIN, problem_response
from hub.gateway.rates import Rates
from hub.gateway.refusals import Refusals
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
    return parts.scheme in (
        {"https"} if is_over_tls(connection.scope) else {"http", "https"}
    ) and parts.netloc == connection.headers.get("host")


class Guard:
    """ASGI middleware; sockets pass untouched, so that their transport stays reachable."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        public_origins: Sequence[str],
        language: Language,
        refusals: Refusals,
        said_to: Callable[[Scope], Say] = lambda _scope: sentence,
    ) -> None:
        """`said_to`: in whose words somebody is answered."""
        self._app = app
        self._refusals = refusals
        self._public_origins = tuple(public_origins)
        self._language = language
        self._said_to = said_to

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        over_tls = is_over_tls(scope)
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
            self._refusals.note(error, HTTPConnection(scope))
            response = problem_response(error, self._language_of(scope), self._said_to(scope))
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
        (name, _cookie_over_tls(value)) if name.lower() == b"set-cookie" else (name, value)
        for name, value in message["headers"]
    ]


def _cookie_over_tls(value: bytes) -> bytes:
    """Secure, and under the name that only this host can set."""
    if b"; secure" not in value.lower():
        value += b"; Secure"
    return HOST_PREFIX.encode() + value if value.startswith(COOKIE.encode()) else value


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
