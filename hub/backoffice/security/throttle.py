"""Tries are counted before the secret is looked at, in the database, so that neither two processes nor a restart forget them.

A device on which an account once proved itself has its own count; all strangers share one per account. So the whole world
together has ten tries in a quarter of an hour, and still cannot lock the owner out of her own device.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from hub.backoffice.security.errors import TOO_MANY_TRIES
from hub.backoffice.security.ports import wall_now
from hub.backoffice.security.tables import AttemptRow
from hub.kernel.commands import Context
from hub.kernel.crypto import Vault
from hub.kernel.errors import Refused


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` wrong ones within `window`."""

    tries: int
    window: timedelta


SIGN_IN = (Limit(10, timedelta(minutes=15)), Limit(60, timedelta(days=1)))
PIN = (Limit(10, timedelta(minutes=15)), Limit(30, timedelta(days=1)))
"""Four digits are 10,000: at thirty a day a stolen tablet needs half a year for an even chance, and is revoked by then."""
PAIRING = (Limit(10, timedelta(minutes=15)),)
PAIRING_ALL = (Limit(1_000, timedelta(minutes=15)),)
"""Over all sources: a hundred million codes, so one in 100,000 per quarter of an hour and open code."""

PASSKEY_OFFERS = (Limit(60, timedelta(minutes=15)),)
"""Challenges for one address or known browser: they take room, and nobody needs as many."""

CODES_PER_TARGET = (Limit(3, timedelta(minutes=15)), Limit(10, timedelta(days=1)))
"""Messages to one number, mailbox or log-in: nobody's phone is made to ring all night."""
CODES_PER_SOURCE = (Limit(10, timedelta(minutes=15)), Limit(40, timedelta(days=1)))
"""Messages that one browser or network address can cause."""
CODES_OF_STRANGERS = (Limit(120, timedelta(hours=1)), Limit(600, timedelta(days=1)))
"""Messages that all unknown browsers together can cause: they cost the house money."""
CODE_TRIES = (Limit(10, timedelta(minutes=15)), Limit(30, timedelta(days=1)))
"""Of a million codes: at thirty tries a day for one address, an even chance takes sixty years."""

_COUNTED = ("open", "failed")
_COUNTED_BY_THE_DAY = (*_COUNTED, "forgiven")
"""Who shares a tablet or a desk would else have new tries whenever its owner comes in."""


def bucket(vault: Vault, *parts: str) -> str:
    """The key under which tries are counted; says nothing without the installation's key."""
    return vault.steady_index("\0".join(parts), "throttle")


async def count(context: Context, key: str, limits: tuple[Limit, ...]) -> str:
    """Count a try and return its id.

    Raises:
        Refused: `too_many_tries` (`minutes`, `retry_after_seconds`) when a limit is reached; this try is not looked at.
    """
    for limit in limits:
        oldest = await _nth_newest(context, key, limit)
        if oldest is not None:
            wait = oldest + limit.window - wall_now(context)
            seconds = max(1, math.ceil(wait.total_seconds()))
            raise Refused(TOO_MANY_TRIES, minutes=math.ceil(seconds / 60), retry_after_seconds=seconds)
    attempt = AttemptRow(id=context.chance.id(), bucket=key, at=wall_now(context), state="open")
    context.session.add(attempt)
    await context.session.flush()
    return attempt.id


async def fail(context: Context, attempt: AttemptRow) -> int:
    """Note that the secret was wrong; returns the wrong tries of the first window, this one included."""
    attempt.state = "failed"
    await context.session.flush()
    since = wall_now(context) - SIGN_IN[0].window
    counted = select(func.count()).select_from(AttemptRow)
    counted = counted.where(AttemptRow.bucket == attempt.bucket, AttemptRow.at > since, AttemptRow.state.in_(_COUNTED))
    return int(await context.session.scalar(counted) or 0)


async def forgive(context: Context, attempt: AttemptRow) -> None:
    """The secret was right: earlier wrong tries of this bucket hold nobody up any more; the limit of a day counts them."""
    attempt.state = "passed"
    await context.session.flush()
    await context.session.execute(
        update(AttemptRow)
        .where(AttemptRow.bucket == attempt.bucket, AttemptRow.state == "failed")
        .values(state="forgiven")
        .execution_options(synchronize_session=False)
    )


async def _nth_newest(context: Context, key: str, limit: Limit) -> datetime | None:
    counted = _COUNTED_BY_THE_DAY if limit.window >= timedelta(days=1) else _COUNTED
    newest = (
        select(AttemptRow.at)
        .where(AttemptRow.bucket == key, AttemptRow.at > wall_now(context) - limit.window, AttemptRow.state.in_(counted))
        .order_by(AttemptRow.at.desc())
        .offset(limit.tries - 1)
        .limit(1)
    )
    return await context.session.scalar(newest)
