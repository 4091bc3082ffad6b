"""Moves everything from one store into an empty other one, and checks that it is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

import orjson

from bot.storage.checksum import Checksum, Documents, checksum
from bot.storage.errors import StoreError
from bot.storage.factory import is_database, needs_driver
from bot.storage.tinydb import moving as folders
from bot.storage.tinydb.ownership import check_owner


class _Source(Protocol):
    def documents(self) -> Documents:
        """All that it holds."""


async def move(source: str, target: str) -> Checksum:
    """Move everything; a data folder is named by its path, a database by its address.

    The source is left as it is. A move into a database that was broken off goes on where it was;
    one into a folder begins anew.

    Raises:
        StoreError: the source cannot be read, the target is not empty, either is in use, or what
            arrived differs from what was sent.
    """
    async with _opened(source) as opened:
        expected = await checksum(opened.documents())
        if is_database(target):
            with needs_driver():
                from bot.storage.postgres import moving_in  # noqa: PLC0415 - an extra
            found = await moving_in.fill(target, _plain(opened.documents()), expected)
        else:
            await asyncio.to_thread(check_owner, Path(target), is_new=True)
            await folders.fill(Path(target), _plain(opened.documents()))
            async with _opened(target) as arrived:
                found = await checksum(arrived.documents())
    if different := expected.differences(found):
        raise StoreError(f"what arrived differs from what was sent: {', '.join(different)}")
    return found


@asynccontextmanager
async def _opened(name: str) -> AsyncIterator[_Source]:
    if is_database(name):
        with needs_driver():
            from bot.storage.postgres.moving_out import database_source  # noqa: PLC0415 - an extra
        async with database_source(name) as source:
            yield source
        return
    await asyncio.to_thread(check_owner, Path(name))
    folder = folders.FolderSource(Path(name))
    try:
        yield folder
    finally:
        folder.close()


async def _plain(documents: Documents) -> Documents:
    """The documents as JSON has them: times as text."""
    async for kind, document in documents:
        yield kind, orjson.loads(orjson.dumps(document))
