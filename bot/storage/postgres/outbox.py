"""The outbox: alerts and their audiences. An audience is one statement, whatever its size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import LiteralString

from psycopg import errors
from psycopg.types.json import Json
from typing_extensions import override

from bot.agreement.board import StatusChange
from bot.alerts.ledger import Key, WaitsFor
from bot.alerts.model import Alert, AlertKind, Delivery, Failure, Progress, SentMessage
from bot.alerts.outbox import Overtaken, Waiting
from bot.storage.postgres import chats, deliveries
from bot.storage.postgres.claims import PostgresClaims
from bot.storage.postgres.connection import Connection
from bot.storage.postgres.database import Lock, fetch, lock_alone, lock_shared
from bot.subscribers.chat import Address, Scope

RECIPIENTS_KEPT = timedelta(days=7)
"""How long it is kept at least who got an alert."""
MOST_RECIPIENTS = 5_000_000
"""Of older alerts it is kept while they stand uncorrected, and while so many rows are not exceeded:
a correction needs it, nothing else does."""
CHANNEL = "briefing"
"""On it every process hears of alerts; the schema's name is added."""

_MANY = 10_000
"""New deliveries from which the planner is told at once, lest it take the table for empty."""


async def record(
    connection: Connection, alert: Alert, scopes: frozenset[Scope], known: int | None
) -> int:
    """Keep an alert with its audience; cancel what waits of the one that it corrects.

    Raises:
        ValueError: it is recorded already, or corrects nothing that stands.
        Overtaken: there are more changes of the provision than those that are known.
    """
    await lock_shared(connection, Lock.AUDIENCE)
    await _last(connection, alert.change.provision_id, known)
    if alert.kind is AlertKind.CHANGE:
        await _insert(connection, alert, sorted(map(str, scopes)))
        due = await _audience(connection, alert, scopes)
    else:
        due = await _correct(connection, alert)
    await connection.execute(
        "insert into tally (alert_id, remaining) values (%s, %s)", (alert.id, due)
    )
    if due >= _MANY:
        await connection.execute("analyze delivery")
    await connection.execute(
        "select pg_notify(%s || current_schema(), %s)", (CHANNEL, str(alert.id))
    )
    return due


async def _last(connection: Connection, provision: str, known: int | None) -> None:
    """One change of a provision at a time, and none that does not know the one before."""
    await connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 1))", (provision,))
    query = "select count(*) from alert where provision = %s"
    ((found,),) = await fetch(connection, query, (provision,))
    if known is not None and found > known:
        raise Overtaken


async def _insert(connection: Connection, alert: Alert, scopes: Sequence[str]) -> None:
    try:
        await connection.execute(
            "insert into alert (id, change_id, provision, made_at, ready_at, scopes, document)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            (
                alert.id,
                alert.change.id,
                alert.change.provision_id,
                alert.change.made_at,
                alert.ready_at,
                list(scopes),
                Json(alert.model_dump(mode="json")),
            ),
        )
    except errors.UniqueViolation:
        raise ValueError(f"alert {alert.id} is recorded already") from None


async def _audience(connection: Connection, alert: Alert, scopes: frozenset[Scope]) -> int:
    cursor = await connection.execute(
        "insert into delivery (chat_id, thread, alert_id, due)"
        f" select s.chat_id, s.thread, %(id)s, %(ready)s from ({chats.WANTED}) s"
        " join chat c on c.id = s.chat_id and c.active order by s.chat_id, s.thread",
        {"rules": chats.rules_of(scopes), "id": alert.id, "ready": alert.ready_at},
    )
    return cursor.rowcount


async def _correct(connection: Connection, alert: Alert) -> int:
    await lock_alone(connection, Lock.OUTBOX)
    cursor = await connection.execute(
        "select id, withdrawn_by from alert where change_id = %s for update",
        (alert.change.undoes,),
    )
    found = await cursor.fetchone()
    if found is None:
        raise ValueError("there is no alert that this corrects")
    corrected, withdrawn_by = found
    if withdrawn_by is not None:
        raise ValueError(f"alert {corrected} is corrected already")
    await _insert(connection, alert, [])  # whether they follow it still is no matter
    cursor = await connection.execute(
        "insert into delivery (chat_id, thread, alert_id, due)"
        " select t.chat_id, t.thread, %(new)s, %(ready)s from ("
        "  select chat_id, thread from recipient"
        "  where alert_id = %(old)s and (state = 's' or maybe)"
        "  union select chat_id, thread from delivery where alert_id = %(old)s and maybe"
        "  union select chat_id, thread from claim where %(old)s = any(alerts)"
        " ) t join chat c on c.id = t.chat_id and c.active order by t.chat_id, t.thread",
        {"old": corrected, "new": alert.id, "ready": alert.ready_at},
    )
    due = cursor.rowcount
    await deliveries.withdraw(connection, corrected)
    await connection.execute(
        "update alert set withdrawn_by = %s where id = %s", (alert.id, corrected)
    )
    return due


