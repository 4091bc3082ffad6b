"""Claiming what is due, and giving up the claims of processes that no longer exist."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, LiteralString

from bot.alerts.model import ClaimedBatch, Delivery
from bot.storage.postgres import chats, deliveries, locks
from bot.storage.postgres.database import Connection, Row
from bot.storage.postgres.locks import PROCESSES, Lock
from bot.subscribers.chat import Address, Chat, ChatKind

_FREE: Final = (
    "not exists (select from claim c where c.chat_id = d.chat_id and c.thread = d.thread)"
)

_CLAIM: Final = f"""
with open as materialized (
    select alert_id from tally where remaining > 0 order by alert_id
), due as materialized (
    select d.chat_id, d.thread, d.alert_id
    from open o cross join lateral (
        select d.chat_id, d.thread, d.alert_id from delivery d
        where d.alert_id = o.alert_id and d.due <= %(now)s and {_FREE}
        order by d.due limit %(limit)s for update of d skip locked
    ) d
), chosen as materialized (
    select chat_id, thread, min(alert_id) as first from due
    group by chat_id, thread order by min(alert_id) limit %(limit)s
), parcel as materialized (
    select p.chat_id, p.thread, p.first,
        array_agg(d.alert_id order by d.alert_id) as alerts,
        array_agg(d.attempts order by d.alert_id) as attempts
    from chosen p
    join delivery d on d.chat_id = p.chat_id and d.thread = p.thread
    join alert a on a.id = d.alert_id
    -- What failed before goes again with the rest, so that a digest stays together.
    where d.due <= %(now)s or d.waits = 'f' or exists (  -- pulled along by newer news
        select from delivery e join alert b on b.id = e.alert_id
        where e.chat_id = d.chat_id and e.thread = d.thread
        and (e.due <= %(now)s or e.waits = 'f')
        and e.alert_id > d.alert_id and b.provision = a.provision
    )
    group by p.chat_id, p.thread, p.first
), taken as (
    insert into claim (chat_id, thread, owner, alerts)
    select chat_id, thread, %(owner)s, alerts from parcel
    on conflict do nothing returning chat_id, thread
)
select p.chat_id, p.thread, p.alerts, p.attempts, {chats.COLUMNS}
from taken t join parcel p on p.chat_id = t.chat_id and p.thread = t.thread
left join chat c on c.id = p.chat_id
order by p.first, p.chat_id, p.thread
"""

_NEXT_DUE: Final = f"""
select min(d.due) from (select alert_id from tally where remaining > 0) o
cross join lateral (
    select d.due from delivery d where d.alert_id = o.alert_id and {_FREE} order by d.due limit 1
) d
"""

_MISSING: Final = """
select p.id from process p where p.id <> %(own)s and (
    p.alive_until < clock_timestamp() or not exists (
    select from pg_locks l where l.locktype = 'advisory' and l.granted and l.objsubid = 2
    and l.database = (select oid from pg_database where datname = current_database())
    and l.classid = (hashtext(current_schema())::bigint & 4294967295)::oid
    and l.objid = (p.id + %(locks)s)::oid
))
"""


async def claim(
    connection: Connection,
    owner: int,
    limit: int,
    now: datetime,
    is_wanted: Callable[[], bool],
) -> list[ClaimedBatch]:
    """Take addresses with all that each is due, the oldest alert's first.

    Nothing while a correction is being written, or while another process claims, or where the
    caller is gone by the time that the lock is held: nobody would release the claims.
    """
    cursor = await connection.execute(
        "select pg_try_advisory_xact_lock_shared(hashtext(current_schema()), %s)"
        " and pg_try_advisory_xact_lock(hashtext(current_schema()), %s)",
        (int(Lock.OUTBOX), int(Lock.CLAIM)),
    )
    if await cursor.fetchone() != (True,) or not is_wanted():
        return []
    cursor = await connection.execute(_CLAIM, {"owner": owner, "limit": limit, "now": now})
    return [_batch(row) for row in await cursor.fetchall()]


def _batch(row: Row) -> ClaimedBatch:
    chat_id, thread, alerts, attempts, *columns = row
    address = Address(chat_id, thread or None)
    known = columns[0] is not None
    # Who is not known any more wants nothing: see `bot.alerts.scheduling`.
    chat = chats.read_row(columns) if known else Chat(chat_id, ChatKind.PRIVATE, active=False)
    made = zip(alerts, attempts, strict=True)
    return ClaimedBatch(
        chat, address, tuple(Delivery(item, address, tries) for item, tries in made)
    )


async def next_due(connection: Connection) -> datetime | None:
    """When the earliest delivery falls due that nobody has in hand."""
    cursor = await connection.execute(_NEXT_DUE)
    row = await cursor.fetchone()
    return row[0] if row else None


async def missing(connection: Connection, own: int) -> list[int]:
    """Other processes that are not connected, or not heard of any more.

    They may have lost the database for a moment, as everyone does when it restarts.
    """
    cursor = await connection.execute(_MISSING, {"own": own, "locks": PROCESSES})
    return [number for (number,) in await cursor.fetchall()]


async def give_up_dead(connection: Connection, dead: Sequence[int]) -> int:
    """Free what dead processes had in hand; say how many addresses that was."""
    await connection.execute("delete from process where id = any(%s)", (list(dead),))
    return await _give_up(connection, "not exists (select from process p where p.id = c.owner)", 0)


async def give_up_missing(connection: Connection, own: int) -> int:
    """Free at once what missing processes had in hand; say how many addresses that was."""
    return await give_up_dead(connection, await missing(connection, own))


async def give_up_others(connection: Connection, own: int) -> int:
    """Free what other processes have claimed, alive or not; say how many addresses that was."""
    return await _give_up(connection, "c.owner <> %(owner)s", own)


async def give_up_own(connection: Connection, owner: int) -> None:
    """Free what a process had in hand, once the claims that it is still writing are written."""
    await locks.alone(connection, locks.Lock.OUTBOX)
    await _give_up(connection, "c.owner = %(owner)s", owner)


async def _give_up(connection: Connection, which: LiteralString, owner: int) -> int:
    """Free claims. What was in hand may have arrived."""
    cursor = await connection.execute(
        f"""
        with freed as (
            delete from claim c where {which} returning c.chat_id, c.thread, c.alerts
        ), held as (
            select chat_id, thread, unnest(alerts) as alert_id from freed
        ), pending as (
            update delivery d set maybe = true from held h
            where d.chat_id = h.chat_id and d.thread = h.thread and d.alert_id = h.alert_id
        ), ended as (
            update recipient r set maybe = true from held h where r.state = 'c'
            and r.chat_id = h.chat_id and r.thread = h.thread and r.alert_id = h.alert_id
        )
        select count(*) from freed""",
        {"owner": owner},
    )
    ((addresses,),) = await cursor.fetchall()
    if addresses:
        await deliveries.withdraw_released(connection)
    return int(addresses)
