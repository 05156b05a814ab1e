"""The last steps of people on the floor that can be taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.tables import EventRow
from hub.kernel.text import Bilingual, Said
from hub.operations.planning.events import StepUndone

LISTED = 10
LOOK_BACK = timedelta(hours=2)
_SCANNED = 200

UNDOABLE = frozenset(
    {
        "visits.check_in",
        "visits.walk_in",
        "visits.report_late",
        "visits.no_show",
        "visits.reverse_no_show",
        "visits.call_customer",
        "visits.enter_room",
        "visits.start_service",
        "visits.finish_phase",
        "visits.finish_service",
        "visits.extend",
        "visits.add_service",
        "visits.waive_request",
        "visits.drop_service",
        "visits.change_technician",
        "visits.change_place",
        "visits.pause",
        "visits.resume",
        "visits.send_to_checkout",
        "visits.leave",
        "bookings.book",
        "bookings.move",
        "bookings.cancel",
        "team.report_sick",
        "team.end_absence",
        "team.start_break",
        "team.end_break",
        "stations.close_place",
        "stations.reopen_place",
        "stations.mark_dirty",
        "stations.start_cleaning",
        "stations.mark_clean",
        "planning.move_item",
        "planning.pin",
        "planning.unpin",
        "planning.accept_proposal",
        "planning.accept_add_on",
        "planning.accept_walk_in",
    }
)
"""Commands that only touch journaled rows."""


ACCEPTED = {
    "planning.item_moved": "planning.move_item",
    "visits.customer_late": "visits.report_late",
    "visits.no_show_noted": "visits.no_show",
    "visits.service_added": "visits.add_service",
    "team.technician_sick": "team.report_sick",
    "stations.place_closed": "stations.close_place",
}
"""Whoever accepts a proposal takes the step that it is about: by the fact that tells of it, the command that does the same."""


SUBJECTS = {"team": "technician_id", "stations": "place_id"}
"""By the domain of a command, what names whom or what it is about; elsewhere the booking."""


async def undoable_steps(
    session: AsyncSession,
    now: datetime,
    names: Mapping[str, str | Bilingual],
    elsewhere: Callable[[Collection[str]], Awaitable[Mapping[str, str]]],
) -> tuple[tuple[str, Said, datetime], ...]:
    """Newest first: command id, what it was, when. `names`: by booking, technician and place of the day; `elsewhere` names
    the bookings that are not of the day any more, since they were cancelled or moved away."""
    wanted = select(EventRow).where(
        EventRow.at > now - LOOK_BACK,
        EventRow.actor_kind == "staff",
        EventRow.command.in_(UNDOABLE | {"planning.undo"}),
    )
    rows = list(await session.scalars(wanted.order_by(EventRow.seq.desc()).limit(_SCANNED)))
    taken_back = {row.data["undone_command_id"] for row in rows if row.type == StepUndone.event_type}
    subjects = {row.seq: _subject(row) for row in rows}
    away = {subject for row in rows if (subject := subjects[row.seq]) and subject not in names and _names_booking(row)}
    known: dict[str, str | Bilingual] = {**names, **(await elsewhere(away) if away else {})}
    found: dict[str, tuple[str, str | Bilingual, datetime]] = {}
    meant: dict[str, str] = {}
    for row in rows:
        if row.command not in UNDOABLE or row.command_id in taken_back:
            continue
        # What a step is about it notes first, what it sets off after that.
        who = known.get(subjects[row.seq], "")
        if row.command == "planning.accept_proposal" and row.type in ACCEPTED:
            meant[row.command_id] = ACCEPTED[row.type]
        if who or row.command_id not in found:
            found[row.command_id] = row.command, who, row.at
    return tuple(
        (step, Said(code=_code(meant.get(step, command)), params={"who": who}), at)
        for step, (command, who, at) in list(found.items())[:LISTED]
    )


def _domain(row: EventRow) -> str:
    command = ACCEPTED.get(row.type, row.command) if row.command == "planning.accept_proposal" else row.command
    return str(command).partition(".")[0]


def _names_booking(row: EventRow) -> bool:
    return _domain(row) not in SUBJECTS


def _subject(row: EventRow) -> str:
    """Whose promise breaks with a step is never what it is about."""
    if row.type.startswith("planning.promise_"):
        return ""
    return str(row.data.get(SUBJECTS.get(_domain(row), "booking_id"), ""))


def _code(command: str) -> str:
    return "step-" + command.replace(".", "-").replace("_", "-")
