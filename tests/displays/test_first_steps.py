"""A new shop's first steps on the start page: what is missing, for whom, and that they go away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson

from hub.app import Hub
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from tests.conftest import Send


async def home(hub: Hub, actor: Actor) -> dict[str, Any]:
    asked = hub.viewer.asked(hub.viewer.screen("home"), {}, actor)
    async with hub.viewer.moment(actor.store_id) as moment:
        view: dict[str, Any] = orjson.loads((await hub.viewer.show(asked, moment)).view)
    return view


def done(view: dict[str, Any]) -> dict[str, bool]:
    return {each["step"]: each["done"] for each in view["first_steps"]}


async def test_a_new_shop_is_led_through_what_it_lacks_until_somebody_is_on_shift(
    hub: Hub, send: Send, manager: Actor, clock: ManualClock
) -> None:
    both = {"zh": "甲", "en": "A"}
    assert done(await home(hub, manager)) == {"places": False, "services": False, "team": False, "hours": False}

    await send("catalog.put_place_kind", {"code": "chair", "name": both, "clean_minutes": 0, "ordinal": 0})
    await send("stations.put_place", {"code": "C1", "kind": "chair", "name": both, "ordinal": 0})
    await send("catalog.put_skill", {"code": "cut", "name": both})
    assert done(await home(hub, manager)) == {"places": True, "services": False, "team": False, "hours": False}

    phase = {"kind": "hands_on", "minutes": 30, "place_kind": "chair", "skill": "cut"}
    service = {"code": "CUT", "name": both, "category": both, "price_minor": 0, "ordinal": 0, "phases": [phase]}
    await send("catalog.put_service", service)
    hers = {"code": "T1", "name": both, "skills": {"cut": 3}, "ordinal": 0}
    technician = (await send("team.put_technician", hers)).result["technician_id"]
    assert done(await home(hub, manager)) == {"places": True, "services": True, "team": True, "hours": False}

    await send("team.put_technician", hers | {"active": False})
    assert done(await home(hub, manager))["team"] is False
    await send("team.put_technician", hers)
    day = (clock.now() + timedelta(days=1)).date().isoformat()
    shift = {"technician_id": technician, "date": day, "start": "10:00", "end": "18:00"}
    await send("team.put_shift", shift)
    assert (await home(hub, manager))["first_steps"] == []


async def test_nobody_else_is_told_what_the_shop_lacks(hub: Hub, desk: Actor) -> None:
    assert (await home(hub, desk))["first_steps"] == []
