"""All the way out: messages, pacing and HTTP against the playground's Bot API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from markupsafe import Markup
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.alerts.model import Result
from bot.alerts.rate_scheduler import Priority
from bot.playground.clock import PlayClock
from bot.playground.faults import Fault, flood
from bot.playground.server import Playground
from bot.subscribers.chat import Address
from bot.subscribers.pauses import Obstacle
from bot.telegram.api import Api
from bot.telegram.error_mapping import outcome_of
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.transport import AiohttpRequest
from bot.views.callbacks import Close
from bot.views.message import Button, Message, Style

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
RICH = Message(
    Markup(
        'Since <tg-time unix="1750000000" format="D">15 June 2025</tg-time>'
        "<blockquote expandable>A long wording</blockquote>"
    ),
    (
        (Button("Yes", action=Close(), style=Style.SUCCESS), Button("Site", url="https://a.test/")),
        (Button("Copy", copy="a quote"), Button("Share", share="p1")),
    ),
)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Playground]:
    server = Playground("700:play-token", PlayClock(NOW))
    await server.start()
    for number in range(1, 41):
        server.world.person(number, f"P{number}", "en")
    server.world.group(-100, "Forum", members=[1], forum=True)
    yield server
    await server.stop()
    assert server.violations == []


@pytest_asyncio.fixture
async def sender(server: Playground) -> AsyncIterator[Api]:
    base = f"{server.url}/bot"
    for number in range(1, 41):
        await server.world.say(number, "/start")
    bot = ExtBot(
        server.token,
        base_url=base,
        request=AiohttpRequest(read_timeout=0.5),
        get_updates_request=AiohttpRequest(connections=1),
        rate_limiter=RateLimiter(rate=200, chat_seconds=0.02),
    )
    async with bot:
        yield Api(bot)


async def attempt(sender: Api, chat_id: int) -> Result:
    try:
        await sender.send(Address(chat_id), RICH, priority=Priority.ALERT)
    except TelegramError as error:
        return outcome_of(error, NOW).result
    return Result.SENT


async def test_all_that_a_message_can_hold_is_taken(server: Playground, sender: Api):
    sent = await sender.send(Address(1), RICH)
    assert server.world.answers(1)[-1]["text"] == "Since 15 June 2025A long wording"
    assert await sender.edit(1, sent, Message(Markup("<b>New</b>")))
    assert await sender.edit(1, sent, Message(Markup("<b>New</b>")))
    assert not await sender.edit(1, 9_999, RICH)
    await sender.send_document(Address(1), b"a,b\n", "öhdəlik.csv", RICH)
    assert server.world.answers(1)[-1]["document"]["file_name"] == "öhdəlik.csv"
    await sender.send(Address(1), RICH, reply_to=9_999)
    assert "reply_to_message" not in server.world.answers(1)[-1]


async def test_each_failure_in_a_broadcast_is_its_chat_s_own(server: Playground, sender: Api):

    server.faults.add(flood(30, chat_id=3))
    server.faults.add(Fault("error", chat_id=4, code=502, description="Bad Gateway"))
    server.faults.add(Fault("reset_before", chat_id=5))
    server.faults.add(Fault("reset_after", chat_id=6))
    server.faults.add(Fault("timeout", chat_id=7))
    server.world.block(8, True)
    results = await asyncio.gather(*(attempt(sender, chat) for chat in range(1, 41)))
    by_chat = dict(enumerate(results, start=1))
    assert {chat: item for chat, item in by_chat.items() if item is not Result.SENT} == {
        3: Result.RETRY,
        4: Result.RETRY,
        5: Result.AMBIGUOUS,
        6: Result.AMBIGUOUS,
        7: Result.AMBIGUOUS,
        8: Result.GONE,
    }
    assert await attempt(sender, 404_404) is Result.PAUSED


async def test_a_forum_topic_that_is_no_more(server: Playground, sender: Api):
    with pytest.raises(TelegramError) as caught:
        await sender.send(Address(-100, 4_444), RICH, priority=Priority.ALERT)
    assert outcome_of(caught.value, NOW).obstacle is Obstacle.TOPIC_GONE
    await sender.send(Address(-100, 4_444), RICH)
    answer = server.world.answers(-100)[-1]
    assert "message_thread_id" not in answer, "an answer comes in the group itself"


async def test_a_flood_wait_tells_when_to_come_again(server: Playground, sender: Api):
    server.faults.add(flood(900))
    with pytest.raises(TelegramError) as caught:
        await sender.send(Address(1), RICH, priority=Priority.ALERT)
    assert outcome_of(caught.value, NOW).retry_at == NOW + timedelta(seconds=900)
