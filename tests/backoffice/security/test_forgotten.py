"""A forgotten password: by a manager's link or by mail, once; strangers learn nothing, and the second factor stays."""

from __future__ import annotations

import re

import httpx
import pytest
from sqlalchemy import select

from hub.app import Hub
from hub.backoffice.security import totp
from hub.backoffice.security.commands.account_mail import RESET_LASTS
from hub.backoffice.security.tables import LinkRow
from hub.kernel.clock import ManualClock
from hub.kernel.mail import Mailer, MemoryMailer
from tests.backoffice.security.browsers import PASSWORD, Browser, code_of, command, is_signed_in, sign_in
from tests.backoffice.security.post import Post
from tests.backoffice.security.test_factors import enrolled

People = dict[str, str]
NEW = "violet-harbour-21-mist"
MAIL = "mei@post.example"


@pytest.fixture
def post(hub: Hub) -> Post:
    return Post(hub)


async def mail_of(client: httpx.AsyncClient) -> str:
    return str((await client.get("/api/views/me")).json()["view"]["email"])


async def with_mail(browser: Browser, hub: Hub, post: Post, login: str = "mei", email: str = MAIL) -> httpx.AsyncClient:
    """A browser of somebody whose address is confirmed."""
    client = await browser()
    await sign_in(client, login)
    asked = await client.post("/api/own-mail", json={"present": PASSWORD, "email": email, "language": "en"})
    data = {"token": asked.json()["token"], "code": await post.code()}
    done = await command(client, hub, "security.confirm_own_mail", data)
    assert done.json()["result"]["outcome"] == "done"
    return client


async def opened(client: httpx.AsyncClient, address: str) -> str:
    """The step to which a link leads."""
    answer = await client.get("/l/" + address.rsplit("/", 1)[1])
    assert answer.status_code == 303
    found = re.search(r"#step=([^&]+)&needs=(\w+)", answer.headers["location"])
    assert found, answer.headers["location"]
    assert found.group(2) == "new_password"
    return found.group(1)


async def choose(client: httpx.AsyncClient, step: str, password: str = NEW) -> httpx.Response:
    return await client.post("/api/sign-in/new-password", json={"step": step, "password": password})


async def test_an_address_is_confirmed_by_a_code(browser: Browser, people: People, hub: Hub, post: Post) -> None:
    client = await browser()
    await sign_in(client, "mei")
    body = {"present": "wrong", "email": MAIL}
    assert code_of(await client.post("/api/own-mail", json=body)) == "wrong_password"
    bad = await client.post("/api/own-mail", json={"present": PASSWORD, "email": "mei@post.example\r\nBcc: x"})
    assert code_of(bad) in {"invalid", "invalid_address"}
    token = (await client.post("/api/own-mail", json={"present": PASSWORD, "email": MAIL})).json()["token"]
    (message,) = await post.sent()
    assert message.to == MAIL
    code = (re.search(r"\d{6}", message.text) or [""])[0]
    wrong = await command(client, hub, "security.confirm_own_mail", {"token": token, "code": f"{(int(code) + 1) % 10**6:06d}"})
    assert (wrong.json()["result"]["outcome"], await mail_of(client)) == ("refused", "")
    right = await command(client, hub, "security.confirm_own_mail", {"token": token, "code": code})
    assert (right.json()["result"]["outcome"], await mail_of(client)) == ("done", MAIL)
    assert (await command(client, hub, "security.forget_own_mail")).status_code == 200
    assert await mail_of(client) == ""


async def test_a_mailed_link_leads_to_a_new_password_once(
    browser: Browser, people: People, hub: Hub, post: Post, clock: ManualClock
) -> None:
    signed_in = await with_mail(browser, hub, post)
    client = await browser()
    assert (await client.post("/api/sign-in/forgotten", json={"login": "Mei"})).json()["outcome"] == "sent"
    (message,) = await post.sent()
    assert (message.to, message.good_for) == (MAIL, RESET_LASTS)
    address = (re.search(r"\S+/l/\S+", message.text) or [""])[0]
    step = await opened(client, address)
    assert not await is_signed_in(client)
    assert (await choose(client, step)).json()["outcome"] == "entered"
    assert await is_signed_in(client)
    assert not await is_signed_in(signed_in), "every other session has ended"
    spent = await (await browser()).get("/l/" + address.rsplit("/", 1)[1])
    assert spent.headers["location"] == "/sign-in?problem=link_spent"
    assert code_of(await sign_in(await browser(), "mei")) == "wrong_credentials"
    assert (await sign_in(await browser(), "mei", NEW)).status_code == 200


