"""One process delivers, and one polls: who holds a lock, which goes with its connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import structlog

from bot.clock import Clock
from bot.storage.errors import StoreError
from bot.storage.postgres import alerts, claims, notes
from bot.storage.postgres.database import Connection, Database, noticed_when_gone
from bot.storage.postgres.locks import Lock
from bot.storage.postgres.session import Session

_log = structlog.get_logger(__name__)

_AGAIN = 1.0
"""Seconds between two tries to become the one that delivers; also between two looks after it."""
_GRACE = 3.0
"""Seconds in which others may come back who lost their connections, or notice that they deliver no
longer. When the database restarts, everyone is away, and not everyone is back at once."""
_TIDY = 600
"""Every how many looks what is not needed any more is deleted."""


@asynccontextmanager
async def leading(
    database: Database, session: Session, clock: Clock
) -> AsyncIterator[asyncio.Event]:
    """Wait until this process is the one that delivers; the event says when it no longer is."""
    connection = await _elected(database, Lock.LEADER, "delivering")
    try:
        # What this process claimed in an earlier turn that broke off is in nobody's hands.
        await database.write(lambda item: claims.give_up_own(item, session.owner))
        lost = asyncio.Event()
        watching = asyncio.create_task(_watch(connection, session, clock, lost), name="leading")
        try:
            yield lost
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
    finally:
        await connection.close()


@asynccontextmanager
async def polling(database: Database) -> AsyncIterator[asyncio.Event]:
    """Wait until this process is the one that polls; the event says when it no longer is."""
    connection = await _elected(database, Lock.POLLER, "polling")
    lost = asyncio.Event()
    watching = asyncio.create_task(_stay_connected(connection, lost), name="turn to poll")
    try:
        yield lost
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await connection.close()


async def _stay_connected(connection: Connection, lost: asyncio.Event) -> None:
    try:
        while True:
            await connection.execute("select")
            await asyncio.sleep(_AGAIN)
    except psycopg.Error as error:
        _log.warning("this process polls no longer", problem=repr(error))
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


async def alone(connection: Connection, owner: int) -> bool:
    """Whether no other process works on the database; none delivers while the connection lasts."""
    if not await _took_lock(connection, Lock.LEADER):
        return False
    cursor = await connection.execute(
        "select exists (select from process where id <> %s)", (owner,)
    )
    return await cursor.fetchone() == (False,)


async def _took_lock(connection: Connection, lock: Lock) -> bool:
    cursor = await connection.execute(
        "select pg_try_advisory_lock(hashtext(current_schema()), %s)", (int(lock),)
    )
    return await cursor.fetchone() == (True,)


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
                missing = await claims.missing(connection, session.owner)
                since = {item: since.get(item, now) for item in missing}
                dead = [item for item, missed in since.items() if now - missed >= _GRACE]
                freed = await claims.give_up_dead(connection, dead)
                if now - began >= _GRACE:
                    freed += await claims.give_up_others(connection, session.owner)
            if freed:
                _log.info("what another process had in hand is due again", addresses=freed)
                session.heard()
            if looks % _TIDY == 0:
                async with connection.transaction():
                    await alerts.forget_recipients(connection)
                    await notes.forget_handled(connection, clock())
                    await notes.forget_contexts(connection, clock())
            looks += 1
            await asyncio.sleep(_AGAIN)
    except psycopg.Error as error:
        _log.warning("this process delivers no longer", problem=repr(error))
    finally:
        lost.set()
