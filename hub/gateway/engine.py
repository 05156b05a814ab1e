"""The Socket.IO server as the gateway wants it."""

from __future__ import annotations

from typing import Any

import socketio
import structlog

from hub.gateway.conversation import Engine
from hub.gateway.wire import PING_INTERVAL_SECONDS, PING_TIMEOUT_SECONDS
from hub.kernel.complaints import complain

log = structlog.get_logger(__name__)

MESSAGE_MAX_BYTES = 32 * 1024
"""What a page says is a screen's name and a few parameters."""


class Roomless(socketio.AsyncManager):  # type: ignore[misc]  # the library is untyped
    """Nobody enters rooms here, so nobody who leaves has to be looked for in all of them, which is quadratic over a crowd."""

    def basic_disconnect(self, sid: str, namespace: str, **_more: Any) -> None:
        for room in (None, sid):
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            waiting = pending.get(namespace, [])
            if sid in waiting:
                waiting.remove(sid)
            if not waiting:
                pending.pop(namespace, None)


RESERVED = ("connect", "disconnect")


class Strict(socketio.AsyncServer):  # type: ignore[misc]  # the library is untyped
    """Cuts who sends what is no packet; the library would log a traceback for each, and anybody may send a million."""

    def _engineio_server_class(self) -> type[Engine]:
        return Engine

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        try:
            await super()._handle_eio_message(eio_sid, data)
        except Exception as error:
            log.info("a socket sent what is no packet", kind=type(error).__name__)
            await self.eio.disconnect(eio_sid)

    async def _handle_event(self, eio_sid: str, namespace: str | None, id: int | None, data: Any) -> None:  # noqa: A002
        """An event has a name, and not one of the library's own: it would call the hub's handlers with whatever clients say."""
        if not data or not isinstance(data[0], str) or data[0] in RESERVED:
            log.info("a socket sent what is no event for it")
            await self.eio.disconnect(eio_sid)
            return
        await super()._handle_event(eio_sid, namespace, id, data)

    async def _trigger_event(self, event: str, namespace: str, *args: Any) -> Any:
        """A fault of the hub's own is told as such, not taken for a wrong packet."""
        try:
            return await super()._trigger_event(event, namespace, *args)
        except socketio.exceptions.ConnectionRefusedError:
            raise
        except Exception as error:
            if event == "connect" and isinstance(error, TypeError):
                raise  # the library then tries again without what the client said
            complain(error, "event of a socket failed")
            return None


def socket_server() -> Any:
    """Over WebSocket only: then no request needs to find its way back to one of several processes."""
    return Strict(
        client_manager=Roomless(),
        async_mode="asgi",
        transports=["websocket"],
        ping_interval=PING_INTERVAL_SECONDS,
        ping_timeout=PING_TIMEOUT_SECONDS,
        max_http_buffer_size=MESSAGE_MAX_BYTES,
        cors_allowed_origins=[],  # the gateway checks origins itself, for sockets as for commands
        async_handlers=False,  # one client's events in their order
        monitor_clients=False,  # the round of a second does it
        http_compression=False,
        logger=False,
        engineio_logger=False,
    )