async def test_a_mailed_link_is_good_for_half_an_hour(
    browser: Browser, people: People, hub: Hub, post: Post, clock: ManualClock
) -> None:
    await with_mail(browser, hub, post)
    client = await browser()
    await client.post("/api/sign-in/forgotten", json={"login": "mei"})
    (message,) = await post.sent()
    clock.advance(seconds=RESET_LASTS.total_seconds())
    address = (re.search(r"/l/\S+", message.text) or [""])[0]
    assert (await client.get(address)).headers["location"] == "/sign-in?problem=link_spent"


async def test_the_second_factor_is_still_asked_for(
    browser: Browser, people: People, hub: Hub, post: Post, clock: ManualClock
) -> None:
    signed_in = await with_mail(browser, hub, post)
    secret, _ = await enrolled(signed_in, hub, clock)
    client = await browser()
    await client.post("/api/sign-in/forgotten", json={"login": "mei"})
    (message,) = [each for each in await post.sent() if "/l/" in each.text]
    answer = await client.get((re.search(r"/l/\S+", message.text) or [""])[0])
    found = re.search(r"#step=([^&]+)&needs=second_factor&ways=code", answer.headers["location"])
    assert found, answer.headers["location"]
    assert code_of(await choose(client, found.group(1))) == "sign_in_expired", "no password before the factor"
    body = {"step": found.group(1), "code": totp.code_at(secret, totp.step_of(clock.now()))}
    step = (await client.post("/api/sign-in/second-factor", json=body)).json()
    assert step["needs"] == "new_password"
    assert (await choose(client, step["step"])).json()["outcome"] == "entered"


async def test_nobody_learns_who_exists_or_has_an_address(browser: Browser, people: People, hub: Hub, post: Post) -> None:
    await with_mail(browser, hub, post)
    client = await browser()
    answers = [await client.post("/api/sign-in/forgotten", json={"login": login}) for login in ("mei", "desk", "nobody")]
    assert {a.status_code for a in answers} == {200}
    assert len({a.content for a in answers}) == 1
    assert [message.to for message in await post.sent()] == [MAIL]


