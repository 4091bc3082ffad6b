from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from loopback_api import LoopbackApi


@pytest_asyncio.fixture
async def api() -> AsyncIterator[LoopbackApi]:
    server = LoopbackApi()
    await server.start()
    yield server
    await server.stop()
