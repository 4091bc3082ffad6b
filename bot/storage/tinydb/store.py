"""The store behind the Protocol: reads from memory, writes through the writer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from typing_extensions import override

from bot.agreement.board import StatusChange
from bot.alerts.model import Alert, AlertKind, ClaimedBatch, Delivery, Progress
from bot.alerts.outbox import DeliveryResult, Waiting
from bot.alerts.rate_leases import ALONE, Peers
from bot.clock import Clock
from bot.search.unanswered import GapCount
from bot.storage.inbox import Accepted, InboxState
from bot.storage.protocol import AuditEntry, Known, Store
from bot.storage.serialization import chat_document
from bot.storage.tinydb import transactions
from bot.storage.tinydb.deliveries import Deliveries
from bot.storage.tinydb.folder import DataFolder
from bot.storage.tinydb.inbox import TinyInbox
from bot.storage.tinydb.migrations import SCHEMA, Schema
from bot.storage.tinydb.outbox import Claim
from bot.storage.tinydb.records import (
    AddGap,
    DropGaps,
    PutAlert,
    PutAudit,
    PutDraft,
    PutFact,
    PutIds,
)
from bot.storage.tinydb.state import State
from bot.storage.tinydb.waiting import Try
from bot.storage.tinydb.writer import Transaction, Writer
from bot.subscribers.chat import Address, Chat, ChatKind, Scope


async def open_store(folder: Path, clock: Clock, *, schema: Schema = SCHEMA) -> TinyStore:
    """Open the data folder, made where it does not exist.

    Raises:
        StoreInUse: another process works on it.
        StoreDamaged: a file cannot be read; nothing was changed.
        StoreTooNew: a newer version of the bot wrote it.
        StoreFull, StoreError: the operating system refused.
    """
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
    data = DataFolder(folder, schema)
    try:
        state = await asyncio.get_running_loop().run_in_executor(thread, data.open)
    except BaseException:
        thread.shutdown()
        raise
    inbox = TinyInbox(folder, lambda numbers: state.handled.unknown(numbers, clock()))
    store = TinyStore(state, Writer(data, state, thread), inbox, clock)
    try:
        await inbox.open()
    except BaseException:
        await store.close()
        raise
    return store


class TinyStore(Store):
    """A store on one machine. Open it with `open_store`, close it with `close`."""

    def __init__(self, state: State, writer: Writer, inbox: TinyInbox, clock: Clock) -> None:
        self._state, self._writer, self._inbox, self._clock = state, writer, inbox, clock

    # Chats

    @override
    async def chat(self, chat_id: int) -> Chat | None:
        return self._state.chats.get(chat_id)

    @override
    async def chats(self, kind: ChatKind | None = None) -> Sequence[Chat]:
        found = self._state.chats.by_id.values()
        return [chat for chat in found if kind is None or chat.kind is kind]

    @override
    async def update_chat(
        self, chat_id: int, change: Callable[[Chat | None], Chat | None]
    ) -> Chat | None:
        return await self._writer.commit(
            lambda item: transactions.update_chat(item, chat_id, change)
        )

    @override
    async def migrate_chat(self, old_id: int, new_id: int) -> None:
        await self._writer.commit(
            lambda item: transactions.migrate_chat(item, old_id, new_id), alone=True
        )

    @override
    async def forget_chat(self, chat_id: int) -> None:
        self._state.contexts.pop(chat_id, None)
        await self._writer.commit(
            lambda item: transactions.forget_chat(item, chat_id), alone=True, forget=True
        )

    @override
    async def count_audience(self, scopes: frozenset[Scope]) -> dict[str, int]:
        chats = self._state.chats
        addresses = chats.audience(scopes)

        def count() -> dict[str, int]:
            found = (chats.get(address.chat_id) for address in addresses)
            return dict(Counter(_locale(chat) or "" for chat in found if chat is not None))

        return await asyncio.to_thread(count)

    @override
    async def count_chats(self) -> dict[str, int]:
        return self._state.chats.counts()

    @override
    async def silent_since(self, before: datetime) -> Sequence[int]:
        chats = list(self._state.chats.by_id.values())

        def silent() -> list[int]:
            return sorted(chat.id for chat in chats if chat.silent_since(before))

        return await asyncio.to_thread(silent)

    @override
    async def followed(self) -> Sequence[Scope]:
        return self._state.chats.followed()

    @override
    async def followers(self, scope: Scope) -> Sequence[Address]:
        found = self._state.chats.audience(frozenset({scope}))
        return sorted(found, key=lambda item: (item.chat_id, item.thread_id or 0))

    # Alerts and their deliveries

    @override
    async def next_ids(self) -> tuple[int, int]:
        def build(transaction: Transaction) -> tuple[int, int]:
            state = transaction.state
            ids = state.change_id + 1, state.alert_id + 1
            transaction.add(PutIds(*ids))
            return ids

        return await self._writer.commit(build, alone=True)

    @override
    async def record_alert(
        self, alert: Alert, scopes: frozenset[Scope], *, known: int | None = None
    ) -> int:
        correction = alert.kind is AlertKind.CORRECTION
        self._state.outbox.held += correction
        try:
            return await self._writer.commit(
                lambda item: transactions.record_alert(item, alert, scopes, known), alone=True
            )
        finally:
            self._state.outbox.held -= correction

    @override
    async def alert(self, alert_id: int) -> Alert | None:
        return self._state.alerts.get(alert_id)

    @override
    async def report_at(self, alert_id: int, chat_id: int, message_id: int) -> None:
        def build(transaction: Transaction) -> None:
            alert = transaction.state.alerts[alert_id]
            place = {"report_chat_id": chat_id, "report_message_id": message_id}
            transaction.add(PutAlert(alert.model_copy(update=place)))

        await self._writer.commit(build)

    @override
    async def claim(self, limit: int, now: datetime) -> Sequence[ClaimedBatch]:
        outbox = self._state.outbox
        claims = outbox.claim(limit, now, self._state.chats.get)
        if not claims:
            return []
        batches = [self._batch(claim) for claim in claims]
        try:
            await self._writer.commit(lambda item: transactions.claim(item, claims))
        except BaseException:
            outbox.give_back(claims)
            raise
        return batches

    @override
    async def settle(self, settled: Sequence[DeliveryResult]) -> None:
        moves = {
            (result.delivery.address.chat_id, transactions.moved(result)) for result in settled
        }
        for old_id, new_id in moves:
            if new_id is not None:
                await self.migrate_chat(old_id, new_id)
        if settled:
            now = self._clock()
            await self._writer.commit(
                lambda item: transactions.settle(item, settled, now), alone=True
            )

    @override
    async def still_wanted(self, delivery: Delivery) -> bool:
        address = self._state.outbox.current(delivery.address)
        deliveries = self._state.outbox.deliveries.get(delivery.alert_id)
        chat = self._state.chats.get(address.chat_id)
        if chat is None or not chat.active or deliveries is None:
            return False
        return address in deliveries.left and deliveries.withdrawn_by is None

    @override
    async def progress(self, alert_id: int) -> Progress:
        deliveries = self._state.outbox.deliveries.get(alert_id)
        return Progress(0) if deliveries is None else deliveries.progress

    @override
    async def unfinished(self) -> Sequence[Alert]:
        return [self._state.alerts[item] for item in self._state.outbox.unfinished()]

    @override
    async def waiting(self, limit: int) -> Sequence[Waiting]:
        outbox = self._state.outbox
        left = (
            (alert_id, address, outbox.deliveries[alert_id])
            for alert_id in outbox.unfinished()
            for address in outbox.deliveries[alert_id].left
        )
        return [_waiting(*item) for item in islice(left, limit)]

    @override
    async def retry(self, alert_id: int | None = None) -> int:
        return await self._writer.commit(
            lambda item: transactions.retry(item, alert_id), alone=True
        )

    @override
    async def drop(self, alert_id: int, chat_id: int | None = None) -> int:
        return await self._writer.commit(
            lambda item: transactions.drop(item, alert_id, chat_id), alone=True
        )

    @override
    async def next_due(self) -> datetime | None:
        return self._state.outbox.next_due(self._clock())

    @override
    async def recent_alerts(self, limit: int) -> Sequence[Alert]:
        return sorted(self._state.alerts.values(), key=lambda alert: -alert.id)[:limit]

    @override
    async def changes(self) -> Sequence[StatusChange]:
        changes = (alert.change for alert in self._state.alerts.values())
        return sorted(changes, key=lambda change: change.id)

    # The little else

    @override
    async def kept_about(self, chat_id: int) -> Mapping[str, Any]:
        alerts = self._state.outbox.deliveries.items()
        audit = self._state.audit.values()
        known = await self.known(chat_id)
        found = {
            "chat": None if known.chat is None else chat_document(known.chat),
            "alerts": [
                item for number, kept in alerts for item in kept.about_chat(number, chat_id)
            ],
            "draft": await self.draft(chat_id),
            "context": known.context,
            "changes": [change.id for change in await self.changes() if change.made_by == chat_id],
            "acts": [item.model_dump(mode="json") for item in audit if item.made_by == chat_id],
            "updates": [
                orjson.loads(item.document) for item in self._inbox.waiting if item.lane == chat_id
            ],
        }
        return {name: item for name, item in found.items() if item}

    @override
    async def draft(self, user_id: int) -> Mapping[str, Any] | None:
        kept = self._state.drafts.get(user_id)
        return None if kept is None else orjson.loads(kept)

    @override
    async def keep_draft(self, user_id: int, draft: Mapping[str, Any] | None) -> None:
        kept = None if draft is None else orjson.dumps(draft)
        await self._writer.commit(lambda item: item.add(PutDraft(user_id, kept)))

    @override
    async def append_audit(self, entry: AuditEntry) -> None:
        def build(transaction: Transaction) -> None:
            transaction.add(PutAudit(len(transaction.state.audit) + 1, entry))

        await self._writer.commit(build, alone=True)

    @override
    async def audit(self) -> Sequence[AuditEntry]:
        return list(self._state.audit.values())

    @override
    async def remembered(self, key: str) -> str | None:
        return self._state.facts.get(key)

    @override
    async def remember(self, key: str, value: str) -> None:
        await self._writer.commit(lambda item: item.add(PutFact(key, value)))

    @override
    async def known(self, chat_id: int) -> Known:
        until, kept = self._state.contexts.get(chat_id, (None, b""))
        over = until is None or until <= self._clock()
        return Known(self._state.chats.get(chat_id), None if over else orjson.loads(kept))

    @override
    async def keep_context(self, chat_id: int, context: Mapping[str, Any], until: datetime) -> None:
        contexts, now = self._state.contexts, self._clock()
        contexts.pop(chat_id, None)
        contexts[chat_id] = until, orjson.dumps(context)
        while (oldest := next(iter(contexts))) != chat_id and contexts[oldest][0] <= now:
            del contexts[oldest]

    @override
    async def gaps(self) -> Sequence[GapCount]:
        return [GapCount(*key, count) for key, count in self._state.gaps.items()]

    @override
    async def count_gaps(self, counts: Mapping[str, int], day: date, oldest: date) -> None:
        is_old = any(gap < oldest for _, gap in self._state.gaps)

        def build(transaction: Transaction) -> None:
            transaction.add(*(AddGap(text, day, count) for text, count in counts.items()))
            if is_old:
                transaction.add(DropGaps(oldest))

        if counts or is_old:
            await self._writer.commit(build, forget=is_old)

    @override
    async def clear_gaps(self) -> None:
        if self._state.gaps:
            await self._writer.commit(lambda item: item.add(DropGaps(date.max)), forget=True)

    @override
    async def first_seen(self, update_ids: Sequence[int]) -> frozenset[int]:
        return self._state.handled.unknown(update_ids, self._clock())

    @override
    async def mark_handled(self, update_ids: Sequence[int]) -> None:
        at = self._clock()
        await self._writer.commit(lambda item: transactions.handled(item, update_ids, at))

    # Updates from a webhook

    @override
    async def accept_updates(self, updates: Sequence[Accepted]) -> None:
        await self._inbox.accept(updates, self._clock())

    @override
    async def take_updates(self, limit: int) -> Sequence[Accepted]:
        return await self._inbox.take(limit)

    @override
    async def begin_again(self, update_id: int) -> None:
        await self._inbox.begin_again(update_id)

    async def updates_handled(self, update_ids: Sequence[int]) -> bool:
        """See `Inbox`. What is noted as handled counts as erased from the moment it is."""
        await self.mark_handled(update_ids)
        await self._inbox.erase(update_ids)
        return False  # a lane was never another process's

    @override
    async def give_back_updates(self, update_ids: Sequence[int]) -> None:
        await self._inbox.give_back(update_ids)

    @override
    async def inbox(self) -> InboxState:
        return self._inbox.state()

    # One process alone

    @asynccontextmanager
    async def polling(self) -> AsyncIterator[asyncio.Event]:
        """See `Inbox`. The folder is locked: there is no other process."""
        yield asyncio.Event()

    @asynccontextmanager
    async def leading(self) -> AsyncIterator[asyncio.Event]:
        """See `Outbox`. The folder is locked: there is no other process."""
        yield asyncio.Event()

    def on_news(self, heard: Callable[[], None]) -> None:
        """See `Outbox`. There is no other process to hear of."""

    @override
    async def peers(self) -> Peers:
        return ALONE

    async def hold_rate(self, rate: float, *, whole: float, seconds: float) -> float:  # noqa: ARG002 - as others need it
        """See `Shares`. There is no other process that could have a part of it."""
        return rate

    @override
    async def close(self) -> None:
        await self._inbox.close()
        await self._writer.close()

    def _batch(self, claim: Claim) -> ClaimedBatch:
        address = claim.address
        chat = self._state.chats.get(address.chat_id)
        if chat is None:  # its like wants nothing: see `bot.alerts.scheduling`
            chat = Chat(address.chat_id, ChatKind.PRIVATE, active=False)
        deliveries = (
            Delivery(alert, address, _tried(self._state.outbox.deliveries[alert], address).attempts)
            for alert in claim.alerts
        )
        return ClaimedBatch(chat, address, tuple(deliveries))


def _tried(deliveries: Deliveries, address: Address) -> Try:
    return deliveries.tries.get(address, Try())


def _waiting(alert_id: int, address: Address, deliveries: Deliveries) -> Waiting:
    tried = _tried(deliveries, address)
    due = max(tried.not_before or deliveries.about.ready_at, deliveries.about.ready_at)
    return Waiting(Delivery(alert_id, address, tried.attempts), due, tried.waits_for, tried.detail)


def _locale(chat: Chat) -> str | None:
    return chat.locale or chat.client_locale
