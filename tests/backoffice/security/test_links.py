"""One-time links: the printed addresses of every screen."""

from __future__ import annotations

import asyncio

import httpx

from hub.app import Hub
from hub.backoffice.security.first_start import Person, first_start
from hub.backoffice.security.links import fresh_links
from hub.backoffice.security.routing import BY_THE_USER
from hub.kernel.access import system
from hub.kernel.clock import ManualClock
from hub.kernel.tables import Store
from tests.backoffice.security.browsers import TECHNICIAN, Browser, is_signed_in, sign_in

People = dict[str, str]


async def test_each_screen_has_a_link_that_opens_it(browser: Browser, people: People, hub: Hub, store: str) -> None:
    links = await fresh_links(hub.door, store)
    assert [(link.screen, link.whom) for link in links] == [
        ("home", "Mei"),
        ("desk", "Desk"),
        ("waiting-room", None),
        ("kiosk", None),
        ("technician", "Li"),
        ("book", None),
    ]
    expected = {"home": "/", "desk": "/desk", "waiting-room": "/waiting-room", "kiosk": "/kiosk", "technician": "/technician"}
    for link in links[:-1]:
        client = await browser()
        assert (await client.get(link.path)).headers["location"] == expected[link.screen]
        assert await is_signed_in(client), link.screen


async def test_all_links_open_in_one_browser(browser: Browser, people: People, hub: Hub, store: str) -> None:
    client = await browser()
    for link in await fresh_links(hub.door, store):
        await client.get(link.path)

    async def who(seat: str) -> list[str]:
        answer = await client.get("/api/views/home", headers={"X-Salon-Seat": seat})
        return list(answer.json()["view"]["who"]["roles"])

    assert [await who(seat) for seat in ("desk", "kiosk", "waiting-room", "technician")] == [
        ["front_desk"],
        ["kiosk"],
        ["screen"],
        ["technician"],
    ]


async def test_a_link_opens_once_of_two_browsers_at_once(browser: Browser, people: People, hub: Hub, store: str) -> None:
    link = (await fresh_links(hub.door, store))[0]
    clients = [await browser() for _ in range(4)]
    await asyncio.gather(*(client.get(link.path) for client in clients))
    assert sorted([await is_signed_in(client) for client in clients]) == [False, False, False, True]


async def test_a_link_runs_out(browser: Browser, people: People, hub: Hub, store: str, clock: ManualClock) -> None:
    link, client = (await fresh_links(hub.door, store))[0], await browser()
    clock.advance(hours=24)
    assert (await client.get(link.path)).headers["location"] == "/sign-in?problem=link_spent"
    assert not await is_signed_in(client)


async def test_a_browser_that_looks_ahead_does_not_spend_it(browser: Browser, people: People, hub: Hub, store: str) -> None:
    link, client = (await fresh_links(hub.door, store))[0], await browser()
    assert (await client.get(link.path, headers={"Sec-Purpose": "prefetch;prerender"})).status_code == 503
    assert (await client.head(link.path)).status_code == 503
    again = await client.get(link.path)
    assert again.headers["location"] == "/"


async def test_forged_links_open_nothing(browser: Browser, people: People, hub: Hub, store: str) -> None:
    link, client = (await fresh_links(hub.door, store))[0], await browser()
    for n in range(3, len(link.path)):
        forged = link.path[:n] + ("a" if link.path[n] != "a" else "b") + link.path[n + 1 :]
        assert (await client.get(forged)).headers["location"] == "/sign-in?problem=link_spent"
    assert not await is_signed_in(client)


async def test_first_start_makes_people_whose_secrets_work_once_only_shown(browser: Browser, hub: Hub, store: str) -> None:
    people = [
        Person("manager", "陈店长", "manager"),
        Person("desk", "前台", "front_desk"),
        Person("li", "小李", "technician", TECHNICIAN),
    ]
    made = await first_start(hub.door, store, people)
    assert [(c.login, c.password is None, c.pin is None) for c in made] == [
        ("manager", False, True),
        ("desk", False, True),
        ("li", True, False),
    ]
    assert len({c.password for c in made}) == 3
    client = await browser()
    assert (await sign_in(client, "manager", made[0].password or "")).json()["outcome"] == "entered"
    assert await first_start(hub.door, store, people) == []


