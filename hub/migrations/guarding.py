"""Guards in versions: statements per engine, as `kernel.guards` declares them beside the tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from alembic import op
from alembic.autogenerate import renderers
from alembic.operations import MigrateOperation


def guard(*, sqlite: Iterable[str] = (), postgresql: Iterable[str] = ()) -> None:
    """Run the statements meant for this engine."""
    statements = {"sqlite": sqlite, "postgresql": postgresql}[op.get_bind().dialect.name]
    for statement in statements:
        op.execute(statement.replace(":", r"\:"))


class GuardOperation(MigrateOperation):
    """A declared guard on its way into a version's source."""

    def __init__(self, sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
        self.sqlite = sqlite
        self.postgresql = postgresql


@renderers.dispatch_for(GuardOperation)
def _render(_context: Any, operation: GuardOperation) -> str:
    lists = {"sqlite": operation.sqlite, "postgresql": operation.postgresql}
    return f"guard({', '.join(f'{name}={list(statements)!r}' for name, statements in lists.items() if statements)})"
