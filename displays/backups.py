"""The manager's backups: the newest, where copies lie, whether one was ever tried, and what goes wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from hub.backoffice.backups.events import (
    BackupFailed,
    BackupMade,
    DrillFailed,
    DrillPassed,
    SecondFolderBack,
    SecondFolderLost,
    StoreRestored,
)
from hub.backoffice.backups.ports import Backups, Doing, Second, ShelfState
from hub.backoffice.backups.queries import OnRecord, last_of, record
from hub.backoffice.security.ports import wall_of
from hub.gateway.screens import NoParams, Reading, Screen, View, head_of

DRILL_LATE = timedelta(hours=36)
SHOWN = 12

FACTS = (BackupMade, BackupFailed, DrillPassed, DrillFailed, SecondFolderLost, SecondFolderBack, StoreRestored)
Health = Literal["unset", "empty", "good", "failing", "untried"]


class BackupLine(BaseModel):
    model_config = ConfigDict(frozen=True)

    file: str
    made_at: datetime
    size: int


class DrillResult(BaseModel):
    """The last time a backup was restored into a scratch folder."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    file: str
    passed: bool
    code: str
    """Why it failed; empty where it passed."""
    verified: int
    milliseconds: int


class RecordLine(BaseModel):
    model_config = ConfigDict(frozen=True)

    at: datetime
    kind: str
    file: str


class BackupsView(View):
    now: datetime
    """The wall's time, which backups go by."""
    health: Health
    """unset: no keys yet. failing: something must be done. untried: no drill has passed lately."""
    faults: list[str]
    """What must be done: failed, no_room, second_missing, drill_failed."""
    newest: BackupLine | None
    backups: list[BackupLine]
    count: int
    bytes_kept: int
    free: int
    folder: str
    second: Second
    second_folder: str
    second_count: int
    doing: Doing | None
    drill: DrillResult | None
    record: list[RecordLine]


async def read(reading: Reading, params: NoParams) -> BackupsView:
    keeper: Backups = reading.ports.get(Backups)  # type: ignore[type-abstract]  # a port is known by its Protocol
    shelf, now = keeper.state(), wall_of(reading.ports).now()
    drill = await last_of(reading.session, DrillPassed.event_type, DrillFailed.event_type)
    outcome = await last_of(reading.session, BackupMade.event_type, BackupFailed.event_type)
    faults = _faults(shelf, drill, outcome)
    lines = [BackupLine(file=kept.path.name, made_at=kept.made_at, size=kept.size) for kept in shelf.kept]
    return BackupsView(
        store=head_of(reading.store),
        now=now,
        health=_health(shelf, faults, drill, reading.now),
        faults=faults,
        newest=lines[0] if lines else None,
        backups=lines[:SHOWN],
        count=len(lines),
        bytes_kept=sum(line.size for line in lines),
        free=shelf.free,
        folder=shelf.folder,
        second=shelf.second,
        second_folder=shelf.second_folder,
        second_count=shelf.second_kept,
        doing=shelf.doing,
        drill=_result(drill) if drill is not None else None,
        record=[_line(fact) for fact in await record(reading.session, *(f.event_type for f in FACTS), limit=SHOWN)],
    )


def _faults(shelf: ShelfState, drill: OnRecord | None, outcome: OnRecord | None) -> list[str]:
    faults = []
    if outcome is not None and outcome.type == BackupFailed.event_type:
        faults.append("no_room" if outcome.data.get("why") == "no_room" else "failed")
    if drill is not None and drill.type == DrillFailed.event_type:
        faults.append("no_room" if drill.data.get("code") == "no_room" else "drill_failed")
    if shelf.second == "missing":
        faults.append("second_missing")
    return list(dict.fromkeys(faults))


def _health(shelf: ShelfState, faults: list[str], drill: OnRecord | None, now: datetime) -> Health:
    if not shelf.ready:
        return "unset"
    if faults:
        return "failing"
    if not shelf.kept:
        return "empty"
    return "good" if drill is not None and now - drill.at < DRILL_LATE else "untried"


def _result(fact: OnRecord) -> DrillResult:
    return DrillResult(
        at=fact.at,
        file=str(fact.data["file"]),
        passed=fact.type == DrillPassed.event_type,
        code=str(fact.data.get("code", "")),
        verified=int(fact.data.get("verified", 0)),
        milliseconds=int(fact.data.get("milliseconds", 0)),
    )


def _line(fact: OnRecord) -> RecordLine:
    file = str(fact.data.get("file") or fact.data.get("since_file") or "")
    return RecordLine(at=fact.at, kind=fact.type.removeprefix("backups."), file=file)


screen = Screen(
    name="backups",
    permission="screen.backups",
    params=NoParams,
    view=BackupsView,
    read=read,
    touched_by=frozenset(FACTS),
    audience=lambda actor, params: "managers",
    refresh=timedelta(seconds=10),
)
