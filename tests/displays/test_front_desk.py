"""The desk's day: what it shows of a morning, which buttons are open, and what it keeps from those who may not read names."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Any, get_args

import orjson
import pytest

from displays import floor as floor_screen
from displays.front_desk import day as desk_day
from displays.front_desk.models import (
    Booking,
    BookingAction,
    DeskView,
    FormAction,
    ItemAction,
    Mend,
    PlaceAction,
    TechnicianAction,
)
from displays.rights import SENDS
from displays.technician.models import Action, OwnAction
from hub.app import Hub, build
from hub.backoffice.security.roles import GRANTS
from hub.gateway.screens import Reading
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.kernel.ids import SeededRandomness
from hub.operations.planning.replanning import Planner
from hub.operations.team.queries import shifts
from hub.settings import Settings
from tests.conftest import Send
from tests.operations.floor import DAY, Floor, FloorStore, at, both, shown

NAME, PHONE = "王小明", "+8613912345678"


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    made = build(settings, clock=clock, chance=SeededRandomness(1))
    made.ports.get(Planner).quiet_seconds = 0.02
    await made.start()
    yield made
    await made.close()


@pytest.fixture
def floor(hub: Hub, floor_store: FloorStore, send: Send, desk: Actor) -> Floor:
    return floor_store.opened(hub, send, desk)


async def seen(floor: Floor, actor: Actor | None = None, on: date | None = None) -> DeskView:
    """The view as the screen reads it, for whoever looks."""
    async with floor.hub.viewer.moment(floor.store) as moment:
        reading = Reading(
            moment.session, moment.store, actor or floor.desk, moment.now, floor.hub.vault, floor.hub.ports, moment.seq
        )
        return await desk_day.read(reading, desk_day.DeskParams(date=on))


async def only(floor: Floor) -> Booking:
    """The one booking of the day."""
    [booking] = (await seen(floor)).bookings
    return booking


async def test_a_day_without_bookings_shows_its_lanes_and_nothing_else(floor: Floor) -> None:
    view = await seen(floor)
    assert (view.date, view.today, view.bookings, view.queue, view.attention) == (DAY, DAY, [], [], [])
    assert (view.opens, view.closes) == (at(9), at(18))
    assert (view.begins, view.ends) == (at(8, 30), at(18, 30))
    assert [lane.code for lane in view.technicians] == ["lin", "wang", "zhao"]
    assert [(shade.kind, shade.start, shade.end) for shade in view.technicians[0].shades] == [
        ("off", at(8, 30), at(9)),
        ("off", at(18), at(18, 30)),
    ]
    assert view.plan.author in {"none", "greedy"}, "an empty plan may be in force already"


async def test_a_store_with_nothing_in_it_has_a_day_all_the_same(hub: Hub, store: str, send: Send, desk: Actor) -> None:
    view = await seen(Floor(hub, store, send, desk, {}, {}, {}))
    assert (view.technicians, view.places, view.bookings, view.opens) == ([], [], [], None)
    assert (view.off, view.empty) == ("no_team", True)
    assert view.begins < view.ends


async def test_a_day_says_why_nobody_works_and_whether_there_is_anything_to_draw(floor: Floor, manager: Actor) -> None:
    async def told(on: date | None = None) -> tuple[str | None, bool]:
        view = await seen(floor, on=on)
        return view.off, view.empty

    assert await told() == (None, False)
    assert await told(DAY + timedelta(days=40)) == ("no_shifts", True)
    await floor.book("cut", at(9, 30))
    async with floor.hub.database.read(floor.store) as session:
        of_today = await shifts(session, at(0), at(23))
    for shift in of_today:
        await floor.send("team.remove_shift", {"shift_id": shift.id}, manager)
    assert await told() == ("no_shifts", False)
    await floor.send("catalog.set_opening_hours", {"weekday": DAY.weekday(), "opens": None, "closes": None}, manager)
    assert await told(DAY + timedelta(days=7)) == ("closed", True)
    assert [(await seen(floor, actor)).may_roster for actor in (manager, floor.technician("lin"))] == [True, False]


async def test_what_develops_holds_the_place_and_leaves_the_technician_free(floor: Floor) -> None:
    await floor.book("colour", at(11), technician="wang", customer={"name": NAME, "phone": PHONE})
    await floor.planned()
    view = await seen(floor)
    [item] = view.bookings[0].items
    on, develops, off = item.phases
    assert (on.technician_id, on.beside, develops.technician_id) == (floor.technicians["wang"], None, None)
    assert develops.beside == floor.technicians["wang"]
    assert develops.place_id == on.place_id
    assert off.place_id == floor.places["B1"]
    [fit] = view.fits
    assert set(fit.technician_ids) == {floor.technicians["wang"], floor.technicians["zhao"]}
    assert set(fit.place_ids) == set(floor.places.values())
    assert view.bookings[0].phone_tail == "5678"


async def test_each_state_opens_its_own_buttons_and_the_hub_accepts_the_likely_one(floor: Floor, clock: ManualClock) -> None:
    await floor.book("cut", at(9, 10))
    await floor.planned()
    booking = await only(floor)
    assert booking.actions == ["check_in", "late", "no_show", "rebook", "add_service", "cancel"]
    assert booking.items[0].actions == ["start", "move", "change_technician", "change_place", "pin"]
    await floor.send("visits.check_in", {"booking_id": booking.id}, floor.desk)
    booking = await only(floor)
    assert (booking.actions[0], booking.items[0].phases[0].look) == ("call", "here")
    assert (await seen(floor)).queue == [booking.id]
    visit = {"visit_id": booking.visit_id}
    await floor.send("visits.pause", visit, floor.desk)
    assert (await only(floor)).actions == ["resume", "add_service", "leave"]
    assert (await seen(floor)).queue == [booking.id]
    await floor.send("visits.resume", visit, floor.desk)
    await floor.planned()
    await floor.send("visits.call_customer", visit, floor.desk)
    booking = await only(floor)
    assert (booking.actions[0], booking.items[0].phases[0].look) == ("enter", "called")
    await floor.send("visits.enter_room", visit, floor.desk)
    clock.set(at(9, 10))
    await floor.send("visits.start_service", {"item_id": booking.items[0].id}, floor.desk)
    booking = await only(floor)
    assert booking.items[0].actions == ["finish", "extend", "remind", "change_technician", "change_place"]
    assert (booking.actions, booking.items[0].phases[0].look) == (["add_service"], "running")
    clock.set(at(9, 50))
    assert (await only(floor)).items[0].phases[0].look == "over"
    await floor.send("visits.finish_service", {"item_id": booking.items[0].id}, floor.desk)
    booking = await only(floor)
    assert (booking.actions[0], booking.items[0].actions, booking.items[0].phases[0].look) == ("checkout", [], "done")
    await floor.send("visits.send_to_checkout", visit, floor.desk)
    assert (await only(floor)).actions == ["leave"]
    await floor.send("visits.leave", visit, floor.desk)
    assert (await only(floor)).actions == []


async def test_nothing_else_can_begin_while_a_service_of_the_same_customer_goes_on(floor: Floor) -> None:
    services = [{"service_id": floor.services[name]} for name in ("cut", "colour")]
    await floor.book("cut", at(9), services=services)
    await floor.planned()
    first, second = (await only(floor)).items
    assert "start" in first.actions
    assert "start" in second.actions
    await floor.send("visits.start_service", {"item_id": first.id}, floor.desk)
    assert "start" not in (await only(floor)).items[1].actions
    await floor.refused("customer_busy", "visits.start_service", {"item_id": second.id})


async def test_nobody_who_has_stepped_out_is_to_be_called(floor: Floor) -> None:
    booking_id = await floor.book("cut", at(9, 10))
    await floor.planned()
    visit = (await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)).result["visit_id"]
    assert [m.command for e in (await seen(floor)).attention for m in e.mend] == ["visits.call_customer"]
    await floor.send("visits.pause", {"visit_id": visit}, floor.desk)
    assert [m.command for e in (await seen(floor)).attention for m in e.mend] == []


async def test_a_service_without_a_place_has_none_to_change(floor: Floor) -> None:
    talk = {"kind": "hands_on", "minutes": 15, "skill": "cut"}
    put = {"code": "talk", "name": both("talk"), "category": both("hair"), "price_minor": 0, "phases": [talk]}
    service_id = (await floor.send("catalog.put_service", put)).result["service_id"]
    await floor.book("cut", at(9, 10), services=[{"service_id": service_id}])
    await floor.planned()
    assert (await only(floor)).items[0].actions == ["start", "move", "change_technician", "pin"]


async def test_a_window_that_has_gone_by_is_marked_also_where_the_plan_has_no_room(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(9, 30), technician="lin")
    await floor.planned()
    await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)
    since = await floor.seq()
    await floor.send("team.report_sick", {"technician_id": floor.technicians["lin"]}, floor.desk)
    await floor.planned(since=since)
    booking = await only(floor)
    assert (booking.planned_start, booking.at_risk) == (None, False)
    clock.set(at(11))
    assert (await only(floor)).at_risk


async def test_who_does_not_come_is_kept_apart_and_can_come_back(floor: Floor) -> None:
    booking_id = await floor.book("cut", at(9, 30))
    await floor.planned()
    await floor.send("visits.no_show", {"booking_id": booking_id}, floor.desk)
    view = await seen(floor)
    assert (view.gone, view.bookings[0].actions) == ([booking_id], ["reverse_no_show", "check_in"])
    await floor.send("visits.reverse_no_show", {"booking_id": booking_id}, floor.desk)
    assert (await seen(floor)).gone == []


async def test_lanes_tell_of_breaks_sickness_closures_and_cleaning(floor: Floor) -> None:
    lin, wang = floor.technicians["lin"], floor.technicians["wang"]
    await floor.send("team.start_break", {"technician_id": lin}, floor.desk)
    await floor.send("team.report_sick", {"technician_id": wang}, floor.desk)
    await floor.send("stations.close_place", {"place_id": floor.places["C1"], "reason": "lamp"}, floor.desk)
    await floor.send("stations.mark_dirty", {"place_id": floor.places["C2"]}, floor.desk)
    view = await seen(floor)
    people = {lane.id: lane for lane in view.technicians}
    assert (people[lin].actions, people[lin].absence_id) == (["end_break", "sick"], None)
    assert people[wang].actions == ["back"]
    assert ("sick", at(9), at(18, 30)) in [(s.kind, s.start, s.end) for s in people[wang].shades]
    places = {lane.code: lane for lane in view.places}
    assert (places["C1"].actions, places["C1"].closed_reason) == (["reopen"], "lamp")
    assert ("closed", at(9), at(18, 30)) in [(s.kind, s.start, s.end) for s in places["C1"].shades]
    assert places["C2"].actions == ["clean", "start_cleaning", "close"]
    await floor.send("team.end_absence", {"absence_id": people[wang].absence_id}, floor.desk)
    assert "break" in next(lane for lane in (await seen(floor)).technicians if lane.id == wang).actions


async def test_the_team_shows_what_lasts_or_comes_of_absences(floor: Floor, manager: Actor, clock: ManualClock) -> None:
    off = {"technician_id": floor.technicians["lin"], "first": "2026-05-18", "last": "2026-05-18"}
    withdrawn = (await floor.send("team.note_days_off", off)).result
    over = (await floor.send("team.report_sick", {"technician_id": off["technician_id"]}, floor.desk)).result
    kept = (await floor.send("team.note_days_off", {**off, "first": "2026-05-17", "last": "2026-05-17"})).result
    clock.advance(minutes=10)
    for absence in (withdrawn, over):
        await floor.send("team.end_absence", absence, floor.desk)
    for first in (DAY, date(2026, 5, 18)):
        [lin] = [p for p in (await shown(floor, "team", manager, first=first.isoformat()))["team"] if p["code"] == "lin"]
        assert [absence["id"] for absence in lin["absences"]] == ([kept["absence_id"]] if first == DAY else [])


async def test_another_day_shows_its_bookings_and_no_buttons_of_today(floor: Floor) -> None:
    tomorrow = DAY + timedelta(days=1)
    for technician in floor.technicians.values():
        shift = {"technician_id": technician, "date": tomorrow.isoformat(), "start": "09:00", "end": "18:00"}
        await floor.send("team.put_shift", shift)
    await floor.book("cut", at(9 + 24 + 2))
    view = await seen(floor, on=tomorrow)
    assert (view.date, view.today, len(view.bookings)) == (tomorrow, DAY, 1)
    assert view.bookings[0].actions == ["rebook", "add_service", "cancel"]
    assert not {"start", "move"} & set(view.bookings[0].items[0].actions)
    assert (await seen(floor)).bookings == []


async def test_whoever_may_not_read_names_sees_none_anywhere(floor: Floor) -> None:
    customer = {"name": NAME, "phone": PHONE}
    booking_id = await floor.book("cut", at(9, 5), customer=customer, note="对香水敏感")
    await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)
    await floor.planned()
    full = await seen(floor)
    assert full.reads_names
    assert (full.bookings[0].name, full.bookings[0].note) == (NAME, "对香水敏感")
    masked = await seen(floor, floor.technician("lin"))
    text = re.sub("[0-9a-f]{32}", "", masked.model_dump_json())  # ids are drawn at random and may hold any four digits
    assert not masked.reads_names
    assert masked.bookings[0].name == "王**"
    for secret in (NAME, "小明", "5678", "香水"):
        assert secret not in text


async def test_a_request_for_help_names_the_customer_as_the_looker_may_read_it(floor: Floor) -> None:
    booking_id = await floor.book("cut", at(9, 5), customer={"name": NAME, "phone": PHONE})
    await floor.send("visits.ask_help", {"kind": "form", "booking_id": booking_id}, floor.desk)
    masked = await seen(floor, floor.technician("lin"))
    assert [e.said.params["name"] for e in (await seen(floor)).attention if e.kind == "help"] == [NAME]
    assert [e.said.params["name"] for e in masked.attention if e.kind == "help"] == ["王**"]


async def test_names_of_any_kind_stay_what_they_are(floor: Floor) -> None:
    wild = "<script>alert(1)</script>🎀" + "长" * 170
    await floor.book("cut", at(11), customer={"name": wild})
    assert (await only(floor)).name == wild


async def test_the_steps_that_can_be_taken_back_are_listed_and_undo_takes_the_newest(floor: Floor) -> None:
    booking_id = await floor.book("cut", at(9, 30))
    await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)
    await floor.planned()
    step = (await seen(floor)).undoable[0]
    assert (step.said.code, step.said.params["who"]) == ("step-visits-check-in", NAME)
    await floor.send("planning.undo", {"undo_command_id": step.command_id}, floor.desk)
    view = await seen(floor)
    assert (view.bookings[0].visit_id, view.queue) == (None, [])
    assert view.undoable[0].said.code == "step-bookings-book"


async def test_a_step_that_can_be_taken_back_names_whom_or_what_it_is_about(floor: Floor) -> None:
    wang, chair = floor.technicians["wang"], floor.places["C2"]
    gone = await floor.book("cut", at(11), name="李雷")
    await floor.send("bookings.cancel", {"booking_id": gone, "reason": "customer_asked"}, floor.desk)
    await floor.send("stations.close_place", {"place_id": chair, "reason": "灯坏了"}, floor.desk)
    await floor.send("team.start_break", {"technician_id": wang}, floor.desk)
    view = await seen(floor)
    assert [(step.said.code, step.said.params["who"]) for step in view.undoable] == [
        ("step-team-start-break", next(lane.name for lane in view.technicians if lane.id == wang)),
        ("step-stations-close-place", next(lane.name for lane in view.places if lane.id == chair)),
        ("step-bookings-cancel", "李雷"),
        ("step-bookings-book", "李雷"),
    ]


async def test_the_view_is_served_to_the_desk_and_to_nobody_without_the_permission(floor: Floor, store: str) -> None:
    viewer = floor.hub.viewer
    screen = viewer.screen("desk")
    params: dict[str, Any] = {"date": DAY.isoformat()}
    async with viewer.moment(store) as moment:
        shown = await viewer.show(viewer.asked(screen, params, floor.desk), moment)
    assert DeskView.model_validate_json(shown.view).date == DAY
    for role in ("technician", "kiosk", "screen", "member", "anonymous"):
        with pytest.raises(Refused):
            viewer.asked(screen, params, Actor("staff", "0" * 32, store, frozenset({role})))


async def test_a_later_day_says_who_has_lost_their_room_and_proposes_the_nearest_start(
    floor: Floor, send: Send, manager: Actor
) -> None:
    tomorrow = DAY + timedelta(days=1)
    for code in ("lin", "wang"):
        shift = {"technician_id": floor.technicians[code], "date": tomorrow.isoformat(), "start": "09:00", "end": "18:00"}
        await send("team.put_shift", shift)
    start = at(11) + timedelta(days=1)
    booking = await floor.book("cut", start, technician="lin", name=NAME)
    leave = {"technician_id": floor.technicians["lin"], "start": start.isoformat(), "until": at(38).isoformat()}
    await send("team.note_leave", leave)
    view = await _attentive(floor, None)
    assert [(entry.kind, entry.said.params["count"], entry.mend) for entry in view.attention] == [("later_day", 1, [])]
    later = await seen(floor, on=tomorrow)
    [entry] = later.attention
    assert (entry.kind, entry.booking_id, later.unplanned) == ("unplanned", booking, [booking])
    [mend] = entry.mend
    assert mend.command == "bookings.move"
    assert mend.label.code == "mend-move-to"
    proposed = datetime.fromisoformat(str(mend.data["start"]))
    assert at(33) <= proposed < start
    await send(mend.command, mend.data, floor.desk)
    assert (await seen(floor, on=tomorrow)).attention == []
    assert (await seen(floor)).attention == []


async def test_today_whoever_has_no_room_and_is_not_here_is_offered_another_start(floor: Floor, send: Send) -> None:
    booking = await floor.book("cut", at(11), technician="lin", name=NAME)
    await floor.planned()
    since = await floor.seq()
    leave = {"technician_id": floor.technicians["lin"], "start": at(10, 30).isoformat(), "until": at(38).isoformat()}
    await send("team.note_leave", leave)
    await floor.planned(since=since)
    [entry] = (await seen(floor)).attention
    assert (entry.kind, [mend.command for mend in entry.mend]) == ("unplanned", ["bookings.move", "planning.replan"])
    move = entry.mend[0]
    assert at(9) <= datetime.fromisoformat(str(move.data["start"])) <= at(10)
    await send(move.command, move.data, floor.desk)
    assert (await seen(floor)).attention == []
    assert await floor.booking(booking)


async def test_today_whoever_is_here_without_room_is_not_sent_away(floor: Floor, send: Send) -> None:
    booking = await floor.book("cut", at(11), technician="lin", name=NAME)
    await floor.send("visits.check_in", {"booking_id": booking}, floor.desk)
    await floor.planned()
    since = await floor.seq()
    await send("team.report_sick", {"technician_id": floor.technicians["lin"]}, floor.desk)
    await floor.planned(since=since)
    [entry] = [e for e in (await seen(floor)).attention if e.kind == "unplanned"]
    assert "bookings.move" not in [mend.command for mend in entry.mend]


async def without_room(floor: Floor, *services: tuple[str, str]) -> str:
    """Somebody came who asks for these of people who are both sick; the booking's id once a plan has said so."""
    for code in ("lin", "wang"):
        await floor.send("team.report_sick", {"technician_id": floor.technicians[code]}, floor.desk)
    wishes = [
        {"service_id": floor.services[service], "requested": "must", "technician_id": floor.technicians[person]}
        for service, person in services
    ]
    since = await floor.seq()
    booking_id = str((await floor.send("visits.walk_in", {"services": wishes}, floor.desk)).result["booking_id"])
    await floor.planned(since=since)
    return booking_id


