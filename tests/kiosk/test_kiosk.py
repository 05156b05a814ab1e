"""The kiosk on a whole hub: what it does, what it shows, and what it keeps to itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.gateway.address import HubAddress
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.operations.bookings.queries import link_of
from hub.operations.visits.tables import HelpRow
from kiosk.commands import token_in
from kiosk.jobs import jobs
from kiosk.tables import KioskSessionRow
from tests.kiosk.conftest import PUBLIC, Stand
from tests.operations.floor import DAY, at
from tests.stored import every_value

PHONE, NOBODYS = "13800138000", "13900139000"


async def book(stand: Stand, hour: int = 10, **more: Any) -> str:
    customer = {"name": "王小明", "phone": PHONE, **more.pop("customer", {})}
    return await stand.floor.book("cut", at(hour), customer=customer, **more)


async def link(stand: Stand, booking_id: str) -> str:
    hub = stand.floor.hub
    async with hub.database.read(stand.floor.store) as session:
        token = await link_of(session, hub.vault, booking_id)
    assert token is not None
    return token


async def test_a_number_and_the_hour_check_a_customer_in(stand: Stand) -> None:
    booking_id = await book(stand)
    view = await stand.identify("138 0013 8000", 10)
    assert view.step == "confirm"
    assert view.greeting is not None
    assert (view.greeting.name, view.greeting.start, view.greeting.timing) == ("王**", at(10), "early")
    assert "小明" not in view.model_dump_json()
    assert PHONE not in view.model_dump_json()
    view = await stand.answer("confirm")
    assert view.step == "consent"
    view = await stand.answer("consent", given=True)
    booking = await stand.floor.booking(booking_id)
    assert view.step == "result"
    assert view.result is not None
    assert (view.result.color, view.result.number) == (booking.code_color, booking.code_number)
    assert view.result.window_start is not None
    assert view.result.window_start <= at(10)
    assert booking.visit_state == "waiting"


async def test_the_link_of_the_phone_is_a_key_and_works_once_as_a_check_in(stand: Stand) -> None:
    token = await link(stand, await book(stand))
    view = await stand.answer("scan", text=f"{PUBLIC}/v/{token}?new")
    assert view.step == "confirm"
    await stand.answer("confirm")
    await stand.answer("consent", given=True)
    await stand.answer("leave")
    assert (await stand.answer("scan", text=token)).step == "already"


@pytest.mark.parametrize("spoilt", [lambda t: t[:-2] + ("A" if t[-2] != "A" else "B") + t[-1], lambda t: t[:40], lambda t: ""])
async def test_a_forged_link_opens_nothing_and_counts(stand: Stand, spoilt: Any) -> None:
    token = await link(stand, await book(stand))
    assert (await stand.answer("scan", text=spoilt(token))).step == "unknown"
    (row,) = await stand.floor.rows(KioskSessionRow)
    assert len(row.failures) == 1


async def test_numbers_of_customers_and_of_nobody_look_alike(stand: Stand) -> None:
    await book(stand, 10)
    tomorrow = {"technician_id": stand.floor.technicians["lin"], "date": (DAY + timedelta(days=1)).isoformat()}
    await stand.floor.send("team.put_shift", {**tomorrow, "start": "09:00", "end": "18:00"})
    start = at(11) + timedelta(days=1)
    await stand.floor.book("cut", start, customer={"name": "李华", "phone": "13700137000"})
    seen = []
    for phone, hour in ((PHONE, 12), ("13700137000", 12), (NOBODYS, 12)):
        await stand.answer("leave")
        await stand.answer("begin", way="booking")
        asked = await stand.answer("phone", phone=phone)
        failed = await stand.answer("hour", hour=hour)
        seen.append([v.model_dump(exclude={"step_token"}) for v in (asked, failed)])
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][1]["step"] == "unknown"


async def test_after_five_tries_a_person_helps_and_ten_minutes_later_it_goes_on(stand: Stand, clock: ManualClock) -> None:
    await book(stand)
    for _ in range(4):
        assert (await stand.identify(NOBODYS, 10)).step == "unknown"
    assert (await stand.identify(NOBODYS, 10)).step == "locked"
    await stand.answer("leave")
    await stand.answer("begin", way="booking")
    assert (await stand.answer("phone", phone=PHONE)).step == "locked"
    day = await stand.floor.day()
    assert [a.said.code for a in day.attention if a.kind == "help"][:1] == ["attention-help-kiosk"]
    clock.advance(minutes=11)
    assert (await stand.identify(PHONE, 10)).step == "confirm"


async def test_changed_health_reaches_the_desk_with_the_name(stand: Stand) -> None:
    await stand.answer("scan", text=await link(stand, await book(stand)))
    await stand.answer("confirm", health_changed=True)
    view = await stand.answer("consent", given=True)
    assert view.result is not None
    assert view.result.health_noted
    said = [a.said for a in (await stand.floor.day()).attention if a.kind == "help"]
    assert [(s.code, s.params) for s in said] == [("attention-help-health-named", {"name": "王小明"})]


async def test_mother_and_daughter_share_a_number(stand: Stand) -> None:
    await book(stand, 10)
    await book(stand, 11, customer={"name": "王晓晓"})
    view = await stand.identify(PHONE, 11)
    assert (view.step, [p.start for p in view.people]) == ("whose", [at(10), at(11)])
    view = await stand.answer("choose", booking_id=view.people[1].booking_id)
    await stand.answer("confirm")
    view = await stand.answer("consent", given=True)
    assert view.result is not None
    assert view.result.others
    view = await stand.answer("another")
    assert view.greeting is not None
    assert view.greeting.start == at(10)


async def test_who_is_checked_in_finds_their_code_beside_somebody_of_the_same_number(stand: Stand) -> None:
    first = await book(stand, 10)
    await book(stand, 11, customer={"name": "王晓晓"})
    await stand.floor.send("visits.check_in", {"booking_id": first}, stand.floor.desk)
    view = await stand.identify(PHONE, 10)
    assert [(p.start, p.is_here, p.technician is not None) for p in view.people] == [
        (at(10), True, True),
        (at(11), False, True),
    ]
    view = await stand.answer("choose", booking_id=first)
    booking = await stand.floor.booking(first)
    assert view.step == "already"
    assert view.result is not None
    assert (view.result.color, view.result.number, view.result.others) == (booking.code_color, booking.code_number, True)
    view = await stand.answer("another")
    assert view.greeting is not None
    assert view.greeting.start == at(11)


async def test_a_booking_of_another_day_is_shown_to_its_link(stand: Stand, clock: ManualClock) -> None:
    token = await link(stand, await book(stand))
    clock.set(at(9) - timedelta(days=1))
    view = await stand.answer("scan", text=token)
    assert view.step == "elsewhen"
    assert view.link_qr


async def test_a_walk_in_of_a_full_day_is_shown_the_booking_page_at_once(stand: Stand) -> None:
    for technician in stand.floor.technicians.values():
        await stand.floor.send("team.report_sick", {"technician_id": technician}, stand.floor.desk)
    await stand.answer("begin", way="walk_in")
    view = await stand.answer("services", service_ids=[stand.floor.services["cut"]])
    assert view.waits
    assert all(wait.start is None for wait in view.waits)
    assert view.link_qr
    view = await stand.answer("who", requested="any")
    assert view.offer is not None
    assert (view.offer.start, bool(view.link_qr)) == (None, True)
    assert (await stand.answer("leave")).step == "welcome"


async def test_a_walk_in_hears_the_wait_first_and_joins_without_a_name(stand: Stand) -> None:
    await stand.answer("begin", way="walk_in")
    view = await stand.answer("services", service_ids=[stand.floor.services["cut"]])
    assert {(w.requested, w.technician.en if w.technician else None) for w in view.waits} == {
        ("any", None),
        ("woman", None),
        ("man", None),
        ("must", "lin"),
        ("must", "wang"),
    }
    assert all(w.start is not None for w in view.waits)
    view = await stand.answer("who", requested="must", technician_id=stand.floor.technicians["lin"])
    assert view.offer is not None
    promised = view.offer.start
    await stand.answer("join")
    view = await stand.answer("name", name=None)
    assert view.result is not None
    assert view.result.window_start == promised
    (booking,) = (await stand.floor.day()).bookings
    assert (booking.source, booking.customer_name, booking.visit_state) == ("walk_in", "", "waiting")


async def test_an_answer_to_a_step_that_is_gone_changes_nothing(stand: Stand) -> None:
    first = await stand.view()
    await stand.answer("begin", way="walk_in")
    assert (await stand.answer("begin", token=first.step_token, way="booking")).step == "service"


async def test_a_leave_that_comes_late_ends_nobody_elses_conversation(stand: Stand) -> None:
    first = await stand.answer("begin", way="walk_in")
    second = await stand.answer("services", service_ids=[stand.floor.services["cut"]])
    assert (second.step, second.step_token == first.step_token) == ("who", False)
    assert (await stand.answer("leave", token=first.step_token)).step == "welcome", "any step of one's own conversation"
    await stand.answer("begin", way="booking")
    for token in (first.step_token, second.step_token, "welcome"):
        assert (await stand.answer("leave", token=token)).step == "identify"
    assert (await stand.answer("leave")).step == "welcome"


async def test_a_wrong_answer_is_refused(stand: Stand) -> None:
    with pytest.raises(Refused) as refusal:
        await stand.answer("join")
    assert refusal.value.kind.code == "kiosk_step"


async def test_nothing_is_left_when_nobody_is_there_any_more(stand: Stand, clock: ManualClock) -> None:
    await book(stand)
    await stand.identify(PHONE, 10)
    (row,) = await stand.floor.rows(KioskSessionRow)
    assert row.state_sealed is not None
    assert PHONE.encode() not in row.state_sealed
    clock.advance(seconds=76)
    assert (await stand.view()).step == "welcome"
    await jobs(stand.floor.hub)[0].run(stand.floor.store)
    (row,) = await stand.floor.rows(KioskSessionRow)
    assert (row.state_sealed, row.data_key, row.token) == (None, None, None)


async def test_no_number_is_readable_in_the_database(stand: Stand) -> None:
    await stand.answer("begin", way="booking")
    await stand.answer("phone", phone=PHONE)
    values = await every_value(stand.floor.hub)
    assert stand.actor.id.encode() in values
    assert PHONE.encode() not in values


async def test_another_kiosk_is_another_conversation(stand: Stand) -> None:
    await stand.answer("begin", way="walk_in")
    other = Stand(stand.floor, replace(stand.actor, id="e" * 32, device_id="e" * 32))
    assert (await other.view()).step == "welcome"


async def test_a_kiosk_asks_once_until_somebody_has_come(stand: Stand) -> None:
    """Whoever taps help, leaves and taps again makes no second line at the desk; another kiosk's is another."""
    for _ in range(3):
        await stand.answer("help")
        await stand.answer("leave")
    [asked] = await stand.floor.rows(HelpRow)
    other = Stand(stand.floor, replace(stand.actor, id="e" * 32, device_id="e" * 32))
    assert (await other.answer("help")).helped
    assert len(await stand.floor.rows(HelpRow)) == 2
    await stand.floor.send("visits.answer_help", {"help_id": asked.id}, stand.floor.desk)
    assert (await stand.answer("help")).helped
    assert sorted(row.answered_at is None for row in await stand.floor.rows(HelpRow)) == [False, True, True]


