"""A command's facts, the store's counter and the answer, written together. Plain statements, for every command passes here.

On PostgreSQL they are one statement, because each costs a way to the server and back; on SQLite there is no such way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, update

from hub.kernel.event_log import Head
from hub.kernel.prepared import Prepared
from hub.kernel.tables import AnswerRow, EventRow, Store

_EVENTS, _STORES, _ANSWERS = (of.metadata.tables[of.__tablename__] for of in (EventRow, Store, AnswerRow))

_COUNTED = update(_STORES).where(_STORES.c.id == bindparam("store")).values(seq=bindparam("newest"), head=bindparam("digest"))
_COUNT = Prepared(_COUNTED)
_WRITE = Prepared(insert(_EVENTS))
_ANSWER = Prepared(insert(_ANSWERS))

AT_ONCE = 8
"""Facts that go into one statement with the rest; a command with more of them sends those apart."""


def keep(
    connection: Connection, store_id: str, facts: Sequence[Mapping[str, Any]], head: Head, answer: Mapping[str, Any]
) -> None:
    """`facts` are rows of the log up to `head`, `answer` is the row of the answer.

    The store's row is locked by this transaction, or nobody else can write.
    """
    if connection.dialect.name == "postgresql" and 0 < len(facts) <= AT_ONCE:
        values = {f"{name}_{number}": value for number, fact in enumerate(facts) for name, value in fact.items()}
        values |= {f"answer_{name}": value for name, value in answer.items()}
        _together(len(facts)).run(connection, [values | _counter(store_id, head)])
        return
    log(connection, store_id, facts, head)
    _ANSWER.run(connection, [answer])


def log(connection: Connection, store_id: str, facts: Sequence[Mapping[str, Any]], head: Head) -> None:
    """The facts and the counter alone."""
    if facts:
        _WRITE.run(connection, facts)
        _COUNT.run(connection, [_counter(store_id, head)])


def _counter(store_id: str, head: Head) -> dict[str, Any]:
    return {"store": store_id, "newest": head.seq, "digest": head.digest}


@lru_cache(maxsize=AT_ONCE)
def _together(facts: int) -> Prepared:
    written = insert(_EVENTS).values([_bound(_EVENTS, "{}_" + str(number)) for number in range(facts)])
    answered = insert(_ANSWERS).values(_bound(_ANSWERS, "answer_{}"))
    return Prepared(answered.add_cte(written.cte("written"), _COUNTED.cte("counted")))


def _bound(table: Table, name: str) -> dict[str, Any]:
    return {column.name: bindparam(name.format(column.name), type_=column.type) for column in table.columns}
