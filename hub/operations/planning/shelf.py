"""The shelf of proposals: what was shown, kept for a while so that it can be accepted, at whichever process it was shown.

Each process remembers its own. On PostgreSQL, where there may be several, they also lie in the database, in a table without a
log of its own: a server that crashes forgets them, and a desk whose proposal is gone looks again.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args

import structlog
from pydantic import TypeAdapter
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from hub.kernel.database import Database
from hub.kernel.errors import Refused, declare
from hub.kernel.ids import Randomness
from hub.operations.planning.models import AdoptPlan
from hub.operations.planning.tables import ProposalRow
from hub.operations.planning.what_if import Change

PROPOSAL_GONE = declare("proposal_gone", 409)

KEPT = timedelta(minutes=2)
"""A proposal's times are too old after that; of the hub's clock."""

MOST_KEPT = 512

_CHANGES: dict[str, TypeAdapter[Any]] = {change.__name__: TypeAdapter(change) for change in get_args(Change)}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A proposal as it can be accepted."""

    store_id: str
    at: datetime
    seq: int
    change: Change
    plan: AdoptPlan
    cancels: tuple[str, ...] = ()


class Proposals:
    """The proposals shown last; accepting one that is gone only means to look again."""

    def __init__(self, chance: Randomness, database: Database) -> None:
        self._chance = chance
        self._database = database
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._untold: dict[str, Kept] = {}

    def keep(self, kept: Kept) -> str:
        """Its id. `tell` the others before anybody is shown it."""
        proposal_id = self._chance.id()
        self._kept[proposal_id] = kept
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        if not self._database.is_sqlite:
            self._untold[proposal_id] = kept
        return proposal_id

    async def tell(self, store_id: str) -> None:
        """Put what was kept of a store where its other processes find it. Where that fails, it can be accepted here only."""
        new = {name: kept for name, kept in self._untold.items() if kept.store_id == store_id}
        for name in new:
            del self._untold[name]
        if not new:
            return
        old = min(kept.at for kept in new.values()) - KEPT
        try:
            async with self._database.write(store_id) as session:
                await session.execute(delete(ProposalRow).where(ProposalRow.at < old))
                session.add_all(_row(name, kept) for name, kept in new.items())
        except (Refused, DBAPIError) as error:
            log.warning("a proposal stays at this process", reason=type(error).__name__)

    async def get(self, session: AsyncSession, proposal_id: str, store_id: str, now: datetime) -> Kept:
        """Raises `proposal_gone`."""
        kept = self._kept.get(proposal_id)
        if kept is None and (row := await session.get(ProposalRow, proposal_id)) is not None:
            kept = _kept(row)
        if kept is None or kept.store_id != store_id or now - kept.at > KEPT:
            raise Refused(PROPOSAL_GONE)
        return kept


def _row(proposal_id: str, kept: Kept) -> ProposalRow:
    kind = type(kept.change).__name__
    return ProposalRow(
        id=proposal_id,
        at=kept.at,
        seq=kept.seq,
        kind=kind,
        change=_CHANGES[kind].dump_python(kept.change, mode="json"),
        plan=kept.plan.model_dump(mode="json"),
        cancels=list(kept.cancels),
    )


def _kept(row: ProposalRow) -> Kept:
    change = _CHANGES[row.kind].validate_python(row.change)
    return Kept(row.store_id, row.at, row.seq, change, AdoptPlan.model_validate(row.plan), tuple(row.cancels))
