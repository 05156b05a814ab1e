"""What a customer in the store without room could do without: only what helps, and nobody else is touched by the thought."""

from __future__ import annotations

from typing import Any

import pytest

from hub.kernel.dispatch import facts_of
from hub.kernel.tables import Store
from hub.operations.planning import compromises as thinking
from hub.operations.planning.compromises import Compromise, compromises_of
from hub.operations.planning.laid_days import Laid, lay
from hub.operations.planning.rows import rows_of
from tests.operations.floor import DAY, Floor, at

Wished = tuple[str, str, str | None]
"""Service, how somebody is asked for, and whom."""


async def came(floor: Floor, *wished: Wished) -> str:
    wishes: list[dict[str, Any]] = [
        {"service_id": floor.services[service], "requested": how}
        | ({"technician_id": floor.technicians[person]} if person else {})
        for service, how, person in wished
    ]
    return str((await floor.send("visits.walk_in", {"services": wishes}, floor.desk)).result["booking_id"])


async def laid_now(floor: Floor) -> Laid:
    async with floor.hub.database.read(floor.store) as session:
        store = facts_of(await session.get_one(Store, floor.store))
        laid = lay(await rows_of(session, store, floor.hub.clock.now(), DAY), overtime=True)
    assert laid is not None
    return laid


async def away(floor: Floor, *codes: str) -> None:
    await floor.hub.followers.close()
    for code in codes:
        await floor.send("team.report_sick", {"technician_id": floor.technicians[code]}, floor.desk)


async def found(floor: Floor, booking_id: str) -> tuple[Compromise, ...]:
    return compromises_of(await laid_now(floor), booking_id)


async def test_a_wish_alone_before_all_wishes_together(floor: Floor) -> None:
    await away(floor, "lin", "zhao")
    one = await came(floor, ("cut", "must", "lin"), ("colour", "must", "wang"))
    cut = (await floor.booking(one)).items[0].id
    assert [(c.kind, c.item_id) for c in await found(floor, one) if c.kind == "anybody"] == [("anybody", cut)]
    both = await came(floor, ("cut", "woman", None), ("colour", "must", "zhao"))
    assert [(c.kind, c.item_id) for c in await found(floor, both)] == [("anybody", None)], "neither alone is enough"


async def test_a_preference_is_never_in_the_way_and_who_has_room_needs_nothing(floor: Floor) -> None:
    await away(floor, "lin", "wang")
    booking_id = await came(floor, ("cut", "prefers", "lin"))
    assert (await floor.booking(booking_id)).planned_start is None
    assert await found(floor, booking_id) == (), "nobody cuts today"
    served = await came(floor, ("colour", "must", "zhao"), ("colour", "any", None))
    assert (await floor.booking(served)).planned_start == at(9)
    assert await found(floor, served) == ()
    assert await found(floor, "0" * 32) == ()


async def test_what_is_over_or_in_hand_is_not_given_up(floor: Floor) -> None:
    await away(floor, "wang")
    booking_id = await came(floor, ("cut", "must", "lin"), ("colour", "must", "wang"))
    cut, colour = (await floor.booking(booking_id)).items
    start = {"item_id": cut.id, "technician_id": floor.technicians["lin"]}
    await floor.send("visits.start_service", start, floor.desk)
    assert await found(floor, booking_id) == (
        Compromise("anybody", colour.id, at(9, 30)),
        Compromise("without", colour.id, None),
    )
    await floor.send("visits.finish_service", {"item_id": cut.id}, floor.desk)
    assert await found(floor, booking_id) == (
        Compromise("anybody", colour.id, at(9)),
        Compromise("without", colour.id, None),
    )


async def _differs_after(floor: Floor) -> bool:
    """Whether the board is another one once somebody has been thought about who has room for one of two services."""
    await away(floor)
    booking_id = await came(floor, ("cut", "must", "lin"))
    await floor.send("team.report_sick", {"technician_id": floor.technicians["wang"]}, floor.desk)
    more = {"booking_id": booking_id, "service_id": floor.services["colour"]}
    await floor.send("team.report_sick", {"technician_id": floor.technicians["zhao"]}, floor.desk)
    await floor.send("visits.add_service", more, floor.desk)
    laid = await laid_now(floor)
    before = [dict(laid.board.rows), dict(laid.board.visits), dict(laid.board.turns), _room(laid)]
    assert before[0][booking_id], "the cut has its room"
    [without] = compromises_of(laid, booking_id)
    assert without == Compromise("without", (await floor.booking(booking_id)).items[1].id, at(9))
    return before != [dict(laid.board.rows), dict(laid.board.visits), dict(laid.board.turns), _room(laid)]


def _room(laid: Laid) -> list[int]:
    board = laid.board
    return [
        *(board.work[name].starts(30) for name in sorted(board.work)),
        *(board.stay[name].starts(30) for name in sorted(board.stay)),
    ]


async def test_the_day_is_left_as_it_was(floor: Floor) -> None:
    assert not await _differs_after(floor)


async def test_a_day_that_was_not_put_back_would_be_another(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard's twin."""
    tried = thinking._tried

    def careless(laid: Laid, *rest: Any) -> Any:
        found = list(tried(laid, *rest))
        laid.board.lift(rest[0].id)
        return iter(found)

    monkeypatch.setattr(thinking, "_tried", careless)
    assert await _differs_after(floor)
