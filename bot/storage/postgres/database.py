"""Connections and transactions: tried again where that is safe, errors told apart."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, nullcontext, suppress
from time import monotonic
from typing import Any, TypeVar

import orjson
import psycopg
import structlog
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from bot.storage import database_url
from bot.storage.errors import StoreAway, StoreError, StoreFull, StoreUnusable

_log = structlog.get_logger(__name__)

Row = tuple[Any, ...]
Connection = psycopg.AsyncConnection[Row]
_T = TypeVar("_T")

_PATIENCE = 15.0
"""Seconds for which a database that is away is waited for before a call fails."""
_FIRST_WAIT, _LONGEST_WAIT = 0.02, 1.0
_POOLER = (
    "the connection pooler in front of PostgreSQL gives connections away after each transaction"
    " (PgBouncer: pool_mode = transaction). The bot holds locks and hears news by connections of"
    " its own: let it connect to PostgreSQL itself, or set pool_mode = session"
)
_CONNECT = 10
"""Seconds that a connection may take."""
_FIRST_LINE, _LONGEST_LINE = 2.0, 120.0
"""Seconds between two lines about a database that is away: at first, and at most."""
_ALIVE = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 12_000,
}
"""How soon a connection to a machine that is gone breaks (libpq's names; seconds, milliseconds)."""


def connection_info(url: str) -> str:
    """What the operator gave, and what the bot needs besides.

    Raises:
        StoreError: it cannot be read. The message does not repeat it: there may be a password.
    """
    if "://" in url and not database_url.is_right(url):
        raise StoreUnusable(database_url.IS_WRONG)
    try:
        given = conninfo_to_dict(url)
    except psycopg.Error:
        raise StoreUnusable("BRIEFING_STORE is not an address of a PostgreSQL database") from None
    ours: dict[str, Any] = {"application_name": "briefing-bot", "connect_timeout": _CONNECT}
    return make_conninfo(**{**ours, **_ALIVE, **given})


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
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            info,
            min_size=1,
            max_size=connections,
            open=False,
            timeout=_PATIENCE,
            kwargs={"autocommit": True},
            configure=_configured,
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
            await _check_own(first, second)

    async def connect(self) -> Connection:
        """A connection outside the pool.

        Raises:
            StoreError: the database cannot be reached.
        """
        try:
            connection = await psycopg.AsyncConnection.connect(self.info, autocommit=True)
            await _configured(connection)
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
            StoreError: the database stayed away, or refused.
        """
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


def store_error(error: Exception) -> StoreError:
    """The store's own error in place of the driver's."""
    if isinstance(error, errors.DiskFull):
        return StoreFull("the database has no room left")
    away = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError | PoolTimeout)
    kind = StoreAway if away else StoreError
    # What the server says besides quotes the statement, and may quote what was to be written.
    said = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return kind(f"PostgreSQL: {said or str(error).strip() or type(error).__name__}")


@contextmanager
def store_errors() -> Iterator[None]:
    """Raise the store's own errors in place of the driver's."""
    try:
        yield
    except psycopg.Error as error:
        raise store_error(error) from error


def _said(task: asyncio.Task[Any]) -> None:
    """Nobody waits for it any more: its error is logged."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("a write failed after its caller had gone", error=repr(error))


async def _check_own(first: Connection, second: Connection) -> None:
    """Refuse a pooler that gives a connection to somebody else after each transaction.

    PgBouncer says nothing about it. While the second connection is within a transaction, the
    first must still have the server process that it had before, and no other may have it.

    Raises:
        StoreUnusable: it does.
        StoreError: the database broke off.
    """
    try:
        mine = await _server_process(first)
        async with second.transaction():
            others = await _server_process(second)
            shared = others == mine or await _server_process(first) != mine
    except psycopg.Error as error:
        raise store_error(error) from error
    if shared:
        raise StoreUnusable(_POOLER)


async def _server_process(connection: Connection) -> int:
    cursor = await connection.execute("select pg_backend_pid()")
    row = await cursor.fetchone()
    return row[0] if row else 0


async def _configured(connection: Connection) -> None:
    set_json_loads(orjson.loads, connection)
    set_json_dumps(orjson.dumps, connection)
    # Not in the options of the connection, which PgBouncer refuses.
    await connection.execute("set time zone 'UTC'")


async def noticed_when_gone(connection: Connection) -> None:
    """Let the server notice within seconds when this machine is gone without a word."""
    await connection.execute(
        "select set_config('tcp_keepalives_idle', '5', false),"
        " set_config('tcp_keepalives_interval', '2', false),"
        " set_config('tcp_keepalives_count', '3', false),"
        " set_config('tcp_user_timeout', '12000', false)"
    )
