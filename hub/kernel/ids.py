"""Where ids, tokens and codes come from; a seeded source makes a run repeatable."""

from __future__ import annotations

import random
import secrets
import uuid
from typing import Annotated, Protocol

from pydantic import StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""An entity's id: 32 lower-case hexadecimal digits."""


class Randomness(Protocol):
    """The hub's only source of chance."""

    def id(self) -> str:
        """A new entity id (32 hexadecimal digits)."""
        ...

    def token(self) -> str:
        """A secret of 256 bits, safe in an address."""
        ...

    def code(self, digits: int) -> str:
        """A short decimal code a person can type."""
        ...


class SystemRandomness:
    def id(self) -> str:
        return uuid.uuid4().hex

    def token(self) -> str:
        return secrets.token_urlsafe(32)

    def code(self, digits: int) -> str:
        return f"{secrets.randbelow(10**digits):0{digits}d}"


class SeededRandomness:
    """Repeatable chance, for tests only."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose

    def id(self) -> str:
        return f"{self._random.getrandbits(128):032x}"

    def token(self) -> str:
        return f"{self._random.getrandbits(256):064x}"

    def code(self, digits: int) -> str:
        return f"{self._random.randrange(10**digits):0{digits}d}"
