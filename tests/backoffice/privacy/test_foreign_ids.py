"""Nobody reaches across stores or customers: every id parameter is given ids that are somebody else's.

Generated from the registries: for each command and screen, each field that takes an id gets each kind of id of the other store,
and what is answered must be what is answered to an id that nobody has. The other store stays as it was, to the byte.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import select, text

from hub.app import Hub
from hub.kernel.access import Actor, system
from hub.kernel.database import StoreScopeMissingError
from hub.kernel.errors import Refused
from hub.kernel.tables import Base
from hub.operations.bookings.tables import BookingRow, CustomerRow
from hub.operations.visits.tables import VisitRow
from tests.backoffice.privacy.people import Canary, add_customer
from tests.operations.bookings.salon import open_salon

MISSING = "e" * 32
ID = re.compile(r"(^|_)id(s)?$|^(customer|booking|person|device|visit)$")
ITS_OWN_LIFE = frozenset({"event", "command_answer", "follower_cursor", "plan", "job_run", "journal", "assignment"})
OWN_IDS = frozenset({"command_id", "step_token", "message_id"})
"""Ids of what no store owns: a message's is the product's."""
VALUES: dict[str, Any] = {
    "reason": "request",
    "start": "2026-05-15T03:00:00Z",
    "until": "2026-05-14T05:00:00Z",
    "name": "Somebody",
    "minutes": 10,
    "purpose": "marketing",
    "agreed": True,
    "changes": [],
    "services": [],
}


def sample(schema: dict[str, Any], definitions: dict[str, Any], name: str = "") -> Any:  # noqa: PLR0911 - one line per kind
    """A value that fits a JSON schema well enough to come past it."""
    if "$ref" in schema:
        return sample(definitions[schema["$ref"].rpartition("/")[2]], definitions, name)
    if "anyOf" in schema:
        return sample(next(s for s in schema["anyOf"] if s.get("type") != "null"), definitions, name)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return "request" if "request" in schema["enum"] else schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        fields = schema.get("properties", {})
        return {key: sample(fields[key], definitions, key) for key in schema.get("required", ())}
    if kind == "array":
        return [sample(schema["items"], definitions, name)] if schema.get("minItems", 0) or ID.search(name) else []
    if kind in ("integer", "number"):
        return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1 if "exclusiveMinimum" in schema else 1)
    if kind == "boolean":
        return True
    return _word(schema, name)


def _word(schema: dict[str, Any], name: str) -> str:
    if schema.get("pattern", "").startswith("^[0-9a-f]{32}"):
        return MISSING
    if schema.get("format") == "date-time":
        return "2026-05-14T05:00:00Z"
    if schema.get("format") == "date":
        return "2026-05-14"
    if "HH" in schema.get("pattern", "") or name in ("opens", "closes"):
        return "10:00"
    return str(VALUES.get(name, "x" * max(1, schema.get("minLength", 1))))


def id_fields(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where ids stand in a sample, lists and objects included."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if ID.search(key) and key not in OWN_IDS and isinstance(inner, str):
                yield (*path, key)
            yield from id_fields(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            if inner == MISSING:
                yield (*path, number)
            yield from id_fields(inner, (*path, number))


def put(value: Any, path: tuple[str | int, ...], new: str) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = put(copy[path[0]], path[1:], new)  # type: ignore[index]
    return copy


def payload(model: type[BaseModel]) -> dict[str, Any]:
    """All fields, the optional ids as well."""
    schema = model.model_json_schema()
    made = {}
    for name, field in schema.get("properties", {}).items():
        if name in schema.get("required", ()) or (ID.search(name) and name not in OWN_IDS):
            made[name] = sample(field, schema.get("$defs", {}), name)
    return made


async def furnish(hub: Hub, store: str) -> dict[str, str]:
    """A store with one of everything that has an id; one id per table."""
    boss = Actor("staff", "0" * 31 + "1", store, frozenset({"manager"}))

    async def send(name: str, data: dict[str, Any], actor: Actor | None = None) -> Any:
        return await hub.door.send(name, data, actor or boss, uuid.uuid4().hex)

    await open_salon(send)
    customer = await add_customer(send, Canary(name=f"Someone of {store[:4]}"))
    await send("security.create_account", {"login": "someone", "name": "Someone", "roles": ["manager"]})
    await send("privacy.ask_list", {"reason": "audit"})
    await send("privacy.see_contact", {"customer_id": customer, "reason": "request"})
    await send("security.prepare_device", {"kind": "kiosk", "name": "Door"})
    booking = uuid.uuid4().hex
    async with hub.database.write(store) as session:
        at = hub.clock.now()
        common = {"source": "desk", "booked_start": at, "made_at": at, "made_seq": 0, "link_key": "0" * 16}
        session.add(BookingRow(id=booking, customer_id=customer, state="confirmed", **common))
        session.add(
            VisitRow(
                id=uuid.uuid4().hex,
                booking_id=booking,
                customer_id=customer,
                state="waiting",
                code_date=at.date(),
                code_color="red",
                code_number=1,
                arrived_at=at,
            )
        )
    found = {}
    async with hub.database.read(None) as session:
        connection = await session.connection()
        for table in Base.metadata.sorted_tables:
            if "id" in table.columns and "store_id" in table.columns:
                row = (await connection.execute(select(table.c.id).where(table.c.store_id == store).limit(1))).scalar()
                if row is not None:
                    found[table.name] = str(row)
    return found


async def image(hub: Hub, store: str) -> dict[str, list[str]]:
    """All rows of a store, as text, without what its own planner and jobs go on writing."""
    rows = {}
    async with hub.database.read(None) as session:
        connection = await session.connection()
        for table in Base.metadata.sorted_tables:
            if "store_id" in table.columns and table.name not in ITS_OWN_LIFE:
                wanted = text(f'SELECT * FROM "{table.name}" WHERE store_id = :store')  # noqa: S608 - own names
                found = (await connection.execute(wanted, {"store": store})).all()
                # A job turns what is confirmed into expected when its day comes.
                rows[table.name] = sorted(str(row).replace("'confirmed'", "'expected'") for row in found)
    return rows


async def answer(hub: Hub, name: str, data: dict[str, Any], actor: Actor) -> str:
    """What is said, without the id that was asked for."""
    if "login" in data:
        data = {**data, "login": uuid.uuid4().hex}  # one that was taken by the try before would be told apart by that
    try:
        answered = await hub.door.send(name, data, actor, uuid.uuid4().hex)
    except Refused as refused:
        said = f"{refused.kind.code} {refused.params}"
    except Exception as error:  # a fault would tell as well
        said = f"fault {type(error).__name__}"
    else:
        said = f"done {sorted(answered.result)}"
    return re.sub(r"[0-9a-f]{32}", "", said)


def actors(store: str, hub: Hub) -> list[Actor]:
    customer = Actor("customer", "c" * 32, store, frozenset({"member"}), session_id="s", subject="c" * 32)
    return [
        Actor("staff", "0" * 31 + "1", store, frozenset({"manager", "technician"})),
        customer,
        Actor("device", "d" * 32, store, frozenset({"kiosk"}), device_id="d" * 32),
        system(store),
    ]


@pytest.fixture
async def two(hub: Hub, store: str) -> tuple[str, dict[str, str]]:
    """The other store and its ids."""
    other = await hub.open_store(name_zh="二", name_en="Two", zone="Asia/Shanghai")
    await furnish(hub, store)
    return other, await furnish(hub, other)


async def crossings(hub: Hub, store: str, ids: dict[str, str]) -> tuple[list[str], int]:
    """Commands that answer to a foreign id otherwise than to a missing one; and how many were tried."""
    wrong, tried = [], 0
    for spec in hub.door.specs.values():
        base = payload(spec.model)
        for path in id_fields(base):
            for actor in actors(store, hub):
                if not hub.access.allows(actor, spec.permission):
                    continue
                missing = await answer(hub, spec.name, put(base, path, MISSING), actor)
                for table, foreign in ids.items():
                    tried += 1
                    said = await answer(hub, spec.name, put(base, path, foreign), actor)
                    if said != missing and not said.startswith("too_many"):  # so many tries are throttled
                        wrong.append(
                            f"{spec.name} {path} as {actor.kind} with the id of a {table}: {said} instead of {missing}"
                        )
                break  # the first who may: what is found does not depend on who asks
    return wrong, tried


async def test_no_command_knows_the_other_stores_ids(hub: Hub, store: str, two: tuple[str, dict[str, str]]) -> None:
    other, ids = two
    before = await image(hub, other)
    wrong, tried = await crossings(hub, store, ids)
    assert wrong == []
    assert tried > 500
    assert await image(hub, other) == before


async def test_no_screen_knows_the_other_stores_ids(hub: Hub, store: str, two: tuple[str, dict[str, str]]) -> None:
    _other, ids = two
    tried = 0
    for screen in hub.registry.screens:
        base = payload(screen.params)
        for path in id_fields(base):
            actor = next((a for a in actors(store, hub) if hub.access.allows(a, screen.permission)), None)
            assert actor is not None, screen.name
            missing = await shown(hub, screen, put(base, path, MISSING), actor)
            for table, foreign in ids.items():
                tried += 1
                assert await shown(hub, screen, put(base, path, foreign), actor) == missing, f"{screen.name} {path} {table}"
    assert tried > 30


async def shown(hub: Hub, screen: Any, params: dict[str, Any], actor: Actor) -> str:
    try:
        view = await hub.publisher.snapshot(hub.viewer.asked(screen, params, actor))
    except Refused as refused:
        return f"{refused.kind.code} {re.sub('[0-9a-f]{32}', '', str(refused.params))}"
    return re.sub(r'[0-9a-f]{32}|"(key|seq|at|now|newest)":("[^"]*"|[0-9]+)', "", view.body.decode())


async def test_without_the_scope_the_other_stores_ids_would_be_known(
    hub: Hub, store: str, two: tuple[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the two above: queries that are not narrowed find the other store's customer."""
    _other, ids = two
    seen = {"customer_id": ids["customer"], "reason": "request"}
    manager = actors(store, hub)[0]
    assert (await answer(hub, "privacy.see_contact", seen, manager)).startswith("not_found")
    from sqlalchemy import event
    from sqlalchemy.orm import Session

    from hub.kernel import database

    event.remove(Session, "do_orm_execute", database._narrow_to_store)
    try:
        assert not (await answer(hub, "privacy.see_contact", seen, manager)).startswith("not_found")
    finally:
        event.listen(Session, "do_orm_execute", database._narrow_to_store)


