"""The rules. Pure: facts of a window in, suspicions out.

Each rule counts what it weighs per subject; `count` or more within `minutes` is a suspicion. A sliding window ends at each
fact, so that it does not matter in which bites the log is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from hub.kernel.events import Recorded

OddHour = Callable[[Recorded], bool]
"""Whether a fact lies far outside the store's opening hours."""

Weigh = Callable[[Recorded, OddHour], tuple[str, int] | None]
"""Whose it is and how much it counts; None: it does not concern the rule."""


@dataclass(frozen=True, slots=True)
class Limit:
    """When a rule speaks."""

    count: int
    minutes: int
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    code: str
    types: frozenset[str]
    limit: Limit
    """As it comes; a manager may set another."""
    weigh: Weigh
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Suspicion:
    rule: str
    subject: str
    count: int
    seq: int
    """The fact that filled the measure."""


def suspicions(rule: Rule, limit: Limit, facts: Sequence[Recorded], odd: OddHour, since: int = 0) -> list[Suspicion]:
    """What the rule says of these facts, oldest first: at most one per subject, filled by a fact after `since`."""
    if not limit.is_on:
        return []
    windows: dict[str, list[tuple[Recorded, int]]] = defaultdict(list)
    found: dict[str, Suspicion] = {}
    for fact in facts:
        weighed = rule.weigh(fact, odd) if fact.type in rule.types else None
        if weighed is None:
            continue
        subject, amount = weighed
        begins = fact.at - timedelta(minutes=limit.minutes)
        kept = [(one, much) for one, much in windows[subject] if one.at > begins] + [(fact, amount)]
        windows[subject] = kept
        total = sum(much for _, much in kept)
        if total >= limit.count and fact.seq > since and subject not in found:
            found[subject] = Suspicion(rule.code, subject, total, fact.seq)
    return list(found.values())


def _who(fact: Recorded) -> str:
    return fact.actor_id


def _staffs(fact: Recorded, _odd: OddHour) -> tuple[str, int] | None:
    return (_who(fact), 1) if fact.actor_kind == "staff" else None


def _the_store(_fact: Recorded, _odd: OddHour) -> tuple[str, int]:
    return "", 1


def _whose_account(fact: Recorded, _odd: OddHour) -> tuple[str, int]:
    return str(fact.data.get("account_id") or ""), 1


def _files(fact: Recorded, _odd: OddHour) -> tuple[str, int] | None:
    """What a second person allowed is not odd; what is opened besides is counted all the same."""
    if fact.actor_kind != "staff" or fact.data.get("approval_id"):
        return None
    count = fact.data.get("count")
    return _who(fact), count if isinstance(count, int) else 1


def _at_odd_hours(fact: Recorded, odd: OddHour) -> tuple[str, int] | None:
    if not odd(fact):
        return None
    whom = fact.data.get("account_id") if fact.type == "security.signed_in" else _who(fact)
    return str(whom or ""), 1


def _own_rights(fact: Recorded, _odd: OddHour) -> tuple[str, int] | None:
    if fact.type == "security.roles_set" and fact.data.get("account_id") != fact.actor_id:
        return None
    return (_who(fact), 1) if fact.actor_kind == "staff" else None


def _holds(fact: Recorded, _odd: OddHour) -> tuple[str, int] | None:
    return (f"{fact.actor_kind}:{fact.device_id or fact.actor_id}", 1) if fact.actor_kind != "system" else None


def _rule(code: str, types: str, count: int, minutes: int, weigh: Weigh, *, is_urgent: bool = False) -> Rule:
    return Rule(code, frozenset(types.split()), Limit(count, minutes), weigh, is_urgent)


RULES: Mapping[str, Rule] = {
    rule.code: rule
    for rule in (
        _rule("files_opened", "privacy.seen", 20, 60, _files),
        _rule("odd_hours", "security.signed_in security.device_paired security.device_prepared", 1, 60, _at_odd_hours),
        _rule("failed_sign_ins", "security.sign_in_refused", 8, 15, _whose_account),
        _rule("code_guesses", "security.pairing_refused security.code_refused kiosk.tries_exhausted", 8, 15, _the_store),
        _rule("cancellations", "bookings.booking_cancelled", 8, 60, _staffs),
        _rule("no_shows", "visits.no_show_noted", 6, 60, _staffs),
        _rule("no_shows_reversed", "visits.no_show_reversed", 4, 240, _staffs),
        _rule("undos", "planning.step_undone", 8, 30, _staffs),
        _rule("moves", "bookings.booking_moved planning.item_moved", 25, 30, _staffs),
        _rule("pairings", "security.device_paired", 12, 60, _the_store),
        _rule("own_rights", "security.roles_set security.grants_set", 1, 60, _own_rights, is_urgent=True),
        _rule(
            "second_factor",
            "security.second_factor_removed security.recovery_code_used security.passkey_copy_seen",
            1,
            60,
            _whose_account,
        ),
        _rule("hoarding", "bookings.slot_held", 15, 15, _holds),
        _rule("record_broken", "audit.chain_broken", 1, 60, _the_store, is_urgent=True),
        _rule("anchoring", "audit.anchoring_failed", 1, 1440, _the_store, is_urgent=True),
        _rule("backups", "backups.failed backups.second_folder_lost backups.drill_failed", 1, 1440, _the_store, is_urgent=True),
    )
}
"""By code. `docs/alarms.md` says in words what each finds and why its measure is what it is."""

CLOCK = "clock_jump"
"""The rule beside them that looks at the clock: facts that lie in the future."""

CLOCK_LIMIT = Limit(1, 5)


def clock_jumped(newest_ahead: timedelta, limit: Limit) -> bool:
    """Whether the newest fact lies so far ahead of the clock that somebody must have turned it back."""
    return limit.is_on and newest_ahead >= timedelta(minutes=limit.minutes)


TYPES = frozenset(kind for rule in RULES.values() for kind in rule.types)
CODES = (*RULES, CLOCK)


def default_limit(code: str) -> Limit:
    return CLOCK_LIMIT if code == CLOCK else RULES[code].limit
