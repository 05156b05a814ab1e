"""Sentences for a terminal, from one file of the texts: for commands that run without a hub around them."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource

import hub
from hub.kernel.text import Language


def spoken() -> Language:
    """What the machine speaks to whoever sits at it: not the store's language, nor that of its pages."""
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if said.startswith("zh") else "en"


def say(file: str, language: Language, message: str, /, **params: str | float) -> str:
    """A text of `hub/locales/*/<file>.ftl`; numbers choose their plural.

    Raises:
        KeyError: the language has no such text.
        FluentReferenceError: the text asks for something that is not given.
    """
    pattern = _bundle(file, language).get_message(message).value
    if pattern is None:
        raise KeyError(message)
    text, errors = _bundle(file, language).format_pattern(pattern, params)
    if errors:
        raise errors[0]
    return str(text)


def told(message: str, /, **params: str | float) -> str:
    """A sentence of `terminal.ftl` in the terminal's language. Raises like `say`."""
    return say("terminal", spoken(), f"terminal-{message}", **params)


@cache
def _bundle(file: str, language: Language) -> FluentBundle:
    made = FluentBundle(["zh-CN" if language == "zh" else "en-CA"], use_isolating=False)
    source = Path(hub.__file__).parent / "locales" / language / f"{file}.ftl"
    made.add_resource(FluentResource(source.read_text(encoding="utf-8")))
    return made