async def test_who_asks_at_a_kiosk_long_after_somebody_whom_nobody_answered_is_heard(stand: Stand, clock: ManualClock) -> None:
    async def told() -> list[str]:
        return [entry.id for entry in (await stand.floor.day()).attention if entry.kind == "help"]

    async def ask() -> list[str]:
        await stand.answer("help")
        await stand.answer("leave")
        return await told()

    first = await ask()
    clock.advance(minutes=2)
    assert await ask() == first
    for _ in range(2):  # the second time it is a request made anew that is still this kiosk's
        clock.advance(minutes=5)
        again = await ask()
        [asked] = await stand.floor.rows(HelpRow)
        assert (len(again), again == first, asked.asked_at) == (1, False, clock.now())
        first = again
    await stand.floor.send("visits.answer_help", {"help_id": asked.id}, stand.floor.desk)
    assert await told() == []


async def test_a_form_that_is_put_off_again_is_asked_for_once(stand: Stand) -> None:
    await ask_for_a_form(stand)
    token = await link(stand, await book(stand))
    await stand.answer("scan", text=token)
    await stand.answer("confirm")
    assert (await stand.answer("consent", given=True)).step == "form"
    await stand.answer("postpone")
    await stand.answer("leave")
    assert (await stand.answer("scan", text=token)).step == "form"
    await stand.answer("postpone")
    [asked] = await stand.floor.rows(HelpRow)
    assert asked.kind == "form"


