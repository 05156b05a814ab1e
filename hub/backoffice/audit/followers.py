"""A check that a manager has asked for."""

from __future__ import annotations

from contextlib import suppress

from hub.backoffice.audit.events import VerificationAsked
from hub.backoffice.audit.jobs import Parts, keeper_of
from hub.kernel.complaints import StandstillError
from hub.kernel.events import Recorded
from hub.kernel.followers import Follower
from hub.kernel.keyring import KeyFileError


def followers(parts: Parts) -> tuple[Follower, ...]:
    """Anchors and checks when somebody asks; asked twice at once, it is done once."""
    keeper = keeper_of(parts)

    async def check(store_id: str, facts: list[Recorded]) -> None:
        with suppress(StandstillError, KeyFileError, OSError):  # on record; what is there can be checked all the same
            await keeper.anchor(store_id)
        await keeper.check(store_id)

    return (Follower("audit check", frozenset({VerificationAsked}), check),)
