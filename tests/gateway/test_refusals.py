"""Refusals that an attack leaves behind are told in the log: who, what, from where, never what was typed, not without end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import structlog
from starlette.requests import HTTPConnection
from structlog.typing import EventDict

from hub.app import Hub
from hub.gateway.refusals import LINES_A_MINUTE, Refusals
from hub.kernel.errors import CONFLICT, FORBIDDEN, INVALID, Refused
from tests.gateway.conftest import Served, command

TYPED = "Quetzalina"


@pytest.fixture
def lines() -> Any:
    with structlog.testing.capture_logs() as entries:
        yield entries


def told(lines: list[EventDict]) -> list[EventDict]:
    return [line for line in lines if line["event"] == "refused"]


async def test_a_refusal_for_want_of_a_right_says_who_what_and_from_where(
    http: httpx.AsyncClient, open_session: Callable[..., Any], lines: list[EventDict]
) -> None:
    token = await open_session({"technician"}, who="b" * 32)
    answer = await http.get("/api/events", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403
    [line] = told(lines)
    assert (line["code"], line["what"], line["permission"]) == ("forbidden", "/api/events", "log.read")
    assert (line["actor"], line["address"]) == ("staff:" + "b" * 32, "127.0.0.1")
    assert token not in str(lines)


@pytest.mark.parametrize(
    ("method", "path", "changed", "code", "what"),
    [
        ("POST", "/api/commands/board.pin", {"Origin": "https://evil.test"}, "foreign_origin", "/api/commands/board.pin"),
        ("POST", "/api/commands/board.pin", {"Content-Type": "text/plain"}, "unsupported_media", "/api/commands/board.pin"),
        ("POST", f"/api/commands/{TYPED}", {}, "unknown_command", "elsewhere"),
        ("GET", f"/api/views/{TYPED}", {}, "unknown_screen", "elsewhere"),
    ],
)
async def test_what_no_page_sends_is_told_without_what_was_typed(
    http: httpx.AsyncClient, lines: list[EventDict], method: str, path: str, changed: dict[str, str], code: str, what: str
) -> None:
    answer = await http.request(method, path, json=command(text=TYPED) if method == "POST" else None, headers=changed)
    assert answer.json()["code"] == code
    assert [(line["code"], line["what"]) for line in told(lines)] == [(code, what)]
    assert TYPED not in str(lines)


async def test_a_field_of_a_wrong_kind_is_told(http: httpx.AsyncClient, lines: list[EventDict]) -> None:
    await http.post("/api/commands/board.pin", json=command(text=["x"], more=TYPED))
    assert [line["code"] for line in told(lines)] == ["invalid"]
    assert TYPED not in str(lines)


async def test_a_socket_that_asks_for_too_much_is_told(
    running: Served, open_session: Callable[..., Any], lines: list[EventDict]
) -> None:
    page = await running.page({"token": await open_session({"marketer"})})
    assert not (await page.watch(f"{TYPED}"))["ok"]
    assert [(line["code"], line["what"]) for line in told(lines)] == [("unknown_screen", "elsewhere")]


async def test_what_business_refuses_and_what_is_done_leaves_no_line(http: httpx.AsyncClient, lines: list[EventDict]) -> None:
    assert (await http.post("/api/commands/board.pin", json=command(text="x"))).status_code == 200
    Refusals(()).note(Refused(CONFLICT), _connection())
    assert told(lines) == []


def test_a_flood_writes_so_many_lines_a_minute_and_then_counts(lines: list[EventDict]) -> None:
    now = [0.0]
    refusals = Refusals(("/here",), monotonic=lambda: now[0])
    for _ in range(LINES_A_MINUTE + 40):
        refusals.note(Refused(INVALID), _connection())
    refusals.note(Refused(FORBIDDEN, permission="x"), _connection())
    assert len(told(lines)) == LINES_A_MINUTE + 1, "another kind is not drowned"
    now[0] = 60.0
    refusals.note(Refused(INVALID), _connection())
    assert [(line["code"], line["count"]) for line in lines if line["event"] == "refusals left out"] == [("invalid", 40)]
    assert len(told(lines)) == LINES_A_MINUTE + 2


def _connection() -> HTTPConnection:
    return HTTPConnection({"type": "http", "path": "/here", "headers": [], "client": ("192.0.2.7", 1)})


def test_secrets_in_addresses_are_not_among_what_is_told(hub: Hub) -> None:
    assert not any("{" in address for address in hub.registry.addresses())
