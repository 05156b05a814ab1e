"""A store with a manager, a desk and a technician, and browsers that keep their cookies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from displays.security import devices, home, me, sign_in, staff
from hub.app import Hub, build
from hub.backoffice import security
from hub.backoffice.security.routing import BY_THE_USER
from hub.kernel.clock import ManualClock
from hub.kernel.ids import SeededRandomness
from hub.operations import team
from hub.settings import Settings
from tests.backoffice.security.browsers import HERE, ORIGIN, PASSWORD, PIN, TECHNICIAN, Browser, account


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    """A hub with identity and the team, and nothing else."""
    made = build(
        settings,
        clock=clock,
        chance=SeededRandomness(1),
        domains=[team, security],
        screens=[home.screen, devices.screen, sign_in.screen, staff.screen, me.screen],
    )
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def store(hub: Hub) -> str:
    """A store that asks nobody for a second factor; the obligation has its own tests."""
    settings = {"require_second_factor": False}
    return await hub.open_store(name_zh="青瓷", name_en="Celadon", zone="Asia/Shanghai", settings=settings)


@pytest.fixture
async def people(hub: Hub, store: str) -> dict[str, str]:
    """Accounts by log-in."""
    return {
        "mei": await account(hub, store, "mei", roles=["manager"], password=PASSWORD),
        "desk": await account(hub, store, "desk", password=PASSWORD),
        "li": await account(hub, store, "li", roles=["technician"], technician_id=TECHNICIAN, pin=PIN),
    }


@pytest.fixture
async def browser(hub: Hub, store: str) -> AsyncIterator[Browser]:
    """Makes browsers, each with its own cookies."""
    async with AsyncExitStack() as open_ones:

        async def made() -> httpx.AsyncClient:
            headers = {"Origin": ORIGIN, "X-Requested-With": "salon-hub", "Accept-Language": "en", **BY_THE_USER}
            transport = httpx.ASGITransport(hub.asgi, raise_app_exceptions=False)
            client = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)
            return await open_ones.enter_async_context(client)

        yield made


@pytest.fixture
async def local(browser: Browser) -> Browser:
    """Browsers on the server itself, the one plain address where there are passkeys."""

    async def made() -> httpx.AsyncClient:
        client = await browser()
        client.base_url = httpx.URL(HERE)
        client.headers["Origin"] = HERE
        return client

    return made
