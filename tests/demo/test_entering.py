"""The simulated people know the doings of their earlier selves after a restart."""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from hub.app import Hub, build
from hub.backoffice.security.commands.rules import SetSignInRules
from hub.backoffice.security.first_start import Person, first_start
from hub.demo import entering, live
from hub.demo.signed_in import SignedOutError
from hub.kernel.access import system
from hub.kernel.tables import EventRow
from hub.kernel.text import BilingualName
from hub.operations.team.commands import PutTechnician
from hub.settings import Settings


async def a_small_store(folder: Path) -> tuple[Hub, str]:
    """A hub with one technician, and her id."""
    hub = build(Settings(data=folder / "store", solver_threads=0))
    await hub.start()
    store = await hub.open_store(name_zh="青瓷", name_en="Celadon", settings={"require_second_factor": False})
    put = PutTechnician(code="T1", name=BilingualName(zh="林青", en="Lin Qing"))
    known = await hub.door.submit(put, system(store, "test"), hub.chance.id())
    technician = str(known.result["technician_id"])
    await first_start(hub.door, store, [Person("t1", "林青", "technician", technician)])
    return hub, technician


class Deaf(httpx.ASGITransport):
    """A hub that answers too late `times` times; what was asked has been done all the same."""

    def __init__(self, hub: Hub, times: int) -> None:
        super().__init__(hub.asgi)
        self.times = times

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        self.times -= 1
        if self.times >= 0:
            raise httpx.ReadTimeout("too late", request=request)
        return answer


async def test_whoever_is_not_answered_tries_again_and_gives_up_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, technician = await a_small_store(tmp_path)
    monkeypatch.setattr(entering, "PAUSES_SECONDS", (0.0, 0.0))
    open_client = httpx.AsyncClient
    for lost, comes_in in ((2, True), (3, False)):
        slow = partial(open_client, transport=Deaf(hub, lost))
        monkeypatch.setattr(entering.httpx, "AsyncClient", slow)
        async with AsyncExitStack() as stack:
            if comes_in:
                people = await entering.enter(hub, "http://hub.test", stack)
                assert await people.send(technician, "team.start_break", {"technician_id": technician}, "1" * 32)
            else:
                with pytest.raises(httpx.ReadTimeout):
                    await entering.enter(hub, "http://hub.test", stack)
    await hub.close()


async def test_what_an_earlier_run_did_is_nobody_elses_after_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub, technician = await a_small_store(tmp_path)
    store = hub.store_id
    within = partial(httpx.AsyncClient, transport=httpx.ASGITransport(hub.asgi))
    monkeypatch.setattr(entering.httpx, "AsyncClient", within)
    async with AsyncExitStack() as stack:
        first = await entering.enter(hub, "http://hub.test", stack)
        assert await first.send(technician, "team.start_break", {"technician_id": technician}, "1" * 32)
        again = await entering.enter(hub, "http://hub.test", stack)
        assert await again.touched() == set()
        async with hub.database.read(store) as session:
            own = EventRow.type == "team.break_started", EventRow.actor_kind != "system"
            assert [fact.data["technician_id"] for fact in await session.scalars(select(EventRow).where(*own))] == [technician]
    await hub.close()


async def test_a_second_step_that_begins_during_the_day_sends_nobody_home_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A visitor tries the rule at `/staff`: the simulated desk is signed out, and comes in again by setting one up."""
    hub, _ = await a_small_store(tmp_path)
    within = partial(httpx.AsyncClient, transport=httpx.ASGITransport(hub.asgi))
    monkeypatch.setattr(entering.httpx, "AsyncClient", within)
    obliged = SetSignInRules(password_policy=None, require_second_factor=True)
    async with AsyncExitStack() as stack:
        before = await entering.enter(hub, "http://hub.test", stack)
        await before.day()
        await hub.door.submit(obliged, system(hub.store_id, "test"), hub.chance.id())
        with pytest.raises(SignedOutError):
            await before.day()
        for _ in range(2):  # and once more, when the secret of the first time is gone
            people = await entering.enter(hub, "http://hub.test", stack)
            assert (await people.day())["day"]["technicians"]
            await people.touched()
    await hub.close()


async def test_whoever_is_signed_out_comes_in_again_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub, _ = await a_small_store(tmp_path)
    floors: list[object] = []

    async def entered(*_: object) -> object:
        floors.append(object())
        return floors[-1]

    class Crowd:
        def __init__(self, floor: object) -> None:
            self.floor = floor

        async def run(self, _: float) -> None:
            if len(floors) == 1:
                raise SignedOutError
            assert self.floor is floors[1]
            raise LookupError("the day is over")

    monkeypatch.setattr(live, "enter", entered)
    monkeypatch.setattr(live, "BACK_AFTER_SECONDS", 0.0)
    with pytest.raises(LookupError, match="the day is over"):
        await live._act(hub, "http://hub.test", Crowd)  # type: ignore[arg-type]  # a crowd that only goes and comes
    await hub.close()
