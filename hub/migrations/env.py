"""What Alembic runs: on the connection that `run` or the writer of versions hands in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from alembic import context
from alembic.operations.ops import CreateTableOp, MigrationScript, UpgradeOps
from sqlalchemy import Connection

from hub.kernel.guards import declared_guards
from hub.kernel.tables import UtcDateTime
from hub.migrations.guarding import GuardOperation
from hub.migrations.schema import all_tables


def _render(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _add_guards(_context: Any, _revision: Any, scripts: Iterable[MigrationScript]) -> None:
    for script in scripts:
        operations = script.upgrade_ops
        if not isinstance(operations, UpgradeOps):
            continue
        made = {op.table_name for op in operations.ops if isinstance(op, CreateTableOp)}
        guards = [g for g in declared_guards() if g.table in made]
        operations.ops.extend(GuardOperation(g.sqlite, g.postgresql) for g in guards)
        if guards:
            script.imports.add("from hub.migrations.guarding import guard")


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=all_tables() if context.config.attributes.get("compare") else None,
        render_item=_render,
        process_revision_directives=_add_guards,
        render_as_batch=context.config.attributes.get("compare") != "first",
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


_run(context.config.attributes["connection"])
