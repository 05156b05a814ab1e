"""Whether a simulated person is still signed in: a visitor may have closed the account, or renewed its PIN."""

from __future__ import annotations

import httpx


class SignedOutError(Exception):
    """Somebody has ended a simulated person's sign-in."""


def signed_in(answer: httpx.Response) -> httpx.Response:
    """The answer. Raises SignedOutError where it says that nobody is signed in."""
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        raise SignedOutError
    return answer
