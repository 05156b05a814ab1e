"""Ways to make a change, as the desk sees them before it decides: who moves, by how much, which promise breaks."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from displays.reasons import told
from displays.security.looking import name_for
from hub.kernel.text import Bilingual, Said
from hub.operations.planning.live_day import BookingOfDay, LiveDay
from hub.operations.planning.queries import Proposal, ProposedMove
from hub.operations.planning.what_if import ADDED, Added, Change, Gone, Joined, Late, Moved, WayKind

TOLD_LEVELS = ("unserved", "promise_lateness", "waiting", "wishes", "overtime", "fairness", "idle")
"""What the levels of the objective come to in plain words; changes are told one by one."""


class Effect(BaseModel):
    """One service of somebody else, before and after; None after: no room any more, or `cancelled` for it."""

    model_config = ConfigDict(frozen=True)

    booking_id: str
    item_id: str
    name: str
    color: str | None
    number: int | None
    before: datetime | None
    after: datetime | None
    minutes: int
    to_technician: Bilingual | None
    """Who serves instead; None: the same."""
    to_place: Bilingual | None
    breaks: bool
    """Its promised window would not be kept."""
    late: int
    """By how many minutes it would begin after the promised window."""
    cancelled: bool
    reason: Said


class LevelChange(BaseModel):
    """`by` minutes or pieces more than now; less when negative."""

    model_config = ConfigDict(frozen=True)

    level: str
    by: int


class Way(BaseModel):
    """One way to do it; `id` is what `planning.accept_proposal` takes."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: WayKind
    start: datetime | None
    technician: Bilingual | None
    place: Bilingual | None
    moves: list[Effect]
    """The others, the moved service itself left out; those whose promise breaks first."""
    minutes: int
    """By which the others are shifted, all together."""
    broken: int
    late: int
    """Minutes after promised windows, all together."""
    unserved: int
    """Customers who would have no room today."""
    cancelled: int
    """Customers whose booking would be cancelled for it."""
    levels: list[LevelChange]
    """What the day loses and gains, what counts most first."""


def way_of(day: LiveDay, proposal: Proposal, *, reads_names: bool) -> Way:
    late = {promise.booking_id: promise.minutes for promise in proposal.broken}
    mine = [move for move in proposal.moves if _is_own(proposal.change, move)]
    own = min(mine, key=lambda move: move.after_start or day.now, default=None)
    technician = day.technician(own.after_technician_id) if own else None
    place = day.place(own.after_place_id) if own else None
    others = [_effect(day, proposal, move, late, reads_names=reads_names) for move in proposal.moves if move not in mine]
    return Way(
        id=proposal.id,
        kind=proposal.kind,
        start=own.after_start if own else None,
        technician=technician.name if technician else None,
        place=place.name if place else None,
        moves=sorted(others, key=lambda effect: (not effect.breaks, effect.after is not None, effect.after or day.now)),
        minutes=sum(abs(effect.minutes) for effect in others),
        broken=len(late),
        late=sum(late.values()),
        unserved=len(proposal.unserved),
        cancelled=len(proposal.cancels),
        levels=[LevelChange(level=level, by=by) for level, by in proposal.levels if level in TOLD_LEVELS],
    )


def _is_own(change: Change, move: ProposedMove) -> bool:
    """Whether the move is what was asked for, and not what follows from it."""
    if isinstance(change, Moved):
        return move.item_id == change.item_id
    if isinstance(change, Late | Gone):
        return move.booking_id == change.booking_id
    if isinstance(change, Added):
        return move.item_id == ADDED
    return isinstance(change, Joined) and move.booking_id == ADDED


def _effect(day: LiveDay, proposal: Proposal, move: ProposedMove, late: dict[str, int], *, reads_names: bool) -> Effect:
    booking: BookingOfDay | None = day.booking(move.booking_id)
    technician = day.technician(move.after_technician_id)
    place = day.place(move.after_place_id)
    name = booking.customer_name if booking else ""
    return Effect(
        booking_id=move.booking_id,
        item_id=move.item_id,
        name=name_for(name, reads_names=reads_names),
        color=booking.code_color if booking else None,
        number=booking.code_number if booking else None,
        before=move.before_start,
        after=move.after_start,
        minutes=move.minutes,
        to_technician=technician.name if technician and move.after_technician_id != move.before_technician_id else None,
        to_place=place.name if place and move.after_place_id != move.before_place_id else None,
        breaks=move.booking_id in late,
        late=late.get(move.booking_id, 0),
        cancelled=move.booking_id in proposal.cancels,
        reason=told(day, move.reason, reads_names=reads_names),
    )