async def offered(floor: Floor, actor: Actor | None = None) -> list[Mend]:
    entries = [entry for entry in (await seen(floor, actor)).attention if entry.kind == "unplanned"]
    return [mend for entry in entries for mend in entry.mend]


async def undone(floor: Floor, code: str) -> None:
    """The desk takes its last step back, which was this one."""
    step = (await seen(floor)).undoable[0]
    assert step.said.code == code
    await floor.send("planning.undo", {"undo_command_id": step.command_id}, floor.desk)


async def test_whoever_is_here_without_room_is_offered_what_would_help_and_it_does(floor: Floor) -> None:
    booking_id = await without_room(floor, ("colour", "wang"))
    [anybody, again] = await offered(floor)
    assert again.command == "planning.replan"
    [item] = (await only(floor)).items
    assert (anybody.command, anybody.data) == ("visits.waive_request", {"booking_id": booking_id, "item_id": item.id})
    assert anybody.label.code == "mend-anybody"
    since = await floor.seq()
    await floor.send(anybody.command, anybody.data, floor.desk)
    first = (await only(floor)).items[0].phases[0]
    assert (first.technician_id, first.start) == (
        floor.technicians["zhao"],
        datetime.fromisoformat(str(anybody.label.params["start"])),
    )
    assert await offered(floor) == []
    await floor.planned(since=since)
    await undone(floor, "step-visits-waive-request")
    back = (await only(floor)).items[0]
    assert (back.requested, back.requested_technician_id, back.phases[0].start) == ("must", floor.technicians["wang"], None)


