"""A check that a manager has asked for."""

from __future__ import annotations

from hub.backoffice.audit.events import VerificationAsked
from hub.backoffice.audit.jobs import Parts, keeper_of
from hub.kernel.events import Recorded
from hub.kernel.followers import Follower


def followers(parts: Parts) -> tuple[Follower, ...]:
    """Anchors and checks when somebody asks; asked twice at once, it is done once."""
    keeper = keeper_of(parts)

    async def check(store_id: str, facts: list[Recorded]) -> None:
        await keeper.anchor(store_id)
        await keeper.check(store_id)

    return (Follower("audit check", frozenset({VerificationAsked}), check),)
