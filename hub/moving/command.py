"""`salon-hub migrate-to-postgres`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy.exc import DBAPIError

from hub.kernel.away import is_away
from hub.kernel.moved import StoreMovedError
from hub.kernel.terminal_text import say, spoken
from hub.moving.move import Moved, MoveRefusedError, move
from hub.settings import Settings, asynchronous


def migrate_to_postgres(
    to: Annotated[str, typer.Option("--to", help="The empty database: postgresql://user:password@host/name.")],
    data: Annotated[Path | None, typer.Option("--data", help="Directory of the store.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do all of it and compare, then roll it back.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Move the store to PostgreSQL; the SQLite file stays as it was and is marked as moved."""
    settings, console = Settings.from_environment(data=data), Console(stderr=True)
    says = partial(say, "moving", spoken())
    bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, disable=quiet)
    tasks: dict[str, Any] = {}

    def tell(table: str, done: int) -> None:
        if table not in tasks:
            tasks[table] = bar.add_task(table, total=None)
        bar.update(tasks[table], completed=done)

    source = settings.data / "hub.sqlite3"
    try:
        with bar:
            moved = asyncio.run(
                move(settings.data, source, asynchronous(to), now=datetime.now(UTC), dry_run=dry_run, progress=tell)
            )
    except MoveRefusedError as refused:
        text = says(f"moving-{refused.code.replace('_', '-')}", **refused.params)
        raise _over(text, 2 if refused.code == "no_store" else 1) from None
    except StoreMovedError as error:
        raise _over(str(error)) from None
    except (OSError, DBAPIError) as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        raise _over(says("moving-away" if is_away(error) else "moving-failed", reason=reason)) from None
    _report(moved, settings, Console(), says)


def _over(text: str, code: int = 1) -> typer.Exit:
    typer.echo(text, err=True)
    return typer.Exit(code)


def _report(moved: Moved, settings: Settings, console: Console, says: Callable[..., str]) -> None:
    for table, found in moved.tables.items():
        if found.rows:
            console.print(f"{table:<24} {found.rows:>9}  {found.digest[:16]}", highlight=False, soft_wrap=True)
    for store, seq in moved.stores.items():
        console.print(says("moving-chain", store=store, seq=seq), highlight=False, soft_wrap=True)
    done = "moving-would" if moved.dry_run else "moving-was-there" if moved.was_there else "moving-done"
    console.print(says(done, rows=moved.rows, tables=len(moved.tables)), highlight=False, soft_wrap=True)
    if not moved.dry_run:
        console.print(says("moving-next", data=str(settings.data), key=str(settings.key_file)), highlight=False, soft_wrap=True)
