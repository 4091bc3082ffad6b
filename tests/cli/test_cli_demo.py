"""The demo, as far as other programs of the machine could reach it."""

from __future__ import annotations

from pathlib import Path

import pytest
from telegram import Bot
from telegram.error import BadRequest

from bot.cli.demo import ADMIN, new_token, playing

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
