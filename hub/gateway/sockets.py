"""Sockets: who is there, what each watches, and the second's round that keeps them honest.

Socket.IO over WebSocket only. Events in: `watch`, `unwatch`. Events out: `view`, `view_error`, `beat`, `signed_out`, `reload`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

import orjson
import structlog
from starlette.requests import HTTPConnection

from hub.gateway.callers import Callers, authorization_of
from hub.gateway.engine import socket_server
from hub.gateway.fluent import StoreTexts, preferred_language
from hub.gateway.metrics import Metrics
from hub.gateway.problems import MALFORMED, problem_of
from hub.gateway.push import Audience, Publisher
from hub.gateway.rates import Rates
from hub.gateway.refusals import Refusals
from hub.gateway.sessions import TOUCH_SECONDS, SessionBook
from hub.gateway.views import Viewer
from hub.gateway.wire import (
    STUCK_SECONDS,
    Packet,
    Wire,
    event_packet,
    packet,
)
from hub.kernel.access import Actor
from hub.kernel.complaints import complain
from hub.kernel.ending import end
from hub.kernel.errors import FORBIDDEN, TOO_MANY, Refused
from hub.kernel.text import Language

ROUND_SECONDS = 1.0
BEAT_SECONDS = 3.0
AUDIENCES_MAX = 16
"""Views that one socket may watch at a time; a page watches one to three."""

GOODBYE_SECONDS = 1.0
"""How long a client that was signed out has to close before it is cut."""

log = structlog.get_logger(__name__)


class Client:
    """One socket."""

    __slots__ = (
        "actors",
        "audiences",
        "auth",
        "connection",
        "group",
        "language",
        "owed",
        "sessions",
        "sid",
        "stuck",
        "texts",
        "wire",
    )

    def __init__(self, sid: str, wire: Wire, connection: HTTPConnection, auth: Mapping[str, str], texts: StoreTexts) -> None:
        self.sid = sid
        self.texts = texts
        self.wire = wire
        self.connection = connection
        self.auth = auth
        self.language: Language = "en"
        self.audiences: dict[str, Audience] = {}
        self.sessions: dict[str, str | None] = {}
        self.actors: dict[str, Actor] = {}
        self.group: tuple[str, ...] = ()
        self.owed: set[Audience] = set()
        self.stuck: tuple[int, float] | None = None

    def hand(self, audience: Audience, message: Packet) -> None:
        """Send, or remember that this audience's newest view is owed: whole views need no queue."""
        if self.wire.send(message):
            self.owed.discard(audience)
        else:
            self.owed.add(audience)

    def tell_error(self, audience: Audience, error: BaseException) -> None:
        problem = problem_of(error, self.language, self.texts.of(audience.asked.store_id)).model_dump()
        self.wire.send(
            event_packet("view_error", {"screen": audience.asked.screen.name, "key": audience.key, "problem": problem})
        )

    def forget(self, key: str) -> Audience | None:
        """One view less."""
        audience = self.audiences.pop(key, None)
        self.sessions.pop(key, None)
        self.actors.pop(key, None)
        self.group = tuple(sorted(self.audiences))
        return audience

    def settle(self) -> None:
        """Send what is owed, newest only."""
        for audience in list(self.owed):
            if audience.shown is not None and self.audiences.get(audience.key) is audience:
                self.hand(audience, audience.shown.packet)
            else:
                self.owed.discard(audience)

    def is_stuck(self, now: float) -> bool:
        """Whether unread bytes have not become fewer for too long."""
        unread = self.wire.unread()
        if unread == 0:
            self.stuck = None
        elif self.stuck is None or unread < self.stuck[0]:
            self.stuck = (unread, now)
        elif now - self.stuck[1] > STUCK_SECONDS:
            return True
        return False


