"""Passwords hashed quickly in tests. The product takes 20 ms of a core for each, as it should: half of what the tests of
security took. What it does, and that it is this dear, has a test of its own.
"""

from __future__ import annotations

from argon2 import PasswordHasher

from hub.backoffice.security import passwords

OWN = passwords._hasher
"""The product's."""


def hurry() -> None:
    """From now on, in this process."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
