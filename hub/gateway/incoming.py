"""Bodies as they come in: bounded, of the right type, well formed. What passes here is JSON values, nothing more."""

from __future__ import annotations

from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from hub.gateway.problems import MALFORMED, TOO_LARGE, UNSUPPORTED_MEDIA
from hub.gateway.rates import Rates
from hub.gateway.views import problems_by_field
from hub.kernel.errors import INVALID, Refused

BODY_MAX_BYTES = 64 * 1024
DEPTH_MAX = 16
INTEGER_MAX = 2**53 - 1
"""What every JSON reader keeps exact (RFC 8259 6)."""

COMMAND_ID = r"^[A-Za-z0-9_-]{16,64}$"


class Sent(BaseModel):
    """A command as it comes in. The sender makes the id before it sends, and repeats it when it sends again."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=COMMAND_ID, description="A UUID version 4, made before sending.")
    data: dict[str, Any] = Field(description="The command's fields.")


async def body_bytes(request: Request, limit: int = BODY_MAX_BYTES) -> bytes:
    """Raises `too_large` as soon as that is known."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > limit:
        raise Refused(TOO_LARGE, limit_kb=limit // 1024)
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise Refused(TOO_LARGE, limit_kb=limit // 1024)
        chunks.append(chunk)
    return b"".join(chunks)


async def json_body(request: Request) -> Any:
    """Raises `unsupported_media`, `too_large` or `malformed`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(UNSUPPORTED_MEDIA, expected="application/json")
    raw = await body_bytes(request)
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Refused(MALFORMED) from None
    if not _is_tame(value, DEPTH_MAX):
        raise Refused(MALFORMED)
    return value


class Bodies:
    """JSON bodies of addresses beside the commands, counted like commands of a stranger."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates

    async def read(self, request: Request) -> Any:
        """Raises `too_many`, or like `json_body`."""
        self._rates.count("command", None, request.client.host if request.client else "")
        return await json_body(request)


async def sent_command(request: Request) -> Sent:
    """Raises like `json_body`, or `invalid`."""
    try:
        return Sent.model_validate(await json_body(request))
    except ValidationError as error:
        raise Refused(INVALID, fields=problems_by_field(error)) from None


def _is_tame(value: Any, depth: int) -> bool:
    if isinstance(value, dict):
        return depth > 0 and all(_is_tame(v, depth - 1) for v in value.values())
    if isinstance(value, list):
        return depth > 0 and all(_is_tame(v, depth - 1) for v in value)
    if isinstance(value, int | float):
        return -INTEGER_MAX <= value <= INTEGER_MAX
    return True
