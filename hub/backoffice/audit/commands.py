"""Noting anchors and checks, which is the hub's own business; asking for a check, which is a manager's."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import delete, select

from hub.backoffice.audit.events import (
    AnchoringFailed,
    AnchoringResumed,
    ChainBroken,
    ChainWholeAgain,
    Fault,
    LinesExported,
    VerificationAsked,
    WhyNoAnchor,
)
from hub.backoffice.audit.tables import AnchorRow, VerificationRow
from hub.kernel.commands import Command, CommandBook, Context

KEPT = 100
"""Results of checks that are kept."""

commands = CommandBook("audit")


class NoteAnchor(Command):
    """An anchor was written to the file."""

    key: str
    n: int
    seq: int
    digest: str
    line: str


@commands.handles(NoteAnchor, permission="audit.keep")
async def note_anchor(context: Context, command: NoteAnchor) -> None:
    context.session.add(AnchorRow(**command.model_dump(), at=context.now))


class NoteAnchoring(Command):
    """No anchor can be written, or one was again."""

    why: WhyNoAnchor | None


@commands.handles(NoteAnchoring, permission="audit.keep")
async def note_anchoring(context: Context, command: NoteAnchoring) -> None:
    context.record(AnchoringFailed(why=command.why) if command.why else AnchoringResumed())


class NoteVerification(Command):
    """The log was checked."""

    rows: int
    anchors: int
    fault: Fault | None
    at_seq: int | None
    anchor: int | None


@commands.handles(NoteVerification, permission="audit.keep")
async def note_verification(context: Context, command: NoteVerification) -> None:
    session = context.session
    before = await session.scalar(select(VerificationRow).order_by(VerificationRow.n.desc()).limit(1))
    n = before.n + 1 if before else 1
    session.add(VerificationRow(n=n, at=context.now, **command.model_dump()))
    if command.fault is not None:
        if before is None or (before.fault, before.at_seq) != (command.fault, command.at_seq):
            context.record(ChainBroken(fault=command.fault, at_seq=command.at_seq, anchor=command.anchor))
    elif before is not None and before.fault is not None:
        context.record(ChainWholeAgain())
    await session.execute(delete(VerificationRow).where(VerificationRow.n <= n - KEPT))


class AskVerification(Command):
    """Check the whole log now; the result shows on the screen of the log when it is there."""


@commands.handles(AskVerification, permission="audit.read")
async def ask_verification(context: Context, command: AskVerification) -> None:
    context.record(VerificationAsked())


class NoteExport(Command):
    """Put on record that lines of the log, as its screen shows them, are taken away as a file."""

    oldest: Annotated[int, Field(ge=1)]
    newest: Annotated[int, Field(ge=1)]
    lines: Annotated[int, Field(ge=1, le=1000)]


@commands.handles(NoteExport, permission="audit.read")
async def note_export(context: Context, command: NoteExport) -> None:
    context.record(LinesExported(**command.model_dump()))