async def test_of_several_services_the_one_in_the_way_may_be_left_out(floor: Floor) -> None:
    await without_room(floor, ("cut", "lin"), ("colour", "zhao"))
    [without, again] = await offered(floor)
    cut, colour = (await only(floor)).items
    assert again.command == "planning.replan"
    assert (without.command, without.data) == ("visits.drop_service", {"item_id": cut.id}), "nobody else cuts today"
    assert (without.label.code, without.label.params["service"]) == ("mend-without-at", cut.service)
    await floor.send(without.command, without.data, floor.desk)
    [left] = (await only(floor)).items
    assert (left.id, left.phases[0].start) == (colour.id, datetime.fromisoformat(str(without.label.params["start"])))
    await undone(floor, "step-visits-drop-service")
    assert [item.id for item in (await only(floor)).items] == [cut.id, colour.id]


async def test_nothing_is_offered_that_would_not_help_nor_to_whoever_may_not_decide(floor: Floor) -> None:
    await without_room(floor, ("cut", "lin"))
    assert [mend.command for mend in await offered(floor)] == ["planning.replan"], "nobody else cuts today"
    await floor.send("visits.leave", {"visit_id": (await only(floor)).visit_id}, floor.desk)
    since = await floor.seq()
    wishes = [{"service_id": floor.services["colour"], "requested": "man"}]
    await floor.send("visits.walk_in", {"services": wishes}, floor.desk)
    await floor.planned(since=since)
    assert [mend.command for mend in await offered(floor)] == ["visits.waive_request", "planning.replan"]
    assert await offered(floor, floor.technician("lin")) == []


