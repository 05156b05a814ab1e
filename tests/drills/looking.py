"""What the tour of payloads looks for on a page: what ran or was stopped, what became an element, what is too wide."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from playwright.async_api import Error, Page

WATCH = """
window.__hits = []; window.__breaches = [];
window.hit = (number) => { window.__hits.push(number); };
window.alert = window.confirm = window.prompt = () => { window.__hits.push("dialog"); };
document.addEventListener("securitypolicyviolation", (e) => window.__breaches.push(`${e.effectiveDirective} ${e.blockedURI}`));
"""
"""Runs before everything else of a page; `hit` is what the payloads call."""

LOOK = """
() => {
  const all = [...document.querySelectorAll("*")];
  const named = (e, name) => (e.getAttribute(name) ?? "").replace(/[\\s\\u0000-\\u001f]/g, "").toLowerCase();
  const said = (e) => `<${e.localName} ${[...e.attributes].map((a) => a.name).join(" ")}>`;
  const leading = ["href", "src", "action", "formaction", "xlink:href"];
  const screen = document.documentElement;
  const values = [...document.querySelectorAll("input, textarea, option")].map((e) => e.value ?? "");
  const words = all.flatMap((e) => ["aria-label", "title", "placeholder", "alt"].map((name) => e.getAttribute(name) ?? ""));
  return {
    hits: window.__hits, breaches: window.__breaches,
    handlers: all.filter((e) => [...e.attributes].some((a) => a.name.startsWith("on"))).map(said),
    addresses: all.filter((e) => leading.some((name) => named(e, name).startsWith("javascript:"))).map(said),
    bred: all.filter((e) => e.matches("script:not([src]), iframe, object, embed, base, img[src='x'], main style")).map(said),
    wide: screen.scrollWidth - screen.clientWidth,
    text: [document.body.textContent, ...values, ...words].join("\\n"),
  };
}
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One look."""

    faults: list[str] = field(default_factory=list)
    text: str = ""

    def has(self, payload: str) -> bool:
        """Whether the payload stands there letter by letter, but for blanks and composition."""
        return plain(payload) in self.text


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text))


async def look(page: Page) -> Seen:
    """The page as it stands now."""
    try:
        found = await page.evaluate(LOOK)
    except Error:  # it is on its way to another page
        await page.wait_for_load_state()
        found = await page.evaluate(LOOK)
    faults = [f"ran: {number}" for number in found["hits"]]
    faults += [f"breach of the policy: {breach}" for breach in found["breaches"]]
    faults += [f"became a handler: {element}" for element in found["handlers"]]
    faults += [f"became an address: {element}" for element in found["addresses"]]
    faults += [f"became an element: {element}" for element in found["bred"]]
    if found["wide"] > 0:
        faults.append(f"{found['wide']} pixels too wide")
    await page.evaluate("() => { window.__hits.length = 0; window.__breaches.length = 0; }")
    return Seen(faults, plain(found["text"]))
