from __future__ import annotations

from datetime import UTC, datetime

import pytest_asyncio

from bot.playground.clock import PlayClock
from bot.playground.server import Playground

TOKEN = "700:play-token"


@pytest_asyncio.fixture
async def playground():
    playground = Playground(TOKEN, PlayClock(datetime(2026, 7, 1, 9, tzinfo=UTC)))
    await playground.start()
    yield playground
    await playground.stop()


@pytest_asyncio.fixture
async def world(playground):
    return playground.world
