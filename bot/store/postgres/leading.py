"""One process delivers: the one that holds a lock, which goes with its connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import structlog

from bot.clock import Clock
from bot.store.errors import StoreError
from bot.store.postgres import alerts, claims, notes
from bot.store.postgres.database import Connection, Database, noticed_when_gone
from bot.store.postgres.locks import Lock
from bot.store.postgres.session import Session

_log = structlog.get_logger(__name__)

_AGAIN = 1.0
"""Seconds between two tries to become the one that delivers; also between two looks after it."""
_TIDY = 600
"""Every how many looks what is not needed any more is deleted."""


@asynccontextmanager
async def leading(
    database: Database, session: Session, clock: Clock
) -> AsyncIterator[asyncio.Event]:
    """Wait until this process is the one that delivers; the event says when it no longer is."""
    connection = await _elected(database)
    lost = asyncio.Event()
    watching = asyncio.create_task(_watch(connection, session, clock, lost), name="leading")
    try:
        yield lost
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await connection.close()


async def _elected(database: Database) -> Connection:
    waiting = False
    while True:
        try:
            connection = await database.connect()
        except StoreError as error:
            _log.warning("the database is away", problem=str(error))
            await asyncio.sleep(_AGAIN)
            continue
        try:
            await noticed_when_gone(connection)
            while not await _took_lock(connection):
                if not waiting:
                    waiting = True
                    _log.info("another process delivers; this one stands by")
                await asyncio.sleep(_AGAIN)
        except psycopg.Error as error:
            _log.warning("the database is away", problem=repr(error))
            await connection.close()
            await asyncio.sleep(_AGAIN)
        except BaseException:
            await connection.close()
            raise
        else:
            _log.info("this process delivers")
            return connection


async def _took_lock(connection: Connection) -> bool:
    cursor = await connection.execute(
        "select pg_try_advisory_lock(hashtext(current_schema()), %s)", (int(Lock.LEADER),)
    )
    return await cursor.fetchone() == (True,)


async def _watch(
    connection: Connection, session: Session, clock: Clock, lost: asyncio.Event
) -> None:
    """Keep house as long as the connection lasts, and the lock with it."""
    looks = 0
    try:
        while True:
            async with connection.transaction():
                freed = await claims.give_up_dead(connection, session.owner)
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
