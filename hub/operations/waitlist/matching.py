"""Whom a gap suits: asks the solver for each who waits, and ranks those for whom a valid day exists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from hub.kernel.commands import Context
from hub.operations.bookings.ports import FreeStart, SlotFinder, SlotRequest, Wish
from hub.operations.bookings.tables import AssignmentRow, BookingRow, CustomerRow
from hub.operations.team.tables import TechnicianRow
from hub.operations.waitlist.rules import Rank, Rules, Span, lost_minutes, rank, rules_of
from hub.operations.waitlist.tables import GapRow, OfferRow, WaitRow


@dataclass(frozen=True, slots=True)
class Fit:
    """A start in the gap with which the whole day stays valid. `request` finds it again."""

    rank: Rank
    entry: WaitRow
    start: datetime
    end: datetime
    lost_minutes: int
    request: SlotRequest


def span_of(entry: WaitRow) -> Span:
    return Span(entry.date_from, entry.date_to, entry.time_from, entry.time_until)


def wishes_of(entry: WaitRow) -> tuple[Wish, ...]:
    return tuple(Wish(s["service_id"], s["requested"], s["technician_id"]) for s in entry.services)


async def fits_of(context: Context, gap: GapRow) -> list[Fit]:
    """Everybody whom the gap suits, best first; each once, at their best start. Those asked before are not asked again."""
    rules = rules_of(context.store.settings)
    day = context.store.days.of(gap.start)
    waiting = await context.session.scalars(
        select(WaitRow)
        .where(
            WaitRow.state == "waiting",
            WaitRow.date_from <= day,
            WaitRow.date_to >= day,
            WaitRow.id.not_in(select(OfferRow.entry_id).where((OfferRow.gap_id == gap.id) | (OfferRow.state == "running"))),
        )
        .order_by(WaitRow.joined_at, WaitRow.id)
    )
    people = {row.id: row for row in await context.session.scalars(select(TechnicianRow))}
    found = []
    for entry in list(waiting):
        customer = await context.session.get(CustomerRow, entry.customer_id)
        busy = await _busy(context, entry.customer_id, day)
        fit = await _fit(context, gap, entry, customer.tier if customer else "none", people, rules, busy)
        if fit is not None:
            found.append(fit)
    return sorted(found, key=lambda fit: fit.rank)


async def _busy(context: Context, customer_id: str, day: date) -> list[tuple[datetime, datetime]]:
    """When the customer is here already on this day, for what they have booked."""
    begins, ends = context.store.days.span(day)
    own = select(AssignmentRow.start, AssignmentRow.end).join(BookingRow, BookingRow.id == AssignmentRow.booking_id)
    rows = await context.session.execute(
        own.where(BookingRow.customer_id == customer_id, AssignmentRow.start < ends, AssignmentRow.end > begins)
    )
    return [(start, end) for start, end in rows]


async def _fit(
    context: Context,
    gap: GapRow,
    entry: WaitRow,
    tier: str,
    people: dict[str, TechnicianRow],
    rules: Rules,
    busy: Sequence[tuple[datetime, datetime]],
) -> Fit | None:
    finder = context.ports.get(SlotFinder)  # type: ignore[type-abstract]  # a port is known by its Protocol
    day, wishes = context.store.days.of(gap.start), wishes_of(entry)
    soonest = context.now + timedelta(minutes=rules.notice_minutes)
    best: tuple[tuple[int, datetime], FreeStart, SlotRequest] | None = None
    for services in _ways(wishes, [people[id_] for id_ in gap.technician_ids if id_ in people]):
        request = SlotRequest(services, day)
        for free in await finder.free_starts(context.session, context.store, context.now, request):
            inside = free.start < gap.end and free.end > gap.start and free.start >= soonest
            meets = any(free.start < end and start < free.end for start, end in busy)
            if not inside or meets or not span_of(entry).holds(free.start, context.store.days):
                continue
            hands = not gap.technician_ids or not set(gap.technician_ids).isdisjoint(free.technician_ids)
            lost = lost_minutes((gap.start, gap.end), (free.start, free.end), same_hands=hands)
            if best is None or (lost, free.start) < best[0]:
                best = (lost, free.start), free, request
    if best is None:
        return None
    (lost, start), free, request = best
    return Fit(rank(lost, tier, entry.joined_at, entry.id, rules), entry, start, free.end, lost, request)


def _ways(wishes: Sequence[Wish], freed: Sequence[TechnicianRow]) -> Iterator[tuple[Wish, ...]]:
    """The wishes with each of the freed technicians where they allow it, and as they are."""
    for person in freed:
        ways = tuple(Wish(w.service_id, "must", person.id) if _allows(w, person) else w for w in wishes)
        if ways != tuple(wishes):
            yield ways
    yield tuple(wishes)


def _allows(wish: Wish, person: TechnicianRow) -> bool:
    if wish.requested in {"woman", "man"}:
        return person.gender == wish.requested
    return wish.requested in {"any", "prefers"}
