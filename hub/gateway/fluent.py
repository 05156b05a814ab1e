"""Sentences in the reader's language: the store's own words, else the Project Fluent files of `hub/locales/<language>/`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Protocol

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import ast
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Scope

from hub.gateway.refusals import ACTOR
from hub.kernel.access import Actor
from hub.kernel.commands import StoreFacts, facts_of
from hub.kernel.database import Database
from hub.kernel.product_texts import LANGUAGES, LOCALES, texts_version
from hub.kernel.tables import Store
from hub.kernel.text import Language


class Say(Protocol):
    """The sentence, or None where the language has none."""

    def __call__(self, language: Language, message_id: str, params: Mapping[str, Any] | None = None) -> str | None: ...


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
    said = _said(bundle(language), message_id, params)
    return None if said is None else said[0]


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """A store's own words: its files by language as browsers get them, and what this process says by them."""

    version: str
    files: Mapping[Language, str]
    bundles: Mapping[Language, FluentBundle]


class StoreTexts:
    """What stores say in their own words, as this process holds it.

    The version stands in the store's row, which every view reads: a newer one is taken up before the view is made. What no
    view of this process has told is looked for about once a second.
    """

    def __init__(
        self,
        database: Database,
        load: Callable[[AsyncSession], Awaitable[Mapping[Language, str]]],
        store_id: Callable[[], str] = str,
    ) -> None:
        """`load`: a store's own words as one Fluent file per language. `store_id`: whose words strangers hear."""
        self._database = database
        self._load = load
        self._store_id = store_id
        self._held: dict[str, OwnTexts] = {}

    async def follow(self, session: AsyncSession, store: StoreFacts) -> OwnTexts | None:
        """The store's own words as the session sees them; asks for nothing more where they are known."""
        version, held = texts_version(store.settings), self._held.get(store.id)
        if version is None:
            self._held.pop(store.id, None)
            return None
        if held is None or held.version != version:
            held = self._held[store.id] = _own(version, await self._load(session))
        return held

    async def look(self) -> None:
        """Take up what another process has changed."""
        async with self._database.read(None) as session:
            stores = [facts_of(row) for row in await session.scalars(select(Store))]
        for store in stores:
            held = self._held.get(store.id)
            if texts_version(store.settings) != (held.version if held is not None else None):
                async with self._database.read(store.id) as session:
                    await self.follow(session, facts_of(await session.get_one(Store, store.id)))

    def sentence(
        self, language: Language, message_id: str, params: Mapping[str, Any] | None = None, store_id: str = ""
    ) -> str | None:
        """The store's own sentence, else the product's, or None where the language has none."""
        held = self._held.get(store_id)
        said = _said(held.bundles[language], message_id, params) if held is not None else None
        return said[0] if said is not None and not said[1] else sentence(language, message_id, params)

    def of(self, store_id: str) -> Say:
        """What this store says."""
        return partial(self.sentence, store_id=store_id)

    def said_to(self, scope: Scope) -> Say:
        """What the store says to whose request or socket this is; the hub's own store where nobody has asked yet who it is."""
        actor: Actor | None = scope.get(ACTOR)
        return self.of(self._store_id() if actor is None else actor.store_id)


def _own(version: str, files: Mapping[Language, str]) -> OwnTexts:
    bundles = {language: FluentBundle([language], use_isolating=False) for language in LANGUAGES}
    for language, made in bundles.items():
        made.add_resource(FluentResource(files[language]))
    return OwnTexts(version, files, bundles)


def _said(texts: FluentBundle, message_id: str, params: Mapping[str, Any] | None) -> tuple[str, list[Exception]] | None:
    """The sentence, with what could not be filled in; None where there is none."""
    if not texts.has_message(message_id):
        return None
    value = texts.get_message(message_id).value
    if value is None:
        return None
    filled = {name: v if isinstance(v, int | float) else str(v) for name, v in (params or {}).items()}
    said, faults = texts.format_pattern(value, filled)
    return str(said), faults


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
