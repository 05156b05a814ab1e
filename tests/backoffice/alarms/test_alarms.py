"""Abuses are seen in a running hub, once; managers are written to, set the measures, and close with a note."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from displays.alarms import AlarmsView, screen
from hub.app import Hub, build
from hub.backoffice.alarms.queries import Alarm, closed_alarms, open_alarms
from hub.backoffice.alarms.rules import RULES
from hub.backoffice.alarms.watching import Watch
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.commands import Command, CommandBook, Context
from hub.kernel.errors import Refused
from hub.kernel.event_log import since
from hub.kernel.events import event_types
from hub.kernel.ids import SeededRandomness
from hub.settings import Settings

START = "2026-05-14T03:00:00Z"


class StateFact(Command):
    """Says that something happened, as whoever sends it: what an abuser leaves in the log."""

    kind: str
    data: dict[str, Any]


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    made = build(settings, clock=clock, chance=SeededRandomness(1))
    book = CommandBook("abuse")

    @book.handles(StateFact, permission="anybody")
    async def state(context: Context, command: StateFact) -> None:
        context.record(event_types()[command.kind].model_validate(command.data))

    made.door.specs.update(book.specs)
    made.door.performer.reactions.clear()  # nothing that these facts tell of is there
    await made.prepare()
    yield made
    await made.close()


@pytest.fixture
def watch(hub: Hub) -> Watch:
    return Watch(hub.database, hub.door, hub.clock)


async def abuse(hub: Hub, kind: str, times: int, actor: Actor) -> None:
    fields = event_types()[kind].model_fields
    for _ in range(times):
        data: dict[str, Any] = dict.fromkeys(fields, actor.id)
        for name, field in fields.items():
            said = str(field.annotation)
            if not field.is_required():
                del data[name]
            elif "datetime" in said:
                data[name] = START
            elif "Means" in said or "Literal['password'" in said:
                data[name] = "password"
            elif said.startswith("list"):
                data[name] = []
            elif "bool" in said:
                data[name] = True
            elif "int" in said and "str" not in said:
                data[name] = 1
        await hub.door.send("abuse.state_fact", {"kind": kind, "data": data}, actor, hub.chance.id())


async def looked(hub: Hub, watch: Watch) -> list[str]:
    """What the log from its beginning raises."""
    async with hub.database.read(hub.store_id) as session:
        facts = await since(session, 0)
    return [found.rule for found in await watch.look(hub.store_id, facts)]


async def alarms(hub: Hub) -> list[Alarm]:
    async with hub.database.read(hub.store_id) as session:
        return await open_alarms(session)


SCRIPTED = {
    "files_opened": "privacy.seen",
    "failed_sign_ins": "security.sign_in_refused",
    "code_guesses": "security.pairing_refused",
    "cancellations": "bookings.booking_cancelled",
    "no_shows": "visits.no_show_noted",
    "no_shows_reversed": "visits.no_show_reversed",
    "undos": "planning.step_undone",
    "moves": "bookings.booking_moved",
    "pairings": "security.device_paired",
    "own_rights": "security.roles_set",
    "second_factor": "security.second_factor_removed",
    "hoarding": "bookings.slot_held",
}


@pytest.fixture
async def open_days(hub: Hub, store: str, manager: Actor) -> None:
    for weekday in range(7):
        hours = {"weekday": weekday, "opens": "10:00", "closes": "22:00"}
        await hub.door.send("catalog.set_opening_hours", hours, manager, hub.chance.id())


@pytest.mark.parametrize("rule", SCRIPTED)
async def test_an_abuse_is_seen_and_raised_once(
    hub: Hub, store: str, open_days: None, desk: Actor, watch: Watch, clock: ManualClock, rule: str
) -> None:
    clock.advance(hours=2)
    times = RULES[rule].limit.count
    await abuse(hub, SCRIPTED[rule], times - 1, desk)
    assert await looked(hub, watch) == [], "one short"
    await abuse(hub, SCRIPTED[rule], 1, desk)
    assert await looked(hub, watch) == [rule]
    await abuse(hub, SCRIPTED[rule], times, desk)
    assert await looked(hub, watch) == [], "it is open already"
    [alarm] = await alarms(hub)
    assert (alarm.rule, alarm.count) == (rule, times)


async def test_work_at_night_is_seen_and_work_by_day_is_not(
    hub: Hub, store: str, open_days: None, desk: Actor, watch: Watch, clock: ManualClock
) -> None:
    clock.advance(hours=2)
    await abuse(hub, "security.signed_in", 1, desk)
    assert await looked(hub, watch) == []
    clock.advance(hours=16)
    await abuse(hub, "security.signed_in", 1, desk)
    assert await looked(hub, watch) == ["odd_hours"]


async def test_work_past_midnight_is_an_evenings_where_the_day_says_so(
    hub: Hub, store: str, manager: Actor, desk: Actor, watch: Watch, clock: ManualClock
) -> None:
    await hub.door.send("catalog.set_business_day", {"begins": "06:00"}, manager, hub.chance.id())
    hours = {"weekday": 3, "opens": "12:00", "closes": "02:00"}
    await hub.door.send("catalog.set_opening_hours", hours, manager, hub.chance.id())
    clock.advance(hours=16, minutes=30)  # Friday by the calendar, on which the shop is closed
    await abuse(hub, "security.signed_in", 1, desk)
    assert await looked(hub, watch) == []
    clock.advance(hours=3)
    await abuse(hub, "security.signed_in", 1, desk)
    assert await looked(hub, watch) == ["odd_hours"]


@pytest.mark.parametrize(("opens", "closes", "near", "far"), [("10:00", "23:00", 15.5, 1), ("01:30", "20:00", 14.75, 22.75)])
async def test_two_hours_around_the_opening_reach_into_the_day_beside_it(
    hub: Hub,
    store: str,
    manager: Actor,
    desk: Actor,
    watch: Watch,
    clock: ManualClock,
    opens: str,
    closes: str,
    near: float,
    far: float,
) -> None:
    """Whoever tidies up after eleven is still there at half past midnight, which is tomorrow already."""
    for weekday in (3, 4):
        given = {"weekday": weekday, "opens": opens, "closes": closes}
        await hub.door.send("catalog.set_opening_hours", given, manager, hub.chance.id())
    clock.advance(hours=near)
    await abuse(hub, "security.signed_in", 1, desk)
    assert await looked(hub, watch) == []
    clock.advance(hours=far)
    await abuse(hub, "security.signed_in", 1, desk)
    assert await looked(hub, watch) == ["odd_hours"]


async def test_a_clock_that_was_turned_back_is_seen(
    hub: Hub, store: str, desk: Actor, watch: Watch, clock: ManualClock
) -> None:
    await abuse(hub, "security.pairing_refused", 1, desk)
    assert await watch.look_at_the_clock(store) == []
    clock.set(clock.now() - timedelta(minutes=6))
    assert [found.rule for found in await watch.look_at_the_clock(store)] == ["clock_jump"]


async def test_a_running_hub_follows_by_itself(hub: Hub, store: str, desk: Actor) -> None:
    await hub.start()
    await abuse(hub, "planning.step_undone", RULES["undos"].limit.count, desk)
    async with asyncio.timeout(30):
        while not await alarms(hub):
            await asyncio.sleep(0.05)
    assert [alarm.rule for alarm in await alarms(hub)] == ["undos"]


async def test_managers_set_measures_and_others_do_not(hub: Hub, store: str, manager: Actor, desk: Actor, watch: Watch) -> None:
    measure = {"rule": "undos", "is_on": True, "count": 2, "minutes": 10}
    with pytest.raises(Refused):
        await hub.door.send("alarms.set_limit", measure, desk, hub.chance.id())
    for bad in ({"rule": "other"}, {"count": 0}, {"minutes": 0}):
        with pytest.raises(Refused):
            await hub.door.send("alarms.set_limit", measure | bad, manager, hub.chance.id())
    await hub.door.send("alarms.set_limit", measure, manager, hub.chance.id())
    await abuse(hub, "planning.step_undone", 2, desk)
    assert await looked(hub, watch) == ["undos"]


async def test_a_manager_closes_once_with_a_note_and_the_screen_shows_it(
    hub: Hub, store: str, manager: Actor, desk: Actor, watch: Watch
) -> None:
    await abuse(hub, "planning.step_undone", RULES["undos"].limit.count, desk)
    await looked(hub, watch)
    [alarm] = await alarms(hub)
    closing = {"alarm_id": alarm.id, "note": "trained a colleague"}
    for actor, data in ((desk, closing), (manager, closing | {"note": ""}), (manager, closing | {"alarm_id": "0" * 32})):
        with pytest.raises(Refused):
            await hub.door.send("alarms.close", data, actor, hub.chance.id())
    assert await alarms(hub) == [alarm]
    await hub.door.send("alarms.close", closing, manager, hub.chance.id())
    with pytest.raises(Refused):
        await hub.door.send("alarms.close", closing, manager, hub.chance.id())
    async with hub.database.read(store) as session:
        [closed] = await closed_alarms(session)
    assert (closed.note, closed.closed_by) == ("trained a colleague", manager.id)
    assert await looked(hub, watch) == [], "the same alarm is not repeated within its window"
    async with hub.viewer.moment(store) as moment:
        shown = await hub.viewer.show(hub.viewer.asked(screen, {}, manager), moment)
    view = AlarmsView.model_validate_json(shown.view)
    assert ([line.rule for line in view.open], [line.note for line in view.closed]) == ([], ["trained a colleague"])
    assert {measure.rule for measure in view.measures} == {*RULES, "clock_jump"}
