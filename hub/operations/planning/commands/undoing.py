"""Taking back a whole step: a command and the plans that followed from it."""

from __future__ import annotations

from sqlalchemy import select

from hub.catalog.queries import catalog_of
from hub.kernel import journal
from hub.kernel.commands import Context
from hub.kernel.errors import FORBIDDEN, NOT_FOUND, Refused
from hub.kernel.journal import MOVED_ON, JournalRow
from hub.kernel.tables import EventRow
from hub.operations.bookings.events import BookingCancelled, BookingMoved
from hub.operations.bookings.making import vacate
from hub.operations.bookings.ports import FreedRoom
from hub.operations.bookings.rules import SLOT_TAKEN
from hub.operations.bookings.tables import AssignmentRow, BookingItemRow, BookingRow
from hub.operations.planning.commands.book import commands
from hub.operations.planning.events import StepUndone
from hub.operations.planning.models import Undo, Undone
from hub.operations.planning.parties import OPEN_STATES
from hub.operations.planning.rules import NOT_UNDOABLE
from hub.operations.planning.steps import UNDOABLE
from hub.operations.planning.tables import PlanMoveRow, PlanRow, PromiseRow
from hub.operations.visits.commands.helping import answer_all
from hub.operations.visits.events import NoShowNoted
from hub.operations.visits.floor import check_callable, places_in_use, withdraw_call
from hub.operations.visits.rules import PLACE_BUSY, TECHNICIAN_BUSY, is_as_begun
from hub.operations.visits.tables import HelpRow, PhaseRunRow, VisitRow

PLANNED = frozenset({AssignmentRow.__tablename__, PromiseRow.__tablename__, PlanMoveRow.__tablename__})
"""What plans change, too."""

MARKS: dict[type[AssignmentRow | PromiseRow], str] = {AssignmentRow: "pinned", PromiseRow: "kept"}
"""What of it only steps change."""

FREES_ROOM = frozenset(fact.event_type for fact in (BookingCancelled, BookingMoved, NoShowNoted))
"""After these the room is offered to those who wait."""


@commands.handles(
    Undo,
    permission="floor.work",
    answer=Undone,
    errors=(NOT_FOUND, FORBIDDEN, NOT_UNDOABLE, MOVED_ON, SLOT_TAKEN, TECHNICIAN_BUSY, PLACE_BUSY),
)
async def undo(context: Context, command: Undo) -> Undone:
    """The desk undoes anybody's step, a technician her own.

    Plans are taken back newest first and the command last, so that planned times return too. Where newer plans have moved
    the same work again, the step alone is taken back and the next plan finds the times.
    """
    wanted = select(EventRow).where(EventRow.command_id == command.undo_command_id).order_by(EventRow.seq).limit(1)
    fact = await context.session.scalar(wanted)
    if fact is None:
        raise Refused(NOT_FOUND, what="command")
    forgotten = fact.at < context.now - journal.KEPT
    if fact.command not in UNDOABLE or forgotten or await _taken_back(context, fact):
        raise Refused(NOT_UNDOABLE, command=fact.command)
    if context.actor.subject is not None and fact.actor_id != context.actor.id:
        raise Refused(FORBIDDEN, what="others' work")
    await _check_not_begun(context, fact.command_id)
    await _take_room_back(context, fact.command_id)
    plans = await _plans_after(context, fact)
    if await journal.intact(context.session, [*(plan.command_id for plan in plans), fact.command_id]):
        for plan in plans:
            await journal.undo(context.session, plan.command_id)
            plan.status = "undone"
        await journal.undo(context.session, fact.command_id)
    else:
        plans = []
        await journal.undo(context.session, fact.command_id, leave=PLANNED)
        await _mark_as_before(context, fact.command_id)
        await _give_up_room(context, fact.command_id)
    await _check_in_hand(context)
    numbers = [plan.number for plan in plans]
    context.record(StepUndone(undone_command_id=fact.command_id, undone_command=fact.command, plans=numbers))
    await _withdraw_lost_calls(context, fact.command_id)
    await _answer_who_is_not_here(context, fact.command_id)
    return Undone(plans=numbers)


async def _take_room_back(context: Context, step: str) -> None:
    """What the step has given up is offered no longer, whether it was a step by itself or part of a proposal."""
    freeing = select(EventRow.data).where(EventRow.command_id == step, EventRow.type.in_(FREES_ROOM)).order_by(EventRow.seq)
    given_up = list(await context.session.scalars(freeing))
    if given_up:
        freed = context.ports.get(FreedRoom)  # type: ignore[type-abstract]  # a port is known by its Protocol
        for data in given_up:
            await freed.take_back(context, data["booking_id"])


