"""Sentences in the reader's language, from the Project Fluent files of `hub/locales/<language>/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import ast

from hub.kernel.text import Language

LOCALES = Path(__file__).parent.parent / "locales"
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def bundle(language: Language) -> FluentBundle:
    """All sentences of a language. Raises ValueError where a file does not parse."""
    made = FluentBundle([language], use_isolating=False)
    for path in sorted((LOCALES / language).glob("*.ftl")):
        resource = FluentResource(path.read_text(encoding="utf-8"))
        junk = next((entry for entry in resource.body if isinstance(entry, ast.Junk)), None)
        if junk is not None:
            raise ValueError(f"{path} does not parse: {(junk.content or '')[:80]!r}")
        made.add_resource(resource, allow_overrides=True)
    return made


def sentence(language: Language, message_id: str, params: Mapping[str, Any] | None = None) -> str | None:
    """The sentence, or None where the language has none; a parameter that is not a number is shown as text."""
    found = bundle(language)
    if not found.has_message(message_id):
        return None
    value = found.get_message(message_id).value
    if value is None:
        return None
    filled = {name: v if isinstance(v, int | float) else str(v) for name, v in (params or {}).items()}
    return str(found.format_pattern(value, filled)[0])


def preferred_language(accept: str | None, fallback: Language) -> Language:
    """The first of our languages in an Accept-Language value (RFC 9110 12.5.4), by quality, else the fallback."""
    best: tuple[float, Language] | None = None
    for part in (accept or "")[:200].split(","):
        tag, _, weight = part.strip().partition(";q=")
        language = next((known for known in LANGUAGES if tag.lower().split("-")[0] == known), None)
        quality = _quality(weight)
        if language is not None and quality > 0 and (best is None or quality > best[0]):
            best = (quality, language)
    return best[1] if best else fallback


def _quality(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0
