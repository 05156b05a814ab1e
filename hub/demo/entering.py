"""The simulated people's own way in: they sign in and pair like everybody, over HTTP."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import httpx
import structlog

from hub.app import Hub
from hub.backoffice.security import totp
from hub.backoffice.security.commands.accounts import CreateAccount
from hub.backoffice.security.commands.devices import RevokeDevice
from hub.backoffice.security.commands.factors import ResetSecondFactor
from hub.backoffice.security.commands.links import MakeLink
from hub.backoffice.security.fresh import fresh_password
from hub.backoffice.security.ports import wall_of
from hub.backoffice.security.queries import accounts, devices
from hub.demo.people import HttpFloor
from hub.kernel.access import system

SIMULATION = "simulation"
"""How the names of the simulated people's devices begin."""
OWN_LOGIN = "simulated-desk"

PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Before each further try to sign in: a machine that has just started, or is busy, may not answer for a while."""

log = structlog.get_logger(__name__)


async def enter(hub: Hub, address: str, stack: AsyncExitStack) -> HttpFloor:
    """The floor as they see it at `address`; `stack` closes their clients."""
    clients = await _sign_everybody_in(hub, address, stack)
    async with hub.database.read(hub.store_id) as session:
        # Those of earlier runs too.
        own = {device.id for device in await devices(session) if device.name.startswith(SIMULATION)}
        own |= {account.id for account in await accounts(session, hub.vault) if account.login == OWN_LOGIN}
    return HttpFloor(clients, own)


async def _sign_everybody_in(hub: Hub, address: str, stack: AsyncExitStack) -> dict[str, httpx.AsyncClient]:
    """One browser-like client for the simulated desk and each technician; older simulated devices are revoked."""
    actor = system(hub.store_id, "demo")
    async with hub.database.read(hub.store_id) as session:
        people = await accounts(session, hub.vault)
        simulated = [device for device in await devices(session) if device.name.startswith(SIMULATION)]
    old = [device.id for device in simulated if device.revoked_at is None]
    for device_id in old:
        await hub.door.submit(RevokeDevice(device_id=device_id), actor, hub.chance.id())
    for person in people:
        if person.login == OWN_LOGIN and person.has_second_factor:  # of an earlier run, whose secret is gone with it
            await hub.door.submit(ResetSecondFactor(account_id=person.id), actor, hub.chance.id())
    desk = next((person.id for person in people if person.login == OWN_LOGIN), None) or await _own_account(hub)
    links = {"desk": MakeLink(screen="desk", to="/desk", account_id=desk)}
    for person in people:
        if person.technician_id and person.active:
            links[person.technician_id] = MakeLink(
                screen="technician",
                to="/technician",
                account_id=person.id,
                device_kind="technician_tablet",
                device_name=f"{SIMULATION} · {person.name}",
            )
    clients = {}
    for who, command in links.items():
        seat = "desk" if who == "desk" else "technician"
        clients[who] = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url=address,
                headers={"Origin": address, "X-Requested-With": "salon-hub", "X-Salon-Seat": seat},
            )
        )
        await _come_in(hub, clients[who], command)
    return clients


async def _come_in(hub: Hub, client: httpx.AsyncClient, command: MakeLink) -> None:
    """Through a fresh link each time: one whose answer was lost may have been used.

    Raises:
        httpx.HTTPError: nobody answered after all tries.
    """
    for pause in (*PAUSES_SECONDS, None):
        made = await hub.door.submit(command, system(hub.store_id, "demo"), hub.chance.id())
        try:
            answer = await client.post("/api/open-link", json={"token": made.result["path"].removeprefix("/l/")})
            answer.raise_for_status()
            await _show_second_factor(hub, client, answer.json()["step"])
            return
        except httpx.HTTPError:
            if pause is None:
                raise
            log.info("simulated people try again to sign in", exc_info=True)
            await asyncio.sleep(pause)


async def _show_second_factor(hub: Hub, client: httpx.AsyncClient, begun: str | None) -> None:
    """Where the store has come to ask managers for one, with an app like everybody; `begun`: the step to which the link led."""
    if begun is None:
        return
    step = {"step": begun}
    offer = await client.post("/api/sign-in/second-factor-setup", json=step)
    offer.raise_for_status()
    code = totp.code_at(offer.json()["secret"], totp.step_of(wall_of(hub.ports).now()))
    (await client.post("/api/sign-in/second-factor", json={**step, "code": code})).raise_for_status()


async def _own_account(hub: Hub) -> str:
    command = CreateAccount(
        login=OWN_LOGIN,
        name="Simulated people",
        roles=["manager"],
        password=fresh_password(hub.chance),
        must_change_password=False,
    )
    made = await hub.door.submit(command, system(hub.store_id, "demo"), hub.chance.id())
    return str(made.result["account_id"])
