from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

os.environ.setdefault("BRIEFING_EMBEDDINGS", "none")  # words alone are fast; some tests set it

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[object]:
    """The machine's own Chromium, headless. Without one: a skip; in CI a failure.

    It lives on its module's event loop: tests that use it are marked with that loop's scope.
    """
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        required = os.environ.get("CI") == "true" or os.environ.get("BRIEFING_REQUIRE_BROWSER")
        (pytest.fail if required else pytest.skip)("no Chromium on this machine")
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield browser
        await browser.close()
