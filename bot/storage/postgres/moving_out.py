"""All that a database holds, as documents."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, LiteralString

import psycopg

from bot.alerts.model import Alert
from bot.storage.checksum import Document, Documents, ranges
from bot.storage.errors import StoreError
from bot.storage.postgres import alerts, chats, claims
from bot.storage.postgres.database import Connection, Database, connection_info, store_error
from bot.storage.postgres.locks import Lock
from bot.storage.postgres.schema import check_version, migrate
from bot.storage.serialization import chat_document

_AT_A_TIME: Final = 5000
"""Rows in memory."""


@asynccontextmanager
async def alone_on(url: str) -> AsyncIterator[Connection]:
    """A connection to a database on which nobody works."""
    try:
        database = Database(connection_info(url), 1)
        await database.check()
        async with await database.connect() as connection:
            await migrate(connection)
            await claims.give_up_missing(connection, 0)
            cursor = await connection.execute(
                "select pg_try_advisory_lock(hashtext(current_schema()), %s),"
                " exists (select from process)",
                (int(Lock.LEADER),),
            )
            if await cursor.fetchone() != (True, False):
                raise StoreError("a bot works on the database: stop it first")
            cursor = await connection.execute("select exists (select from inbox)")
            if await cursor.fetchone() != (False,):
                raise StoreError("updates wait to be handled: start the bot, and stop it in order")
            yield connection
    except psycopg.Error as error:
        raise store_error(error) from error


@asynccontextmanager
async def database_source(url: str) -> AsyncIterator[DatabaseSource]:
    """A database, as it is at one moment.

    Raises:
        StoreError: it cannot be reached, or a bot works on it.
    """
    async with alone_on(url) as connection, connection.transaction():
        await connection.execute("set transaction isolation level repeatable read, read only")
        yield DatabaseSource(connection)


@asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[Documents]:
    """All that a database holds at one moment, also while bots work on it.

    Raises:
        StoreTooNew: a newer version of the bot has written it.
        StoreError: it cannot be reached, or holds no bot's tables.
    """
    try:
        connection = await Database(connection_info(url), 1).connect()
        async with connection, connection.transaction():
            await connection.execute("set transaction isolation level repeatable read, read only")
            await check_version(connection)
            yield documents_of(connection)
    except psycopg.Error as error:
        raise store_error(error) from error


class DatabaseSource:
    """What a database holds."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def documents(self) -> Documents:
        """All that it holds."""
        async for found in documents_of(self._connection):
            yield found


async def documents_of(connection: Connection) -> Documents:
    """All that a database holds. Within a transaction."""
    one: Any
    async for one in _rows(connection, chats.EVERY):
        yield "chat", chat_document(chats.read_row(one))
    cursor = await connection.execute(
        "select (select case when is_called then last_value else 0 end from change_ids),"
        " (select case when is_called then last_value else 0 end from alert_ids)"
    )
    ((change_id, alert_id),) = await cursor.fetchall()
    yield "ids", {"change": change_id, "alert": alert_id}
    async for (document,) in _rows(connection, "select document from alert order by id"):
        yield "alert", Alert.stored(document).model_dump(mode="json")
    async for number, *entry in _rows(
        connection, "select number, made_at, made_by, action, detail from audit order by number"
    ):
        names = ("made_at", "made_by", "action", "detail")
        yield "audit", {"number": number, "entry": dict(zip(names, entry, strict=True))}
    cursor = await connection.execute("select alert_id from tally order by alert_id")
    for (alert_id,) in await cursor.fetchall():
        yield "deliveries", await _deliveries(connection, alert_id)
    async for key, value in _rows(connection, "select key, value from fact order by key"):
        yield "fact", {"key": key, "value": value}
    async for user, draft in _rows(connection, "select * from draft order by user_id"):
        yield "draft", {"user": user, "draft": draft}
    async for text, day, count in _rows(connection, "select text, day, count from gap"):
        yield "gap", {"text": text, "day": day.isoformat(), "count": count}
    cursor = await connection.execute("select update_id, at from handled order by update_id")
    yield "handled", {"ranges": ranges(await cursor.fetchall())}


async def _rows(connection: Connection, query: LiteralString) -> AsyncIterator[Any]:
    """The rows of a query, a few thousand in memory at a time. Within a transaction."""
    async with connection.cursor("rows") as cursor:
        cursor.itersize = _AT_A_TIME
        await cursor.execute(query)
        async for row in cursor:
            yield row


async def _deliveries(connection: Connection, alert_id: int) -> Document:
    cursor = await connection.execute(
        "select a.provision, a.made_at, a.ready_at, a.scopes, a.withdrawn_by, t.sent, t.failed,"
        " t.cancelled, t.repeated from tally t join alert a on a.id = t.alert_id where a.id = %s",
        (alert_id,),
    )
    (
        (provision, made_at, ready_at, scopes, withdrawn_by, sent, failed, cancelled, repeated),
    ) = await cursor.fetchall()
    left: list[tuple[int, int]] = []
    maybe: list[tuple[int, int]] = []
    ended: dict[str, list[tuple[int, int]]] = {"s": [], "c": [], "f": []}
    tries = []
    cursor = await connection.execute(
        "select chat_id, thread, due, attempts, waits, maybe, detail from delivery"
        " where alert_id = %s order by chat_id, thread",
        (alert_id,),
    )
    async for chat_id, thread, due, attempts, waits, may_be, detail in cursor:
        left.append((chat_id, thread))
        if may_be:
            maybe.append((chat_id, thread))
        if attempts or detail or waits != "n":
            at = None if waits == "n" else due
            tries.append([chat_id, thread or None, attempts, at, waits, detail])
    cursor = await connection.execute(
        "select chat_id, thread, state, maybe from recipient where alert_id = %s"
        " order by chat_id, thread",
        (alert_id,),
    )
    async for chat_id, thread, state, may_be in cursor:
        ended[state].append((chat_id, thread))
        if may_be:
            maybe.append((chat_id, thread))
    failures = await alerts.failures(connection, alert_id) if failed else {}
    document = {
        "alert": alert_id,
        "provision": provision,
        "made_at": made_at.isoformat(),
        "ready_at": ready_at.isoformat(),
        "scopes": sorted(scopes),
        "sent": sent,
        "failed": failed,
        "dropped": cancelled - len(ended["c"]),
        "repeated": repeated,
        "withdrawn_by": withdrawn_by,
        "left": _columns(left),
        "tries": [
            [*each_try[:3], each_try[3] and each_try[3].isoformat(), *each_try[4:]]
            for each_try in tries
        ],
        "maybe": _columns(maybe),
        "cancelled": _columns(ended["c"]),
        "reached": _columns(ended["s"]),
    }
    if failures:
        document["failures"] = [[*failure, number] for failure, number in failures.items()]
    return document


def _columns(pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    return [[chat_id for chat_id, _ in pairs], [thread for _, thread in pairs]]
