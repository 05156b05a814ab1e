"""The hub behind its server: uvicorn as measured best, and plain logs."""

from __future__ import annotations

import gc
import os
import socket
import sys
from contextlib import nullcontext
from time import monotonic
from typing import Any, NoReturn

import structlog
import uvicorn
from sqlalchemy import make_url

from hub.gateway.heads import BoundedHttp
from hub.kernel.crypto import vault_of
from hub.kernel.serving_lock import served_alone
from hub.kernel.serving_note import remember
from hub.processes import Family, end_with_parent, listen, look_at_address, serve_command
from hub.running import Hub
from hub.settings import PREFIX, Settings

log = structlog.get_logger(__name__)


def run(hub: Hub, listen_fd: int | None = None) -> None:
    """Serve until interrupted; on an inherited socket until the parent has gone.

    Raises:
        StoreServedError: another hub serves this SQLite store.
        OSError: the address is taken, or is not this machine's.
    """
    server = Server(hub)
    if listen_fd is None:
        with served_alone(hub.settings.data) if hub.database.is_sqlite else nullcontext():
            look_at_address(hub.settings.host, hub.settings.port)
            server.run()
        if server.begins_anew:
            begin_anew()
        return
    end_with_parent()
    server.run([socket.socket(fileno=listen_fd)])


def begin_anew() -> NoReturn:
    """Become a fresh process of the same command, under the same number: whoever watches over it need not even notice."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - the command that we are # nosec B606


def run_family(settings: Settings, size: int) -> None:
    """Serve with several processes until interrupted.

    Raises:
        OSError: the address is taken, or is not this machine's.
    """
    vault_of(settings.key_file, settings.keyring_file, settings.master_key or None)  # made once, before all need it
    listening = listen(settings.host, settings.port)
    host, port = listening.getsockname()[:2]
    command = serve_command(data=settings.data, host=host, port=port, tls_cert=settings.tls_cert, tls_key=settings.tls_key)
    # Not an argument: everybody on the machine can read those, and it may hold a password.
    environment = {**os.environ, f"{PREFIX}DATABASE_URL": settings.url}
    log.info("serving", address=f"{host}:{port}", processes=size)
    Family(command, environment, listening, size).run()


GARBAGE_FIRST = 20_000
"""New objects before the collector looks for cycles: a crowd that comes back makes a hundred each, and all of them stay."""


def settle_memory() -> None:
    """Freeze what start-up made: the collector then never walks it again, which halves the slowest pushes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_FIRST, 20, 20)


ANEW_AFTER_SECONDS = 60.0
"""A hub begins anew at most this often: a disk that can be read and never written would else make it do so for ever."""


class Server(uvicorn.Server):
    """Settles once everything is there, and stops where only a new process can go on."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(server_config(hub))
        self._settings, self._speed = hub.settings, hub.clock.speed
        self._writing = hub.database.writing
        self._made_at = monotonic()
        self.begins_anew = False

    async def on_tick(self, counter: int) -> bool:
        if self._writing.files_lost and not self.begins_anew and monotonic() - self._made_at >= ANEW_AFTER_SECONDS:
            log.warning("the hub begins anew")
            self.begins_anew = True
        return self.begins_anew or await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            tls = {name: str(file) for name in ("tls_cert", "tls_key") if (file := getattr(self._settings, name))}
            try:
                remember(
                    self._settings.data,
                    host=self.config.host,
                    port=self.port,
                    speed=self._speed,
                    database=_server_of(self._settings),
                    **tls,
                )
            except OSError as error:  # the commands beside it ask for --host and --port then
                log.warning("where the hub is served could not be noted", said=str(error))
            log.info("serving", address=f"{self.config.host}:{self.port}", tls=bool(tls))
        settle_memory()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        log.info("stopped")

    @property
    def port(self) -> int:
        """Where it really listens, also where port 0 left the choice to the system."""
        return int(self.servers[0].sockets[0].getsockname()[1])


def _server_of(settings: Settings) -> str:
    """The database server and the name there, without who asks; empty for a file."""
    url = make_url(settings.url)
    return "" if url.drivername.startswith("sqlite") else f"{url.host or ''}/{url.database or ''}"


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
            "proxy_headers": bool(settings.trusted_proxies),
            "forwarded_allow_ips": list(settings.trusted_proxies),
            "loop": "uvloop",
            "http": BoundedHttp,
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
