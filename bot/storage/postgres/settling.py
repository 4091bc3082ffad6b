"""What came of attempts, written for many deliveries at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncCursor

from bot.alerts.ledger import Entry, Key, Ledger, State, WaitsFor, key_of
from bot.alerts.model import Result
from bot.alerts.outbox import DeliveryResult
from bot.storage.postgres import chats
from bot.storage.postgres.connection import Connection, Row
from bot.storage.postgres.database import Lock, fetch, lock_chats, lock_shared
from bot.storage.postgres.deliveries import KEYS, columns
from bot.subscribers.pauses import Obstacle, Pause


async def settle(
    connection: Connection, owner: int, settled: Sequence[DeliveryResult], now: datetime
) -> None:
    """Record outcomes, release what was in hand, and change chats as the outcomes say.

    Groups that became supergroups have been moved before.
    """
    lost, paused = _of_chats(settled)
    await lock_shared(connection, Lock.OUTBOX)
    await _hold(connection, lost, paused)
    keys = [key_of(result.delivery) for result in settled]
    of_alerts = await _ask_withdrawn(connection, keys)  # sent together with the next
    entries = await _pending(connection, keys)
    withdrawn: dict[int, int] = dict(await of_alerts.fetchall())
    if len(entries) < len(keys):
        moved = await _moved(connection, keys)
        keys = [key._replace(chat_id=moved.get(key.chat_id, key.chat_id)) for key in keys]
        lost = {moved.get(chat_id, chat_id): by for chat_id, by in lost.items()}
        paused = {
            address._replace(chat_id=moved.get(address.chat_id, address.chat_id)): pause
            for address, pause in paused.items()
        }
        await _hold(connection, lost, paused)
        entries = await _pending(connection, keys) | await _ended(connection, keys)
    if withdrawn:
        entries = await _corrections(connection, keys, withdrawn) | entries
    ledger = Ledger(entries)
    stale = await _stale(connection, settled, keys)
    for key, item in zip(keys, settled, strict=True):
        correction = withdrawn.get(key.alert_id)
        ledger.settle(key, item.outcome, correction=correction, stale=key[:2] in stale)
    await _write(connection, entries, ledger)
    await _release(connection, owner, keys)
    if lost:
        await chats.lose(connection, lost, now)
    for address, pause in paused.items():
        old = await chats.get(connection, address.chat_id)
        if old is not None:
            new = old.paused(address.thread or None, pause)
            await chats.put(connection, address.chat_id, old, new)
    await _count(connection, ledger)


class _Address(NamedTuple):
    chat_id: int
    thread: int
    """0 for none."""


async def _hold(connection: Connection, lost: Iterable[int], paused: Iterable[_Address]) -> None:
    """Lock the chats that change, before any delivery, as everyone does."""
    changing = {*lost, *(address.chat_id for address in paused)}
    if changing:
        await lock_chats(connection, *changing)


def _of_chats(
    settled: Iterable[DeliveryResult],
) -> tuple[dict[int, Obstacle | None], dict[_Address, Pause]]:
    """The chats that are gone, and the pauses of threads."""
    lost: dict[int, Obstacle | None] = {}
    paused: dict[_Address, Pause] = {}
    for result in settled:
        address = _Address(*key_of(result.delivery)[:2])
        if result.outcome.result is Result.GONE:
            lost[address.chat_id] = result.outcome.obstacle
        elif result.outcome.pause is not None:
            paused[address] = result.outcome.pause
    return lost, paused


async def _pending(connection: Connection, keys: Sequence[Key]) -> dict[Key, Entry]:
    rows = await fetch(
        connection,
        "select d.chat_id, d.thread, d.alert_id, d.maybe, d.attempts, d.waits from"
        f" {KEYS} as k(chat_id, thread, alert_id) join delivery d"
        " on d.chat_id = k.chat_id and d.thread = k.thread and d.alert_id = k.alert_id"
        " for update of d",
        columns(keys),
    )
    return {
        Key(chat_id, thread, alert_id): Entry(State.PENDING, maybe, attempts, WaitsFor(waits))
        for chat_id, thread, alert_id, maybe, attempts, waits in rows
    }


async def _ended(connection: Connection, keys: Sequence[Key]) -> dict[Key, Entry]:
    rows = await fetch(
        connection,
        "select r.chat_id, r.thread, r.alert_id, r.state, r.maybe from"
        f" {KEYS} as k(chat_id, thread, alert_id) join recipient r"
        " on r.chat_id = k.chat_id and r.thread = k.thread and r.alert_id = k.alert_id"
        " where not exists (select from delivery d where d.chat_id = r.chat_id"
        " and d.thread = r.thread and d.alert_id = r.alert_id) for update of r",
        columns(keys),
    )
    return {
        Key(chat_id, thread, alert_id): Entry(State(state), maybe)
        for chat_id, thread, alert_id, state, maybe in rows
    }


async def _moved(connection: Connection, keys: Sequence[Key]) -> dict[int, int]:
    query = "select old_id, new_id from moved where old_id = any(%s)"
    return dict(await fetch(connection, query, ([key.chat_id for key in keys],)))


async def _ask_withdrawn(connection: Connection, keys: Sequence[Key]) -> AsyncCursor[Row]:
    """Ask for the corrections of those alerts that were taken back."""
    return await connection.execute(
        "select id, withdrawn_by from alert where id = any(%s) and withdrawn_by is not null",
        (list({key.alert_id for key in keys}),),
    )


async def _corrections(
    connection: Connection, keys: Sequence[Key], withdrawn: dict[int, int]
) -> dict[Key, Entry]:
    of_corrections = [
        key._replace(alert_id=withdrawn[key.alert_id]) for key in keys if key.alert_id in withdrawn
    ]
    return await _pending(connection, of_corrections)


async def _stale(
    connection: Connection, settled: Sequence[DeliveryResult], keys: Sequence[Key]
) -> set[tuple[int, int]]:
    """The addresses whose chats asked for another time since they were claimed."""
    if all(result.outcome.result not in {Result.LATER, Result.PAUSED} for result in settled):
        return set()
    cursor = await connection.execute(
        "select chat_id, thread from claim where stale and chat_id = any(%s)",
        ([key.chat_id for key in keys],),
    )
    return {(chat_id, thread) for chat_id, thread in await cursor.fetchall()}


async def _write(connection: Connection, before: Mapping[Key, Entry], ledger: Ledger) -> None:
    again = {key: item for key, item in ledger.changed.items() if item.state is State.PENDING}
    over = {key: item for key, item in ledger.changed.items() if key not in again}
    ended = [key for key in over if before[key].state is State.PENDING]
    if ended:
        await connection.execute(
            f"delete from delivery d using {KEYS} as k(chat_id, thread, alert_id)"
            " where d.chat_id = k.chat_id and d.thread = k.thread and d.alert_id = k.alert_id",
            columns(ended),
        )
    kept = {key: item for key, item in over.items() if item.state is not State.FAILED or item.maybe}
    if kept:
        await connection.execute(
            "insert into recipient (chat_id, thread, alert_id, state, maybe, message, digest)"
            " select * from unnest("
            "%(chats)s::bigint[], %(threads)s::bigint[], %(alerts)s::bigint[],"
            ' %(states)s::"char"[], %(maybes)s::boolean[], %(messages)s::bigint[],'
            " %(digests)s::boolean[])"
            " on conflict (chat_id, thread, alert_id) do update set state = excluded.state,"
            " maybe = excluded.maybe, message = excluded.message, digest = excluded.digest",
            columns(list(kept))
            | {
                "states": [item.state.value for item in kept.values()],
                "maybes": [item.maybe for item in kept.values()],
                "messages": [item.message and item.message.id for item in kept.values()],
                "digests": [
                    bool(item.message and item.message.in_digest) for item in kept.values()
                ],
            },
        )
    if again:
        await connection.execute(
            "update delivery d set due = greatest(a.ready_at, k.not_before), waits = k.waits,"
            " attempts = k.attempts, maybe = k.maybe, detail = k.detail from unnest("
            "%(chats)s::bigint[], %(threads)s::bigint[], %(alerts)s::bigint[],"
            ' %(waits)s::"char"[], %(times)s::timestamptz[], %(attempts)s::integer[],'
            " %(maybes)s::boolean[], %(details)s::text[]) as"
            " k(chat_id, thread, alert_id, waits, not_before, attempts, maybe, detail)"
            " join alert a on a.id = k.alert_id"
            " where d.chat_id = k.chat_id and d.thread = k.thread and d.alert_id = k.alert_id",
            columns(list(again))
            | {
                "waits": [item.waits_for.value for item in again.values()],
                "times": [item.not_before for item in again.values()],
                "attempts": [item.attempts for item in again.values()],
                "maybes": [item.maybe for item in again.values()],
                "details": [item.detail.replace("\0", "") for item in again.values()],
            },
        )


async def _release(connection: Connection, owner: int, keys: Sequence[Key]) -> None:
    """The sender is done with these; with the last of a batch its address is free again."""
    await connection.execute(
        "with done as (select chat_id, thread, array_agg(alert_id) as alerts"
        f" from {KEYS} as k(chat_id, thread, alert_id) group by chat_id, thread),"
        " free as (delete from claim c using done d where c.owner = %(owner)s"
        " and c.chat_id = d.chat_id and c.thread = d.thread and c.alerts <@ d.alerts)"
        " update claim c set alerts ="
        " array(select unnest(c.alerts) except select unnest(d.alerts)) from done d"
        " where c.owner = %(owner)s and c.chat_id = d.chat_id and c.thread = d.thread"
        " and not c.alerts <@ d.alerts and c.alerts && d.alerts",
        {**columns(keys), "owner": owner},
    )


async def _count(connection: Connection, ledger: Ledger) -> None:
    """Last, since everyone who ends a delivery of the same alert waits for the commit."""
    tallies = sorted(ledger.tallies.items())
    if not tallies:
        return
    await connection.execute(
        "update tally t set remaining = t.remaining + k.remaining, sent = t.sent + k.sent,"
        " failed = t.failed + k.failed, cancelled = t.cancelled + k.cancelled,"
        " later = t.later + k.later, paused = t.paused + k.paused,"
        " repeated = t.repeated + k.repeated from unnest("
        "%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],"
        " %s::bigint[], %s::bigint[])"
        " as k(alert_id, remaining, sent, failed, cancelled, later, paused, repeated)"
        " where t.alert_id = k.alert_id",
        (
            [alert_id for alert_id, _ in tallies],
            [tally.remaining for _, tally in tallies],
            [tally.sent for _, tally in tallies],
            [tally.failed for _, tally in tallies],
            [tally.cancelled for _, tally in tallies],
            [tally.later for _, tally in tallies],
            [tally.paused for _, tally in tallies],
            [tally.repeated for _, tally in tallies],
        ),
    )
    failures = [
        (alert_id, failure.reason, failure.detail.replace("\0", ""), number)
        for alert_id, tally in tallies
        for failure, number in tally.failures.items()
    ]
    if failures:
        await connection.execute(
            "insert into failure as f (alert_id, reason, detail, count) select * from unnest("
            "%s::bigint[], %s::text[], %s::text[], %s::bigint[])"
            " on conflict (alert_id, reason, detail) do update"
            " set count = f.count + excluded.count",
            [list(column) for column in zip(*failures, strict=True)],
        )
