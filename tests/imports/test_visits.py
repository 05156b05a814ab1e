from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hub.imports.book import ItemEntry
from hub.imports.findings import Source
from hub.imports.salon_csv import SalonMapping
from hub.imports.salon_csv.shifts import shifts_of
from hub.imports.salon_csv.visits import group_visits
from hub.kernel.natural_keys import natural_key

DAY = date(2018, 5, 15)


def item(minute: int, minutes: int, customer: str | None = "ANNA01", staff: str = "MIA") -> ItemEntry:
    starts = datetime(2018, 5, 15, 5, tzinfo=UTC) + timedelta(minutes=minute)  # local midnight in Winnipeg is 05:00 UTC
    key = natural_key("booking", customer, minute, staff)
    return ItemEntry(key, customer, "S", staff, None, DAY, minute, starts, minutes, False, False, Source("b.csv", minute))


def test_a_pause_up_to_the_limit_keeps_a_visit_together() -> None:
    assert len(group_visits([item(600, 30), item(690, 30)], 60)) == 1
    assert len(group_visits([item(600, 30), item(691, 30)], 60)) == 2


def test_the_latest_end_so_far_counts_not_the_last_items() -> None:
    (visit,) = group_visits([item(600, 180), item(610, 10, staff="LEO"), item(800, 30)], 60)
    assert visit.ends_at == item(800, 30).ends_at


def test_the_order_of_rows_does_not_matter() -> None:
    items = [item(600, 30), item(640, 30), item(900, 30), item(600, 30, customer="BENO01")]
    assert group_visits(items, 60) == group_visits(reversed(items), 60)


def test_unknown_customers_are_never_one_visit() -> None:
    assert len(group_visits([item(600, 30, customer=None), item(630, 30, customer=None)], 60)) == 2


def test_a_visit_with_one_more_item_is_another_visit() -> None:
    (short,) = group_visits([item(600, 30)], 60)
    (longer,) = group_visits([item(600, 30), item(630, 30)], 60)
    assert short.key != longer.key


def test_a_short_shift_grows_within_the_opening_hours(mapping: SalonMapping) -> None:
    (late,) = shifts_of([item(19 * 60, 55)], mapping)
    assert late.ends_at - late.starts_at == timedelta(hours=6)
    assert late.ends_at == datetime(2018, 5, 16, 1, tzinfo=UTC)  # 20:00 in Winnipeg
    (early,) = shifts_of([item(7 * 60 + 40, 30)], mapping)
    assert early.starts_at == datetime(2018, 5, 15, 12, 30, tzinfo=UTC)
    assert early.ends_at - early.starts_at == timedelta(hours=6)
