"""`salon-hub`: the hub's command line. Each subcommand lives where its work is done."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import structlog
import typer
import uvicorn
from rich.console import Console

from hub.app import Hub, build
from hub.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="The live operations hub of a beauty or hair salon.",
)

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
def demo(
    data: Data = None,
    host: Host = None,
    port: Port = None,
    speed: Annotated[float, typer.Option("--speed", min=1, max=600, help="Hub seconds per second; 1 is real time.")] = 30,
) -> None:
    """Run the demo store: simulated customers and technicians live a day that anybody can join."""
    from hub.demo.run import demo as play

    log_to_stderr(logging.WARNING)
    settings = Settings.from_environment(data=data or Path("var/demo"), host=host, port=port)
    asyncio.run(play(settings, speed, Console()))


@app.command()
def links(data: Data = None, host: Host = None, port: Port = None) -> None:
    """Print a fresh one-time link to every screen; the hub may be running."""
    from hub.demo.run import print_links

    log_to_stderr(logging.WARNING)
    settings = Settings.from_environment(data=data or Path("var/demo"), host=host, port=port)
    asyncio.run(print_links(settings, Console()))


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
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper("iso"),
            # Never with local variables: they hold what people typed.
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def main() -> None:
    app()


if __name__ == "__main__":
    main()
