"""What somebody finds who copies a hub's database."""

from __future__ import annotations

from sqlalchemy import inspect, text

from hub.app import Hub


async def stored(hub: Hub) -> bytes:
    """SQLite's files as they are; PostgreSQL's are the server's, so there every value of every row."""
    if not hub.database.is_sqlite:
        return await every_value(hub)
    return b"".join(path.read_bytes() for path in sorted(hub.settings.data.glob("hub.sqlite3*")))


async def every_value(hub: Hub) -> bytes:
    """Of all tables that are there, one a line; bytes as they are."""
    found: list[bytes] = []
    async with hub.database.reader.connect() as connection:
        for table in await connection.run_sync(lambda sync: inspect(sync).get_table_names()):
            for row in await connection.execute(text(f'SELECT * FROM "{table}"')):  # noqa: S608 - the names are its own
                found += [bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for v in row]
    return b"\n".join(found)
