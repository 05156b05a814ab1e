"""The last steps of people on the floor that can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.tables import EventRow
from hub.kernel.text import Said
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


async def undoable_steps(
    session: AsyncSession, now: datetime, names: Mapping[str, str]
) -> tuple[tuple[str, Said, datetime], ...]:
    """Newest first: command id, what it was, when. `names`: customers' names by booking."""
    wanted = select(EventRow).where(
        EventRow.at > now - LOOK_BACK,
        EventRow.actor_kind == "staff",
        EventRow.command.in_(UNDOABLE | {"planning.undo"}),
    )
    rows = list(await session.scalars(wanted.order_by(EventRow.seq.desc()).limit(_SCANNED)))
    taken_back = {row.data["undone_command_id"] for row in rows if row.type == StepUndone.event_type}
    found: dict[str, tuple[str, str, datetime]] = {}
    meant: dict[str, str] = {}
    for row in rows:
        if row.command not in UNDOABLE or row.command_id in taken_back:
            continue
        # What a step is about it notes first, what it sets off after that; others' promises are never its name.
        about = "" if row.type.startswith("planning.promise_") else str(row.data.get("booking_id", ""))
        who = names.get(about, "")
        if row.command == "planning.accept_proposal" and row.type in ACCEPTED:
            meant[row.command_id] = ACCEPTED[row.type]
        if who or row.command_id not in found:
            found[row.command_id] = row.command, who, row.at
    return tuple(
        (step, Said(code=_code(meant.get(step, command)), params={"who": who}), at)
        for step, (command, who, at) in list(found.items())[:LISTED]
    )


def _code(command: str) -> str:
    return "step-" + command.replace(".", "-").replace("_", "-")
