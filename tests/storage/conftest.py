from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
from postgres_server import emptied, postgres
from store_samples import clock, kill

from bot.storage.postgres import open_postgres
from bot.storage.protocol import Store
from bot.storage.tinydb import open_store

Opener = Callable[[], Awaitable[Store]]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL that the tests have for themselves."""
    with postgres() as url:
        yield url


@pytest.fixture
def database(server) -> str:
    """The address of an empty database."""
    return emptied(server)


@pytest.fixture(params=["tinydb", "postgres"])
async def reopen(request, tmp_path) -> AsyncIterator[Opener]:
    """Opens the store; called again, as a process would that starts after a kill."""
    opened: list = []
    url = request.getfixturevalue("database") if request.param == "postgres" else ""

    async def again() -> Store:
        if opened:
            await kill(opened[-1])
        opened.append(
            await (open_postgres(url, clock) if url else open_store(tmp_path / "data", clock))
        )
        return opened[-1]

    yield again
    await opened[-1].close()


@pytest.fixture
async def store(reopen) -> Store:
    return await reopen()
