"""The conversation alone: no hub, no clock, no database."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from hub.kernel.errors import Refused
from kiosk import conversation as talk
from kiosk import inputs

BOOKING, OTHER = "b" * 32, "c" * 32
SERVICE = "5" * 32
ADAPTER: TypeAdapter[inputs.Input] = TypeAdapter(inputs.Input)


def ask(**data: Any) -> inputs.Input:
    return ADAPTER.validate_python(data)


def found(
    state: talk.Found = "ahead", *, booking: str = BOOKING, consented: bool = True, named: bool = True
) -> talk.FoundBooking:
    return talk.FoundBooking(booking, state, consented, named)


def play(*steps: tuple[inputs.Input, talk.Facts], state: talk.State | None = None) -> tuple[talk.State, list[talk.Effect]]:
    state, done = state or talk.State(), []
    for given_input, facts in steps:
        turn = talk.answer(state, given_input, facts)
        state = turn.state
        done += turn.effects
    return state, done


NOTHING = talk.Facts()


def test_a_booked_customer_is_in_with_three_taps_and_a_number() -> None:
    here = talk.Facts(found=(found(),))
    state, done = play(
        (ask(kind="begin", way="booking"), NOTHING),
        (ask(kind="phone", phone="13800138000"), NOTHING),
        (ask(kind="hour", hour=14), here),
        (ask(kind="confirm"), here),
    )
    assert (state.step, done) == ("result", [talk.CheckHere(BOOKING)])
    assert state.phone == ""


def test_a_code_needs_one_tap_and_asks_for_consent_only_where_it_is_missing() -> None:
    unasked = talk.Facts(found=(found(consented=False),))
    state, done = play((ask(kind="scan", text="x"), unasked), (ask(kind="confirm"), unasked))
    assert (state.step, done) == ("consent", [])
    state, done = play((ask(kind="consent", given=True), unasked), state=state)
    assert (state.step, done) == ("result", [talk.NoteConsent(BOOKING), talk.CheckHere(BOOKING)])


@pytest.mark.parametrize("step", ["service", "who", "offer", "later", "name", "number"])
def test_a_code_held_up_on_the_way_into_the_queue_leads_to_its_booking(step: talk.Step) -> None:
    asked = talk.State(step=step, service_ids=(SERVICE,), name="王", helped=True)
    state, done = play((ask(kind="scan", text="x"), talk.Facts(found=(found(),))), state=asked)
    assert (state, done) == (talk.State(step="confirm", way="code", bookings=(BOOKING,), booking_id=BOOKING, helped=True), [])


@pytest.mark.parametrize("step", ["result", "already", "elsewhen", "over", "person"])
def test_the_next_customers_code_ends_a_conversation_that_asks_nothing_any_more(step: talk.Step) -> None:
    left = talk.State(step=step, booking_id=OTHER, bookings=(OTHER,), health_changed=True, form_later=True, helped=True)
    state, done = play((ask(kind="scan", text="x"), talk.Facts(found=(found(),))), state=left)
    assert (state, done) == (talk.State(step="confirm", way="code", bookings=(BOOKING,), booking_id=BOOKING), [])


@pytest.mark.parametrize("step", ["whose", "confirm", "consent", "form"])
def test_a_strangers_code_does_not_push_away_who_is_being_asked(step: talk.Step) -> None:
    with pytest.raises(Refused):
        play((ask(kind="scan", text="x"), talk.Facts(found=(found(),))), state=talk.State(step=step, booking_id=OTHER))


def test_who_does_not_agree_meets_a_person_and_leaves_nothing() -> None:
    unasked = talk.Facts(found=(found(consented=False),))
    state, done = play(
        (ask(kind="scan", text="x"), unasked), (ask(kind="confirm"), unasked), (ask(kind="consent", given=False), unasked)
    )
    assert state == talk.State(step="person", helped=True)
    assert done == [talk.CallPerson()]


@pytest.mark.parametrize("hour", [9, 14])
def test_a_number_alone_is_answered_alike_whoever_it_belongs_to(hour: int) -> None:
    known, unknown = (
        play((ask(kind="begin", way="booking"), NOTHING), (ask(kind="phone", phone=phone), NOTHING))
        for phone in ("13800138000", "13900139000")
    )
    assert known[0].model_copy(update={"phone": ""}) == unknown[0].model_copy(update={"phone": ""})
    assert known[1] == unknown[1] == []


def test_five_failures_lock_and_call_a_person_once() -> None:
    state, done = talk.State(), []
    for number in range(talk.TRIES_MAX):
        turn = talk.answer(state, ask(kind="scan", text="no code"), talk.Facts(failures=number))
        done += turn.effects
        state = turn.state
    assert state.step == "locked"
    assert done.count(talk.CountFailure(locked=False)) == talk.TRIES_MAX - 1
    assert done[-2:] == [talk.CountFailure(locked=True), talk.CallPerson()]
    turn = talk.answer(talk.State(step="identify"), ask(kind="phone", phone="13800138000"), talk.Facts(failures=talk.TRIES_MAX))
    assert (turn.state.step, turn.effects) == ("locked", (talk.CallPerson(),))


def test_a_locked_device_does_not_even_look() -> None:
    state = talk.State(step="hour", phone="+8613800138000")
    turn = talk.answer(state, ask(kind="hour", hour=14), talk.Facts(failures=talk.TRIES_MAX, found=(found(),)))
    assert turn.state.step == "locked"


def test_that_is_not_me_counts_as_a_try_and_forgets_the_booking() -> None:
    here = talk.Facts(found=(found(),))
    state, done = play((ask(kind="scan", text="x"), here), (ask(kind="not_me"), NOTHING))
    assert (state.step, state.booking_id, state.bookings) == ("unknown", None, ())
    assert done == [talk.CountFailure(locked=False)]


def test_two_people_on_one_number_check_in_one_after_the_other() -> None:
    both = talk.Facts(found=(found(), found(booking=OTHER)))
    state, _ = play((ask(kind="scan", text="x"), both))
    assert state.step == "whose"
    state, done = play((ask(kind="choose", booking_id=OTHER), both), (ask(kind="confirm"), both), state=state)
    assert (state.step, state.bookings, done) == ("result", (BOOKING,), [talk.CheckHere(OTHER)])
    state, done = play((ask(kind="another"), both), (ask(kind="confirm", health_changed=True), both), state=state)
    assert (state.step, done) == ("result", [talk.CheckHere(BOOKING), talk.NoteHealth(BOOKING)])


def test_of_two_on_one_number_the_one_who_is_in_the_store_is_not_taken_for_the_other() -> None:
    mixed = talk.Facts(found=(found("here"), found(booking=OTHER, named=False)))
    state, done = play((ask(kind="scan", text="x"), mixed))
    assert (state.step, state.bookings) == ("whose", (BOOKING, OTHER))
    state, done = play((ask(kind="choose", booking_id=BOOKING), mixed), state=state)
    assert (state.step, state.booking_id, state.bookings, done) == ("already", BOOKING, (OTHER,), [])
    state, done = play((ask(kind="another"), mixed), (ask(kind="confirm"), mixed), state=state)
    assert (state.step, state.bookings, done) == ("result", (), [talk.CheckHere(OTHER)])


def test_who_is_in_the_store_is_not_offered_as_another_to_check_in() -> None:
    mixed = talk.Facts(found=(found("here", named=False), found(booking=OTHER)))
    state, _ = play((ask(kind="scan", text="x"), mixed))
    assert (state.step, state.booking_id) == ("confirm", OTHER), "who names their own booking taps no more than anybody else"
    assert play((ask(kind="not_me"), mixed), state=state)[0].step == "whose"
    state, done = play((ask(kind="confirm"), mixed), state=state)
    assert (state.step, state.bookings, done) == ("result", (), [talk.CheckHere(OTHER)])


def test_two_on_one_number_who_are_both_in_the_store_are_told_apart() -> None:
    both = talk.Facts(found=(found("here", named=False), found("here", booking=OTHER)))
    state, _ = play((ask(kind="scan", text="x"), both))
    assert (state.step, state.booking_id, state.bookings) == ("already", OTHER, ())
    both = talk.Facts(found=(found("here"), found("here", booking=OTHER)))
    state, _ = play((ask(kind="scan", text="x"), both), (ask(kind="choose", booking_id=OTHER), both))
    assert (state.step, state.booking_id, state.bookings) == ("already", OTHER, ())


SIGN = ask(kind="sign", form="CHEM", version=2, strokes=[[0, 0, 400, 300]], language="en")


def test_forms_are_asked_one_after_the_other_before_the_result() -> None:
    here = talk.State(step="result", booking_id=BOOKING)
    state = talk.asking(here, ["CHEM", "LASH"])
    assert (state.step, state.form) == ("form", "CHEM")
    turn = talk.answer(state, SIGN, NOTHING)
    assert turn.effects == (talk.Sign(BOOKING, "CHEM", 2, "en", ((0, 0, 400, 300),)),)
    state = talk.asking(turn.state, ["LASH"])
    assert (state.step, state.form) == ("form", "LASH")
    with pytest.raises(Refused):
        talk.answer(state, SIGN, NOTHING)
    assert talk.asking(turn.state, []).step == "result"


def test_who_comes_back_to_the_kiosk_is_asked_again_and_who_waits_for_a_person_is_not() -> None:
    assert talk.asking(talk.State(step="already", booking_id=BOOKING), ["CHEM"]).step == "form"
    state = talk.asking(talk.State(step="result", booking_id=BOOKING), ["CHEM"])
    turn = talk.answer(state, ask(kind="postpone"), NOTHING)
    assert turn.effects == (talk.BringForm(BOOKING),)
    assert talk.asking(turn.state, ["CHEM"]).step == "result"
    assert talk.asking(talk.State(step="elsewhen"), ["CHEM"]).step == "elsewhen", "nobody signs who is not here"


def test_the_next_of_a_party_is_asked_for_their_own_forms() -> None:
    both = talk.Facts(found=(found(), found(booking=OTHER)))
    state = talk.State(step="result", booking_id=BOOKING, bookings=(OTHER,), form_later=True)
    state, _ = play((ask(kind="another"), both), (ask(kind="confirm"), both), state=state)
    assert talk.asking(state, ["CHEM"]).form == "CHEM"


def test_nobody_signs_without_a_name() -> None:
    state = talk.State(step="name", service_ids=(SERVICE,))
    with pytest.raises(Refused) as refusal:
        talk.answer(state, ask(kind="name", name=None), talk.Facts(name_needed=True))
    assert refusal.value.kind is talk.KIOSK_STEP
    assert talk.answer(state, ask(kind="name", name=None), NOTHING).state.step == "result"


def test_only_a_proved_booking_can_be_chosen() -> None:
    both = talk.Facts(found=(found(), found(booking=OTHER)))
    state, _ = play((ask(kind="scan", text="x"), both))
    with pytest.raises(Refused) as refusal:
        talk.answer(state, ask(kind="choose", booking_id="d" * 32), both)
    assert refusal.value.kind is talk.KIOSK_STEP


@pytest.mark.parametrize(("standing", "step"), [("here", "already"), ("elsewhen", "elsewhen"), ("over", "over")])
def test_other_bookings_have_screens_of_their_own(standing: talk.Found, step: str) -> None:
    state, done = play((ask(kind="scan", text="x"), talk.Facts(found=(found(standing),))))
    assert (state.step, done) == (step, [])


def test_a_booking_that_was_cancelled_meanwhile_is_not_checked_in() -> None:
    state, _ = play((ask(kind="scan", text="x"), talk.Facts(found=(found(),))))
    turn = talk.answer(state, ask(kind="confirm"), talk.Facts(found=(found("over"),)))
    assert (turn.state.step, turn.effects) == ("over", ())


def test_a_walk_in_hears_the_wait_before_any_name_or_number() -> None:
    offered = talk.Facts(offered=frozenset({SERVICE}))
    state, done = play(
        (ask(kind="begin", way="walk_in"), NOTHING),
        (ask(kind="services", service_ids=[SERVICE]), offered),
        (ask(kind="who", requested="woman"), NOTHING),
    )
    assert (state.step, state.name, state.phone, done) == ("offer", "", "", [])
    state, done = play((ask(kind="join"), NOTHING), (ask(kind="name", name="王", title="ms"), NOTHING), state=state)
    assert (state.step, done) == ("number", [])
    state, done = play((ask(kind="number", phone=None), NOTHING), state=state)
    assert (state.step, done) == ("result", [talk.JoinQueue("王", "ms", None, "zh")])


def test_a_person_can_be_called_everywhere_and_is_called_once() -> None:
    for step in talk.Step.__args__:  # type: ignore[attr-defined]
        turn = talk.answer(talk.State(step=step), ask(kind="help"), NOTHING)
        assert (turn.state.step, turn.effects) == (step, (talk.CallPerson(),))
        assert talk.answer(turn.state, ask(kind="help"), NOTHING).effects == ()


INPUTS = st.sampled_from(
    [
        ask(kind="begin", way="booking"),
        ask(kind="begin", way="walk_in"),
        ask(kind="scan", text="x"),
        ask(kind="phone", phone="13800138000"),
        ask(kind="hour", hour=14),
        ask(kind="choose", booking_id=BOOKING),
        ask(kind="confirm"),
        ask(kind="not_me"),
        ask(kind="consent", given=True),
        ask(kind="another"),
        ask(kind="services", service_ids=[SERVICE]),
        ask(kind="who", requested="any"),
        ask(kind="join"),
        ask(kind="later"),
        ask(kind="name", name=None),
        ask(kind="number", phone=None),
        SIGN,
        ask(kind="postpone"),
        ask(kind="back"),
        ask(kind="help"),
        ask(kind="stay"),
    ]
)
FOUND = st.lists(
    st.builds(
        talk.FoundBooking,
        st.sampled_from([BOOKING, OTHER]),
        st.sampled_from(["ahead", "here", "elsewhen", "over"]),
        st.booleans(),
    ),
    max_size=2,
    unique_by=lambda each: each.id,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(INPUTS, FOUND, st.integers(0, 5)), max_size=12))
def test_whatever_is_tapped_nobody_is_checked_in_unproved_and_leaving_wipes_all(
    taps: list[tuple[inputs.Input, list[talk.FoundBooking], int]],
) -> None:
    state, proved = talk.State(), set[str]()
    for given_input, known, failures in taps:
        facts = talk.Facts(failures, tuple(known), frozenset({SERVICE}))
        if isinstance(given_input, inputs.Scan | inputs.GiveHour):
            proved |= {each.id for each in known if each.state == "ahead"}
        try:
            turn = talk.answer(state, given_input, facts)
        except Refused:
            continue
        state = turn.state
        for effect in turn.effects:
            if isinstance(effect, talk.CheckHere):
                assert effect.booking_id in proved
                assert facts.one(effect.booking_id) is not None
    assert talk.answer(state, ask(kind="leave"), NOTHING).state == talk.State()
