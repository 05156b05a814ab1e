"""The door: who, once, all or nothing, in order."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from hub.app import Hub, UndeclaredPermissionError, build
from hub.kernel import dispatch
from hub.kernel.access import ANYBODY, Actor, anonymous, system
from hub.kernel.clock import ManualClock
from hub.kernel.commands import Command, CommandBook, Context, ReactionSpec
from hub.kernel.errors import (
    CONFLICT,
    FORBIDDEN,
    ID_REUSED,
    INVALID,
    NOT_FOUND,
    NOT_SIGNED_IN,
    UNAVAILABLE,
    UNKNOWN_COMMAND,
    Refused,
)
from hub.kernel.event_log import chain_hash, since
from hub.kernel.events import Event
from hub.kernel.ids import SeededRandomness
from hub.kernel.tables import AnswerRow, CursorRow, EventRow, Store
from hub.settings import Settings


class Counted(Event, name="counting.counted"):
    number: int


class Recounted(Event, name="counting.recounted"):
    number: int


class Echoed(Event, name="counting.echoed"):
    number: int


class Count(Command):
    number: int = 0
    further: int = 0
    fail: str = ""


class Rename(Command):
    name: str
    how: str


class Guarded(Command):
    """For the desk."""


POSTGRESQL = pytest.mark.parametrize("on_both", ["postgresql"], indirect=True)
"""There a refusal within a group has no savepoint of its own."""


def counting() -> ModuleType:
    """A domain whose command records its number; failing ones record first and raise then."""
    commands = CommandBook("counting")
    after: list[int] = []
    seen: list[str] = []

    @commands.handles(Count, permission=ANYBODY)
    async def count(context: Context, command: Count) -> None:
        context.record(Counted(number=command.number))
        for more in range(command.further):
            context.record(Recounted(number=more))
        context.after_commit.append(lambda: after.append(command.number))
        if command.fail == "refuse":
            raise Refused(CONFLICT)
        if command.fail == "written":
            context.session.add(CursorRow(follower=f"left by {command.number}", seq=0))
            await context.session.flush()
            raise Refused(CONFLICT)
        if command.fail == "crash":
            raise ZeroDivisionError
        if command.fail == "database":
            context.session.add(EventRow(seq=None))
        if command.fail == "after":
            context.after_commit.insert(0, lambda: 1 / 0)

    @commands.handles(Rename, permission=ANYBODY)
    async def rename(context: Context, command: Rename) -> None:
        seen.append(context.store.name_en)
        if command.how == "row":
            (await context.session.get_one(Store, context.store.id)).name_en = command.name
            await context.session.flush()
        elif command.how == "statement":
            await context.session.execute(update(Store).values(name_en=command.name))

    @commands.handles(Guarded, permission="floor.direct")
    async def guarded(context: Context, _command: Guarded) -> None:
        context.record(Counted(number=-1))

    async def echo(context: Context, fact: Counted) -> None:
        context.record(Echoed(number=fact.number))
        if fact.number == 1313:
            raise Refused(CONFLICT)

    module = ModuleType("counting")
    module.book, module.after, module.echo, module.seen = commands, after, echo, seen  # type: ignore[attr-defined]
    return module


@pytest.fixture
def domain() -> ModuleType:
    return counting()


@pytest.fixture
async def hub(on_both: Settings, clock: ManualClock, domain: ModuleType) -> AsyncIterator[Hub]:
    made = build(on_both, clock=clock, chance=SeededRandomness(1), domains=[], screens=[])
    made.door.specs.update(domain.book.specs)
    made.door.performer.reactions = {Counted: [ReactionSpec(Counted, domain.echo)]}
    await made.start()
    yield made
    await made.close()


async def count(
    hub: Hub, number: int = 0, *, actor: Actor | None = None, command_id: str = "", fail: str = "", more: int = 0
) -> Any:
    who = actor or anonymous(hub.store_id)
    return await hub.door.send(
        "counting.count", {"number": number, "fail": fail, "further": more}, who, command_id or uuid.uuid4().hex
    )


async def facts(hub: Hub) -> list[Any]:
    async with hub.database.read(hub.store_id) as session:
        return await since(session, 0, 10_000)


async def test_facts_are_numbered_without_gaps_under_concurrency(hub: Hub, store: str) -> None:
    async def some(number: int) -> Any:
        try:
            return await count(hub, number, fail=("", "refuse", "crash", "")[number % 4])
        except (Refused, ZeroDivisionError):
            return None

    answers = await asyncio.gather(*(some(n) for n in range(200)))
    told = await facts(hub)
    assert [f.seq for f in told] == list(range(1, 201))
    assert sorted(a.seq for a in answers if a) == list(range(2, 201, 2))
    assert [f.data["number"] for f in told[::2]] == [f.data["number"] for f in told[1::2]]


async def test_log_is_a_chain_of_hashes(hub: Hub, store: str) -> None:
    for number in range(5):
        await count(hub, number)
    async with hub.database.read(store) as session:
        rows = (await session.scalars(select(EventRow).order_by(EventRow.seq))).all()
        head = (await session.get_one(Store, store)).head
    previous = ""
    for row, fact in zip(rows, await facts(hub), strict=True):
        assert row.previous == previous
        assert row.hash == chain_hash(previous, fact)
        previous = row.hash
    assert previous == head


@pytest.mark.parametrize(("fail", "error"), [("refuse", Refused), ("crash", ZeroDivisionError)])
async def test_failed_command_leaves_nothing(
    hub: Hub, store: str, domain: ModuleType, fail: str, error: type[Exception]
) -> None:
    command_id = uuid.uuid4().hex
    with pytest.raises(error):
        await count(hub, 1, fail=fail, command_id=command_id)
    assert await facts(hub) == []
    assert domain.after == []
    assert (await count(hub, 1, command_id=command_id)).repeated is False


async def test_failed_reaction_undoes_the_command(hub: Hub, store: str) -> None:
    with pytest.raises(Refused):
        await count(hub, 1313)
    assert await facts(hub) == []


async def test_neighbours_in_one_commit_do_not_suffer(hub: Hub, store: str) -> None:
    outcomes = await asyncio.gather(*(count(hub, n, fail="crash" if n == 5 else "") for n in range(10)), return_exceptions=True)
    assert [isinstance(o, ZeroDivisionError) for o in outcomes] == [n == 5 for n in range(10)]
    assert sorted({f.data["number"] for f in await facts(hub)}) == [0, 1, 2, 3, 4, 6, 7, 8, 9]


async def test_error_after_the_commit_stops_nobody(hub: Hub, store: str, domain: ModuleType) -> None:
    assert (await count(hub, 1, fail="after")).seq == 2
    assert (await count(hub, 2)).seq == 4
    assert domain.after == [1, 2]


async def test_commands_share_a_commit_when_they_wait(hub: Hub, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    serve = hub.door._lines._serve

    async def seen(key: str, batch: list[Any]) -> None:
        sizes.append(len(batch))
        await serve(key, batch)

    monkeypatch.setattr(hub.door._lines, "_serve", seen)
    await asyncio.gather(*(count(hub, n) for n in range(100)))
    assert sum(sizes) == 100
    assert len(sizes) < 20
    assert max(sizes) <= dispatch.GROUP_MAX


@POSTGRESQL
async def test_a_group_is_one_transaction_there(hub: Hub, store: str) -> None:
    async with hub.database.read(store) as session:
        before = await session.scalar(text("SELECT pg_current_xact_id()::text::bigint"))
    await asyncio.gather(*(count(hub, n) for n in range(20)))
    async with hub.database.read(store) as session:
        after = await session.scalar(text("SELECT pg_current_xact_id()::text::bigint"))
    assert after - before <= 4  # the first command, those that waited for it, and this reader itself


async def _left(hub: Hub) -> list[str]:
    async with hub.database.read(hub.store_id) as session:
        return list(await session.scalars(select(CursorRow.follower).where(CursorRow.follower.like("left by %"))))


async def test_what_a_refused_neighbour_had_written_is_undone(hub: Hub, store: str) -> None:
    sent = (count(hub, n, fail="written" if n % 5 == 4 else "") for n in range(20))
    outcomes = await asyncio.gather(*sent, return_exceptions=True)
    assert [isinstance(o, Refused) for o in outcomes] == [n % 5 == 4 for n in range(20)]
    assert await _left(hub) == []
    told = await facts(hub)
    assert [f.seq for f in told] == list(range(1, 33))
    assert sorted({f.data["number"] for f in told}) == [n for n in range(20) if n % 5 != 4]


@POSTGRESQL
async def test_without_the_note_of_what_was_written_it_would_stay(
    hub: Hub, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the test before."""
    monkeypatch.setattr(dispatch, "written", lambda _connection: 0)
    await asyncio.gather(*(count(hub, n, fail="written" if n == 9 else "") for n in range(10)), return_exceptions=True)
    assert await _left(hub) == ["left by 9"]


