"""Who may do what: every command, screen and route × every role, against a table that people review.

The table is `permissions.csv`: `+` may, `-` may not. What is asked goes through the real guards, over HTTP and over a socket. A
new command without a row fails here; decide it, then add the row.
"""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import httpx
import pytest

from hub.app import Hub
from hub.backoffice.security import routes as security_routes
from hub.backoffice.security.roles import GRANTS
from hub.kernel.access import Access, Actor
from tests.gateway.conftest import served
from tests.roles import KINDS, ROLES, session_of

TABLE = Path(__file__).parent / "permissions.csv"
ORIGIN = "http://hub.test"
REFUSED = {"forbidden", "not_signed_in"}

Matrix = dict[tuple[str, str], dict[str, bool]]


def table() -> Matrix:
    """What was decided, by (kind, name) and role."""
    with TABLE.open(newline="") as file:
        return {(row["kind"], row["name"]): {role: row[role] == "+" for role in ROLES} for row in csv.DictReader(file)}


def as_rows(matrix: Matrix, keys: Iterable[tuple[str, str]]) -> str:
    """Rows in the table's form, to look at and paste."""
    return "\n".join(",".join((*key, *("+" if matrix[key][r] else "-" for r in ROLES))) for key in sorted(keys))


@pytest.fixture
async def tokens(hub: Hub, store: str) -> dict[str, str]:
    """A session per role; strangers have none."""
    return {role: await session_of(hub, store, role) for role in ROLES if role != "anonymous"}


@pytest.fixture
async def clients(hub: Hub, tokens: dict[str, str]) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    made = {}
    for role in ROLES:
        headers = {"Origin": ORIGIN, "X-Requested-With": "salon-hub"}
        if role in tokens:
            headers["Authorization"] = f"Bearer {tokens[role]}"
        made[role] = httpx.AsyncClient(transport=httpx.ASGITransport(hub.asgi), base_url=ORIGIN, headers=headers)
    yield made
    for client in made.values():
        await client.aclose()


def may(answer: httpx.Response) -> bool:
    """Whether the guard let it pass: what is asked is nonsense, so that nothing is done when it does."""
    code: str = answer.json()["code"]
    assert code in REFUSED | {"invalid"}, answer.text
    return code == "invalid"


async def over_http(hub: Hub, clients: dict[str, httpx.AsyncClient]) -> Matrix:
    seen: Matrix = {}
    for name in hub.door.specs:
        body = {"id": "0" * 32, "data": {"no such field": 1}}
        answers = {role: await c.post(f"/api/commands/{name}", json=body) for role, c in clients.items()}
        seen["command", name] = {role: may(answer) for role, answer in answers.items()}
    for screen in hub.registry.screens:
        asked = {role: await c.get(f"/api/views/{screen.name}?nonsense=1") for role, c in clients.items()}
        seen["screen", screen.name] = {role: may(answer) for role, answer in asked.items()}
    events = {role: await c.get("/api/events?nonsense=1") for role, c in clients.items()}
    seen["route", "GET /api/events"] = {role: may(answer) for role, answer in events.items()}
    access = Access(GRANTS)
    for route in hub.registry.routes:
        actors = {role: Actor(KINDS.get(role, "staff"), "x", "x", frozenset({role})) for role in ROLES}
        seen.setdefault(
            ("route", f"{route.method} {route.path}"),
            {role: access.allows(actor, route.permission) for role, actor in actors.items()},
        )
    return seen


async def over_sockets(hub: Hub, tokens: dict[str, str]) -> Matrix:
    seen: Matrix = {("screen", screen.name): {} for screen in hub.registry.screens}
    async with served(hub) as running:
        for role in ROLES:
            page = await running.page({"token": tokens[role]} if role in tokens else {})
            for screen in hub.registry.screens:
                said = await page.watch(screen.name, nonsense=1)
                assert said["problem"]["code"] in REFUSED | {"invalid"}, said
                seen["screen", screen.name][role] = said["problem"]["code"] == "invalid"
    return seen


async def test_every_command_screen_and_route_is_decided(hub: Hub, clients: dict[str, httpx.AsyncClient]) -> None:
    seen, decided = await over_http(hub, clients), table()
    new = seen.keys() - decided.keys()
    assert not new, f"decide these, then add them to {TABLE.name} (as the guards stand now):\n{as_rows(seen, new)}"
    gone = decided.keys() - seen.keys()
    assert not gone, f"these no longer exist: {sorted(gone)}"


async def test_the_guards_keep_to_the_table(hub: Hub, clients: dict[str, httpx.AsyncClient]) -> None:
    seen, decided = await over_http(hub, clients), table()
    wrong = [(key, role) for key in seen.keys() & decided.keys() for role in ROLES if seen[key][role] != decided[key][role]]
    assert not wrong


async def test_sockets_keep_to_the_table(hub: Hub, tokens: dict[str, str]) -> None:
    seen, decided = await over_sockets(hub, tokens), table()
    assert seen == {key: decided[key] for key in seen}


async def test_without_the_guard_the_matrix_is_red(
    hub: Hub, clients: dict[str, httpx.AsyncClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the two above: they would notice."""
    monkeypatch.setattr(Access, "require", lambda self, actor, permission: None)
    seen, decided = await over_http(hub, clients), table()
    loosened = {key for key in decided if key[0] != "route" and not all(decided[key].values())}
    assert loosened
    assert all(seen[key] != decided[key] for key in loosened)


def test_nobody_but_the_hub_holds_the_hubs_own_permissions() -> None:
    own = GRANTS["system"]
    assert not any(own & granted for role, granted in GRANTS.items() if role != "system")


def test_every_role_is_in_the_table() -> None:
    assert {*ROLES, "system"} == set(GRANTS)


def test_routes_of_sign_in_are_those_that_are_declared(hub: Hub) -> None:
    parts = type("Parts", (), {"door": hub.door, "callers": hub.callers, "ports": hub.ports})()
    made = {
        (method, route.path) for route in security_routes.routes(parts) for method in route.methods or () if method != "HEAD"
    }
    assert made == {(spec.method, spec.path) for spec in security_routes.route_specs}
    assert made <= {(route.method, route.path) for route in hub.registry.routes}