async def _attentive(floor: Floor, on: date | None) -> DeskView:
    for _ in range(500):
        view = await seen(floor, on=on)
        if view.attention:
            return view
        await asyncio.sleep(0.02)
    raise AssertionError("nothing wants attention")


async def test_who_said_to_come_late_is_checked_in_from_the_attention_column(floor: Floor, clock: ManualClock) -> None:
    booking_id = await floor.book("cut", at(9, 30))
    await floor.send("visits.report_late", {"booking_id": booking_id, "minutes": 20}, floor.desk)
    [entry] = (await seen(floor)).attention
    assert (entry.kind, [(mend.command, mend.data) for mend in entry.mend]) == (
        "late",
        [("visits.check_in", {"booking_id": booking_id})],
    )


async def test_waiting_counts_from_the_arrival_and_between_services_from_the_last_end(floor: Floor, clock: ManualClock) -> None:
    wishes = [{"service_id": floor.services["cut"]}] * 2
    data = {"services": wishes, "start": at(9, 15).isoformat(), "customer": {"name": NAME}}
    booking_id = str((await floor.send("bookings.book", data, floor.desk)).result["booking_id"])
    assert (await only(floor)).waiting_since is None
    clock.set(at(9, 10))
    await floor.send("visits.check_in", {"booking_id": booking_id}, floor.desk)
    assert (await only(floor)).waiting_since == at(9, 10)
    item = (await only(floor)).items[0].id
    clock.set(at(9, 15))
    start = {"item_id": item, "technician_id": floor.technicians["lin"]}
    await floor.send("visits.start_service", start, floor.desk)
    clock.set(at(9, 48))
    await floor.send("visits.finish_service", {"item_id": item}, floor.desk)
    assert (await only(floor)).waiting_since == at(9, 48)


