"""Updates from a webhook: accepted by one process, handled by any, those of a chat in order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from bot.storage.inbox import Accepted, InboxState
from bot.storage.postgres import locks, notes
from bot.storage.postgres.database import Connection

_ACCEPT: Final = """
insert into inbox (update_id, lane, document, at)
select u.id, u.lane, u.document, %(now)s
from unnest(%(ids)s::bigint[], %(lanes)s::bigint[], %(documents)s::bytea[])
    as u(id, lane, document)
where not exists (select from handled h where h.update_id = u.id and h.at >= %(since)s)
order by u.id
on conflict (update_id) do nothing
"""

_TAKE: Final = """
with busy as materialized (
    select i.update_id, i.lane, i.owner from inbox i join process p on p.id = i.owner
    where i.owner <> %(owner)s or i.update_id = any(%(in_hand)s)
), again as (  -- it came again while the first was being handled
    delete from inbox i using handled h
    where h.update_id = i.update_id and h.at >= %(since)s and i.owner is null
), free as (
    select i.update_id from inbox i
    where not exists (select from busy b where b.update_id = i.update_id)
    and not exists (select from busy b where b.lane = i.lane and b.owner <> %(owner)s)
    and not exists (
        select from handled h
        where h.update_id = i.update_id and h.at >= %(since)s and i.owner is null
    )
    order by i.update_id limit %(limit)s
)
update inbox i set owner = %(owner)s, deaths = case  -- of a process that is gone: one at least
    when i.owner is null or i.owner = %(owner)s then i.deaths else greatest(i.deaths, 1)
end
from free f where i.update_id = f.update_id
returning i.update_id, i.lane, i.document, i.deaths
"""

_HANDLED: Final = f"""
with erased as (
    delete from inbox where update_id = any(%(ids)s) returning lane
), marked as ({notes.MARK_HANDLED})
select exists (select from inbox i join erased e on e.lane = i.lane where i.owner is null)
"""


async def accept(connection: Connection, updates: Sequence[Accepted], now: datetime) -> None:
    """Keep updates that are not known yet."""
    values = {
        "ids": [update.update_id for update in updates],
        "lanes": [update.lane for update in updates],
        "documents": [update.document for update in updates],
        "now": now,
        "since": notes.handled_since(now),
    }
    await connection.execute(_ACCEPT, values)


async def take(
    connection: Connection, owner: int, in_hand: Collection[int], limit: int, now: datetime
) -> list[Accepted]:
    """Take free updates of free lanes; one process at a time, or two could take one lane.

    What has the owner's name on it and is not in hand was taken in a call that broke off: it is
    free.
    """
    await locks.alone(connection, locks.Lock.INBOX)
    values = {
        "owner": owner,
        "in_hand": list(in_hand),
        "limit": limit,
        "since": notes.handled_since(now),
    }
    cursor = await connection.execute(_TAKE, values)
    rows = sorted(await cursor.fetchall())
    return [
        Accepted(number, lane, bytes(document), deaths) for number, lane, document, deaths in rows
    ]


async def begin_again(connection: Connection, update_id: int) -> None:
    """Count a death of an update in advance."""
    await connection.execute(
        "update inbox set deaths = deaths + 1 where update_id = %s", (update_id,)
    )


async def handled(connection: Connection, update_ids: Sequence[int], now: datetime) -> bool:
    """Erase updates, and remember them as handled; say whether others of their lanes are free."""
    values = {"ids": sorted(set(update_ids)), "now": now}
    cursor = await connection.execute(_HANDLED, values)
    return await cursor.fetchone() == (True,)


async def give_back(
    connection: Connection, owner: int, update_ids: Sequence[int], begun: Collection[int]
) -> None:
    """Let others take updates; a death that was counted in advance is taken off."""
    values = {"owner": owner, "ids": list(update_ids), "begun": list(begun)}
    await connection.execute(
        "update inbox"
        " set owner = null, deaths = deaths - (update_id = any(%(begun)s::bigint[]))::int"
        " where owner = %(owner)s and update_id = any(%(ids)s)",
        values,
    )


async def state(connection: Connection) -> InboxState:
    """How much waits."""
    cursor = await connection.execute("select count(*), min(at) from inbox")
    count, oldest = await cursor.fetchone() or (0, None)
    return InboxState(count, oldest)