class Sockets:
    """The Socket.IO server and its clients."""

    def __init__(
        self,
        *,
        viewer: Viewer,
        publisher: Publisher,
        callers: Callers,
        book: SessionBook,
        rates: Rates,
        refusals: Refusals,
        metrics: Metrics,
        is_current: Callable[[str], bool],
        language: Language,
    ) -> None:
        self._viewer = viewer
        self._publisher = publisher
        self._callers = callers
        self._book = book
        self._rates = rates
        self._refusals = refusals
        self._metrics = metrics
        self._is_current = is_current
        self._language = language
        self._clients: dict[str, Client] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._decided = viewer.access.version
        book.on_revoked.append(self.cut)
        self.server = socket_server()
        self.server.on("connect", self._on_connect)
        self.server.on("disconnect", self._on_disconnect)
        self.server.on("watch", self._on_watch)
        self.server.on("unwatch", self._on_unwatch)

    def __len__(self) -> int:
        return len(self._clients)

    def start(self) -> None:
        self._spawn(self._rounds(), "sockets")

    async def close(self) -> None:
        self._stopping.set()
        await end(list(self._tasks))
        for talk in list(self.server.eio.sockets.values()):
            talk.wire.abort()

    def cut(self, session_ids: frozenset[str]) -> None:
        """Tell and close the sockets that look through one of these sessions."""
        for client in list(self._clients.values()):
            if session_ids.intersection(s for s in client.sessions.values() if s is not None):
                self._sign_out(client)

    async def _on_connect(self, sid: str, environ: dict[str, Any], auth: Any) -> bool:
        connection = HTTPConnection(environ["asgi.scope"])
        said = auth if isinstance(auth, dict) else {}
        texts = {k: v for k, v in said.items() if isinstance(k, str) and isinstance(v, str)}
        talk = self.server.eio.sockets[self.server.manager.eio_sid_from_sid(sid, "/")]
        client = Client(sid, talk.wire, connection, texts, self._viewer.texts)
        accept = texts.get("language") or connection.headers.get("accept-language")
        client.language = preferred_language(accept, self._language)
        self._clients[sid] = client
        self._metrics.sockets.set(len(self._clients))
        if not self._is_current(texts.get("build", "")):
            self._spawn(self._send_soon(client, event_packet("reload", {})), "reload")
        return True

    async def _send_soon(self, client: Client, message: Packet) -> None:
        """Not before the answer to the connect, which the library gives when its handler has returned."""
        await asyncio.sleep(0.1)
        client.wire.send(message)

    def _on_disconnect(self, sid: str, _reason: str = "") -> None:
        client = self._clients.pop(sid, None)
        if client is None:
            return
        for audience in client.audiences.values():
            self._publisher.unwatch(client, audience)
        self._metrics.sockets.set(len(self._clients))

    async def _on_watch(self, sid: str, data: Any = None, *_more: Any) -> dict[str, Any]:
        client = self._clients.get(sid)
        if client is None:
            return {"ok": False}
        try:
            key = await self._watch(client, data)
        except Exception as error:
            asked = data.get("screen") if isinstance(data, dict) else None
            self._refusals.note(error, client.connection, f"/api/views/{asked}")
            said = client.texts.said_to(client.connection.scope)
            return {"ok": False, "problem": problem_of(error, client.language, said).model_dump()}
        return {"ok": True, "key": key}

    async def _watch(self, client: Client, data: Any) -> str:
        params = (data.get("params") or {}) if isinstance(data, dict) else None
        if not isinstance(params, dict) or not isinstance(data.get("screen"), str):
            raise Refused(MALFORMED)
        screen = self._viewer.screen(data["screen"])
        actor = await self._callers.caller(
            client.connection,
            screen.permission,
            seat=client.auth.get("seat", ""),
            authorization=authorization_of(client.auth),
            use=False,
        )
        host = client.connection.client.host if client.connection.client else ""
        self._rates.count("watch", actor, host)
        asked = self._viewer.asked(screen, params, actor)
        if asked.key not in client.audiences and len(client.audiences) >= AUDIENCES_MAX:
            raise Refused(TOO_MANY, what="watch", retry_after_seconds=1)
        audience = await self._publisher.watch(client, asked)
        if client.sid not in self._clients:
            self._publisher.unwatch(client, audience)
            return asked.key
        client.audiences[asked.key] = audience
        client.sessions[asked.key] = actor.session_id
        client.actors[asked.key] = actor
        client.group = tuple(sorted(client.audiences))
        client.wire.send(self._beat(client))
        return asked.key

    def _on_unwatch(self, sid: str, data: Any = None, *_more: Any) -> dict[str, Any]:
        client = self._clients.get(sid)
        key = data.get("key") if isinstance(data, dict) else None
        if client is None or not isinstance(key, str):
            return {"ok": False}
        audience = client.forget(key)
        if audience is not None:
            self._publisher.unwatch(client, audience)
        return {"ok": True}

    def _beat(self, client: Client) -> Packet:
        clock = self._viewer.clock
        audiences = client.audiences.values()
        store_id = next((a.asked.store_id for a in audiences), "")
        beat = {
            "now": clock.now(),
            "speed": clock.speed,
            "epoch": self._publisher.epoch(store_id),
            "seqs": self._publisher.sequences(audiences),
            "read_only": self._viewer.database.writing.cause,
        }
        return packet("beat", orjson.dumps(beat))

    def _sign_out(self, client: Client) -> None:
        client.wire.send(event_packet("signed_out", {}))
        self._metrics.cut.labels("signed_out").inc()
        for audience in client.audiences.values():
            self._publisher.unwatch(client, audience)
        client.audiences, client.sessions, client.actors, client.group = {}, {}, {}, ()
        self._spawn(self._close_client(client), "goodbye")

    async def _close_client(self, client: Client) -> None:
        try:
            await asyncio.wait_for(self.server.disconnect(client.sid), GOODBYE_SECONDS)
        except TimeoutError:
            log.info("a client did not take its leave", sid=client.sid)
        finally:
            client.wire.abort()

    async def _rounds(self) -> None:
        beat_at = touch_at = monotonic()
        while not self._stopping.is_set():
            begun = monotonic()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), ROUND_SECONDS)
            now = monotonic()
            self._metrics.loop_lag.set(max(0.0, now - begun - ROUND_SECONDS))
            try:
                self._cut_stalled(now)
                await self._cut_ended()
                self._cut_forbidden()
                if now - beat_at >= BEAT_SECONDS - ROUND_SECONDS / 2:
                    beat_at = now
                    await self._beat_all()
                if now - touch_at >= TOUCH_SECONDS:
                    touch_at = now
                    await self._book.write_down_use()
            except Exception as error:
                complain(error, "round failed")

    def _cut_stalled(self, now: float) -> None:
        self._metrics.cut.labels("silent").inc(self.server.eio.look(now))
        for client in list(self._clients.values()):
            if client.is_stuck(now):
                self._metrics.cut.labels("stalled").inc()
                client.wire.abort()
            elif client.owed:
                self._metrics.held_back.inc(len(client.owed))
                client.settle()

    async def _cut_ended(self) -> None:
        held = frozenset(s for c in self._clients.values() for s in c.sessions.values() if s is not None)
        ended = held - await self._book.still_good(held)
        if ended:
            self.cut(ended)

    def _cut_forbidden(self) -> None:
        """Close the views that their lookers may not see any more, once the grants have changed; the rest goes on."""
        access = self._viewer.access
        if access.version == self._decided:
            return
        self._decided = access.version
        for client in list(self._clients.values()):
            for key, audience in list(client.audiences.items()):
                if not access.allows(client.actors[key], audience.asked.screen.permission):
                    client.tell_error(audience, Refused(FORBIDDEN, permission=audience.asked.screen.permission))
                    client.forget(key)
                    self._publisher.unwatch(client, audience)

    async def _beat_all(self) -> None:
        beats: dict[tuple[str, ...], Packet] = {}
        for count, client in enumerate(list(self._clients.values()), 1):
            if not client.group:
                continue
            if client.group not in beats:
                beats[client.group] = self._beat(client)
            client.wire.send(beats[client.group])
            if count % 500 == 0:
                await asyncio.sleep(0)

    def _spawn(self, work: Any, name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
