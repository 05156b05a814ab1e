"""The technician's tablet: what is in focus, whose name it tells, and which buttons are there."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import pytest

from displays.technician import screen
from displays.technician.models import TechnicianView, Work
from displays.technician.screen import CALL_AHEAD
from hub.backoffice.security.roles import GRANTS
from hub.gateway.screens import NoParams, Reading
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.text import Bilingual, Said
from hub.operations.bookings.tables import BookingRow
from hub.operations.planning.live_day import LiveDay, MoveOfDay
from tests.displays.test_front_desk import NAME, PHONE, floor, hub  # noqa: F401 - fixtures
from tests.displays.test_wording import watched
from tests.operations.floor import Floor, at

# ruff: noqa: F811 - pytest hands fixtures in by their names


async def seen(floor: Floor, code: str | None = "lin") -> TechnicianView:
    """The tablet as this technician reads it; None: nobody has entered a PIN."""
    subject = floor.technicians[code] if code else None
    actor = Actor("device", "0" * 31 + "9", floor.store, frozenset({"technician"}), subject=subject)
    async with floor.hub.viewer.moment(floor.store) as moment:
        reading = Reading(moment.session, moment.store, actor, moment.now, floor.hub.vault, floor.hub.ports, moment.seq)
        return await screen.read(reading, NoParams())


async def focus(floor: Floor) -> Work:
    found = (await seen(floor)).focus
    assert found is not None
    return found


async def test_nobody_signed_in_sees_faces_and_no_customer(floor: Floor) -> None:
    await floor.book("cut", at(9, 10), technician="lin", customer={"name": NAME, "phone": PHONE})
    await floor.planned()
    view = await seen(floor, None)
    assert (view.me, view.focus, view.upcoming) == (None, None, [])
    assert {face.id for face in view.colleagues} == set(floor.technicians.values())
    assert NAME[1:] not in view.model_dump_json()


async def test_who_gave_no_name_has_none_but_the_code_on_the_screen(floor: Floor) -> None:
    wishes = [{"service_id": floor.services["cut"], "requested": "must", "technician_id": floor.technicians["lin"]}]
    code = (await floor.send("visits.walk_in", {"services": wishes}, floor.desk)).result
    await floor.planned()
    person = (await focus(floor)).person
    assert (person.name, person.number, person.color) == ("", code["code_number"], code["code_color"])


async def test_the_day_ends_with_the_last_shift_not_at_the_pause_before_it(floor: Floor, clock: ManualClock) -> None:
    evening = {"technician_id": floor.technicians["lin"], "date": at(9).date().isoformat(), "start": "19:00", "end": "21:00"}
    await floor.send("team.put_shift", evening)
    for now, end in ((at(9), at(21)), (at(18, 30), at(21)), (at(20), at(21)), (at(21, 30), None)):
        clock.set(now)
        me = (await seen(floor)).me
        assert me is not None
        assert me.shift_end == end


async def test_focus_goes_from_the_next_customer_to_the_one_in_hand_to_what_has_developed(
    floor: Floor, clock: ManualClock
) -> None:
    booking = await floor.book("colour", at(9, 10), technician="wang", customer={"name": NAME, "phone": PHONE})
    await floor.planned()
    first = await seen(floor, "wang")
    assert (first.focus_is, first.focus and first.focus.person.name) == ("next", "王**")
    await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)
    assert first.focus is not None
    item = {"item_id": first.focus.item_id}
    await floor.send("visits.start_service", {**item, "technician_id": floor.technicians["wang"]}, floor.desk)
    begun = await seen(floor, "wang")
    assert (begun.focus_is, begun.focus and begun.focus.actions[0]) == ("current", "finish_phase")
    await floor.send("visits.finish_phase", item, floor.desk)
    developing = await seen(floor, "wang")
    assert developing.focus_is == "developing"
    assert developing.me is not None
    assert developing.me.state == "processing_free"


async def test_what_develops_stays_with_who_began_it_where_nobody_has_room_to_go_on(floor: Floor) -> None:
    await floor.book("colour", at(9, 10), technician="wang", customer={"name": NAME, "phone": PHONE})
    await floor.planned()
    first = (await seen(floor, "wang")).focus
    assert first is not None
    item = {"item_id": first.item_id}
    await floor.send("visits.start_service", {**item, "technician_id": floor.technicians["wang"]}, floor.desk)
    await floor.send("visits.finish_phase", item, floor.desk)
    since = await floor.seq()
    await floor.send("stations.close_place", {"place_id": floor.places["B1"], "reason": "leak"}, floor.desk)
    await floor.planned(since=since)
    focus = (await seen(floor, "wang")).focus
    assert focus is not None
    assert [step.start is not None for step in focus.steps] == [True, True, False]
    assert (focus.item_id, focus.actions[0]) == (first.item_id, "finish_phase")


async def test_call_is_open_shortly_before_the_start_and_start_at_any_time(floor: Floor, clock: ManualClock) -> None:
    booking = await floor.book("cut", at(10), technician="lin")
    await floor.planned()
    await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)
    planned = (await focus(floor)).start
    assert planned is not None
    clock.set(planned - CALL_AHEAD)
    assert (await focus(floor)).actions == ["call", "start", "add_service"]
    visit = {"visit_id": (await focus(floor)).visit_id}
    await floor.send("visits.call_customer", visit, floor.desk)
    assert (await focus(floor)).actions == ["start", "recall", "add_service"]


async def test_why_my_work_moved_names_nobody_who_is_not_my_customer(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The card lies in front of a customer: she would read who else is in the house, with whom."""
    mine = await floor.book("cut", at(9, 10), technician="lin", customer={"name": NAME, "phone": PHONE})
    own = await floor.book("cut", at(11), technician="lin", name="赵敏")
    other = await floor.book("cut", at(9, 10), technician="wang", name="李雷")
    await floor.planned()
    day = await floor.day()

    async def told(about: str) -> object:
        """Who is named on the card of `mine` whose time has changed because of `about`."""
        reason = Said(code="move-reason-technician-busy-with", params={"name": "wang", "booking": about})
        moved = MoveOfDay(at(9), 1, await floor.item(mine), at(9), at(9, 10), None, None, None, None, reason)
        changed = [replace(b, moved=moved) if b.id == mine else b for b in day.bookings]

        async def made_up(*_: object) -> LiveDay:
            return replace(day, bookings=tuple(changed))

        monkeypatch.setattr(import_module("displays.technician.screen"), "live_day", made_up)
        shown = (await focus(floor)).changed
        assert shown is not None
        return shown.params["who"]

    assert await told(other) == Bilingual(zh="一位客人", en="a customer")
    assert await told(own) == "赵**"
    day = replace(day, bookings=tuple(replace(b, code_number=12) if b.id == other else b for b in day.bookings))
    assert await told(other) == "#12"