async def test_nobodys_mailbox_is_flooded(browser: Browser, people: People, hub: Hub, post: Post) -> None:
    """Three by strangers in a quarter of an hour; the owner's own browser has three of its own."""
    home = await with_mail(browser, hub, post)
    client = await browser()
    answers = [await client.post("/api/sign-in/forgotten", json={"login": "mei"}) for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert (await home.post("/api/sign-in/forgotten", json={"login": "mei"})).status_code == 200


async def test_without_mail_it_says_so(browser: Browser, people: People, hub: Hub) -> None:
    hub.ports.fill(Mailer, MemoryMailer(()))  # type: ignore[type-abstract]
    client = await browser()
    assert code_of(await client.post("/api/sign-in/forgotten", json={"login": "mei"})) == "unavailable"
    assert (await client.get("/api/views/sign-in")).json()["view"]["can_mail"] is False


async def test_a_manager_hands_out_a_link(browser: Browser, people: People, hub: Hub, store: str, clock: ManualClock) -> None:
    manager, client = await browser(), await browser()
    await sign_in(manager, "mei")
    made = await command(manager, hub, "security.issue_reset_link", {"account_id": people["desk"]})
    path = made.json()["result"]["path"]
    assert (await sign_in(client, "desk")).json()["outcome"] == "entered", "the old one holds until another is chosen"
    await client.post("/api/sign-out")
    step = await opened(client, path)
    assert code_of(await choose(client, step, "short")) == "password_too_short"
    assert (await choose(client, step)).json()["outcome"] == "entered"
    async with hub.database.read(store) as session:
        rows = list(await session.scalars(select(LinkRow).where(LinkRow.account_id == people["desk"])))
    assert all(path.rsplit("/", 1)[1] not in row.token_hash for row in rows)


async def test_a_link_of_a_closed_account_opens_nothing(browser: Browser, people: People, hub: Hub) -> None:
    manager, client = await browser(), await browser()
    await sign_in(manager, "mei")
    made = await command(manager, hub, "security.issue_reset_link", {"account_id": people["desk"]})
    await command(manager, hub, "security.close_account", {"account_id": people["desk"]})
    answer = await client.get(made.json()["result"]["path"])
    assert answer.headers["location"] == "/sign-in?problem=link_spent"


async def test_a_link_is_spent_with_the_password_that_it_was_to_replace(browser: Browser, people: People, hub: Hub) -> None:
    manager, client = await browser(), await browser()
    await sign_in(manager, "mei")
    made = await command(manager, hub, "security.issue_reset_link", {"account_id": people["desk"]})
    await command(manager, hub, "security.issue_password", {"account_id": people["desk"]})
    answer = await client.get(made.json()["result"]["path"])
    assert answer.headers["location"] == "/sign-in?problem=link_spent"


async def test_whoevers_ways_in_change_hears_of_it(
    browser: Browser, people: People, hub: Hub, post: Post, clock: ManualClock
) -> None:
    """By mail to the confirmed address; somebody without one hears nothing, and no message holds a secret."""
    client, desk = await with_mail(browser, hub, post), await browser()
    await sign_in(desk, "desk")
    await enrolled(desk, hub, clock)
    assert await post.sent() == []
    secret, codes = await enrolled(client, hub, clock)
    body = {"present": PASSWORD, "password": NEW}
    assert (await client.post("/api/change-password", json=body)).status_code == 200
    step = (await sign_in(await browser(), "mei", NEW)).json()["step"]
    await client.post("/api/sign-in/second-factor", json={"step": step, "code": codes[0]})
    sent = await post.sent()
    assert [message.to for message in sent] == [MAIL] * 3
    told = " ".join(message.text for message in sent)
    assert all(part in told for part in ("验证器应用", "密码已更换", "备用恢复码"))
    assert not any(word in told for word in (secret, NEW, codes[0]))


async def test_whoever_reads_the_old_mailbox_hears_that_it_is_another(
    browser: Browser, people: People, hub: Hub, post: Post
) -> None:
    """Whoever had sat down at an open screen with the password would hear of everything later alone."""
    client = await with_mail(browser, hub, post)
    body = {"present": PASSWORD, "email": "other@post.example", "language": "en"}
    token = (await client.post("/api/own-mail", json=body)).json()["token"]
    await command(client, hub, "security.confirm_own_mail", {"token": token, "code": await post.code()})
    await command(client, hub, "security.forget_own_mail")
    sent = await post.sent()
    assert [message.to for message in sent] == [MAIL, "other@post.example"]
    assert all("此邮箱今后不再接收" in message.text for message in sent)


async def test_one_leaves_everywhere_else(browser: Browser, people: People, hub: Hub) -> None:
    here, there, others = await browser(), await browser(), await browser()
    for client, login in ((here, "mei"), (there, "mei"), (others, "desk")):
        await sign_in(client, login)
    places = (await here.get("/api/views/me")).json()["view"]["places"]
    assert sorted(place["is_here"] for place in places) == [False, True]
    assert code_of(await here.post("/api/end-sessions", json={"present": "wrong"})) == "wrong_password"
    assert await is_signed_in(there), "an unattended screen ends nobody's session"
    left = await here.post("/api/end-sessions", json={"present": PASSWORD})
    assert left.json() == {"sessions": 1}
    assert [await is_signed_in(client) for client in (here, there, others)] == [True, False, True]
    assert len((await here.get("/api/views/me")).json()["view"]["places"]) == 1


async def test_one_session_is_ended_and_only_ones_own(browser: Browser, people: People, hub: Hub) -> None:
    here, there, others = await browser(), await browser(), await browser()
    for client, login in ((here, "mei"), (there, "mei"), (others, "desk")):
        await sign_in(client, login)
    [theirs] = (await others.get("/api/views/me")).json()["view"]["places"]
    foreign = await here.post("/api/end-sessions", json={"present": PASSWORD, "session_id": theirs["id"]})
    assert code_of(foreign) == "not_found"
    places = (await here.get("/api/views/me")).json()["view"]["places"]
    mine = next(place["id"] for place in places if place["is_here"])
    assert code_of(await here.post("/api/end-sessions", json={"present": PASSWORD, "session_id": mine})) == "not_found"
    other = next(place["id"] for place in places if not place["is_here"])
    assert (await here.post("/api/end-sessions", json={"present": PASSWORD, "session_id": other})).json() == {"sessions": 1}
    assert [await is_signed_in(client) for client in (here, there, others)] == [True, False, True]
    assert code_of(await (await browser()).post("/api/end-sessions", json={"present": PASSWORD})) == "not_signed_in"