async def forget_recipients(connection: Connection) -> None:
    """Of old alerts that cannot be corrected any more, or are too many, keep only the numbers."""
    cursor = await connection.execute(
        "with known as (select a.id, k.sent + k.cancelled as number,"
        " coalesce(w.made_at, a.made_at) as made_at,"
        " a.withdrawn_by is not null or a.document -> 'change' ->> 'undoes' is not null as over"
        " from alert a join tally k on k.alert_id = a.id"
        " left join alert w on w.id = a.withdrawn_by where not k.forgotten),"
        " summed as (select id, made_at, over,"
        " sum(case when over then 0 else number end) over (order by id desc) as kept from known)"
        " update tally t set forgotten = true from summed a"
        " where a.id = t.alert_id and t.remaining = 0 and (a.over or a.kept > %s)"
        " and a.made_at < (select max(made_at) from alert) - %s returning t.alert_id",
        (MOST_RECIPIENTS, RECIPIENTS_KEPT),
    )
    if ended := [row[0] for row in await cursor.fetchall()]:
        await connection.execute("delete from recipient where alert_id = any(%s)", (ended,))


class PostgresOutbox(PostgresClaims):
    """Alerts and their deliveries."""

    @override
    async def next_ids(self) -> tuple[int, int]:
        ((change_id, alert_id),) = await self._fetch(
            "select nextval('change_ids'), nextval('alert_ids')"
        )
        return change_id, alert_id

    @override
    async def record_alert(
        self, alert: Alert, scopes: frozenset[Scope], *, known: int | None = None
    ) -> int:
        correction = alert.kind is AlertKind.CORRECTION
        self._correcting += correction
        try:
            return await self._write(lambda item: record(item, alert, scopes, known))
        finally:
            self._correcting -= correction

    @override
    async def alert(self, alert_id: int) -> Alert | None:
        found = await self._alerts("select document from alert where id = %s", (alert_id,))
        return found[0] if found else None

    @override
    async def alert_of(self, change_id: int) -> Alert | None:
        found = await self._alerts("select document from alert where change_id = %s", (change_id,))
        return found[0] if found else None

    @override
    async def message_to(self, alert_id: int, address: Address) -> SentMessage | None:
        rows = await self._fetch(
            "select message, digest from recipient where chat_id = %s and thread = %s"
            " and alert_id = %s and message is not null",
            Key.of(alert_id, address),
        )
        return SentMessage(*rows[0]) if rows else None

    @override
    async def report_at(self, alert_id: int, chat_id: int, message_id: int) -> None:
        place = {"report_chat_id": chat_id, "report_message_id": message_id}
        changed = await self._execute(
            "update alert set document = (document::jsonb || %s::jsonb)::json where id = %s",
            (Json(place), alert_id),
        )
        if not changed:
            raise KeyError(alert_id)

    @override
    async def progress(self, alert_id: int) -> Progress:
        rows = await self._fetch(
            "select remaining + sent + failed + cancelled, sent, failed, cancelled, later,"
            " repeated, paused from tally where alert_id = %s",
            (alert_id,),
        )
        if not rows:
            return Progress(0)
        failures = await self._fetch(
            "select reason, detail, count from failure where alert_id = %s", (alert_id,)
        )
        why = {Failure(reason, detail): number for reason, detail, number in failures}
        total, sent, failed, cancelled, later, repeated, paused = rows[0]
        return Progress(total, sent, failed, cancelled, later, repeated, paused, why)

    @override
    async def unfinished(self) -> Sequence[Alert]:
        return await self._alerts(
            "select a.document from alert a join tally t on t.alert_id = a.id"
            " where t.remaining > 0 order by a.id"
        )

    @override
    async def waiting(self, limit: int) -> Sequence[Waiting]:
        rows = await self._fetch(
            "select chat_id, thread, alert_id, attempts, due, waits, detail from delivery"
            " order by alert_id, due, chat_id limit %s",
            (limit,),
        )
        return [
            Waiting(
                Delivery(alert_id, Address(chat_id, thread or None), attempts),
                due,
                WaitsFor(waits),
                detail,
            )
            for chat_id, thread, alert_id, attempts, due, waits, detail in rows
        ]

    @override
    async def retry(self, alert_id: int | None = None) -> int:
        return await self._execute(deliveries.RETRY, {"alert": alert_id})

    @override
    async def drop(self, alert_id: int, chat_id: int | None = None) -> int:
        values = {"alert": alert_id, "chat": chat_id}
        rows = await self._write(lambda item: fetch(item, deliveries.DROP, values))
        return sum(number for (number,) in rows)

    @override
    async def recent_alerts(self, limit: int) -> Sequence[Alert]:
        return await self._alerts("select document from alert order by id desc limit %s", (limit,))

    @override
    async def changes(self) -> Sequence[StatusChange]:
        rows = await self._fetch("select document -> 'change' from alert order by change_id")
        return [StatusChange.stored(document) for (document,) in rows]

    async def _alerts(self, query: LiteralString, values: Sequence[int] = ()) -> list[Alert]:
        return [Alert.stored(document) for (document,) in await self._fetch(query, values)]
