"""The short tour of payloads, and its twins: with the guards off the payloads run, and the tour sees it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser

from hub.gateway.headers import CONTENT_SECURITY_POLICY
from tests.browser import CHROMIUM
from tests.drills.fields import is_field, paths_of, text_fields
from tests.drills.looking import WATCH, Seen, look
from tests.drills.payloads import KINDS, SHORTEST, payload
from tests.drills.recipes import NOT_TOURED, is_excused
from tests.drills.touring import STOPS, pages_of_the_build, tour

RUNNING = ("handler", "script", "vector")


@pytest.mark.drill
@pytest.mark.timeout(900)
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}")
@pytest.mark.skipif(not pages_of_the_build(), reason="the front end is not built")
async def test_every_field_and_page_is_toured_and_nothing_runs(tmp_path: Path) -> None:
    report = await tour(tmp_path, kinds=("handler",), presses=2)
    assert report.kept, "\n".join([str(report), *report.wrong])
    assert len(report.seen) >= 20, sorted(report.seen)


def test_fields_are_found_in_the_registry_and_every_excuse_is_of_one() -> None:
    fields = text_fields()
    assert {"bookings.put_customer:name", "catalog.put_service:category.zh", "imports.keep_rows:rows[].cells.*"} <= set(fields)
    assert not any(name.startswith(("planning.adopt_plan", "audit.note_")) for name in fields), "the hub's own"
    stale = [name for name in NOT_TOURED if not name.startswith("*:") and name not in fields]
    assert stale == []
    assert not is_excused("bookings.put_customer:name"), "a field is toured unless it is named"
    assert not is_excused("catalog.put_service:code"), "what is a secret elsewhere is none here"


def test_every_page_of_the_build_has_its_stop() -> None:
    if not pages_of_the_build():
        pytest.skip("the front end is not built")
    assert pages_of_the_build() == {stop.page for stop in STOPS}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_fits_the_shortest_field_and_bears_its_fields_number(kind: str) -> None:
    short = payload(kind, 123, SHORTEST)
    assert len(short) <= SHORTEST
    assert "123" in short


def test_a_commands_data_is_told_by_the_paths_of_its_fields() -> None:
    data = {"a": "1", "b": [{"c": "2"}, {"c": "3"}], "d": {"any": "4"}}
    assert list(paths_of(data)) == [("a", "1"), ("b[].c", "2"), ("b[].c", "3"), ("d.any", "4")]
    assert is_field("d.any", "d.*")
    assert not is_field("d.any.more", "d.*")


RAN_OR_STOPPED = "() => window.__hits.length > 0 || window.__breaches.some((each) => each.startsWith('script-src'))"


async def put_raw(chromium: Browser, kind: str, policy: str | None) -> Seen:
    """A page that takes a payload for HTML, with the hub's policy or with none, once it has run or was stopped."""

    async def answer(route) -> None:  # type: ignore[no-untyped-def]
        html = f"<!doctype html><title>x</title><main>{payload(kind, 7, 200)}</main>"
        await route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": policy} if policy else {})

    page = await chromium.new_page(service_workers="block")
    await page.add_init_script(WATCH)
    await page.route("**/raw", answer)
    await page.goto("http://raw.test/raw", wait_until="load")
    async with asyncio.timeout(20):
        while not await page.evaluate(RAN_OR_STOPPED):
            await asyncio.sleep(0.02)
    await page.wait_for_timeout(200)
    seen = await look(page)
    await page.close()
    return seen


@pytest.mark.drill
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}")
@pytest.mark.parametrize("kind", RUNNING)
async def test_without_escaping_and_without_the_policy_a_payload_runs_and_is_seen(chromium: Browser, kind: str) -> None:
    """The twin of both guards."""
    faults = (await put_raw(chromium, kind, None)).faults
    assert "ran: 7" in faults
    assert any(fault.startswith("became") for fault in faults)


@pytest.mark.drill
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}")
@pytest.mark.parametrize("kind", RUNNING)
async def test_without_escaping_the_policy_stops_it_and_the_breach_is_seen(chromium: Browser, kind: str) -> None:
    faults = (await put_raw(chromium, kind, CONTENT_SECURITY_POLICY)).faults
    assert not any(fault.startswith("ran") for fault in faults)
    assert any(fault.startswith("breach of the policy: script-src") for fault in faults)


@pytest.mark.drill
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}")
async def test_a_page_that_grows_too_wide_and_a_link_that_runs_are_seen(chromium: Browser) -> None:
    page = await chromium.new_page(service_workers="block", viewport={"width": 390, "height": 800})
    await page.add_init_script(WATCH)
    await page.goto("about:blank")
    await page.set_content(f"<main><a href='java\tscript:hit(1)'>x</a>{payload('long', 7, 200)}</main>")
    faults = (await look(page)).faults
    await page.close()
    assert any(fault.endswith("pixels too wide") for fault in faults)
    assert any(fault.startswith("became an address") for fault in faults)
