"""Chats, alerts and outcomes for the tests of stores."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import psycopg

from bot.agreement.board import StatusChange
from bot.agreement.dates import PartialDate
from bot.agreement.events import Event
from bot.agreement.evidence import Evidence, Origin
from bot.agreement.status import Status
from bot.alerts.model import Alert, AlertKind, Delivery, Outcome, Result
from bot.alerts.outbox import DeliveryResult
from bot.storage.postgres import PostgresStore
from bot.storage.postgres.database import PROCESSES
from bot.storage.protocol import Store
from bot.storage.tinydb import TinyStore
from bot.subscribers.audience import scopes_of
from bot.subscribers.chat import EVERYTHING, Address, Chat, ChatKind, Scope, ScopeKind

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
RAIL = Scope(ScopeKind.TOPIC, "rail")
BRIDGE = Scope(ScopeKind.PROVISION, "bridge")


def clock() -> datetime:
    return NOW


def chat(chat_id: int, *scopes: Scope, thread: int | None = None, **others) -> Chat:
    kind = ChatKind.PRIVATE if chat_id > 0 else ChatKind.GROUP
    return Chat(
        **{
            "id": chat_id,
            "kind": kind,
            "subscriptions": frozenset((thread, scope) for scope in scopes),
        }
        | others
    )


def alert(
    number: int,
    *,
    undoes: int | None = None,
    made_at: datetime = NOW,
    ready_at: datetime | None = None,
    provision: str = "bridge",
) -> Alert:
    before = Event(status=Status.ANNOUNCED, date=PartialDate(2020, 1, 2))
    source = Evidence(url="https://example.org/news", publisher="example.org")
    after = Event(status=Status.STARTED, date=PartialDate(2025, 8), evidence=(source,))
    change = StatusChange(
        id=number,
        provision_id=provision,
        before=after if undoes else before,
        after=before if undoes else after,
        made_by=7,
        made_at=made_at,
        undoes=undoes,
    )
    return Alert(
        id=number,
        kind=AlertKind.CORRECTION if undoes else AlertKind.CHANGE,
        change=change,
        number=1,
        title={"en": "A bridge"},
        text={"en": "There will be a bridge."},
        origin=Origin.CLAUSE,
        topics=("rail",),
        ready_at=ready_at or made_at,
    )


SCOPES = scopes_of("bridge", ["rail"])


async def know(store: Store, *chats: Chat) -> None:
    for each_chat in chats:
        await store.update_chat(each_chat.id, lambda _, item=each_chat: item)


async def follow(store: Store, *chat_ids: int, scope: Scope = EVERYTHING) -> None:
    await know(store, *(chat(chat_id, scope) for chat_id in chat_ids))


def settled(delivery: Delivery, result: Result = Result.SENT, **others) -> DeliveryResult:
    return DeliveryResult(delivery, Outcome(result, **others))


async def kill(store: Store) -> None:
    """Let go of what the system would take from a killed process, and write nothing more."""
    if isinstance(store, TinyStore):
        store._storage.release()
        store._writer._thread.shutdown()
    else:
        assert isinstance(store, PostgresStore)
        await _kill_postgres(store)


async def _kill_postgres(store: PostgresStore) -> None:
    if store._closed:
        return
    store._closed = True
    store._database._closed = True
    session, pool = store._session, store._database._pool
    session._task.cancel()
    await asyncio.gather(session._task, return_exceptions=True)
    await session._connection.close()
    await pool.close()
    # The server notices the end of a connection a moment later.
    held = "select from pg_locks where locktype = 'advisory' and objid = %s"
    async with await psycopg.AsyncConnection.connect(store._database.info) as other:
        while (await other.execute(held, (PROCESSES + store._database.owner,))).rowcount:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.001)


async def claim(store: Store, limit: int = 100, now: datetime = NOW) -> list[Delivery]:
    """The deliveries of all claimed batches, batch by batch."""
    return [delivery for batch in await store.claim(limit, now) for delivery in batch.deliveries]


async def send(store: Store, limit: int = 100, now: datetime = NOW) -> list[tuple[int, Address]]:
    """Claim and send once; what was sent, in order."""
    deliveries = await claim(store, limit, now)
    await store.settle([settled(delivery) for delivery in deliveries])
    return [(delivery.alert_id, delivery.address) for delivery in deliveries]


async def handled(store: Store) -> set[int]:
    """The numbers of updates that the store knows as handled."""
    ranges = [row async for table, row in store.rows() if table == "handled"]
    return {number for row in ranges for number in range(row["first"], row["last"] + 1)}
