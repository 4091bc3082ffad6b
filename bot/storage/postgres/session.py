"""A process's presence: the lock and the lease that keep its claims, and the news it hears."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import psycopg
import structlog

from bot.storage.errors import StoreError
from bot.storage.postgres import claims, shares
from bot.storage.postgres.alerts import CHANNEL
from bot.storage.postgres.database import Connection, Database, noticed_when_gone
from bot.storage.postgres.locks import PROCESSES

_log = structlog.get_logger(__name__)

_LEASE = 20
"""Seconds for which a process counts as alive after it was last heard of."""
_BEAT = 4.0
"""Seconds between two signs of life; also how often it is looked for news that was missed."""
_AGAIN = 1.0
"""Seconds before a lost connection is tried again."""


class Session:
    """One connection that is held as long as the process works on the database.

    Args:
        heard: Called when another process, or this one, has recorded an alert, and every few
            seconds in case that was missed.
    """

    def __init__(self, database: Database, heard: Callable[[], None]) -> None:
        self._database = database
        self.heard = heard
        self._connection: Connection | None = None
        self._task: asyncio.Task[None] | None = None
        self.owner = 0
        """The process's id, under which it claims."""

    async def start(self) -> None:
        """Be present.

        Raises:
            StoreError: the database cannot be reached.
        """
        try:
            self._connection = await self._enter()
        except psycopg.Error as error:
            raise StoreError(f"PostgreSQL: {error}") from error
        self._task = asyncio.create_task(self._stay(self._connection), name="store session")

    async def close(self) -> None:
        """Be gone, and give up what is claimed."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()

        async def leave(connection: Connection) -> None:
            await connection.execute("delete from process where id = %s", (self.owner,))
            await claims.give_up_own(connection, self.owner)
            await shares.let_go(connection, self.owner)

        with suppress(StoreError):  # the next one sees that it is gone
            await self._database.write(leave)

    async def _enter(self) -> Connection:
        connection = await self._database.connect()
        try:
            async with connection.transaction():
                if not await self._renewed(connection):
                    if self.owner:
                        _log.warning("the process was taken for dead: what it had may come twice")
                    cursor = await connection.execute(
                        "insert into process (alive_until)"
                        " values (clock_timestamp() + make_interval(secs => %s)) returning id",
                        (_LEASE,),
                    )
                    row = await cursor.fetchone()
                    self.owner = row[0] if row else 0
                await connection.execute(
                    "select pg_advisory_lock(hashtext(current_schema()), %s)",
                    (PROCESSES + self.owner,),
                )
            await noticed_when_gone(connection)
            cursor = await connection.execute(
                "select quote_ident(%s || current_schema())", (CHANNEL,)
            )
            row = await cursor.fetchone()
            await connection.execute(f"listen {row[0] if row else CHANNEL}")
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _renewed(self, connection: Connection) -> bool:
        cursor = await connection.execute(
            "update process set alive_until = clock_timestamp() + make_interval(secs => %s)"
            " where id = %s",
            (_LEASE, self.owner),
        )
        return cursor.rowcount == 1

    async def _stay(self, connection: Connection) -> None:
        while True:
            try:
                await self._listen(connection)
            except psycopg.Error as error:
                _log.warning("the session with the database broke off", problem=repr(error))
            await connection.close()
            connection = self._connection = await self._come_back()

    async def _listen(self, connection: Connection) -> None:
        """Hear news until the connection breaks, or the process was taken for dead."""
        while await self._renewed(connection):
            self.heard()
            loop = asyncio.get_running_loop()
            beat = loop.time() + _BEAT
            while (left := beat - loop.time()) > 0:
                async for _ in connection.notifies(timeout=left, stop_after=1):
                    self.heard()

    async def _come_back(self) -> Connection:
        while True:
            try:
                connection = await self._enter()
            except (psycopg.Error, StoreError) as error:
                self._database.outage.seen(str(error))
                await asyncio.sleep(_AGAIN)
            else:
                self._database.outage.over()
                return connection
