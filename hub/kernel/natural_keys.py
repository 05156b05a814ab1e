"""Keys made of what a fact says in another system: the same fact has the same one, wherever it is read."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import lru_cache
from urllib.parse import quote

KEY_CHARACTERS_MAX = 120
"""A longer key is replaced by its digest."""


def natural_key(kind: str, *parts: str | int | date | None) -> str:
    """`kind/part/part…`; parts are percent-encoded, so no part can be mistaken for two. None is `-`.

    What would be longer than KEY_CHARACTERS_MAX becomes `kind/~digest`."""
    key = "/".join([kind, *("-" if p is None else _part(str(p)) for p in parts)])
    return key if len(key) <= KEY_CHARACTERS_MAX else f"{kind}/~{hashlib.sha256(key.encode()).hexdigest()}"


@lru_cache(maxsize=100_000)
def _part(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")
