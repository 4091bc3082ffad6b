"""Claims: taking what is due, asking whether it is wanted, giving up what dead processes had."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, LiteralString

from typing_extensions import override

from bot.alerts.ledger import Key, key_of
from bot.alerts.model import ClaimedBatch, Delivery, Result
from bot.alerts.outbox import DeliveryResult, Outbox
from bot.clock import Clock
from bot.storage.batching import Batcher
from bot.storage.postgres import chats, deliveries
from bot.storage.postgres.connection import Connection, Row
from bot.storage.postgres.database import PROCESSES, Database, Lock, Part, fetch, lock_alone
from bot.storage.postgres.deliveries import KEYS, columns
from bot.storage.postgres.settling import settle
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

_WANTED: Final = f"""
select k.chat_id, k.thread, k.alert_id from {KEYS} as k(chat_id, thread, alert_id)
left join moved m on m.old_id = k.chat_id
join chat c on c.id = coalesce(m.new_id, k.chat_id) and c.active
join delivery d on d.chat_id = c.id and d.thread = k.thread and d.alert_id = k.alert_id
join alert a on a.id = k.alert_id and a.withdrawn_by is null
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
    locked = await fetch(
        connection,
        "select pg_try_advisory_xact_lock_shared(hashtext(current_schema()), %s)"
        " and pg_try_advisory_xact_lock(hashtext(current_schema()), %s)",
        (int(Lock.OUTBOX), int(Lock.CLAIM)),
    )
    if locked != [(True,)] or not is_wanted():
        return []
    rows = await fetch(connection, _CLAIM, {"owner": owner, "limit": limit, "now": now})
    return [_batch(row) for row in rows]


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


async def missing(connection: Connection, own: int) -> list[int]:
    """Other processes that are not connected, or not heard of any more.

    They may have lost the database for a moment, as everyone does when it restarts.
    """
    rows = await fetch(connection, _MISSING, {"own": own, "locks": PROCESSES})
    return [number for (number,) in rows]


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
    await lock_alone(connection, Lock.OUTBOX)
    await _give_up(connection, "c.owner = %(owner)s", owner)


async def _give_up(connection: Connection, which: LiteralString, owner: int) -> int:
    """Free claims. What was in hand may have arrived."""
    ((addresses,),) = await fetch(
        connection,
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
    if addresses:
        await deliveries.withdraw_released(connection)
    return int(addresses)


class PostgresClaims(Part, Outbox):
    """What senders have in hand."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock)
        self._wanted = Batcher(self._ask_wanted)
        self._correcting = 0
        """How many corrections are being written: nothing is claimed meanwhile."""

    @override
    async def claim(self, limit: int, now: datetime) -> Sequence[ClaimedBatch]:
        if self._correcting:
            return []
        database, owner, turn = self._database, self._database.owner, self._database.lost_lead
        return await database.write(
            lambda item: claim(item, owner, limit, now, lambda: database.lost_lead is turn),
            pipelined=True,
        )

    @override
    async def settle(self, settled: Sequence[DeliveryResult]) -> None:
        for old_id, new_id in {move for item in settled if (move := _move(item)) is not None}:
            await self._write(partial(chats.migrate, old_id=old_id, new_id=new_id))
        owner, now = self._database.owner, self._clock()
        if settled:
            await self._database.write(
                lambda item: settle(item, owner, settled, now), pipelined=True
            )

    @override
    async def still_wanted(self, delivery: Delivery) -> bool:
        return await self._wanted.ask(key_of(delivery))

    @override
    async def next_due(self) -> datetime | None:
        if self._correcting:
            return self._clock()  # something may be, once it is known what is taken back
        due: datetime | None
        ((due,),) = await self._fetch(_NEXT_DUE)
        return due

    async def _ask_wanted(self, keys: Sequence[Key]) -> Sequence[bool]:
        wanted = {Key(*row) for row in await self._fetch(_WANTED, columns(keys))}
        return [key in wanted for key in keys]


def _move(settled: DeliveryResult) -> tuple[int, int] | None:
    """The group of a delivery and the supergroup that it became, if that is what came of it."""
    outcome = settled.outcome
    if outcome.result is not Result.MIGRATED or outcome.migrated_to is None:
        return None
    return settled.delivery.address.chat_id, outcome.migrated_to
