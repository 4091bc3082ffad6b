"""All that another store held, into an empty database, by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString

from psycopg.types.json import Json

from bot.alerts.ledger import WaitsFor
from bot.storage.checksum import Checksum, Document, Documents, checksum
from bot.storage.errors import StoreError
from bot.storage.postgres.database import Connection
from bot.storage.postgres.moving_out import alone_on, documents_of

_BATCH = 5000
"""Documents that are written together, and after which a broken move goes on."""


async def fill(url: str, source: Documents, expected: Checksum) -> Checksum:
    """Fill an empty database, or go on where that was broken off; say what it holds then.

    Raises:
        StoreError: there is something else in it, a bot works on it, or it refused.
    """
    async with alone_on(url) as connection:
        done = await _begun(connection, expected.fingerprint)
        batch: list[tuple[str, Document]] = []
        number = 0
        async for item in source:
            number += 1
            if number <= done:
                continue
            batch.append(item)
            if len(batch) >= _BATCH or item[0] == "deliveries":
                await _write(connection, batch, number)
                batch = []
        await _write(connection, batch, number)
        async with connection.transaction():
            found = await checksum(documents_of(connection))
        if not expected.differences(found):
            await connection.execute("delete from transfer")
        await connection.execute("analyze")
        return found


async def _begun(connection: Connection, fingerprint: str) -> int:
    """How many documents of this source are there already."""
    cursor = await connection.execute("select fingerprint, done from transfer")
    row = await cursor.fetchone()
    if row is not None:
        if row[0] != fingerprint:
            raise StoreError("the database holds half of something else: empty it")
        done: int = row[1]
        return done
    cursor = await connection.execute(
        "select exists (select from chat) or exists (select from alert) or exists (select from"
        " draft) or exists (select from fact) or exists (select from audit)"
        " or exists (select from gap)"
    )
    if await cursor.fetchone() != (False,):
        raise StoreError("the database is not empty")
    await connection.execute("insert into transfer values (%s, 0)", (fingerprint,))
    return 0


async def _write(connection: Connection, batch: Sequence[tuple[str, Document]], done: int) -> None:
    """Write documents, and how far that is, in one transaction."""
    async with connection.transaction():
        by_kind: dict[str, list[Document]] = {}
        for kind, document in batch:
            by_kind.setdefault(kind, []).append(document)
        for kind, documents in by_kind.items():
            if kind == "chat":
                await _write_chats(connection, documents)
            elif kind == "deliveries":
                for document in documents:
                    await _write_deliveries(connection, document)
            else:
                for document in documents:
                    await connection.execute(_STATEMENTS[kind], _parameters(kind, document))
        await connection.execute("update transfer set done = %s", (done,))


_STATEMENTS: Final[Mapping[str, LiteralString]] = {
    "ids": "select setval('change_ids', greatest(%(change)s, 1), %(change)s > 0),"
    " setval('alert_ids', greatest(%(alert)s, 1), %(alert)s > 0)",
    "alert": "insert into alert (id, change_id, provision, made_at, ready_at, scopes, document)"
    " values (%(id)s, %(change)s, %(provision)s, %(made_at)s, %(ready_at)s, '{}', %(document)s)",
    "audit": "with written as (insert into audit (number, made_at, made_by, action, detail)"
    " overriding system value values"
    " (%(number)s, %(made_at)s, %(made_by)s, %(action)s, %(detail)s))"
    " select setval(pg_get_serial_sequence('audit', 'number'), %(number)s)",
    "fact": "insert into fact (key, value) values (%(key)s, %(value)s)",
    "draft": "insert into draft (user_id, document) values (%(user)s, %(draft)s)",
    "gap": "insert into gap (text, day, count) values (%(text)s, %(day)s, %(count)s)",
    "handled": "insert into handled (update_id, at) select n, r.at from unnest("
    "%(firsts)s::bigint[], %(lasts)s::bigint[], %(times)s::timestamptz[]) as r(first, last, at),"
    " generate_series(r.first, r.last) n",
}


def _parameters(kind: str, document: Document) -> Mapping[str, Any]:
    match kind:
        case "alert":
            change = document["change"]
            return {
                "id": document["id"],
                "change": change["id"],
                "provision": change["provision_id"],
                "made_at": change["made_at"],
                "ready_at": document["ready_at"],
                "document": Json(document),
            }
        case "audit":
            return {"number": document["number"], **document["entry"]}
        case "draft":
            return {"user": document["user"], "draft": Json(document["draft"])}
        case "handled":
            firsts, lasts, times = (
                zip(*document["ranges"], strict=True) if document["ranges"] else ((), (), ())
            )
            return {"firsts": list(firsts), "lasts": list(lasts), "times": list(times)}
    return document


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
                document["id"],
                document["kind"],
                document.get("locale"),
                document.get("client_locale"),
                document.get("active", True),
                document.get("title", "").replace("\0", ""),
                document.get("since"),
                Json(document["timing"]) if "timing" in document else None,
                document.get("lost_at"),
                document.get("lost_by"),
                Json(document["pauses"]) if "pauses" in document else None,
                Json(document["routes"]) if "routes" in document else None,
            )
            for document in documents
        ),
    )
    await _copy(
        connection,
        "subscription (chat_id, thread, scope, schedule)",
        (row for document in documents for row in _subscriptions(document)),
    )


def _subscriptions(document: Document) -> Iterable[Sequence[Any]]:
    own = {(thread, scope): schedule for thread, scope, schedule in document.get("schedules", ())}
    for thread, scope in document["follows"]:
        schedule = own.get((thread, scope))
        yield document["id"], thread or 0, scope, schedule and Json(schedule)


async def _write_deliveries(connection: Connection, document: Document) -> None:
    alert_id = document["alert"]
    await connection.execute(
        "update alert set scopes = %s, withdrawn_by = %s where id = %s",
        (document["scopes"], document["withdrawn_by"], alert_id),
    )
    left, maybe, cancelled, reached = (
        set(zip(*document[name], strict=True)) for name in ("left", "maybe", "cancelled", "reached")
    )
    tries = {(item[0], item[1] or 0): item[2:] for item in document["tries"]}
    await connection.execute(
        "insert into tally (alert_id, remaining, sent, failed, cancelled, later, paused, repeated)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            alert_id,
            len(left),
            document["sent"],
            document["failed"],
            document["dropped"] + len(cancelled),
            sum(each_try[2] == WaitsFor.LATER for each_try in tries.values()),
            sum(each_try[2] == WaitsFor.PAUSE for each_try in tries.values()),
            document["repeated"],
        ),
    )
    ready_at = datetime.fromisoformat(document["ready_at"])
    nothing = (0, None, WaitsFor.TURN.value, "")
    await _copy(
        connection,
        "delivery (chat_id, thread, alert_id, due, attempts, waits, maybe, detail)",
        (
            (*key, alert_id, *_waits(tries.get(key, nothing), ready_at, maybe=key in maybe))
            for key in sorted(left)
        ),
    )
    failed = maybe - left - cancelled - reached
    states = {
        **dict.fromkeys(failed, "f"),
        **dict.fromkeys(cancelled, "c"),
        **dict.fromkeys(reached, "s"),
    }
    await _copy(
        connection,
        "recipient (chat_id, thread, alert_id, state, maybe)",
        ((*key, alert_id, state, key in maybe) for key, state in sorted(states.items())),
    )
    await _write_failures(connection, alert_id, document.get("failures", ()))


async def _write_failures(
    connection: Connection, alert_id: int, failures: Sequence[Sequence[Any]]
) -> None:
    await _copy(
        connection,
        "failure (alert_id, reason, detail, count)",
        ((alert_id, reason, detail.replace("\0", ""), n) for reason, detail, n in failures),
    )


def _waits(tried: Sequence[Any], ready_at: datetime, *, maybe: bool) -> Sequence[Any]:
    attempts, not_before, waits, detail = tried
    at = datetime.fromisoformat(not_before) if not_before else None
    return max(at or ready_at, ready_at), attempts, waits, maybe, detail.replace("\0", "")
