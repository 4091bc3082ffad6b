"""The demo, as far as other programs of the machine could reach it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from telegram import Bot
from telegram.error import BadRequest

from bot.cli.demo import _PEOPLE, ADMIN, new_token, playing

LIGHTHOUSE = Path(__file__).parents[1] / "fixtures" / "lighthouse.json"


async def test_the_demo_takes_no_webhook_and_has_a_token_of_its_own(tmp_path: Path) -> None:
    async with playing(port=0, data=tmp_path, content=None) as (playground, _):
        token = playground.token
        async with Bot(token, base_url=f"{playground.url}/bot") as bot:
            with pytest.raises(BadRequest, match="does not deliver to this address"):
                await bot.set_webhook("http://127.0.0.1:1/hook")
    assert token != new_token() != new_token()
    assert len(token) > 40


async def test_the_people_speak_the_languages_of_the_content(tmp_path: Path) -> None:
    async with playing(port=0, data=tmp_path, content=LIGHTHOUSE) as (playground, bot):
        people = playground.world.users.values()
        spoken = {user.id: user.language_code for user in people if not user.is_bot}
        assert spoken == {101: "en", 103: "tr", ADMIN: "en"}
        assert list(bot.context.languages) == ["en", "tr"]


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="module")
async def test_a_press_sends_an_alert_in_every_language(tmp_path: Path, browser: Browser) -> None:
    """From the open page to an alert in each language: one press, and less than 15 seconds."""
    async with playing(port=0, data=tmp_path, content=None) as (playground, bot):
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        await page.goto(playground.url)
        await page.wait_for_selector("body[data-ready]")
        phones = page.locator(".phone")
        for phone in await phones.all():  # all are in view
            box = await phone.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= 1440
        before = {user: len(playground.world.answers(user)) for user in playground.world.users}
        async with asyncio.timeout(15):
            await page.locator("#strip .step").click()
            for language, (user_id, _) in _PEOPLE.items():
                await playground.world.wait_for(
                    lambda user=user_id: len(playground.world.answers(user)) > before[user]
                )
                alert = playground.world.answers(user_id)[-1]
                recorded = bot.context.languages[language].gettext("Recorded: {moment}", moment="")
                assert recorded in alert.get("text", alert.get("caption", ""))
        await expect(page.locator("#strip [aria-current=step]")).to_contain_text("each language")
        assert not playground.violations
        await page.close()