def test_a_token_is_found_in_an_address_and_alone() -> None:
    assert token_in(" http://a.b/v/tok-en.x?new ") == "tok-en.x"
    assert token_in("tok-en.x") == "tok-en.x"


def test_phones_are_told_an_address_that_they_can_reach() -> None:
    everywhere = "0.0.0.0"  # noqa: S104 - nothing is bound
    assert HubAddress("https://salon.example/", everywhere, 8000, secure=False).base() == "https://salon.example"
    assert HubAddress("", "192.0.2.7", 8000, secure=True).base() == "https://192.0.2.7:8000"
    assert HubAddress("", everywhere, 8000, secure=False).base().startswith("http://")
    assert everywhere not in HubAddress("", everywhere, 8000, secure=False).base()


async def ask_for_a_form(stand: Stand) -> None:
    """A cut has to be signed for."""
    name = {"zh": "同意书", "en": "Consent"}
    await stand.floor.send("catalog.put_consent_form", {"code": "CHEM", "name": name, "text": name})
    cut = {"kind": "hands_on", "minutes": 30, "place_kind": "chair", "skill": "cut"}
    put = {"code": "cut", "name": name, "category": name, "price_minor": 10000, "phases": [cut], "consent_form": "CHEM"}
    await stand.floor.send("catalog.put_service", put)


