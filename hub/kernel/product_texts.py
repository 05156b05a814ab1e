"""The texts that the product brings, from `hub/locales/<language>/<file>.ftl`, and which of them a store may word itself."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, get_args

import hub
from hub.kernel.text import Language

LOCALES = Path(hub.__file__).parent / "locales"
LANGUAGES: tuple[Language, ...] = get_args(Language)

OF_NO_STORE = frozenset({"import", "moving", "recovery", "review", "simulation", "terminal", "unbuilt"})
"""Files for the terminal, and for a hub that cannot show any store yet."""

SETTING = "wording"
"""Among a store's settings: the digest of its own words; absent where it has none."""

_ENTRY = re.compile(r"([A-Za-z][A-Za-z0-9_-]*) *= *(.*)")


@dataclass(frozen=True, slots=True)
class ProductText:
    """One text in both languages: patterns in Fluent's syntax, as they stand in the file."""

    id: str
    file: str
    zh: str
    en: str

    def pattern(self, language: Language) -> str:
        return self.en if language == "en" else self.zh


@cache
def product_texts() -> Mapping[str, ProductText]:
    """What a store may word itself, by id, in the files' own order."""
    found: dict[str, ProductText] = {}
    for path in sorted((LOCALES / "en").glob("*.ftl")):
        if path.stem in OF_NO_STORE:
            continue
        zh, en = (dict(_patterns(LOCALES / language / path.name)) for language in ("zh", "en"))
        found |= {name: ProductText(name, path.stem, zh[name], en[name]) for name in en if name in zh}
    return found


@cache
def fingerprint() -> str:
    """Another one where this release says anything else: own words that fitted the old texts may not fit the new ones."""
    digest = blake2b(digest_size=4)
    for path in sorted(LOCALES.glob("*/*.ftl")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def texts_version(settings: Mapping[str, Any]) -> str | None:
    """The version of the store's own words as this release shows them; None: it has none."""
    kept = settings.get(SETTING)
    return f"{kept}{fingerprint()}" if kept else None


def _patterns(path: Path) -> Iterator[tuple[str, str]]:
    """Each text's id and pattern. Fluent's own parser needs a second for all of them; the product's files are plain."""
    name, first, rest = "", "", list[str]()
    for line in [*path.read_text(encoding="utf-8").splitlines(), "#"]:
        entry = _ENTRY.match(line)
        if entry is None and not line.startswith("#"):
            rest.append(line)
            continue
        if name:
            yield name, "\n".join(filter(None, (first, textwrap.dedent("\n".join(rest)).strip("\n"))))
        name, first, rest = (entry[1], entry[2], []) if entry else ("", "", [])