@pytest.mark.parametrize(
    ("taken", "gone"),
    [
        ("floor.work", {"start", "add_service", "help", "break"}),
        ("floor.call", {"call"}),
        ("customers.consult", {"talk"}),
        ("floor.sign", {"sign"}),
    ],
)
async def test_what_the_role_may_no_longer_do_has_no_button(
    floor: Floor, clock: ManualClock, taken: str, gone: set[str]
) -> None:
    booking = await floor.book("cut", at(9, 10), technician="lin", customer={"name": NAME, "phone": PHONE})
    await floor.planned()
    await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)

    async def words() -> set[str]:
        view = await seen(floor)
        assert view.me is not None
        assert view.focus is not None
        return {*view.me.actions, *view.focus.actions}

    had = await words()
    await floor.hub.rounds.close()  # which would read again what the database grants
    floor.hub.access.change(floor.store, {**GRANTS, "technician": GRANTS["technician"] - {taken}})
    assert gone <= had - await words()


async def test_the_allergys_version_changes_with_what_is_known_alone(floor: Floor) -> None:
    booking = await floor.book("cut", at(9, 10), technician="lin", customer={"name": NAME, "phone": PHONE})
    await floor.planned()

    async def version() -> str | None:
        return (await focus(floor)).person.allergy_version

    assert await version() is None
    await floor.send("visits.note_allergy", {"booking_id": booking, "allergy": "PPD", "agreed": True}, floor.desk)
    first = await version()
    assert first is not None
    await floor.send("visits.note_allergy", {"booking_id": booking, "allergy": "PPD", "agreed": True}, floor.desk)
    assert await version() == first
    await floor.send("visits.note_allergy", {"booking_id": booking, "allergy": "nickel", "agreed": True}, floor.desk)
    assert await version() not in (None, first)


async def test_a_consent_taken_back_takes_the_warning_off_the_open_tablet(floor: Floor) -> None:
    booking = await floor.book("cut", at(9, 10), technician="lin", customer={"name": NAME, "phone": PHONE})
    await floor.planned()
    await floor.send("visits.note_allergy", {"booking_id": booking, "allergy": "PPD", "agreed": True}, floor.desk)
    hub = floor.hub
    lin = Actor("device", "0" * 31 + "9", floor.store, frozenset({"technician"}), subject=floor.technicians["lin"])
    tablet = await watched(hub, "technician", lin)
    await tablet.shows(lambda view: view["focus"]["person"]["has_allergy"])

    async with hub.database.read(floor.store) as session:
        row = await session.get(BookingRow, booking)
        assert row is not None
    customer = Actor("customer", row.customer_id or "", floor.store, frozenset({"member"}), session_id="s")
    await floor.send("privacy.set_own_consent", {"purpose": "health", "agreed": False}, customer)
    await tablet.shows(lambda view: not view["focus"]["person"]["has_allergy"])


async def test_a_tablet_whose_role_changed_shares_no_view_with_one_as_before(floor: Floor) -> None:
    subject = floor.technicians["lin"]
    one = Actor("device", "0" * 31 + "8", floor.store, frozenset({"technician"}), subject=subject)
    other = Actor("device", "0" * 31 + "9", floor.store, frozenset({"technician", "desk"}), subject=subject)
    assert screen.audience(one, NoParams()) != screen.audience(other, NoParams())
