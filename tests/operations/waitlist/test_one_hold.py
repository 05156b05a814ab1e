"""Whatever people and time do, in whatever order: never two holds of one gap, never two people in one technician's minute."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest

from hub.kernel.errors import Refused
from tests.operations.floor import at
from tests.operations.waitlist.listing import Listing

STEPS = 40


async def check(listing: Listing) -> None:
    offers = await listing.offers()
    running = [offer for offer in offers if offer.state == "running"]
    assert len({offer.gap_id for offer in running}) == len(running)
    assert len({offer.entry_id for offer in running}) == len(running)
    accepted = [offer for offer in offers if offer.state == "accepted"]
    assert len({offer.entry_id for offer in accepted}) == len(accepted)
    spans = []
    for offer in [*running, *accepted]:
        booking = await listing.booking(offer.booking_id)
        assert booking is not None
        if booking.state in {"held", "expected"}:
            spans += [(person, start, end) for start, end, person in await listing.room(booking.id) if person]
    for number, (person, start, end) in enumerate(spans):
        for other, begins, ends in spans[number + 1 :]:
            assert person != other or end <= begins or ends <= start
    for offer in offers:
        if offer.state in {"declined", "lapsed"}:
            assert await listing.booking(offer.booking_id) is None
    assert len({(offer.gap_id, offer.entry_id) for offer in offers}) == len(offers), "asked twice about one gap"


@pytest.mark.parametrize("seed", range(4))
async def test_never_two_holds_of_one_gap(listing: Listing, seed: int) -> None:
    chance = random.Random(seed)
    booked = [await listing.floor.book("cut", at(11) + timedelta(minutes=30 * n), name=f"客{n}") for n in range(6)]
    for step in range(STEPS):
        running = [offer for offer in await listing.offers() if offer.state == "running"]
        deeds = []
        match chance.choice(["join", "cancel", "answer", "answer", "race", "time", "fill"]):
            case "join":
                deeds = [listing.join(name=f"候{seed}-{step}")]
            case "cancel" if booked:
                deeds = [listing.cancel(booked.pop(chance.randrange(len(booked))))]
            case "answer" if running:
                deeds = [listing.answer(chance.choice(["accept", "decline"]), chance.choice(running))]
            case "race" if running:
                offer = chance.choice(running)
                deeds = [listing.answer(chance.choice(["accept", "accept", "decline"]), offer) for _ in range(3)]
            case "fill":
                start = at(11) + timedelta(minutes=15 * chance.randrange(12))
                gap = {"start": start.isoformat(), "end": (start + timedelta(minutes=30)).isoformat()}
                gap["technician_id"] = listing.floor.technicians["lin"]
                deeds = [listing.floor.send("waitlist.fill_gap", gap, listing.floor.desk)]
            case _:
                listing.clock.advance(minutes=chance.choice([1, 3, 11]))
        answers = await asyncio.gather(*deeds, return_exceptions=True)
        assert all(isinstance(answer, Refused) for answer in answers if isinstance(answer, BaseException)), answers
        if chance.random() < 0.7:
            await asyncio.gather(listing.follow(), listing.follow())
        await check(listing)
    assert await listing.offers()
