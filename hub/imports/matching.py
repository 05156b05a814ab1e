"""Which booked service of the store a report speaks of, when the folder itself holds no booking for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from hub.imports.book import CancellationEntry, ItemEntry, NoShowEntry
from hub.imports.known import Known, KnownItem
from hub.kernel.natural_keys import natural_key
from hub.operations.bookings.rules import AHEAD, CANCELLED


@dataclass(frozen=True, slots=True)
class Matching:
    """`people` are ids by code, `services` too; `present` the stored keys of the bookings that the folder itself holds."""

    known: Known
    services: dict[str, str]
    people: dict[str, str]
    present: Collection[str]

    def missed(self, entry: NoShowEntry) -> KnownItem | None:
        """The booking that nobody came for: the same stylist's, else the only one of that customer, day and service."""
        found = [item for item in self._of(entry) if item.timed and item.key is not None and item.state not in CANCELLED]
        same = self._same_staff(entry, found)
        if same:
            return next((item for item in same if item.state != "no_show"), same[0])
        return found[0] if len(found) == 1 and entry.customer is not None else None

    def cancelled(self, entry: CancellationEntry) -> KnownItem | None:
        """The booking that a cancellation speaks of: one that is cancelled or still ahead before one that is over."""
        found = [item for item in self._of(entry) if item.timed and item.key is not None and item.key not in self.present]
        same = self._same_staff(entry, found)
        return next((item for item in same if item.state not in PAST), same[0] if same else None)

    def waiting(self, entry: ItemEntry, claimed: Collection[str]) -> str | None:
        """The key of a no-show that stands without a time of day, and is not `claimed`, for which this is the booking."""
        found = [
            item
            for item in self._of(entry)
            if not item.timed and item.state == "no_show" and item.booking is not None and item.booking not in claimed
        ]
        same = self._same_staff(entry, found)
        return same[0].booking if same else None

    def _of(self, entry: CancellationEntry | ItemEntry | NoShowEntry) -> Sequence[KnownItem]:
        customer = self.known.stored(natural_key("customer", entry.customer)) if entry.customer is not None else None
        return self.known.booked.get((customer, entry.day, self.services.get(entry.service, "")), ())

    def _same_staff(self, entry: CancellationEntry | ItemEntry | NoShowEntry, found: Iterable[KnownItem]) -> list[KnownItem]:
        who = self.people.get(entry.staff) if entry.staff is not None else None
        return [item for item in found if item.technician_id == who]


PAST = frozenset({"done", "no_show", "arrived"})


def cancelled_since(item: KnownItem, on: date) -> bool:
    """Whether a cancellation of that day ends the booking. The bookings report holds nothing that was cancelled: one noted
    up to the day on which the store got the booking speaks of another time, and the customer had booked again."""
    return item.state in AHEAD and on > item.made_on
