"""Whether these keys are the ones that the store was written with: asked at every start, before anything is read or written."""

from __future__ import annotations

from sqlalchemy import select

from hub.backoffice.privacy.rotation import in_use
from hub.kernel.crypto import Vault
from hub.kernel.database import Database
from hub.kernel.keyring import WrongKeysError
from hub.kernel.tables import Store


async def check_keys(database: Database, vault: Vault) -> None:
    """Look at every owner's wrapped key; opens none.

    Raises:
        WrongKeysError: the keyring lacks keys that the store needs: it is another store's, or was lost and made anew.
    """
    async with database.read(None) as session:
        if await session.scalar(select(Store.id).limit(1)) is None:
            return
    vault.refresh()
    missing = sorted(set(await in_use(database)) - {g.id for g in vault.ring.generations})
    if missing:
        raise WrongKeysError(f"the keyring lacks keys that the store was written with: {', '.join(missing)}")
