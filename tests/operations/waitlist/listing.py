"""What the tests of the waiting list ask of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from hub.kernel.access import Actor, anonymous, system
from hub.kernel.clock import ManualClock
from hub.kernel.dispatch import Answered
from hub.kernel.event_log import since
from hub.operations.bookings.tables import AssignmentRow, BookingRow
from hub.operations.waitlist.followers import followers
from hub.operations.waitlist.keeper import look_after
from hub.operations.waitlist.tables import GapRow, OfferRow, WaitRow
from tests.operations.floor import DAY, Floor

NAMES = (
    "catalog",
    "operations.team",
    "operations.stations",
    "operations.bookings",
    "operations.visits",
    "operations.planning",
    "operations.waitlist",
)
DOMAINS = [import_module(f"hub.{name}") for name in NAMES]
PHONES = iter(f"138{number:08d}" for number in range(10_000_000, 99_999_999))


@dataclass(slots=True)
class Listing:
    floor: Floor
    clock: ManualClock
    followed: int = 0

    @property
    def system(self) -> Actor:
        return system(self.floor.store, "waitlist")

    def customer(self, entry_id: str) -> Actor:
        """Whoever holds the link of this place."""
        return Actor("customer", entry_id, self.floor.store, frozenset({"member"}), subject=entry_id)

    async def join(self, service: str = "cut", name: str = "陈晨", **more: Any) -> str:
        """A stranger joins for today, a second after the one before; the id of their place."""
        wish: dict[str, Any] = {"service_id": self.floor.services[service]} | more.pop("wish", {})
        data = {
            "services": [wish],
            "date_from": DAY.isoformat(),
            "date_to": DAY.isoformat(),
            "name": name,
            "phone": next(PHONES),
            "consent": True,
        }
        self.clock.advance(seconds=1)
        answered = await self.floor.send("waitlist.join", data | more, anonymous(self.floor.store))
        return str(answered.result["entry_id"])

    async def cancel(self, booking_id: str) -> None:
        await self.floor.send("bookings.cancel", {"booking_id": booking_id}, self.floor.desk)

    async def pass_time(self, **span: int) -> None:
        """Time goes by; then the list is looked after, as its follower and its job do."""
        self.clock.advance(**span)
        await self.follow()

    async def follow(self) -> None:
        """Hand the new facts to the list's follower."""
        (follower,) = followers(self.floor.hub)  # type: ignore[arg-type]  # a hub has the parts that are asked for
        async with self.floor.hub.database.read(self.floor.store) as session:
            facts = await since(session, self.followed)
        self.followed = facts[-1].seq if facts else self.followed
        await follower.follow(self.floor.store, [fact for fact in facts if follower.wants(fact)])
        await look_after(self.floor.hub.door, self.floor.store)

    async def offers(self) -> list[OfferRow]:
        return sorted(await self.floor.rows(OfferRow), key=lambda row: (row.made_at, row.id))

    async def running(self) -> OfferRow:
        (offer,) = [row for row in await self.offers() if row.state == "running"]
        return offer

    async def wait(self, entry_id: str) -> WaitRow:
        return next(row for row in await self.floor.rows(WaitRow) if row.id == entry_id)

    async def gap(self) -> GapRow:
        (gap,) = await self.floor.rows(GapRow)
        return gap

    async def booking(self, booking_id: str) -> BookingRow | None:
        return next((row for row in await self.floor.rows(BookingRow) if row.id == booking_id), None)

    async def room(self, booking_id: str) -> list[tuple[datetime, datetime, str | None]]:
        rows = [row for row in await self.floor.rows(AssignmentRow) if row.booking_id == booking_id]
        return [(row.start, row.end, row.technician_id) for row in sorted(rows, key=lambda row: row.start)]

    async def said(self, after: int) -> list[tuple[str, dict[str, Any]]]:
        """The list's own facts, and those of the bookings, since then."""
        return [
            (fact.type, fact.data) for fact in await self.floor.facts(after) if fact.type.startswith(("waitlist.", "bookings."))
        ]

    async def answer(self, verb: str, offer: OfferRow, actor: Actor | None = None) -> Answered:
        who = actor or self.customer(offer.entry_id)
        return await self.floor.send(f"waitlist.{verb}", {"offer_id": offer.id}, who)
