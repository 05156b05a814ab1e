"""The mapping that ships fits a real salon's book."""

from __future__ import annotations

import csv
import random
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from hub.imports import report
from hub.imports.draft import Draft
from hub.imports.findings import Warn
from hub.imports.salon_csv import SalonMapping, read_files, read_folder


@pytest.fixture(scope="module")
def draft(real_book: Path, mapping: SalonMapping) -> Draft:
    return read_folder(real_book, mapping)


def test_every_row_is_accounted_for_and_none_is_lost(real_book: Path, draft: Draft) -> None:
    totals = report.totals(draft)
    for file in real_book.glob("*.csv"):
        with file.open(newline="", encoding="utf-8") as opened:
            rows = sum(1 for _ in csv.DictReader(opened))
        entry = next(entry for entry in totals["files"] if entry["file"] == file.name)
        assert entry["rows"] == rows
        assert entry["rejected"] == 0
    assert totals["files_refused"] == 0


def test_its_services_and_team_are_all_in_the_mapping(draft: Draft) -> None:
    noted = {warning.code for warning in draft.warnings}
    assert not noted & {Warn.UNKNOWN_SERVICE, Warn.UNKNOWN_STAFF, Warn.SERVICE_NOT_LISTED}


def test_no_shows_and_cancellations_find_their_bookings(draft: Draft) -> None:
    book = draft.book
    assert sum(item.no_show for item in book.items) == len(book.no_shows)
    assert sum(item.rebooked for item in book.items) + sum(
        entry.key in {getattr(outcome, "key", None) for outcome in draft.outcomes} for entry in book.cancellations
    ) == len(book.cancellations)


def test_everybody_can_do_what_he_is_booked_for(draft: Draft) -> None:
    services = {service.code: service for service in draft.book.services}
    skills = {person.code: set(person.skills) for person in draft.book.staff}
    for item in draft.book.items:
        if item.staff is not None:
            needed = {phase.skill for phase in services[item.service].phases} - {None}
            assert needed <= skills[item.staff]


def test_durations_fit_the_steps_between_a_stylists_bookings(draft: Draft) -> None:
    services = {service.code: service for service in draft.book.services}
    days = defaultdict(list)
    for item in draft.book.items:
        if item.staff is not None:
            days[item.staff, item.day].append(item)
    fits = Counter(
        following.minute - item.minute >= services[item.service].opening_minutes
        for items in days.values()
        for item, following in pairwise(sorted(items, key=lambda item: item.minute))
    )
    assert fits[True] / fits.total() > 0.9


def test_durations_fit_the_steps_between_a_customers_own_bookings(draft: Draft) -> None:
    days = defaultdict(list)
    for item in draft.book.items:
        if item.customer is not None:
            days[item.customer, item.day].append(item)
    fits = Counter(
        following.starts_at >= item.ends_at
        for items in days.values()
        for item, following in pairwise(sorted(items, key=lambda item: item.minute))
    )
    assert fits[True] / fits.total() > 0.8


def test_the_busiest_minute_finds_a_place(draft: Draft) -> None:
    services = {service.code: service for service in draft.book.services}
    have = Counter(place.kind for place in draft.book.places)
    taken: Counter[tuple[str, int]] = Counter()
    for item in draft.book.items:
        at = int(item.starts_at.timestamp()) // 60
        for phase in services[item.service].phases:
            if not item.no_show:
                taken.update((str(phase.place_kind), minute) for minute in range(at, at + phase.minutes))
            at += phase.minutes
    for (kind, _), places in taken.items():
        assert places <= have[kind]


def test_bookings_lie_within_the_opening_hours(draft: Draft) -> None:
    hours = {entry.weekday: (entry.opens, entry.closes) for entry in draft.book.opening_hours}
    outside = 0
    for item in draft.book.items:
        clock = f"{item.minute // 60:02d}:{item.minute % 60:02d}"
        opens, closes = hours.get(item.day.weekday(), ("24:00", "00:00"))
        outside += not opens <= clock < closes
    assert outside / len(draft.book.items) < 0.01


def test_the_book_survives_damage(real_book: Path, mapping: SalonMapping) -> None:
    chance = random.Random(2018)
    files = {}
    for file in sorted(real_book.glob("*.csv")):
        data = bytearray(file.read_bytes())
        for _ in range(20):
            data[chance.randrange(200, len(data))] = chance.randrange(256)
        files[file.name] = bytes(data[: -chance.randrange(1, 200)])
    damaged = read_files(files, mapping)
    totals = report.totals(damaged)
    assert totals["rows"] == totals["imported"] + totals["merged"] + totals["rejected"]
    assert 0 < totals["rejected"] < 200
    assert totals["rows"] > 2900
