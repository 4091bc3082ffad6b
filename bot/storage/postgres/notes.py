"""Drafts, facts, the record of what admins did, and numbers of handled updates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from bot.search.unanswered import GapCount
from bot.storage.postgres.database import Connection
from bot.storage.protocol import AuditAction, AuditEntry

_REDELIVERED = timedelta(days=2)
"""Telegram keeps an update for 24 hours (Bot API, "Getting updates"). Nothing may be remembered
for a week: after so long without updates their numbers begin again anywhere."""

MARK_HANDLED: Final = """
insert into handled (update_id, at)
select id, %(now)s from unnest(%(ids)s::bigint[]) as n(id) order by id
on conflict (update_id) do update set at = excluded.at
"""


async def draft(connection: Connection, user_id: int) -> Mapping[str, Any] | None:
    """An admin's half-made update, or None."""
    cursor = await connection.execute("select document from draft where user_id = %s", (user_id,))
    row = await cursor.fetchone()
    return None if row is None else row[0]


async def keep_draft(connection: Connection, user_id: int, document: bytes | None) -> None:
    """Keep an admin's half-made update, as JSON, or drop it with None."""
    if document is None:
        await connection.execute("delete from draft where user_id = %s", (user_id,))
        return
    await connection.execute(
        "insert into draft (user_id, document) values (%s, %s::json)"
        " on conflict (user_id) do update set document = excluded.document",
        (user_id, document.decode()),
    )


async def append_audit(connection: Connection, entry: AuditEntry) -> None:
    """Add an act of an admin to the record."""
    await connection.execute(
        "insert into audit (made_at, made_by, action, detail) values (%s, %s, %s, %s)",
        (entry.made_at, entry.made_by, entry.action.value, entry.detail.replace("\0", "")),
    )


async def audit(connection: Connection) -> list[AuditEntry]:
    """Every recorded act, oldest first."""
    cursor = await connection.execute(
        "select made_at, made_by, action, detail from audit order by number"
    )
    return [
        AuditEntry(made_at=made_at, made_by=made_by, action=AuditAction(action), detail=detail)
        async for made_at, made_by, action, detail in cursor
    ]


async def remembered(connection: Connection, key: str) -> str | None:
    """A small fact kept under a name, or None."""
    cursor = await connection.execute("select value from fact where key = %s", (key,))
    row = await cursor.fetchone()
    return None if row is None else row[0]


async def remember(connection: Connection, key: str, value: str) -> None:
    """Keep a small fact under a name."""
    await connection.execute(
        "insert into fact (key, value) values (%s, %s)"
        " on conflict (key) do update set value = excluded.value",
        (key, value),
    )


class Context(NamedTuple):
    """What a chat is about."""

    chat_id: int
    document: str
    """As JSON."""
    until: datetime


async def keep_contexts(connection: Connection, contexts: Sequence[Context]) -> None:
    """Keep what chats are about; of one chat the last."""
    last = sorted({context.chat_id: context for context in contexts}.values())
    await connection.execute(
        "insert into context (chat_id, document, until)"
        " select * from unnest(%s::bigint[], %s::json[], %s::timestamptz[])"
        " on conflict (chat_id) do update"
        " set document = excluded.document, until = excluded.until",
        [list(column) for column in zip(*last, strict=True)],
    )


async def forget_contexts(connection: Connection, now: datetime) -> None:
    """Forget what chats were about whose time is over."""
    await connection.execute("delete from context where until <= %s", (now,))


async def gaps(connection: Connection) -> list[GapCount]:
    """How often unanswered questions were asked, by text and day."""
    cursor = await connection.execute("select text, day, count from gap")
    return [GapCount(text, day, count) async for text, day, count in cursor]


async def count_gaps(
    connection: Connection, counts: Mapping[str, int], day: date, oldest: date
) -> None:
    """Add to a day's counts, and erase old ones."""
    await connection.execute("delete from gap where day < %s", (oldest,))
    texts = sorted(counts)
    await connection.execute(
        "insert into gap (text, day, count)"
        " select text, %s, count from unnest(%s::text[], %s::bigint[]) as n(text, count)"
        " on conflict (text, day) do update set count = gap.count + excluded.count",
        (day, texts, [counts[text] for text in texts]),
    )


async def clear_gaps(connection: Connection) -> None:
    """Erase all counts of unanswered questions."""
    await connection.execute("delete from gap")


async def first_seen(
    connection: Connection, update_ids: Sequence[int], now: datetime
) -> frozenset[int]:
    """Those of the updates that were not handled in the time in which they may come again."""
    cursor = await connection.execute(
        "select update_id from handled where update_id = any(%s) and at >= %s",
        (list(update_ids), handled_since(now)),
    )
    return frozenset(update_ids) - {row[0] for row in await cursor.fetchall()}


async def mark_handled(connection: Connection, update_ids: Sequence[int], now: datetime) -> None:
    """Remember that updates were handled."""
    await connection.execute(MARK_HANDLED, {"ids": sorted(set(update_ids)), "now": now})


def handled_since(now: datetime) -> datetime:
    """What was handled before this does not come again."""
    return now - _REDELIVERED


async def forget_handled(connection: Connection, now: datetime) -> None:
    """Forget updates that cannot come again."""
    await connection.execute("delete from handled where at < %s", (handled_since(now),))
