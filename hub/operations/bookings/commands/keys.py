"""Keys of other systems that an older release stored as they are."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import select, update

from hub.kernel.commands import Answer, Command, Context
from hub.operations.bookings.commands.book import commands
from hub.operations.bookings.events import KeysIndexed
from hub.operations.bookings.keys import KEYED, in_plain_text, stored_key

KEYS_MAX = 200
"""In one command: few enough to leave room for others' commands between two."""


class IndexKeys(Command):
    """Put keyed indexes in the place of other systems' keys that stand in plain text, at most `most` at a time."""

    most: Annotated[int, Field(ge=1, le=KEYS_MAX)] = KEYS_MAX


class KeysAreIndexed(Answer):
    indexed: int


@commands.handles(IndexKeys, permission="bookings.keep", answer=KeysAreIndexed)
async def index_keys(context: Context, command: IndexKeys) -> KeysAreIndexed:
    # Past the session: the journal would keep an image of each row with its plain key for a day.
    connection, left = await context.session.connection(), command.most
    for table in KEYED:
        store = table.c.store_id == context.store.id
        plain = select(table.c.id, table.c.natural_key).where(store, in_plain_text(table.c.natural_key)).limit(left)
        for row_id, key in (await connection.execute(plain)).all() if left else ():
            indexed = update(table).where(table.c.id == row_id).values(natural_key=stored_key(context.vault, key))
            await connection.execute(indexed)
            left -= 1
    if left < command.most:
        context.record(KeysIndexed(rows=command.most - left))
    return KeysAreIndexed(indexed=command.most - left)
