"""The page of the store's own words, and how they come to every screen and sentence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from hub.app import Hub, build
from hub.catalog.tables import WordingRow
from hub.gateway.fluent import LANGUAGES, sentence
from hub.gateway.push import Audience
from hub.gateway.wire import Packet
from hub.kernel.access import Actor, anonymous
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.kernel.product_texts import product_texts
from hub.settings import Settings
from tests.conftest import Send

HELLO = "welcome-waiting"


@dataclass(eq=False)
class Looker:
    views: list[dict[str, Any]] = field(default_factory=list)

    def hand(self, _audience: Audience, message: Packet) -> None:
        self.views.append(orjson.loads(message.text[2:])[1]["view"])

    def tell_error(self, _audience: Audience, error: BaseException) -> None:
        raise AssertionError("a view failed") from error

    async def shows(self, is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        async with asyncio.timeout(20):
            while not (self.views and is_so(self.views[-1])):
                await asyncio.sleep(0.01)
        return self.views[-1]


async def watched(hub: Hub, screen: str, actor: Actor) -> Looker:
    looker = Looker()
    await hub.publisher.watch(looker, hub.viewer.asked(hub.viewer.screen(screen), {}, actor))
    return looker


async def shown(hub: Hub, actor: Actor, screen: str = "wording", **params: Any) -> dict[str, Any]:
    async with hub.viewer.moment(actor.store_id) as moment:
        view = await hub.viewer.show(hub.viewer.asked(hub.viewer.screen(screen), params, actor), moment)
    found: dict[str, Any] = orjson.loads(view.view)
    return found


def put(text: str, message_id: str = HELLO, language: str = "en") -> dict[str, str]:
    return {"language": language, "message_id": message_id, "text": text}


async def test_every_text_is_found_under_a_named_group(hub: Hub, manager: Actor) -> None:
    view = await shown(hub, manager, lines=5_000)
    assert [line["id"] for line in view["lines"] if line["id"] not in product_texts()] == []
    assert view["found"] == len(view["lines"]) == len(product_texts()) == sum(group["texts"] for group in view["groups"])
    names = [group["name"] for group in view["groups"]]
    assert [name for name in (*names, "gone") for lang in LANGUAGES if sentence(lang, f"wording-group-{name}") is None] == []
    assert (view["changed"], view["left_out"], view["store"]["wording"]) == (0, 0, None)


async def test_words_of_either_language_or_the_id_find_a_text(hub: Hub, manager: Actor, send: Send) -> None:
    await send("catalog.put_wording", put("Our { $count } dear guests", HELLO))
    for words in ("位客人在等候", "GUESTS waiting", "welcome-waiting", "dear guests"):
        assert HELLO in [line["id"] for line in (await shown(hub, manager, q=words, lines=500))["lines"]], words
    assert (await shown(hub, manager, q="dear guests", group="desk"))["found"] == 0
    changed = await shown(hub, manager, changed=True)
    assert [line["id"] for line in changed["lines"]] == [HELLO]
    line = changed["lines"][0]
    assert line["en"] == {"product": product_texts()[HELLO].en, "own": "Our { $count } dear guests", "fault": None}
    assert line["zh"] == {"product": product_texts()[HELLO].zh, "own": None, "fault": None}
    assert (line["offered"], line["group"]) == (["$count"], "kiosk")
    assert next(group for group in changed["groups"] if group["name"] == "kiosk")["changed"] == 1
    assert len((await shown(hub, manager, lines=7))["lines"]) == 7


async def test_an_upgrade_to_other_texts_is_marked(hub: Hub, store: str, manager: Actor, send: Send) -> None:
    await send("catalog.put_wording", put("Hi", "welcome-hello"))
    async with hub.database.write(store) as session:
        session.add(WordingRow(language="en", message_id=HELLO, text="{ $guests } guests"))
        session.add(WordingRow(language="zh", message_id="text-of-old", text="旧"))
    view = await shown(hub, manager, changed=True)
    assert (view["changed"], view["left_out"]) == (3, 2)
    lines = {line["id"]: line for line in view["lines"]}
    assert lines[HELLO]["en"]["fault"] == {"code": "error-wording-variable-unknown", "params": {"variable": "guests"}}
    assert lines["text-of-old"]["group"] == "gone"
    assert lines["text-of-old"]["zh"]["product"] is None
    assert lines["welcome-hello"]["en"]["fault"] is None


async def test_every_open_screen_hears_of_other_words(hub: Hub, store: str, manager: Actor, send: Send) -> None:
    """Also those that no fact of the catalog touches."""
    lookers = [await watched(hub, "sign-in", anonymous(store)), await watched(hub, "desk", manager)]
    lookers.append(await watched(hub, "backups", manager))
    assert [looker.views[-1]["store"]["wording"] for looker in lookers] == [None] * 3
    await send("catalog.put_wording", put("Hi", "welcome-hello"))
    told = {(await looker.shows(lambda view: bool(view["store"]["wording"])))["store"]["wording"] for looker in lookers}
    assert len(told) == 1
    await send("catalog.drop_wording", {"language": "en", "message_id": "welcome-hello"})
    for looker in lookers:
        await looker.shows(lambda view: view["store"]["wording"] is None)


async def test_the_texts_of_a_version_are_public_and_kept_for_ever(
    hub: Hub, store: str, http: httpx.AsyncClient, manager: Actor, send: Send
) -> None:
    await send("catalog.put_wording", put("Hi { $count }\nwelcome-hello = x"))
    address = f"/api/texts/{(await shown(hub, manager))['store']['wording']}"
    answer = await http.get(address)
    assert answer.json() == {"zh": "", "en": f"{HELLO} =\n    Hi {{ $count }}\n    welcome-hello = x\n"}
    assert "immutable" in answer.headers["cache-control"]
    again = await http.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await send("catalog.put_wording", put("Ho { $count }"))
    assert (await http.get(address)).status_code == 404
    other = await hub.open_store(name_zh="二店", name_en="Second", zone="Asia/Shanghai")
    version = address.rsplit("/", 1)[1]
    for wrong in (f"{other}/{version}", f"nobody/{version}", f"{store}/x"):
        assert (await http.get(f"/api/texts/{wrong}")).json()["code"] == "no_such_page"


async def test_a_refusal_is_told_in_the_stores_words(hub: Hub, http: httpx.AsyncClient, manager: Actor, send: Send) -> None:
    async def detail() -> str:
        answer = await http.post("/api/commands/catalog.drop_wording", json={"id": "0" * 32, "data": {}})
        return str(answer.json()["detail"])

    before = await detail()
    await send("catalog.put_wording", put("Please come in first.", "error-not-signed-in"))
    await shown(hub, manager)
    assert await detail() == "Please come in first."
    await send("catalog.drop_wording", {"language": "en", "message_id": "error-not-signed-in"})
    await shown(hub, manager)
    assert await detail() == before == sentence("en", "error-not-signed-in")


async def test_an_address_without_a_page_says_so_in_the_stores_words(
    hub: Hub, http: httpx.AsyncClient, settings: Settings, send: Send
) -> None:
    home = Path(settings.front_end or "") / "home"
    home.mkdir(parents=True)
    (home / "index.html").write_text("<title>home</title>")
    await send("catalog.put_wording", put("Lost <b>& found</b>?", "page-missing-title"))
    await hub.rounds.once()
    answer = await http.get("/nowhere", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert "<h1>Lost &lt;b&gt;&amp; found&lt;/b&gt;?</h1>" in answer.text
    assert "这里什么也没有" in (await http.get("/nowhere", headers={"Accept-Language": "zh"})).text


async def test_what_is_refused_before_anybody_is_known_is_told_in_the_stores_words(
    hub: Hub, http: httpx.AsyncClient, send: Send
) -> None:
    await send("catalog.put_wording", put("Go home", "error-no-such-page"))
    await send("catalog.put_wording", put("Not from there", "error-foreign-origin"))
    await hub.rounds.once()
    english = {"Accept-Language": "en"}
    assert (await http.get("/api/nowhere", headers=english)).json()["detail"] == "Go home"
    foreign = await http.post("/api/commands/board.pin", headers={**english, "Origin": "https://elsewhere.example"})
    assert foreign.json()["detail"] == "Not from there"


@pytest.fixture
async def second(hub: Hub, store: str, clock: ManualClock) -> AsyncIterator[Hub]:
    """Another process on the same store, as far as memory goes."""
    made = build(hub.settings, clock=clock, chance=SeededRandomness(2))
    await made.prepare()
    yield made
    await made.close()


async def test_another_process_says_the_new_words_within_a_round(
    hub: Hub, second: Hub, store: str, manager: Actor, send: Send
) -> None:
    said = second.viewer.texts.of(store)
    await send("catalog.put_wording", put("你好", "welcome-hello", "zh"))
    await second.viewer.texts.look()
    assert (said("zh", "welcome-hello"), said("en", "welcome-hello")) == ("你好", sentence("en", "welcome-hello"))
    await send("catalog.put_wording", put("您好", "welcome-hello", "zh"))
    version = (await shown(second, manager))["store"]["wording"]
    assert version == (await shown(hub, manager))["store"]["wording"]
    assert said("zh", "welcome-hello") == "您好"
    await send("catalog.drop_wording", {"language": "zh", "message_id": "welcome-hello"})
    await second.viewer.texts.look()
    assert said("zh", "welcome-hello") == sentence("zh", "welcome-hello")
    assert second.viewer.texts.of("another")("zh", "welcome-hello") == sentence("zh", "welcome-hello")