def _words(view: DeskView) -> set[str]:
    """Every button of the view, and the commands of its attention column."""
    parts = [*view.technicians, *view.places, *view.bookings]
    inner = [part for booking in view.bookings for part in (*booking.items, *booking.forms)]
    mends = {mend.command for entry in view.attention for mend in entry.mend}
    return {action for part in (*parts, *inner) for action in part.actions} | mends


@pytest.mark.parametrize(
    ("taken", "gone"),
    [
        ("bookings.own", {"rebook", "cancel"}),
        ("floor.check_in", {"check_in"}),
        ("floor.direct", {"no_show", "move", "pin", "sick", "close", "reopen"}),
        ("floor.call", {"call"}),
    ],
)
async def test_what_a_role_may_no_longer_do_has_no_button(floor: Floor, taken: str, gone: set[str]) -> None:
    await floor.book("cut", at(9, 10))
    await floor.book("cut", at(9, 30), customer={"name": NAME, "phone": PHONE})
    await floor.planned()
    for booking in (await seen(floor)).bookings[1:]:
        await floor.send("visits.check_in", {"booking_id": booking.id}, floor.desk)
    await floor.send("stations.close_place", {"place_id": floor.places["B1"], "reason": "x"}, floor.desk)
    had = _words(await seen(floor))
    await floor.hub.rounds.close()  # which would read again what the database grants
    floor.hub.access.change(floor.store, {**GRANTS, "front_desk": GRANTS["front_desk"] - {taken}})
    left = _words(await seen(floor))
    needs = {command: floor.hub.door.specs[command].permission for command in SENDS.values()}
    asked = {word: needs[SENDS.get(word, word)] for word in had}
    assert had - left == {word for word, permission in asked.items() if permission == taken}
    assert gone <= had - left


