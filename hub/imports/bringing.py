"""A book into the store: its catalog and team, its customers, its bookings and what became of them, its rows for later.

Everything goes through the door. What the store knows is left alone: people may have changed it by hand since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

from hub.imports.book import (
    Book,
    CancellationEntry,
    ItemEntry,
    NoShowEntry,
    RawRow,
    ShiftEntry,
    VisitEntry,
)
from hub.imports.commands import ROWS_MAX
from hub.imports.draft import Draft
from hub.imports.findings import Imported, Merge
from hub.imports.matching import Matching, cancelled_since
from hub.imports.premises import catalog_errands, service_errand, technician_errand
from hub.imports.salon_csv.visits import group_visits, visit_of
from hub.imports.sending import Errand, Sender, edition_of
from hub.kernel.business_days import BusinessDays
from hub.kernel.natural_keys import natural_key
from hub.kernel.wall_time import moment
from hub.operations.bookings.commands.book import SERVICES_MAX
from hub.operations.bookings.rules import CANCELLED

NOBODY = "0" * 32
"""Stands for an id that a dry run has not got."""


@dataclass(slots=True)
class Bringer:
    """Brings one draft's book in. `known` gathers the natural keys of rows that the store knew before; `services` and
    `people` are ids by code; `rosterless` the shifts that were refused; `joined` natural keys of rows that speak of a booking
    of the store, and as what."""

    sender: Sender
    draft: Draft
    now: datetime
    known: set[str] = field(default_factory=set)
    services: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    rosterless: list[tuple[ShiftEntry, str]] = field(default_factory=list)
    joined: dict[str, Merge] = field(default_factory=dict)

    @property
    def book(self) -> Book:
        return self.draft.book

    async def bring(self) -> Draft:
        """Send what is new; the account afterwards."""
        for errands in catalog_errands(self.book):
            await self.sender.send_all(errands)
        await self._services()
        await self._team()
        await self._shifts()
        await self._customers()
        await self._visits()
        await self._later_no_shows()
        await self._of_the_stores_bookings()
        await self._without_a_time()
        await self._rows_for_later()
        return self.draft.settled(self.known, self.sender.refused, self.joined)

    # the catalog and the team

    async def _services(self) -> None:
        stored = self.sender.known.services
        self.services = {code: service.id for code, service in stored.items()}
        names = {category.code: category.name for category in self.book.categories}
        # What only bookings name says less than the listing that brought it once.
        new = [entry for entry in self.book.services if entry.listed or entry.code not in stored]
        self.known.update(entry.key for entry in self.book.services if entry not in new)
        errands = [service_errand(entry, names[entry.category], n, stored.get(entry.code)) for n, entry in enumerate(new)]
        self.known.update(errand.key for errand in errands if self.sender.is_known(errand))
        for entry, answer in zip(new, await self.sender.answers(errands), strict=True):
            if answer is not None:
                self.services.setdefault(entry.code, answer.get("service_id", NOBODY))

    async def _team(self) -> None:
        stored = self.sender.known.people
        self.people = {code: person.id for code, person in stored.items()}
        errands = [technician_errand(entry, n, stored.get(entry.code)) for n, entry in enumerate(self.book.staff)]
        for entry, answer in zip(self.book.staff, await self.sender.answers(errands), strict=True):
            if answer is not None:
                self.people.setdefault(entry.code, answer.get("technician_id", NOBODY))

    async def _shifts(self) -> None:
        await self.sender.send_all(errand for entry in self.book.shifts if (errand := self._shift(entry)) is not None)
        refused = self.sender.refused
        self.rosterless = [(entry, refused[entry.key]) for entry in self.book.shifts if entry.key in refused]

    def _shift(self, entry: ShiftEntry) -> Errand | None:
        """The shift, or the longer one when a later report shows more of that day; None where the roster covers it."""
        who = self.people.get(entry.staff)
        if who is None:
            return None
        start, end, shift_id = entry.starts_at, entry.ends_at, None
        zone = ZoneInfo(self.book.zone)
        day = (self.sender.known.days or BusinessDays(zone)).of(start)
        for shift in self.sender.known.shifts.get((who, day), ()):
            if shift.start <= start and end <= shift.end:
                return None
            if shift.start < end and start < shift.end:
                start, end, shift_id = min(start, shift.start), max(end, shift.end), shift.id
        data = {
            "technician_id": who,
            "date": day.isoformat(),
            "start": f"{start.astimezone(zone):%H:%M}",
            "end": f"{end.astimezone(zone):%H:%M}",
            "shift_id": shift_id,
        }
        return Errand("team.put_shift", data, entry.key, edition=edition_of(entry.starts_at, entry.ends_at))

    # customers and bookings

    async def _customers(self) -> None:
        await self.sender.send_all(
            Errand(
                "bookings.put_customer",
                {"natural_key": entry.key, "name": entry.name, "language": self.book.language},
                entry.key,
            )
            for entry in self.book.customers
            if self.sender.known.stored(entry.key) not in self.sender.known.customers
        )

    async def _visits(self) -> None:
        items, stored = self.sender.known.items, self.sender.known.stored
        there = {item.key for item in self.book.items if stored(item.key) in items}
        self.known.update(there)
        fresh = [item for item in self.book.items if item.key not in there and self._can_be_said(item.key, item)]
        untimed = self._untimed_no_shows(fresh)
        for missed in (False, True):
            alike = [item for item in fresh if item.no_show is missed and item.key not in untimed]
            visits = group_visits(alike, self.book.visit_pause_minutes)
            await self.sender.send_all(self._booking(part, part.key) for visit in visits for part in _parts(visit))
        late = [item for item in fresh if item.key in untimed]
        await self.sender.send_all(self._booking(visit_of([item]), untimed[item.key], again=True) for item in late)

    def _untimed_no_shows(self, fresh: Sequence[ItemEntry]) -> dict[str, str]:
        """Item → the no-show that the store has of it without a time of day."""
        matching = self._matching()
        found = {entry.item: self._stored(entry) for entry in self.book.no_shows if entry.item and self._timed(entry) is False}
        for item in fresh:
            if not item.no_show and (key := matching.waiting(item, found.values())) is not None:
                found[item.key] = key
        return found

    def _matching(self) -> Matching:
        """With what the store has by now; to be made once for many entries."""
        present = {self.sender.known.stored(item.key) for item in self.book.items}
        return Matching(self.sender.known, self.services, self.people, present)

    def _stored(self, entry: CancellationEntry | NoShowEntry) -> str:
        return self.sender.known.stored(entry.key)

    def _timed(self, entry: CancellationEntry | NoShowEntry) -> bool | None:
        """Whether the time of day is known of the booking that the store has of an entry; None: it has none."""
        return self.sender.known.bookings.get(self._stored(entry))

    def _can_be_said(self, key: str, entry: ItemEntry | CancellationEntry | NoShowEntry) -> bool:
        """Whether the store has the service and the people of a booking; if not, its row is refused for their reason."""
        customer = natural_key("customer", entry.customer) if entry.customer is not None else ""
        needed = [(natural_key("service", entry.service), entry.service in self.services)]
        needed.append((natural_key("staff", entry.staff or ""), entry.staff is None or entry.staff in self.people))
        needed.append((customer, customer not in self.sender.refused))
        for what, there in needed:
            if not there:
                self.sender.refuse((key,), self.sender.refused.get(what, "not_found"))
                return False
        return True

    def _booking(self, visit: VisitEntry, key: str, again: bool = False) -> Errand:
        items = visit.items
        missed = items[0].no_show
        state = "no_show" if missed else "done" if visit.ends_at <= self.now else "confirmed"
        data = {
            "natural_key": key,
            "customer_key": natural_key("customer", visit.customer) if visit.customer is not None else None,
            "services": [self._wish(item.service, item.staff) for item in items],
            "item_keys": [item.key for item in items],
            "start": visit.starts_at.isoformat(),
            "state": state,
            "ended_at": visit.starts_at.isoformat() if missed else None,
        }
        brings = tuple(item.key for item in items)
        return Errand("bookings.bring_in", data, key, brings, edition="timed" if again else "")

    def _wish(self, service: str, staff: str | None) -> dict[str, str | None]:
        """Whom the book names is preferred, not demanded: it does not say who asked for whom."""
        return {
            "service_id": self.services[service],
            "requested": "prefers" if staff is not None else "any",
            "technician_id": self.people[staff] if staff is not None else None,
        }

    async def _later_no_shows(self) -> None:
        """Services that an earlier import brought in before anybody said that nobody came for them."""
        states, stored = self.sender.known.items, self.sender.known.stored
        missed = [item for item in self.book.items if item.no_show and states.get(stored(item.key), "no_show") != "no_show"]
        await self.sender.send_all(
            Errand("bookings.bring_in_no_show", {"item_key": item.key}, f"no_show_of/{item.key}") for item in missed
        )

    async def _of_the_stores_bookings(self) -> None:
        """No-shows and cancellations of bookings that an earlier import brought and this folder does not hold."""
        matching = self._matching()
        await self.sender.send_all(
            errand
            for entry in self.book.no_shows
            if entry.item is None and self._timed(entry) is None and (errand := self._missed(entry, matching)) is not None
        )
        await self.sender.send_all(
            errand
            for entry in self.book.cancellations
            if self._timed(entry) is None and (errand := self._cancelled(entry, matching)) is not None
        )

    def _missed(self, entry: NoShowEntry, matching: Matching) -> Errand | None:
        found = matching.missed(entry)
        if found is None:
            return None
        self.joined[entry.key] = Merge.NO_SHOW_OF_KNOWN_BOOKING
        if found.state == "no_show":
            return None
        return Errand("bookings.bring_in_no_show", {"item_key": found.key}, f"no_show_of/{found.key}", (entry.key,))

    def _cancelled(self, entry: CancellationEntry, matching: Matching) -> Errand | None:
        found = matching.cancelled(entry)
        if found is None:
            return None
        since = cancelled_since(found, entry.cancelled_on)
        ends = since or found.state in CANCELLED
        self.joined[entry.key] = Merge.CANCELLATION_OF_KNOWN_BOOKING if ends else Merge.CANCELLATION_BEFORE_KNOWN_BOOKING
        if not since:
            return None
        state, ended = _end_of(entry, ZoneInfo(self.book.zone))
        data = {"item_key": found.key, "state": state, "ended_at": ended.isoformat()}
        return Errand("bookings.bring_in_cancellation", data, f"cancelled/{found.key}", (entry.key,))

    async def _without_a_time(self) -> None:
        """Cancellations, and no-shows, of which nobody has a booking: only the day is known."""
        new = {outcome.key for outcome in self.draft.outcomes if isinstance(outcome, Imported)} - self.joined.keys()
        entries: list[CancellationEntry | NoShowEntry] = [*self.book.cancellations, *self.book.no_shows]
        fresh = []
        for entry in entries:
            if self._timed(entry) is not None:
                self.known.add(entry.key)
            elif entry.key in new and self._can_be_said(entry.key, entry):
                fresh.append(entry)
        await self.sender.send_all(self._untimed(entry) for entry in fresh)

    def _untimed(self, entry: CancellationEntry | NoShowEntry) -> Errand:
        zone = ZoneInfo(self.book.zone)
        start = moment(entry.day, self._opens(entry.day), zone)
        state, ended = _end_of(entry, zone) if isinstance(entry, CancellationEntry) else ("no_show", start)
        data = {
            "natural_key": entry.key,
            "customer_key": natural_key("customer", entry.customer) if entry.customer is not None else None,
            "services": [self._wish(entry.service, entry.staff)],
            "start": start.isoformat(),
            "start_known": False,
            "state": state,
            "made_at": min(start, ended, self.now).isoformat(),
            "ended_at": ended.isoformat(),
        }
        return Errand("bookings.bring_in", data, entry.key)

    def _opens(self, day: date) -> str:
        hours = {entry.weekday: entry.opens for entry in self.book.opening_hours}
        return hours.get(day.weekday(), "12:00")

    # rows for later

    async def _rows_for_later(self) -> None:
        kept = {row.key for row in self.book.raw_rows if self.sender.known.keeps(row.key)}
        self.known.update(kept)
        fresh = sorted((row for row in self.book.raw_rows if row.key not in kept), key=lambda row: row.kind)
        batches = [batch for _, rows in groupby(fresh, key=lambda row: row.kind) for batch in _in_batches(list(rows))]
        answers = await self.sender.answers(_keep(batch) for batch in batches)
        # One row that the hub cannot keep must not take its batch along.
        failed = [batch for batch, answer in zip(batches, answers, strict=True) if answer is None]
        if failed and not self.sender.stopped:
            for row in (row for batch in failed for row in batch):
                self.sender.refused.pop(row.key, None)
            await self.sender.send_all(_keep([row]) for batch in failed for row in batch)


def _end_of(entry: CancellationEntry, zone: ZoneInfo) -> tuple[str, datetime]:
    """State and moment of a cancelled booking; the report tells the day, which stands for its noon."""
    state = "cancelled_by_customer" if entry.days_ahead > 0 else "late_cancel"
    return state, datetime.combine(entry.cancelled_on, time(12), zone).astimezone(UTC)


def _parts(visit: VisitEntry) -> list[VisitEntry]:
    """A visit, or several where one booking cannot hold so many services."""
    if len(visit.items) <= SERVICES_MAX:
        return [visit]
    items = list(visit.items)
    return [visit_of(items[at : at + SERVICES_MAX]) for at in range(0, len(items), SERVICES_MAX)]


def _in_batches(rows: Sequence[RawRow]) -> Iterable[Sequence[RawRow]]:
    return (rows[at : at + ROWS_MAX] for at in range(0, len(rows), ROWS_MAX))


def _keep(rows: Sequence[RawRow]) -> Errand:
    keys = tuple(row.key for row in rows)
    data: Mapping[str, object] = {
        "kind": rows[0].kind,
        "rows": [
            {
                "natural_key": row.key,
                "file": row.source.file,
                "line": row.source.line,
                "cells": dict(row.cells),
                "client": row.client,
            }
            for row in rows
        ],
    }
    return Errand("imports.keep_rows", data, f"kept/{edition_of(*keys)}", keys)
