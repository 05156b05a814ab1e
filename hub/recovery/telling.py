"""What the command line says of trouble that whoever sits there can mend: one sentence and an exit code, no trace.

Anything else is a fault of ours, and keeps its trace. No sentence repeats what was given where that may hold a password.
"""

from __future__ import annotations

import sqlite3
from typing import Any

import asyncpg
import typer
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from typer.core import TyperGroup

from hub.gateway.fluent import sentence
from hub.gateway.problems import problem_of
from hub.kernel.errors import Refused
from hub.kernel.keyring import KeyFileError, WrongKeysError
from hub.kernel.moved import StoreMovedError
from hub.kernel.serving_lock import StoreServedError
from hub.kernel.stores import NoStoreError
from hub.kernel.terminal_text import spoken
from hub.migrations.run import SchemaUnknownError
from hub.recovery.finding import Trouble, keys_missing, trouble_of
from hub.settings import PREFIX, Settings


class StoreTroubleError(RuntimeError):
    """The store must not be opened now; nothing was made, least of all keys or an empty store in its place."""

    def __init__(self, trouble: Trouble) -> None:
        name = trouble.cause.replace("_", "-")
        cause, remedy = (sentence(spoken(), f"recovery-{what}-{name}") or name for what in ("cause", "do"))
        super().__init__(f"{cause} ({' '.join(trouble.detail.split())}) {remedy}")


MENDABLE = (
    StoreTroubleError,
    NoStoreError,
    StoreMovedError,
    StoreServedError,
    SchemaUnknownError,
    WrongKeysError,
    KeyFileError,
    Refused,
    DBAPIError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    sqlite3.Error,
    OSError,
)


class Telling(TyperGroup):
    """A group of commands that says what went wrong outside of this program, and ends."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # whoever read has gone: click ends quietly
        except ValidationError as error:
            if error.title != Settings.__name__:
                raise
            typer.echo(wrong_settings(error), err=True)
            raise typer.Exit(2) from None
        except MENDABLE as error:
            typer.echo(said(error), err=True)
            raise typer.Exit(2 if isinstance(error, NoStoreError) else 1) from None


def said(error: BaseException) -> str:
    """One line about an error of `MENDABLE`."""
    if isinstance(error, Refused):
        return in_words(error)
    fault = getattr(error, "orig", None) or error
    text = str(fault).strip().partition("\n")[0]
    if isinstance(fault, sqlite3.Error) or isinstance(error, DBAPIError):
        return f"the database: {text}"
    return text or type(fault).__name__


def in_words(refused: Refused) -> str:
    """The code, and the sentence that people get on a screen, in the terminal's language."""
    problem = problem_of(refused, spoken())
    return f"{problem.code}: {problem.detail}"


def wrong_settings(error: ValidationError) -> str:
    """Which setting is wrong and how, a line each; never its value."""
    lines = []
    for each in error.errors(include_input=False, include_url=False):
        name = f"{PREFIX}{str(each['loc'][0]).upper()}: " if each["loc"] else ""
        lines.append(name + each["msg"].removeprefix("Value error, "))
    return "\n".join(lines)


def refuse_trouble(settings: Settings) -> None:
    """Raises StoreTroubleError where recovery mode would hold the hub: no command goes past it."""
    trouble = trouble_of(settings)
    if trouble is not None:
        raise StoreTroubleError(trouble)


def refuse_without_store(settings: Settings) -> None:
    """The same, and raises NoStoreError where there never was one: a mistyped folder is no reason to make another store, nor
    to make keys for one that lies on a server."""
    refuse_trouble(settings)
    if settings.database_url and (missing := keys_missing(settings)) is not None:
        raise StoreTroubleError(missing)
    if not settings.has_store_file:
        raise NoStoreError(settings.data)
