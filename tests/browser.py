"""A real browser: one for all tests of a process, which takes two seconds of a core to start."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

_WHOLE, _SHELL = Path("/usr/bin/chromium"), Path("/usr/bin/chromium-headless-shell")

CHROMIUM = _SHELL if _SHELL.exists() else _WHOLE
"""Debian's; where it is installed, the same browser without what draws windows, which takes a third less of a core."""

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


@asynccontextmanager
async def launched(*more: str) -> AsyncIterator[Browser]:
    """A browser of its own; `more`: flags."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*FLAGS, *more])
        try:
            yield browser
        finally:
            await browser.close()


@pytest.fixture(scope="session")
async def shared_chromium() -> AsyncIterator[Browser]:
    async with launched() as browser:
        yield browser


@pytest.fixture
async def chromium(shared_chromium: Browser) -> AsyncIterator[Browser]:
    """The browser without a window; those that a test opens are closed after it."""
    yield shared_chromium
    for context in shared_chromium.contexts:
        await context.close()
