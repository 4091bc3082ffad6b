"""The store behind the Protocol: each call is one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date, datetime
from typing import Any, TypeVar

import orjson
import psycopg
from typing_extensions import override

from bot.agreement.board import StatusChange
from bot.alerts.ledger import Key, key_of
from bot.alerts.model import (
    Alert,
    AlertKind,
    ClaimedBatch,
    Delivery,
    Progress,
    Result,
    SentMessage,
)
from bot.alerts.outbox import DeliveryResult, Waiting
from bot.alerts.rate_leases import Peers
from bot.clock import Clock
from bot.search.unanswered import GapCount
from bot.storage.batching import Batcher
from bot.storage.checksum import Checksum, Rows
from bot.storage.errors import StoreError, StoreUnusable
from bot.storage.inbox import Accepted, InboxState
from bot.storage.postgres import (
    about,
    alerts,
    chats,
    claims,
    deliveries,
    inbox,
    notes,
    settling,
    shares,
    transfer,
)
from bot.storage.postgres.database import (
    Connection,
    Database,
    connection_info,
    store_error,
    store_errors,
)
from bot.storage.postgres.leader import alone, leading, polling
from bot.storage.postgres.schema import check_version, migrate
from bot.storage.postgres.session import Session
from bot.storage.postgres.wanted import still_wanted
from bot.storage.protocol import AuditEntry, Changes, Known, Store
from bot.subscribers.chat import Address, Chat, ChatKind, Scope

_T = TypeVar("_T")

CONNECTIONS = 8
"""As many transactions at once; two connections more are held for presence and for delivering."""


async def open_postgres(
    url: str, clock: Clock, *, connections: int = CONNECTIONS, beside: bool = False
) -> PostgresStore:
    """Connect to a database, and bring its tables up to date.

    With `beside` it is only read, as it is.

    Raises:
        StoreTooNew: a newer version of the bot was here.
        StoreError: it cannot be reached, or refused.
    """
    database = Database(connection_info(url), connections)
    await database.open()
    try:
        store = PostgresStore(database, clock)
        async with await database.connect() as connection:
            await (check_version if beside else migrate)(connection)
        if not beside:
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
        self._wanted = Batcher(self._ask_wanted)
        self._knowing = Batcher(self._ask_known)
        self._contexts = Batcher(self._keep_contexts)
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
        self._still: Connection | None = None
        """Holds a lock that keeps others from delivering."""
        self._closed = False

    async def start(self) -> None:
        """Be present in the database."""
        if await self._read(_half_moved):
            raise StoreUnusable("a move into the database was not finished: empty it, and repeat")
        await self._session.start()
        await self._write(lambda item: claims.give_up_missing(item, self._session.owner))

    # Chats

    @override
    async def chat(self, chat_id: int) -> Chat | None:
        return await self._read(lambda item: chats.get(item, chat_id))

    @override
    async def chats(self, kind: ChatKind | None = None) -> Sequence[Chat]:
        return await self._read(lambda item: chats.every(item, kind))

    @override
    async def update_chat(
        self, chat_id: int, change: Callable[[Chat | None], Chat | None]
    ) -> Chat | None:
        return await self._write(lambda item: chats.update(item, chat_id, change))

    @override
    async def migrate_chat(self, old_id: int, new_id: int) -> None:
        await self._write(lambda item: chats.migrate(item, old_id, new_id))

    @override
    async def forget_chat(self, chat_id: int) -> None:
        await self._write(lambda item: chats.forget(item, chat_id))

    @override
    async def count_audience(self, scopes: frozenset[Scope]) -> dict[str, int]:
        return await self._read(lambda item: chats.count_audience(item, scopes))

    @override
    async def count_chats(self) -> dict[str, int]:
        return await self._read(chats.count)

    @override
    async def silent_since(self, before: datetime) -> Sequence[int]:
        return await self._read(lambda item: chats.silent_since(item, before))

    @override
    async def followed(self) -> Sequence[Scope]:
        return await self._read(chats.followed)

    @override
    async def followers(self, scope: Scope) -> Sequence[Address]:
        return await self._read(lambda item: chats.followers(item, scope))

    # Alerts and their deliveries

    @override
    async def next_ids(self) -> tuple[int, int]:
        return await self._write(alerts.next_ids)

    @override
    async def record_alert(
        self, alert: Alert, scopes: frozenset[Scope], *, known: int | None = None
    ) -> int:
        correction = alert.kind is AlertKind.CORRECTION
        self._correcting += correction
        try:
            return await self._write(lambda item: alerts.record(item, alert, scopes, known))
        finally:
            self._correcting -= correction

    @override
    async def alert(self, alert_id: int) -> Alert | None:
        return await self._read(lambda item: alerts.get(item, alert_id))

    @override
    async def alert_of(self, change_id: int) -> Alert | None:
        return await self._read(lambda item: alerts.of_change(item, change_id))

    @override
    async def message_to(self, alert_id: int, address: Address) -> SentMessage | None:
        return await self._read(lambda item: alerts.message_to(item, Key.of(alert_id, address)))

    @override
    async def report_at(self, alert_id: int, chat_id: int, message_id: int) -> None:
        await self._write(lambda item: alerts.report_at(item, alert_id, chat_id, message_id))

    @override
    async def claim(self, limit: int, now: datetime) -> Sequence[ClaimedBatch]:
        if self._correcting:
            return []
        owner, turn = self._session.owner, self._lost_lead
        return await self._database.write(
            lambda item: claims.claim(item, owner, limit, now, lambda: self._lost_lead is turn),
            pipelined=True,
        )

    @override
    async def settle(self, settled: Sequence[DeliveryResult]) -> None:
        moves = {(result.delivery.address.chat_id, _moved(result)) for result in settled}
        for old_id, new_id in moves:
            if new_id is not None:
                await self.migrate_chat(old_id, new_id)
        if settled:
            await self._database.write(
                lambda item: settling.settle(item, self._session.owner, settled, self._clock()),
                pipelined=True,
            )

    @override
    async def still_wanted(self, delivery: Delivery) -> bool:
        return await self._wanted.ask(key_of(delivery))

    @override
    async def progress(self, alert_id: int) -> Progress:
        return await self._read(lambda item: alerts.progress(item, alert_id))

    @override
    async def unfinished(self) -> Sequence[Alert]:
        return await self._read(alerts.unfinished)

    @override
    async def waiting(self, limit: int) -> Sequence[Waiting]:
        return await self._read(lambda item: alerts.waiting(item, limit))

    @override
    async def retry(self, alert_id: int | None = None) -> int:
        return await self._write(lambda item: deliveries.retry(item, alert_id))

    @override
    async def drop(self, alert_id: int, chat_id: int | None = None) -> int:
        return await self._write(lambda item: deliveries.drop(item, alert_id, chat_id))

    @override
    async def next_due(self) -> datetime | None:
        if self._correcting:
            return self._clock()  # something may be, once it is known what is taken back
        return await self._read(claims.next_due)

    @override
    async def recent_alerts(self, limit: int) -> Sequence[Alert]:
        return await self._read(lambda item: alerts.recent(item, limit))

    @override
    async def changes(self) -> Sequence[StatusChange]:
        return await self._read(alerts.changes)

    # The little else

    @override
    async def kept_about(self, chat_id: int) -> Mapping[str, Any]:
        return await self._read(lambda item: about.kept(item, chat_id, self._clock()))

    @override
    async def draft(self, user_id: int) -> Mapping[str, Any] | None:
        return await self._read(lambda item: notes.draft(item, user_id))

    @override
    async def keep_draft(self, user_id: int, draft: Mapping[str, Any] | None) -> None:
        document = None if draft is None else orjson.dumps(draft)
        await self._write(lambda item: notes.keep_draft(item, user_id, document))

    @override
    async def append_audit(self, entry: AuditEntry) -> None:
        await self._write(lambda item: notes.append_audit(item, entry))

    @override
    async def audit(self) -> Sequence[AuditEntry]:
        return await self._read(notes.audit)

    @override
    async def remembered(self, key: str) -> str | None:
        return await self._read(lambda item: notes.remembered(item, key))

    @override
    async def remember(self, key: str, value: str) -> None:
        await self._write(lambda item: notes.remember(item, key, value))

    @override
    async def known(self, chat_id: int) -> Known:
        return await self._knowing.ask(chat_id)

    @override
    async def keep_context(self, chat_id: int, context: Mapping[str, Any], until: datetime) -> None:
        document = orjson.dumps(context).decode()
        await self._contexts.ask(notes.Context(chat_id, document, until))

    @override
    async def gaps(self) -> Sequence[GapCount]:
        return await self._read(notes.gaps)

    @override
    async def count_gaps(self, counts: Mapping[str, int], day: date, oldest: date) -> None:
        await self._write(lambda item: notes.count_gaps(item, counts, day, oldest))

    @override
    async def clear_gaps(self) -> None:
        await self._write(notes.clear_gaps)

    @override
    async def first_seen(self, update_ids: Sequence[int]) -> frozenset[int]:
        return await self._read(lambda item: notes.first_seen(item, update_ids, self._clock()))

    @override
    async def mark_handled(self, update_ids: Sequence[int]) -> None:
        await self._database.repeat(
            lambda item: notes.mark_handled(item, update_ids, self._clock())
        )

    # Updates from a webhook

    @override
    async def accept_updates(self, updates: Sequence[Accepted]) -> None:
        await self._database.repeat(lambda item: inbox.accept(item, updates, self._clock()))

    @override
    async def take_updates(self, limit: int) -> Sequence[Accepted]:
        owner, hand = self._session.owner, self._in_hand
        async with self._taking:  # what another call is taking would not look as if in hand
            taken = await self._database.write(
                lambda item: inbox.take(item, owner, hand, limit, self._clock()), pipelined=True
            )
            hand.update(entry.update_id for entry in taken)
        return taken

    @override
    async def begin_again(self, update_id: int) -> None:
        await self._write(lambda item: inbox.begin_again(item, update_id))
        self._begun.add(update_id)

    @override
    async def updates_handled(self, update_ids: Sequence[int]) -> bool:
        more = await self._database.repeat(
            lambda item: inbox.handled(item, update_ids, self._clock())
        )
        self._in_hand.difference_update(update_ids)
        self._begun.difference_update(update_ids)
        return more

    @override
    async def give_back_updates(self, update_ids: Sequence[int]) -> None:
        owner, begun = self._session.owner, self._begun.intersection(update_ids)
        await self._write(lambda item: inbox.give_back(item, owner, update_ids, begun))
        self._in_hand.difference_update(update_ids)
        self._begun.difference_update(update_ids)

    @override
    async def inbox(self) -> InboxState:
        return await self._read(inbox.state)

    # Several processes

    @override
    def polling(self) -> AbstractAsyncContextManager[asyncio.Event]:
        return polling(self._database)

    @override
    def on_news(self, heard: Callable[[], None]) -> None:
        self._listeners.append(heard)

    @override
    @asynccontextmanager
    async def leading(self) -> AsyncIterator[asyncio.Event]:
        async with leading(self._database, self._session, self._clock) as lost:
            self._lost_lead = lost
            try:
                yield lost
            finally:
                self._lost_lead = None

    @override
    async def peers(self) -> Peers:
        others, lost = await self._read(lambda item: shares.count(item, self._session.owner))
        leads = self._lost_lead is not None and not self._lost_lead.is_set()
        return Peers(others + 1, leads, lost)

    @override
    async def hold_rate(self, rate: float, *, whole: float, seconds: float) -> float:
        owner = self._session.owner
        return await self._write(lambda item: shares.hold(item, owner, rate, whole, seconds))

    # The whole

    @override
    async def check(self) -> None:
        await self.remembered("check")

    @override
    def watch_changes(self) -> Changes:
        news = asyncio.Event()
        news.set()
        self.on_news(news.set)

        async def look() -> Sequence[StatusChange] | None:
            if not news.is_set():
                return None
            news.clear()
            try:
                return await self.changes()
            except StoreError:
                news.set()
                raise

        return look

    @override
    async def rows(self) -> Rows:
        with store_errors():
            async with await self._database.connect() as connection, connection.transaction():
                await connection.execute(
                    "set transaction isolation level repeatable read, read only"
                )
                async for found in transfer.exported(connection):
                    yield found

    @override
    async def load(self, rows: Rows, expected: Checksum) -> None:
        await self.hold_still()
        with store_errors():
            async with await self._database.connect() as connection, connection.transaction():
                await transfer.load(connection, rows, expected)

    @override
    async def hold_still(self) -> None:
        if self._still is None:
            self._still = await self._database.connect()
            if not await alone(self._still, self._session.owner):
                raise StoreError("a bot works on the database: stop it first")

    @override
    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._still is not None:
            await self._still.close()
        for together in (self._wanted, self._knowing, self._contexts):
            await together.close()
        await self._session.close()
        await self._database.close()

    async def _ask_wanted(self, keys: Sequence[Key]) -> Sequence[bool]:
        return await self._read(lambda item: still_wanted(item, keys))

    async def _ask_known(self, chat_ids: Sequence[int]) -> Sequence[Known]:
        found = await self._read(lambda item: chats.known(item, chat_ids, self._clock()))
        return [found[chat_id] for chat_id in chat_ids]

    async def _keep_contexts(self, contexts: Sequence[notes.Context]) -> Sequence[None]:
        await self._database.repeat(lambda item: notes.keep_contexts(item, contexts))
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


def _moved(settled: DeliveryResult) -> int | None:
    """The supergroup that the delivery's group became, if that is what came of it."""
    return settled.outcome.migrated_to if settled.outcome.result is Result.MIGRATED else None
