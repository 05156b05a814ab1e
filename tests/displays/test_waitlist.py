"""The two views of the waiting list: the desk's whole, a customer's own alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest

from displays import visit, waiting_place, waitlist
from hub.app import Hub, build
from hub.kernel.access import Actor
from hub.kernel.clock import ManualClock
from hub.kernel.errors import Refused
from hub.kernel.ids import SeededRandomness
from hub.operations.waitlist.queries import link_of
from hub.settings import Settings
from tests.conftest import ORIGIN, Send
from tests.operations.floor import FloorStore, at
from tests.operations.waitlist.listing import DOMAINS, Listing

SCREENS = (waitlist.screen, waiting_place.screen, visit.screen)


@pytest.fixture
async def hub(settings: Settings, clock: ManualClock) -> AsyncIterator[Hub]:
    made = build(settings, clock=clock, chance=SeededRandomness(1), domains=DOMAINS, screens=SCREENS)
    await made.prepare()
    made.ready = True  # answers without its followers and jobs, which the tests set going themselves
    yield made
    await made.close()


@pytest.fixture
def listing(hub: Hub, floor_store: FloorStore, send: Send, desk: Actor, clock: ManualClock) -> Listing:
    return Listing(floor_store.opened(hub, send, desk), clock)


async def shown(listing: Listing, name: str, actor: Actor) -> dict[str, Any]:
    viewer = listing.floor.hub.viewer
    async with viewer.moment(listing.floor.store) as moment:
        view = await viewer.show(viewer.asked(viewer.screen(name), {}, actor), moment)
    found: dict[str, Any] = orjson.loads(view.view)
    return found


async def offered(listing: Listing) -> tuple[str, str]:
    """Two wait; the first has a running offer."""
    booking = await listing.floor.book("cut", at(11), technician="lin")
    first, second = await listing.join(name="陈晨"), await listing.join(name="周舟", time_from="14:00")
    await listing.cancel(booking)
    await listing.pass_time(seconds=20)
    return first, second


async def test_the_desk_sees_who_waits_and_what_is_offered(listing: Listing) -> None:
    empty = await shown(listing, "waitlist", listing.floor.desk)
    assert (empty["waiting"], empty["gaps"]) == ([], [])
    await offered(listing)
    view = await shown(listing, "waitlist", listing.floor.desk)
    assert [(person["name"], person["offer"] is not None) for person in view["waiting"]] == [("陈晨", True), ("周舟", False)]
    assert view["waiting"][0]["phone"].startswith("+86138")
    assert view["waiting"][1]["phone"] == "", "nobody's number is opened by putting them on the list"
    assert view["waiting"][0]["offer"]["start"] == "2026-05-14T03:00:00Z"
    (gap,) = view["gaps"]
    assert (gap["cause"], gap["offered"], gap["technicians"]) == ("cancelled", True, [{"zh": "lin", "en": "lin"}])


async def test_whoever_may_not_read_names_sees_neither_name_nor_number_of_who_waits(
    listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await offered(listing)
    monkeypatch.setattr(waitlist, "may", lambda reading, permission: permission != "customers.read")
    view = await shown(listing, "waitlist", listing.floor.desk)
    assert [(person["name"], person["phone"]) for person in view["waiting"]] == [("陈**", ""), ("周**", "")]
    marketer = Actor("staff", "e" * 32, listing.floor.store, frozenset({"marketer"}))
    screen = waitlist.screen
    assert screen.audience(marketer, screen.params()) != screen.audience(listing.floor.desk, screen.params())


async def test_a_customer_sees_their_own_place_alone(listing: Listing) -> None:
    first, second = await offered(listing)
    mine = await shown(listing, "waiting-place", listing.customer(first))
    assert (mine["stage"], mine["entry_id"], mine["offer"]["start"]) == ("offered", first, "2026-05-14T03:00:00Z")
    theirs = await shown(listing, "waiting-place", listing.customer(second))
    assert (theirs["stage"], theirs["offer"], theirs["last"]) == ("waiting", None, None)
    for view in (mine, theirs):
        assert not any(word in str(view) for word in ("陈晨", "周舟", "138"))
    offer = await listing.running()
    listing.clock.set(offer.expires_at)
    over = await shown(listing, "waiting-place", listing.customer(first))
    assert (over["stage"], over["offer"]) == ("waiting", None), "an offer whose time is over shows no button"
    await listing.follow()
    after = await shown(listing, "waiting-place", listing.customer(first))
    assert after["last"] == {"start": "2026-05-14T03:00:00Z", "state": "lapsed", "reason": None}


async def test_after_a_yes_the_page_leads_to_the_visit(listing: Listing) -> None:
    first, _ = await offered(listing)
    answered = await listing.answer("accept", await listing.running())
    mine = await shown(listing, "waiting-place", listing.customer(first))
    assert (mine["stage"], mine["offer"], mine["visit_link"]) == ("booked", None, answered.result["link"])


async def test_each_link_opens_its_own_page_and_no_other(listing: Listing, http: httpx.AsyncClient) -> None:
    first, _ = await offered(listing)
    async with listing.floor.hub.database.read(listing.floor.store) as session:
        token = await link_of(session, listing.floor.hub.vault, first)
    assert token is not None

    async def asked(screen: str, credential: str) -> httpx.Response:
        return await http.get(f"{ORIGIN}/api/views/{screen}", headers={"Authorization": f"Visit {credential}"})

    assert (await asked("waiting-place", token)).json()["view"]["entry_id"] == first
    assert (await asked("visit", token)).json()["code"] == "not_found"
    visit_link = (await listing.answer("accept", await listing.running())).result["link"]
    assert (await asked("visit", visit_link)).status_code == 200
    assert (await asked("waiting-place", visit_link)).json()["code"] == "not_found"
    forged = token[:-3] + ("aaa" if not token.endswith("aaa") else "bbb")
    assert (await asked("waiting-place", forged)).json()["code"] == "not_signed_in"


async def test_the_desks_list_is_not_for_customers(listing: Listing) -> None:
    first, _ = await offered(listing)
    with pytest.raises(Refused) as refusal:
        await shown(listing, "waitlist", listing.customer(first))
    assert refusal.value.kind.code == "forbidden"
