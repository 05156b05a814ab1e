"""Which booked items are one visit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta

from hub.imports.book import ItemEntry, VisitEntry
from hub.kernel.natural_keys import natural_key


def group_visits(items: Iterable[ItemEntry], pause_minutes: int) -> tuple[VisitEntry, ...]:
    """One customer's items of one day, in order of start, are one visit while each begins at most `pause_minutes` after
    the latest end so far; a longer pause begins another visit. An item without a customer is a visit by itself.

    The visit's key is made of its items' keys, so that a visit with one more item is another visit: give this only
    items that are not in the store yet, and what an earlier import brought is left alone.
    """
    by_day: dict[tuple[str, date], list[ItemEntry]] = {}
    found: list[VisitEntry] = []
    for item in items:
        if item.customer is None:
            found.append(visit_of([item]))
        else:
            by_day.setdefault((item.customer, item.day), []).append(item)
    while by_day:
        _, together = by_day.popitem()
        found.extend(visit_of(group) for group in _contiguous(together, timedelta(minutes=pause_minutes)))
    found.sort(key=lambda visit: (visit.starts_at, visit.key))
    return tuple(found)


def _contiguous(items: list[ItemEntry], pause: timedelta) -> list[list[ItemEntry]]:
    ordered = sorted(items, key=lambda item: (item.starts_at, item.key))
    groups = [[ordered[0]]]
    end = ordered[0].ends_at
    for item in ordered[1:]:
        if item.starts_at <= end + pause:
            groups[-1].append(item)
            end = max(end, item.ends_at)
        else:
            groups.append([item])
            end = item.ends_at
    return groups


def visit_of(items: list[ItemEntry]) -> VisitEntry:
    """These items as one visit; there is at least one."""
    first = items[0]
    digest = hashlib.sha256("\n".join(sorted(item.key for item in items)).encode()).hexdigest()[:32]
    return VisitEntry(natural_key("visit", digest), first.customer, first.day, tuple(items))
