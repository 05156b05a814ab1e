"""`salon-hub accounts`: help for people who cannot come in, for whoever sits at the server's own command line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from hub.backoffice.security.commands.account_mail import IssueResetLink
from hub.backoffice.security.commands.factors import ResetSecondFactor
from hub.backoffice.security.ports import address_of
from hub.backoffice.security.queries import Account, accounts
from hub.kernel.access import system
from hub.kernel.commands import Command
from hub.kernel.dispatch import Door
from hub.kernel.stores import NoStoreError
from hub.kernel.terminal_text import told
from hub.settings import Settings

Data = Annotated[Path | None, typer.Option("--data", help="Directory of the store.")]
Login = Annotated[str, typer.Argument(help="The account's sign-in name.")]


class Hub(Protocol):
    """What the composition root builds."""

    door: Door
    store_id: str

    async def prepare(self) -> None: ...
    async def close(self) -> None: ...


class Build(Protocol):
    def __call__(self, settings: Settings) -> Any: ...


def group(build: Build) -> typer.Typer:
    """The commands over a hub that `build` composes; the store's own hub may be running meanwhile."""
    app = typer.Typer(no_args_is_help=True, help="Help people who cannot sign in.")

    @app.command("list")
    def list_accounts(data: Data = None) -> None:
        """Every account with its roles and whether it has a second factor."""

        async def work(hub: Hub) -> None:
            for each in await _accounts(hub):
                state = "" if each.active else f"  {told('account-closed')}"
                factor = told("account-factor") if each.has_second_factor else "-"
                typer.echo(f"{each.login}  {each.name}  {', '.join(each.roles)}  {factor}{state}")

        _with_hub(build, data, work)

    @app.command("reset-link")
    def reset_link(login: Login, data: Data = None) -> None:
        """Print a one-time link at which somebody chooses another password; good for a day."""

        async def work(hub: Hub) -> None:
            account = await _account(hub, login)
            path = (await _sent(hub, IssueResetLink(account_id=account.id)))["path"]
            typer.echo(address_of(hub.door.ports).base() + path)

        _with_hub(build, data, work)

    @app.command("reset-factor")
    def reset_factor(login: Login, data: Data = None) -> None:
        """Take away authenticator app, passkeys and recovery codes of somebody who has lost them all."""

        async def work(hub: Hub) -> None:
            account = await _account(hub, login)
            await _sent(hub, ResetSecondFactor(account_id=account.id))
            typer.echo(told("account-factor-taken", login=account.login))

        _with_hub(build, data, work)

    return app


def _with_hub(build: Build, data: Path | None, work: Callable[[Hub], Awaitable[None]]) -> None:
    async def run() -> None:
        hub: Hub = build(Settings.from_environment(data=data))
        try:
            await hub.prepare()
            if not hub.store_id:
                raise NoStoreError("this database")
            await work(hub)
        finally:
            await hub.close()

    asyncio.run(run())


async def _accounts(hub: Hub) -> list[Account]:
    async with hub.door.database.read(hub.store_id) as session:
        return await accounts(session, hub.door.vault)


async def _account(hub: Hub, login: str) -> Account:
    found = next((a for a in await _accounts(hub) if a.login.casefold() == login.strip().casefold()), None)
    if found is None:
        typer.echo(told("account-nobody", login=repr(login)), err=True)
        raise typer.Exit(1)
    return found


async def _sent(hub: Hub, command: Command) -> dict[str, Any]:
    return (await hub.door.submit(command, system(hub.store_id, "command-line"), hub.door.chance.id())).result
