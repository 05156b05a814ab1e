"""A hub that cannot start says why in a line, where whoever started it can mend that."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from hub.gateway.starting import Starting
from hub.kernel.keyring import WrongKeysError
from hub.kernel.moved import StoreMovedError
from hub.migrations.run import SchemaUnknownError


async def begun(error: Exception) -> tuple[dict[str, Any], list[str]]:
    """What the server is told, and the events of the log that carry a trace."""
    told: list[dict[str, Any]] = []

    async def start() -> None:
        raise error

    async def receive() -> dict[str, Any]:
        return {"type": "lifespan.startup"}

    async def send(message: Any) -> None:
        told.append(message)

    starting = Starting(start, start, ready=lambda: False, url="postgresql+asyncpg://a:b@db.test/salon", language="en")
    with capture_logs() as logged:
        await starting({"type": "lifespan"}, receive, send)
    [answer] = told
    return answer, [line["event"] for line in logged if line.get("exc_info")]


@pytest.mark.parametrize("kind", [WrongKeysError, SchemaUnknownError, StoreMovedError])
async def test_what_the_operator_can_mend_is_said_in_a_line(kind: type[Exception]) -> None:
    answer, traced = await begun(kind("the keyring lacks keys that the store was written with: 0a1b"))
    assert answer == {
        "type": "lifespan.startup.failed",
        "message": "the keyring lacks keys that the store was written with: 0a1b",
    }
    assert traced == []


async def test_a_fault_of_ours_keeps_its_trace() -> None:
    answer, traced = await begun(KeyError("ours"))
    assert answer["type"] == "lifespan.startup.failed"
    assert traced == ["the hub does not start"]
