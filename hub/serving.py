"""The hub behind its server: uvicorn as measured best, and plain logs."""

from __future__ import annotations

import gc
import logging
import socket
import sys
from typing import Any

import structlog
import uvicorn

from hub.running import Hub


def run(hub: Hub) -> None:
    """Serve until interrupted."""
    Server(server_config(hub)).run()


class Server(uvicorn.Server):
    """Freezes what start-up made: the collector then never walks it again, which halves the slowest pushes."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()


def server_config(hub: Hub, **other: Any) -> uvicorn.Config:
    """No compression of sockets, no second keepalive beside Engine.IO's, bounded messages. `other` overrides."""
    settings = hub.settings
    return uvicorn.Config(
        hub.asgi,
        **{
            "host": settings.host,
            "port": settings.port,
            "ssl_certfile": settings.tls_cert,
            "ssl_keyfile": settings.tls_key,
            "loop": "uvloop",
            "http": "httptools",
            "ws": "websockets-sansio",
            "ws_per_message_deflate": False,
            "ws_ping_interval": None,
            "ws_max_size": 32 * 1024,
            "log_config": None,
            "access_log": False,
            "server_header": False,
            "timeout_graceful_shutdown": 5,
            "backlog": 4096,
            **other,
        },
    )


def log_to_stderr(level: int = logging.INFO) -> None:
    """Plain lines on standard error; the libraries only when something is wrong."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper("iso"),
            # Never with local variables: they hold what people typed.
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
