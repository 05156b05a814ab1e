"""An import from folder to account: read everything, refuse or bring in, say what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from hub.backoffice.security.first_start import Credential, Person, first_start
from hub.imports.book import Book
from hub.imports.bringing import Bringer
from hub.imports.draft import Draft
from hub.imports.known import ACTOR, Known, known_of
from hub.imports.salon_csv import SalonMapping, read_folder
from hub.imports.sending import Sender
from hub.kernel.access import system
from hub.kernel.clock import Clock, SystemClock
from hub.kernel.crypto import vault_of
from hub.kernel.database import Database
from hub.kernel.dispatch import Door, facts_of
from hub.kernel.stores import store_ids
from hub.kernel.tables import Store
from hub.migrations.run import SchemaUnknownError
from hub.operations.bookings.commands import IndexKeys
from hub.operations.bookings.keys import KEYED, any_in_plain_text
from hub.settings import Settings


class Openable(Protocol):
    """What an import needs of a composed hub that nobody serves."""

    @property
    def door(self) -> Door: ...
    @property
    def database(self) -> Database: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def store_id(self) -> str: ...
    async def prepare(self) -> None: ...
    async def open_store(self, **facts: Any) -> str: ...
    async def close(self) -> None: ...


class ImportStopped(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """Nothing was written. `code` is that of a sentence `import-stopped-…`, `params` its parameters."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of it. `credentials`: the accounts of a store that had none. `rosterless`: (person, day, code)
    of shifts that the hub refused. `stopped`: the database was busy for too long, the rest is to be imported again."""

    draft: Draft
    credentials: tuple[Credential, ...] = ()
    rosterless: tuple[tuple[str, str, str], ...] = ()
    stopped: bool = False

    @property
    def good(self) -> bool:
        return not self.draft.refused and not self.stopped


async def import_salon_csv(
    folder: Path,
    mapping: SalonMapping,
    settings: Settings,
    build: Callable[[Settings], Openable],
    *,
    dry_run: bool = False,
) -> Imported:
    """Read `folder` and bring its book into the store of `settings`, which is opened where there is none.

    All files are read before anything is written; when one of them is refused, nothing is. A dry run writes nothing.

    Raises:
        FileRefused: `folder` cannot be read as a folder of reports.
        ImportStopped: the store's zone or currency is another, its database cannot be read, or its folder cannot be used.
    """
    draft = read_folder(folder, mapping)
    if draft.refused:
        return Imported(draft.held_back())
    if dry_run:
        return await _tried(draft, settings)
    try:
        hub = build(settings)
    except OSError as wrong:
        raise ImportStopped("data-unusable", data=str(settings.data), cause=wrong.strerror or str(wrong)) from wrong
    try:
        known = await _ready(hub, draft.book)
        store_id = hub.store_id
        bringer = Bringer(Sender(hub.door, store_id, known), draft, hub.clock.now())
        account = await bringer.bring()
        # Also where an import that was broken off has opened the store: nobody could sign in there.
        people = await first_start(hub.door, store_id, _people(bringer))
    finally:
        await hub.close()
    rosterless = tuple((entry.staff, entry.day.isoformat(), code) for entry, code in bringer.rosterless)
    return Imported(account, tuple(people), rosterless, bringer.sender.stopped)


async def _ready(hub: Openable, book: Book) -> Known:
    """What the store knows of the book already; it is opened where there is none."""
    try:
        await hub.prepare()
        store_id = hub.store_id or await _opened(hub, book)
        async with hub.database.read(store_id) as session:
            store = await session.get_one(Store, store_id)
            _check(store, book)
            days, plain = facts_of(store).days, await any_in_plain_text(session)
        changed = plain
        while plain:
            answer = await hub.door.submit(IndexKeys(), system(store_id, ACTOR), hub.door.chance.id())
            plain = answer.result["indexed"] > 0
        if changed:
            await hub.database.rewrite(*(table.name for table in KEYED))
        async with hub.database.read(store_id) as session:
            return await known_of(session, days, hub.door.vault)
    except SchemaUnknownError as unknown:
        raise ImportStopped("database-unknown", cause=str(unknown)) from unknown
    except DBAPIError as error:
        raise ImportStopped("database-unknown", cause=str(error.orig)) from error


async def _tried(draft: Draft, settings: Settings) -> Imported:
    """What an import would do, from what the store knows; a store that is not there knows nothing."""
    store_id, known = "", Known()
    if settings.database_url or (settings.data / "hub.sqlite3").exists():
        database = Database(settings.url)
        try:
            ids = await store_ids(database)
            store_id = settings.store if settings.store in ids else ids[0] if ids else ""
            if store_id:
                async with database.read(store_id) as session:
                    store = (await session.scalars(select(Store).where(Store.id == store_id))).one()
                    _check(store, draft.book)
                    vault = None
                    if settings.keyring_file.exists():  # a dry run makes none
                        vault = vault_of(settings.key_file, settings.keyring_file, settings.master_key or None)
                    known = await known_of(session, facts_of(store).days, vault)
        except DBAPIError as error:
            raise ImportStopped("database-unknown", cause=str(error.orig)) from error
        finally:
            await database.close()
    bringer = Bringer(Sender(None, store_id, known), draft, SystemClock().now())
    return Imported(await bringer.bring())


async def _opened(hub: Openable, book: Book) -> str:
    return await hub.open_store(
        name_zh=book.name.zh,
        name_en=book.name.en,
        zone=book.zone,
        currency=book.currency,
        country=book.country,
        language=book.language,
    )


def _check(store: Store, book: Book) -> None:
    """Hours and amounts of another zone or currency would be taken for the store's own."""
    for what, mine, other in (("zone", store.zone, book.zone), ("currency", store.currency, book.currency)):
        if mine != other:
            raise ImportStopped(f"{what}-differs", store=mine, book=other)


def _people(bringer: Bringer) -> list[Person]:
    """The first accounts of a store that an import has opened."""
    found = [Person("manager", "店长 Manager", "manager"), Person("desk", "前台 Front desk", "front_desk")]
    taken = {person.login for person in found}
    for entry in bringer.book.staff:
        login = "".join(c for c in entry.code.casefold() if not c.isspace()) or "technician"
        while login in taken:
            login += "_"
        taken.add(login)
        if entry.code in bringer.people:
            found.append(Person(login, entry.name, "technician", bringer.people[entry.code]))
    return found
