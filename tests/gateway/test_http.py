"""Commands, views and facts over HTTP, and everything that can be wrong with a request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest
import structlog.testing

from hub.app import Hub
from hub.gateway.headers import SECURITY_HEADERS
from hub.gateway.incoming import BODY_MAX_BYTES
from hub.gateway.rates import PER_SECOND, STRANGER_SHARE
from hub.settings import Settings
from tests.conftest import ORIGIN
from tests.gateway.conftest import command

PIN = "/api/commands/board.pin"


async def test_command_is_done_and_the_view_holds_it(http: httpx.AsyncClient) -> None:
    answer = await http.post(PIN, json=command(text="hello"))
    assert answer.status_code == 200
    assert answer.json() == {"seq": 1, "result": {"seq": 1}, "repeated": False}

    shown = (await http.get("/api/views/board")).json()
    assert shown["screen"] == "board"
    assert shown["seq"] == 1
    assert shown["view"]["notes"] == ["hello"]
    assert shown["view"]["store"]["name"] == {"zh": "青瓷", "en": "Celadon"}


async def test_a_view_is_asked_for_in_a_body_too(http: httpx.AsyncClient) -> None:
    await http.post(PIN, json=command(text="hello", board="other"))
    asked = await http.post("/api/views/board", json={"board": "other"})
    assert asked.json() == (await http.get("/api/views/board?board=other")).json()
    assert asked.json()["view"]["notes"] == ["hello"]
    for body in (["other"], {"colour": "red"}, {"board": ["a", "b"]}):
        assert (await http.post("/api/views/board", json=body)).json()["code"] == "invalid"


async def test_repeat_gets_the_same_answer_and_does_nothing(http: httpx.AsyncClient) -> None:
    body = command(text="once")
    first = (await http.post(PIN, json=body)).json()
    again = (await http.post(PIN, json=body)).json()
    assert again == {**first, "repeated": True}
    assert (await http.get("/api/views/board")).json()["view"]["notes"] == ["once"]


async def test_fifty_at_once_with_one_id_have_one_effect(http: httpx.AsyncClient) -> None:
    body = command(text="once")
    answers = await asyncio.gather(*(http.post(PIN, json=body) for _ in range(50)))
    assert {a.status_code for a in answers} == {200}
    assert [a.json()["repeated"] for a in answers].count(False) == 1
    assert {a.json()["seq"] for a in answers} == {1}


async def test_other_body_under_the_same_id_is_refused(http: httpx.AsyncClient) -> None:
    body = command(text="one")
    await http.post(PIN, json=body)
    answer = await http.post(PIN, json={**body, "data": {"text": "two"}})
    assert (answer.status_code, answer.json()["code"]) == (422, "id_reused")


async def test_other_actor_never_sees_an_answer(http: httpx.AsyncClient, open_session: Callable[..., Any]) -> None:
    body = command(text="mine")
    token = await open_session({"manager"})
    mine = await http.post(PIN, json=body, headers={"Authorization": f"Bearer {token}"})
    theirs = await http.post(PIN, json=body)
    assert mine.status_code == 200
    assert (theirs.status_code, theirs.json()["code"]) == (422, "id_reused")
    assert "seq" not in theirs.json()


async def test_a_tap_goes_in_nobody_elses_name(http: httpx.AsyncClient, open_session: Callable[..., Any]) -> None:
    """A tablet sends what it kept under who tapped; whoever else is signed in by then does not do it."""
    body, session = command(text="mine"), {"Authorization": f"Bearer {await open_session({'technician'}, who='a' * 32)}"}
    refused = await http.post(PIN, json=body, headers={**session, "X-Salon-As": "b" * 32})
    assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in")
    stranger = await http.post(PIN, json=body, headers={"X-Salon-As": "a" * 32})
    assert stranger.status_code == 401
    mine = await http.post(PIN, json=body, headers={**session, "X-Salon-As": "a" * 32})
    assert (mine.status_code, mine.json()["repeated"]) == (200, False)
    assert (await http.post(PIN, json=body, headers=session)).json()["repeated"] is True


async def test_secret_answer_is_not_kept(http: httpx.AsyncClient) -> None:
    body = command()
    first = await http.post("/api/commands/board.whisper", json=body)
    assert first.json()["result"]["secret"]
    again = await http.post("/api/commands/board.whisper", json=body)
    assert again.status_code == 409
    assert first.json()["result"]["secret"] not in again.text


async def test_refusal_changes_nothing(http: httpx.AsyncClient, hub: Hub) -> None:
    answer = await http.post("/api/commands/board.refuse", json=command())
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert (await http.get("/api/views/board")).json()["seq"] == 0


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed"),
        (b"\xff\xfe", "application/json", 400, "malformed"),
        (b'{"id":"%s","data":{"text":1e400}}' % (b"a" * 32), "application/json", 400, "malformed"),
        (b'{"id":"%s","data":{"text":99999999999999999999}}' % (b"a" * 32), "application/json", 400, "malformed"),
        (b"[" * 30 + b"]" * 30, "application/json", 400, "malformed"),
        (b"[]", "application/json", 422, "invalid"),
        (b'{"id":"short","data":{}}', "application/json", 422, "invalid"),
        (b'{"id":"%s","data":[]}' % (b"a" * 32), "application/json", 422, "invalid"),
        (b'{"id":"%s","data":{},"more":1}' % (b"a" * 32), "application/json", 422, "invalid"),
        (b'{"id":"%s","data":{"txet":"x"}}' % (b"a" * 32), "application/json", 422, "invalid"),
        (b"{}", "text/plain", 415, "unsupported_media"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "unsupported_media"),
        (b" " * (BODY_MAX_BYTES + 1), "application/json", 413, "too_large"),
    ],
)
async def test_bad_body_is_refused(http: httpx.AsyncClient, content: bytes, kind: str, status: int, code: str) -> None:
    answer = await http.post(PIN, content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_body_without_a_declared_length_is_bounded_too(http: httpx.AsyncClient) -> None:
    async def drip() -> Any:
        for _ in range(40):
            yield b" " * 4096

    answer = await http.post(PIN, content=drip(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


async def test_invalid_fields_are_named_without_their_values(http: httpx.AsyncClient) -> None:
    answer = await http.post(PIN, json=command(text={"secret": "s3cret"}))
    assert answer.json()["params"]["fields"] == [{"field": "text", "problem": "string_type"}]
    assert "s3cret" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("POST", "/api/commands/board.nothing", 404, "unknown_command"),
        ("GET", "/api/views/nothing", 404, "unknown_screen"),
        ("GET", "/api/views/board?colour=red", 422, "invalid"),
        ("GET", "/api/views/board?board=a&board=b", 422, "invalid"),
        ("GET", "/api/views/desk-only", 401, "not_signed_in"),
        ("GET", "/api/events", 401, "not_signed_in"),
        ("GET", "/api/nothing", 404, "no_such_page"),
        ("GET", "/api/commands/board.pin", 405, "method_not_allowed"),
        ("DELETE", "/api/views/board", 405, "method_not_allowed"),
    ],
)
async def test_bad_address_is_refused(http: httpx.AsyncClient, method: str, path: str, status: int, code: str) -> None:
    answer = await http.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("method", "path"), [("POST", "/api/commands/board.crash"), ("GET", "/api/views/board?board=crash")])
async def test_unexpected_error_tells_a_reference_and_nothing_else(http: httpx.AsyncClient, method: str, path: str) -> None:
    with structlog.testing.capture_logs() as lines:
        answer = await http.request(method, path, json=command() if method == "POST" else None)
    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.json()["params"]["reference"] in answer.json()["detail"]
    assert [line["reference"] for line in lines if "reference" in line] == [answer.json()["params"]["reference"]]


@pytest.mark.parametrize(
    ("language", "detail"), [("zh-CN,zh;q=0.9", "请先登录。"), ("en", "Please sign in first."), ("fr", "Please")]
)
async def test_sentence_is_in_the_readers_language(http: httpx.AsyncClient, language: str, detail: str) -> None:
    answer = await http.post("/api/commands/board.order", json=command(), headers={"Accept-Language": language})
    assert answer.status_code == 401
    assert answer.json()["detail"].startswith(detail)


@pytest.mark.parametrize(
    "path",
    ["/", "/nothing", "/healthz", "/metrics", "/api/openapi.json", "/api/views/board", "/api/views/nothing", "/api/events"],
)
async def test_every_answer_carries_the_security_headers(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value, path
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert "strict-transport-security" not in answer.headers


async def test_hsts_over_tls(hub: Hub, store: str) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(hub.asgi), base_url="https://hub.test") as client:
        assert (await client.get("/healthz")).headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "http://hub.test.evil.test", "https://", "file://hub.test"])
async def test_foreign_origin_is_refused(http: httpx.AsyncClient, origin: str) -> None:
    answer = await http.post(PIN, json=command(text="x"), headers={"Origin": origin})
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


async def test_request_without_the_header_no_form_can_set_is_refused(http: httpx.AsyncClient) -> None:
    del http.headers["X-Requested-With"]
    assert (await http.post(PIN, json=command(text="x"))).json()["code"] == "foreign_origin"


async def test_missing_origin_passes_only_without_a_cookie(http: httpx.AsyncClient) -> None:
    del http.headers["Origin"]
    assert (await http.post(PIN, json=command(text="a program"))).status_code == 200
    with_cookie = await http.post(PIN, json=command(text="x"), headers={"Cookie": "salon_hub=anything"})
    assert with_cookie.json()["code"] == "foreign_origin"


async def test_public_origin_of_a_proxy_is_allowed(settings: Settings, build_board: Callable[[Settings], Hub]) -> None:
    hub = build_board(settings.model_copy(update={"public_origins": ("https://salon.example",)}))
    await hub.start()
    await hub.open_store(name_zh="a", name_en="a")
    headers = {"Origin": "https://salon.example", "X-Requested-With": "x"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(hub.asgi), base_url=ORIGIN, headers=headers) as client:
        assert (await client.post(PIN, json=command(text="x"))).status_code == 200
    await hub.close()


@pytest.mark.usefixtures("within_a_second")
async def test_too_many_commands_are_throttled(settings: Settings, build_board: Callable[[Settings], Hub]) -> None:
    hub = build_board(settings.model_copy(update={"rate_factor": 1.0}))
    await hub.start()
    await hub.open_store(name_zh="a", name_en="a")
    headers = {"Origin": ORIGIN, "X-Requested-With": "x"}
    allowed = int(PER_SECOND["command"] * STRANGER_SHARE)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(hub.asgi), base_url=ORIGIN, headers=headers) as client:
        answers = [await client.post(PIN, json=command(text="x")) for _ in range(4 * allowed)]
    refused = [a for a in answers if a.status_code == 429]
    assert len(refused) == 3 * allowed
    assert sum(a.status_code == 200 for a in answers) == allowed
    assert refused[0].json()["code"] == "too_many"
    assert int(refused[0].headers["Retry-After"]) >= 1
    await hub.close()


async def test_facts_can_be_read_in_order_by_whoever_may(http: httpx.AsyncClient, open_session: Callable[..., Any]) -> None:
    for text in "abcde":
        await http.post(PIN, json=command(text=text))
    headers = {"Authorization": f"Bearer {await open_session({'manager'})}"}
    told = (await http.get("/api/events", params={"since": 1, "limit": 3}, headers=headers)).json()
    assert [fact["seq"] for fact in told["events"]] == [2, 3, 4]
    assert told["events"][0]["type"] == "board.note_pinned"
    assert told["seq"] == 5
    assert (await http.get("/api/events", params={"since": -1}, headers=headers)).status_code == 422
    assert (await http.get("/api/events", params={"limit": 100_000}, headers=headers)).status_code == 422


async def test_desk_may_not_read_the_log(http: httpx.AsyncClient, open_session: Callable[..., Any]) -> None:
    headers = {"Authorization": f"Bearer {await open_session({'front_desk'})}"}
    assert (await http.get("/api/events", headers=headers)).json()["code"] == "forbidden"


async def test_hub_without_a_store_says_so(hub: Hub) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(hub.asgi), base_url=ORIGIN) as client:
        answer = await client.get("/api/views/board")
        assert (answer.status_code, answer.json()["code"]) == (503, "no_store")
        assert (await client.get("/healthz")).json() == {"status": "ok"}


async def test_metrics_count_commands_by_outcome(http: httpx.AsyncClient) -> None:
    await http.post(PIN, json=command(text="x"))
    await http.post(PIN, json=command())
    await http.post("/api/commands/made.up", json=command())
    text = (await http.get("/metrics")).text
    assert 'salon_hub_commands_total{command="board.pin",outcome="200"} 1.0' in text
    assert 'salon_hub_commands_total{command="board.pin",outcome="422"} 1.0' in text
    assert 'salon_hub_commands_total{command="unknown",outcome="404"} 1.0' in text


async def test_answers_survive_a_restart(
    http: httpx.AsyncClient, hub: Hub, settings: Settings, build_board: Callable[[Settings], Hub]
) -> None:
    body = command(text="kept")
    first = (await http.post(PIN, json=body)).json()
    await hub.close()
    again_hub = build_board(settings)
    await again_hub.start()
    headers = {"Origin": ORIGIN, "X-Requested-With": "x"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(again_hub.asgi), base_url=ORIGIN, headers=headers) as client:
        again = orjson.loads((await client.post(PIN, json=body)).content)
    assert again == {**first, "repeated": True}
    await again_hub.close()
