"""A gap is offered to whom it fits best, held meanwhile, and goes to exactly one."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from hub.kernel.access import Actor, anonymous, system
from hub.kernel.dispatch import facts_of
from hub.kernel.errors import Refused
from hub.kernel.tables import Store
from hub.operations.bookings.links import read as read_visit_link
from hub.operations.bookings.ports import SlotFinder, SlotRequest, Wish
from hub.operations.bookings.tables import AssignmentRow
from hub.operations.planning.finder import Finder
from hub.operations.planning.what_if import Gone
from hub.operations.waitlist.tables import GapRow, OfferRow
from tests.operations.floor import DAY, at
from tests.operations.planning.test_proposals import proposed
from tests.operations.waitlist.listing import Listing


async def full_morning(listing: Listing) -> list[str]:
    """All cuts from 09:00 to 12:30, by the only technician who cuts."""
    return [await listing.floor.book("cut", at(9) + timedelta(minutes=30 * n), name=f"客{n}") for n in range(7)]


async def test_a_cancellation_is_offered_held_and_accepted(listing: Listing) -> None:
    bookings = await full_morning(listing)
    entry = await listing.join()
    await listing.follow()
    assert await listing.offers() == []
    before = await listing.floor.seq()
    await listing.cancel(bookings[4])
    await listing.follow()
    assert await listing.offers() == [], "the desk may still take its step back"
    await listing.pass_time(seconds=15)
    offer = await listing.running()
    gap = await listing.gap()
    assert (gap.cause, gap.start, gap.end, gap.technician_ids) == (
        "cancelled",
        at(11),
        at(11, 30),
        [listing.floor.technicians["lin"]],
    )
    assert (offer.entry_id, offer.start, offer.end, offer.lost_minutes, offer.rivals) == (entry, at(11), at(11, 30), 0, 0)
    assert offer.expires_at == listing.clock.now() + timedelta(minutes=10)
    held = await listing.booking(offer.booking_id)
    assert held is not None
    assert (held.state, held.customer_id, held.hold_expires_at) == ("held", None, offer.expires_at)
    assert await listing.room(held.id) == [(at(11), at(11, 30), listing.floor.technicians["lin"])]
    answered = await listing.answer("accept", offer)
    assert answered.result["booking_id"] == held.id
    link = read_visit_link(listing.floor.hub.vault, answered.result["link"])
    assert link is not None
    assert link.booking_id == held.id
    booked = await listing.booking(held.id)
    waited = await listing.wait(entry)
    assert booked is not None
    assert (booked.state, booked.customer_id, booked.hold_expires_at) == ("expected", waited.customer_id, None)
    assert (waited.state, (await listing.gap()).state) == ("booked", "filled")
    said = await listing.said(before)
    assert [name for name, _ in said] == [
        "bookings.booking_cancelled",
        "waitlist.gap_opened",
        "bookings.slot_held",
        "waitlist.offer_made",
        "bookings.booking_confirmed",
        "waitlist.offer_accepted",
        "waitlist.wait_ended",
        "waitlist.gap_closed",
    ]
    assert said[3][1] == {
        "offer_id": offer.id,
        "gap_id": gap.id,
        "entry_id": entry,
        "booking_id": held.id,
        "start": at(11).isoformat().replace("+00:00", "Z"),
        "expires_at": offer.expires_at.isoformat().replace("+00:00", "Z"),
    }
    assert said[5][1] == {"offer_id": offer.id, "entry_id": entry, "booking_id": held.id}


async def test_nobody_else_gets_what_is_held_for_one(listing: Listing) -> None:
    bookings = await full_morning(listing)
    await listing.join()
    await listing.cancel(bookings[4])
    await listing.pass_time(seconds=20)
    await listing.running()
    wish = {"service_id": listing.floor.services["cut"]}
    data = {"services": [wish], "start": at(11).isoformat(), "customer": {"name": "x"}}
    await listing.floor.refused("slot_taken", "bookings.book", data)


async def test_two_yes_at_once_have_one_winner(listing: Listing) -> None:
    bookings = await full_morning(listing)
    await listing.join()
    await listing.cancel(bookings[4])
    await listing.pass_time(seconds=20)
    offer = await listing.running()
    answers = await asyncio.gather(
        listing.answer("accept", offer),
        listing.answer("accept", offer),
        listing.answer("accept", offer, listing.floor.desk),
        return_exceptions=True,
    )
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert [refusal.kind.code for refusal in refused] == ["offer_taken", "offer_taken"]
    assert len(await listing.room(offer.booking_id)) == 1


async def test_what_lapses_or_is_declined_goes_to_the_next_in_line(listing: Listing) -> None:
    bookings = await full_morning(listing)
    first, second, third = [await listing.join(name=name) for name in ("甲", "乙", "丙")]
    await listing.cancel(bookings[4])
    await listing.pass_time(seconds=20)
    one = await listing.running()
    assert (one.entry_id, one.rivals) == (first, 2)
    await listing.pass_time(minutes=10)
    two = await listing.running()
    assert two.entry_id == second
    # The first one's yes comes too late, at the same time as the second one's.
    answers = await asyncio.gather(listing.answer("accept", one), listing.answer("decline", two), return_exceptions=True)
    assert isinstance(answers[0], Refused)
    assert answers[0].kind.code == "offer_lapsed"
    await listing.follow()
    three = await listing.running()
    assert three.entry_id == third
    await listing.answer("decline", three)
    await listing.follow()
    assert [row.state for row in await listing.offers()] == ["lapsed", "declined", "declined"]
    assert [(await listing.wait(entry)).state for entry in (first, second, third)] == ["waiting"] * 3
    assert (await listing.gap()).try_at is None, "nobody is asked twice"
    late = await listing.join(name="丁")
    await listing.follow()
    assert (await listing.running()).entry_id == late


async def test_an_answer_after_the_last_second_is_refused_before_anybody_looks(listing: Listing) -> None:
    bookings = await full_morning(listing)
    await listing.join()
    await listing.cancel(bookings[4])
    await listing.pass_time(seconds=20)
    offer = await listing.running()
    listing.clock.set(offer.expires_at)
    for verb in ("accept", "decline"):
        await listing.floor.refused(
            "offer_lapsed", f"waitlist.{verb}", {"offer_id": offer.id}, listing.customer(offer.entry_id)
        )


async def test_a_no_show_who_comes_after_all_takes_the_gap_back(listing: Listing) -> None:
    bookings = await full_morning(listing)
    entry = await listing.join()
    await listing.floor.send("visits.no_show", {"booking_id": bookings[4]}, listing.floor.desk)
    await listing.pass_time(seconds=20)
    offer = await listing.running()
    before = await listing.floor.seq()
    await listing.floor.send("visits.reverse_no_show", {"booking_id": bookings[4]}, listing.floor.desk)
    (ended,) = await listing.offers()
    assert (ended.state, ended.reason, (await listing.gap()).state) == ("withdrawn", "taken_back", "taken_back")
    assert await listing.booking(offer.booking_id) is None
    assert await listing.said(before) == [
        ("waitlist.gap_closed", {"gap_id": offer.gap_id, "outcome": "taken_back"}),
        ("bookings.hold_released", {"booking_id": offer.booking_id, "expired": False}),
        ("waitlist.offer_withdrawn", {"offer_id": offer.id, "entry_id": entry, "reason": "taken_back"}),
    ]
    with pytest.raises(Refused) as refusal:
        await listing.answer("accept", offer)
    assert (refusal.value.kind.code, refusal.value.params) == ("offer_withdrawn", {"reason": "taken_back"})
    await listing.pass_time(minutes=1)
    assert len(await listing.offers()) == 1


@pytest.mark.parametrize("offered", [False, True])
async def test_a_no_show_who_simply_comes_in_takes_the_gap_back(listing: Listing, offered: bool) -> None:
    bookings = await full_morning(listing)
    entry = await listing.join()
    await listing.floor.send("visits.no_show", {"booking_id": bookings[4]}, listing.floor.desk)
    if offered:
        await listing.pass_time(seconds=20)
        assert (await listing.running()).entry_id == entry
    await listing.floor.send("visits.check_in", {"booking_id": bookings[4]}, listing.floor.desk)
    await listing.pass_time(seconds=20)
    ended = [(row.state, row.reason) for row in await listing.offers()]
    assert (ended, (await listing.gap()).state) == ([("withdrawn", "taken_back")] if offered else [], "taken_back")


async def test_a_booking_whose_services_alone_change_gives_up_no_time(listing: Listing) -> None:
    bookings = await full_morning(listing)
    cut = {"service_id": listing.floor.services["cut"], "requested": "woman"}
    changed = {"booking_id": bookings[4], "start": at(11).isoformat(), "services": [cut]}
    await listing.floor.send("bookings.move", changed, listing.floor.desk)
    await listing.follow()
    assert await listing.floor.rows(GapRow) == []


async def test_a_gap_that_is_filled_otherwise_withdraws_its_offer(listing: Listing) -> None:
    bookings = await full_morning(listing)
    await listing.join()
    await listing.cancel(bookings[4])
    await listing.pass_time(seconds=20)
    offer = await listing.running()
    # The desk gives the held time to somebody at the counter.
    data = {"booking_id": offer.booking_id, "name": "现场客", "phone": "13700000001", "consent": True}
    await listing.floor.send("bookings.confirm_hold", data, listing.floor.desk)
    (ended,) = await listing.offers()
    assert (ended.state, ended.reason) == ("withdrawn", "filled")
    booked = await listing.booking(offer.booking_id)
    assert booked is not None
    assert booked.state == "expected"
    with pytest.raises(Refused) as refusal:
        await listing.answer("accept", offer)
    assert refusal.value.kind.code == "offer_withdrawn"
    await listing.pass_time(minutes=1)
    assert len(await listing.offers()) == 1, "the solver finds no room in it any more"


async def test_a_plan_that_needs_the_time_withdraws_the_offer(listing: Listing) -> None:
    bookings = await full_morning(listing)
    await listing.join()
    await listing.cancel(bookings[4])
    await listing.pass_time(seconds=20)
    offer = await listing.running()
    free = {"technician_id": None, "start": at(14).isoformat(), "place_id": None, "pin": False}
    item = await listing.floor.item(offer.booking_id)
    await listing.floor.send("planning.move_item", {**free, "item_id": item}, listing.floor.desk)
    await listing.follow()
    ended = (await listing.offers())[0]
    assert (ended.state, ended.reason) == ("withdrawn", "filled")


async def test_nobody_is_offered_a_time_at_which_they_are_here_already(listing: Listing) -> None:
    given_up = await listing.floor.book("cut", at(11))
    busy = await listing.wait(await listing.join(time_from="11:00", time_until="11:00"))
    other = await listing.join(name="乙", time_from="11:00", time_until="11:00")
    colour = {"services": [{"service_id": listing.floor.services["colour"]}], "customer_id": busy.customer_id}
    await listing.floor.send("bookings.book", {**colour, "start": at(10, 45).isoformat()}, listing.floor.desk)
    await listing.cancel(given_up)
    await listing.pass_time(seconds=20)
    assert [offer.entry_id for offer in await listing.offers()] == [other]


async def test_nobody_accepts_what_a_plan_has_taken_the_room_of(listing: Listing) -> None:
    bookings = await full_morning(listing)
    entry = await listing.join()
    await listing.cancel(bookings[4])
    await listing.pass_time(seconds=20)
    offer, room = await listing.running(), await listing.floor.rows(AssignmentRow)
    given_up = [{"item_id": row.item_id, "ordinal": row.ordinal} for row in room if row.booking_id == offer.booking_id]
    plan = {"date": DAY.isoformat(), "assignments": [], "promises": [], "whole": False, "given_up": given_up}
    how = {"premises_seq": await listing.floor.seq(), "author": "solver", "status": "feasible", "objective": {}}
    await listing.floor.send("planning.adopt_plan", {**plan, **how}, system(listing.floor.store, "planner"))
    await listing.floor.refused("offer_withdrawn", "waitlist.accept", {"offer_id": offer.id}, listing.customer(entry))


async def test_the_desk_takes_an_offer_back_for_good(listing: Listing) -> None:
    bookings = await full_morning(listing)
    await listing.join()
    await listing.join(name="乙")
    await listing.cancel(bookings[4])
    await listing.pass_time(seconds=20)
    offer = await listing.running()
    await listing.floor.refused("forbidden", "waitlist.withdraw", {"offer_id": offer.id}, listing.customer(offer.entry_id))
    await listing.answer("withdraw", offer, listing.floor.desk)
    await listing.pass_time(minutes=1)
    assert [(row.state, row.reason) for row in await listing.offers()] == [("withdrawn", "desk")]
    await listing.floor.book("cut", at(11), name="现场客")


async def test_a_step_that_is_taken_back_at_once_offers_nothing(listing: Listing) -> None:
    bookings = await full_morning(listing)
    await listing.join()
    step = "c" * 32
    await listing.floor.send("bookings.cancel", {"booking_id": bookings[4]}, listing.floor.desk, step)
    await listing.follow()
    await listing.floor.send("planning.undo", {"undo_command_id": step}, listing.floor.desk)
    await listing.pass_time(seconds=20)
    assert await listing.offers() == []
    assert (await listing.gap()).state == "taken_back"


async def test_a_move_opens_its_old_time_and_a_repeated_fact_opens_it_once(listing: Listing) -> None:
    bookings = await full_morning(listing)
    await listing.floor.send("bookings.move", {"booking_id": bookings[4], "start": at(15).isoformat()}, listing.floor.desk)
    await listing.follow()
    listing.followed = 0
    await listing.follow()
    gap = await listing.gap()
    assert (gap.cause, gap.start, gap.end) == ("moved", at(11), at(11, 30))


async def test_who_leaves_gives_the_offer_to_the_next(listing: Listing) -> None:
    bookings = await full_morning(listing)
    first, second = await listing.join(), await listing.join(name="乙")
    await listing.cancel(bookings[4])
    await listing.pass_time(seconds=20)
    await listing.floor.send("waitlist.leave", {"entry_id": first}, listing.customer(first))
    await listing.follow()
    assert [(row.entry_id, row.state, row.reason) for row in await listing.offers()] == [
        (first, "withdrawn", "left"),
        (second, "running", None),
    ]


async def test_who_books_what_they_wait_for_waits_no_more(listing: Listing) -> None:
    entry = await listing.join()
    row = await listing.wait(entry)
    data = {"services": [{"service_id": listing.floor.services["cut"]}], "start": at(16).isoformat()}
    await listing.floor.send("bookings.book", {**data, "customer_id": row.customer_id}, listing.floor.desk)
    assert (await listing.wait(entry)).state == "booked"


async def test_who_gets_what_they_wait_for_by_walking_in_or_by_a_move_waits_no_more(listing: Listing) -> None:
    entry = await listing.wait(await listing.join())
    cut = [{"service_id": listing.floor.services["cut"]}]
    walk_in = {"services": cut, "customer_id": entry.customer_id}
    await listing.floor.send("visits.walk_in", walk_in, listing.floor.desk, "c" * 32)
    assert (await listing.wait(entry.id)).state == "booked"
    await listing.floor.send("planning.undo", {"undo_command_id": "c" * 32}, listing.floor.desk)
    assert (await listing.wait(entry.id)).state == "waiting"
    later = listing.floor.services["colour"]
    shift = {"technician_id": listing.floor.technicians["zhao"], "start": "09:00", "end": "18:00"}
    await listing.floor.send("team.put_shift", {**shift, "date": (DAY + timedelta(days=1)).isoformat()})
    booked = {"services": [{"service_id": later}], "customer_id": entry.customer_id}
    start = at(12) + timedelta(days=1)
    made = await listing.floor.send("bookings.book", {**booked, "start": start.isoformat()}, listing.floor.desk)
    waits = await listing.floor.send(
        "waitlist.add",
        {"services": booked["services"], "customer_id": entry.customer_id}
        | {"date_from": DAY.isoformat(), "date_to": DAY.isoformat()},
        listing.floor.desk,
    )
    moved = {"booking_id": made.result["booking_id"], "start": at(12).isoformat()}
    await listing.floor.send("bookings.move", moved, listing.floor.desk)
    assert (await listing.wait(waits.result["entry_id"])).state == "booked"


async def test_who_is_moved_within_the_days_that_they_wait_for_waits_on(listing: Listing) -> None:
    entry = await listing.wait(await listing.join())
    cut = {"services": [{"service_id": listing.floor.services["cut"]}], "customer_id": entry.customer_id}
    made = await listing.floor.send("bookings.book", {**cut, "start": at(12).isoformat()}, listing.floor.desk)
    days = {"date_from": DAY.isoformat(), "date_to": DAY.isoformat()}
    earlier = (await listing.floor.send("waitlist.add", {**cut, **days}, listing.floor.desk)).result["entry_id"]
    moved = {"booking_id": made.result["booking_id"], "start": at(11).isoformat()}
    await listing.floor.send("bookings.move", moved, listing.floor.desk)
    assert (await listing.wait(earlier)).state == "waiting"


async def test_whose_booking_is_taken_back_waits_again_and_nothing_is_held_for_them(listing: Listing) -> None:
    bookings = await full_morning(listing)
    entry = await listing.wait(await listing.join())
    await listing.cancel(bookings[4])
    await listing.pass_time(seconds=20)
    offer = await listing.running()
    before = {row.id for row in await listing.floor.rows(AssignmentRow)} - {
        row.id for row in await listing.floor.rows(AssignmentRow) if row.booking_id == offer.booking_id
    }
    data = {"services": [{"service_id": listing.floor.services["cut"]}], "start": at(16).isoformat()}
    await listing.floor.send("bookings.book", {**data, "customer_id": entry.customer_id}, listing.floor.desk, "c" * 32)
    assert (await listing.wait(entry.id)).state == "booked"
    await listing.floor.send("planning.undo", {"undo_command_id": "c" * 32}, listing.floor.desk)
    assert (await listing.wait(entry.id)).state == "waiting"
    assert {row.id for row in await listing.floor.rows(AssignmentRow)} == before


async def test_a_booking_is_taken_back_though_a_hold_ran_out_beside_it_whose_time_is_somebody_elses_now(
    listing: Listing,
) -> None:
    floor = listing.floor
    cut = [{"service_id": floor.services["cut"]}]
    held = {"services": cut, "start": at(11).isoformat()}
    await floor.send("bookings.hold_slot", held, anonymous(floor.store))
    listing.clock.advance(minutes=9)
    made = {"services": cut, "start": at(14).isoformat(), "customer": {"name": "王小明"}}
    await floor.send("bookings.book", made, floor.desk, "c" * 32)
    other = await floor.book("cut", at(11))
    await floor.send("planning.undo", {"undo_command_id": "c" * 32}, floor.desk)
    assert [row.booking_id for row in await floor.rows(AssignmentRow)] == [other]


async def test_the_desk_fills_idle_time(listing: Listing) -> None:
    entry = await listing.join(time_from="13:00", time_until="13:45")
    gap = {"start": at(13).isoformat(), "end": at(14).isoformat(), "technician_id": listing.floor.technicians["lin"]}
    await listing.floor.send("waitlist.fill_gap", gap, listing.floor.desk)
    await listing.follow()
    offer = await listing.running()
    assert (offer.entry_id, offer.start, offer.lost_minutes) == (entry, at(13), 30)
    await listing.floor.refused("invalid", "waitlist.fill_gap", {**gap, "end": gap["start"]})
    await listing.floor.refused("not_found", "waitlist.fill_gap", {**gap, "technician_id": "0" * 32})


async def test_time_closes_what_is_past(listing: Listing) -> None:
    bookings = await full_morning(listing)
    entry = await listing.join(wish={"requested": "man"})
    await listing.cancel(bookings[4])
    await listing.pass_time(seconds=20)
    assert await listing.offers() == [], "no man cuts"
    await listing.pass_time(hours=3)
    assert (await listing.gap()).state == "past"
    await listing.pass_time(days=1)
    assert (await listing.wait(entry)).state == "past"


async def test_strangers_reach_no_others_place(listing: Listing) -> None:
    bookings = await full_morning(listing)
    await listing.join()
    other = await listing.join(name="乙")
    await listing.cancel(bookings[4])
    await listing.pass_time(seconds=20)
    offer = await listing.running()
    foreign = listing.customer(other)
    for verb in ("accept", "decline"):
        await listing.floor.refused("not_found", f"waitlist.{verb}", {"offer_id": offer.id}, foreign)
    await listing.floor.refused("not_found", "waitlist.leave", {"entry_id": offer.entry_id}, foreign)
    await listing.floor.refused("not_found", "bookings.cancel", {"booking_id": bookings[0]}, foreign)
    nobody = Actor("anonymous", "anonymous", listing.floor.store, frozenset({"anonymous"}))
    await listing.floor.refused("not_signed_in", "waitlist.accept", {"offer_id": offer.id}, nobody)


async def test_places_on_the_list_have_limits(listing: Listing) -> None:
    wish = {"service_id": listing.floor.services["cut"]}
    day = DAY.isoformat()
    data = {"services": [wish], "date_from": day, "date_to": day, "name": "甲", "phone": "13700000002", "consent": True}
    stranger = Actor("anonymous", "anonymous", listing.floor.store, frozenset({"anonymous"}))
    await listing.floor.refused("consent_missing", "waitlist.join", {**data, "consent": False}, stranger)
    past = (DAY - timedelta(days=1)).isoformat()
    for wrong in ({"date_from": past, "date_to": past}, {"date_to": past}, {"time_from": "14:00", "time_until": "13:00"}):
        await listing.floor.refused("wait_dates", "waitlist.join", {**data, **wrong}, stranger)
    await listing.floor.refused("invalid", "waitlist.join", {**data, "time_from": "25:00"}, stranger)
    for _ in range(3):
        await listing.floor.send("waitlist.join", data, stranger)
    await listing.floor.refused("book_at_desk", "waitlist.join", data, stranger)
    of_desk = {**data, "phone": "13700000003"}
    whom = {"customer": {"name": of_desk.pop("name"), "phone": of_desk.pop("phone")}}
    del of_desk["consent"]
    for _ in range(3):
        await listing.floor.send("waitlist.add", of_desk | whom, listing.floor.desk)
    await listing.floor.send("waitlist.join", {**data, "phone": "13700000003"}, stranger)
    assert await listing.floor.rows(GapRow) == []
    assert await listing.floor.rows(OfferRow) == []


async def _cancelled_and_offered(listing: Listing) -> tuple[str, str, OfferRow]:
    """The booking given up, the command that did it, and the offer of its time."""
    bookings = await full_morning(listing)
    await listing.join()
    await listing.follow()
    step = "c" * 32
    await listing.floor.send("bookings.cancel", {"booking_id": bookings[4]}, listing.floor.desk, step)
    await listing.follow()
    await listing.pass_time(seconds=20)
    return bookings[4], step, await listing.running()


async def test_a_step_taken_back_while_its_time_is_offered_withdraws_the_offer(listing: Listing) -> None:
    booking, step, offer = await _cancelled_and_offered(listing)
    await listing.floor.send("planning.undo", {"undo_command_id": step}, listing.floor.desk)
    back = await listing.booking(booking)
    assert back is not None
    assert back.state == "expected"
    assert await listing.room(booking) == [(at(11), at(11, 30), listing.floor.technicians["lin"])]
    assert await listing.room(offer.booking_id) == []
    assert [(row.state, row.reason) for row in await listing.offers()] == [("withdrawn", "taken_back")]
    assert (await listing.gap()).state == "taken_back"
    await listing.floor.refused("offer_withdrawn", "waitlist.accept", {"offer_id": offer.id}, listing.customer(offer.entry_id))
    await listing.pass_time(minutes=1)
    assert len(await listing.offers()) == 1
    assert (await listing.wait(offer.entry_id)).state == "waiting"


async def test_a_proposal_taken_back_while_its_time_is_offered_withdraws_the_offer(listing: Listing) -> None:
    bookings = await full_morning(listing)
    await listing.join()
    proposal = await proposed(listing.floor, Gone(bookings[4]))
    await listing.floor.send("planning.accept_proposal", {"proposal_id": proposal.id}, listing.floor.desk, "c" * 32)
    await listing.pass_time(seconds=20)
    assert (await listing.running()).start == at(11)
    await listing.floor.send("planning.undo", {"undo_command_id": "c" * 32}, listing.floor.desk)
    assert await listing.room(bookings[4]) == [(at(11), at(11, 30), listing.floor.technicians["lin"])]
    assert [(row.state, row.reason) for row in await listing.offers()] == [("withdrawn", "taken_back")]


async def test_a_step_whose_time_was_accepted_cannot_be_taken_back(listing: Listing) -> None:
    booking, step, offer = await _cancelled_and_offered(listing)
    await listing.answer("accept", offer)
    await listing.floor.refused("slot_taken", "planning.undo", {"undo_command_id": step})
    winner = await listing.booking(offer.booking_id)
    assert winner is not None
    assert winner.state == "expected"
    assert await listing.room(booking) == []


async def test_a_step_is_taken_back_after_its_offer_has_lapsed(listing: Listing) -> None:
    booking, step, offer = await _cancelled_and_offered(listing)
    await listing.pass_time(minutes=11)
    assert [(row.state, row.entry_id) for row in await listing.offers()] == [("lapsed", offer.entry_id)]
    await listing.floor.send("planning.undo", {"undo_command_id": step}, listing.floor.desk)
    assert await listing.room(booking) == [(at(11), at(11, 30), listing.floor.technicians["lin"])]
    await listing.pass_time(minutes=1)
    assert (await listing.gap()).state == "taken_back"


async def test_an_answer_and_a_step_taken_back_at_once_have_one_winner(listing: Listing) -> None:
    booking, step, offer = await _cancelled_and_offered(listing)
    yes = listing.answer("accept", offer)
    back = listing.floor.send("planning.undo", {"undo_command_id": step}, listing.floor.desk)
    outcomes = await asyncio.gather(yes, back, return_exceptions=True)
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    at_eleven = [name for name in (booking, offer.booking_id) if await listing.room(name)]
    assert len(at_eleven) == 1


async def test_what_a_command_saw_that_came_to_nothing_is_free_to_nobody(listing: Listing) -> None:
    """Numbers of facts that were not committed are given again: a day read among them would stand for another."""
    floor = listing.floor
    bookings = await full_morning(listing)
    await listing.join()
    await listing.cancel(bookings[4])
    await listing.follow()
    listing.clock.advance(seconds=15)
    gap = {"gap_id": (await listing.gap()).id}

    def fail(_connection: Connection) -> None:
        raise OperationalError("COMMIT", {}, Exception("not now"))

    async def starts(finder: SlotFinder) -> list[datetime]:
        async with floor.hub.database.read(floor.store) as session:
            store = facts_of(await session.get_one(Store, floor.store))
            request = SlotRequest((Wish(floor.services["cut"]),), DAY)
            return [free.start for free in await finder.free_starts(session, store, listing.clock.now(), request)]

    engine = floor.hub.database.writer.sync_engine
    event.listen(engine, "commit", fail)
    tried = await asyncio.gather(
        listing.cancel(bookings[2]), floor.send("waitlist.offer_gap", gap, listing.system), return_exceptions=True
    )
    event.remove(engine, "commit", fail)
    assert [each.kind.code for each in tried if isinstance(each, Refused)] == ["unavailable", "unavailable"]
    finder = floor.hub.ports.get(SlotFinder)  # type: ignore[type-abstract]  # a port is known by its Protocol
    assert await starts(finder) == await starts(Finder())
    assert at(10) not in await starts(finder)
