"""The store: its parts together, and the whole of its rows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from typing_extensions import override

from bot.agreement.board import StatusChange
from bot.clock import Clock
from bot.storage.errors import StoreError, StoreUnusable
from bot.storage.postgres import claims, transfer
from bot.storage.postgres.connection import connection_info, store_errors
from bot.storage.postgres.database import Database
from bot.storage.postgres.leader import PostgresProcesses
from bot.storage.postgres.notes import PostgresNotes
from bot.storage.postgres.schema import check_version, migrate
from bot.storage.protocol import Changes, Store
from bot.storage.transfer import Checksum, Rows

CONNECTIONS = 8
"""As many transactions at once; two connections more are held for presence and for delivering."""


async def open_postgres(
    url: str, clock: Clock, *, connections: int = CONNECTIONS, beside: bool = False
) -> PostgresStore:
    """Connect to a database, and bring its tables up to date.

    With `beside` it is only read, as it is.

    Raises:
        StoreTooNew: a newer version of the bot was here.
        StoreError: it cannot be reached, or refused.
    """
    database = Database(connection_info(url), connections)
    await database.open()
    try:
        with store_errors():
            store = PostgresStore(database, clock)
            async with await database.connect() as connection:
                await (check_version if beside else migrate)(connection)
            if not beside:
                await store.start()
    except BaseException:
        await database.close()
        raise
    return store


class PostgresStore(PostgresProcesses, PostgresNotes, Store):
    """A store for several processes. Open it with `open_postgres`, close it with `close`."""

    async def start(self) -> None:
        """Be present in the database."""
        if await self._fetch("select exists (select from transfer)") == [(True,)]:
            raise StoreUnusable("a move into the database was not finished: empty it, and repeat")
        await self._session.start()
        await self._write(lambda item: claims.give_up_missing(item, self._database.owner))

    @override
    async def check(self) -> None:
        await self.remembered("check")

    @override
    def watch_changes(self) -> Changes:
        news = asyncio.Event()
        news.set()
        self.on_news(news.set)

        async def look() -> Sequence[StatusChange] | None:
            if not news.is_set():
                return None
            news.clear()
            try:
                return await self.changes()
            except StoreError:
                news.set()
                raise

        return look

    @override
    async def rows(self) -> Rows:
        with store_errors():
            async with await self._database.connect() as connection, connection.transaction():
                await connection.execute(
                    "set transaction isolation level repeatable read, read only"
                )
                async for found in transfer.exported(connection):
                    yield found

    @override
    async def load(self, rows: Rows, expected: Checksum) -> None:
        await self.hold_still()
        with store_errors():
            async with await self._database.connect() as connection, connection.transaction():
                await transfer.load(connection, rows, expected)

    @override
    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._still is not None:
            await self._still.close()
        for batcher in (self._wanted, self._knowing, self._contexts):
            await batcher.close()
        await self._session.close()
        await self._database.close()
