"""Opening a store: the one change that no command can make, since every command needs its store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from hub.kernel.database import Database
from hub.kernel.ids import Randomness
from hub.kernel.tables import Store
from hub.kernel.text import Language


class NoStoreError(RuntimeError):
    """There is no store where somebody looks for one."""

    def __init__(self, where: object) -> None:
        super().__init__(f"no store in {where}")


async def open_store(
    database: Database,
    chance: Randomness,
    *,
    name_zh: str,
    name_en: str,
    zone: str,
    currency: str = "CNY",
    country: str = "CN",
    language: Language = "zh",
    settings: Mapping[str, Any] | None = None,
) -> str:
    """Make a store; its id.

    Raises:
        ZoneInfoNotFoundError: `zone` is no IANA zone.
    """
    ZoneInfo(zone)
    store = Store(
        id=chance.id(),
        name_zh=name_zh,
        name_en=name_en,
        zone=zone,
        currency=currency,
        country=country,
        language=language,
        settings=dict(settings or {}),
        epoch=chance.id(),
        seq=0,
        head="",
    )
    async with database.write(None) as session:
        session.add(store)
    return store.id


async def store_ids(database: Database) -> list[str]:
    """All stores' ids, in a stable order."""
    async with database.read(None) as session:
        rows = await session.execute(select(Store.id).order_by(Store.id))
        return list(rows.scalars())
