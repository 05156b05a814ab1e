"""A store's own words: what may be written, and that it never says anything but its own text."""

from __future__ import annotations

from typing import Any

import pytest
from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import FluentParser, ast
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from hub.app import Hub
from hub.catalog.queries import own_texts, text_sources
from hub.catalog.tables import WordingRow
from hub.catalog.wording import (
    OwnText,
    check,
    digest_of,
    fault_of,
    parsed,
    resource,
    sources,
)
from hub.kernel import event_log
from hub.kernel.errors import Refused
from hub.kernel.product_texts import LANGUAGES, LOCALES, OF_NO_STORE, SETTING, product_texts
from hub.kernel.tables import Store
from tests.conftest import Send

HELLO = "welcome-waiting"
"""「现在有 { $count } 位客人在等候」: one number, in English with a form for one."""

TIMED = "audit-no-anchor"
"""Fills in `DAY($at)` and `TIME($at)`."""


def test_product_texts_are_read_as_fluent_reads_them() -> None:
    for language in LANGUAGES:
        for path in (LOCALES / language).glob("*.ftl"):
            if path.stem in OF_NO_STORE:
                continue
            for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
                if isinstance(entry, ast.Message):
                    text = product_texts()[entry.id.name]
                    assert text.file == path.stem
                    assert parsed(text.pattern(language)).equals(entry.value), entry.id.name


def test_every_product_text_could_be_a_stores_own() -> None:
    texts = [OwnText(language, text.id, text.pattern(language)) for text in product_texts().values() for language in LANGUAGES]
    assert [own for own in texts if fault_of(own) is not None] == []


@pytest.mark.parametrize(
    "text",
    [
        "{ $count } waiting",
        "Waiting:\n{ $count }\n\n  with room to breathe",
        "{ $count ->\n    [one] One guest\n   *[other] { $count } guests\n}",
        "{ $count ->\n    [0] Nobody\n   *[other] { $count ->\n        [one] One\n       *[other] Some\n    }\n}",
        '{ "{" }{ $count }{ "}" }',
        "welcome-hello = { $count }",
        "{ $count }\nwelcome-hello = Taken over",
        "# { $count }",
        "<b>{ $count }</b> \\ \\u0041",
        "客人 { $count } 位 💇🏽‍♀️",
        "您好：\n　　前面还有 { $count } 位\n\t\n\xa0谢谢",
    ],
)
def test_a_text_that_fills_in_the_same_is_taken(text: str) -> None:
    pattern = check(OwnText("en", HELLO, text))
    body = FluentParser().parse(resource({HELLO: pattern})).body
    assert len(body) == 1
    assert ast.Message(ast.Identifier(HELLO), pattern).equals(body[0])


@pytest.mark.parametrize(
    ("message_id", "text", "code", "params"),
    [
        ("no-such-text", "x", "wording_unknown_text", {"id": "no-such-text"}),
        ("simulation-title", "x", "wording_unknown_text", {"id": "simulation-title"}),
        (HELLO, "{ $count", "wording_unreadable", {"line": 1}),
        (HELLO, "{ $count }\n}", "wording_unreadable", {"line": 2}),
        (HELLO, "{ $count }\n.title = x", "wording_unreadable", {"line": 2}),
        (HELLO, "{ $count }\n[x", "wording_unreadable", {"line": 2}),
        (HELLO, "* { $count }\nx", "wording_unreadable", {"line": 1}),
        (HELLO, "{" * 200, "wording_unreadable", {"line": 1}),
        (HELLO, "{ $count }\n" + "{ $count }" * 100, "wording_unreadable", {"line": 2}),
        (HELLO, '{ $count }{ "\\u0007" }', "wording_unreadable", {"line": 1}),
        (HELLO, '{ "" }', "wording_empty", {}),
        (HELLO, "{ $count } { welcome-hello }", "wording_refers", {"name": "welcome-hello"}),
        (HELLO, "{ $count } { -brand }", "wording_refers", {"name": "-brand"}),
        (HELLO, "{ $count } { $secret }", "wording_variable_unknown", {"variable": "secret"}),
        (HELLO, "somebody", "wording_variable_missing", {"variable": "count"}),
        (HELLO, "{ $count } { MONEY($count) }", "wording_not_offered", {"expression": "MONEY($count)"}),
        (HELLO, "{ NUMBER($count, minimumFractionDigits: 9) }", "wording_not_offered", None),
        (TIMED, "{ DAY($at) } { $at }", "wording_not_offered", {"expression": "$at"}),
        (TIMED, "{ DAY($when) }", "wording_variable_unknown", {"variable": "when"}),
        ("welcome-hello", "{ $count }", "wording_variable_unknown", {"variable": "count"}),
    ],
)
def test_what_would_say_something_else_is_refused(message_id: str, text: str, code: str, params: dict[str, Any] | None) -> None:
    fault = fault_of(OwnText("en", message_id, text))
    assert fault is not None
    assert fault.kind.code == code
    assert params is None or fault.params == params


