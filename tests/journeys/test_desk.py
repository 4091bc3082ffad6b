"""From an item of a feed to a suggestion, a draft, an alert; decisions; what readers see."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import orjson
import pytest
from stage import ADMIN, ANNA, Stage, has

sys.path.append(str(Path(__file__).parents[1] / "feeds"))

from feed_server import feed_server, rss, rss_item

from bot.feeds import reader
from bot.feeds.model import Verdict

CONSULATE = "Turkish consulate general in Shusha opens its doors"
LEAD = "The new consulate general of Türkiye in Shusha received its first visitors on Monday."


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(reader, "_LOOK", 0.05)


@asynccontextmanager
async def desk(tmp_path, **overrides):
    """A stage with a feed at ``/feed``; read again when the clock moves on."""
    async with feed_server() as server:
        stage = Stage(
            tmp_path / "data", feeds=f"azertac={server.url}/feed", feeds_private=True, **overrides
        )
        stage.server = server
        server.publish("/feed", rss())
        await stage.open()
        try:
            yield stage
        finally:
            await stage.close()
            assert not stage.playground.violations


def item(stage, title=CONSULATE, lead=LEAD, **fields):
    link = fields.pop("link", f"https://example.org/{abs(hash(title))}")
    return rss_item(title, lead=lead, link=link, date=stage.clock.now(), **fields)


async def suggested(stage, count, timeout=20.0):
    """Wait until so many suggestions are kept."""
    async with asyncio.timeout(timeout):
        while len(found := await stage.bot.context.store.suggestions()) < count:  # noqa: ASYNC110 - a real bot is waited for
            await asyncio.sleep(0.02)
    return found


async def publish(stage, *items, count):
    stage.server.publish("/feed", rss(*items))
    stage.move_clock(minutes=20)
    return await suggested(stage, count)


async def messages(stage, chat, count, timeout=20.0):
    await stage.world.wait_for(lambda: len(stage.world.answers(chat)) >= count or None, timeout)
    return stage.world.answers(chat)


async def test_an_item_becomes_a_suggestion_a_draft_and_an_alert(tmp_path):
    async with desk(tmp_path) as stage:
        await stage.say(ANNA, "/subscribe")
        await stage.press(ANNA, stage.last(ANNA), "Всё")
        page = await stage.say(ADMIN, "/inbox")
        assert "No suggestion" in page["text"]
        hours = await stage.press(ADMIN, page, "Daily at 09:00")
        await stage.press(ADMIN, hours, "As soon as")
        before = len(stage.world.answers(ADMIN))
        await publish(stage, item(stage), count=1)
        page = (await messages(stage, ADMIN, before + 1))[-1]
        assert "Suggestion 1 of 1" in page["text"]
        assert CONSULATE in page["text"]
        assert "15. Turkish consulate general in Shusha" in page["text"]
        assert "AZERTAC" in page["text"]
        assert "Azerbaijan" in page["text"]
        asked = await stage.press(ADMIN, page, "Draft")
        assert "Turkish consulate general in Shusha" in asked["text"]
        asked = stage.last(ADMIN)
        asked = await stage.press(ADMIN, asked, "Started")
        asked = stage.last(ADMIN)
        await stage.press(ADMIN, asked, "Without")
        asked = stage.last(ADMIN)
        await stage.press(ADMIN, asked, "Send to")
        [alert] = await stage.alerts(ANNA, 1)
        assert "example.org" in str(alert)
        event = stage.bot.context.state.board.provision("consulate_shusha").last_event
        [evidence] = event.evidence
        assert (evidence.headline, evidence.publisher) == (CONSULATE, "azertac")
        assert evidence.quote
        assert len(evidence.quote.split()) <= 25
        [kept] = await stage.bot.context.store.suggestions()
        assert kept.verdict is Verdict.DRAFT
        assert "No suggestion" in (await stage.say(ADMIN, "/inbox"))["text"]


async def test_the_hour_that_an_admin_chose_is_shown_and_erased(tmp_path):
    async with desk(tmp_path) as stage:
        hours = await stage.press(ADMIN, await stage.say(ADMIN, "/inbox"), "Daily at 09:00")
        await stage.press(ADMIN, hours, "07:00")
        sent = await stage.say(ADMIN, "/mydata")
        shown = stage.world.files.get(sent["document"]["file_id"]).upload.content
        assert orjson.loads(shown)["desk"]["hour"] == 7
        question = await stage.say(ADMIN, "/forgetme")
        await stage.press(ADMIN, question, "Erase everything")
        page = await stage.say(ADMIN, "/inbox")
        assert has(page, "Daily at 09:00")
