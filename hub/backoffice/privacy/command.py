"""`salon-hub export-person`, `erase-person` and `keys`: for whoever sits at the server. The hub may be running."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Protocol, TypeVar

import orjson
import typer

from hub.backoffice.privacy import rotation
from hub.backoffice.privacy.commands.copies import NoteCopy
from hub.backoffice.privacy.commands.erasing import ErasePerson
from hub.backoffice.privacy.copy_page import as_page
from hub.backoffice.privacy.copying import Copy, copy_of
from hub.backoffice.privacy.forgetting import forget_pending, reapply
from hub.backoffice.privacy.masking import masked_email, masked_phone
from hub.backoffice.security.ports import wall_of, wording
from hub.kernel.access import system
from hub.kernel.commands import Ports
from hub.kernel.crypto import Vault, master_key_id, master_keys
from hub.kernel.database import Database
from hub.kernel.dispatch import Door, facts_of
from hub.kernel.errors import Refused
from hub.kernel.stores import NoStoreError, store_ids
from hub.kernel.tables import Store
from hub.kernel.terminal_text import told
from hub.operations.bookings.people import customers_by_email, customers_by_phone, reveal
from hub.operations.bookings.tables import CustomerRow
from hub.settings import Settings

ACTOR = "command-line"

Data = Annotated[Path | None, typer.Option("--data", help="Directory of the store.")]
Who = Annotated[str, typer.Argument(metavar="CUSTOMER", help="Id, phone number or mail address.")]
StoreId = Annotated[str, typer.Option("--store", help="Id of the store; the first if not given.")]


class Running(Protocol):
    """A composed hub, prepared but not serving."""

    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> Database: ...
    @property
    def door(self) -> Door: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def ports(self) -> Ports: ...
    @property
    def store_id(self) -> str: ...
    async def prepare(self) -> None: ...
    async def close(self) -> None: ...


Build = Callable[[Settings], Running]
T = TypeVar("T")


class NobodyError(ValueError):
    """No customer, or several, are called by this."""


def add_to(app: typer.Typer, build: Build, in_words: Callable[[Refused], str]) -> None:
    """Add the commands; `build` composes the hub that they work on, `in_words` says why it refuses."""

    def at(data: Path | None, work: Callable[[Running], Awaitable[T]]) -> T:
        async def alone() -> T:
            async with _opened(build, Settings.from_environment(data=data)) as hub:
                return await work(hub)

        try:
            return asyncio.run(alone())
        except NobodyError as error:
            said = str(error)
        except Refused as refused:
            said = in_words(refused)
        typer.echo(told("refused", reason=said), err=True)
        raise typer.Exit(1)

    @app.command("export-person")
    def export_person(
        customer: Who,
        out: Annotated[Path, typer.Option("--out", help="Folder for the copy: data as JSON, and a page to read.")] = Path(),
        data: Data = None,
        store: StoreId = "",
    ) -> None:
        """Write down everything that is held of a customer. Taking the copy is put on record."""
        for path in at(data, lambda hub: export(hub, store or hub.store_id, customer, out)):
            typer.echo(path)

    @app.command("erase-person")
    def erase_person(
        customer: Who,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
        data: Data = None,
        store: StoreId = "",
    ) -> None:
        """Clear a customer's data and destroy their key, so that backups stay closed as well. Cannot be undone."""
        if not yes:
            who = at(data, lambda hub: named(hub, store or hub.store_id, customer))
            typer.confirm(told("erase-sure", who=who), abort=True)
        erased = at(data, lambda hub: erase(hub, store or hub.store_id, customer))
        typer.echo(told("erased", who=erased))

    keys = typer.Typer(no_args_is_help=True, help="The keys under which personal data are sealed.")
    app.add_typer(keys, name="keys")

    @keys.command("status")
    def status(data: Data = None) -> None:
        """Which keys there are, and how many owners are sealed under each."""
        at(data, _status)

    @keys.command("rotate")
    def rotate(
        data: Data = None,
        announced: Annotated[bool, typer.Option("--resume", help="Only finish what was begun.")] = False,
    ) -> None:
        """Seal everything under other keys while the store works on. Stopped, it goes on when called again."""
        at(data, lambda hub: _rotate(hub, resume=announced))

    @keys.command("drop")
    def drop(generation: Annotated[str, typer.Argument(help="Id of the keys.")], data: Data = None) -> None:
        """Forget older keys that nothing is sealed under; backups from their time cannot be read any more."""
        at(data, lambda hub: _drop(hub, generation))


