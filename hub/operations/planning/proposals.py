"""Proposals: a change with its repaired day, shown before anybody decides, and kept for a while so that it can be accepted."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.commands import Ports, StoreFacts
from hub.kernel.errors import Refused, declare
from hub.kernel.ids import Randomness
from hub.kernel.tables import Store
from hub.kernel.text import Said
from hub.operations.planning.models import AdoptPlan
from hub.operations.planning.rows import DayRows
from hub.operations.planning.rules import WORTH_TELLING
from hub.operations.planning.what_if import Change, Moved, Repair, command_of, repaired, today
from scheduler import Assignment

PROPOSAL_GONE = declare("proposal_gone", 409)

KEPT = timedelta(minutes=2)
"""A proposal's times are too old after that; of the hub's clock."""

MOST_KEPT = 256
ALTERNATIVES = 3
TRIED = 8
"""Other technicians and starts that are tried for each proposal."""

LATER_MINUTES = (15, 30, 60)


@dataclass(frozen=True, slots=True)
class ProposedMove:
    """One service before and after; None before: newly planned; None after: no room any more."""

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
    """A window that would not be kept, and by how much."""

    booking_id: str
    end: datetime
    planned: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would happen. `refused` is an error's code when the change is not possible; then nothing else is told."""

    id: str
    change: Change
    refused: str | None
    moves: tuple[ProposedMove, ...] = ()
    broken: tuple[BrokenPromise, ...] = ()
    unserved: tuple[str, ...] = ()
    """Bookings that would have no room."""
    worse: tuple[tuple[str, int], ...] = ()
    """By level of the objective: how much it gets worse (better when negative), changes only."""
    alternatives: tuple[Proposal, ...] = ()
    """Other ways to the same end, best first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A proposal as it can be accepted."""

    store_id: str
    at: datetime
    seq: int
    change: Change
    plan: AdoptPlan


class Proposals:
    """The proposals shown last, in memory: accepting one that is gone only means to look again."""

    def __init__(self, chance: Randomness) -> None:
        self._chance = chance
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def keep(self, kept: Kept) -> str:
        """Its id."""
        proposal_id = self._chance.id()
        self._kept[proposal_id] = kept
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return proposal_id

    def get(self, proposal_id: str, store_id: str, now: datetime) -> Kept:
        """Raises `proposal_gone`."""
        kept = self._kept.get(proposal_id)
        if kept is None or kept.store_id != store_id or now - kept.at > KEPT:
            raise Refused(PROPOSAL_GONE)
        return kept


async def what_if(
    session: AsyncSession, store: StoreFacts, now: datetime, ports: Ports, change: Change, *, alternatives: bool = True
) -> Proposal:
    """The repaired day, and up to three other ways, best first."""
    rows = await today(session, store, now)
    seq = await session.scalar(select(Store.seq).where(Store.id == store.id)) or 0
    proposals = ports.get(Proposals)

    def shown(wanted: Change) -> tuple[Proposal, tuple[int, ...]]:
        try:
            repair = repaired(rows, wanted)
        except Refused as refusal:
            return Proposal("", wanted, refusal.kind.code), ()
        plan = command_of(rows, repair, seq=seq, pinned=wanted.item_id if isinstance(wanted, Moved) else None)
        proposal_id = proposals.keep(Kept(store.id, now, seq, wanted, plan))
        worth = tuple(repair.after.objective[level] for level in repair.day.problem.objective)
        return _told(rows, proposal_id, wanted, repair, plan), worth

    found, _ = shown(change)
    others = _others(rows, change) if alternatives and isinstance(change, Moved) else []
    ranked = sorted(((worth, number, other) for number, (other, worth) in enumerate(map(shown, others)) if worth))
    return replace(found, alternatives=tuple(other for _, _, other in ranked[:ALTERNATIVES]))


def _others(rows: DayRows, change: Moved) -> list[Change]:
    """The same service with others who can do it, and a little later."""
    planned = rows.assignments.get(change.item_id, {})
    first = planned.get(min(planned)) if planned else None
    item = next((i for items in rows.items.values() for i in items if i.id == change.item_id), None)
    if first is None or item is None:
        return []
    start = change.start or first.start
    wanted = [phase for phase in rows.service_of(item).phases if phase.needs_technician]
    current = change.technician_id or first.technician_id
    able = [
        row.id
        for row in rows.technicians
        if row.id != current
        and all(p.skill is None or rows.standing.skills.get(row.id, {}).get(p.skill, 0) >= p.min_level for p in wanted)
    ]
    found: list[Change] = [Moved(change.item_id, technician, None, start) for technician in able]
    found += [
        Moved(change.item_id, change.technician_id, change.place_id, start + timedelta(minutes=later))
        for later in LATER_MINUTES
    ]
    return found[:TRIED]


def _told(rows: DayRows, proposal_id: str, change: Change, repair: Repair, plan: AdoptPlan) -> Proposal:
    before = repair.before.objective
    worse = [(str(level), value - before.get(level, 0)) for level, value in repair.after.objective.items()]
    return Proposal(
        id=proposal_id,
        change=change,
        refused=None,
        moves=tuple(_moves(rows, repair, plan)),
        broken=tuple(_broken(rows, repair)),
        unserved=tuple(v for v in repair.after.unserved if v not in repair.before.unserved),
        worse=tuple((level, by) for level, by in worse if by),
    )


def _moves(rows: DayRows, repair: Repair, plan: AdoptPlan) -> list[ProposedMove]:
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
    starts = _starts(repair.after.assignments)
    known = _starts(repair.before.assignments)
    found = []
    for booking_id, promise in rows.promises.items():
        start = starts.get(booking_id)
        if start is None or promise.kept is not None:
            continue
        planned, otherwise = repair.day.moment(start), repair.day.moment(known.get(booking_id, start))
        if planned > promise.end and planned > otherwise:
            minutes = -((promise.end - planned) // timedelta(minutes=1))
            found.append(BrokenPromise(booking_id, promise.end, planned, minutes))
    return sorted(found, key=lambda promise: -promise.minutes)


def _starts(rows: tuple[Assignment, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row.visit] = min(row.start, found.get(row.visit, row.start))
    return found
