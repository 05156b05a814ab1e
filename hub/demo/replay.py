"""`salon-hub replay-day`: a day of the store's book, lived again today on a copy of the store."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from rich.console import Console
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from hub.app import Hub, build
from hub.backoffice.security.commands.rules import SetSignInRules
from hub.backoffice.security.first_start import Person, first_start
from hub.demo.live import Stopwatch, live
from hub.demo.past_day import PastBooking, PastDay, Today, moment_of, past_day, replay_prefix
from hub.demo.people import Fate, HttpFloor, People
from hub.imports.report import say
from hub.kernel.access import system
from hub.kernel.business_days import BusinessDays, begin_of, days_of
from hub.kernel.clock import ScaledClock, SystemClock
from hub.kernel.database import Database
from hub.kernel.tables import EventRow, Store
from hub.kernel.text import Language
from hub.migrations.run import SchemaUnknownError, upgrade
from hub.operations.bookings.tables import BookingRow
from hub.operations.team.queries import technicians
from hub.settings import Settings

BEFORE_THE_FIRST = timedelta(minutes=15)
"""How long before the day's first booking its life begins."""

RINGS_UP_MINUTES = (45, 180)
"""How long before the start those ring up who cancel on the day itself; the reports know the day only."""

FILE = "hub.sqlite3"


