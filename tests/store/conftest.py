from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from store_samples import clock

from bot.store.protocol import Store
from bot.store.tinydb import open_store

Opener = Callable[[], Awaitable[Store]]


@pytest.fixture(params=["tinydb"])
async def reopen(request, tmp_path) -> AsyncIterator[Opener]:
    """Opens the store; called again, as a process that starts after a kill would.

    A kill is played by letting go of the lock and of the files and writing nothing more.
    """
    opened: list = []

    async def again() -> Store:
        if opened:
            opened[-1]._writer._folder._release()
            opened[-1]._writer._thread.shutdown()
        opened.append(await open_store(tmp_path / "data", clock))
        return opened[-1]

    yield again
    await opened[-1].close()


@pytest.fixture
async def store(reopen) -> Store:
    return await reopen()
