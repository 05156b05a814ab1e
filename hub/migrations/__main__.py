"""`python -m hub.migrations "what changes"`: write the version that brings the newest schema to what the tables say now.

`--again` rewrites the first version from the tables, as long as no release has carried it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from hub.kernel.database import Database
from hub.migrations.run import HERE, config, upgrade


def write(connection: Connection, message: str) -> None:
    """Compare the migrated database with the tables and write the difference."""
    number = len(list(ScriptDirectory.from_config(config()).walk_revisions())) + 1
    made = config(connection)
    # SQLite changes a table by copying it ("batch"); the first version only makes new ones.
    made.attributes["compare"] = "first" if number == 1 else "next"
    made.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
    command.revision(made, message, autogenerate=True, rev_id=f"{number:04d}")


async def main(message: str) -> None:
    if message == "--again":
        message = "first tables"
        for version in (HERE / "versions").glob("r*.py"):
            version.unlink()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'scratch.sqlite'}")
        try:
            if any(ScriptDirectory.from_config(config()).walk_revisions()):
                await upgrade(database)
            async with database.writer.begin() as connection:
                await connection.run_sync(write, message)
        finally:
            await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
