"""Whether deliveries are still wanted: every message asks just before it goes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.alerts.ledger import Key
from bot.storage.postgres.database import Connection
from bot.storage.postgres.deliveries import KEYS, columns

_WANTED: Final = f"""
select k.chat_id, k.thread, k.alert_id from {KEYS} as k(chat_id, thread, alert_id)
left join moved m on m.old_id = k.chat_id
join chat c on c.id = coalesce(m.new_id, k.chat_id) and c.active
join delivery d on d.chat_id = c.id and d.thread = k.thread and d.alert_id = k.alert_id
join alert a on a.id = k.alert_id and a.withdrawn_by is null
"""


async def still_wanted(connection: Connection, keys: Sequence[Key]) -> list[bool]:
    """Of each delivery, whether the chat is still there and it is still to be made."""
    cursor = await connection.execute(_WANTED, columns(keys))
    wanted = {Key(*row) for row in await cursor.fetchall()}
    return [key in wanted for key in keys]