_PIECES = st.sampled_from(
    [
        *("{ $count }", "{ $count ->\n [one] a\n *[other] { $count }\n}", '{ "\\u00e9" }', "{ -t }", "{ $other }", "{", "}"),
        *(
            "welcome-hello = x",
            "\n.x = y",
            "\n",
            " ",
            "\t",
            "\u2028",
            "\x0b",
            ".",
            "*",
            "[",
            "#",
            "-",
            "=",
            '"',
            "\\",
            "$",
            "候",
        ),
    ]
)


@given(st.lists(_PIECES | st.text(max_size=8), min_size=1, max_size=12).map("".join), st.sampled_from(LANGUAGES))
@example("{ $count }\nwelcome-hello = x", "en")
@example(".{ $count ->\n *[other] x\n}", "en")
def test_whatever_is_taken_is_one_text_of_its_own_id(text: str, language: Any) -> None:
    own = OwnText(language, HELLO, text.strip())
    try:
        pattern = check(own)
    except Refused:
        return
    both = sources([own, OwnText(language, "welcome-hello", "Hi")])[language]
    body = FluentParser().parse(both).body
    assert [entry.id.name for entry in body if isinstance(entry, ast.Message)] == [HELLO, "welcome-hello"]
    assert len(body) == 2
    assert body[0].equals(ast.Message(ast.Identifier(HELLO), pattern))
    spoken = FluentBundle([language], use_isolating=False)
    spoken.add_resource(FluentResource(both))
    said, faults = spoken.format_pattern(spoken.get_message(HELLO).value, {"count": 3})
    assert said
    assert faults == []


def test_what_browsers_would_take_for_the_end_of_a_text_is_spelled_out() -> None:
    """Fluent's parsers differ on tabs and wide spaces where a line begins."""
    text = "您好：\n　　前面还有 { $count } 位\n \t* a"
    source = sources([OwnText("zh", HELLO, text)])["zh"]
    assert source == f'{HELLO} =\n    您好：\n    {{ "　　" }}前面还有 {{ $count }} 位\n    {{ " \t" }}* a\n'
    spoken = FluentBundle(["zh"], use_isolating=False)
    spoken.add_resource(FluentResource(source))
    assert spoken.format_pattern(spoken.get_message(HELLO).value, {"count": 3})[0] == text.replace("{ $count }", "3")


def test_own_texts_that_no_longer_fit_are_left_out_and_the_others_stay() -> None:
    texts = [OwnText("en", HELLO, "somebody"), OwnText("en", "gone-text", "x"), OwnText("en", "welcome-hello", "Hi")]
    assert sources(texts) == {"zh": "", "en": "welcome-hello = Hi\n"}


def test_the_digest_is_of_what_is_said_and_not_of_its_order() -> None:
    one, two = OwnText("en", "a", "x"), OwnText("zh", "a", "x")
    assert digest_of([]) is None
    assert digest_of([one, two]) == digest_of([two, one])
    assert len({digest_of([one]), digest_of([two]), digest_of([one, two]), digest_of([OwnText("en", "a", "y")])}) == 4


async def _state(hub: Hub, store: str) -> tuple[list[OwnText], str | None, list[tuple[str, Any]]]:
    """The store's own texts, the version in its row, and the facts so far."""
    async with hub.database.read(store) as session:
        row = await session.get_one(Store, store)
        facts = [(fact.type, fact.data) for fact in await event_log.since(session, 0)]
        return await own_texts(session), row.settings.get(SETTING), facts


