from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from store_samples import clock, kill

from bot.store.protocol import Store
from bot.store.tinydb import open_store

Opener = Callable[[], Awaitable[Store]]


@pytest.fixture(params=["tinydb"])
async def reopen(request, tmp_path) -> AsyncIterator[Opener]:
    """Opens the store; called again, as a process would that starts after a kill."""
    opened: list = []

    async def again() -> Store:
        if opened:
            kill(opened[-1])
        opened.append(await open_store(tmp_path / "data", clock))
        return opened[-1]

    yield again
    await opened[-1].close()


@pytest.fixture
async def store(reopen) -> Store:
    return await reopen()
