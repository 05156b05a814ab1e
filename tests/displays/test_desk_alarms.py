"""Open alarms at the desk: seen by those who handle them, as soon as one is raised, and by nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from displays import alarms as alarms_page
from hub.app import Hub
from hub.backoffice.alarms.rules import CODES
from hub.gateway.fluent import LANGUAGES, sentence
from hub.gateway.push import Audience
from hub.gateway.wire import Packet
from hub.kernel.access import Actor, system
from tests.conftest import Send

NONE: list[dict[str, Any]] = []


@dataclass(eq=False)
class Browser:
    """What the open desk shows."""

    views: list[dict[str, Any]] = field(default_factory=list)

    def hand(self, _audience: Audience, message: Packet) -> None:
        self.views.append(orjson.loads(message.text[2:])[1]["view"])

    def tell_error(self, _audience: Audience, error: BaseException) -> None:
        raise AssertionError("a view failed") from error

    async def shows(self, is_so: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        async with asyncio.timeout(20):
            while not (self.views and is_so(self.views[-1]["attention"])):
                await asyncio.sleep(0.01)
        entries: list[dict[str, Any]] = self.views[-1]["attention"]
        return entries


async def looks(hub: Hub, actor: Actor, **params: str) -> Browser:
    browser = Browser()
    await hub.publisher.watch(browser, hub.viewer.asked(hub.viewer.screen("desk"), params, actor))
    return browser


async def raised(hub: Hub, store: str, rule: str) -> str:
    told = {"rule": rule, "subject": "a" * 32, "count": 8, "minutes": 60, "at_seq": 1}
    await hub.door.send("alarms.raise", told, system(store, "alarms"), hub.chance.id())
    async with hub.viewer.moment(store) as moment:
        asked = hub.viewer.asked(alarms_page.screen, {}, Actor("staff", "0" * 32, store, frozenset({"manager"})))
        view = alarms_page.AlarmsView.model_validate_json((await hub.viewer.show(asked, moment)).view)
    return view.open[0].id


async def test_an_alarm_comes_to_the_managers_open_desk_and_goes_when_it_is_closed(
    hub: Hub, store: str, send: Send, manager: Actor
) -> None:
    browser = await looks(hub, manager)
    assert await browser.shows(lambda entries: entries == []) == NONE
    alarm = await raised(hub, store, "cancellations")
    [entry] = await browser.shows(lambda entries: len(entries) == 1)
    assert (entry["id"], entry["kind"], entry["severity"], entry["mend"]) == (f"alarm:{alarm}", "alarm", "warning", [])
    name = {"zh": "一人取消预约过多", "en": "Many cancellations by one person"}
    assert entry["said"] == {"code": "attention-alarm", "params": {"rule": name}}
    await raised(hub, store, "own_rights")
    both = await browser.shows(lambda entries: len(entries) == 2)
    assert [e["severity"] for e in both] == ["urgent", "warning"]
    await send("alarms.close", {"alarm_id": alarm, "note": "a wedding was called off"})
    [left] = await browser.shows(lambda entries: len(entries) == 1)
    assert left["severity"] == "urgent"


async def test_nobody_else_and_no_other_day_shows_it(hub: Hub, store: str, manager: Actor, desk: Actor) -> None:
    await raised(hub, store, "cancellations")
    for actor, params in ((desk, {}), (manager, {"date": "2026-05-15"})):
        assert await (await looks(hub, actor, **params)).shows(lambda _: True) == NONE
    assert len(await (await looks(hub, manager)).shows(lambda _: True)) == 1


@pytest.mark.parametrize("rule", CODES)
def test_every_rule_has_a_name_in_both_languages(rule: str) -> None:
    assert all(sentence(language, f"alarms-rule-{rule}") for language in LANGUAGES)
