"""A process among others: its presence, who delivers, who polls, and its share of the rate.

A process is present as long as its connection is, which holds a lock. It also renews a lease, in
case nobody notices that it is gone. Who delivers or polls holds a lock too, which goes with its
connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import psycopg
import structlog
from typing_extensions import override

from bot.alerts.rate_leases import Peers, Shares
from bot.clock import Clock
from bot.storage.errors import StoreError
from bot.storage.postgres import claims
from bot.storage.postgres.connection import Connection, noticed_when_gone
from bot.storage.postgres.database import PROCESSES, Database, Lock, fetch, lock_alone
from bot.storage.postgres.inbox import PostgresInbox, forget_handled
from bot.storage.postgres.notes import forget_contexts
from bot.storage.postgres.outbox import CHANNEL, PostgresOutbox, forget_recipients

_log = structlog.get_logger(__name__)

_AGAIN = 1.0
"""Seconds between two tries to become the one that delivers or to connect; also between two looks
of the one that delivers."""
_GRACE = 3.0
"""Seconds in which others may come back who lost their connections, or notice that they deliver no
longer. When the database restarts, everyone is away, and not everyone is back at once."""
_TIDY = 600
"""Every how many looks what is not needed any more is deleted."""
_SHARE_REMEMBERED = 60
"""Seconds for which a process is remembered whose share of the rate ran out."""
_LEASE = 20
"""Seconds for which a process counts as alive after it was last heard of."""
_BEAT = 4.0
"""Seconds between two signs of life; also how often it is looked for news that was missed."""


class Session:
    """One connection that is held as long as the process works on the database.

    Args:
        heard: Called when another process, or this one, has recorded an alert, and every few
            seconds in case that was missed.
    """

    def __init__(self, database: Database, heard: Callable[[], None]) -> None:
        self.database = database
        self.heard = heard
        self._connection: Connection | None = None
        self._task: asyncio.Task[None] | None = None

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
            await connection.execute("delete from process where id = %s", (self.database.owner,))
            await claims.give_up_own(connection, self.database.owner)
            await connection.execute("delete from share where owner = %s", (self.database.owner,))

        with suppress(StoreError):  # the next one sees that it is gone
            await self.database.write(leave)

    async def _enter(self) -> Connection:
        connection = await self.database.connect()
        try:
            async with connection.transaction():
                if not await self._renewed(connection):
                    if self.database.owner:
                        _log.warning("the process was taken for dead: what it had may come twice")
                    cursor = await connection.execute(
                        "insert into process (alive_until)"
                        " values (clock_timestamp() + make_interval(secs => %s)) returning id",
                        (_LEASE,),
                    )
                    row = await cursor.fetchone()
                    self.database.owner = row[0] if row else 0
                await connection.execute(
                    "select pg_advisory_lock(hashtext(current_schema()), %s)",
                    (PROCESSES + self.database.owner,),
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
            (_LEASE, self.database.owner),
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
                self.database.outage.seen(str(error))
                await asyncio.sleep(_AGAIN)
            else:
                self.database.outage.over()
                return connection


async def _stay_connected(connection: Connection, lost: asyncio.Event, does: str) -> None:
    try:
        while True:
            await connection.execute("select")
            await asyncio.sleep(_AGAIN)
    except psycopg.Error as error:
        _log.warning("it is no longer this process's turn", what=does, problem=repr(error))
    finally:
        lost.set()


async def _elected(database: Database, lock: Lock, does: str) -> Connection:
    """Wait for the turn.

    Where the database itself was away, who stood by lets the other one take up its turn again:
    that one knows what it has in hand.
    """
    waiting, yields = False, False
    while True:
        try:
            connection = await database.connect()
        except StoreError as error:
            database.outage.seen(str(error))
            await asyncio.sleep(_AGAIN)
            continue
        try:
            await noticed_when_gone(connection)
            if yields:
                await asyncio.sleep(_GRACE)
            while not await _took_lock(connection, lock):
                if not waiting:
                    waiting = True
                    _log.info("another process does it; this one stands by", what=does)
                await asyncio.sleep(_AGAIN)
        except psycopg.Error as error:
            database.outage.seen(str(error))
            yields = waiting
            await connection.close()
            await asyncio.sleep(_AGAIN)
        except BaseException:
            await connection.close()
            raise
        else:
            _log.info("it is this process's turn", what=does)
            return connection


async def _took_lock(connection: Connection, lock: Lock) -> bool:
    query = "select pg_try_advisory_lock(hashtext(current_schema()), %s)"
    return await fetch(connection, query, (int(lock),)) == [(True,)]


async def _watch(
    connection: Connection, session: Session, clock: Clock, lost: asyncio.Event
) -> None:
    """Keep house as long as the connection lasts, and the lock with it.

    Others claim nothing meanwhile: what they have is of a turn that broke off.
    """
    time = asyncio.get_running_loop().time
    began, looks = time(), 0
    since: dict[int, float] = {}
    """When processes that are missing were missed first."""
    try:
        while True:
            async with connection.transaction():
                now = time()
                missing = await claims.missing(connection, session.database.owner)
                since = {item: since.get(item, now) for item in missing}
                dead = [item for item, missed in since.items() if now - missed >= _GRACE]
                freed = await claims.give_up_dead(connection, dead)
                if now - began >= _GRACE:
                    freed += await claims.give_up_others(connection, session.database.owner)
            if freed:
                _log.info("what another process had in hand is due again", addresses=freed)
                session.heard()
            if looks % _TIDY == 0:
                async with connection.transaction():
                    await forget_recipients(connection)
                    await forget_handled(connection, clock())
                    await forget_contexts(connection, clock())
            looks += 1
            await asyncio.sleep(_AGAIN)
    except psycopg.Error as error:
        _log.warning("this process delivers no longer", problem=repr(error))
    finally:
        lost.set()


class PostgresProcesses(PostgresOutbox, PostgresInbox, Shares):
    """What several processes share: turns to deliver and to poll, news, and the rate."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock)
        self._listeners: list[Callable[[], None]] = []
        self._session = Session(database, self._hear)
        self._still: Connection | None = None
        """Holds a lock that keeps others from delivering."""
        self._closed = False

    @override
    def on_news(self, heard: Callable[[], None]) -> None:
        self._listeners.append(heard)

    @override
    @asynccontextmanager
    async def leading(self) -> AsyncIterator[asyncio.Event]:
        database = self._database
        connection = await _elected(database, Lock.LEADER, "delivering")
        try:
            # What this process claimed in an earlier turn that broke off is in nobody's hands.
            await database.write(lambda item: claims.give_up_own(item, database.owner))
            database.lost_lead = lost = asyncio.Event()
            watch = _watch(connection, self._session, self._clock, lost)
            async with _running(watch, "leading"):
                yield lost
        finally:
            database.lost_lead = None
            await connection.close()

    @override
    @asynccontextmanager
    async def polling(self) -> AsyncIterator[asyncio.Event]:
        async with self._turn(Lock.POLLER, "polling") as lost:
            yield lost

    @override
    @asynccontextmanager
    async def reading_feeds(self) -> AsyncIterator[asyncio.Event]:
        async with self._turn(Lock.FEEDS, "reading feeds") as lost:
            yield lost

    @asynccontextmanager
    async def _turn(self, lock: Lock, does: str) -> AsyncIterator[asyncio.Event]:
        connection = await _elected(self._database, lock, does)
        lost = asyncio.Event()
        try:
            async with _running(_stay_connected(connection, lost, does), does):
                yield lost
        finally:
            await connection.close()

    @override
    async def peers(self) -> Peers:
        ((others, gone),) = await self._fetch(
            "select count(*) filter (where until > clock_timestamp()),"
            " count(*) filter (where until <= clock_timestamp()"
            " and until > clock_timestamp() - make_interval(secs => %s))"
            " from share where owner <> %s",
            (_SHARE_REMEMBERED, self._database.owner),
        )
        lost_lead = self._database.lost_lead
        return Peers(others + 1, lost_lead is not None and not lost_lead.is_set(), gone)

    @override
    async def hold_rate(self, rate: float, *, whole: float, seconds: float) -> float:
        owner = self._database.owner
        values = {"owner": owner, "rate": rate, "whole": whole, "seconds": seconds}

        async def hold(connection: Connection) -> float:
            await lock_alone(connection, Lock.SHARES)
            await connection.execute(
                "delete from share where until < clock_timestamp() - make_interval(secs => %s)",
                (_SHARE_REMEMBERED,),
            )
            ((held,),) = await fetch(connection, _HOLD, values)
            return float(held)

        return await self._write(hold)

    async def hold_still(self) -> None:
        """See to it that no other process works on the database, and none delivers from now on.

        Raises:
            StoreError: one does.
        """
        if self._still is None:
            self._still = await self._database.connect()
            others = "select exists (select from process where id <> %s)"
            free = await _took_lock(self._still, Lock.LEADER)
            owner = self._database.owner
            if not free or await fetch(self._still, others, (owner,)) != [(False,)]:
                raise StoreError("a bot works on the database: stop it first")

    def _hear(self) -> None:
        for heard in self._listeners:
            heard()


@asynccontextmanager
async def _running(work: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """Let something run as long as the context lasts."""
    task = asyncio.create_task(work, name=name)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


_HOLD: Final = """
insert into share (owner, rate, until)
select %(owner)s, greatest(0, least(%(rate)s::float8, %(whole)s::float8
    - coalesce(sum(rate) filter (where until > clock_timestamp()), 0))),
    clock_timestamp() + make_interval(secs => %(seconds)s)
from share where owner <> %(owner)s
on conflict (owner) do update set rate = excluded.rate, until = excluded.until
returning rate
"""
