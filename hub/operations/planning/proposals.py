"""Proposals: a change with its repaired day, shown before anybody decides, and kept for a while so that it can be accepted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.commands import Ports, StoreFacts
from hub.kernel.errors import ErrorKind, Refused
from hub.kernel.tables import Store
from hub.kernel.text import Said
from hub.operations.planning.asking import Asking
from hub.operations.planning.models import AdoptPlan
from hub.operations.planning.problem import DayProblem, problem_of
from hub.operations.planning.rows import DayRows
from hub.operations.planning.rules import NO_ROOM, PLACE_SHUT, WORTH_TELLING
from hub.operations.planning.shelf import Kept, Proposals
from hub.operations.planning.trials import Answer, Question, Valued, free, holds
from hub.operations.planning.ways import ways_of
from hub.operations.planning.what_if import (
    Change,
    Moved,
    Repair,
    Way,
    WayKind,
    changed_day,
    command_of,
    reason_of_change,
    today,
    wanted_rows,
    way_of,
)
from hub.operations.team.rules import TECHNICIAN_AWAY
from scheduler import Assignment, verify

ALTERNATIVES = 3

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ProposedMove:
    """One service before and after; None before: newly planned; None after: no room any more, or cancelled."""

    booking_id: str
    item_id: str
    before_start: datetime | None
    after_start: datetime | None
    before_technician_id: str | None
    after_technician_id: str | None
    before_place_id: str | None
    after_place_id: str | None
    minutes: int
    """Later by (earlier when negative)."""
    reason: Said


@dataclass(frozen=True, slots=True)
class BrokenPromise:
    """A window that would not be kept, and by how much; `anyway`: without the change, the next plan breaks it as well."""

    booking_id: str
    end: datetime
    planned: datetime
    minutes: int
    anyway: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would happen. `refused` is an error's code when the change is not possible; then only alternatives are told."""

    id: str
    change: Change
    refused: str | None
    kind: WayKind = "asked"
    moves: tuple[ProposedMove, ...] = ()
    broken: tuple[BrokenPromise, ...] = ()
    unserved: tuple[str, ...] = ()
    """Bookings that would have no room; those that are cancelled for it are told apart."""
    cancels: tuple[str, ...] = ()
    levels: tuple[tuple[str, int], ...] = ()
    """By level of the objective: how much it gets worse (better when negative), changes only, in plain minutes and counts."""
    alternatives: tuple[Proposal, ...] = ()
    """Other ways to the same end, best first."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The day at one moment, and what is needed to think about it: nothing more is read."""

    rows: DayRows
    day: DayProblem
    seq: int
    store: StoreFacts
    now: datetime
    ports: Ports

    async def ask(self, ways: Sequence[Way]) -> tuple[Answer, list[Valued | None]]:
        """The answer, and for each way what holds of it when it is checked here."""
        answer = await self.ports.get(Asking).ask(Question(self.day.problem, tuple(way.trial for way in ways)))
        return answer, await asyncio.to_thread(_checked, ways, answer)

    def proposal(self, way: Way, answer: Answer, found: Valued) -> Proposal:
        """A way as it is shown, kept so that it can be accepted; `tell` the others."""
        reason = reason_of_change(self.rows, way.change)
        repair = Repair(changed_day(self.day, way.trial), answer.before.plan, found.plan, reason)
        pinned = way.change.item_id if isinstance(way.change, Moved) else None
        return self.kept(way, repair, levels_of(answer.before, found), pinned=pinned)

    async def tell(self) -> None:
        """What was proposed can now be accepted at every process."""
        await self.ports.get(Proposals).tell(self.store.id)

    def kept(self, way: Way, repair: Repair, levels: tuple[tuple[str, int], ...], *, pinned: str | None) -> Proposal:
        plan = command_of(self.rows, repair, seq=self.seq, pinned=pinned)
        kept = Kept(self.store.id, self.now, self.seq, way.change, plan, way.cancels)
        unserved = set(repair.after.unserved) - set(repair.before.unserved) - set(way.cancels)
        return Proposal(
            id=self.ports.get(Proposals).keep(kept),
            change=way.change,
            refused=None,
            kind=way.kind,
            moves=tuple(_moves(repair, plan)),
            broken=tuple(_broken(self.rows, repair)),
            unserved=tuple(sorted(unserved)),
            cancels=way.cancels,
            levels=levels,
        )


