"""All rows of a database in the form of `bot.storage.transfer`, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, Final, LiteralString

import orjson
from psycopg.rows import dict_row
from psycopg.types.json import Json

from bot.storage.errors import StoreError
from bot.storage.postgres import chats
from bot.storage.postgres.connection import Connection
from bot.storage.serialization import chat_document
from bot.storage.transfer import Checksum, Document, Rows, checksum, ranges

_AT_A_TIME: Final = 5000
"""Rows in memory."""
_COUNTS: Final = "remaining, sent, failed, cancelled, later, paused, repeated"

_EXPORT: Final[Mapping[str, LiteralString]] = {
    "ids": "select (select case when is_called then last_value else 0 end from change_ids)"
    " as change, (select case when is_called then last_value else 0 end from alert_ids) as alert",
    "alerts": "select id, change_id as change, provision, made_at, ready_at, scopes, withdrawn_by,"
    " document from alert order by id",
    "tallies": f"select alert_id as alert, {_COUNTS}, (select coalesce(json_agg(json_build_array("
    "f.reason, f.detail, f.count) order by f.reason, f.detail), '[]') from failure f"
    " where f.alert_id = t.alert_id) as failures from tally t order by alert_id",
    "deliveries": "select alert_id as alert, chat_id as chat, thread, 'w' as state, maybe,"
    " due, waits as waits_for, attempts, detail from delivery",
    "audit": "select number, made_at, made_by, action, detail from audit order by number",
    "facts": "select key, value from fact order by key",
    "drafts": "select user_id as user, document as draft from draft order by user_id",
    "gaps": "select text, day::text, count from gap",
    "suggestions": "select id, document as suggestion from suggestion order by id",
}
_ENDED: Final = (
    "select alert_id as alert, chat_id as chat, thread, state, maybe,"
    " case when message is not null then json_build_array(message, digest) end as message"
    " from recipient r"
    " where not exists (select from delivery d where d.alert_id = r.alert_id"
    " and d.chat_id = r.chat_id and d.thread = r.thread)"
)


async def exported(connection: Connection) -> Rows:
    """Every row, as it is in this transaction."""
    found: Any
    async for found in _fetched(connection, chats.EVERY):
        yield "chats", _plain(chat_document(chats.read_row(found)))
    for table, query in _EXPORT.items():
        async for found in _named(connection, query):
            yield table, found
        if table == "deliveries":
            async for found in _named(connection, _ENDED):
                yield table, {name: item for name, item in found.items() if item is not None}
    cursor = await connection.execute("select update_id, at from handled order by update_id")
    for first, last, at in ranges(await cursor.fetchall()):
        yield "handled", {"first": first, "last": last, "at": at.isoformat()}


async def _fetched(connection: Connection, query: LiteralString) -> AsyncIterator[Any]:
    """The rows of a query, a few thousand in memory at a time."""
    async with connection.cursor("rows") as cursor:
        cursor.itersize = _AT_A_TIME
        await cursor.execute(query)
        async for row in cursor:
            yield row


async def _named(connection: Connection, query: LiteralString) -> AsyncIterator[Document]:
    """The rows of a query as documents, by the names of their columns."""
    async with connection.cursor("rows", row_factory=dict_row) as cursor:
        cursor.itersize = _AT_A_TIME
        await cursor.execute(query)
        async for row in cursor:
            yield _plain(row)


def _plain(document: Document) -> Document:
    """A document as JSON has it: times as text."""
    plain: Document = orjson.loads(orjson.dumps(document))
    return plain


_LOAD: Final[Mapping[str, Sequence[LiteralString]]] = {
    "ids": [
        """
        select setval('change_ids', greatest(change, 1), change > 0),
            setval('alert_ids', greatest(alert, 1), alert > 0)
        from json_to_recordset(%(rows)s) as r(change bigint, alert bigint)
        """
    ],
    "alerts": [
        """
        insert into alert
            (id, change_id, provision, made_at, ready_at, scopes, withdrawn_by, document)
        select * from json_to_recordset(%(rows)s) as r(id bigint, change bigint, provision text,
            made_at timestamptz, ready_at timestamptz, scopes text[], withdrawn_by bigint,
            document json)
        """
    ],
    "tallies": [
        f"""
        insert into tally (alert_id, {_COUNTS})
        select * from json_to_recordset(%(rows)s) as r(alert bigint, remaining bigint,
            sent bigint, failed bigint, cancelled bigint, later bigint, paused bigint,
            repeated bigint)
        """,
        """
        insert into failure (alert_id, reason, detail, count)
        select alert, f ->> 0, f ->> 1, (f ->> 2)::bigint
        from json_to_recordset(%(rows)s) as r(alert bigint, failures json),
            json_array_elements(failures) f
        """,
    ],
    "deliveries": [
        """
        insert into delivery (chat_id, thread, alert_id, due, attempts, waits, maybe, detail)
        select chat, thread, alert, due, attempts, waits_for, maybe, detail
        from json_to_recordset(%(rows)s) as r(alert bigint, chat bigint, thread bigint,
            state "char", maybe boolean, due timestamptz, waits_for "char", attempts integer,
            detail text)
        where state = 'w'
        """,
        """
        insert into recipient (chat_id, thread, alert_id, state, maybe, message, digest)
        select chat, thread, alert, state, maybe,
            (message ->> 0)::bigint, coalesce((message ->> 1)::boolean, false)
        from json_to_recordset(%(rows)s) as r(alert bigint, chat bigint, thread bigint,
            state "char", maybe boolean, message json)
        where state <> 'w'
        """,
    ],
    "audit": [
        """
        insert into audit (number, made_at, made_by, action, detail) overriding system value
        select * from json_to_recordset(%(rows)s) as r(number bigint, made_at timestamptz,
            made_by bigint, action text, detail text)
        """,
        "select setval(pg_get_serial_sequence('audit', 'number'), max(number)) from audit",
    ],
    "facts": [
        """
        insert into fact (key, value)
        select * from json_to_recordset(%(rows)s) as r(key text, value text)
        """
    ],
    "drafts": [
        """
        insert into draft (user_id, document)
        select * from json_to_recordset(%(rows)s) as r("user" bigint, draft json)
        """
    ],
    "gaps": [
        """
        insert into gap (text, day, count)
        select * from json_to_recordset(%(rows)s) as r(text text, day date, count bigint)
        """
    ],
    "suggestions": [
        """
        insert into suggestion (id, found_at, document)
        select id, (suggestion ->> 'found_at')::timestamptz, suggestion
        from json_to_recordset(%(rows)s) as r(id text, suggestion json)
        """
    ],
    "handled": [
        """
        insert into handled (update_id, at)
        select number, at
        from json_to_recordset(%(rows)s) as r(first bigint, last bigint, at timestamptz),
            generate_series(first, last) number
        """
    ],
}


async def load(connection: Connection, rows: Rows, expected: Checksum) -> None:
    """Fill an empty database. Within a transaction, which must not be committed on an error.

    Raises:
        StoreError: there is something in it already, or what arrived differs.
    """
    cursor = await connection.execute(
        "select exists (select from chat) or exists (select from alert) or exists (select from"
        " draft) or exists (select from fact) or exists (select from audit)"
        " or exists (select from gap) or exists (select from suggestion)"
    )
    if await cursor.fetchone() != (False,):
        raise StoreError("the database is not empty")
    table, batch = "", list[Document]()
    async for name, row in rows:
        if name != table or len(batch) >= _AT_A_TIME:
            await _write(connection, table, batch)
            table, batch = name, []
        batch.append(row)
    await _write(connection, table, batch)
    if different := expected.differences(await checksum(exported(connection))):
        raise StoreError(f"what arrived differs from what was sent: {', '.join(different)}")
    await connection.execute("analyze")


async def _write(connection: Connection, table: str, rows: Sequence[Document]) -> None:
    if table == "chats":
        await _write_chats(connection, rows)
    elif rows:
        for statement in _LOAD[table]:
            await connection.execute(statement, {"rows": Json(rows)})


async def _copy(
    connection: Connection, target: LiteralString, rows: Iterable[Sequence[Any]]
) -> None:
    async with connection.cursor() as cursor, cursor.copy(f"copy {target} from stdin") as copy:
        for row in rows:
            await copy.write_row(row)


async def _write_chats(connection: Connection, documents: Sequence[Document]) -> None:
    await _copy(
        connection,
        "chat (id, kind, locale, client_locale, active, title, since, timing, lost_at, lost_by,"
        " pauses, routes)",
        (
            (
                chat["id"],
                chat["kind"],
                chat.get("locale"),
                chat.get("client_locale"),
                chat.get("active", True),
                chat.get("title", ""),
                chat.get("since"),
                Json(chat["timing"]) if "timing" in chat else None,
                chat.get("lost_at"),
                chat.get("lost_by"),
                Json(chat["pauses"]) if "pauses" in chat else None,
                Json(chat["routes"]) if "routes" in chat else None,
            )
            for chat in documents
        ),
    )
    await _copy(
        connection,
        "subscription (chat_id, thread, scope)",
        (row for chat in documents for row in _subscriptions(chat)),
    )


def _subscriptions(chat: Document) -> Iterable[Sequence[Any]]:
    for thread, scope in chat["follows"]:
        yield chat["id"], thread or 0, scope
