"""`salon-hub audit`: verify a store's log, anchor it, and give out the key that proves anchors."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from hub.backoffice.audit.anchors import AnchorFolder, public_from_pem, public_pem, short_head
from hub.backoffice.audit.keeping import folder_of
from hub.backoffice.audit.verifying import Expected, Verdict, stores_of, verify
from hub.kernel.complaints import StandstillError
from hub.kernel.database import Database
from hub.kernel.errors import Refused
from hub.kernel.keyring import KeyFileError
from hub.kernel.stores import NoStoreError
from hub.kernel.tables import Store
from hub.kernel.terminal_text import told
from hub.settings import Settings

audit = typer.Typer(no_args_is_help=True, help="Check that the log still says what happened.")

Data = Annotated[Path | None, typer.Option("--data", help="Directory of the store.")]


@audit.command("verify")
def verify_log(
    data: Data = None,
    anchors: Annotated[Path | None, typer.Option("--anchors", help="Folder of the anchors, if not the usual one.")] = None,
    public_key: Annotated[Path | None, typer.Option("--public-key", help="File with the key that signed (PEM).")] = None,
    line: Annotated[list[str] | None, typer.Option("--line", help="An anchor from paper; may be given several times.")] = None,
) -> None:
    """Walk the chain and the anchors of every store; exit code 1 where anything is wrong, 2 where nothing could be checked."""
    settings = Settings.from_environment(data=data)
    folder = AnchorFolder(anchors, settings.anchor_key_file) if anchors else folder_of(settings)
    try:
        key = public_from_pem(public_key.read_bytes()) if public_key else None
        paper = [Expected(*short_head(one)) for one in line or []]
        _there_is_a_store(settings)
        if key is None and not settings.anchor_key_file.exists():
            raise ValueError(told("audit-no-key", file=str(settings.anchor_key_file)))
    except (ValueError, OSError, NoStoreError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None

    async def every_store() -> list[Verdict]:
        database = Database(settings.url)
        try:
            known = dict.fromkeys([*await stores_of(database), *folder.stores()])
            return [await verify(database, store_id, folder, key, paper) for store_id in known]
        finally:
            await database.close()

    try:
        verdicts = asyncio.run(every_store())
    except (DBAPIError, OSError, Refused, KeyFileError, StandstillError) as error:
        reason = told("audit-no-answer") if isinstance(error, Refused) else getattr(error, "orig", None) or error
        typer.echo(told("audit-unchecked", reason=str(reason)), err=True)
        raise typer.Exit(2) from None
    for verdict in verdicts:
        typer.echo(said(verdict))
    if any(verdict.finding for verdict in verdicts):
        raise typer.Exit(1)


@audit.command("anchor")
def anchor_now(
    data: Data = None,
    restored: Annotated[
        bool, typer.Option("--restored", help="Say that the store was put back from a backup, where the restore could not.")
    ] = False,
) -> None:
    """Anchor every store's log now and print the lines; the hub may be running."""
    settings = Settings.from_environment(data=data)
    _there_is_a_store(settings)
    folder = folder_of(settings)

    async def every_store() -> list[str]:
        database = Database(settings.url)
        try:
            async with database.read(None) as session:
                stores = (await session.execute(select(Store.id, Store.epoch, Store.seq, Store.head))).all()
        finally:
            await database.close()
        now = datetime.now(UTC)
        kind: Literal["anchor", "restored"] = "restored" if restored else "anchor"
        return [folder.append(store_id, epoch, seq, head, now, kind).short_line for store_id, epoch, seq, head in stores if seq]

    try:
        lines = asyncio.run(every_store())
    except (StandstillError, KeyFileError, OSError) as error:
        typer.echo(told("audit-not-anchored", reason=str(error)), err=True)
        raise typer.Exit(1) from None
    for line in lines:
        typer.echo(line)


@audit.command("public-key")
def write_public_key(data: Data = None) -> None:
    """Print the key with which somebody else can prove the anchors (PEM)."""
    settings = Settings.from_environment(data=data)
    _there_is_a_store(settings)
    try:
        typer.echo(public_pem(folder_of(settings).public_key()), nl=False)
    except (StandstillError, KeyFileError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _there_is_a_store(settings: Settings) -> None:
    """Raises NoStoreError: a mistyped folder gets no key of its own."""
    if not settings.has_store_file:
        raise NoStoreError(settings.data)


def said(verdict: Verdict) -> str:
    """One line about one store."""
    found = verdict.finding
    if found is None:
        return told("audit-sound", store=verdict.store_id, rows=str(verdict.rows), anchors=str(verdict.anchors))
    fault = told(f"audit-fault-{found.fault.replace('_', '-')}")
    row = "" if found.seq is None else f" row {found.seq}" + (f"-{found.until}" if found.until else "")
    anchor = "" if found.anchor is None else f" anchor {found.anchor}"
    return f"{verdict.store_id}:{row}{anchor} {found.fault}: {fault}"
