"""Updates: accepted by one process, handled by any, those of a chat in order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from typing_extensions import override

from bot.clock import Clock
from bot.storage.postgres.connection import Connection, Row
from bot.storage.postgres.database import Database, Lock, Part, fetch, lock_alone
from bot.storage.protocol import Accepted, Inbox, InboxState

_REDELIVERED = timedelta(days=2)
"""Telegram keeps an update for 24 hours (Bot API, "Getting updates"). Nothing may be remembered
for a week: after so long without updates their numbers begin again anywhere."""

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

_HANDLED: Final = """
with erased as (
    delete from inbox where update_id = any(%(ids)s) returning lane
), marked as (
    insert into handled (update_id, at)
    select id, %(now)s from unnest(%(ids)s::bigint[]) as n(id) order by id
    on conflict (update_id) do update set at = excluded.at
)
select exists (select from inbox i join erased e on e.lane = i.lane where i.owner is null)
"""


async def forget_handled(connection: Connection, now: datetime) -> None:
    """Forget updates that cannot come again."""
    await connection.execute("delete from handled where at < %s", (now - _REDELIVERED,))


class PostgresInbox(Part, Inbox):
    """Updates that wait to be handled, and the numbers of those that were."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock)
        self._in_hand: set[int] = set()
        """Updates that were taken and neither handled nor given back."""
        self._begun: set[int] = set()
        """Those of them for which a death was counted in advance."""
        self._taking = asyncio.Lock()

    @override
    async def accept_updates(self, updates: Sequence[Accepted]) -> None:
        now = self._clock()
        values = {
            "ids": [update.update_id for update in updates],
            "lanes": [update.lane for update in updates],
            "documents": [update.document for update in updates],
            "now": now,
            "since": now - _REDELIVERED,
        }
        await self._database.repeat(lambda connection: connection.execute(_ACCEPT, values))

    @override
    async def take_updates(self, limit: int) -> Sequence[Accepted]:
        async def take(connection: Connection) -> list[Row]:
            # One process at a time, or two could take one lane. What has the owner's name on it
            # and is not in hand was taken in a call that broke off: it is free.
            await lock_alone(connection, Lock.INBOX)
            values = {
                "owner": self._database.owner,
                "in_hand": list(self._in_hand),
                "limit": limit,
                "since": self._clock() - _REDELIVERED,
            }
            return await fetch(connection, _TAKE, values)

        async with self._taking:  # what another call is taking would not look as if in hand
            rows = sorted(await self._database.write(take, pipelined=True))
            self._in_hand.update(number for number, *_ in rows)
        return [
            Accepted(number, lane, bytes(document), deaths)
            for number, lane, document, deaths in rows
        ]

    @override
    async def begin_again(self, update_id: int) -> None:
        await self._execute(
            "update inbox set deaths = deaths + 1 where update_id = %s", (update_id,)
        )
        self._begun.add(update_id)

    @override
    async def updates_handled(self, update_ids: Sequence[int]) -> bool:
        values = {"ids": sorted(set(update_ids)), "now": self._clock()}
        rows = await self._database.repeat(lambda item: fetch(item, _HANDLED, values))
        self._let_go(update_ids)
        return rows == [(True,)]

    @override
    async def give_back_updates(self, update_ids: Sequence[int]) -> None:
        begun = list(self._begun.intersection(update_ids))
        await self._execute(
            "update inbox"
            " set owner = null, deaths = deaths - (update_id = any(%(begun)s::bigint[]))::int"
            " where owner = %(owner)s and update_id = any(%(ids)s)",
            {"owner": self._database.owner, "ids": list(update_ids), "begun": begun},
        )
        self._let_go(update_ids)

    @override
    async def inbox(self) -> InboxState:
        ((count, oldest),) = await self._fetch("select count(*), min(at) from inbox")
        return InboxState(count, oldest)

    def _let_go(self, update_ids: Sequence[int]) -> None:
        self._in_hand.difference_update(update_ids)
        self._begun.difference_update(update_ids)