async def _check_not_begun(context: Context, step: str) -> None:
    """Raises `moved_on` where a service that the step added has begun: what runs would belong to none."""
    added = JournalRow.table == BookingItemRow.__tablename__, JournalRow.before.is_(None)
    keys = await context.session.scalars(select(JournalRow.pk).where(JournalRow.command_id == step, *added))
    begun = select(PhaseRunRow.id).where(PhaseRunRow.item_id.in_([item_id for [item_id] in keys]))
    if await context.session.scalar(begun.limit(1)) is not None:
        raise Refused(MOVED_ON, table=PhaseRunRow.__tablename__)


async def _check_in_hand(context: Context) -> None:
    """Raises `moved_on` where a phase would run again that its service has no more, or has in another way by now."""
    services = (await catalog_of(context.session)).services
    running = select(PhaseRunRow.ordinal, PhaseRunRow.technician_id, BookingItemRow.service_id).where(
        PhaseRunRow.state == "running", BookingItemRow.id == PhaseRunRow.item_id
    )
    for ordinal, technician_id, service_id in await context.session.execute(running):
        if not is_as_begun(services[service_id].phases, ordinal, technician_id):
            raise Refused(MOVED_ON, table=PhaseRunRow.__tablename__)


async def _withdraw_lost_calls(context: Context, step: str) -> None:
    """Nobody comes to be called to where somebody else is, or is called, by now, or to a place that is shut again."""
    notes = select(JournalRow.pk).where(JournalRow.command_id == step, JournalRow.table == VisitRow.__tablename__)
    put_back = {pk[0] for pk in await context.session.scalars(notes)}
    in_use = await places_in_use(context)
    for visit in list(await context.session.scalars(select(VisitRow).where(VisitRow.state == "called"))):
        place_id = visit.called_place_id
        if place_id is not None and (
            place_id in in_use or (visit.id in put_back and not await _is_callable(context, visit, place_id))
        ):
            await withdraw_call(context, visit, place_id)


async def _answer_who_is_not_here(context: Context, step: str) -> None:
    """Nobody is to come to a customer who, without the step, is not in the store."""
    came = JournalRow.table == VisitRow.__tablename__, JournalRow.before.is_(None)
    images = list(await context.session.scalars(select(JournalRow.after).where(JournalRow.command_id == step, *came)))
    await answer_all(context, HelpRow.booking_id.in_([image["booking_id"] for image in images if image is not None]))


async def _is_callable(context: Context, visit: VisitRow, place_id: str) -> bool:
    try:
        await check_callable(context, visit, place_id)
    except Refused:
        return False
    return True


async def _mark_as_before(context: Context, step: str) -> None:
    """What the step itself has noted in rows that newer plans have changed since, pins and kept promises, is as it was."""
    for table, mark in MARKS.items():
        notes = select(JournalRow).where(JournalRow.command_id == step, JournalRow.table == table.__tablename__)
        for note in list(await context.session.scalars(notes.where(JournalRow.before.is_not(None)))):
            row = await context.session.get(table, note.pk[0])
            if note.before and note.after and row is not None and getattr(row, mark) == note.after[mark]:
                setattr(row, mark, note.before[mark])


async def _give_up_room(context: Context, step: str) -> None:
    """What newer plans have given to who or what is not wanted without the step, or at its time, is given up, and what was told
    of it: a later day may get no plan that would do so."""
    notes = list(await context.session.scalars(select(JournalRow).where(JournalRow.command_id == step)))
    for note in (note for note in notes if note.table == BookingRow.__tablename__):
        [booking_id] = note.pk
        booking = await context.session.get(BookingRow, booking_id)
        moved = note.before and note.after and note.before["booked_start"] != note.after["booked_start"]
        if booking is None or booking.state not in OPEN_STATES or moved:
            await vacate(context, booking_id)
        if booking is None or moved:
            for table in (PromiseRow, PlanMoveRow):
                for row in list(await context.session.scalars(select(table).where(table.booking_id == booking_id))):
                    await context.session.delete(row)
    for note in (note for note in notes if note.table == BookingItemRow.__tablename__):
        [item_id] = note.pk
        item = await context.session.get(BookingItemRow, item_id)
        if item is None or item.cancelled:
            for row in list(await context.session.scalars(select(AssignmentRow).where(AssignmentRow.item_id == item_id))):
                await context.session.delete(row)
    await context.session.flush()


async def _taken_back(context: Context, fact: EventRow) -> bool:
    wanted = select(EventRow.data).where(EventRow.seq > fact.seq, EventRow.type == StepUndone.event_type)
    return any(data["undone_command_id"] == fact.command_id for data in await context.session.scalars(wanted))


async def _plans_after(context: Context, fact: EventRow) -> list[PlanRow]:
    """Plans in force that the command caused, newest first."""
    wanted = select(PlanRow).where(PlanRow.premises_seq >= fact.seq, PlanRow.status != "undone")
    rows = await context.session.scalars(wanted.order_by(PlanRow.number.desc()))
    return [row for row in rows if fact.command_id in row.causes]
