"""Brings the tables up to date: numbered SQL files, run by one process while others wait.

No library for it: what they add is a way back, branches, and a lock of their own, which in one
case is a row that a killed process leaves behind. An advisory lock goes with its connection.
"""

from __future__ import annotations

import re
from importlib import resources

from bot.storage.errors import StoreTooNew
from bot.storage.postgres.connection import Connection, connection_info, store_errors
from bot.storage.postgres.database import Database, Lock, fetch

_LOCK = 5_577_001
"""Any number, the same in every version of the bot."""
_NAME = re.compile(r"(\d{4})_\w+\.sql")


def migrations() -> dict[int, bytes]:
    """The SQL that leads to each version of the schema, in order."""
    folder = resources.files(__package__) / "migrations"
    found = {
        int(name[1]): file.read_bytes()
        for file in folder.iterdir()
        if (name := _NAME.fullmatch(file.name))
    }
    return {version: found[version] for version in sorted(found)}


async def check_version(connection: Connection) -> None:
    """Refuse a database that a newer version of the bot has written.

    Raises:
        StoreTooNew: one has.
        psycopg.Error: the database refused.
    """
    cursor = await connection.execute("select to_regclass('migration') is not null")
    if await cursor.fetchone() == (True,):
        await _version(connection)


async def migrate(connection: Connection) -> None:
    """Bring the schema up to date, all or nothing; wait for another process that does.

    Raises:
        StoreTooNew: a newer version of the bot was here.
        psycopg.Error: the database refused.
    """
    known = migrations()
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
        await connection.execute(
            "create table if not exists migration"
            " (version integer primary key, at timestamptz not null default now())"
        )
        version = await _version(connection)
        for number, sql in known.items():
            if number > version:
                await connection.execute(sql)
                await connection.execute("insert into migration (version) values (%s)", (number,))


async def _version(connection: Connection) -> int:
    cursor = await connection.execute("select coalesce(max(version), 0) from migration")
    row = await cursor.fetchone()
    version, newest = row[0] if row else 0, max(migrations())
    if version > newest:
        raise StoreTooNew(
            f"the database has schema {version}, this version of the bot reads up to {newest}"
        )
    return int(version)


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
    with store_errors():
        async with connection, connection.transaction(force_rollback=True):
            await check_version(connection)
            await connection.execute("create table looked_at ()")
            there = await fetch(connection, "select to_regclass('fact') is not null") == [(True,)]
            if there:
                await connection.execute("insert into fact (key, value) values ('looked at', '')")
            return there


async def is_in_use(url: str) -> bool:
    """Whether a process works on a database, now.

    Raises:
        StoreError: the database cannot be reached.
    """
    connection = await Database(connection_info(url), 1).connect()
    with store_errors():
        async with connection:
            found = await fetch(
                connection,
                "select exists (select from pg_locks where locktype = 'advisory' and objid = %s"
                " and classid::bigint = hashtext(current_schema())::bigint & 4294967295)",
                (int(Lock.LEADER),),
            )
            return found == [(True,)]