async def desk_of(session: AsyncSession, store: StoreFacts, now: datetime, ports: Ports) -> Desk:
    """Read today."""
    rows = await today(session, store, now)
    seq = await session.scalar(select(Store.seq).where(Store.id == store.id)) or 0
    return Desk(rows, problem_of(rows), seq, store, now, ports)


async def what_if(
    session: AsyncSession, store: StoreFacts, now: datetime, ports: Ports, change: Change, *, alternatives: bool = True
) -> Proposal:
    """The repaired day, and up to three other ways, best first."""
    return await (await consider(session, store, now, ports, change, alternatives=alternatives))()


async def consider(
    session: AsyncSession,
    store: StoreFacts,
    now: datetime,
    ports: Ports,
    change: Change,
    *,
    alternatives: bool,
    thorough: bool = False,
) -> Callable[[], Awaitable[Proposal]]:
    """Reads the day; what is answered thinks, and needs the session no more. `thorough`: for seconds, if need be."""
    desk = await desk_of(session, store, now, ports)

    async def think() -> Proposal:
        try:
            ways = ways_of(desk.rows, desk.day, change, others=alternatives)
        except Refused as refusal:
            return Proposal("", change, refusal.kind.code)
        ways = [replace(way, trial=replace(way.trial, thorough=thorough)) for way in ways]
        answer, found = await desk.ask(ways)
        chosen = _chosen(ways, found)
        others = tuple(desk.proposal(way, answer, valued) for way, valued in chosen)
        asked = (
            desk.proposal(ways[0], answer, found[0]) if found[0] else Proposal("", change, _impossible(desk.day, change).code)
        )
        await desk.tell()
        return replace(asked, alternatives=others)

    return think


async def each_of(desk: Desk, changes: Sequence[Change]) -> list[Proposal]:
    """Each of these changes alone, repaired: one question for all of them."""
    ways: list[Way] = []
    refused: dict[int, str] = {}
    for number, change in enumerate(changes):
        try:
            ways.append(way_of(desk.rows, desk.day, change))
        except Refused as refusal:
            refused[number] = refusal.kind.code
    answer, found = await desk.ask(ways)
    told = iter([desk.proposal(way, answer, valued) if valued else None for way, valued in zip(ways, found, strict=True)])
    proposals: list[Proposal] = []
    for number, change in enumerate(changes):
        proposal = None if number in refused else next(told)
        proposals.append(proposal or Proposal("", change, refused.get(number, NO_ROOM.code)))
    await desk.tell()
    return proposals


def _checked(ways: Sequence[Way], answer: Answer) -> list[Valued | None]:
    """The hub shows no plan that breaks a rule or does not do what the way is about, whoever found it."""
    found: list[Valued | None] = []
    for way, valued in zip(ways, answer.ways, strict=True):
        sound = valued is None or (holds(way.trial, valued.plan) and verify(free(way.trial.problem), valued.plan).valid)
        if not sound:
            log.error("a proposal was unsound", kind=way.kind)
        found.append(valued if sound else None)
    return found


def _chosen(ways: Sequence[Way], found: Sequence[Valued | None]) -> list[tuple[Way, Valued]]:
    """Other ways that come to something else than what was asked for, best first, and not all of one kind."""
    seen = {_outcome(ways[0], found[0])} if found[0] else set()
    distinct = []
    for way, valued in zip(ways[1:], found[1:], strict=True):
        if valued is None or _outcome(way, valued) in seen:
            continue
        seen.add(_outcome(way, valued))
        distinct.append((way, valued))
    if not isinstance(ways[0].change, Moved):
        return distinct[:ALTERNATIVES]
    ranked = sorted(distinct, key=lambda pair: tuple(pair[1].plan.objective.values()))
    first = [next(pair for pair in ranked if pair[0].kind == kind) for kind in dict.fromkeys(way.kind for way, _ in ranked)]
    best = [*first, *(pair for pair in ranked if pair not in first)][:ALTERNATIVES]
    return sorted(best, key=ranked.index)


