from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from loopback_api import TOKEN, LoopbackApi
from telegram.ext import ExtBot

from bot.telegram.api import Api
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.transport import AiohttpRequest


@pytest_asyncio.fixture
async def api() -> AsyncIterator[LoopbackApi]:
    server = LoopbackApi()
    await server.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture
async def bot(api: LoopbackApi) -> AsyncIterator[ExtBot]:
    """A bot of that API with a rate limiter that hardly limits."""
    bot = ExtBot(
        TOKEN,
        base_url=api.base,
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(connections=1),
        rate_limiter=RateLimiter(rate=1000, chat_seconds=0, group_count=1000),
    )
    async with bot:
        yield bot


@pytest_asyncio.fixture
async def sender(bot: ExtBot) -> Api:
    return Api(bot)
