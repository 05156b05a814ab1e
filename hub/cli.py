"""`salon-hub`: the hub's command line. Each subcommand lives where its work is done."""

from __future__ import annotations

import gc
import logging
import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import structlog
import typer
import uvicorn

from hub.app import Hub, build
from hub.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The live operations hub of a beauty or hair salon.")

Data = Annotated[Path | None, typer.Option("--data", help="Directory of the store.")]
Host = Annotated[str | None, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int | None, typer.Option("--port", help="Port to listen on; 0 takes a free one.")]


@app.command()
def serve(
    data: Data = None,
    host: Host = None,
    port: Port = None,
    tls_cert: Annotated[Path | None, typer.Option("--tls-cert", help="Certificate (PEM).")] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="Its private key (PEM).")] = None,
) -> None:
    """Run the hub alone."""
    log_to_stderr()
    settings = Settings.from_environment(data=data, host=host, port=port, tls_cert=tls_cert, tls_key=tls_key)
    run(build(settings))


@app.command()
def openapi(
    out: Annotated[Path | None, typer.Option("--out", help="File to write; standard output if not given.")] = None,
) -> None:
    """Write the OpenAPI document."""
    from hub.app import described

    text = orjson.dumps(described(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if out is None:
        sys.stdout.buffer.write(text)
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(text)


def run(hub: Hub) -> None:
    """Serve until interrupted."""
    uvicorn.Server(server_config(hub)).run()


def server_config(hub: Hub, **other: Any) -> uvicorn.Config:
    """uvicorn as measured best: no compression of sockets, no second keepalive beside Engine.IO's, bounded messages."""
    settings = hub.settings
    return Config(
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


class Config(uvicorn.Config):
    """Freezes what start-up made: the collector then never walks it again, which halves the slowest pushes."""

    def load(self) -> None:
        super().load()
        gc.collect()
        gc.freeze()


def log_to_stderr(level: int = logging.INFO) -> None:
    """Plain lines on standard error; the libraries only when something is wrong."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level), logger_factory=structlog.PrintLoggerFactory(sys.stderr)
    )


def main() -> None:
    app()


if __name__ == "__main__":
    main()
