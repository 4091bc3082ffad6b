"""Deliveries that change together with their chats: cancelled, made due, moved, forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, LiteralString

from bot.alerts.ledger import Key
from bot.storage.postgres.connection import Connection
from bot.storage.postgres.database import fetch
from bot.subscribers.chat import Scope

KEYS: Final = "unnest(%(chats)s::bigint[], %(threads)s::bigint[], %(alerts)s::bigint[])"
"""Deliveries by the parameters of `columns`, as a table."""


def columns(keys: Sequence[Key]) -> dict[str, list[int]]:
    """The parameters that `KEYS` takes."""
    return {
        "chats": [key.chat_id for key in keys],
        "threads": [key.thread for key in keys],
        "alerts": [key.alert_id for key in keys],
    }


def _cancelling(which: LiteralString, *, for_good: bool = False) -> LiteralString:
    """The statement that cancels deliveries `d`; of those cancelled for good nobody is kept."""
    kept: LiteralString = "where false" if for_good else ""
    return f"""
        with gone as (
            delete from delivery d {which}
            returning d.chat_id, d.thread, d.alert_id, d.waits, d.maybe
        ), kept as (
            insert into recipient (chat_id, thread, alert_id, state, maybe)
            select chat_id, thread, alert_id, 'c', maybe from gone {kept}
            on conflict (chat_id, thread, alert_id) do update
            set state = excluded.state, maybe = recipient.maybe or excluded.maybe
        ), sums as (
            select alert_id, count(*) as number, count(*) filter (where waits = 'l') as later,
                count(*) filter (where waits = 'p') as paused
            from gone group by alert_id
        )
        update tally t set remaining = t.remaining - s.number,
            cancelled = t.cancelled + s.number, later = t.later - s.later,
            paused = t.paused - s.paused
        from sums s where s.alert_id = t.alert_id returning s.number"""


_CANCEL = _cancelling(
    f"using {KEYS} as k(chat_id, thread, alert_id)"
    " where d.chat_id = k.chat_id and d.thread = k.thread and d.alert_id = k.alert_id"
)
_CANCEL_CHATS = _cancelling("where d.chat_id = any(%(chats)s)")
_IN_HAND: Final = (
    "exists (select from claim c where c.chat_id = d.chat_id and c.thread = d.thread"
    " and d.alert_id = any(c.alerts))"
)
DROP = _cancelling(
    "where d.alert_id = %(alert)s"
    f" and (%(chat)s::bigint is null or d.chat_id = %(chat)s) and not {_IN_HAND}"
)
"""Cancels what waits of an alert, for one chat or all, but for what is in hand."""
_WITHDRAW = _cancelling(f"where d.alert_id = %(alert)s and not {_IN_HAND}", for_good=True)
RETRY: Final = (
    "update delivery d set due = a.ready_at, waits = 'n' from alert a"
    " where a.id = d.alert_id and d.waits = 'f'"
    f" and (%(alert)s::bigint is null or d.alert_id = %(alert)s) and not {_IN_HAND}"
)
"""Makes what waits after a failure due at once."""
_WITHDRAWN = _cancelling(
    "using alert a where a.id = d.alert_id and a.withdrawn_by is not null"
    " and d.alert_id = any(array(select alert_id from tally where remaining > 0))"
    f" and not {_IN_HAND}",
    for_good=True,
)


async def of_chat(connection: Connection, chat_id: int) -> list[tuple[Key, str, frozenset[Scope]]]:
    """What a chat is still due, what each waits for, and what it is about."""
    rows = await fetch(
        connection,
        "select d.thread, d.alert_id, d.waits, a.scopes from delivery d"
        " join alert a on a.id = d.alert_id where d.chat_id = %s",
        (chat_id,),
    )
    return [
        (Key(chat_id, thread, alert_id), waits, frozenset(map(Scope.parse, scopes)))
        for thread, alert_id, waits, scopes in rows
    ]


async def cancel(connection: Connection, keys: Sequence[Key]) -> None:
    """Cancel deliveries; a sender that has one in hand may still report it sent."""
    if keys:
        await connection.execute(_CANCEL, columns(keys))


async def cancel_chats(connection: Connection, chat_ids: Iterable[int]) -> None:
    """Cancel all that chats are due."""
    await connection.execute(_CANCEL_CHATS, {"chats": list(chat_ids)})


async def withdraw(connection: Connection, alert_id: int) -> None:
    """Cancel what waits of an alert that is taken back, but for what is in hand."""
    await connection.execute(_WITHDRAW, {"alert": alert_id})


async def withdraw_released(connection: Connection) -> None:
    """After claims were given up: what is left of alerts that are taken back is not sent again."""
    await connection.execute(_WITHDRAWN)


async def make_due(connection: Connection, keys: Sequence[Key]) -> None:
    """Look at once at what waits for a digest or the end of a pause."""
    if keys:
        await connection.execute(
            "with held as (select d.* from delivery d"
            f" join {KEYS} as k(chat_id, thread, alert_id) on d.chat_id = k.chat_id"
            " and d.thread = k.thread and d.alert_id = k.alert_id"
            " where d.waits in ('l', 'p') for update of d),"
            " due as (update delivery d set due = a.ready_at, waits = 'n'"
            " from held h join alert a on a.id = h.alert_id"
            " where d.chat_id = h.chat_id and d.thread = h.thread and d.alert_id = h.alert_id),"
            " sums as (select alert_id, count(*) filter (where waits = 'l') as later,"
            " count(*) filter (where waits = 'p') as paused from held group by alert_id)"
            " update tally t set later = t.later - s.later, paused = t.paused - s.paused"
            " from sums s where s.alert_id = t.alert_id",
            columns(keys),
        )


async def forget(connection: Connection, chat_id: int) -> None:
    """Keep nothing of a chat's deliveries but numbers."""
    await cancel_chats(connection, [chat_id])
    for statement in (
        "delete from recipient where chat_id = %s",
        "delete from claim where chat_id = %s",
        "delete from moved where %s in (old_id, new_id)",
    ):
        await connection.execute(statement, (chat_id,))