def _put(text: str, message_id: str = HELLO, language: str = "en") -> dict[str, str]:
    return {"language": language, "message_id": message_id, "text": text}


async def test_words_are_put_changed_and_dropped(hub: Hub, store: str, send: Send) -> None:
    about = {"language": "en", "message_id": HELLO}
    await send("catalog.put_wording", _put("  { $count } guests\n"))
    first = await _state(hub, store)
    assert first[0] == [OwnText("en", HELLO, "{ $count } guests")]
    assert first[1] == digest_of(first[0])
    assert first[2] == [("catalog.wording_put", about)]
    await send("catalog.put_wording", _put("{ $count } guests"))
    assert await _state(hub, store) == first
    await send("catalog.put_wording", _put("{ $count } friends"))
    second = await _state(hub, store)
    assert second[1] not in (None, first[1])
    await send("catalog.drop_wording", about)
    await send("catalog.drop_wording", about)
    texts, version, facts = await _state(hub, store)
    assert (texts, version) == ([], None)
    assert [kind for kind, _ in facts] == ["catalog.wording_put", "catalog.wording_put", "catalog.wording_dropped"]
    assert "friends" not in str(facts)


async def test_the_products_very_text_is_no_change(hub: Hub, store: str, send: Send) -> None:
    product = product_texts()[HELLO]
    await send("catalog.put_wording", _put(product.zh, language="zh"))
    assert await _state(hub, store) == ([], None, [])
    await send("catalog.put_wording", _put("有 { $count } 位", language="zh"))
    await send("catalog.put_wording", _put(product.zh, language="zh"))
    assert (await _state(hub, store))[:2] == ([], None)


async def test_other_settings_of_the_store_stay(hub: Hub, store: str, send: Send) -> None:
    await send("catalog.set_house_rules", {"call_repeat_seconds": 30})
    await send("catalog.put_wording", _put("{ $count } guests"))
    await send("catalog.drop_wording", {"language": "en", "message_id": HELLO})
    async with hub.database.read(store) as session:
        settings = (await session.get_one(Store, store)).settings
    assert settings["call_repeat_seconds"] == 30
    assert SETTING not in settings


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (_put("{ $secret } { $count }"), "wording_variable_unknown"),
        (_put("nobody"), "wording_variable_missing"),
        (_put("x", "no-such-text"), "wording_unknown_text"),
        (_put("{ $count }\n.a = b"), "wording_unreadable"),
        (_put("   "), "wording_empty"),
        (_put("{ $count }" + "x" * 2_000), "invalid"),
        (_put("{ $count }\x00"), "invalid"),
        (_put("{ $count }", "a = b"), "invalid"),
        (_put("{ $count }", language="de"), "invalid"),
    ],
)
async def test_a_refusal_changes_nothing(hub: Hub, store: str, send: Send, data: dict[str, str], code: str) -> None:
    await send("catalog.put_wording", _put("{ $count } guests"))
    before = await _state(hub, store)
    with pytest.raises(Refused) as refused:
        await send("catalog.put_wording", data)
    assert refused.value.kind.code == code
    assert await _state(hub, store) == before


async def test_two_stores_say_it_each_in_their_own_way(hub: Hub, store: str, send: Send) -> None:
    await send("catalog.put_wording", _put("Hi", "welcome-hello"))
    other = await hub.open_store(name_zh="二店", name_en="Second", zone="Asia/Shanghai")
    assert (await _state(hub, other))[:2] == ([], None)


async def test_what_the_table_holds_and_no_command_would_take_is_left_out(hub: Hub, store: str, send: Send) -> None:
    """As after an upgrade to other texts."""
    await send("catalog.put_wording", _put("Hi", "welcome-hello"))
    async with hub.database.write(store) as session:
        session.add(WordingRow(language="en", message_id=HELLO, text="nobody\nwelcome-hello = x"))
    async with hub.database.read(store) as session:
        assert len(list(await session.scalars(select(WordingRow)))) == 2
        assert await text_sources(session) == {"zh": "", "en": "welcome-hello = Hi\n"}
