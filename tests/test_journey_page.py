"""The whole bot on the chat page: follow, change, alerts in four languages, undo, block, return."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.cli.demo import ADMIN, playing

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

CONTENT = Path(__file__).parents[1] / "content" / "provisions.json"
READERS = {101: "en", 102: "az", 103: "tr", 104: "ru"}
EMMA = 101


def first_provision():
    return json.loads(CONTENT.read_text("utf-8"))["provisions"][0]


def phone_of(page, user_id):
    return page.locator(f".phone[data-user='{user_id}']")


def newest(phone):
    return phone.locator(".message.theirs").last


async def write(phone, text):
    field = phone.get_by_role("textbox")
    await field.fill(text)
    await field.press("Enter")


async def test_follow_change_alert_undo_block_return(browser, tmp_path):
    expect.set_options(timeout=15_000)  # a busy machine paces alerts slowly
    provision = first_provision()
    titles = provision["title"]
    async with playing(port=0, data=tmp_path, content=CONTENT) as (playground, _):
        page = await browser.new_page(viewport={"width": 1600, "height": 900})
        await page.goto(playground.url)
        for reader in READERS:
            await write(phone_of(page, reader), "/subscribe all")

        admin = phone_of(page, ADMIN)
        today = playground.clock.now().date().isoformat()
        source = "https://example.org/opened"
        await write(admin, f"/update {provision['number']} done {today} {source} It was opened.")
        await expect(newest(admin)).to_contain_text(titles["en"])
        await newest(admin).get_by_role("button", name="Send to 4 chats").click()
        for reader, language in READERS.items():
            alert = newest(phone_of(page, reader))
            await expect(alert).to_contain_text(titles[language])
            await expect(alert.get_by_role("link", name="example.org")).to_be_visible()
        await expect(newest(admin)).to_contain_text("It has reached 4 of 4 chats.")

        emma = phone_of(page, EMMA)
        await emma.get_by_role("switch").click()
        await expect(emma.get_by_role("switch")).to_be_checked()
        before = len(playground.world.messages(EMMA))
        await newest(admin).get_by_role("button", name="Take it back").click()
        await expect(newest(admin)).to_contain_text("Take back the last change?")
        await newest(admin).get_by_role("button", name="Take it back").click()
        for reader, language in READERS.items():
            if reader != EMMA:
                alerts = phone_of(page, reader).locator(".message", has_text=titles[language])
                await expect(alerts).to_have_count(2)
        assert len(playground.world.messages(EMMA)) == before

        await emma.get_by_role("button", name="Restart").click()
        await expect(emma.locator(".message.own").last).to_contain_text("/start")
        await expect(newest(emma)).to_contain_text(re.compile(r"\w"))
        assert playground.world.users[EMMA].blocked is False
        assert playground.violations == []
        await page.close()
