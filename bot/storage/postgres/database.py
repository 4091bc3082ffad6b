"""Connections, transactions and locks: tried again where that is safe, errors told apart."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import nullcontext, suppress
from enum import IntEnum
from time import monotonic
from typing import Any, LiteralString, TypeVar

import psycopg
import structlog
from psycopg import errors
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from bot.clock import Clock
from bot.storage.errors import StoreAway, StoreError
from bot.storage.postgres.connection import Connection, Row, check_own, configure, store_error

_log = structlog.get_logger(__name__)

Values = Sequence[Any] | Mapping[str, Any]
_T = TypeVar("_T")

_PATIENCE = 15.0
"""Seconds for which a database that is away is waited for before a call fails."""
_FIRST_WAIT, _LONGEST_WAIT = 0.02, 1.0
_FIRST_LINE, _LONGEST_LINE = 2.0, 120.0
"""Seconds between two lines about a database that is away: at first, and at most."""


class Outage:
    """Logs that the database is away: at once, then ever more rarely, and when it is back.

    All connections of a process share it; each tries again every second.
    """

    def __init__(self) -> None:
        self._since: float | None = None
        self._next = 0.0
        self._wait = _FIRST_LINE

    def seen(self, problem: str) -> None:
        """A try to reach the database failed."""
        now = monotonic()
        if self._since is None:
            self._since, self._wait = now, _FIRST_LINE
        elif now < self._next:
            return
        away = round(now - self._since)
        _log.warning("the database is away", problem=problem, seconds=away)
        self._next = now + self._wait
        self._wait = min(self._wait * 2, _LONGEST_LINE)

    def over(self) -> None:
        """The database was reached."""
        if self._since is not None:
            _log.info("the database is back", seconds=round(monotonic() - self._since))
            self._since = None


class Database:
    """A pool of connections."""

    def __init__(self, info: str, connections: int) -> None:
        self.info = info
        self.outage = Outage()
        self.owner = 0
        """The process's id, under which it claims."""
        self.lost_lead: asyncio.Event | None = None
        """Set when this process delivers no longer; None when it has not done so."""
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            info,
            min_size=1,
            max_size=connections,
            open=False,
            timeout=_PATIENCE,
            kwargs={"autocommit": True},
            configure=configure,
            name="store",
        )
        self._writes: set[asyncio.Task[Any]] = set()
        self._closed = False

    async def open(self) -> None:
        """Connect.

        Raises:
            StoreError: the database cannot be reached.
        """
        await self.check()  # says why, where the pool would try on
        await self._pool.open()

    async def check(self) -> None:
        """Connect, and see that connections stay this process's own.

        Raises:
            StoreUnusable: a pooler gives them away after each transaction.
            StoreError: the database cannot be reached.
        """
        async with await self.connect() as first, await self.connect() as second:
            await check_own(first, second)

    async def connect(self) -> Connection:
        """A connection outside the pool.

        Raises:
            StoreError: the database cannot be reached.
        """
        try:
            connection = await psycopg.AsyncConnection.connect(self.info, autocommit=True)
            await configure(connection)
        except psycopg.Error as error:
            raise store_error(error) from error
        return connection

    async def close(self) -> None:
        """Finish what is being written, and disconnect."""
        self._closed = True
        if self._writes:
            await asyncio.wait(self._writes)
        await self._pool.close()

    async def read(self, work: Callable[[Connection], Awaitable[_T]]) -> _T:
        """Run statements that only read.

        Raises:
            StoreError: the database stayed away, or refused, or the store is closed.
        """
        if self._closed:
            raise StoreError("the store is closed")
        return await self._until_done(lambda: self._attempt(work))

    async def write(
        self, work: Callable[[Connection], Awaitable[_T]], *, pipelined: bool = False
    ) -> _T:
        """Run a transaction to its end, even where the caller is cancelled.

        It is tried again where it cannot have been committed; so `work` may run more than once.
        `pipelined`: statements are sent together up to the next one whose rows are fetched, so
        that `work` must not ask for row counts.

        Raises:
            StoreFull: the disk has no room; nothing was changed.
            StoreAway: the database stayed away, or broke off while it committed.
            StoreError: it refused.
        """
        return await self._to_the_end(lambda: self._commit(work, pipelined=pipelined))

    async def repeat(self, work: Callable[[Connection], Awaitable[_T]]) -> _T:
        """Run one statement that writes to its end, even where the caller is cancelled.

        It is a transaction by itself, and one trip. It is run again where it may or may not have
        been committed: twice must come to the same as once.

        Raises:
            StoreFull: the disk has no room; nothing was changed.
            StoreAway: the database stayed away.
            StoreError: it refused.
        """
        return await self._to_the_end(lambda: self._attempt(work))

    async def _to_the_end(self, attempt: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        if self._closed:
            raise StoreError("the store is closed")
        task: asyncio.Task[_T] = asyncio.create_task(self._until_done(attempt))
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_said)
            raise

    async def _attempt(self, work: Callable[[Connection], Awaitable[_T]]) -> _T:
        async with self._pool.connection() as connection:
            return await work(connection)

    async def _commit(self, work: Callable[[Connection], Awaitable[_T]], *, pipelined: bool) -> _T:
        committing = False
        async with self._pool.connection() as connection:
            try:
                async with connection.pipeline() if pipelined else nullcontext():
                    await connection.execute("begin")
                    result = await work(connection)
                    committing = True
                    await connection.execute("commit")
            except BaseException as error:
                if committing and connection.closed:
                    raise StoreAway("the database broke off at a commit") from error
                with suppress(psycopg.Error):  # it is rolled back with its connection
                    await connection.rollback()
                raise
            return result

    async def _until_done(self, attempt: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        loop = asyncio.get_running_loop()
        end, wait = loop.time() + _PATIENCE, _FIRST_WAIT
        while True:
            try:
                done = await attempt()
            except (errors.DeadlockDetected, errors.SerializationFailure) as error:
                problem: Exception = error
            except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
                if isinstance(error, errors.DiskFull) or loop.time() > end:
                    raise store_error(error) from error
                problem = error
                self.outage.seen(str(store_error(error)))
            except (psycopg.Error, PoolClosed) as error:
                raise store_error(error) from error
            else:
                self.outage.over()
                return done
            if loop.time() > end:
                raise store_error(problem) from problem
            await asyncio.sleep(wait * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
            wait = min(wait * 2, _LONGEST_WAIT)


class Part:
    """A part of the store. Each call is one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def _read(self, work: Callable[[Connection], Awaitable[_T]]) -> _T:
        return await self._database.read(work)

    async def _write(self, work: Callable[[Connection], Awaitable[_T]]) -> _T:
        return await self._database.write(work)

    async def _fetch(self, query: LiteralString, values: Values = ()) -> list[Row]:
        """The rows of a query that only reads."""

        async def work(connection: Connection) -> list[Row]:
            return await fetch(connection, query, values)

        return await self._database.read(work)

    async def _execute(self, statement: LiteralString, values: Values = ()) -> int:
        """Run a statement that writes; say how many rows it changed."""

        async def work(connection: Connection) -> int:
            return (await connection.execute(statement, values)).rowcount

        return await self._database.write(work)


async def fetch(connection: Connection, query: LiteralString, values: Values = ()) -> list[Row]:
    """The rows of a query."""
    cursor = await connection.execute(query, values)
    return await cursor.fetchall()


def _said(task: asyncio.Task[Any]) -> None:
    """Nobody waits for it any more: its error is logged."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("a write failed after its caller had gone", error=repr(error))


class Lock(IntEnum):
    """What must not happen at the same time, as advisory locks in the order of taking them.

    They are kept apart by schema, so that two bots can share a database. A chat's own lock is its
    id.
    """

    AUDIENCE = 1
    """Shared: an audience is being written. Whoever erases or moves a chat waits, so that no
    delivery of it is written meanwhile."""
    OUTBOX = 2
    """Shared: claims are taken or settled. A correction takes it alone: what is in flight stands
    still while it is written."""
    CLAIM = 3
    """One process claims at a time, so that an address has one batch under way at most."""
    LEADER = 4
    """Held by the process that delivers, as long as it is connected."""
    INBOX = 5
    """One process takes updates at a time, so that those of a chat are in one process's hands."""
    POLLER = 6
    """Held by the process that polls Telegram for updates, as long as it is connected."""
    SHARES = 7
    """One process takes its share of the rate at a time."""
    FEEDS = 8
    """Held by the process that reads feeds, as long as it is connected."""


PROCESSES = 1000
"""Added to a process's id: the lock that it holds as long as it is connected."""


async def lock_alone(connection: Connection, lock: Lock) -> None:
    """Wait for everyone else, and hold the lock until the transaction ends."""
    await connection.execute(
        "select pg_advisory_xact_lock(hashtext(current_schema()), %s)", (int(lock),)
    )


async def lock_shared(connection: Connection, lock: Lock) -> None:
    """Wait for whoever needs it alone, and hold the lock until the transaction ends."""
    await connection.execute(
        "select pg_advisory_xact_lock_shared(hashtext(current_schema()), %s)", (int(lock),)
    )


async def lock_chats(connection: Connection, *chat_ids: int) -> None:
    """Hold chats, whether they are known or not, until the transaction ends."""
    await connection.execute(
        "select pg_advisory_xact_lock(id) from (select unnest(%s::bigint[]) as id order by 1) s",
        (sorted(set(chat_ids)),),
    )
