"""The Socket.IO server as the gateway wants it."""

from __future__ import annotations

from typing import Any

import socketio

from hub.gateway.wire import PING_INTERVAL_SECONDS, PING_TIMEOUT_SECONDS

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


def socket_server() -> Any:
    """Over WebSocket only: then no request needs to find its way back to one of several processes."""
    return socketio.AsyncServer(
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