STROKES = [[100, 100, 600, 200]]


async def test_what_is_missing_is_asked_and_nothing_is_asked_twice(stand: Stand) -> None:
    await ask_for_a_form(stand)
    first = await book(stand)
    await stand.identify(PHONE, 10)
    await stand.answer("confirm")
    view = await stand.answer("consent", given=True)
    assert view.step == "form"
    assert view.form is not None
    assert (view.form.form, view.form.version, view.form.name.en) == ("CHEM", 1, "Consent")
    assert (await stand.floor.booking(first)).visit_state == "forms_pending"
    view = await stand.answer("sign", form="CHEM", version=1, strokes=STROKES, language="zh")
    assert view.step == "result"
    assert view.result is not None
    assert view.result.form == "none"
    assert (await stand.floor.booking(first)).visit_state == "waiting"

    second = await book(stand, 12)
    await stand.identify(PHONE, 12)
    view = await stand.answer("confirm")
    assert view.step == "result", "signed already: four taps and a number stay enough"
    assert (await stand.floor.booking(second)).visit_state == "waiting"


async def test_a_touch_is_refused_and_the_form_stays(stand: Stand) -> None:
    await ask_for_a_form(stand)
    await book(stand)
    await stand.identify(PHONE, 10)
    await stand.answer("confirm")
    await stand.answer("consent", given=True)
    with pytest.raises(Refused) as refusal:
        await stand.answer("sign", form="CHEM", version=1, strokes=[[1, 1]])
    assert refusal.value.kind.code == "signature_empty"
    assert (await stand.view()).step == "form"


async def test_holding_waits_for_the_desk_and_postponing_calls_it(stand: Stand) -> None:
    await ask_for_a_form(stand)
    held, brought = await book(stand), await book(stand, 12, customer={"name": "李华", "phone": "13700137000"})
    await stand.identify(PHONE, 10)
    await stand.answer("confirm")
    await stand.answer("consent", given=True)
    view = await stand.answer("sign", form="CHEM", version=1, strokes=None)
    assert view.result is not None
    assert view.result.form == "to_confirm"
    assert (await stand.floor.booking(held)).visit_state == "forms_pending"
    [form] = (await stand.floor.booking(held)).forms
    await stand.floor.send("forms.confirm", {"signed_form_id": form.signed_form_id})
    assert (await stand.floor.booking(held)).visit_state == "waiting"

    await stand.identify("13700137000", 12)
    await stand.answer("confirm")
    await stand.answer("consent", given=True)
    view = await stand.answer("postpone")
    assert view.result is not None
    assert view.result.form == "open"
    asked = [entry for entry in (await stand.floor.day()).attention if entry.said.code == "attention-help-form-named"]
    assert [entry.booking_id for entry in asked] == [brought]


async def test_a_walk_in_who_has_to_sign_gives_a_name(stand: Stand) -> None:
    await ask_for_a_form(stand)
    await stand.answer("begin", way="walk_in")
    await stand.answer("services", service_ids=[stand.floor.services["cut"]])
    await stand.answer("who", requested="any")
    view = await stand.answer("join")
    assert view.name_needed
    with pytest.raises(Refused):
        await stand.answer("name", name=None)
    await stand.answer("name", name="李")
    view = await stand.answer("number", phone=None)
    assert view.step == "form"


async def test_the_last_hour_can_be_given_of_a_day_that_opens_at_half_past(stand: Stand) -> None:
    hours = {"weekday": DAY.weekday(), "opens": "08:30", "closes": "18:00"}
    await stand.floor.send("catalog.set_opening_hours", hours)
    await book(stand, 17)
    await stand.answer("begin", way="booking")
    view = await stand.answer("phone", phone=PHONE)
    assert view.hours == list(range(8, 18))
    assert (await stand.answer("hour", hour=view.hours[-1])).step == "confirm"


async def test_whoever_comes_back_is_told_no_window_that_has_gone_by(stand: Stand, clock: ManualClock) -> None:
    token = await link(stand, await book(stand))
    await stand.answer("scan", text=token)
    await stand.answer("confirm")
    told = (await stand.answer("consent", given=True)).result
    assert told is not None
    assert told.window_end is not None
    await stand.answer("leave")
    clock.set(told.window_end + timedelta(minutes=1))
    view = await stand.answer("scan", text=token)
    assert view.step == "already"
    assert view.result is not None
    assert (view.result.window_start, view.result.window_end, view.result.odds) == (clock.now(), None, None)
