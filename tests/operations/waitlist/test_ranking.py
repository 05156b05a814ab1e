"""The published order, and what may be offered at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.kernel.business_days import BusinessDays
from hub.kernel.errors import Refused
from hub.operations.waitlist.rules import TIER_WEIGHTS, Rules, Span, check_span, lost_minutes, rank, rules_of
from tests.operations.floor import at
from tests.operations.waitlist.listing import Listing

NOON = datetime(2026, 5, 14, 4, 0, tzinfo=UTC)
TIERS = st.sampled_from(sorted(TIER_WEIGHTS))
SINCE = st.integers(0, 10_000).map(lambda minutes: NOON + timedelta(minutes=minutes))
WAITING = st.tuples(st.integers(0, 240), TIERS, SINCE, st.uuids().map(lambda id_: id_.hex))


@given(st.lists(WAITING, unique_by=lambda waiting: waiting[3]), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_who_is_looked_at_first(waiting: list, random: object) -> None:
    shuffled = list(waiting)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    def order(people: list) -> list[str]:
        return [p[3] for p in sorted(people, key=lambda p: rank(*p, Rules()))]

    assert order(shuffled) == order(waiting)
    ranked = sorted(waiting, key=lambda p: rank(*p, Rules()))
    for better, worse in pairwise(ranked):
        assert better[0] <= worse[0]
        if better[0] == worse[0]:
            assert TIER_WEIGHTS[better[1]] >= TIER_WEIGHTS[worse[1]]
            if TIER_WEIGHTS[better[1]] == TIER_WEIGHTS[worse[1]]:
                assert better[2] <= worse[2]


def test_minutes_that_stay_without_work() -> None:
    gap = (NOON, NOON + timedelta(minutes=60))
    inside = (NOON + timedelta(minutes=15), NOON + timedelta(minutes=45))
    beyond = (NOON - timedelta(minutes=30), NOON + timedelta(minutes=90))
    assert lost_minutes(gap, inside, same_hands=True) == 30
    assert lost_minutes(gap, beyond, same_hands=True) == 0
    assert lost_minutes(gap, beyond, same_hands=False) == 60


def test_settings_are_the_stores_own_where_they_make_sense() -> None:
    assert rules_of({}) == Rules()
    own = rules_of({"waitlist": {"offer_minutes": 5, "notice_minutes": -1, "tier_weights": {"gold": 9}}})
    assert (own.offer_minutes, own.notice_minutes, own.tier_weights["gold"], own.tier_weights["none"]) == (5, 30, 9, 1)
    assert rules_of({"waitlist": "soon"}) == Rules()


@pytest.mark.parametrize(("start", "fits"), [("13:59", False), ("14:00", True), ("16:00", True), ("16:01", False)])
def test_a_visit_begins_within_the_times_given(start: str, fits: bool) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    span = Span(date(2026, 5, 14), date(2026, 5, 14), "14:00", "16:00")
    hours, minutes = map(int, start.split(":"))
    moment = datetime(2026, 5, 14, hours, minutes, tzinfo=zone)
    assert span.holds(moment, BusinessDays(zone)) is fits
    assert not span.holds(moment + timedelta(days=1), BusinessDays(zone))


@pytest.mark.parametrize(("start", "fits"), [("22:59", False), ("23:00", True), ("00:30", True), ("01:01", False)])
def test_times_past_midnight_are_of_the_evening(start: str, fits: bool) -> None:
    days = BusinessDays(ZoneInfo("Asia/Shanghai"), "06:00")
    span = Span(date(2026, 5, 14), date(2026, 5, 14), "23:00", "01:00")
    check_span(span, NOON, days)
    moment = days.moment(date(2026, 5, 14), start)
    assert span.holds(moment, days) is fits
    assert not span.holds(moment - timedelta(days=1), days)


def test_an_evening_past_midnight_is_none_where_the_day_ends_there() -> None:
    span = Span(date(2026, 5, 14), date(2026, 5, 14), "23:00", "01:00")
    with pytest.raises(Refused) as refusal:
        check_span(span, NOON, BusinessDays(ZoneInfo("Asia/Shanghai")))
    assert refusal.value.kind.code == "wait_dates"


async def test_the_gap_goes_to_whom_it_fits_best_then_tier_then_wait(listing: Listing) -> None:
    floor = listing.floor
    colour = await floor.book("colour", at(13), technician="zhao")
    early = await listing.join("cut", name="早")
    later = await listing.join("colour", name="晚")
    gold = await listing.join("colour", name="金")
    customer = (await listing.wait(gold)).customer_id
    await floor.send("bookings.put_customer", {"customer_id": customer, "tier": "gold"}, floor.desk)
    await listing.cancel(colour)
    await listing.pass_time(seconds=20)
    offer = await listing.running()
    # A colour fills zhao's gap whole; a cut, which she does not do, fills none of it.
    assert (offer.entry_id, offer.start, offer.lost_minutes, offer.rivals) == (gold, at(13), 0, 2)
    await listing.answer("decline", offer)
    await listing.follow()
    offer = await listing.running()
    assert (offer.entry_id, offer.lost_minutes) == (later, 0)
    assert {person for _, _, person in await listing.room(offer.booking_id) if person} == {floor.technicians["zhao"]}
    await listing.answer("decline", offer)
    await listing.follow()
    offer = await listing.running()
    assert (offer.entry_id, offer.lost_minutes) == (early, 65)


async def test_nothing_is_offered_so_late_that_nobody_can_come(listing: Listing) -> None:
    booking = await listing.floor.book("cut", at(9, 30))
    await listing.join()
    await listing.cancel(booking)
    await listing.pass_time(minutes=1)
    offer = await listing.running() if await listing.offers() else None
    assert offer is None or offer.start >= listing.clock.now() + timedelta(minutes=30)