class ReplayRefused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """There is no such day to live. `code` is that of a sentence `replay-…`, `params` its parameters."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Lived:
    """A hub on the copy with the day made today's, its clock standing until `watch` starts. `bookings` are ids by the old
    keys, `fates` of those who did not come by id."""

    hub: Hub
    clock: ScaledClock
    watch: Stopwatch
    zone: ZoneInfo
    today: date
    bookings: dict[str, str]
    fates: dict[str, Fate]

    def people(self, floor: HttpFloor) -> People:
        """Who came on that day comes early or late as anybody does; nobody else stays away, nobody walks in."""
        return People(floor, 7, self.clock.speed, no_show_share=0, walk_ins_per_hour=0, fates=dict(self.fates))


async def replay(settings: Settings, day: date, speed: float, console: Console, language: Language) -> bool:
    """Serve the day until interrupted. True where it stopped because only a new process can go on.

    Raises:
        ReplayRefused: no store, none of the day's bookings in it, a database of another release, or one that is no file.
    """
    lived = await prepare(settings, day, speed)
    hub, fates = lived.hub, lived.fates.values()
    rules = SetSignInRules(require_second_factor=False)  # of the copy: the simulated desk has no phone
    await hub.door.submit(rules, system(hub.store_id, "demo"), hub.chance.id())
    async with hub.database.read(hub.store_id) as session:
        team = await technicians(session, active=True)
    people = [Person("manager", "店长 Manager", "manager"), Person("desk", "前台 Front desk", "front_desk")]
    people += [Person("".join(t.code.casefold().split()), t.name.zh, "technician", t.id) for t in team]
    credentials = await first_start(hub.door, hub.store_id, people)
    said = say(
        language,
        "replay-begins",
        day=day.isoformat(),
        today=lived.today.isoformat(),
        bookings=len(lived.bookings),
        no_shows=sum(fate.cancels is None for fate in fates),
        cancels=sum(fate.cancels is not None for fate in fates),
        data=str(hub.settings.data),
    )
    console.print(said, highlight=False, markup=False, soft_wrap=True)
    return await live(hub, lived.watch, lived.zone, console, credentials, lived.people)


async def prepare(settings: Settings, day: date, speed: float) -> Lived:
    """Copy the store and make the day today's in the copy; doing it again on the same date goes on where it stopped.

    Raises:
        ReplayRefused: see `replay`.
    """
    days = await _days_of_the_store(settings, day)
    today = days.of(datetime.now(UTC))
    place = settings.data.with_name(f"{settings.data.name}-replays") / f"{day}-as-{today}"
    target = settings.model_copy(update={"data": place})
    await asyncio.to_thread(_copy, settings, target)
    past, begins = await _read(target, days, day, today)
    watch = Stopwatch()
    clock = ScaledClock(begins, speed, watch)
    hub = build(target, clock=clock, wall=SystemClock())
    try:
        await hub.prepare()
        bookings = await Today(hub.door, hub.store_id, days, past, today).make()
    except BaseException:
        await hub.close()
        raise
    fates = {bookings[booking.key]: _fate(booking, today, days) for booking in past.bookings if booking.end != "came"}
    return Lived(hub, clock, watch, days.zone, today, bookings, fates)


async def _days_of_the_store(settings: Settings, day: date) -> BusinessDays:
    """How the store counts its days, once the store is found to have bookings on that day."""
    if settings.database_url:
        raise ReplayRefused("only-sqlite")
    if not (settings.data / FILE).exists():
        raise ReplayRefused("no-store", data=str(settings.data))
    database = Database(settings.url)
    try:
        async with database.read(None) as session:
            row = (await session.execute(select(Store.id, Store.zone, Store.settings).order_by(Store.id).limit(1))).first()
        if row is None:
            raise ReplayRefused("no-store", data=str(settings.data))
        days = days_of(ZoneInfo(row.zone), begin_of(row.settings))
        async with database.read(row.id) as session:
            if await past_day(session, days, day) is None:
                raise await _no_such_day(session, days, day, settings)
        return days
    except DBAPIError as error:
        raise ReplayRefused("database-unknown", cause=str(error.orig)) from error
    finally:
        await database.close()


async def _no_such_day(session: AsyncSession, days: BusinessDays, day: date, settings: Settings) -> ReplayRefused:
    wanted = select(func.min(BookingRow.booked_start), func.max(BookingRow.booked_start))
    first, last = (await session.execute(wanted)).one()
    said = {"day": day.isoformat(), "data": str(settings.data)}
    said["first"] = days.of(first).isoformat() if first else "none"
    said["last"] = days.of(last).isoformat() if last else "none"
    return ReplayRefused("no-such-day", **said)


def _copy(settings: Settings, target: Settings) -> None:
    """The store as it is at this moment, also while a hub runs on it; a copy made earlier today is kept."""
    if (target.data / FILE).exists():
        return
    target.data.mkdir(parents=True, exist_ok=True)
    half = target.data / f"{FILE}.half"
    half.unlink(missing_ok=True)
    with closing(sqlite3.connect(settings.data / FILE)) as source, closing(sqlite3.connect(half)) as copy:
        source.backup(copy)
    for kept, copied in ((settings.key_file, target.key_file), (settings.keyring_file, target.keyring_file)):
        if kept.exists():
            shutil.copy(kept, copied)
    half.rename(target.data / FILE)


async def _read(target: Settings, days: BusinessDays, day: date, today: date) -> tuple[PastDay, datetime]:
    """The day, and when its life begins or goes on."""
    database = Database(target.url)
    try:
        await upgrade(database)
        async with database.read(None) as session:
            store_id = (await session.scalars(select(Store.id).order_by(Store.id).limit(1))).one()
        async with database.read(store_id) as session:
            past = await past_day(session, days, day)
            if past is None:
                raise await _no_such_day(session, days, day, target)
            begins = moment_of(today, past.first, days) - BEFORE_THE_FIRST
            return past, max(begins, await _where_it_stopped(session, days, day, today) or begins)
    except SchemaUnknownError as unknown:
        raise ReplayRefused("database-unknown", cause=str(unknown)) from unknown
    finally:
        await database.close()


async def _where_it_stopped(session: AsyncSession, days: BusinessDays, day: date, today: date) -> datetime | None:
    """The newest fact since the day began to be lived; None: it has not begun."""
    copied = select(func.min(BookingRow.made_seq)).where(BookingRow.natural_key.like(f"{replay_prefix(day, today)}%"))
    since = await session.scalar(copied)
    if since is None:
        return None
    newest: datetime | None = await session.scalar(select(func.max(EventRow.at)).where(EventRow.seq > since))
    return newest if newest is not None and newest < days.span(today)[1] else None


def _fate(booking: PastBooking, today: date, days: BusinessDays) -> Fate:
    """What that day brought to one who did not come."""
    if booking.end == "no_show":
        return Fate(None, 0)
    ahead = random.Random(booking.key).uniform(*RINGS_UP_MINUTES)
    return Fate(None, 0, moment_of(today, booking.minute or 0, days) - timedelta(minutes=ahead))
