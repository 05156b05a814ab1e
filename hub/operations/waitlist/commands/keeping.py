"""Gaps open, are offered and close; what time does to offers. Each of these can be repeated without harm."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime
from sqlalchemy import select

from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import INVALID, NOT_FOUND, Refused
from hub.kernel.ids import Id
from hub.kernel.journal import JournalRow
from hub.operations.bookings.making import assignments_of
from hub.operations.bookings.rules import AHEAD, SLOT_PAST
from hub.operations.bookings.tables import AssignmentRow, BookingRow
from hub.operations.team.tables import TechnicianRow
from hub.operations.waitlist.commands.book import commands
from hub.operations.waitlist.events import GapOpened
from hub.operations.waitlist.matching import fits_of
from hub.operations.waitlist.offers import close_gap, end_offer, end_wait, gone, make_offer, running
from hub.operations.waitlist.rules import rules_of
from hub.operations.waitlist.tables import GapRow, OfferRow, WaitRow

LONGEST_GAP = timedelta(hours=14)


class OpenGap(Command):
    """A step gave up a booking's room; which room, the journal of that step tells."""

    booking_id: Id
    step: str
    """Id of the command that gave it up."""
    cause: Literal["cancelled", "no_show", "moved"]
    at: AwareDatetime
    """When it was given up."""


class FillGap(Command):
    """The desk sees idle time and wants it filled from the list."""

    start: AwareDatetime
    end: AwareDatetime
    technician_id: Id | None = None


class GapKept(Answer):
    gap_id: Id


class OfferGap(Command):
    """Offer an open gap to whom it suits best, unless it is on offer already."""

    gap_id: Id


class Tend(Command):
    """Let offers lapse whose time is over, withdraw those whose room is gone, close what is past."""


@commands.handles(OpenGap, permission="bookings.keep")
async def open_gap(context: Context, command: OpenGap) -> None:
    given_up = await _given_up(context, command.step, command.booking_id)
    if not given_up:
        return
    hands = [row for row in given_up if row["technician_id"]] or given_up
    start = min(datetime.fromisoformat(row["start"]) for row in hands)
    end = max(datetime.fromisoformat(row["end"]) for row in hands)
    people = sorted({row["technician_id"] for row in hands if row["technician_id"]})
    grace = timedelta(seconds=rules_of(context.store.settings).grace_seconds)
    if end > context.now:
        _open(context, command.cause, start, end, people, booking_id=command.booking_id, try_at=command.at + grace)


@commands.handles(FillGap, permission="bookings.write", answer=GapKept, errors=(NOT_FOUND, INVALID, SLOT_PAST))
async def fill_gap(context: Context, command: FillGap) -> GapKept:
    if not timedelta(0) < command.end - command.start <= LONGEST_GAP:
        raise Refused(INVALID, fields=[{"field": "end", "problem": "order"}])
    if command.end <= context.now:
        raise Refused(SLOT_PAST)
    if command.technician_id is not None and await context.session.get(TechnicianRow, command.technician_id) is None:
        raise Refused(NOT_FOUND, what="technician")
    people = [command.technician_id] if command.technician_id else []
    return GapKept(gap_id=_open(context, "desk", command.start, command.end, people, booking_id=None, try_at=context.now).id)


@commands.handles(OfferGap, permission="bookings.keep", errors=(NOT_FOUND,))
async def offer_gap(context: Context, command: OfferGap) -> None:
    gap = await context.session.get(GapRow, command.gap_id)
    if gap is None:
        raise Refused(NOT_FOUND, what="gap")
    due = gap.state == "open" and gap.try_at is not None and gap.try_at <= context.now
    if not due or await running(context, OfferRow.gap_id == gap.id) is not None:
        return
    if await _came_back(context, gap):
        close_gap(context, gap, "taken_back")
        return
    fits = await fits_of(context, gap)
    gap.try_at = None
    if fits:
        await make_offer(context, gap, fits[0], len(fits) - 1)


@commands.handles(Tend, permission="bookings.keep")
async def tend(context: Context, _command: Tend) -> None:
    for offer in list(await context.session.scalars(select(OfferRow).where(OfferRow.state == "running"))):
        if offer.expires_at <= context.now:
            await end_offer(context, offer, "lapsed")
        else:
            reason = await gone(context.session, offer)
            if reason is not None:
                await end_offer(context, offer, "withdrawn", reason)
    on_offer = select(OfferRow.gap_id).where(OfferRow.state == "running")
    over = select(GapRow).where(GapRow.state == "open", GapRow.end <= context.now, GapRow.id.not_in(on_offer))
    for gap in list(await context.session.scalars(over)):
        close_gap(context, gap, "past")
    today = context.store.days.of(context.now)
    past = select(WaitRow).where(WaitRow.state == "waiting", WaitRow.date_to < today)
    for entry in list(await context.session.scalars(past)):
        await end_wait(context, entry, "past")


async def _came_back(context: Context, gap: GapRow) -> bool:
    """Whether the desk took its step back, so that the room is its owner's again."""
    if gap.booking_id is None or gap.cause == "moved":
        return False
    booking = await context.session.get(BookingRow, gap.booking_id)
    return booking is not None and booking.state in AHEAD | {"arrived", "done"}


def _open(
    context: Context,
    cause: str,
    start: datetime,
    end: datetime,
    technician_ids: list[str],
    *,
    booking_id: str | None,
    try_at: datetime,
) -> GapRow:
    gap = GapRow(
        id=context.chance.id(),
        cause=cause,
        booking_id=booking_id,
        start=start,
        end=end,
        technician_ids=technician_ids,
        state="open",
        opened_at=context.now,
        try_at=try_at,
    )
    context.session.add(gap)
    context.record(GapOpened(gap_id=gap.id, cause=cause, start=start, end=end))
    return gap


async def _given_up(context: Context, step: str, booking_id: str) -> list[dict[str, str]]:
    notes = select(JournalRow).where(JournalRow.command_id == step, JournalRow.table == AssignmentRow.__tablename__)
    images = [note.before for note in await context.session.scalars(notes) if note.after is None]
    kept = await assignments_of(context, booking_id)
    return [
        image
        for image in images
        if image is not None and image["booking_id"] == booking_id and not any(_is_kept(image, row) for row in kept)
    ]


def _is_kept(image: dict[str, str], row: AssignmentRow) -> bool:
    """Whether a booking that was only changed has the technician at that time all the same."""
    start, end = datetime.fromisoformat(image["start"]), datetime.fromisoformat(image["end"])
    return row.technician_id == image["technician_id"] and row.start <= start and end <= row.end
