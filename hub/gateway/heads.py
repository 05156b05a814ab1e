"""Heads of requests, before there is a request: of a bounded length, and not spelled out for ever.

uvicorn's parser keeps what it has read of a head until its end, however long that is: one stranger could fill the memory.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_MAX_BYTES = 64 * 1024
"""Line and headers, and what frames a body sent in pieces; a page of the hub sends some two thousand."""

HEAD_SECONDS = 30.0
"""From the connection, or the head's first byte, to its end."""

_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHttp(HttpToolsProtocol):
    """Closes a connection whose head is too long (431) or too slow."""

    _framing = 0
    _body = 0
    _ended = False
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._body, self._ended = 0, False
        super().data_received(data)
        if self.transport.is_closing() or self.transport.get_protocol() is not self:  # a socket by now
            return
        self._framing = 0 if self._ended else self._framing + len(data) - self._body
        if self._framing > HEAD_MAX_BYTES:
            if self._patience is not None:
                self.transport.write(_TOO_LONG)
            self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        self._wait_no_more()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._ended = True
        super().on_message_complete()

    def _wait(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _wait_no_more(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
