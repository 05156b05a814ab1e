"""Whether an error says that the database server is away or restarting, rather than that a statement is wrong."""

from __future__ import annotations

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

_AWAY = ("08", "57P", "53300")
"""Connection lost; server going down, crashed or not yet up; too many connections.
SQLSTATE, appendix A of PostgreSQL's manual."""

_AGAIN = frozenset({"40001", "40P01"})
"""Serialization failure and deadlock: the same transaction may succeed the next time."""


def _sqlstate(error: BaseException) -> str:
    fault = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(fault, "sqlstate", None) or "")


def is_away(error: BaseException) -> bool:
    """Whether nobody answers, or nobody has room: the same may succeed when the server is back."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    # TimeoutError is an OSError. The last: the server's goodbye has been read, and that it hung up not yet.
    if isinstance(error, OSError | PoolTimeoutError | asyncpg.InterfaceError | asyncpg.InternalClientError):
        return True
    return _sqlstate(error).startswith(_AWAY)


def is_worth_another_try(error: BaseException) -> bool:
    """Whether a whole transaction may simply be begun again, at once.

    A lost connection is one of these: if its commit had come through, the command's id tells.
    """
    fault: BaseException | None = error
    while fault is not None:
        if _sqlstate(fault) in _AGAIN or is_away(fault) or "InvalidCachedStatement" in type(fault).__name__:
            return True
        fault = getattr(fault, "orig", None) or fault.__cause__
    return False
