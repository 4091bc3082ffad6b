"""The store: its parts together, and the whole of its rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

from typing_extensions import override

from bot.alerts.rate_leases import ALONE, Peers
from bot.clock import Clock
from bot.storage.errors import StoreError
from bot.storage.protocol import (
    Changes,
    Store,
)
from bot.storage.tinydb import deliveries, inbox
from bot.storage.tinydb.database import Database
from bot.storage.tinydb.export import Import, exported
from bot.storage.tinydb.inbox import TinyInbox
from bot.storage.tinydb.indexes import DueQueue, Followers
from bot.storage.tinydb.lines import Changes as RowChanges
from bot.storage.tinydb.migrations import read_first_layout
from bot.storage.tinydb.notes import TinyNotes
from bot.storage.tinydb.reader import FolderCopy, watch_changes
from bot.storage.tinydb.storage import JournalStorage, MemoryStorage
from bot.storage.transfer import Checksum, Rows


async def open_store(folder: Path, clock: Clock, *, beside: bool = False) -> TinyStore:
    """Open the data folder, made where it does not exist.

    With `beside` it is only read, as it is now, also while a bot works on it.

    Raises:
        StoreInUse: another process works on it.
        StoreDamaged: a file cannot be read; nothing was changed.
        StoreTooNew: a newer version of the bot wrote it.
        StoreFull, StoreError: the operating system refused.
    """
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    def make() -> TinyStore:
        storage = FolderCopy(folder) if beside else JournalStorage(folder, read_first_layout)
        return TinyStore(folder, storage, thread, clock)

    try:
        store = await asyncio.get_running_loop().run_in_executor(thread, make)
        await store.start(take_over=not beside)
    except BaseException:
        thread.shutdown()
        raise
    return store


class TinyStore(TinyNotes, TinyInbox, Store):
    """A store on one machine. Open it with `open_store`, close it with `close`."""

    def __init__(
        self, folder: Path, storage: MemoryStorage, thread: ThreadPoolExecutor, clock: Clock
    ) -> None:
        super().__init__(storage, thread, clock)
        self._folder = folder

    async def start(self, *, take_over: bool) -> None:
        """Build the indexes; before that give up what the process before had in hand."""

        def give_up(db: Database) -> dict[int, int]:
            deliveries.give_up_claims(db)
            return inbox.deaths_at_start(db)

        if take_over:
            self._deaths = await self._writer.commit(give_up)
        await self._writer.run(self._index)

    def _index(self) -> None:
        tables = {name: self._storage.rows(name) for name in self._storage.names()}
        self._followers.change({}, tables.get("chats", {}))
        self._queue.change(tables)
        self._wait(map(int, tables.get("inbox", {})))
        self._storage.on_change = self._change

    def _change(self, changes: RowChanges) -> None:
        accepted = changes.get("inbox", {})
        self._wait(int(number) for number, row in accepted.items() if row is not None)
        if (changed := changes.get("chats")) is not None:
            self._followers.change(self._storage.rows("chats"), changed)
        if len(changes) > 1 or changed is None:
            self._queue.change(changes)

    @override
    async def check(self) -> None:
        # As a transaction: a checkpoint while one that is durable is not in memory would lose it.
        await self._writer.commit(lambda _: self._storage.check())

    @override
    def watch_changes(self) -> Changes:
        return watch_changes(self._folder)

    @override
    async def rows(self) -> Rows:
        found = await self._writer.commit(lambda db: list(exported(db.storage)))
        for table, row in found:
            yield table, row

    @override
    async def load(self, rows: Rows, expected: Checksum) -> None:
        filling = Import()
        async for table, row in rows:
            filling.take(table, row)
        found = Checksum()
        for table, row in exported(MemoryStorage(filling.tables)):
            found.add(table, row)
        if different := expected.differences(found):
            raise StoreError(f"what arrived differs from what was sent: {', '.join(different)}")
        await self._writer.run(lambda: self._storage.fill(filling.tables))
        self._followers, self._queue = Followers(), DueQueue(self._storage.rows)
        await self._writer.run(self._index)

    async def hold_still(self) -> None:
        """See `Store`."""

    @override
    @asynccontextmanager
    async def polling(self) -> AsyncIterator[asyncio.Event]:
        yield asyncio.Event()

    @override
    @asynccontextmanager
    async def reading_feeds(self) -> AsyncIterator[asyncio.Event]:
        yield asyncio.Event()

    @override
    @asynccontextmanager
    async def leading(self) -> AsyncIterator[asyncio.Event]:
        yield asyncio.Event()

    def on_news(self, heard: Callable[[], None]) -> None:
        """See `Outbox`."""

    @override
    async def peers(self) -> Peers:
        return ALONE

    @override
    async def hold_rate(self, rate: float, *, whole: float, seconds: float) -> float:
        return rate

    @override
    async def close(self) -> None:
        await self._writer.close()
