"""What people on the floor could do next, likely things more often; for drills that let a day happen at random."""

from __future__ import annotations

import random
from typing import Any

from hub.app import Hub
from hub.demo.store import store_facts
from hub.operations.planning.live_day import BookingOfDay, LiveDay
from hub.operations.planning.queries import live_day

Ask = tuple[str, dict[str, Any]]
NOBODY = "0" * 32


async def read_day(hub: Hub) -> LiveDay:
    """Today as the hub sees it."""
    async with hub.database.read(hub.store_id) as session:
        store, now = await store_facts(session), hub.clock.now()
        return await live_day(session, store, hub.vault, now, now.astimezone(store.zone).date())


def choices(day: LiveDay, chance: random.Random) -> list[Ask]:
    """What somebody could do now, likely things more often."""
    found = [of_booking(booking, day, chance) for booking in chance.sample(day.bookings, min(6, len(day.bookings)))]
    technician, place = chance.choice(day.technicians), chance.choice(day.places)
    found.append(("team.report_sick", {"technician_id": technician.id}))
    found.append(("stations.mark_clean", {"place_id": place.id}))
    found.append(("stations.close_place", {"place_id": place.id, "reason": "repair"}))
    found.append(("stations.reopen_place", {"place_id": place.id}))
    found.append(("visits.ask_help", {"kind": "help"}))
    if day.undoable:
        found.append(("planning.undo", {"command_id": day.undoable[0][0]}))
    return found


def of_booking(booking: BookingOfDay, day: LiveDay, chance: random.Random) -> Ask:
    """One thing that could happen to this booking."""
    item = chance.choice(booking.items).id
    technician, place = chance.choice(day.technicians).id, chance.choice(day.places).id
    late = {"booking_id": booking.id, "minutes": chance.choice((5, 15, 30))}
    options: list[Ask] = [
        ("visits.check_in", {"booking_id": booking.id}),
        ("visits.report_late", late),
        ("visits.call_customer", {"visit_id": booking.visit_id or NOBODY}),
        ("visits.start_service", {"item_id": item, "allergy_acknowledged": True}),
        ("visits.finish_phase", {"item_id": item}),
        ("visits.extend", {"item_id": item, "minutes": 10}),
        ("visits.finish_service", {"item_id": item}),
        ("visits.pause", {"visit_id": booking.visit_id or NOBODY}),
        ("visits.resume", {"visit_id": booking.visit_id or NOBODY}),
        ("visits.no_show", {"booking_id": booking.id}),
        ("visits.reverse_no_show", {"booking_id": booking.id}),
        ("visits.send_to_checkout", {"visit_id": booking.visit_id or NOBODY}),
        ("visits.change_technician", {"item_id": item, "technician_id": technician}),
        ("planning.move_item", {"item_id": item, "technician_id": technician, "place_id": place, "pin": True}),
        ("planning.unpin", {"item_id": item}),
        ("bookings.cancel", {"booking_id": booking.id, "reason": "changed plans"}),
    ]
    weights = [6, 2, 6, 6, 5, 3, 4, 1, 1, 0.3, 0.5, 3, 1, 1, 1, 0.2]
    return chance.choices(options, weights)[0]