def test_every_button_has_its_command() -> None:
    kinds = (BookingAction, FormAction, ItemAction, TechnicianAction, PlaceAction, Action, OwnAction)
    assert {word for kind in kinds for word in get_args(kind)} == set(SENDS)


async def test_whoever_sees_the_floor_and_reads_no_names_gets_them_from_no_view_of_it(
    floor: Floor, manager: Actor, clock: ManualClock
) -> None:
    """The day as data has what the desk has."""
    booking = await floor.book("cut", at(11), customer={"name": NAME, "phone": PHONE}, note="靠窗")
    clock.advance(hours=1, minutes=30)
    await floor.send("visits.report_late", {"booking_id": booking, "minutes": 20}, floor.desk)
    whole = orjson.dumps((await shown(floor, "floor"))["day"]).decode()
    assert all(word in whole for word in (NAME, PHONE[-4:], "靠窗"))
    changes = [{"role": "front_desk", "permission": "customers.read", "allowed": False}]
    await floor.send("security.set_grants", {"changes": changes}, manager)
    await floor.hub.rounds.once()
    for screen in ("floor", "desk"):
        said = orjson.dumps(await shown(floor, screen)).decode()
        assert not [word for word in (NAME, PHONE[-4:], "靠窗") if word in said], screen
    marketer = Actor("staff", "e" * 32, floor.store, frozenset({"marketer"}))
    asked = floor_screen.screen
    assert asked.audience(marketer, asked.params()) != asked.audience(floor.desk, asked.params())