async def export(hub: Running, store_id: str, customer: str, out: Path) -> list[Path]:
    """Raises NobodyError."""
    customer_id = await _find(hub, store_id, customer)
    await hub.door.submit(NoteCopy(customer_id=customer_id), system(store_id, ACTOR), hub.door.chance.id())
    async with hub.database.read(store_id) as session:
        store = facts_of(await session.get_one(Store, store_id))
        copy = await copy_of(session, store, hub.vault, customer_id, wall_of(hub.ports).now())
    if copy is None:
        raise NobodyError(told("nobody-known"))
    return await asyncio.to_thread(_written, copy, as_page(copy, store.zone, wording(hub.ports)), out)


def _written(copy: Copy, read: str, out: Path) -> list[Path]:
    out.mkdir(parents=True, exist_ok=True)
    data, page = out / f"{copy['customer_id']}.json", out / f"{copy['customer_id']}.html"
    for path, content in ((data, orjson.dumps(copy, option=orjson.OPT_INDENT_2)), (page, read.encode())):
        path.unlink(missing_ok=True)  # one that is there keeps its mode
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    return [data, page]


async def named(hub: Running, store_id: str, customer: str) -> str:
    """Whom that means, as the terminal asks about them. Raises NobodyError."""
    customer_id = await _find(hub, store_id, customer)
    async with hub.database.read(store_id) as session:
        row = await session.get_one(CustomerRow, customer_id)
    if row.data_key is None:
        return customer_id
    known = reveal(hub.vault, row)
    return " ".join(filter(None, (known.name, masked_phone(known.phone), masked_email(known.email))))


async def erase(hub: Running, store_id: str, customer: str) -> str:
    """The id of whom it was. Raises NobodyError or `still_expected`."""
    customer_id = await _find(hub, store_id, customer)
    await hub.door.submit(ErasePerson(customer_id=customer_id), system(store_id, ACTOR), hub.door.chance.id())
    await forget_pending(hub.door, store_id)
    return customer_id


async def _status(hub: Running) -> None:
    used, ring = await rotation.in_use(hub.database), hub.vault.ring
    if not hub.settings.master_key:
        typer.echo(
            told("keys-master", key=master_key_id(master_keys(hub.settings.key_file)[0]), file=str(hub.settings.key_file))
        )
    for generation in ring.generations:
        state = "keys-seals" if generation.id == ring.current else "keys-opens"
        typer.echo(told(state, key=generation.id, owners=used.pop(generation.id, 0)))
    for generation_id, count in used.items():
        typer.echo(told("keys-missing", key=generation_id, owners=count))
    for store_id in await store_ids(hub.database):
        if await rotation.is_under_way(hub.database, store_id):
            typer.echo(told("keys-under-way", store=store_id))


async def _rotate(hub: Running, *, resume: bool) -> None:
    stores = await store_ids(hub.database)
    begun = [store_id for store_id in stores if await rotation.is_under_way(hub.database, store_id)]
    if not begun and not resume:
        typer.echo(told("keys-turned", key=await rotation.turn(hub.vault)))
        await rotation.begin(hub.door, stores)
    for store_id in stores:
        await rotation.renew(hub.door, store_id)
        typer.echo(told("keys-sealed", store=store_id, key=hub.vault.key_id))
    if not hub.settings.master_key:
        made = rotation.renew_master(hub.vault, hub.settings.key_file, hub.settings.keyring_file)
        files = {"file": str(hub.settings.key_file), "ring": str(hub.settings.keyring_file)}
        typer.echo(told("keys-master-made", key=made, **files))
    else:
        typer.echo(told("keys-master-stays"))


async def _drop(hub: Running, generation: str) -> None:
    ring = hub.vault.keys.ring()
    if ring.generation(generation) is None or generation == ring.current:
        raise NobodyError(told("keys-not-older", key=generation))
    used = (await rotation.in_use(hub.database)).get(generation, 0)
    if used:
        raise NobodyError(told("keys-in-use", owners=used, key=generation))
    hub.vault.keys.edit(lambda kept: kept.without_generation(generation))
    typer.echo(told("keys-forgotten", key=generation))


async def _find(hub: Running, store_id: str, customer: str) -> str:
    """Raises NobodyError, also where there is no such store."""
    if store_id not in await store_ids(hub.database):
        raise NobodyError(told("no-such-store", store=store_id))
    async with hub.database.read(store_id) as session:
        if await session.get(CustomerRow, customer) is not None:
            return customer
        store = facts_of(await session.get_one(Store, store_id))
        found = await customers_by_phone(session, hub.vault, store, customer)
        found = found or await customers_by_email(session, hub.vault, customer)
    if len(found) != 1:
        raise NobodyError(told("nobody-alone", count=len(found), what=customer) if found else told("nobody-known"))
    return found[0].id


@asynccontextmanager
async def _opened(build: Build, settings: Settings) -> AsyncIterator[Running]:
    hub = build(settings)
    try:
        await hub.prepare()
        if not hub.store_id:
            raise NoStoreError("this database")
        for store_id in await store_ids(hub.database):
            await reapply(hub.door, store_id)
        yield hub
    finally:
        await hub.close()
