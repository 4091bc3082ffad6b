"""The store behind the Protocol: each call is one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date, datetime
from typing import Any, TypeVar

import orjson
import psycopg

from bot.agreement.changes import StatusChange
from bot.agreement.gaps import GapCount
from bot.alerts.ledger import Key, key_of
from bot.alerts.model import Alert, AlertKind, Delivery, Parcel, Progress, Result
from bot.alerts.outbox import Settled, Waiting
from bot.alerts.sharing import Peers
from bot.clock import Clock
from bot.store.errors import StoreError
from bot.store.inbox import Accepted, InboxState
from bot.store.postgres import (
    about,
    alerts,
    chats,
    claims,
    deliveries,
    inbox,
    notes,
    settling,
    shares,
)
from bot.store.postgres.database import Connection, Database, connection_info, store_error
from bot.store.postgres.leading import leading, polling
from bot.store.postgres.schema import migrate
from bot.store.postgres.session import Session
from bot.store.postgres.wanted import still_wanted
from bot.store.protocol import AuditEntry, Known, Store
from bot.store.together import Together
from bot.subscribers.model import Address, Chat, ChatKind, Scope

_T = TypeVar("_T")

CONNECTIONS = 8
"""As many transactions at once; two connections more are held for presence and for delivering."""


async def open_postgres(url: str, clock: Clock, *, connections: int = CONNECTIONS) -> PostgresStore:
    """Connect to a database, and bring its tables up to date.

    Raises:
        StoreTooNew: a newer version of the bot was here.
        StoreError: it cannot be reached, or refused.
    """
    database = Database(connection_info(url), connections)
    await database.open()
    try:
        async with await database.connect() as connection:
            await migrate(connection)
        store = PostgresStore(database, clock)
        await store.start()
    except psycopg.Error as error:
        await database.close()
        raise store_error(error) from error
    except BaseException:
        await database.close()
        raise
    return store


class PostgresStore(Store):
    """A store for several processes. Open it with `open_postgres`, close it with `close`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._wanted = Together(self._ask_wanted)
        self._knowing = Together(self._ask_known)
        self._contexts = Together(self._keep_contexts)
        self._in_hand: set[int] = set()
        """Updates that were taken and neither handled nor given back."""
        self._begun: set[int] = set()
        """Those of them for which a death was counted in advance."""
        self._taking = asyncio.Lock()
        self._session = Session(database, self._hear)
        self._listeners: list[Callable[[], None]] = []
        self._correcting = 0
        """How many corrections are being written: nothing is claimed meanwhile."""
        self._lost_lead: asyncio.Event | None = None
        """Set when this process delivers no longer; None when it has not done so."""
        self._closed = False

    async def start(self) -> None:
        """Be present in the database."""
        if await self._read(_half_moved):
            raise StoreError("a move into the database was not finished: run migrate again")
        await self._session.start()
        await self._write(lambda one: claims.give_up_missing(one, self._session.owner))

    # Chats

    async def chat(self, chat_id: int) -> Chat | None:
        """See `ChatRegistry`."""
        return await self._read(lambda one: chats.get(one, chat_id))

    async def chats(self, kind: ChatKind | None = None) -> Sequence[Chat]:
        """See `ChatRegistry`."""
        return await self._read(lambda one: chats.every(one, kind))

    async def update_chat(
        self, chat_id: int, change: Callable[[Chat | None], Chat | None]
    ) -> Chat | None:
        """See `ChatRegistry`."""
        return await self._write(lambda one: chats.update(one, chat_id, change))

    async def migrate_chat(self, old_id: int, new_id: int) -> None:
        """See `ChatRegistry`."""
        await self._write(lambda one: chats.migrate(one, old_id, new_id))

    async def forget_chat(self, chat_id: int) -> None:
        """See `ChatRegistry`."""
        await self._write(lambda one: chats.forget(one, chat_id))

    async def count_audience(self, scopes: frozenset[Scope]) -> dict[str, int]:
        """See `ChatRegistry`."""
        return await self._read(lambda one: chats.count_audience(one, scopes))

    async def count_chats(self) -> dict[str, int]:
        """See `ChatRegistry`."""
        return await self._read(chats.count)

    async def silent_since(self, before: datetime) -> Sequence[int]:
        """See `ChatRegistry`."""
        return await self._read(lambda one: chats.silent_since(one, before))

    async def followed(self) -> Sequence[Scope]:
        """See `ChatRegistry`."""
        return await self._read(chats.followed)

    async def followers(self, scope: Scope) -> Sequence[Address]:
        """See `ChatRegistry`."""
        return await self._read(lambda one: chats.followers(one, scope))

    # Alerts and their deliveries

    async def next_ids(self) -> tuple[int, int]:
        """See `Outbox`."""
        return await self._write(alerts.next_ids)

    async def record_alert(
        self, alert: Alert, scopes: frozenset[Scope], *, known: int | None = None
    ) -> int:
        """See `Outbox`."""
        correction = alert.kind is AlertKind.CORRECTION
        self._correcting += correction
        try:
            return await self._write(lambda one: alerts.record(one, alert, scopes, known))
        finally:
            self._correcting -= correction

    async def alert(self, alert_id: int) -> Alert | None:
        """See `Outbox`."""
        return await self._read(lambda one: alerts.get(one, alert_id))

    async def report_at(self, alert_id: int, chat_id: int, message_id: int) -> None:
        """See `Outbox`."""
        await self._write(lambda one: alerts.report_at(one, alert_id, chat_id, message_id))

    async def claim(self, limit: int, now: datetime) -> Sequence[Parcel]:
        """See `Outbox`."""
        if self._correcting:
            return []
        return await self._database.write(
            lambda one: claims.claim(one, self._session.owner, limit, now), pipelined=True
        )

    async def settle(self, settled: Sequence[Settled]) -> None:
        """See `Outbox`."""
        moves = {(one.delivery.address.chat_id, _moved(one)) for one in settled}
        for old_id, new_id in moves:
            if new_id is not None:
                await self.migrate_chat(old_id, new_id)
        if settled:
            await self._database.write(
                lambda one: settling.settle(one, self._session.owner, settled, self._clock()),
                pipelined=True,
            )

    async def still_wanted(self, delivery: Delivery) -> bool:
        """See `Outbox`."""
        return await self._wanted.ask(key_of(delivery))

    async def progress(self, alert_id: int) -> Progress:
        """See `Outbox`."""
        return await self._read(lambda one: alerts.progress(one, alert_id))

    async def unfinished(self) -> Sequence[Alert]:
        """See `Outbox`."""
        return await self._read(alerts.unfinished)

    async def waiting(self, limit: int) -> Sequence[Waiting]:
        """See `Outbox`."""
        return await self._read(lambda one: alerts.waiting(one, limit))

    async def retry(self, alert_id: int | None = None) -> int:
        """See `Outbox`."""
        return await self._write(lambda one: deliveries.retry(one, alert_id))

    async def drop(self, alert_id: int, chat_id: int | None = None) -> int:
        """See `Outbox`."""
        return await self._write(lambda one: deliveries.drop(one, alert_id, chat_id))

    async def next_due(self) -> datetime | None:
        """See `Outbox`."""
        if self._correcting:
            return self._clock()  # something may be, once it is known what is taken back
        return await self._read(claims.next_due)

    async def recent_alerts(self, limit: int) -> Sequence[Alert]:
        """See `Outbox`."""
        return await self._read(lambda one: alerts.recent(one, limit))

    async def changes(self) -> Sequence[StatusChange]:
        """See `Outbox`."""
        return await self._read(alerts.changes)

    # The little else

    async def kept_about(self, chat_id: int) -> Mapping[str, Any]:
        """See `Store`."""
        return await self._read(lambda one: about.kept(one, chat_id, self._clock()))

    async def draft(self, user_id: int) -> Mapping[str, Any] | None:
        """See `Store`."""
        return await self._read(lambda one: notes.draft(one, user_id))

    async def keep_draft(self, user_id: int, draft: Mapping[str, Any] | None) -> None:
        """See `Store`."""
        document = None if draft is None else orjson.dumps(draft)
        await self._write(lambda one: notes.keep_draft(one, user_id, document))

    async def append_audit(self, entry: AuditEntry) -> None:
        """See `Store`."""
        await self._write(lambda one: notes.append_audit(one, entry))

    async def audit(self) -> Sequence[AuditEntry]:
        """See `Store`."""
        return await self._read(notes.audit)

    async def remembered(self, key: str) -> str | None:
        """See `Store`."""
        return await self._read(lambda one: notes.remembered(one, key))

    async def remember(self, key: str, value: str) -> None:
        """See `Store`."""
        await self._write(lambda one: notes.remember(one, key, value))

    async def known(self, chat_id: int) -> Known:
        """See `Store`."""
        return await self._knowing.ask(chat_id)

    async def keep_context(self, chat_id: int, context: Mapping[str, Any], until: datetime) -> None:
        """See `Store`."""
        document = orjson.dumps(context).decode()
        await self._contexts.ask(notes.Context(chat_id, document, until))

    async def gaps(self) -> Sequence[GapCount]:
        """See `Store`."""
        return await self._read(notes.gaps)

    async def count_gaps(self, counts: Mapping[str, int], day: date, oldest: date) -> None:
        """See `Store`."""
        await self._write(lambda one: notes.count_gaps(one, counts, day, oldest))

    async def clear_gaps(self) -> None:
        """See `Store`."""
        await self._write(notes.clear_gaps)

    async def first_seen(self, update_ids: Sequence[int]) -> frozenset[int]:
        """See `Store`."""
        return await self._read(lambda one: notes.first_seen(one, update_ids, self._clock()))

    async def mark_handled(self, update_ids: Sequence[int]) -> None:
        """See `Store`."""
        await self._database.repeat(lambda one: notes.mark_handled(one, update_ids, self._clock()))

    # Updates from a webhook

    async def accept_updates(self, updates: Sequence[Accepted]) -> None:
        """See `Inbox`."""
        await self._database.repeat(lambda one: inbox.accept(one, updates, self._clock()))

    async def take_updates(self, limit: int) -> Sequence[Accepted]:
        """See `Inbox`."""
        owner, hand = self._session.owner, self._in_hand
        async with self._taking:  # what another call is taking would not look as if in hand
            taken = await self._database.write(
                lambda one: inbox.take(one, owner, hand, limit, self._clock()), pipelined=True
            )
            hand.update(one.update_id for one in taken)
        return taken

    async def begin_again(self, update_id: int) -> None:
        """See `Inbox`."""
        await self._write(lambda one: inbox.begin_again(one, update_id))
        self._begun.add(update_id)

    async def updates_handled(self, update_ids: Sequence[int]) -> bool:
        """See `Inbox`."""
        more = await self._database.repeat(
            lambda one: inbox.handled(one, update_ids, self._clock())
        )
        self._in_hand.difference_update(update_ids)
        self._begun.difference_update(update_ids)
        return more

    async def give_back_updates(self, update_ids: Sequence[int]) -> None:
        """See `Inbox`."""
        owner, begun = self._session.owner, self._begun.intersection(update_ids)
        await self._write(lambda one: inbox.give_back(one, owner, update_ids, begun))
        self._in_hand.difference_update(update_ids)
        self._begun.difference_update(update_ids)

    async def inbox(self) -> InboxState:
        """See `Inbox`."""
        return await self._read(inbox.state)

    # Several processes

    def polling(self) -> AbstractAsyncContextManager[asyncio.Event]:
        """See `Inbox`."""
        return polling(self._database)

    def on_news(self, heard: Callable[[], None]) -> None:
        """See `Outbox`."""
        self._listeners.append(heard)

    @asynccontextmanager
    async def leading(self) -> AsyncIterator[asyncio.Event]:
        """See `Outbox`."""
        async with leading(self._database, self._session, self._clock) as lost:
            self._lost_lead = lost
            try:
                yield lost
            finally:
                self._lost_lead = None

    async def peers(self) -> Peers:
        """See `Shares`."""
        others, lost = await self._read(lambda one: shares.count(one, self._session.owner))
        leads = self._lost_lead is not None and not self._lost_lead.is_set()
        return Peers(others + 1, leads, lost)

    async def hold_rate(self, rate: float, *, whole: float, seconds: float) -> float:
        """See `Shares`."""
        owner = self._session.owner
        return await self._write(lambda one: shares.hold(one, owner, rate, whole, seconds))

    async def close(self) -> None:
        """See `Store`."""
        if self._closed:
            return
        self._closed = True
        for together in (self._wanted, self._knowing, self._contexts):
            await together.close()
        await self._session.close()
        await self._database.close()

    async def _ask_wanted(self, keys: Sequence[Key]) -> Sequence[bool]:
        return await self._read(lambda one: still_wanted(one, keys))

    async def _ask_known(self, chat_ids: Sequence[int]) -> Sequence[Known]:
        found = await self._read(lambda one: chats.known(one, chat_ids, self._clock()))
        return [found[chat_id] for chat_id in chat_ids]

    async def _keep_contexts(self, contexts: Sequence[notes.Context]) -> Sequence[None]:
        await self._database.repeat(lambda one: notes.keep_contexts(one, contexts))
        return [None] * len(contexts)

    def _hear(self) -> None:
        for heard in self._listeners:
            heard()

    async def _read(self, work: Callable[[Connection], Awaitable[_T]]) -> _T:
        if self._closed:
            raise StoreError("the store is closed")
        return await self._database.read(work)

    async def _write(self, work: Callable[[Connection], Awaitable[_T]]) -> _T:
        return await self._database.write(work)


async def _half_moved(connection: Connection) -> bool:
    cursor = await connection.execute("select exists (select from transfer)")
    return await cursor.fetchone() == (True,)


def _moved(settled: Settled) -> int | None:
    """The supergroup that the delivery's group became, if that is what came of it."""
    return settled.outcome.migrated_to if settled.outcome.result is Result.MIGRATED else None