def _outcome(way: Way, valued: Valued | None) -> tuple[frozenset[Assignment], tuple[str, ...]]:
    return frozenset(valued.plan.assignments if valued else ()), way.cancels


def levels_of(before: Valued, after: Valued) -> tuple[tuple[str, int], ...]:
    """What differs, the level that counts most first."""
    differences = [(str(level), value - before.plain.get(level, 0)) for level, value in after.plain.items()]
    return tuple((level, by) for level, by in differences if by)


def _moves(repair: Repair, plan: AdoptPlan) -> list[ProposedMove]:
    """Services whose first open phase is elsewhere than in the plan in force."""
    before = _first_rows(repair.day.problem.published)
    not_begun = {(data.item_id, data.ordinal) for data in plan.assignments}
    after = _first_rows(tuple(row for row in repair.after.assignments if (row.item, row.phase) in not_begun))
    reasons = {(data.booking_id, data.item_id): data.reason for data in reversed(plan.assignments) if data.reason}
    open_items = {(data.booking_id, data.item_id) for data in plan.assignments}
    found = []
    for key in dict.fromkeys((*before, *(key for key in after if key in open_items))):
        old, new = before.get(key), after.get(key)
        if old is None and new is None:
            continue
        minutes = new.start - old.start if old and new else 0
        stays = old is not None and new is not None and (old.technician, old.place) == (new.technician, new.place)
        if stays and abs(timedelta(minutes=minutes)) < WORTH_TELLING:
            continue
        found.append(
            ProposedMove(
                booking_id=key[0],
                item_id=key[1],
                before_start=repair.day.moment(old.start) if old else None,
                after_start=repair.day.moment(new.start) if new else None,
                before_technician_id=old.technician if old else None,
                after_technician_id=new.technician if new else None,
                before_place_id=old.place if old else None,
                after_place_id=new.place if new else None,
                minutes=minutes,
                reason=reasons.get(key) or repair.reason,
            )
        )
    return found


def _first_rows(rows: tuple[Assignment, ...]) -> dict[tuple[str, str], Assignment]:
    found: dict[tuple[str, str], Assignment] = {}
    for row in sorted(rows, key=lambda r: r.phase):
        found.setdefault((row.visit, row.item), row)
    return found


def _broken(rows: DayRows, repair: Repair) -> list[BrokenPromise]:
    """Of those who begin later than the plan in force has it, or than it would without the change."""
    starts = _starts(repair.after.assignments)
    known = _starts(repair.before.assignments)
    told = _starts(repair.day.problem.published)
    coming = {v.id: v.arrival.at for v in repair.day.problem.visits if v.arrival.kind == "expected_late"}
    found = []
    for booking_id, promise in rows.promises.items():
        start = starts.get(booking_id)
        if start is None or promise.kept is not None:
            continue
        anyway = start <= known.get(booking_id, start)
        if anyway and repair.day.moment(start) - repair.day.moment(told.get(booking_id, start)) < WORTH_TELLING:
            continue
        # Who comes after the window is kept waiting by the store from then on alone.
        planned, latest = repair.day.moment(start), max(promise.end, repair.day.moment(coming.get(booking_id, 0)))
        if planned > latest:
            minutes = -((latest - planned) // timedelta(minutes=1))
            found.append(BrokenPromise(booking_id, promise.end, planned, minutes, anyway))
    return sorted(found, key=lambda promise: -promise.minutes)


def _starts(rows: tuple[Assignment, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row.visit] = min(row.start, found.get(row.visit, row.start))
    return found


def _impossible(day: DayProblem, change: Change) -> ErrorKind:
    """Why a change has no day that holds it, as far as one look tells: who or what is not there, else `no_room`."""
    if not isinstance(change, Moved):
        return NO_ROOM
    rows = wanted_rows(day, change)
    closed = {place.id: place.closures for place in day.problem.places}
    away = {technician.id: technician.absences for technician in day.problem.technicians}
    if any(start < row.end and row.start < end for row in rows for start, end in closed.get(row.place or "", ())):
        return PLACE_SHUT
    if any(start < row.end and row.start < end for row in rows for start, end in away.get(row.technician or "", ())):
        return TECHNICIAN_AWAY
    return NO_ROOM
