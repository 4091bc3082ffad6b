"""Chats and what they follow, in rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from sys import intern
from typing import Any, Final

import orjson
from psycopg.types.json import Json
from typing_extensions import override

from bot.alerts.ledger import Key, WaitsFor
from bot.clock import Clock
from bot.storage.batching import Batcher
from bot.storage.postgres import deliveries
from bot.storage.postgres.connection import Connection
from bot.storage.postgres.database import (
    Database,
    Lock,
    Part,
    fetch,
    lock_alone,
    lock_chats,
    lock_shared,
)
from bot.storage.protocol import Known
from bot.storage.serialization import (
    pauses_document,
    read_pauses,
    read_timing,
    timing_document,
)
from bot.subscribers.chat import Address, Chat, ChatKind, Scope, deciding
from bot.subscribers.pauses import Obstacle, Pause
from bot.subscribers.repository import ChatRepository
from bot.subscribers.schedule import NO_WISHES

COLUMNS = (
    "c.id, c.kind, c.locale, c.client_locale, c.active, c.title, c.since, c.timing, c.lost_at,"
    " c.lost_by, c.pauses, c.routes,"
    " (select array_agg(s.thread order by s.thread, s.scope) from subscription s"
    " where s.chat_id = c.id),"
    " (select array_agg(s.scope order by s.thread, s.scope) from subscription s"
    " where s.chat_id = c.id)"
)
"""Of a chat `c`; `read_row` makes a chat of them."""

EVERY: Final = f"select {COLUMNS} from chat c order by c.id"
"""Every known chat."""

WANTED: Final = (
    "select s.chat_id, s.thread from unnest(%(rules)s::text[]) with ordinality as r(scope, place)"
    " join subscription s on s.scope = r.scope group by s.chat_id, s.thread"
    " having max(r.place) filter (where r.scope not like '-%%')"
    " > coalesce(max(r.place) filter (where r.scope like '-%%'), 0)"
)
"""The addresses whose last rule of `rules_of` is no exclusion."""

_KNOWN: Final = f"""
select k.id, x.document, {COLUMNS} from unnest(%(chats)s::bigint[]) as k(id)
left join chat c on c.id = k.id
left join context x on x.chat_id = k.id and x.until > %(now)s
"""

_NO_PAUSES: Mapping[int | None, Pause] = {}
_NO_ROUTES: Mapping[int, int | None] = {}


def read_row(row: Sequence[Any]) -> Chat:
    """The chat of a row with `COLUMNS`."""
    number, kind, locale, client_locale, active, title, since, timing, *rest = row
    lost_at, lost_by, pauses, routes, threads, scopes = rest
    return Chat(
        id=number,
        kind=ChatKind(kind),
        locale=_shared(locale),
        client_locale=_shared(client_locale),
        active=active,
        title=title,
        since=since,
        subscriptions=frozenset(
            (thread or None, _scope(scope))
            for thread, scope in zip(threads or (), scopes or (), strict=True)
        ),
        timing=read_timing(timing) if timing else NO_WISHES,
        lost_at=lost_at,
        lost_by=Obstacle(lost_by) if lost_by else None,
        pauses=read_pauses(pauses) if pauses else _NO_PAUSES,
        routes=dict(routes) if routes else _NO_ROUTES,
    )


def rules_of(scopes: Iterable[Scope]) -> list[str]:
    """What decides of news of these scopes, for `WANTED`."""
    return [str(scope) for scope in deciding(scopes)]


async def get(connection: Connection, chat_id: int) -> Chat | None:
    """The chat of that id, or None."""
    rows = await fetch(connection, f"select {COLUMNS} from chat c where c.id = %s", (chat_id,))
    return read_row(rows[0]) if rows else None


async def known(
    connection: Connection, chat_ids: Sequence[int], now: datetime
) -> Mapping[int, Known]:
    """What is kept of each of those chats."""
    rows = await fetch(connection, _KNOWN, {"chats": list(chat_ids), "now": now})
    return {
        chat_id: Known(None if row[0] is None else read_row(row), context)
        for chat_id, context, *row in rows
    }


async def put(connection: Connection, chat_id: int, old: Chat | None, new: Chat | None) -> None:
    """Replace a locked chat or drop it with None.

    Deliveries that it does not want now are cancelled; those that waited for the time that it
    wished before are looked at again.
    """
    if new == old:
        return
    if new is not None and new.id != chat_id:
        raise ValueError("a chat keeps its id; a group that became a supergroup is migrated")
    if new is None:
        await connection.execute("delete from chat where id = %s", (chat_id,))
    else:
        await _write(connection, old, new)
    if old is not None:
        await _tell_deliveries(connection, old, new)


async def _write(connection: Connection, old: Chat | None, new: Chat) -> None:
    timing = None if new.timing == NO_WISHES else Json(timing_document(new.timing))
    await connection.execute(
        "insert into chat (id, kind, locale, client_locale, active, title, since, timing, lost_at,"
        " lost_by, pauses, routes) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (id) do update set"
        " kind = excluded.kind, locale = excluded.locale, client_locale = excluded.client_locale,"
        " active = excluded.active, title = excluded.title, since = excluded.since,"
        " timing = excluded.timing, lost_at = excluded.lost_at, lost_by = excluded.lost_by,"
        " pauses = excluded.pauses, routes = excluded.routes",
        (
            new.id,
            new.kind.value,
            new.locale,
            new.client_locale,
            new.active,
            new.title.replace("\0", ""),
            new.since,
            timing,
            new.lost_at,
            new.lost_by and new.lost_by.value,
            Json(pauses_document(new.pauses), dumps=_dumped) if new.pauses else None,
            Json(list(new.routes.items())) if new.routes else None,
        ),
    )
    before = _followed(old) if old else set()
    after = _followed(new)
    gone, added = before - after, after - before
    if gone:
        await connection.execute(
            "delete from subscription s using unnest(%s::bigint[], %s::text[]) as g(thread, scope)"
            " where s.chat_id = %s and s.thread = g.thread and s.scope = g.scope",
            ([thread for thread, _ in gone], [scope for _, scope in gone], new.id),
        )
    if added:
        await connection.execute(
            "insert into subscription (chat_id, thread, scope)"
            " select %s, * from unnest(%s::bigint[], %s::text[]) on conflict do nothing",
            (new.id, [thread for thread, _ in added], [scope for _, scope in added]),
        )


async def _tell_deliveries(connection: Connection, old: Chat, new: Chat | None) -> None:
    sooner = new is not None and new.hears_sooner_than(old)
    if sooner:
        await connection.execute("update claim set stale = true where chat_id = %s", (old.id,))
    follows_on = new is not None and new.active and not new.may_hear_less_than(old)
    if follows_on and not sooner:
        return
    cancelled: list[Key] = []
    due: list[Key] = []
    for key, waits, scopes in await deliveries.of_chat(connection, old.id):
        if new is None or _loses(old, new, key.thread or None, scopes):
            cancelled.append(key)
        elif waits in {WaitsFor.LATER, WaitsFor.PAUSE} and sooner:
            due.append(key)
    await deliveries.cancel(connection, cancelled)
    await deliveries.make_due(connection, due)


def _loses(old: Chat, new: Chat, thread: int | None, scopes: frozenset[Scope]) -> bool:
    """Whether a thread can no longer be reached, or has just stopped following."""
    if not new.active:
        return True
    return old.hears(thread, scopes) and not new.hears(thread, scopes)


async def lose(connection: Connection, lost: Mapping[int, Obstacle | None], now: datetime) -> None:
    """Take note that locked chats cannot be reached; cancel all that they are due."""
    await connection.execute(
        "update chat c set active = false, lost_at = coalesce(c.lost_at, %(now)s), lost_by = l.by"
        " from unnest(%(chats)s::bigint[], %(obstacles)s::text[]) as l(id, by)"
        " where c.id = l.id and c.active",
        {
            "now": now,
            "chats": list(lost),
            "obstacles": [by and by.value for by in lost.values()],
        },
    )
    await deliveries.cancel_chats(connection, lost)


async def migrate(connection: Connection, old_id: int, new_id: int) -> None:
    """Move a chat, merged with what is known of its new id, and its deliveries."""
    if old_id == new_id:
        return
    await lock_alone(connection, Lock.AUDIENCE)
    await lock_shared(connection, Lock.OUTBOX)
    await lock_chats(connection, old_id, new_id)
    old = await get(connection, old_id)
    if old is not None:
        known = await get(connection, new_id)
        await _write(connection, known, old.merged_into(new_id, known))
        await connection.execute("delete from chat where id = %s", (old_id,))
    await deliveries.move(connection, old_id, new_id)


async def forget(connection: Connection, chat_id: int) -> None:
    """Erase all that is kept of a chat, and of the person whose private chat it is."""
    await lock_alone(connection, Lock.AUDIENCE)
    await lock_shared(connection, Lock.OUTBOX)
    await lock_chats(connection, chat_id)
    await connection.execute("delete from chat where id = %s", (chat_id,))
    await connection.execute("delete from draft where user_id = %s", (chat_id,))
    await connection.execute("delete from context where chat_id = %s", (chat_id,))
    await deliveries.forget(connection, chat_id)


def _dumped(document: object) -> str:
    return orjson.dumps(document).decode()


def _followed(chat: Chat) -> set[tuple[int, str]]:
    return {(thread or 0, str(scope)) for thread, scope in chat.subscriptions}


@lru_cache(maxsize=4096)
def _scope(text: str) -> Scope:
    return Scope.parse(text)


def _shared(text: str | None) -> str | None:
    return None if text is None else intern(text)


class PostgresChats(Part, ChatRepository):
    """Chats and what they follow."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock)
        self._knowing = Batcher(self._ask_known)

    @override
    async def chat(self, chat_id: int) -> Chat | None:
        return await self._read(lambda connection: get(connection, chat_id))

    @override
    async def chats(self, kind: ChatKind | None = None) -> Sequence[Chat]:
        rows = await self._fetch(
            f"select {COLUMNS} from chat c where %(kind)s::text is null or c.kind = %(kind)s",
            {"kind": kind and kind.value},
        )
        return [read_row(row) for row in rows]

    @override
    async def update_chat(
        self, chat_id: int, change: Callable[[Chat | None], Chat | None]
    ) -> Chat | None:
        async def update(connection: Connection) -> Chat | None:
            await lock_chats(connection, chat_id)
            old = await get(connection, chat_id)
            new = change(old)
            await put(connection, chat_id, old, new)
            return new

        return await self._write(update)

    @override
    async def migrate_chat(self, old_id: int, new_id: int) -> None:
        await self._write(lambda connection: migrate(connection, old_id, new_id))

    @override
    async def forget_chat(self, chat_id: int) -> None:
        await self._write(lambda connection: forget(connection, chat_id))

    @override
    async def count_audience(self, scopes: frozenset[Scope]) -> dict[str, int]:
        rows = await self._fetch(
            "select coalesce(nullif(c.locale, ''), c.client_locale, ''), count(*)"
            f" from ({WANTED}) s join chat c on c.id = s.chat_id and c.active group by 1",
            {"rules": rules_of(scopes)},
        )
        return dict(rows)

    @override
    async def count_chats(self) -> dict[str, int]:
        rows = await self._fetch(
            "select kind, count(*) from chat group by kind"
            " union all select 'inactive', count(*) from chat where not active"
            " union all select 'subscriptions', count(*) from subscription"
            " where scope not like '-%%'"
            " union all select 'paused:' || (p.value ->> 1), count(*) from chat c"
            " cross join json_array_elements(c.pauses) p where c.active group by 1"
            " union all select 'lost:' || lost_by, count(*) from chat"
            " where not active and lost_by is not null group by 1"
        )
        return dict(rows)

    @override
    async def silent_since(self, before: datetime) -> Sequence[int]:
        rows = await self._fetch(
            "select id from chat c where (not active and lost_at < %(before)s) or exists ("
            " select from json_array_elements(c.pauses) p"
            " where (p.value ->> 2)::timestamptz < %(before)s) order by id",
            {"before": before},
        )
        return [number for (number,) in rows]

    @override
    async def followed(self) -> Sequence[Scope]:
        rows = await self._fetch(
            "select distinct s.scope from subscription s"
            " join chat c on c.id = s.chat_id and c.active"
        )
        return sorted(_scope(text) for (text,) in rows)

    @override
    async def followers(self, scope: Scope) -> Sequence[Address]:
        rows = await self._fetch(
            "select s.chat_id, s.thread from subscription s join chat c on c.id = s.chat_id"
            " where s.scope = %s and c.active order by 1, 2",
            (str(scope),),
        )
        return [Address(chat_id, thread or None) for chat_id, thread in rows]

    async def _ask_known(self, chat_ids: Sequence[int]) -> Sequence[Known]:
        found = await self._read(lambda connection: known(connection, chat_ids, self._clock()))
        return [found[chat_id] for chat_id in chat_ids]
