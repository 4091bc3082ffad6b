"""Alerts and their deliveries, as the rest of the bot asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from typing_extensions import override

from bot.agreement.board import StatusChange
from bot.alerts.ledger import Key, State, key_of
from bot.alerts.model import (
    Alert,
    AlertKind,
    ClaimedBatch,
    Delivery,
    Progress,
    Result,
    SentMessage,
)
from bot.alerts.outbox import DeliveryResult, Outbox, Waiting
from bot.clock import Clock
from bot.storage.tinydb import chats, deliveries
from bot.storage.tinydb.chats import TinyChats
from bot.storage.tinydb.database import Database
from bot.storage.tinydb.indexes import (
    address_key,
)
from bot.storage.tinydb.storage import MemoryStorage
from bot.subscribers.chat import Address, Scope


class TinyOutbox(TinyChats, Outbox):
    """Alerts and their deliveries."""

    def __init__(self, storage: MemoryStorage, thread: ThreadPoolExecutor, clock: Clock) -> None:
        super().__init__(storage, thread, clock)
        self._alerts: dict[str, tuple[bytes, Alert]] = {}
        """Alerts that were read, with their rows."""

    @override
    async def next_ids(self) -> tuple[int, int]:
        return await self._writer.commit(deliveries.next_ids)

    @override
    async def record_alert(
        self, alert: Alert, scopes: frozenset[Scope], *, known: int | None = None
    ) -> int:
        followers, correction = self._followers, alert.kind is AlertKind.CORRECTION
        self._queue.held += correction
        try:
            return await self._writer.commit(
                lambda db: deliveries.record(db, followers, alert, scopes, known), fresh=True
            )
        finally:
            self._queue.held -= correction

    @override
    async def alert(self, alert_id: int) -> Alert | None:
        return self._alert(str(alert_id))

    @override
    async def alert_of(self, change_id: int) -> Alert | None:
        alerts = self._read_alerts(self._storage.rows("alerts"))
        return next((alert for alert in alerts if alert.change.id == change_id), None)

    @override
    async def message_to(self, alert_id: int, address: Address) -> SentMessage | None:
        key = self._current(Key.of(alert_id, address))
        entry = deliveries.entries(self._db, [key]).get(key)
        return None if entry is None else entry.message

    @override
    async def report_at(self, alert_id: int, chat_id: int, message_id: int) -> None:
        await self._writer.commit(
            lambda db: deliveries.report_at(db, alert_id, chat_id, message_id)
        )

    @override
    async def claim(self, limit: int, now: datetime) -> Sequence[ClaimedBatch]:
        claims = self._queue.take(limit, now)
        if not claims:
            return []
        try:
            batches = await self._writer.commit(lambda db: deliveries.claim(db, claims))
        except Exception:
            self._queue.give_back(claims)
            raise
        held = {address_key(batch.address) for batch in batches}
        self._queue.give_back([claim for claim in claims if claim.address not in held])
        return batches

    @override
    async def settle(self, settled: Sequence[DeliveryResult]) -> None:
        migrations = {found for result in settled if (found := _migration(result)) is not None}
        for old_id, new_id in migrations:
            await self.migrate_chat(old_id, new_id)

        now = self._clock()

        def work(db: Database) -> None:
            keys = [self._current(key_of(result.delivery)) for result in settled]
            deliveries.settle(db, keys, settled)
            chats.after_outcomes(db, keys, settled, now)

        if settled:
            await self._writer.commit(work, fresh=True)

    @override
    async def still_wanted(self, delivery: Delivery) -> bool:
        key = self._current(key_of(delivery))
        chat = str(key.chat_id)
        if chat in self._followers.inactive or chat not in self._storage.rows("chats"):
            return False
        entry = deliveries.entries(self._db, [key]).get(key)
        is_pending = entry is not None and entry.state is State.PENDING
        return is_pending and not self._queue.is_withdrawn(key.alert_id)

    @override
    async def progress(self, alert_id: int) -> Progress:
        return deliveries.progress(self._db, alert_id)

    @override
    async def unfinished(self) -> Sequence[Alert]:
        return self._read_alerts(map(str, self._queue.unfinished()))

    @override
    async def waiting(self, limit: int) -> Sequence[Waiting]:
        alert_ids = self._queue.unfinished()
        return await self._writer.commit(lambda db: deliveries.waiting(db, alert_ids, limit))

    @override
    async def retry(self, alert_id: int | None = None) -> int:
        chosen = self._queue.unfinished() if alert_id is None else [alert_id]
        return await self._writer.commit(lambda db: deliveries.retry(db, chosen))

    @override
    async def drop(self, alert_id: int, chat_id: int | None = None) -> int:
        return await self._writer.commit(lambda db: deliveries.drop(db, alert_id, chat_id))

    @override
    async def next_due(self) -> datetime | None:
        return self._queue.next_due(self._clock())

    @override
    async def recent_alerts(self, limit: int) -> Sequence[Alert]:
        newest = sorted(map(int, self._storage.rows("alerts")), reverse=True)
        return self._read_alerts(map(str, newest[:limit]))

    @override
    async def changes(self) -> Sequence[StatusChange]:
        changes = (alert.change for alert in self._read_alerts(self._storage.rows("alerts")))
        return sorted(changes, key=lambda change: change.id)

    def _read_alerts(self, ids: Iterable[str]) -> list[Alert]:
        return [alert for key in ids if (alert := self._alert(key)) is not None]

    def _alert(self, key: str) -> Alert | None:
        row = self._storage.rows("alerts").get(key)
        if row is None:
            return None
        if key not in self._alerts or self._alerts[key][0] is not row:
            self._alerts[key] = row, deliveries.read_alert(row)
        return self._alerts[key][1]


def _migration(settled: DeliveryResult) -> tuple[int, int] | None:
    new_id = settled.outcome.migrated_to
    if settled.outcome.result is not Result.MIGRATED or new_id is None:
        return None
    return settled.delivery.address.chat_id, new_id
