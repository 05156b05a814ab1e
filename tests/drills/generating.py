"""S13: requests made from the hub's own description, right and wrong ones, with every role's credentials: never an answer 5xx.

The description promises which answers there are; an answer that it does not name, or whose body is not of the promised shape,
is found as well, and so are a refusal that left a fact in the log and an answer without the headers of security (S14).
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode
from sqlalchemy import select

from hub.app import Hub
from hub.gateway.headers import SECURITY_HEADERS
from hub.kernel.tables import EventRow, Store
from tests.conftest import ORIGIN
from tests.drills.demo_day import demo_hub
from tests.drills.index import Drill, Finding
from tests.roles import ROLES, session_of

LEAKS = re.compile(r"Traceback|sqlalchemy|sqlite3\.|asyncpg|/hub/|\.py\b")
ASIDE = ("/metrics", "/api/commands/backups.back_up", "/api/commands/backups.drill")
"""Not asked for again and again: they copy the whole store."""


@dataclass(slots=True)
class Report:
    """What came back."""

    sent: int = 0
    by_status: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        return not self.wrong

    def __str__(self) -> str:
        answers = ", ".join(f"{count} × {status}" for status, count in sorted(self.by_status.items()))
        return f"{self.sent} requests ({answers}): {len(self.wrong)} wrong answers"


def cases(document: dict[str, Any], per_operation: int, start: int, share: int) -> Iterator[Case[Any]]:
    """`per_operation` right requests and as many wrong ones for every `share`-th operation."""
    for number, found in enumerate(schemathesis.openapi.from_dict(document).get_all_operations()):
        operation = found.ok()
        if operation.path in ASIDE or number % share:
            continue
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            yield from _cases_of(operation.as_strategy(generation_mode=mode), per_operation, start)


def _cases_of(strategy: SearchStrategy[Case[Any]], count: int, start: int) -> list[Case[Any]]:
    made: list[Case[Any]] = []

    @seed(start)
    @settings(
        max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(case=strategy)
    def collect(case: Case[Any]) -> None:
        made.append(case)

    # Nothing can be wrong about an operation that takes nothing.
    with suppress(Unsatisfiable):
        collect()
    return made


class Sender:
    """Sends cases as each role in turn; signs a role in again when a case signed it out."""

    def __init__(self, hub: Hub, document: dict[str, Any]) -> None:
        self._hub = hub
        self._document = document
        self._tokens: dict[str, str] = {}
        self.report = Report()

    async def send(self, case: Case[Any], role: str) -> None:
        if role != "anonymous" and role not in self._tokens:
            self._tokens[role] = await session_of(self._hub, self._hub.store_id, role)
        asked = case.as_transport_kwargs(base_url=ORIGIN)
        headers = {name: str(value) for name, value in (asked.pop("headers", None) or {}).items()}
        headers |= {"Origin": ORIGIN, "X-Requested-With": "salon-hub"}
        if role in self._tokens:
            headers["Authorization"] = f"Bearer {self._tokens[role]}"
        asked = {name: value for name, value in asked.items() if value not in (None, {}, "") and name != "cookies"}
        if isinstance(asked.get("data"), bytes):
            asked["content"] = asked.pop("data")
        before = await self._newest()
        transport = httpx.ASGITransport(self._hub.asgi, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            try:
                request = client.build_request(**asked, headers=_plain(headers))
            except (UnicodeError, httpx.InvalidURL, ValueError):
                return  # no client can send it
            answer = await client.send(request)
        if answer.status_code == 401:
            self._tokens.pop(role, None)
        self._note(case, role, answer, grew=answer.status_code >= 400 and await self._grew(case, before))

    async def _newest(self) -> int:
        async with self._hub.database.read(self._hub.store_id) as session:
            return (await session.get_one(Store, self._hub.store_id)).seq

    async def _grew(self, case: Case[Any], before: int) -> bool:
        """Whether this command left a fact; the planner works beside it."""
        command = case.operation.path.removeprefix("/api/commands/")
        wanted = select(EventRow.seq).where(EventRow.seq > before, EventRow.command == command).limit(1)
        async with self._hub.database.read(self._hub.store_id) as session:
            return await session.scalar(wanted) is not None

    def _note(self, case: Case[Any], role: str, answer: httpx.Response, *, grew: bool) -> None:
        report, status = self.report, answer.status_code
        report.sent += 1
        report.by_status[status] += 1
        wrong = []
        if status >= 500:
            wrong.append("a fault")
        declared = self._declared(case, status)
        if declared is None and status not in (405, 411, 413, 431):
            wrong.append("undeclared")
        if LEAKS.search(answer.text) and case.operation.path.startswith("/api/") and status >= 400:
            wrong.append("a leak")
        if declared and answer.headers.get("content-type", "").endswith("json"):
            wrong += self._misshaped(declared, answer)
        if any(answer.headers.get(name) != value for name, value in SECURITY_HEADERS.items()):
            wrong.append("without the headers of security")
        if grew:
            wrong.append("a refusal that changed something")
        if wrong:
            report.wrong.append(f"{case.operation.label} as {role}: {status} {', '.join(wrong)}: {answer.text[:300]}")

    def _declared(self, case: Case[Any], status: int) -> dict[str, Any] | None:
        operation = self._document["paths"][case.operation.path][case.operation.method.lower()]
        found: dict[str, Any] | None = operation["responses"].get(str(status), operation["responses"].get("default"))
        return found

    def _misshaped(self, declared: dict[str, Any], answer: httpx.Response) -> list[str]:
        kind = answer.headers["content-type"].partition(";")[0]
        schema = declared.get("content", {}).get(kind, {}).get("schema")
        if schema is None:
            return []
        whole = {**schema, "components": self._document.get("components", {})}
        try:
            jsonschema.Draft202012Validator(whole).validate(json.loads(answer.content))
        except jsonschema.ValidationError as error:
            return [f"misshaped at {list(error.absolute_path)}: {error.message[:120]}"]
        return []


async def _description(hub: Hub) -> dict[str, Any]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(hub.asgi), base_url=ORIGIN) as client:
        found: dict[str, Any] = (await client.get("/api/openapi.json")).json()
    return found


def _plain(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]


async def generated(
    folder: Path, *, per_operation: int, start: int = 1, share: int = 1, prepared: Path | None = None
) -> Report:
    """Requests to every `share`-th operation of the description, as the manager and as each role in turn."""
    async with demo_hub(folder, prepared) as hub:
        document = await _description(hub)
        sender = Sender(hub, document)
        made = await asyncio.to_thread(lambda: list(cases(document, per_operation, start, share)))
        for number, case in enumerate(made):
            # The manager may most things, so that half of the cases reach what lies behind the guards.
            await sender.send(case, "manager" if number % 2 else ROLES[number // 2 % len(ROLES)])
        return sender.report


async def in_full(folder: Path) -> Finding:
    report = await generated(folder, per_operation=30)
    for line in report.wrong[:20]:
        print(line)  # noqa: T201 - what a broken promise looks like
    return Finding(str(report), report.kept)


DRILLS = (Drill("S13", "requests made from the hub's own description, as every role", in_full),)
