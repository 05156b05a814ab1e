"""Putting a plan into force inside a command's transaction: occupancy, moves with reasons, promises, the plan's number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from hub.kernel.commands import Context
from hub.kernel.text import Said
from hub.operations.bookings.making import PlannedWork, reassign
from hub.operations.bookings.tables import AssignmentRow
from hub.operations.planning.changes import Key
from hub.operations.planning.events import PlanAdopted, PromiseBrokenAhead, PromiseMade
from hub.operations.planning.models import AdoptPlan, PlannedPhaseData, PromiseData
from hub.operations.planning.rules import is_move
from hub.operations.planning.tables import PlanMoveRow, PlanRow, PromiseRow
from hub.operations.visits.tables import VisitRow

NO_REASON = Said(code="move-reason-improved")


async def put_into_force(context: Context, command: AdoptPlan) -> int:
    """The new plan's number. Raises `slot_taken` when the plan double-books, through the database's guards."""
    before = {key: _copy(row) for key, row in (await _present(context, command)).items()}
    wanted = {(data.item_id, data.ordinal): data for data in command.assignments}
    given_up = {(data.item_id, data.ordinal) for data in command.given_up}
    gone = [key for key in before if (key not in wanted if command.whole else key in given_up)]
    if gone:
        await _remove(context, gone)
    changed = await reassign(context, [_work(data, before.get(key)) for key, data in wanted.items()]) if wanted else []
    number = (await context.session.scalar(select(func.max(PlanRow.number))) or 0) + 1
    moved = await _note_moves(context, number, before, wanted, command.improves)
    await _promise(context, command.promises, command.assignments)
    if not command.first:
        await _find_broken(context, command)
    context.session.add(
        PlanRow(
            id=context.chance.id(),
            number=number,
            date=command.date,
            at=context.now,
            author=command.author,
            reason=command.reason.model_dump(mode="json") if command.reason else None,
            causes=list(command.causes),
            premises_seq=command.premises_seq,
            status=command.status,
            objective=dict(command.objective),
            gap=command.gap,
            seconds=command.seconds,
            command_id=context.command_id,
        )
    )
    context.record(
        PlanAdopted(
            number=number,
            date=command.date,
            author=command.author,
            premises_seq=command.premises_seq,
            moved=moved,
            changed=bool(gone or changed),
        )
    )
    return number


async def _present(context: Context, command: AdoptPlan) -> dict[Key, AssignmentRow]:
    """The planned occupancy of the services that the plan is about, and, where it is about all, of the day."""
    if not command.whole and not command.assignments and not command.given_up:
        return {}
    items = {data.item_id for data in command.assignments} | {data.item_id for data in command.given_up}
    named = AssignmentRow.item_id.in_(items)
    begins, ends = context.store.days.span(command.date)
    of_day = (AssignmentRow.start >= begins) & (AssignmentRow.start < ends)
    rows = await context.session.scalars(select(AssignmentRow).where(named | of_day if command.whole else named))
    return {(row.item_id, row.ordinal): row for row in rows}


def _copy(row: AssignmentRow) -> PlannedWork:
    return PlannedWork(
        row.item_id, row.ordinal, row.technician_id, row.place_id, row.start, row.end, row.place_until, row.pinned
    )


def _work(data: PlannedPhaseData, before: PlannedWork | None) -> PlannedWork:
    return PlannedWork(
        data.item_id,
        data.ordinal,
        data.technician_id,
        data.place_id,
        data.start,
        data.end,
        data.place_until,
        data.pinned if data.pinned is not None else bool(before and before.pinned),
    )


async def _remove(context: Context, keys: Iterable[Key]) -> None:
    """Work that the plan cannot serve has no room any more; the desk sees it as unplanned."""
    for item_id, ordinal in keys:
        rows = select(AssignmentRow).where(AssignmentRow.item_id == item_id, AssignmentRow.ordinal == ordinal)
        for row in await context.session.scalars(rows):
            await context.session.delete(row)
    await context.session.flush()


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of a phase before a plan: the start last told, who should do it, where."""

    start: datetime | None = None
    technician_id: str | None = None
    place_id: str | None = None


