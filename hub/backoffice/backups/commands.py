"""Asking for a backup or a drill, and the keeper's notes of what came of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hub.backoffice.backups.errors import BACKUP_UNDER_WAY, NO_BACKUP_KEYS
from hub.backoffice.backups.events import (
    BackupFailed,
    BackupMade,
    DrillFailed,
    DrillPassed,
    SecondFolderBack,
    SecondFolderLost,
    StoreRestored,
    Why,
)
from hub.backoffice.backups.ports import Backups, Doing
from hub.kernel.commands import Command, CommandBook, Context
from hub.kernel.errors import Refused
from hub.kernel.ids import Id

RUN = "backups.run"
KEEP = "backups.keep"

commands = CommandBook("backups")

FileName = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._-]{1,100}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]


class BackUpNow(Command):
    """Make a backup now."""


@commands.handles(BackUpNow, permission=RUN, errors=(NO_BACKUP_KEYS, BACKUP_UNDER_WAY))
async def back_up_now(context: Context, _command: BackUpNow) -> None:
    _begin(context, "backup")


class DrillNow(Command):
    """Try the newest backup now, by restoring it into a scratch folder."""


@commands.handles(DrillNow, permission=RUN, errors=(NO_BACKUP_KEYS, BACKUP_UNDER_WAY))
async def drill_now(context: Context, _command: DrillNow) -> None:
    _begin(context, "drill")


def _begin(context: Context, doing: Doing) -> None:
    keeper: Backups = context.ports.get(Backups)  # type: ignore[type-abstract]  # a port is known by its Protocol
    state = keeper.state()
    if not state.ready:
        raise Refused(NO_BACKUP_KEYS)
    if state.doing is not None:
        raise Refused(BACKUP_UNDER_WAY)
    context.after_commit.append(lambda: keeper.begin(doing))


class NoteBackup(Command):
    """A backup was made."""

    file: FileName
    size: Annotated[int, Field(ge=0)]
    asked: bool


@commands.handles(NoteBackup, permission=KEEP)
async def note_backup(context: Context, command: NoteBackup) -> None:
    context.record(BackupMade(file=command.file, size=command.size, asked=command.asked))


class NoteFailure(Command):
    """No backup could be made."""

    why: Why


@commands.handles(NoteFailure, permission=KEEP)
async def note_failure(context: Context, command: NoteFailure) -> None:
    context.record(BackupFailed(why=command.why))


class NoteSecondFolder(Command):
    """The second folder is lost, or back."""

    state: Literal["lost", "back"]
    file: FileName


@commands.handles(NoteSecondFolder, permission=KEEP)
async def note_second_folder(context: Context, command: NoteSecondFolder) -> None:
    if command.state == "lost":
        context.record(SecondFolderLost(since_file=command.file))
    else:
        context.record(SecondFolderBack(file=command.file))


class NoteDrill(Command):
    """What a drill came to; without a `code` it passed."""

    file: FileName
    code: Code | None = None
    verified: Annotated[int, Field(ge=0)] = 0
    milliseconds: Annotated[int, Field(ge=0)] = 0


@commands.handles(NoteDrill, permission=KEEP)
async def note_drill(context: Context, command: NoteDrill) -> None:
    if command.code is None:
        context.record(DrillPassed(file=command.file, verified=command.verified, milliseconds=command.milliseconds))
    else:
        context.record(DrillFailed(file=command.file, code=command.code))


class NoteRestored(Command):
    """The store goes on from a backup."""

    file: FileName
    epoch: Id


@commands.handles(NoteRestored, permission=KEEP)
async def note_restored(context: Context, command: NoteRestored) -> None:
    context.record(StoreRestored(file=command.file, epoch=command.epoch))
