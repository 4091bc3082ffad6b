"""All that a data folder holds, out of it and into a new one."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

from bot.storage.checksum import Document, Documents
from bot.storage.errors import StoreError
from bot.storage.tinydb.folder import KINDS, DataFolder, tables
from bot.storage.tinydb.inbox import NAME, InboxFile
from bot.storage.tinydb.migrations import SCHEMA
from bot.storage.tinydb.state import State
from bot.storage.tinydb.storage import store_error


class FolderSource:
    """A data folder, locked and read."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            StoreError: there is none, it is in use, or damaged.
        """
        if not path.is_dir():
            raise StoreError(f"there is no data folder {path}")
        self._folder = DataFolder(path, SCHEMA)
        self._state = self._folder.open()
        inbox = InboxFile(path / NAME)
        waiting = inbox.open()
        inbox.close()
        if any(update.update_id not in self._state.handled for update, _ in waiting):
            self.close()
            raise StoreError("updates wait to be handled: start the bot, and stop it in order")

    async def documents(self) -> Documents:
        """All that it holds."""
        for kind, document in _documents(self._state):
            yield kind, document

    def close(self) -> None:
        """Let go of it."""
        self._folder.close(self._state)


def _documents(state: State) -> Iterator[tuple[str, Document]]:
    for kinds in tables(state).values():
        for kind, table in kinds.items():
            for number in table:
                yield kind, dict(table[number])


async def fill(path: Path, documents: Documents) -> None:
    """Make a data folder that holds these documents, all or nothing.

    Raises:
        StoreError: there is something in it already, or the operating system refused.
    """
    beside = path.with_name(f"{path.name}.new")
    await asyncio.to_thread(_clear, path, beside)
    folder = DataFolder(beside, SCHEMA)
    state = await asyncio.to_thread(folder.open)
    try:
        async for kind, document in documents:
            KINDS[kind].read(document).apply(state)
        await asyncio.to_thread(folder.checkpoint, state)
    finally:
        folder.close(state)
    await asyncio.to_thread(_put, beside, path)


def _clear(path: Path, beside: Path) -> None:
    try:
        if path.exists() and any(path.iterdir()):
            raise StoreError(f"{path} is not empty")
        if beside.exists():
            shutil.rmtree(beside)  # of a move that was broken off
    except OSError as error:
        raise store_error(error, path) from error


def _put(beside: Path, path: Path) -> None:
    try:
        beside.replace(path)
    except OSError as error:
        raise store_error(error, path) from error
