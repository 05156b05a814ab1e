"""What leaves the house after the tour of payloads: spreadsheets, copies, the calendar's entry and mails stay neutral."""

from __future__ import annotations

import email
import email.policy
import io
import re
import uuid
import zipfile
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser

from hub.kernel.access import Actor
from tests.drills.looking import WATCH, look
from tests.drills.recipes import Scene
from tests.roles import session_of

FORMULA = re.compile(r"^\s*[=+\-@\t\r]")
"""How a cell begins that a spreadsheet takes for a formula (OWASP, CSV injection)."""

HEADERS = {
    "to",
    "from",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "auto-submitted",
}


async def faults_of_exports(scene: Scene, chromium: Browser) -> list[str]:
    """What is wrong with the files; empty where nothing is."""
    token = await session_of(scene.salon.hub, scene.salon.hub.store_id, "manager", scene.made["manager"])
    headers = {"Origin": scene.salon.url, "X-Requested-With": "salon-hub", "Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=scene.salon.url, headers=headers) as client:
        faults = await _customer_list(scene, client)
        faults += await _copy(scene, client, chromium)
    faults += await _record(scene, chromium, token)
    return faults + _mails(scene.salon.hub.settings.mail_folder)


async def _customer_list(scene: Scene, client: httpx.AsyncClient) -> list[str]:
    """The spreadsheet of all customers, allowed by a second person: cells of text, no formulas."""
    store = scene.salon.hub.store_id
    manager = Actor("staff", scene.made["manager"], store, frozenset({"manager"}))
    second = Actor("staff", "5" * 32, store, frozenset({"accountant"}))
    asked = await scene.salon.hub.door.send("privacy.ask_list", {"reason": "audit"}, manager, uuid.uuid4().hex)
    approval = {"approval_id": asked.result["approval_id"]}
    await scene.salon.hub.door.send("privacy.approve", approval, second, uuid.uuid4().hex)
    answer = await client.post("/api/privacy/customer-list", json={"id": uuid.uuid4().hex, **approval})
    if answer.status_code != 200:
        return [f"the list of customers: {answer.status_code}"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        shared = book.read("xl/sharedStrings.xml").decode()
    if "hit(" not in shared and scene.kind == "handler":
        return ["the list of customers holds no payload: nothing was shown"]
    return ["the list of customers holds formulas"] * ("<f>" in sheet or "<hyperlink" in sheet)


async def _copy(scene: Scene, client: httpx.AsyncClient, chromium: Browser) -> list[str]:
    """A customer's copy as a page: opened from a file, where no policy stands by."""
    body = {"id": uuid.uuid4().hex, "customer_id": scene.made["customer"], "form": "page"}
    answer = await client.post("/api/privacy/copy", json=body)
    if answer.status_code != 200:
        return [f"the copy: {answer.status_code}"]
    page = await chromium.new_page(service_workers="block")
    await page.add_init_script(WATCH)
    await page.goto("about:blank")
    await page.set_content(answer.text)
    seen = await look(page)
    await page.close()
    shown = seen.has(scene.text("security.put_own_profile:note")) or scene.kind in {"header", "long"}
    return [f"the copy: {fault}" for fault in seen.faults if "too wide" not in fault] + ["the copy holds no payload"] * (
        not shown
    )


async def _record(scene: Scene, chromium: Browser, token: str) -> list[str]:
    """The lines of the log as CSV."""
    context = await chromium.new_context(service_workers="block", locale="en-GB", viewport={"width": 1280, "height": 900})
    await context.add_cookies([{"name": "salon_hub", "value": token, "url": scene.salon.url}])
    page = await context.new_page()
    await page.goto(f"{scene.salon.url}/audit")
    await page.locator(".audit-row").first.wait_for()
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Save as CSV").click()
    text = Path(await (await download.value).path()).read_text(encoding="utf-8-sig")
    await context.close()
    cells = re.findall(r'"((?:[^"]|"")*)"', text)
    return [f"the record's file has a formula: {cell[:40]!r}" for cell in cells if FORMULA.match(cell)]


def _mails(folder: Path | None) -> list[str]:
    faults = []
    for file in sorted((folder or Path()).glob("*.eml")) if folder and folder.exists() else []:
        mail: Any = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        strange = {name.lower() for name in mail} - HEADERS
        if strange or len(mail.get_all("to", [])) != 1 or "evil.test" in str(mail["to"]):
            faults.append(f"a mail has headers of its own: {sorted(strange)}")
    return faults
