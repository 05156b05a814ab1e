"""The store's own rules of signing in, and help from the command line."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from hub.app import Hub, build
from hub.backoffice.security.first_start import Person, first_start
from hub.cli import app
from hub.kernel.clock import ManualClock
from hub.kernel.serving_note import remember
from hub.kernel.tables import EventRow, Store
from hub.settings import Settings
from tests.backoffice.security.browsers import Browser, code_of, command, is_signed_in, sign_in
from tests.backoffice.security.test_factors import enrolled

People = dict[str, str]


async def rules(client: httpx.AsyncClient, hub: Hub, **changed: object) -> httpx.Response:
    return await command(client, hub, "security.set_sign_in_rules", changed)


async def settings_of(hub: Hub, store: str) -> dict[str, object]:
    async with hub.database.read(store) as session:
        return dict((await session.get_one(Store, store)).settings)


async def test_an_obligation_begins_at_once(browser: Browser, people: People, hub: Hub, store: str) -> None:
    """Whoever must have a second factor and has none is out, and is led through it; the desk stays."""
    manager, desk = await browser(), await browser()
    await sign_in(manager, "mei")
    await sign_in(desk, "desk")
    assert (await rules(manager, hub, require_second_factor=True)).status_code == 200
    assert not await is_signed_in(manager)
    assert await is_signed_in(desk)
    assert (await sign_in(manager, "mei")).json()["needs"] == "second_factor_setup"
    async with hub.database.read(store) as session:
        facts = select(EventRow.data).where(EventRow.type == "security.sign_in_rules_set")
        assert list(await session.scalars(facts)) == [{"password_policy": "modern", "require_second_factor": True}]


async def test_whoever_has_one_stays(browser: Browser, people: People, hub: Hub, clock: ManualClock) -> None:
    """The twin of the one above."""
    manager = await browser()
    await sign_in(manager, "mei")
    await enrolled(manager, hub, clock)
    assert (await rules(manager, hub, require_second_factor=True)).status_code == 200
    assert await is_signed_in(manager)


async def test_the_policy_holds_for_the_next_password(browser: Browser, people: People, hub: Hub, store: str) -> None:
    manager = await browser()
    await sign_in(manager, "mei")
    assert (await rules(manager, hub, password_policy="mlps")).status_code == 200
    data = {"account_id": people["desk"], "password": "kettle orbit lantern"}
    assert code_of(await command(manager, hub, "security.set_password", data)) == "password_too_simple"
    assert (await rules(manager, hub, password_policy="modern")).status_code == 200
    assert (await command(manager, hub, "security.set_password", data)).status_code == 200
    kept = await settings_of(hub, store)
    assert kept == {"require_second_factor": False, "password_policy": "modern"}


async def test_the_same_rules_again_are_no_news(browser: Browser, people: People, hub: Hub, store: str) -> None:
    manager = await browser()
    await sign_in(manager, "mei")
    before = await settings_of(hub, store)
    assert (await rules(manager, hub, require_second_factor=False, password_policy="modern")).status_code == 200
    assert (await rules(manager, hub)).status_code == 200
    assert await settings_of(hub, store) == before
    assert code_of(await rules(manager, hub, password_policy="none")) == "invalid"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A data directory with a manager and a desk."""
    made = Settings(data=tmp_path / "shop", solver_threads=0)

    async def furnish() -> None:
        hub = build(made)
        await hub.prepare()
        store = await hub.open_store(name_zh="青瓷", name_en="Celadon")
        await first_start(hub.door, store, [Person("chen", "陈店长", "manager"), Person("zhou", "小周", "front_desk")])
        await hub.close()

    asyncio.run(furnish())
    return made.data


def test_whoever_sits_at_the_server_can_help(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALON_HUB_SOLVER_THREADS", "0")
    run = CliRunner()
    listed = run.invoke(app, ["accounts", "list", "--data", str(shop)])
    assert listed.exit_code == 0, listed.output
    assert "chen  陈店长  manager  -" in listed.output
    remember(shop, host="salon.test", port=8443, tls_cert="cert.pem", tls_key="key.pem", speed=1.0)
    link = run.invoke(app, ["accounts", "reset-link", "CHEN", "--data", str(shop)])
    assert link.exit_code == 0
    assert link.output.startswith("https://salon.test:8443/l/")
    factor = run.invoke(app, ["accounts", "reset-factor", "chen", "--data", str(shop)])
    assert factor.exit_code == 0
    nobody = run.invoke(app, ["accounts", "reset-link", "nobody", "--data", str(shop)])
    assert nobody.exit_code == 1
    assert "nobody signs in as 'nobody'" in nobody.output
