"""Sealing everything under other keys, a bounded batch at a time, while the store works on."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlalchemy import Table, select, update

from hub.backoffice.privacy.commands.approvals import use
from hub.backoffice.privacy.commands.book import KEEP, commands
from hub.backoffice.privacy.errors import KEYS_UNDER_WAY
from hub.backoffice.privacy.events import KeyRotationBegun, KeyRotationFinished, KeysRenewed
from hub.backoffice.privacy.sealing import (
    DATA_KEY,
    Row,
    SealedColumn,
    blind_columns,
    key_holders,
    key_owner,
    sealed_columns,
)
from hub.backoffice.privacy.tables import ApprovalRow, KeyRotationRow
from hub.backoffice.security.ports import wall_now
from hub.kernel.commands import Answer, Command, Context
from hub.kernel.errors import CONFLICT, Refused

Generation = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}$")]


class BeginKeys(Command):
    """The keyring seals with this generation now; the store's rows follow."""

    generation: Generation


@commands.handles(BeginKeys, permission=KEEP, errors=(KEYS_UNDER_WAY, CONFLICT))
async def begin_keys(context: Context, command: BeginKeys) -> None:
    if context.vault.key_id != command.generation:
        raise Refused(CONFLICT, what="generation")
    under_way = await _under_way(context)
    if under_way is not None:
        if under_way.generation != command.generation:
            raise Refused(KEYS_UNDER_WAY)
        return
    row = KeyRotationRow(id=context.chance.id(), generation=command.generation, begun_at=wall_now(context), finished_at=None)
    context.session.add(row)
    context.record(KeyRotationBegun(generation=command.generation))
    asked = select(ApprovalRow).where(ApprovalRow.kind == "keys", ApprovalRow.state == "approved")
    for approval in await context.session.scalars(asked):
        use(context, approval, wall_now(context))


class RenewKeys(Command):
    """At most `most` owners, from where the last batch ended. Each has other keys and the same values afterwards."""

    most: Annotated[int, Field(ge=1, le=1_000)] = 100


class Renewed(Answer):
    renewed: int
    finished: bool


@commands.handles(RenewKeys, permission=KEEP, answer=Renewed)
async def renew_keys(context: Context, command: RenewKeys) -> Renewed:
    rotation = await _under_way(context)
    if rotation is None:
        return Renewed(renewed=0, finished=True)
    if context.vault.key_id != rotation.generation:
        context.vault.refresh()
    renewed, room = 0, command.most
    table_name, _, after = rotation.place.partition(" ")
    for table in key_holders():
        if table.name < table_name:
            continue
        since = after if table.name == table_name else ""
        rows = await _next(context, table, since, room)
        for row in rows:
            renewed += await _renew(context, table, row)
        rotation.place = f"{table.name} {rows[-1]['id'] if rows else since}"
        room -= len(rows)
        if room == 0:
            break
    rotation.renewed += renewed
    finished = room > 0 and not await _left_behind(context)
    if finished:
        rotation.finished_at = wall_now(context)
        context.record(KeyRotationFinished(generation=rotation.generation, renewed=rotation.renewed))
    elif room > 0:
        rotation.place = ""  # made meanwhile by a process that had not heard of the new keys: once more through
    if renewed and not finished:
        context.record(KeysRenewed(generation=rotation.generation, count=renewed))
    return Renewed(renewed=renewed, finished=finished)


async def _under_way(context: Context) -> KeyRotationRow | None:
    found: KeyRotationRow | None = await context.session.scalar(
        select(KeyRotationRow).where(KeyRotationRow.finished_at.is_(None)).limit(1)
    )
    return found


async def _next(context: Context, table: Table, since: str, most: int) -> list[Row]:
    wanted = select(table).where(table.c.store_id == context.store.id, table.c.id > since).order_by(table.c.id).limit(most)
    return [dict(row) for row in (await (await context.session.connection()).execute(wanted)).mappings()]


async def _left_behind(context: Context) -> bool:
    """Whether any owner still has older keys."""
    connection = await context.session.connection()
    for table in key_holders():
        kept = select(table.c[key_owner(table)], table.c[DATA_KEY]).where(table.c.store_id == context.store.id)
        for owner, key in (await connection.execute(kept.where(table.c[DATA_KEY].is_not(None)))).all():
            if not context.vault.is_current(key) and context.vault.knows(owner):
                return True
    return False


async def _renew(context: Context, table: Table, row: Row) -> int:
    """Another data key for one owner, and all that lies under it; 1 when there was something to do."""
    vault, key = context.vault, row[DATA_KEY]
    owner = row[key_owner(table)]
    if key is None or vault.is_current(key) or not vault.knows(owner):
        return 0
    fresh = vault.new_data_key(owner)
    own: dict[str, Any] = {DATA_KEY: fresh}
    for sealed in (each for each in sealed_columns() if each.holder == table.name):
        if sealed.table is not table:
            await _reseal_others(context, sealed, row["id"], key, fresh)
        elif row[sealed.column.name] is not None:
            own[sealed.column.name] = sealed.sealed(vault, row, fresh, sealed.opened(vault, row, key))
    for blind in (each for each in blind_columns() if each.table is table):
        of = next(each for each in sealed_columns() if each.table is table and each.column.name == blind.blind.of)
        if row[of.column.name] is not None:
            own[blind.column.name] = blind.index(vault, of.opened(vault, row, key))
    await (await context.session.connection()).execute(update(table).where(table.c.id == row["id"]).values(**own))
    return 1


async def _reseal_others(context: Context, sealed: SealedColumn, owner: str, key: bytes, fresh: bytes) -> None:
    table, column = sealed.table, sealed.column
    connection = await context.session.connection()
    found = select(table).where(table.c.store_id == context.store.id, table.c[sealed.seal.owner] == owner, column.is_not(None))
    for row in [dict(each) for each in (await connection.execute(found)).mappings()]:
        again = sealed.sealed(context.vault, row, fresh, sealed.opened(context.vault, row, key))
        await connection.execute(update(table).where(table.c.id == row["id"]).values({column.name: again}))
