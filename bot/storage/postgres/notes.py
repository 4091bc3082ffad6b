"""Drafts, facts, contexts, acts of admins, unanswered questions, and all that is kept of a chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

import orjson
from typing_extensions import override

from bot.clock import Clock
from bot.feeds.model import Suggestion
from bot.search.unanswered import GapCount
from bot.storage.batching import Batcher
from bot.storage.postgres.chats import PostgresChats
from bot.storage.postgres.connection import Connection
from bot.storage.postgres.database import Database
from bot.storage.protocol import AuditAction, AuditEntry, Known, Notes
from bot.storage.serialization import chat_document

_ALERTS: Final = """
select alert_id, nullif(thread, 0), 'waits', null from delivery where chat_id = %(chat)s
union all
select alert_id, nullif(thread, 0),
    case state when 's' then 'sent' when 'c' then 'cancelled' else 'failed' end, message
from recipient where chat_id = %(chat)s
order by 1, 2
"""


class Context(NamedTuple):
    """What a chat is about."""

    chat_id: int
    document: str
    """As JSON."""
    until: datetime


async def forget_contexts(connection: Connection, now: datetime) -> None:
    """Forget what chats were about whose time is over."""
    await connection.execute("delete from context where until <= %s", (now,))


class PostgresNotes(PostgresChats, Notes):
    """The little else that is kept."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock)
        self._contexts = Batcher(self._keep_contexts)

    @override
    async def draft(self, user_id: int) -> Mapping[str, Any] | None:
        rows = await self._fetch("select document from draft where user_id = %s", (user_id,))
        return rows[0][0] if rows else None

    @override
    async def keep_draft(self, user_id: int, draft: Mapping[str, Any] | None) -> None:
        if draft is None:
            await self._execute("delete from draft where user_id = %s", (user_id,))
            return
        await self._execute(
            "insert into draft (user_id, document) values (%s, %s::json)"
            " on conflict (user_id) do update set document = excluded.document",
            (user_id, orjson.dumps(draft).decode()),
        )

    @override
    async def append_audit(self, entry: AuditEntry) -> None:
        await self._execute(
            "insert into audit (made_at, made_by, action, detail) values (%s, %s, %s, %s)",
            (entry.made_at, entry.made_by, entry.action.value, entry.detail.replace("\0", "")),
        )

    @override
    async def audit(self) -> Sequence[AuditEntry]:
        rows = await self._fetch(
            "select made_at, made_by, action, detail from audit order by number"
        )
        return [
            AuditEntry(made_at=made_at, made_by=made_by, action=AuditAction(action), detail=detail)
            for made_at, made_by, action, detail in rows
        ]

    @override
    async def remembered(self, key: str) -> str | None:
        rows = await self._fetch("select value from fact where key = %s", (key,))
        return rows[0][0] if rows else None

    @override
    async def remember(self, key: str, value: str) -> None:
        await self._execute(
            "insert into fact (key, value) values (%s, %s)"
            " on conflict (key) do update set value = excluded.value",
            (key, value),
        )

    @override
    async def known(self, chat_id: int) -> Known:
        return await self._knowing.ask(chat_id)

    @override
    async def keep_context(self, chat_id: int, context: Mapping[str, Any], until: datetime) -> None:
        await self._contexts.ask(Context(chat_id, orjson.dumps(context).decode(), until))

    @override
    async def gaps(self) -> Sequence[GapCount]:
        rows = await self._fetch("select text, day, count from gap")
        return [GapCount(text, day, count) for text, day, count in rows]

    @override
    async def count_gaps(self, counts: Mapping[str, int], day: date, oldest: date) -> None:
        texts = sorted(counts)

        async def count(connection: Connection) -> None:
            await connection.execute("delete from gap where day < %s", (oldest,))
            await connection.execute(
                "insert into gap (text, day, count)"
                " select text, %s, count from unnest(%s::text[], %s::bigint[]) as n(text, count)"
                " on conflict (text, day) do update set count = gap.count + excluded.count",
                (day, texts, [counts[text] for text in texts]),
            )

        await self._write(count)

    @override
    async def clear_gaps(self) -> None:
        await self._execute("delete from gap")

    @override
    async def suggestions(self) -> Sequence[Suggestion]:
        rows = await self._fetch("select document from suggestion")
        return [Suggestion.model_validate(document) for (document,) in rows]

    @override
    async def suggest(self, found: Sequence[Suggestion], oldest: datetime) -> None:
        async def keep(connection: Connection) -> None:
            await connection.execute("delete from suggestion where found_at < %s", (oldest,))
            for item in sorted(found, key=lambda item: item.id):
                await connection.execute(
                    "insert into suggestion (id, found_at, document) values (%s, %s, %s::json)"
                    " on conflict (id) do nothing",
                    (item.id, item.found_at, item.model_dump_json()),
                )

        await self._write(keep)

    @override
    async def decide(self, changed: Sequence[Suggestion]) -> None:
        async def put(connection: Connection) -> None:
            for item in sorted(changed, key=lambda item: item.id):
                await connection.execute(
                    "update suggestion set document = %s::json where id = %s",
                    (item.model_dump_json(), item.id),
                )

        await self._write(put)

    @override
    async def kept_about(self, chat_id: int) -> Mapping[str, Any]:
        known = await self.known(chat_id)
        alerts = await self._fetch(_ALERTS, {"chat": chat_id})
        changes = await self._fetch(
            "select change_id from alert where (document -> 'change' ->> 'made_by')::bigint = %s"
            " order by change_id",
            (chat_id,),
        )
        updates = await self._fetch(
            "select document from inbox where lane = %s order by update_id", (chat_id,)
        )
        found = {
            "chat": None if known.chat is None else chat_document(known.chat),
            "alerts": [
                {"alert": alert_id, "thread": thread, "state": state}
                | ({"message": message} if message else {})
                for alert_id, thread, state, message in alerts
            ],
            "draft": await self.draft(chat_id),
            "context": known.context,
            "changes": [number for (number,) in changes],
            "acts": [
                entry.model_dump(mode="json")
                for entry in await self.audit()
                if entry.made_by == chat_id
            ],
            "updates": [orjson.loads(bytes(document)) for (document,) in updates],
        }
        return {name: item for name, item in found.items() if item}

    async def _keep_contexts(self, contexts: Sequence[Context]) -> Sequence[None]:
        """Keep what chats are about; of one chat the last."""
        last = sorted({context.chat_id: context for context in contexts}.values())
        columns = [list(column) for column in zip(*last, strict=True)]

        async def keep(connection: Connection) -> None:
            await connection.execute(
                "insert into context (chat_id, document, until)"
                " select * from unnest(%s::bigint[], %s::json[], %s::timestamptz[])"
                " on conflict (chat_id) do update"
                " set document = excluded.document, until = excluded.until",
                columns,
            )

        await self._database.repeat(keep)
        return [None] * len(contexts)
