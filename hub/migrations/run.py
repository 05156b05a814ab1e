"""Bringing a database up to date, in one transaction: it has all of a version or nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, func, inspect, select

from hub.kernel.database import Database

HERE = Path(__file__).parent

LOCK = 0x5A10
"""The advisory lock under which a PostgreSQL database is upgraded."""


class SchemaUnknownError(RuntimeError):
    """The database is of a newer release, or was not made by this product: nothing has been changed."""


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; needs no file."""
    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.set_main_option("path_separator", "os")
    if connection is not None:
        made.attributes["connection"] = connection
    return made


@cache
def newest() -> str:
    """The version that this release needs."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    if head is None:
        raise SchemaUnknownError("this release has no versions")
    return head


@cache
def revisions() -> frozenset[str]:
    """Every version that this release can start from."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(config()).walk_revisions())


@cache
def oldest() -> str:
    """The first version that was ever released."""
    scripts = ScriptDirectory.from_config(config()).walk_revisions()
    return next(script.revision for script in scripts if not script.down_revision)


@cache
def columns_at(version: str) -> Mapping[str, frozenset[str]]:
    """The tables of a version with their columns, as SQLite has them."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        command.upgrade(config(connection), version)
        found = inspect(connection)
        columns = {name: frozenset(each["name"] for each in found.get_columns(name)) for name in found.get_table_names()}
    engine.dispose()
    return columns


def version_of(connection: Connection) -> str | None:
    """The version that a database has; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


async def upgrade(database: Database) -> None:
    """Make an empty database, or bring an older one to this release's version.

    Raises:
        SchemaUnknownError: the database has a version that this release does not know, or tables without a version.
    """
    async with database.writer.begin() as connection:
        await connection.run_sync(upgrade_on)


def upgrade_on(connection: Connection) -> None:
    """The same within a transaction of the caller's."""
    if connection.dialect.name == "postgresql":  # several hubs may start at once; the others wait and find it done
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    known = revisions()
    version = version_of(connection)
    if version == newest():
        return
    if version is not None and version not in known:
        raise SchemaUnknownError(f"the database has version {version}, this release knows up to {newest()}")
    if version is None and inspect(connection).get_table_names():
        raise SchemaUnknownError("the database has tables but no version")
    command.upgrade(config(connection), "head")
