"""`salon-hub backup` and `salon-hub restore`."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from sqlalchemy.exc import DBAPIError

from hub.backoffice.backups.keys import BackupKeys, NoIdentityError, identity_of, keys_in, new_keys
from hub.backoffice.backups.making import drill, make
from hub.backoffice.backups.parcel import UnfitBackupError
from hub.backoffice.backups.restoring import Restored, RestoreRefusedError, restore
from hub.backoffice.backups.shelf import backups_in
from hub.kernel.database import Database
from hub.kernel.stores import NoStoreError
from hub.kernel.terminal_text import told
from hub.settings import Settings

Data = Annotated[Path | None, typer.Option("--data", help="Directory of the store.")]

backup = typer.Typer(invoke_without_command=True, help="Make a sealed backup; the hub may be running.")


def show_recovery_key(console: Console, identity: str) -> None:
    """Say it once, in both languages, with what it is for; whole on one line, however narrow the terminal is."""
    console.rule("Backup 备份", align="left")
    console.print(f"\n[bold]{identity}[/bold]\n", highlight=False, soft_wrap=True)
    console.print("Recovery key of the backups. Shown once and kept nowhere: write it down, or lock it away.")
    console.print("备份恢复密钥，仅显示这一次，系统不保存：请抄写下来妥善保管。")
    console.rule()


def first_keys(settings: Settings, console: Console) -> BackupKeys:
    """The installation's backup keys; where there are none they are made and the recovery key is shown."""
    keys = keys_in(settings.backup_key_file)
    if keys is None:
        keys, identity = new_keys(settings.backup_key_file)
        show_recovery_key(console, identity)
    return keys


def _refuse_without_store(settings: Settings) -> None:
    """Raises NoStoreError: a mistyped folder gets no recovery key, which somebody would keep for that of the store."""
    if not settings.has_store_file:
        raise NoStoreError(settings.data)


@backup.callback()
def back_up(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option("--to", help="Folder to write to; the usual one if not given.")] = None,
    data: Data = None,
) -> None:
    """Make a sealed backup; the hub may be running."""
    context.obj = data
    if context.invoked_subcommand is not None:
        return
    settings = Settings.from_environment(data=data)
    _refuse_without_store(settings)
    keys = first_keys(settings, Console())

    async def one() -> Path:
        database = Database(settings.url)
        try:
            return await make(database, to or settings.backup_folder, keys, datetime.now(UTC))
        finally:
            await database.close()

    try:
        path = asyncio.run(one())
    except (OSError, sqlite3.Error, DBAPIError) as error:
        typer.echo(told("backup-failed", reason=str(error)), err=True)
        raise typer.Exit(1) from None
    typer.echo(told("backup-made", file=str(path), size=path.stat().st_size))


@backup.command("init")
def init(
    context: typer.Context,
    data: Data = None,
    again: Annotated[bool, typer.Option("--again", help="Another recovery key, for the backups from now on.")] = False,
) -> None:
    """Make the keys of the backups and show the recovery key, once."""
    settings = Settings.from_environment(data=data or context.obj)
    _refuse_without_store(settings)
    if keys_in(settings.backup_key_file) is not None and not again:
        typer.echo(told("backup-keys-there", file=str(settings.backup_key_file)), err=True)
        raise typer.Exit(1)
    show_recovery_key(Console(), new_keys(settings.backup_key_file)[1])


@backup.command("list")
def list_backups(context: typer.Context, data: Data = None) -> None:
    """List the backups, newest first."""
    settings = Settings.from_environment(data=data or context.obj)
    for folder in filter(None, (settings.backup_folder, settings.backups_second)):
        typer.echo(str(folder))
        for kept in backups_in(folder):
            typer.echo(told("backup-listed", file=kept.path.name, size=f"{kept.size:>14,}"))


@backup.command("drill")
def drill_newest(context: typer.Context, data: Data = None) -> None:
    """Restore the newest backup into a scratch folder and check it; exit code 1 where it would not have helped."""
    settings = Settings.from_environment(data=data or context.obj)
    keys, kept = keys_in(settings.backup_key_file), backups_in(settings.backup_folder)
    if keys is None or not kept:
        typer.echo(told("backup-none"), err=True)
        raise typer.Exit(2)
    try:
        tried = asyncio.run(drill(kept[0].path, keys))
    except (UnfitBackupError, OSError) as error:
        typer.echo(f"{kept[0].path.name}: {_unfit(error)}", err=True)
        raise typer.Exit(1) from None
    typer.echo(told("backup-sound", file=tried.file, facts=tried.facts, seconds=f"{tried.seconds:.1f}"))


def restore_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    identity: Annotated[str, typer.Option("--identity", help="File with the recovery key; - reads it from standard input.")],
    data: Data = None,
    database_url: Annotated[str | None, typer.Option("--database-url", help="An empty PostgreSQL database instead.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also where there is or was a store; its files are kept beside it.")
    ] = False,
    keep_access: Annotated[
        bool,
        typer.Option("--keep-access", help="No device was removed and no password changed since: all are good as they were."),
    ] = False,
) -> None:
    """Put a backup in place; nothing is changed unless all of it is sound."""
    settings = Settings.from_environment(data=data, database_url=database_url)
    try:
        text = sys.stdin.read() if identity == "-" else Path(identity).read_text(encoding="utf-8")
        done = asyncio.run(restore(file, identity_of(text), settings, force=force, keep_access=keep_access))
    except (NoIdentityError, UnicodeDecodeError):
        typer.echo(told("backup-not-a-key"), err=True)
        raise typer.Exit(2) from None
    except (UnfitBackupError, OSError) as error:
        typer.echo(told("backup-not-restored", reason=_unfit(error)), err=True)
        raise typer.Exit(1) from None
    except RestoreRefusedError as refused:
        typer.echo(told("backup-not-restored", reason=told(f"restore-refused-{refused.code.replace('_', '-')}")), err=True)
        raise typer.Exit(1) from None
    _report(done, settings, keep_access=keep_access)


def _report(done: Restored, settings: Settings, *, keep_access: bool) -> None:
    typer.echo(told("backup-restored", made=f"{done.manifest.made_at:%Y-%m-%d %H:%M:%S}", facts=done.facts))
    if done.before is not None:
        typer.echo(told("backup-before", folder=str(done.before)))
    if done.lost:
        typer.echo(told("backup-lost", facts=done.lost))
    if keep_access:
        typer.echo(told("backup-kept-access"))
    else:
        typer.echo(told("backup-taken-access"))
    missing = [path for path in (settings.key_file, settings.keyring_file) if not path.exists()]
    if missing and not settings.master_key:
        typer.echo(told("backup-put-back", files=", ".join(map(str, missing))))
    if not done.anchored:
        typer.echo(told("backup-not-anchored", folder=str(settings.anchor_folder), key=str(settings.anchor_key_file)))
    if not settings.backup_key_file.exists():
        typer.echo(told("backup-no-keys"))


def _unfit(error: BaseException) -> str:
    if not isinstance(error, UnfitBackupError):
        return str(error)
    reason = told(f"unfit-{error.code.replace('_', '-')}")
    return f"{reason} ({error.detail})" if error.detail else reason


def add_to(app: Any) -> None:
    app.add_typer(backup, name="backup")
    app.command("restore")(restore_command)