async def move(connection: Connection, old_id: int, new_id: int) -> None:
    """Move a chat's deliveries to the supergroup that it became.

    A delivery whose new place is due, or has or had the alert already, is cancelled.
    """
    ids = {"old": old_id, "new": new_id}
    for statement in _MOVE:
        await connection.execute(statement, ids)


_ALREADY: Final = (
    "exists (select from delivery n where n.chat_id = %(new)s and n.thread = o.thread"
    " and n.alert_id = o.alert_id) or exists (select from recipient n where n.chat_id = %(new)s"
    " and n.thread = o.thread and n.alert_id = o.alert_id and n.state in ('s', 'c'))"
)
_MOVE: Final = tuple(
    statement.strip()
    for statement in f"""
-- Who got it, or may have. Where both know of an alert, the surer word counts.
insert into recipient as r (chat_id, thread, alert_id, state, maybe)
select %(new)s, thread, alert_id, state, maybe from recipient o
where chat_id = %(old)s
    and (state = 's' or (state = 'f' and maybe) or (state = 'c' and not ({_ALREADY})))
on conflict (chat_id, thread, alert_id) do update set maybe = r.maybe or excluded.maybe,
    state = case when 's' in (r.state, excluded.state) then 's'::"char"
        when 'c' in (r.state, excluded.state) then 'c' else 'f' end;

delete from recipient where chat_id = %(old)s;

-- What waits: what the new place knows of is cancelled, the rest goes there.
with gone as (
    delete from delivery o where o.chat_id = %(old)s and ({_ALREADY})
    returning thread, alert_id, waits, maybe
), waiting as (
    update delivery n set maybe = true from gone g where g.maybe
    and n.chat_id = %(new)s and n.thread = g.thread and n.alert_id = g.alert_id
), ended as (
    update recipient n set maybe = true from gone g where g.maybe
    and n.chat_id = %(new)s and n.thread = g.thread and n.alert_id = g.alert_id
), sums as (
    select alert_id, count(*) as number, count(*) filter (where waits = 'l') as later,
        count(*) filter (where waits = 'p') as paused
    from gone group by alert_id
)
update tally t set remaining = t.remaining - s.number, cancelled = t.cancelled + s.number,
    later = t.later - s.later, paused = t.paused - s.paused
from sums s where s.alert_id = t.alert_id;

with failed as (
    delete from recipient n using delivery o where n.chat_id = %(new)s
    and o.chat_id = %(old)s and n.thread = o.thread and n.alert_id = o.alert_id
    returning n.thread, n.alert_id, n.maybe
)
update delivery o set chat_id = %(new)s, maybe = o.maybe or coalesce((
    select f.maybe from failed f where f.thread = o.thread and f.alert_id = o.alert_id
), false) where o.chat_id = %(old)s;

-- What is in hand stays so.
insert into claim as c (chat_id, thread, owner, alerts, stale)
select %(new)s, thread, owner, alerts, stale from claim where chat_id = %(old)s
on conflict (chat_id, thread) do update set alerts = array(
    select unnest(c.alerts) union select unnest(excluded.alerts));

delete from claim where chat_id = %(old)s;
delete from moved where old_id = %(new)s;
update moved set new_id = %(new)s where new_id = %(old)s;
insert into moved (old_id, new_id) values (%(old)s, %(new)s)
on conflict (old_id) do update set new_id = excluded.new_id
""".split(";")
)
