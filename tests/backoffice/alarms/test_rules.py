"""Each rule speaks at its measure and not one short of it; off, or without its facts, it is silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.backoffice.alarms.rules import CLOCK_LIMIT, RULES, Limit, Rule, Suspicion, clock_jumped, suspicions
from hub.kernel.events import Recorded, event_types

NOON = datetime(2026, 5, 14, 4, 0, tzinfo=UTC)


def fact(kind: str, seq: int, at: datetime, actor: str = "a" * 32, data: dict[str, Any] | None = None) -> Recorded:
    given = {"account_id": actor, "count": 1} if data is None else data
    return Recorded(
        store_id="s",
        seq=seq,
        type=kind,
        version=1,
        at=at,
        actor_kind="staff",
        actor_id=actor,
        device_id=None,
        command="c",
        command_id=str(seq),
        data=given,
    )


def many(rule: Rule, count: int, apart: timedelta = timedelta(seconds=1)) -> list[Recorded]:
    kind = min(rule.types)
    return [fact(kind, n + 1, NOON + n * apart) for n in range(count)]


def judged(rule: Rule, facts: list[Recorded], limit: Limit | None = None, *, odd: bool = True) -> list[Suspicion]:
    return suspicions(rule, limit or rule.limit, facts, lambda _fact: odd)


def test_every_rule_looks_at_facts_that_exist() -> None:
    for rule in RULES.values():
        assert rule.types <= set(event_types()), rule.code


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_a_rule_speaks_at_its_measure(rule: Rule) -> None:
    [found] = judged(rule, many(rule, rule.limit.count))
    assert (found.rule, found.count, found.seq) == (rule.code, rule.limit.count, rule.limit.count)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_twin_one_short_spread_out_or_off_it_is_silent(rule: Rule) -> None:
    assert judged(rule, many(rule, rule.limit.count - 1)) == []
    assert judged(rule, many(rule, rule.limit.count), replace(rule.limit, is_on=False)) == []
    if rule.limit.count > 1:
        apart = timedelta(minutes=rule.limit.minutes + 1) / (rule.limit.count - 1)
        assert judged(rule, many(rule, rule.limit.count, apart)) == []


def test_what_several_people_do_is_not_one_persons() -> None:
    rule = RULES["cancellations"]
    facts = [fact("bookings.booking_cancelled", n + 1, NOON, actor=f"{n % 2:032x}") for n in range(2 * rule.limit.count - 2)]
    assert judged(rule, facts) == []


def test_only_a_filling_fact_that_is_new_counts() -> None:
    rule = RULES["undos"]
    facts = many(rule, rule.limit.count)
    assert suspicions(rule, rule.limit, facts, lambda _fact: False, since=rule.limit.count) == []


def test_in_ordinary_hours_signing_in_is_nobodys_business() -> None:
    assert judged(RULES["odd_hours"], many(RULES["odd_hours"], 5), odd=False) == []


def test_roles_of_somebody_else_are_a_managers_work() -> None:
    assert judged(RULES["own_rights"], [fact("security.roles_set", 1, NOON, data={"account_id": "b" * 32})]) == []


def test_a_clock_is_turned_back_when_facts_lie_in_the_future() -> None:
    assert clock_jumped(timedelta(minutes=5), CLOCK_LIMIT)
    assert not clock_jumped(timedelta(minutes=4), CLOCK_LIMIT)
    assert not clock_jumped(timedelta(minutes=5), replace(CLOCK_LIMIT, is_on=False))
