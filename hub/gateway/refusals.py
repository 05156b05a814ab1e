"""What was refused to somebody who lacks the right, or who sent what no page of the hub sends: a line of the log each.

The lines are for whoever looks into an attack, so they say when, who, from where and after what; never what was typed. A
flood fills no disk: of each kind of refusal so many lines a minute are written, the rest is counted and told in one.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable

import structlog
from starlette.requests import HTTPConnection

from hub.kernel.access import Actor
from hub.kernel.errors import Refused

LINES_A_MINUTE = 60
"""Of each kind."""

TOLD = frozenset(
    {
        "forbidden",
        "not_signed_in",
        "foreign_origin",
        "too_many",
        "too_many_tries",
        "malformed",
        "invalid",
        "too_large",
        "unsupported_media",
        "unknown_command",
        "unknown_screen",
    }
)
"""Refusals that somebody who uses the pages as they are seldom meets. What the day's business refuses is not among them."""

ACTOR = "salon_hub.actor"
"""Where a connection's scope remembers who was found to call."""

ELSEWHERE = "elsewhere"
"""Stands for every address that the hub does not have: what strangers typed is not repeated."""

log = structlog.get_logger(__name__)


class Refusals:
    """Writes the lines of one hub."""

    def __init__(self, known: Iterable[str], monotonic: Callable[[], float] = time.monotonic) -> None:
        """`known`: the hub's own addresses."""
        self._known = frozenset(known)
        self._monotonic = monotonic
        self._minute = -1
        self._written: Counter[str] = Counter()

    def note(self, error: BaseException, connection: HTTPConnection, what: str | None = None) -> None:
        """`what` was asked for; the connection's own address where nothing is said."""
        if not isinstance(error, Refused) or error.kind.code not in TOLD:
            return
        code = error.kind.code
        self._turn_the_minute()
        self._written[code] += 1
        if self._written[code] > LINES_A_MINUTE:
            return
        asked = connection.scope["path"] if what is None else what
        actor: Actor | None = connection.scope.get(ACTOR)
        log.info(
            "refused",
            code=code,
            what=asked if asked in self._known else ELSEWHERE,
            permission=error.params.get("permission"),
            actor=actor.key if actor else None,
            device=actor.device_id if actor else None,
            address=connection.client.host if connection.client else None,
        )

    def _turn_the_minute(self) -> None:
        minute = int(self._monotonic() // 60)
        if minute == self._minute:
            return
        for code, count in self._written.items():
            if count > LINES_A_MINUTE:
                log.warning("refusals left out", code=code, count=count - LINES_A_MINUTE)
        self._minute = minute
        self._written.clear()
