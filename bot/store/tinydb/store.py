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

from bot.agreement.changes import StatusChange
from bot.agreement.gaps import GapCount
from bot.alerts.model import Alert, AlertKind, Delivery, Parcel, Progress
from bot.alerts.outbox import Settled, Waiting
from bot.alerts.sharing import ALONE, Peers
from bot.clock import Clock
from bot.store.documents import chat_document
from bot.store.inbox import Accepted, InboxState
from bot.store.protocol import AuditEntry, Known, Store
from bot.store.tinydb import transactions
from bot.store.tinydb.deliveries import Deliveries
from bot.store.tinydb.folder import DataFolder
from bot.store.tinydb.inbox import TinyInbox
from bot.store.tinydb.migrations import SCHEMA, Schema
from bot.store.tinydb.outbox import Claim
from bot.store.tinydb.records import (
    AddGap,
    DropGaps,
    PutAlert,
    PutAudit,
    PutDraft,
    PutFact,
    PutIds,
)
from bot.store.tinydb.state import State
from bot.store.tinydb.waiting import Try
from bot.store.tinydb.writer import Transaction, Writer
from bot.subscribers.model import Address, Chat, ChatKind, Scope


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
    return TinyStore(state, Writer(data, state, thread), inbox, clock)


class TinyStore(Store):
    """A store on one machine. Open it with `open_store`, close it with `close`."""

    def __init__(self, state: State, writer: Writer, inbox: TinyInbox, clock: Clock) -> None:
        self._state, self._writer, self._inbox, self._clock = state, writer, inbox, clock

    # Chats

    async def chat(self, chat_id: int) -> Chat | None:
        """See `ChatRegistry`."""
        return self._state.chats.get(chat_id)

    async def chats(self, kind: ChatKind | None = None) -> Sequence[Chat]:
        """See `ChatRegistry`."""
        found = self._state.chats.by_id.values()
        return [chat for chat in found if kind is None or chat.kind is kind]

    async def update_chat(
        self, chat_id: int, change: Callable[[Chat | None], Chat | None]
    ) -> Chat | None:
        """See `ChatRegistry`."""
        return await self._writer.commit(lambda one: transactions.update_chat(one, chat_id, change))

    async def migrate_chat(self, old_id: int, new_id: int) -> None:
        """See `ChatRegistry`."""
        await self._writer.commit(
            lambda one: transactions.migrate_chat(one, old_id, new_id), alone=True
        )

    async def forget_chat(self, chat_id: int) -> None:
        """See `ChatRegistry`."""
        self._state.contexts.pop(chat_id, None)
        await self._writer.commit(
            lambda one: transactions.forget_chat(one, chat_id), alone=True, forget=True
        )

    async def count_audience(self, scopes: frozenset[Scope]) -> dict[str, int]:
        """See `ChatRegistry`."""
        chats = self._state.chats
        addresses = chats.audience(scopes)

        def count() -> dict[str, int]:
            found = (chats.get(address.chat_id) for address in addresses)
            return dict(Counter(_locale(chat) or "" for chat in found if chat is not None))

        return await asyncio.to_thread(count)

    async def count_chats(self) -> dict[str, int]:
        """See `ChatRegistry`."""
        return self._state.chats.counts()

    async def silent_since(self, before: datetime) -> Sequence[int]:
        """See `ChatRegistry`."""
        chats = list(self._state.chats.by_id.values())

        def silent() -> list[int]:
            return sorted(chat.id for chat in chats if chat.silent_since(before))

        return await asyncio.to_thread(silent)

    async def followed(self) -> Sequence[Scope]:
        """See `ChatRegistry`."""
        return self._state.chats.followed()

    async def followers(self, scope: Scope) -> Sequence[Address]:
        """See `ChatRegistry`."""
        found = self._state.chats.audience(frozenset({scope}))
        return sorted(found, key=lambda one: (one.chat_id, one.thread_id or 0))

    # Alerts and their deliveries

    async def next_ids(self) -> tuple[int, int]:
        """See `Outbox`."""

        def build(transaction: Transaction) -> tuple[int, int]:
            state = transaction.state
            ids = state.change_id + 1, state.alert_id + 1
            transaction.add(PutIds(*ids))
            return ids

        return await self._writer.commit(build, alone=True)

    async def record_alert(
        self, alert: Alert, scopes: frozenset[Scope], *, known: int | None = None
    ) -> int:
        """See `Outbox`."""
        correction = alert.kind is AlertKind.CORRECTION
        self._state.outbox.held += correction
        try:
            return await self._writer.commit(
                lambda one: transactions.record_alert(one, alert, scopes, known), alone=True
            )
        finally:
            self._state.outbox.held -= correction

    async def alert(self, alert_id: int) -> Alert | None:
        """See `Outbox`."""
        return self._state.alerts.get(alert_id)

    async def report_at(self, alert_id: int, chat_id: int, message_id: int) -> None:
        """See `Outbox`."""

        def build(transaction: Transaction) -> None:
            alert = transaction.state.alerts[alert_id]
            place = {"report_chat_id": chat_id, "report_message_id": message_id}
            transaction.add(PutAlert(alert.model_copy(update=place)))

        await self._writer.commit(build)

    async def claim(self, limit: int, now: datetime) -> Sequence[Parcel]:
        """See `Outbox`."""
        outbox = self._state.outbox
        claims = outbox.claim(limit, now, self._state.chats.get)
        if not claims:
            return []
        parcels = [self._parcel(claim) for claim in claims]
        try:
            await self._writer.commit(lambda one: transactions.claim(one, claims))
        except BaseException:
            outbox.give_back(claims)
            raise
        return parcels

    async def settle(self, settled: Sequence[Settled]) -> None:
        """See `Outbox`."""
        moves = {(one.delivery.address.chat_id, transactions.moved(one)) for one in settled}
        for old_id, new_id in moves:
            if new_id is not None:
                await self.migrate_chat(old_id, new_id)
        if settled:
            now = self._clock()
            await self._writer.commit(
                lambda one: transactions.settle(one, settled, now), alone=True
            )

    async def still_wanted(self, delivery: Delivery) -> bool:
        """See `Outbox`."""
        address = self._state.outbox.current(delivery.address)
        deliveries = self._state.outbox.deliveries.get(delivery.alert_id)
        chat = self._state.chats.get(address.chat_id)
        if chat is None or not chat.active or deliveries is None:
            return False
        return address in deliveries.left and deliveries.withdrawn_by is None

    async def progress(self, alert_id: int) -> Progress:
        """See `Outbox`."""
        deliveries = self._state.outbox.deliveries.get(alert_id)
        return Progress(0) if deliveries is None else deliveries.progress

    async def unfinished(self) -> Sequence[Alert]:
        """See `Outbox`."""
        return [self._state.alerts[one] for one in self._state.outbox.unfinished()]

    async def waiting(self, limit: int) -> Sequence[Waiting]:
        """See `Outbox`."""
        outbox = self._state.outbox
        left = (
            (alert_id, address, outbox.deliveries[alert_id])
            for alert_id in outbox.unfinished()
            for address in outbox.deliveries[alert_id].left
        )
        return [_waiting(*one) for one in islice(left, limit)]

    async def retry(self, alert_id: int | None = None) -> int:
        """See `Outbox`."""
        return await self._writer.commit(lambda one: transactions.retry(one, alert_id), alone=True)

    async def drop(self, alert_id: int, chat_id: int | None = None) -> int:
        """See `Outbox`."""
        return await self._writer.commit(
            lambda one: transactions.drop(one, alert_id, chat_id), alone=True
        )

    async def next_due(self) -> datetime | None:
        """See `Outbox`."""
        return self._state.outbox.next_due(self._clock())

    async def recent_alerts(self, limit: int) -> Sequence[Alert]:
        """See `Outbox`."""
        return sorted(self._state.alerts.values(), key=lambda one: -one.id)[:limit]

    async def changes(self) -> Sequence[StatusChange]:
        """See `Outbox`."""
        changes = (alert.change for alert in self._state.alerts.values())
        return sorted(changes, key=lambda change: change.id)

    # The little else

    async def kept_about(self, chat_id: int) -> Mapping[str, Any]:
        """See `Store`."""
        alerts = self._state.outbox.deliveries.items()
        audit = self._state.audit.values()
        known = await self.known(chat_id)
        found = {
            "chat": None if known.chat is None else chat_document(known.chat),
            "alerts": [one for number, kept in alerts for one in kept.about_chat(number, chat_id)],
            "draft": await self.draft(chat_id),
            "context": known.context,
            "changes": [one.id for one in await self.changes() if one.made_by == chat_id],
            "acts": [one.model_dump(mode="json") for one in audit if one.made_by == chat_id],
            "updates": [
                orjson.loads(one.document) for one in self._inbox.waiting if one.lane == chat_id
            ],
        }
        return {name: one for name, one in found.items() if one}

    async def draft(self, user_id: int) -> Mapping[str, Any] | None:
        """See `Store`."""
        kept = self._state.drafts.get(user_id)
        return None if kept is None else orjson.loads(kept)

    async def keep_draft(self, user_id: int, draft: Mapping[str, Any] | None) -> None:
        """See `Store`."""
        kept = None if draft is None else orjson.dumps(draft)
        await self._writer.commit(lambda one: one.add(PutDraft(user_id, kept)))

    async def append_audit(self, entry: AuditEntry) -> None:
        """See `Store`."""

        def build(transaction: Transaction) -> None:
            transaction.add(PutAudit(len(transaction.state.audit) + 1, entry))

        await self._writer.commit(build, alone=True)

    async def audit(self) -> Sequence[AuditEntry]:
        """See `Store`."""
        return list(self._state.audit.values())

    async def remembered(self, key: str) -> str | None:
        """See `Store`."""
        return self._state.facts.get(key)

    async def remember(self, key: str, value: str) -> None:
        """See `Store`."""
        await self._writer.commit(lambda one: one.add(PutFact(key, value)))

    async def known(self, chat_id: int) -> Known:
        """See `Store`."""
        until, kept = self._state.contexts.get(chat_id, (None, b""))
        over = until is None or until <= self._clock()
        return Known(self._state.chats.get(chat_id), None if over else orjson.loads(kept))

    async def keep_context(self, chat_id: int, context: Mapping[str, Any], until: datetime) -> None:
        """See `Store`."""
        contexts, now = self._state.contexts, self._clock()
        contexts.pop(chat_id, None)
        contexts[chat_id] = until, orjson.dumps(context)
        while (oldest := next(iter(contexts))) != chat_id and contexts[oldest][0] <= now:
            del contexts[oldest]

    async def gaps(self) -> Sequence[GapCount]:
        """See `Store`."""
        return [GapCount(*key, count) for key, count in self._state.gaps.items()]

    async def count_gaps(self, counts: Mapping[str, int], day: date, oldest: date) -> None:
        """See `Store`."""
        is_old = any(one < oldest for _, one in self._state.gaps)

        def build(transaction: Transaction) -> None:
            transaction.add(*(AddGap(text, day, count) for text, count in counts.items()))
            if is_old:
                transaction.add(DropGaps(oldest))

        if counts or is_old:
            await self._writer.commit(build, forget=is_old)

    async def clear_gaps(self) -> None:
        """See `Store`."""
        if self._state.gaps:
            await self._writer.commit(lambda one: one.add(DropGaps(date.max)), forget=True)

    async def first_seen(self, update_ids: Sequence[int]) -> frozenset[int]:
        """See `Store`."""
        return self._state.handled.unknown(update_ids, self._clock())

    async def mark_handled(self, update_ids: Sequence[int]) -> None:
        """See `Store`."""
        at = self._clock()
        await self._writer.commit(lambda one: transactions.handled(one, update_ids, at))

    # Updates from a webhook

    async def accept_updates(self, updates: Sequence[Accepted]) -> None:
        """See `Inbox`."""
        await self._inbox.accept(updates, self._clock())

    async def take_updates(self, limit: int) -> Sequence[Accepted]:
        """See `Inbox`."""
        return await self._inbox.take(limit)

    async def begin_again(self, update_id: int) -> None:
        """See `Inbox`."""
        await self._inbox.begin_again(update_id)

    async def updates_handled(self, update_ids: Sequence[int]) -> bool:
        """See `Inbox`. What is noted as handled counts as erased from the moment it is."""
        await self.mark_handled(update_ids)
        await self._inbox.erase(update_ids)
        return False  # a lane was never another process's

    async def give_back_updates(self, update_ids: Sequence[int]) -> None:
        """See `Inbox`."""
        await self._inbox.give_back(update_ids)

    async def inbox(self) -> InboxState:
        """See `Inbox`."""
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

    async def peers(self) -> Peers:
        """See `Shares`."""
        return ALONE

    async def hold_rate(self, rate: float, *, whole: float, seconds: float) -> float:  # noqa: ARG002 - as others need it
        """See `Shares`. There is no other process that could have a part of it."""
        return rate

    async def close(self) -> None:
        """See `Store`."""
        await self._inbox.close()
        await self._writer.close()

    def _parcel(self, claim: Claim) -> Parcel:
        address = claim.address
        chat = self._state.chats.get(address.chat_id)
        if chat is None:  # its like wants nothing: see `bot.alerts.planning`
            chat = Chat(address.chat_id, ChatKind.PRIVATE, active=False)
        deliveries = (
            Delivery(one, address, _tried(self._state.outbox.deliveries[one], address).attempts)
            for one in claim.alerts
        )
        return Parcel(chat, address, tuple(deliveries))


def _tried(deliveries: Deliveries, address: Address) -> Try:
    return deliveries.tries.get(address, Try())


def _waiting(alert_id: int, address: Address, deliveries: Deliveries) -> Waiting:
    tried = _tried(deliveries, address)
    due = max(tried.not_before or deliveries.about.ready_at, deliveries.about.ready_at)
    return Waiting(Delivery(alert_id, address, tried.attempts), due, tried.waits_for, tried.detail)


def _locale(chat: Chat) -> str | None:
    return chat.locale or chat.client_locale