@pytest.mark.parametrize("more", [0, 1, 6, 7, 30])
async def test_any_number_of_facts_is_one_chain(hub: Hub, store: str, more: int) -> None:
    answers = [await count(hub, 1, more=more), await count(hub, 2, more=more)]
    told = await facts(hub)
    assert [f.seq for f in told] == list(range(1, 2 * (more + 2) + 1))
    assert [answer.seq for answer in answers] == [more + 2, 2 * (more + 2)]
    async with hub.database.read(store) as session:
        rows = (await session.scalars(select(EventRow).order_by(EventRow.seq))).all()
        found = await session.get_one(Store, store)
        assert (found.seq, found.head) == (rows[-1].seq, rows[-1].hash)
        assert sorted(await session.scalars(select(AnswerRow.seq))) == [answer.seq for answer in answers]
    assert [row.previous for row in rows] == ["", *(row.hash for row in rows[:-1])]


async def test_neighbour_in_one_commit_sees_the_changed_store(hub: Hub, store: str, domain: ModuleType) -> None:
    renames = [("a", "row"), ("b", "statement"), ("c", ""), ("d", "row")]
    sent = (
        hub.door.send("counting.rename", {"name": name, "how": how}, anonymous(store), uuid.uuid4().hex)
        for name, how in renames
    )
    await asyncio.gather(*sent)
    assert domain.seen == ["Celadon", "a", "b", "b"]