async def test_a_query_that_forgets_its_store_raises(hub: Hub, store: str) -> None:
    async with hub.database.read(None) as session:
        with pytest.raises(StoreScopeMissingError):
            await session.scalars(select(CustomerRow))


async def test_a_customer_reaches_no_other_customers_bookings(hub: Hub, store: str, two: tuple[str, dict[str, str]]) -> None:
    """In one store: each command that customers may send, with another customer's booking, visit and customer."""
    wrong, tried = [], 0
    async with hub.database.read(store) as session:
        booking = (await session.scalars(select(BookingRow.id))).first()
        visit = (await session.scalars(select(VisitRow.id))).first()
        customer = (await session.scalars(select(CustomerRow.id))).first()
    before = await image(hub, store)
    me = Actor("customer", "c" * 32, store, frozenset({"member"}), session_id="s", subject="c" * 32)
    for spec in hub.door.specs.values():
        if not hub.access.allows(me, spec.permission) or spec.permission == "bookings.request":
            continue  # what strangers may do as well is theirs by token, not by who they are
        base = payload(spec.model)
        for path in id_fields(base):
            missing = await answer(hub, spec.name, put(base, path, MISSING), me)
            for foreign in (booking, visit, customer):
                tried += 1
                said = await answer(hub, spec.name, put(base, path, str(foreign)), me)
                if said != missing:
                    wrong.append(f"{spec.name} {path}: {said} instead of {missing}")
    assert wrong == []
    assert tried >= 10
    after = await image(hub, store)
    own = ("booking", "booking_item", "visit", "customer", "consent", "waitlist_entry", "lateness")
    assert [name for name in own if before[name] != after[name]] == []
