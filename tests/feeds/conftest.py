from __future__ import annotations

import pytest
from feed_server import feed_server


@pytest.fixture
async def server():
    async with feed_server() as found:
        yield found