async def _note_moves(
    context: Context,
    number: int,
    before: dict[Key, PlannedWork],
    wanted: dict[Key, PlannedPhaseData],
    improves: int | None,
) -> list[str]:
    if not wanted:
        return []
    bookings = {data.booking_id for data in wanted.values()}
    told = await _told(context, bookings)
    present = select(VisitRow.booking_id).where(VisitRow.booking_id.in_(bookings), VisitRow.left_at.is_(None))
    here = set(await context.session.scalars(present))
    replaced = await _of_plan(context, improves) if improves is not None else {}
    moved: dict[str, None] = {}
    for key, data in wanted.items():
        old = before.get(key)
        known = Before(told.get(key, old.start), old.technician_id, old.place_id) if old else Before(told.get(key))
        change = _change(data, known, old is None, data.booking_id in here)
        if change is None:
            continue
        moved[data.booking_id] = None
        first = replaced.get(key)
        if first is not None:
            # Within one round nobody is told twice: the move counts from where the first answer found them.
            await context.session.delete(first)
            known = Before(first.before_start, first.before_technician_id, first.before_place_id)
            change = _change(data, known, first.before_start is None, data.booking_id in here)
            if change is None:
                continue
        reason = data.reason or NO_REASON
        context.session.add(
            PlanMoveRow(
                id=context.chance.id(),
                plan_number=number,
                at=context.now,
                booking_id=data.booking_id,
                item_id=data.item_id,
                phase=data.ordinal,
                before_start=change.start,
                after_start=data.start,
                before_technician_id=change.technician_id,
                after_technician_id=data.technician_id,
                before_place_id=change.place_id,
                after_place_id=data.place_id,
                reason=reason.model_dump(mode="json"),
            )
        )
    return list(moved)


def _change(data: PlannedPhaseData, known: Before, new: bool, here: bool) -> Before | None:
    """What is to be said of the time before; None where nobody needs to be told."""
    people = known.technician_id, known.place_id
    # Whoever has not come yet does not know of any chair.
    after = data.technician_id, data.place_id if here or new else known.place_id
    if not is_move(known.start, data.start, people, after):
        return None
    return Before(None if new else known.start, *people)


async def _of_plan(context: Context, number: int) -> dict[Key, PlanMoveRow]:
    wanted = select(PlanMoveRow).where(PlanMoveRow.plan_number == number)
    return {(row.item_id, row.phase): row for row in await context.session.scalars(wanted)}


async def _told(context: Context, bookings: set[str]) -> dict[Key, datetime]:
    """The start last told of each phase."""
    wanted = select(PlanMoveRow).where(PlanMoveRow.booking_id.in_(bookings)).order_by(PlanMoveRow.plan_number)
    return {(r.item_id, r.phase): r.after_start for r in await context.session.scalars(wanted) if r.after_start}


async def _promise(context: Context, promises: list[PromiseData], assignments: list[PlannedPhaseData]) -> None:
    if not promises:
        return
    names = [promise.booking_id for promise in promises]
    known = set(await context.session.scalars(select(PromiseRow.booking_id).where(PromiseRow.booking_id.in_(names))))
    for promise in promises:
        if promise.booking_id in known:
            continue
        planned = [data for data in assignments if data.booking_id == promise.booking_id]
        told = {f"{data.item_id}:{data.ordinal}": data.start.isoformat() for data in planned}
        await make_promise(context, promise, told)


async def make_promise(context: Context, promise: PromiseData, told: dict[str, str]) -> PromiseRow:
    """Tell a window; `told` has the start of each phase as `<item>:<ordinal>`."""
    row = PromiseRow(
        booking_id=promise.booking_id,
        start=promise.start,
        end=promise.end,
        odds=promise.odds,
        made_at=context.now,
        told=told,
        broken=False,
    )
    context.session.add(row)
    context.record(PromiseMade(booking_id=promise.booking_id, start=promise.start, end=promise.end, odds=promise.odds))
    return row


async def _find_broken(context: Context, command: AdoptPlan) -> None:
    """Promises that the plan cannot keep any more; each is said once."""
    starts = {data.booking_id: data.start for data in command.late}
    for data in command.assignments:
        if command.whole:
            starts[data.booking_id] = min(data.start, starts.get(data.booking_id, data.start))
    if not starts:
        return
    wanted = select(PromiseRow).where(
        PromiseRow.booking_id.in_(starts), PromiseRow.broken.is_(False), PromiseRow.kept.is_(None)
    )
    for promise in await context.session.scalars(wanted):
        if starts[promise.booking_id] > promise.end:
            promise.broken = True
            context.record(PromiseBrokenAhead(booking_id=promise.booking_id, start=starts[promise.booking_id]))
