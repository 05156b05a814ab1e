"""The log in plain words: a sentence for every fact in both languages, names as the reader may see them, filters and pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any, get_args

import pytest
from fluent.syntax import FluentParser, ast

from displays.audit.screen import AuditParams, AuditView, screen
from displays.audit.words import Names, code_of, said_of
from hub.app import Hub
from hub.backoffice.audit import searching
from hub.backoffice.audit.events import WhyNoAnchor
from hub.gateway.fluent import LANGUAGES, LOCALES, sentence
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.kernel.events import Recorded, event_types
from hub.kernel.text import Language
from hub.operations.bookings.masking import masked_name

OURS = {name: event for name, event in event_types().items() if event.__module__.startswith(("hub.", "kiosk"))}

Read = Callable[..., Coroutine[Any, Any, AuditView]]
PERSON = {"name": "王雅琴", "phone": "13800138000", "title": "ms"}


@pytest.fixture
def read(hub: Hub, manager: Actor) -> Read:
    async def seen(actor: Actor | None = None, **params: Any) -> AuditView:
        asked = hub.viewer.asked(screen, params, actor or manager)
        async with hub.viewer.moment(hub.store_id) as moment:
            shown = await hub.viewer.show(asked, moment)
        return AuditView.model_validate_json(shown.view)

    return seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_has_its_sentence(language: Language) -> None:
    missing = [name for name in sorted(OURS) if sentence(language, code_of(name)) is None]
    assert missing == [], "add audit-… to hub/locales/*/audit.ftl"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_domain_has_its_word_in_the_filter_and_every_standstill_its_sentence(language: Language) -> None:
    wanted = {f"audit-kind-{name.partition('.')[0]}" for name in OURS} | {
        f"audit-no-anchor-{why}" for why in get_args(WhyNoAnchor)
    }
    assert [text for text in sorted(wanted) if sentence(language, text) is None] == [], "add it to hub/locales/*/audit.ftl"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_gets_what_it_asks_for(language: Language) -> None:
    text = (LOCALES / language / "audit.ftl").read_text(encoding="utf-8")
    asked = {
        entry.id.name: set(re.findall(r"\$(\w+)", text[entry.span.start : entry.span.end]))  # type: ignore[union-attr]
        for entry in FluentParser().parse(text).body
        if isinstance(entry, ast.Message)
    }
    nobody = Names({}, {}, {}, {})
    for name, event in OURS.items():
        fact = recorded(name, dict.fromkeys(event.model_fields, "x"))
        given = set(said_of(fact, nobody).params)
        assert asked[code_of(name)] <= given, f"{name} lacks {asked[code_of(name)] - given}"


def recorded(name: str, data: dict[str, Any]) -> Recorded:
    return Recorded.model_validate(
        {
            "store_id": "s",
            "seq": 1,
            "type": name,
            "version": 1,
            "at": "2026-05-14T01:00:00Z",
            "actor_kind": "system",
            "actor_id": "hub",
            "device_id": None,
            "command": "c",
            "command_id": "i",
            "data": data,
        }
    )


def test_a_fact_of_another_release_is_named_by_its_type() -> None:
    said = said_of(recorded("ledger.card_topped_up", {"card_id": "x"}), Names({}, {}, {}, {}))
    assert (said.code, said.params) == ("audit-unknown", {"type": "ledger.card_topped_up"})


def test_what_develops_ends_without_anybody() -> None:
    names = Names({}, {}, {}, {"b": "王小明"})
    said = said_of(recorded("visits.phase_finished", {"booking_id": "b", "technician_id": None}), names)
    assert (said.code, said.params["who"]) == ("audit-visits-phase-finished-alone", "王小明")
    said = said_of(recorded("visits.phase_finished", {"booking_id": "b", "technician_id": "t"}), names)
    assert said.code == "audit-visits-phase-finished"
    said = said_of(recorded("team.technician_sick", {"technician_id": None}), names)
    assert said.code == "audit-team-technician-sick"


async def test_an_empty_log_has_no_lines(store: str, read: Read) -> None:
    view = await read()
    assert (view.lines, view.older, view.chain.newest, view.chain.fault) == ([], None, 0, None)


async def test_customers_are_named_in_full_only_to_those_who_may_read_names(
    hub: Hub, store: str, manager: Actor, desk: Actor, read: Read
) -> None:
    put = await hub.door.send("bookings.put_customer", PERSON, desk, hub.chance.id())
    [line] = [one for one in (await read()).lines if one.type == "bookings.customer_put"]
    assert line.said.params["who"] == "王雅琴"
    assert line.customer_id == put.result["customer_id"]
    await hub.rounds.close()  # which would read again what the database grants
    hub.access.change(store, hub.access.grants | {"accountant": frozenset({"audit.read"})})
    bookkeeper = Actor("staff", "0" * 31 + "9", store, frozenset({"accountant"}))
    [line] = [one for one in (await read(bookkeeper)).lines if one.type == "bookings.customer_put"]
    assert line.said.params["who"] == masked_name("王雅琴")


async def test_only_managers_read_the_log(store: str, desk: Actor, read: Read) -> None:
    with pytest.raises(Refused):
        await read(desk)


async def test_pages_and_filters(
    hub: Hub, store: str, manager: Actor, desk: Actor, read: Read, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "PAGE", 3)
    for _ in range(5):
        await hub.door.send("catalog.put_skill", {"code": "cut", "name": {"zh": "剪", "en": "Cut"}}, manager, hub.chance.id())
    clock.advance(days=1)
    put = await hub.door.send("bookings.put_customer", PERSON, desk, hub.chance.id())
    customer = put.result["customer_id"]
    first = await read()
    newest = first.lines[0].seq
    assert [line.seq for line in first.lines] == [newest, newest - 1, newest - 2]
    second = await read(before=first.older)
    assert [line.seq for line in second.lines] == [newest - 3, newest - 4, newest - 5]
    assert {line.who_id for line in (await read(person=desk.id)).lines} == {desk.id}
    assert {line.type for line in (await read(kind="catalog")).lines} == {"catalog.skill_put"}
    assert {line.type for line in (await read(kind="bookings.customer_put")).lines} == {"bookings.customer_put"}
    assert all(line.type.startswith("bookings.") for line in (await read(day=date(2026, 5, 15))).lines)
    assert (await read(day=date(2026, 5, 13))).lines == []
    assert {line.customer_id for line in (await read(customer=customer)).lines} == {customer}


async def test_a_search_stops_after_a_bounded_bite_and_can_go_on(
    hub: Hub, store: str, manager: Actor, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "LOOKED_AT", 4)
    send = hub.door.send
    await send("catalog.close_day", {"date": "2026-06-01", "name": {"zh": "休", "en": "Off"}}, manager, hub.chance.id())
    for _ in range(6):
        await send("catalog.put_skill", {"code": "cut", "name": {"zh": "剪", "en": "Cut"}}, manager, hub.chance.id())
    first = await read(kind="catalog.day_closed")
    assert (first.lines, first.older, first.looked_back_to) == ([], 4, hub.clock.now())
    second = await read(kind="catalog.day_closed", before=first.older)
    assert [line.seq for line in second.lines] == [1]
    assert second.older is None


async def test_taking_lines_away_is_on_record(hub: Hub, store: str, manager: Actor, desk: Actor, read: Read) -> None:
    with pytest.raises(Refused):
        await hub.door.send("audit.note_export", {"oldest": 1, "newest": 2, "lines": 2}, desk, hub.chance.id())
    await hub.door.send("audit.note_export", {"oldest": 1, "newest": 2, "lines": 2}, manager, hub.chance.id())
    [line] = (await read()).lines
    assert (line.type, line.who_id) == ("audit.lines_exported", manager.id)


def test_parameters_take_no_patterns() -> None:
    for bad in ({"kind": "%"}, {"person": "a'b"}, {"booking": "%"}, {"before": 0}, {"other": 1}):
        with pytest.raises(ValueError):
            AuditParams.model_validate(bad)
