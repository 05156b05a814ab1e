"""The waiting room's screen: calls within a second, codes instead of names, and the truth about its own age."""

from __future__ import annotations

import asyncio
import re

from playwright.async_api import Page, WebSocketRoute, expect

from tests.e2e.conftest import Open, Salon, at_rest

TV = (1920, 1080)


async def font_px(page: Page, selector: str) -> float:
    size = await page.locator(selector).first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert isinstance(size, int | float)
    return float(size)


async def test_a_call_appears_with_its_code_and_place_and_goes_when_answered(salon: Salon, open_page: Open) -> None:
    page = await open_page(await salon.link("waiting-room"), *TV)
    await expect(page.get_by_text("Please take a seat")).to_be_visible()
    walked = await salon.walk_in("CUTM", name="王雅琴")
    await expect(page.get_by_label("Waiting").get_by_text(str(walked["code_number"])).first).to_be_visible()
    day = await salon.until(lambda day: any(i.phases[0].place_id for b in day.bookings for i in b.items))
    place = day.place(day.bookings[0].items[0].phases[0].place_id)
    assert place is not None
    await salon.send("visits.call_customer", visit_id=walked["visit_id"], place_id=place.id)
    call = page.locator(".call")
    await expect(call).to_contain_text(place.name.en)
    await expect(call).to_contain_text(str(walked["code_number"]))
    assert await font_px(page, ".call .tile") >= 120
    assert await font_px(page, ".call-place") >= 72
    await salon.send("visits.enter_room", visit_id=walked["visit_id"])
    await expect(call).to_have_count(0)
    await expect(page.locator(".recent")).to_contain_text(place.name.en)


async def test_three_calls_with_long_names_keep_who_and_where_apart(salon: Salon, open_page: Open) -> None:
    await salon.send("catalog.set_house_rules", waiting_room_name="surname_title")
    page = await open_page(await salon.link("waiting-room"), *TV)
    names = ("王雅琴", "Emma Featherstonehaugh-Cholmondeley-Wriothesley", "Wu Di")
    visits = [await salon.walk_in(code, name) for code, name in zip(("CUTM", "GELN", "HYDR"), names, strict=True)]
    places = [place.id for place in (await salon.day()).places]
    for visit, place in zip(visits, (places[0], places[7], places[6]), strict=True):
        await salon.send("visits.call_customer", visit_id=visit["visit_id"], place_id=place)
    await expect(page.locator(".call")).to_have_count(3)
    boxes = """() => [...document.querySelectorAll('.call')].map((call) => {
        const [card, who, where] = [call, call.querySelector('.code-word'), call.querySelector('.call-place')]
            .map((e) => e.getBoundingClientRect());
        return [who.bottom - where.top, who.right - card.right, where.right - card.right, where.bottom - card.bottom];
    })"""
    assert all(beyond <= 1 for call in await at_rest(page, boxes) for beyond in call)
    footer = await at_rest(
        page,
        "() => document.querySelector('.room-foot').getBoundingClientRect().top - "
        "Math.max(...[...document.querySelectorAll('.call')].map((e) => e.getBoundingClientRect().bottom))",
    )
    assert footer >= 8
    assert await font_px(page, ".call .tile") >= 120
    assert await font_px(page, ".call-place") >= 72
    for visit in visits:
        await salon.send("visits.enter_room", visit_id=visit["visit_id"])
    await expect(page.locator(".recent li")).to_have_count(3)
    foot = """() => {
        const line = document.querySelector('.recent').getBoundingClientRect();
        const box = (li, part) => li.querySelector(part).getBoundingClientRect();
        const seen = [...document.querySelectorAll('.recent li')].filter((li) => li.getBoundingClientRect().top < line.bottom);
        const apart = seen.map((li) => box(li, '.recent-place').left - box(li, '.code').right);
        return [seen.length, Math.min(...apart), document.querySelector('.tongue').getBoundingClientRect().height];
    }"""
    seen, apart, one_line = await at_rest(page, foot)
    assert seen >= 1
    assert apart >= 0
    assert one_line < 90


async def test_no_name_and_no_service_is_in_the_page(salon: Salon, open_page: Open) -> None:
    await salon.walk_in("HYDR", name="王雅琴")
    page = await open_page(await salon.link("waiting-room"), *TV, "zh")
    await expect(page.locator(".queue-row")).to_have_count(1)
    text = await page.content()
    assert "王" not in text
    assert "补水" not in text


async def test_names_are_shown_only_where_the_store_wants_them(salon: Salon, open_page: Open) -> None:
    await salon.walk_in("HYDR", name="<script>alert(1)</script> O’Neill", title="mr")
    page = await open_page(await salon.link("waiting-room"), *TV)
    await expect(page.locator(".queue-row")).to_have_count(1)
    assert "Neill" not in await page.content()


async def test_nothing_is_smaller_than_forty_pixels(salon: Salon, open_page: Open) -> None:
    for name in ("王雅琴", "李明远", "张晓雯"):
        await salon.walk_in("CUTM", name=name)
    page = await open_page(await salon.link("waiting-room"), *TV)
    await expect(page.locator(".queue-row")).to_have_count(3)
    smallest = await page.evaluate(
        """() => Math.min(...[...document.querySelectorAll('.room *')]
            .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) && !e.closest('.unseen'))
            .map((e) => parseFloat(getComputedStyle(e).fontSize)))"""
    )
    assert smallest >= 39.9


async def test_a_lost_connection_keeps_the_last_good_state_and_says_so(salon: Salon, open_page: Open) -> None:
    walked = await salon.walk_in("CUTM")
    page = await open_page(await salon.link("waiting-room"), *TV)
    await expect(page.locator(".queue-row")).to_have_count(1)
    await page.context.set_offline(True)
    await expect(page.locator(".connection")).to_contain_text("Offline · as of", timeout=40_000)
    await expect(page.get_by_text(str(walked["code_number"])).first).to_be_visible()


async def test_a_screen_without_a_view_speaks_both_languages_and_comes_back_by_itself(salon: Salon, open_page: Open) -> None:
    link = await salon.link("waiting-room")
    page = await open_page(link, *TV)
    await expect(page.locator(".room-head")).to_be_visible()
    refused: list[str] = []
    refuses = True

    async def refuse(socket: WebSocketRoute) -> None:
        """Every request to watch is refused, in a way that does not pass by itself."""
        server = socket.connect_to_server()

        def asked(message: str | bytes) -> None:
            if refuses and isinstance(message, str) and message.startswith("42") and '"watch"' in message:
                refused.append(message)
                number = message[2 : message.index("[")]
                socket.send("43" + number + '[{"ok":false,"problem":{"code":"forbidden","status":403}}]')
            else:
                server.send(message)

        socket.on_message(asked)

    away = re.compile("/api/views/waiting-room")
    await page.route_web_socket(re.compile("socket.io"), refuse)
    await page.route(away, lambda route: route.abort())
    await page.reload()
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("This screen will be back shortly")
    await expect(alert).to_contain_text("屏幕稍后恢复")
    await expect(page.get_by_role("button")).to_have_count(0)
    asked = len(refused)
    async with asyncio.timeout(60):
        while len(refused) == asked:
            await asyncio.sleep(0.2)
    await expect(alert).to_be_visible()
    refuses = False
    await expect(page.locator(".room-head")).to_be_visible()
