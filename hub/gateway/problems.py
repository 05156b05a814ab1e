"""Refusals as `application/problem+json` (RFC 9457) with a sentence in the reader's language. Never a traceback."""

from __future__ import annotations

import secrets
from typing import Any

import orjson
import structlog
from pydantic import BaseModel, Field
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.responses import Response

from hub.gateway.fluent import Say, sentence
from hub.kernel.errors import UNAVAILABLE, Refused, declare
from hub.kernel.text import Language

MEDIA_TYPE = "application/problem+json"

MALFORMED = declare("malformed", 400)
FOREIGN_ORIGIN = declare("foreign_origin", 403)
NO_SUCH_PAGE = declare("no_such_page", 404)
UNKNOWN_SCREEN = declare("unknown_screen", 404)
METHOD_NOT_ALLOWED = declare("method_not_allowed", 405)
TOO_LARGE = declare("too_large", 413)
UNSUPPORTED_MEDIA = declare("unsupported_media", 415)
UNEXPECTED = declare("unexpected", 500)
NO_STORE = declare("no_store", 503)

log = structlog.get_logger(__name__)


class Problem(BaseModel):
    """What every refusal looks like."""

    type: str = Field(description="A name of this kind of problem: about:blank#<code>.")
    title: str = Field(description="The code, in words of English.")
    status: int = Field(description="The HTTP status.")
    code: str = Field(description="Stable; what a program decides by.")
    detail: str = Field(description="A sentence in the reader's language.")
    params: dict[str, Any] = Field(description="What the sentence is filled in with.")


def problem_of(error: BaseException, language: Language, say: Say = sentence) -> Problem:
    """The refusal that an error stands for, as `say` puts it; what nobody expected is logged under a reference that the reader
    is told."""
    refused = error if isinstance(error, Refused) else _refusal_of(error)
    code = refused.kind.code
    detail = say(language, f"error-{code.replace('_', '-')}", refused.params)
    return Problem(
        type=f"about:blank#{code}",
        title=code.replace("_", " ").capitalize(),
        status=refused.kind.status,
        code=code,
        detail=detail or code,
        params=orjson.loads(orjson.dumps(refused.params, default=str)),
    )


def problem_response(error: BaseException, language: Language, say: Say = sentence) -> Response:
    problem = problem_of(error, language, say)
    headers: dict[str, str] = {"Content-Language": language}
    if isinstance(error, Refused) and "retry_after_seconds" in error.params:
        headers["Retry-After"] = str(error.params["retry_after_seconds"])
    return Response(orjson.dumps(problem.model_dump()), problem.status, headers, MEDIA_TYPE)


def _refusal_of(error: BaseException) -> Refused:
    if isinstance(error, PoolTimeoutError):
        return Refused(UNAVAILABLE, what="database")
    reference = secrets.token_hex(4)
    log.error("unexpected error", reference=reference, exc_info=error)
    return Refused(UNEXPECTED, reference=reference)
