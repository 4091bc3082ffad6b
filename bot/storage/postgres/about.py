"""All that is kept about one chat."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import orjson

from bot.storage.postgres import chats, notes
from bot.storage.postgres.database import Connection
from bot.storage.serialization import chat_document

_ALERTS: Final = """
select alert_id, nullif(thread, 0), 'waits', null from delivery where chat_id = %(chat)s
union all
select alert_id, nullif(thread, 0),
    case state when 's' then 'sent' when 'c' then 'cancelled' else 'failed' end, message
from recipient where chat_id = %(chat)s
order by 1, 2
"""


async def kept(connection: Connection, chat_id: int, now: datetime) -> dict[str, Any]:
    """By the places where it is, as JSON data; those that hold nothing are left out."""
    known = (await chats.known(connection, [chat_id], now))[chat_id]
    cursor = await connection.execute(_ALERTS, {"chat": chat_id})
    rows = await cursor.fetchall()
    audit = [item for item in await notes.audit(connection) if item.made_by == chat_id]
    cursor = await connection.execute(
        "select change_id from alert where (document -> 'change' ->> 'made_by')::bigint = %s"
        " order by change_id",
        (chat_id,),
    )
    changes = [number for (number,) in await cursor.fetchall()]
    cursor = await connection.execute(
        "select document from inbox where lane = %s order by update_id", (chat_id,)
    )
    updates = [orjson.loads(bytes(document)) for (document,) in await cursor.fetchall()]
    found = {
        "chat": None if known.chat is None else chat_document(known.chat),
        "alerts": [
            {"alert": alert, "thread": thread, "state": state}
            | ({"message": message} if message else {})
            for alert, thread, state, message in rows
        ],
        "draft": await notes.draft(connection, chat_id),
        "context": known.context,
        "changes": changes,
        "acts": [item.model_dump(mode="json") for item in audit],
        "updates": updates,
    }
    return {name: item for name, item in found.items() if item}
