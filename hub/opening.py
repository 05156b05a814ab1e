"""`salon-hub new`: a shop of one's own, with its hours and its manager; everything else is put in on its screens."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from pydantic import BaseModel, Field, StringConstraints, ValidationError, field_validator
from rich.console import Console

from hub.app import Hub, build
from hub.backoffice.backups.command import first_keys
from hub.backoffice.security.first_start import Credential, Person, first_start
from hub.backoffice.security.links import fresh_links
from hub.catalog.commands import SetBusinessDay, SetOpeningHours
from hub.catalog.rules import check_hours, day_begin_for
from hub.demo.announcing import announce_accounts, announce_links, lan_address
from hub.kernel.access import system
from hub.kernel.errors import Refused
from hub.kernel.text import Name
from hub.kernel.wall_time import WallTime
from hub.recovery.telling import refuse_trouble
from hub.settings import Settings


class Opening(BaseModel):
    """What a new store has to have; a closing time not after the opening time lies on the next date."""

    name_zh: Name
    name_en: Name
    zone: str
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    opens: WallTime
    closes: WallTime
    manager: Name = Field(description="The manager's name.")

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            return ZoneInfo(zone).key
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"no time zone is called {zone!r}") from None


def new(
    name_zh: Annotated[str, typer.Option("--name-zh", prompt="店名 Name in Chinese", help="Its Chinese name.")],
    name_en: Annotated[str, typer.Option("--name-en", prompt="英文店名 Name in English", help="Its English name.")],
    data: Annotated[Path | None, typer.Option("--data", help="Directory of the store; made if it is not there.")] = None,
    zone: Annotated[str | None, typer.Option("--zone", help="IANA time zone.", show_default="Asia/Shanghai")] = None,
    currency: Annotated[str, typer.Option("--currency", help="ISO 4217 code.")] = "CNY",
    country: Annotated[str, typer.Option("--country", help="ISO 3166 code, for holidays and phone numbers.")] = "CN",
    opens: Annotated[str, typer.Option("--opens", help="When it opens; each day can be changed later.")] = "10:00",
    closes: Annotated[str, typer.Option("--closes", help="When it closes.")] = "21:00",
    manager: Annotated[str, typer.Option("--manager", help="The manager's name.")] = "店长 Manager",
    database_url: Annotated[str | None, typer.Option("--database-url", help="PostgreSQL instead of SQLite.")] = None,
) -> None:
    """Open a store of your own: prints the manager's account and first link, once."""
    settings, console = Settings.from_environment(data=data, database_url=database_url), Console()
    given = {"currency": currency, "country": country, "opens": opens, "closes": closes, "manager": manager}
    try:
        opening = Opening.model_validate(
            {"name_zh": name_zh, "name_en": name_en, "zone": zone or settings.zone, **given},
        )
        check_hours(opening.opens, opening.closes)
    except ValidationError as error:
        wrong = ", ".join(f"--{str(each['loc'][0]).replace('_', '-')}: {each['msg']}" for each in error.errors())
        raise typer.BadParameter(wrong) from None
    except Refused:
        raise typer.BadParameter("--opens and --closes: the shop would never be open") from None
    refuse_trouble(settings)
    first_keys(settings, console)
    if not asyncio.run(_open(settings, opening, console)):
        typer.echo(f"There is a store already in {settings.data}.", err=True)
        raise typer.Exit(1)
    where = f" --data {data}" if data else ""
    console.print(f"\nNext 下一步: salon-hub serve{where} --host 0.0.0.0\n", highlight=False, soft_wrap=True)


async def _open(settings: Settings, opening: Opening, console: Console) -> bool:
    """Whether a store was opened; a half-opened one without people is finished."""
    hub = build(settings)
    try:
        await hub.prepare()
        store_id = hub.store_id or await hub.open_store(
            **opening.model_dump(include={"name_zh", "name_en", "zone", "currency", "country"}), language=settings.language
        )
        people = await first_start(hub.door, store_id, [Person("manager", opening.manager, "manager")])
        if not people:
            return False
        await _set_hours(hub, store_id, opening)
        await _tell(hub, settings, console, people)
    finally:
        await hub.close()
    return True


async def _set_hours(hub: Hub, store_id: str, opening: Opening) -> None:
    """The week, and for a shop that is open past midnight an hour for its day to begin that leaves each evening whole."""
    begins = day_begin_for([(opening.opens, opening.closes)])
    if begins is not None:
        await hub.door.submit(SetBusinessDay(begins=begins), system(store_id, "first-start"), hub.chance.id())
    for weekday in range(7):
        hours = SetOpeningHours(weekday=weekday, opens=opening.opens, closes=opening.closes)
        await hub.door.submit(hours, system(store_id, "first-start"), hub.chance.id())


async def _tell(hub: Hub, settings: Settings, console: Console, people: list[Credential]) -> None:
    announce_accounts(console, people)
    links = await fresh_links(hub.door, hub.store_id)
    announce_links(console, lan_address(settings), [link for link in links if link.screen == "home"], codes=False)
