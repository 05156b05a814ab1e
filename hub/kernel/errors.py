"""Refusals: a code for programs, a status for HTTP, parameters for a sentence in the reader's language.

Declared once with `declare`, raised as `Refused(KIND, **params)`; the sentence is `error-<code>` in the .ftl files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_declared: dict[str, ErrorKind] = {}


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """One way to be refused. `code` is stable and public."""

    code: str
    status: int


def declare(code: str, status: int) -> ErrorKind:
    """Make a kind of refusal known to the door, the OpenAPI document and the tests.

    Raises:
        ValueError: the code exists with another status.
    """
    known = _declared.setdefault(code, ErrorKind(code, status))
    if known.status != status:
        raise ValueError(f"error code {code} is declared twice")
    return known


def declared_errors() -> dict[str, ErrorKind]:
    """Every kind of refusal by its code."""
    return dict(_declared)


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The door says no; nothing has changed."""

    def __init__(self, kind: ErrorKind, **params: Any) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.params = params


INVALID = declare("invalid", 422)
UNKNOWN_COMMAND = declare("unknown_command", 404)
NOT_FOUND = declare("not_found", 404)
NOT_SIGNED_IN = declare("not_signed_in", 401)
FORBIDDEN = declare("forbidden", 403)
ID_REUSED = declare("id_reused", 422)
TOO_MANY = declare("too_many", 429)
CONFLICT = declare("conflict", 409)
READ_ONLY = declare("read_only", 503)
UNAVAILABLE = declare("unavailable", 503)

_constraints: dict[str, ErrorKind] = {}


def declare_constraint(marker: str, kind: ErrorKind) -> None:
    """Say which refusal a constraint means; `marker` is a part of the engine's message, such as the trigger's name."""
    _constraints[marker] = kind


def refusal_of_constraint(message: str) -> ErrorKind:
    """The refusal that a broken constraint stands for; `conflict` where none is declared."""
    return next((kind for marker, kind in _constraints.items() if marker in message), CONFLICT)
