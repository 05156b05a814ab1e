"""The page, and the small server that shows it until the store can be opened again."""

from __future__ import annotations

import asyncio
from html import escape
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from rich import filesize
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from hub.backoffice.backups.shelf import backups_in
from hub.gateway.fluent import preferred_language, sentence
from hub.gateway.headers import Guard
from hub.gateway.refusals import Refusals
from hub.kernel.database import Database
from hub.kernel.text import Language
from hub.migrations.run import upgrade
from hub.recovery.finding import Trouble, remember, trouble_of
from hub.settings import Settings

LOOK_SECONDS = 2.0
SHOWN = 8
CSS = (Path(__file__).parent / "page.css").read_bytes()

log = structlog.get_logger(__name__)


def recovery_app(settings: Settings, trouble: Trouble) -> ASGIApp:
    """Every address answers with the page and 503; programs are told the cause."""

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "recovery", "cause": trouble.cause}, 503)

    async def style(_request: Request) -> Response:
        return Response(CSS, media_type="text/css")

    async def api(request: Request) -> Response:
        language = _language(request, settings)
        body = {"code": "recovery", "status": 503, "detail": _say(language, f"cause-{trouble.cause}"), "params": {}}
        return JSONResponse(body, 503, media_type="application/problem+json")

    async def page(request: Request) -> Response:
        body = await asyncio.to_thread(page_of, settings, trouble, _language(request, settings))
        return Response(body, 503, {"Retry-After": "10"}, "text/html")

    every = ["GET", "HEAD", "POST", "PUT", "DELETE"]
    routes = [
        Route("/healthz", health),
        Route("/recovery.css", style),
        Route("/api/{path:path}", api, methods=every),
        Route("/{path:path}", page),
    ]
    told, origins = Refusals(route.path for route in routes), settings.public_origins
    return Guard(Starlette(routes=routes), public_origins=origins, language=settings.language, refusals=told)


def page_of(settings: Settings, trouble: Trouble, language: Language) -> str:
    kept = backups_in(settings.backup_folder) + (backups_in(settings.backups_second) if settings.backups_second else [])
    lines = "".join(
        f"<li><code>{escape(str(one.path.absolute()))}</code><span>{filesize.decimal(one.size)}</span></li>"
        for one in kept[:SHOWN]
    )
    found = f"<ol>{lines}</ol>" if kept else f"<p>{escape(_say(language, 'no-backups'))}</p>"
    newest = kept[0].path.absolute() if kept else "FILE"
    command = f"salon-hub restore {newest} --identity - --force --data {settings.data}"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><meta http-equiv="refresh" content="10">'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/recovery.css">'
        f"<title>{escape(_say(language, 'title'))}</title></head><body><main>"
        f"<p class='product'>Salon Hub</p><h1>{escape(_say(language, 'title'))}</h1>"
        f"<p class='cause'>{escape(_say(language, f'cause-{trouble.cause}'))}</p>"
        f"<p class='detail'><code>{escape(trouble.detail)}</code></p>"
        f"<h2>{escape(_say(language, 'do'))}</h2><p>{escape(_say(language, f'do-{trouble.cause}'))}</p>"
        f"<h2>{escape(_say(language, 'backups'))}</h2>{found}"
        f"<p>{escape(_say(language, 'restore'))}</p><pre>{escape(command)}</pre>"
        f"<p class='quiet'>{escape(_say(language, 'kept'))}</p></main></body></html>"
    )


def hold(settings: Settings) -> None:
    """Return as soon as the store can be opened; until then show why not."""
    while (trouble := trouble_of(settings) or asyncio.run(_upgraded(settings))) is not None:
        log.error("the store is not opened", cause=trouble.cause, detail=trouble.detail)
        asyncio.run(_show(settings, trouble))
    remember(settings)


async def _upgraded(settings: Settings) -> Trouble | None:
    """Bring an SQLite store up to date before anybody is served; what fails leaves it as it was."""
    if settings.database_url or not (settings.data / "hub.sqlite3").exists():
        return None
    database = Database(settings.url)
    try:
        await upgrade(database)
    except Exception as error:
        log.error("the upgrade failed", error=type(error).__name__)
        return Trouble("upgrade_failed", type(error).__name__)
    finally:
        await database.close()
    return None


async def _show(settings: Settings, trouble: Trouble) -> None:
    given: dict[str, Any] = {"ssl_certfile": settings.tls_cert, "ssl_keyfile": settings.tls_key}
    server = uvicorn.Server(
        uvicorn.Config(
            recovery_app(settings, trouble),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
            **given,
        )
    )
    serving = asyncio.create_task(server.serve())
    healed = False
    while not serving.done() and not healed:
        await asyncio.wait([serving], timeout=LOOK_SECONDS)
        now = await asyncio.to_thread(trouble_of, settings)
        healed = now != trouble and (trouble.cause != "upgrade_failed" or now is not None)
    server.should_exit = True
    await serving
    if not healed:
        raise SystemExit(0)


def _language(request: Request, settings: Settings) -> Language:
    return preferred_language(request.headers.get("accept-language"), settings.language)


def _say(language: Language, what: str) -> str:
    return sentence(language, f"recovery-{what.replace('_', '-')}") or what