async def test_a_managers_link_leads_through_the_obligation(browser: Browser, people: People, hub: Hub, store: str) -> None:
    """Whoever prints links at the server hands out no manager without a second factor."""
    async with hub.database.write(store) as session:
        (await session.get_one(Store, store)).settings = {}
    home, desk = [link for link in await fresh_links(hub.door, store) if link.screen in {"home", "desk"}]
    client, other = await browser(), await browser()
    answer = await client.get(home.path)
    assert "needs=second_factor_setup" in answer.headers["location"]
    assert not await is_signed_in(client)
    assert (await other.get(desk.path)).headers["location"] == "/desk"


async def location(client: httpx.AsyncClient, path: str, **headers: str) -> str:
    return str((await client.get(path, headers=headers)).headers["location"])


async def reset_link(hub: Hub, store: str, account_id: str) -> str:
    made = await hub.door.send("security.issue_reset_link", {"account_id": account_id}, system(store), hub.chance.id())
    return str(made.result["path"])


async def who_is_in(client: httpx.AsyncClient) -> str:
    return str((await client.get("/api/views/home")).json()["view"]["who"]["name"])


async def test_a_link_that_people_hand_on_takes_nobodys_place_unasked(
    browser: Browser, people: People, hub: Hub, store: str
) -> None:
    client, path = await browser(), await reset_link(hub, store, people["desk"])
    await sign_in(client, "mei")
    assert await location(client, path) == f"/sign-in#link={path.removeprefix('/l/')}"
    assert await who_is_in(client) == "Mei"
    opened = await client.post("/api/open-link", json={"token": path.removeprefix("/l/")})
    assert (opened.json()["outcome"], opened.json()["needs"]) == ("step", "new_password")
    assert (await client.post("/api/open-link", json={"token": path.removeprefix("/l/")})).json()["code"] == "link_spent"


async def test_one_s_own_link_opens_at_once_and_so_does_any_where_nobody_is_signed_in(
    browser: Browser, people: People, hub: Hub, store: str
) -> None:
    mine, nobodys = await browser(), await browser()
    await sign_in(mine, "desk")
    for client in (mine, nobodys):
        assert (await location(client, await reset_link(hub, store, people["desk"]))).startswith("/sign-in?next=")


async def test_no_link_opens_unasked_unless_its_user_went_there(browser: Browser, people: People, hub: Hub, store: str) -> None:
    """A page elsewhere leads to a link of its maker's own, and whoever reads it would work as somebody else; what looks at
    addresses beforehand would spend it."""
    mine, nobodys = await browser(), await browser()
    await sign_in(mine, "desk")
    home = next(link for link in await fresh_links(hub.door, store) if link.screen == "home")
    for client in (mine, nobodys):
        for told in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": ""},
            {"Sec-Fetch-User": ""},
            {"Sec-Fetch-Dest": "iframe"},
            {"Sec-Fetch-Mode": "no-cors"},
        ):
            assert await location(client, home.path, **told) == f"/sign-in#link={home.path.removeprefix('/l/')}"
    assert await who_is_in(mine) == "Desk"
    assert not await is_signed_in(nobodys)
    opened = await nobodys.post("/api/open-link", json={"token": home.path.removeprefix("/l/")})
    assert (opened.json()["outcome"], opened.json()["to"]) == ("entered", "/")
    assert await who_is_in(nobodys) == "Mei"


async def test_where_no_browser_says_who_went_there_a_link_opens_at_once(
    browser: Browser, people: People, hub: Hub, store: str
) -> None:
    """Over plain HTTP in the house, and by a program there."""
    for origin, opens in (("http://salon.test", True), ("https://salon.test", False)):
        home = next(link for link in await fresh_links(hub.door, store) if link.screen == "home")
        client = await browser()
        client.base_url = httpx.URL(origin)
        for name in BY_THE_USER:
            del client.headers[name]
        assert (await location(client, home.path) == "/") is opens
        assert await is_signed_in(client) is opens
