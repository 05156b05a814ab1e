"""Duties: which stores' standing work (followers, planning, jobs) this process does.

A hub alone does everybody's. Where several processes share a database, each store has one at a time: `hub.kernel.neighbours`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from sqlalchemy import select

from hub.kernel.database import Database
from hub.kernel.tables import Store


class Duties(Protocol):
    """Whose standing work is done here."""

    async def stores(self) -> dict[str, int]:
        """The stores on duty here, each with its term: another number whenever the duty was lost in between."""
        ...

    def working(self, store_id: str) -> contextmanager[bool]:  # type: ignore[valid-type]  # a decorator's product
        """While inside, the duty is not given away of free will; False when it is not held any more."""
        ...


class EveryStore:
    """The duties of a hub that is alone with its database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def stores(self) -> dict[str, int]:
        async with self._database.read(None) as session:
            return dict.fromkeys(await session.scalars(select(Store.id).order_by(Store.id)), 0)

    @contextmanager
    def working(self, store_id: str) -> Iterator[bool]:
        yield True