async def test_same_id_is_one_command(hub: Hub, store: str) -> None:
    command_id = uuid.uuid4().hex
    answers = await asyncio.gather(*(count(hub, 1, command_id=command_id) for _ in range(50)))
    assert sum(not a.repeated for a in answers) == 1
    assert len(await facts(hub)) == 2


async def test_same_id_from_somebody_else_or_with_another_body_is_refused(hub: Hub, store: str, desk: Actor) -> None:
    command_id = uuid.uuid4().hex
    await count(hub, 1, command_id=command_id)
    for attempt in (count(hub, 2, command_id=command_id), count(hub, 1, command_id=command_id, actor=desk)):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.kind == ID_REUSED


async def test_ids_of_two_stores_are_apart(hub: Hub, store: str) -> None:
    other = await hub.open_store(name_zh="b", name_en="b")
    command_id = uuid.uuid4().hex
    first = await count(hub, 1, command_id=command_id)
    second = await count(hub, 1, command_id=command_id, actor=anonymous(other))
    assert (first.seq, second.seq, second.repeated) == (2, 2, False)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("counting.nothing", {}, UNKNOWN_COMMAND),
        ("counting.count", {"number": "many"}, INVALID),
        ("counting.count", {"more": 1}, INVALID),
        ("counting.guarded", {}, NOT_SIGNED_IN),
    ],
)
async def test_refusals_before_the_writer(hub: Hub, store: str, name: str, data: dict[str, Any], kind: Any) -> None:
    with pytest.raises(Refused) as refused:
        await hub.door.send(name, data, anonymous(store), uuid.uuid4().hex)
    assert refused.value.kind == kind


