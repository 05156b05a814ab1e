"""The built front end: one page per screen, hashed assets for ever, everything else asked for afresh."""

from __future__ import annotations

import gzip
import hashlib
import html
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from hub.gateway.fluent import Say, preferred_language
from hub.kernel.text import Language

PAGE_OF_SEGMENT = {"": "home", "v": "visit", "w": "waitlist"}
"""Addresses whose first part is not the page's own name."""

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
COMPRESSIBLE = (
    "text/",
    "application/javascript",
    "application/json",
    "application/wasm",
    "image/svg+xml",
    "application/manifest+json",
)
COMPRESS_FROM_BYTES = 1024

mimetypes.add_type("application/wasm", ".wasm")
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")


@dataclass(frozen=True, slots=True)
class _File:
    kind: str
    tag: str
    plain: bytes
    gzipped: bytes | None


def built_front_end() -> Path:
    """Where the built pages are: beside the sources, or inside the installed package."""
    package = Path(__file__).parent
    beside = package.parent.parent / "static" / "dist"
    return beside if (beside / "home").is_dir() or not (package / "dist").is_dir() else package / "dist"


class Pages:
    """Serves files of one directory; what is read is kept, compressed once."""

    def __init__(self, root: Path, language: Language) -> None:
        self._root = root.resolve()
        self._language = language
        self._kept: dict[Path, tuple[int, _File]] = {}

    def is_current(self, script: str) -> bool:
        """Whether a page that runs this script (its path) is of the present build; hashed names change with the build."""
        return not script.startswith("/assets/") or self._file(script.lstrip("/")) is not None

    def answer(self, request: Request) -> Response | None:
        """None where there is nothing at the address."""
        path = request.url.path.lstrip("/")
        if path.startswith("."):
            return None
        first = path.split("/", 1)[0]
        page = self._file(f"{PAGE_OF_SEGMENT.get(first, first)}/index.html")
        if page is not None:
            return _respond(request, page, REVALIDATE)
        file = self._file(path)
        if file is not None:
            return _respond(request, file, IMMUTABLE if first == "assets" else REVALIDATE)
        return None

    def _file(self, name: str) -> _File | None:
        if "\0" in name:
            return None
        path = (self._root / name).resolve()
        if not path.is_relative_to(self._root) or not path.is_file():
            return None
        changed = path.stat().st_mtime_ns
        kept = self._kept.get(path)
        if kept is None or kept[0] != changed:
            kept = self._kept[path] = (changed, _read(path))
        return kept[1]

    def missing(self, request: Request, say: Say) -> Response:
        """A page for people: it says what is the matter and where to go."""
        language = preferred_language(request.headers.get("accept-language"), self._language)
        built = (self._root / "home" / "index.html").is_file()
        word = "missing" if built else "unbuilt"
        title, text, home = (html.escape(say(language, f"page-{word}-{part}") or "") for part in ("title", "text", "home"))
        page = (
            f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" '
            f'content="width=device-width, initial-scale=1"><title>{title}</title><link rel="icon" href="/favicon.svg">'
            f'<link rel="stylesheet" href="/missing.css"></head><body><main><h1>{title}</h1><p>{text}</p>'
            f'<p><a href="/">{home}</a></p></main></body></html>'
        )
        return Response(page, 404 if built else 503, media_type="text/html")


def _read(path: Path) -> _File:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    plain = path.read_bytes()
    squeeze = len(plain) >= COMPRESS_FROM_BYTES and kind.startswith(COMPRESSIBLE)
    return _File(
        f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        hashlib.sha256(plain).hexdigest()[:16],
        plain,
        gzip.compress(plain, 6, mtime=0) if squeeze else None,
    )


def _respond(request: Request, file: _File, cache: str) -> Response:
    headers = {"Cache-Control": cache, "ETag": f'"{file.tag}"', "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    body = file.plain
    if file.gzipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = file.gzipped
    return Response(b"" if request.method == "HEAD" else body, headers=headers, media_type=file.kind)
