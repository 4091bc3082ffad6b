"""Whether a bot could work on a database, for whoever looks before it is started."""

from __future__ import annotations

import psycopg

from bot.storage.postgres.database import Database, connection_info, store_error
from bot.storage.postgres.locks import Lock
from bot.storage.postgres.schema import check_version


async def try_writing(url: str) -> bool:
    """Try to make a table and, where the bot's are, to write; say whether they are.

    All of it is taken back.

    Raises:
        StoreTooNew: a newer version of the bot was here.
        StoreError: the database cannot be reached or used, or lets nobody write.
    """
    database = Database(connection_info(url), 1)
    await database.check()
    connection = await database.connect()
    try:
        async with connection, connection.transaction(force_rollback=True):
            await check_version(connection)
            await connection.execute("create table looked_at ()")
            cursor = await connection.execute("select to_regclass('fact') is not null")
            there = await cursor.fetchone() == (True,)
            if there:
                await connection.execute("insert into fact (key, value) values ('looked at', '')")
            return there
    except psycopg.Error as error:
        raise store_error(error) from error


async def is_in_use(url: str) -> bool:
    """Whether a process works on a database, now.

    Raises:
        StoreError: the database cannot be reached.
    """
    connection = await Database(connection_info(url), 1).connect()
    try:
        async with connection:
            cursor = await connection.execute(
                "select exists (select from pg_locks where locktype = 'advisory' and objid = %s"
                " and classid::bigint = hashtext(current_schema())::bigint & 4294967295)",
                (int(Lock.LEADER),),
            )
            return await cursor.fetchone() == (True,)
    except psycopg.Error as error:
        raise store_error(error) from error