async def test_default_is_no(hub: Hub, store: str, desk: Actor) -> None:
    technician = Actor("staff", "t" * 32, store, frozenset({"technician"}))
    with pytest.raises(Refused) as refused:
        await hub.door.send("counting.guarded", {}, technician, uuid.uuid4().hex)
    assert refused.value.kind == FORBIDDEN
    for allowed in (desk, system(store)):
        await hub.door.send("counting.guarded", {}, allowed, uuid.uuid4().hex)


async def test_typed_command_of_the_hub_passes_the_same_guard(hub: Hub, store: str) -> None:
    assert (await hub.door.submit(Guarded(), system(store), uuid.uuid4().hex)).seq == 2
    with pytest.raises(Refused):
        await hub.door.submit(Guarded(), anonymous(store), uuid.uuid4().hex)


async def test_unknown_store_is_refused(hub: Hub, store: str) -> None:
    with pytest.raises(Refused) as refused:
        await count(hub, actor=anonymous("f" * 32))
    assert refused.value.kind == NOT_FOUND


async def test_full_queue_says_unavailable_and_takes_the_rest(hub: Hub, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "QUEUE_MAX", 3)
    outcomes = await asyncio.gather(*(count(hub, n) for n in range(10)), return_exceptions=True)
    refused = [o for o in outcomes if isinstance(o, Refused)]
    assert len(refused) == 7
    assert {o.kind for o in refused} == {UNAVAILABLE}


async def test_closing_finishes_what_was_taken_in(hub: Hub, store: str) -> None:
    sent = [asyncio.create_task(count(hub, n)) for n in range(50)]
    await asyncio.sleep(0)
    await hub.door.close()
    assert sorted(a.seq for a in await asyncio.gather(*sent)) == list(range(2, 101, 2))


async def test_sender_that_goes_away_does_not_stop_its_command(hub: Hub, store: str) -> None:
    sent = asyncio.create_task(count(hub, 7))
    await asyncio.sleep(0)
    sent.cancel()
    await asyncio.gather(sent, return_exceptions=True)
    await hub.door.close()
    assert [f.data["number"] for f in await facts(hub)] == [7, 7]


async def test_broken_commit_acknowledges_nothing(hub: Hub, store: str) -> None:
    """A database error in one command fails the whole commit, and everybody is told so."""
    outcomes = await asyncio.gather(
        *(count(hub, n, fail="database" if n == 2 else "") for n in range(4)), return_exceptions=True
    )
    acknowledged = [o for o in outcomes if not isinstance(o, BaseException)]
    assert len(await facts(hub)) == 2 * len(acknowledged)
    assert (await count(hub, 9)).repeated is False


async def test_answers_are_kept_with_the_command(hub: Hub, store: str) -> None:
    await count(hub, 1)
    async with hub.database.read(store) as session:
        assert await session.scalar(select(func.count()).select_from(AnswerRow)) == 1


def test_undeclared_permission_keeps_the_hub_from_starting(settings: Settings) -> None:
    commands = CommandBook("loose")

    @commands.handles(Count, permission="nobody.granted.this")
    async def loose(_context: Context, _command: Count) -> None: ...

    import sys

    room, part = ModuleType("loose_domain"), ModuleType("loose_domain.commands")
    room.__path__, part.commands = [], commands  # type: ignore[attr-defined]
    part.__spec__ = __import__("importlib.machinery").machinery.ModuleSpec("loose_domain.commands", None)
    sys.modules.update({"loose_domain": room, "loose_domain.commands": part})
    try:
        with pytest.raises(UndeclaredPermissionError, match=r"nobody\.granted\.this"):
            build(settings, domains=[room], screens=[])
    finally:
        del sys.modules["loose_domain"], sys.modules["loose_domain.commands"]
