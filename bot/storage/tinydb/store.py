"""The store behind the Protocol: reads from memory, and transactions through the writer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
from tinydb import where
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
from bot.alerts.outbox import DeliveryResult, Waiting
from bot.alerts.rate_leases import ALONE, Peers
from bot.clock import Clock
from bot.feeds.model import Suggestion
from bot.search.unanswered import GapCount
from bot.storage.checksum import Checksum, Rows
from bot.storage.errors import StoreError
from bot.storage.inbox import Accepted, InboxState
from bot.storage.protocol import AuditEntry, Changes, Known, Store
from bot.storage.tinydb import chats, inbox, notes, outbox
from bot.storage.tinydb.database import Database, Writer
from bot.storage.tinydb.due_queue import DueQueue
from bot.storage.tinydb.export import Import, exported
from bot.storage.tinydb.followers import Followers, address_key, address_of
from bot.storage.tinydb.lines import Changes as RowChanges
from bot.storage.tinydb.migrations import read_first_layout
from bot.storage.tinydb.reader import FolderCopy, watch_changes
from bot.storage.tinydb.storage import JournalStorage, MemoryStorage
from bot.subscribers.chat import Address, Chat, ChatKind, Scope


async def open_store(folder: Path, clock: Clock, *, beside: bool = False) -> TinyStore:
    """Open the data folder, made where it does not exist.

    With `beside` it is only read, as it is now, also while a bot works on it.

    Raises:
        StoreInUse: another process works on it.
        StoreDamaged: a file cannot be read; nothing was changed.
        StoreTooNew: a newer version of the bot wrote it.
        StoreFull, StoreError: the operating system refused.
    """
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    def make() -> TinyStore:
        storage = FolderCopy(folder) if beside else JournalStorage(folder, read_first_layout)
        return TinyStore(folder, storage, thread, clock)

    try:
        store = await asyncio.get_running_loop().run_in_executor(thread, make)
        await store.start(take_over=not beside)
    except BaseException:
        thread.shutdown()
        raise
    return store


class TinyStore(Store):
    """A store on one machine. Open it with `open_store`, close it with `close`."""

    def __init__(
        self, folder: Path, storage: MemoryStorage, thread: ThreadPoolExecutor, clock: Clock
    ) -> None:
        self._folder, self._storage, self._clock = folder, storage, clock
        self._db = Database(storage=lambda: storage)
        self._writer = Writer(storage, thread)
        self._followers = Followers()
        self._queue = DueQueue(storage.rows)
        self._moved: dict[int, int] = {}
        """Groups that became supergroups: a sender may still report on the old id."""
        self._in_hand: set[int] = set()
        """Updates that were taken and neither handled nor given back."""
        self._deaths: dict[int, int] = {}
        """Of updates that were there at the start."""
        self._contexts: dict[int, tuple[datetime, bytes]] = {}
        self._alerts: dict[str, tuple[bytes, Alert]] = {}
        """Alerts that were read, with their rows."""

    async def start(self, *, take_over: bool) -> None:
        """Build the indexes; before that give up what the process before had in hand."""

        def give_up(db: Database) -> dict[int, int]:
            outbox.give_up_claims(db)
            return inbox.deaths_at_start(db)

        if take_over:
            self._deaths = await self._writer.commit(give_up)
        await self._writer.run(self._index)

    def _index(self) -> None:
        tables = {name: self._storage.rows(name) for name in self._storage.names()}
        self._followers.change({}, tables.get("chats", {}))
        self._queue.change(tables)
        self._storage.on_change = self._change

    def _change(self, changes: RowChanges) -> None:
        if (changed := changes.get("chats")) is not None:
            self._followers.change(self._storage.rows("chats"), changed)
        if len(changes) > 1 or changed is None:
            self._queue.change(changes)

    # Chats

    @override
    async def chat(self, chat_id: int) -> Chat | None:
        return chats.get(self._db, chat_id)

    @override
    async def chats(self, kind: ChatKind | None = None) -> Sequence[Chat]:
        return await self._writer.commit(lambda db: chats.every(db, kind))

    @override
    async def update_chat(
        self, chat_id: int, change: Callable[[Chat | None], Chat | None]
    ) -> Chat | None:
        return await self._writer.commit(lambda db: chats.update(db, chat_id, change))

    @override
    async def migrate_chat(self, old_id: int, new_id: int) -> None:
        if old_id == new_id:
            return
        await self._writer.commit(lambda db: chats.migrate(db, old_id, new_id))
        self._moved.pop(new_id, None)
        self._moved[old_id] = new_id

    @override
    async def forget_chat(self, chat_id: int) -> None:
        self._contexts.pop(chat_id, None)
        await self._writer.commit(lambda db: chats.forget(db, chat_id))

    @override
    async def count_audience(self, scopes: frozenset[Scope]) -> dict[str, int]:
        followers = self._followers
        return await self._writer.commit(
            lambda db: chats.locales(db, followers.audience(scopes)), fresh=True
        )

    @override
    async def count_chats(self) -> dict[str, int]:
        return self._followers.counts()

    @override
    async def silent_since(self, before: datetime) -> Sequence[int]:
        return await self._writer.commit(lambda db: chats.silent_since(db, before))

    @override
    async def followed(self) -> Sequence[Scope]:
        return self._followers.followed()

    @override
    async def followers(self, scope: Scope) -> Sequence[Address]:
        found = map(address_of, self._followers.audience(frozenset({scope})))
        return sorted(found, key=lambda address: (address.chat_id, address.thread_id or 0))

    # Alerts and their deliveries

    @override
    async def next_ids(self) -> tuple[int, int]:
        return await self._writer.commit(outbox.next_ids)

    @override
    async def record_alert(
        self, alert: Alert, scopes: frozenset[Scope], *, known: int | None = None
    ) -> int:
        followers, correction = self._followers, alert.kind is AlertKind.CORRECTION
        self._queue.held += correction
        try:
            return await self._writer.commit(
                lambda db: outbox.record(db, followers, alert, scopes, known), fresh=True
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
        entry = outbox.entries(self._db, [key]).get(key)
        return None if entry is None else entry.message

    @override
    async def report_at(self, alert_id: int, chat_id: int, message_id: int) -> None:
        await self._writer.commit(lambda db: outbox.report_at(db, alert_id, chat_id, message_id))

    @override
    async def claim(self, limit: int, now: datetime) -> Sequence[ClaimedBatch]:
        claims = self._queue.take(limit, now)
        if not claims:
            return []
        try:
            batches = await self._writer.commit(lambda db: outbox.claim(db, claims))
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
            outbox.settle(db, keys, settled)
            chats.after_outcomes(db, keys, settled, now)

        if settled:
            await self._writer.commit(work, fresh=True)

    @override
    async def still_wanted(self, delivery: Delivery) -> bool:
        key = self._current(key_of(delivery))
        chat = str(key.chat_id)
        if chat in self._followers.inactive or chat not in self._storage.rows("chats"):
            return False
        entry = outbox.entries(self._db, [key]).get(key)
        is_pending = entry is not None and entry.state is State.PENDING
        return is_pending and not self._queue.is_withdrawn(key.alert_id)

    @override
    async def progress(self, alert_id: int) -> Progress:
        return outbox.progress(self._db, alert_id)

    @override
    async def unfinished(self) -> Sequence[Alert]:
        return self._read_alerts(map(str, self._queue.unfinished()))

    @override
    async def waiting(self, limit: int) -> Sequence[Waiting]:
        alert_ids = self._queue.unfinished()
        return await self._writer.commit(lambda db: outbox.waiting(db, alert_ids, limit))

    @override
    async def retry(self, alert_id: int | None = None) -> int:
        chosen = self._queue.unfinished() if alert_id is None else [alert_id]
        return await self._writer.commit(lambda db: outbox.retry(db, chosen))

    @override
    async def drop(self, alert_id: int, chat_id: int | None = None) -> int:
        return await self._writer.commit(lambda db: outbox.drop(db, alert_id, chat_id))

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

    # Notes

    @override
    async def kept_about(self, chat_id: int) -> Mapping[str, Any]:
        known = await self.known(chat_id)
        changes = [change.id for change in await self.changes() if change.made_by == chat_id]
        found = await self._writer.commit(lambda db: notes.about(db, chat_id))
        found |= {"context": known.context, "changes": changes}
        return {name: what for name, what in found.items() if what}

    @override
    async def draft(self, user_id: int) -> Mapping[str, Any] | None:
        return self._db["drafts"].row(user_id)

    @override
    async def keep_draft(self, user_id: int, draft: Mapping[str, Any] | None) -> None:
        if draft is None:
            await self._writer.commit(lambda db: db["drafts"].drop(user_id))
        else:
            await self._writer.commit(lambda db: db["drafts"].put(user_id, draft))

    @override
    async def append_audit(self, entry: AuditEntry) -> None:
        row = entry.model_dump(mode="json")
        await self._writer.commit(lambda db: db["audit"].insert(row))

    @override
    async def audit(self) -> Sequence[AuditEntry]:
        return notes.audit(self._db)

    @override
    async def remembered(self, key: str) -> str | None:
        row = self._db["facts"].row(key)
        return None if row is None else row["value"]

    @override
    async def remember(self, key: str, value: str) -> None:
        await self._writer.commit(lambda db: db["facts"].put(key, {"value": value}))

    @override
    async def known(self, chat_id: int) -> Known:
        until, kept = self._contexts.get(chat_id, (None, b""))
        over = until is None or until <= self._clock()
        return Known(chats.get(self._db, chat_id), None if over else orjson.loads(kept))

    @override
    async def keep_context(self, chat_id: int, context: Mapping[str, Any], until: datetime) -> None:
        contexts, now = self._contexts, self._clock()
        contexts.pop(chat_id, None)
        contexts[chat_id] = until, orjson.dumps(context)
        while (oldest := next(iter(contexts))) != chat_id and contexts[oldest][0] <= now:
            del contexts[oldest]

    @override
    async def gaps(self) -> Sequence[GapCount]:
        return [
            GapCount(row["text"], date.fromisoformat(row["day"]), row["count"])
            for row in self._db["gaps"]
        ]

    @override
    async def count_gaps(self, counts: Mapping[str, int], day: date, oldest: date) -> None:
        if counts or self._db["gaps"].contains(where("day") < oldest.isoformat()):
            await self._writer.commit(lambda db: notes.count_gaps(db, counts, day, oldest))

    @override
    async def clear_gaps(self) -> None:
        if self._db["gaps"].raw:
            await self._writer.commit(notes.clear_gaps)

    @override
    async def suggestions(self) -> Sequence[Suggestion]:
        return await self._writer.commit(notes.suggestions)

    @override
    async def suggest(self, found: Sequence[Suggestion], oldest: datetime) -> None:
        await self._writer.commit(lambda db: notes.suggest(db, found, oldest))

    @override
    async def decide(self, changed: Sequence[Suggestion]) -> None:
        await self._writer.commit(lambda db: notes.decide(db, changed))

    # Updates

    @override
    async def accept_updates(self, updates: Sequence[Accepted]) -> None:
        now = self._clock()
        await self._writer.commit(lambda db: inbox.accept(db, updates, now))

    @override
    async def take_updates(self, limit: int) -> Sequence[Accepted]:
        waiting = map(int, self._db["inbox"].raw)
        free = sorted(number for number in waiting if number not in self._in_hand)[:limit]
        self._in_hand.update(free)
        return [inbox.read(self._db, number, self._deaths.get(number, 0)) for number in free]

    @override
    async def begin_again(self, update_id: int) -> None:
        deaths = {update_id: self._deaths.get(update_id, 0) + 1}
        await self._writer.commit(lambda db: inbox.note_deaths(db, deaths))

    @override
    async def updates_handled(self, update_ids: Sequence[int]) -> bool:
        now = self._clock()
        await self._writer.commit(lambda db: inbox.handled(db, update_ids, now))
        self._in_hand.difference_update(update_ids)
        return False  # another process never has a lane

    @override
    async def give_back_updates(self, update_ids: Sequence[int]) -> None:
        deaths = {number: self._deaths.get(number, 0) for number in update_ids}
        await self._writer.commit(lambda db: inbox.note_deaths(db, deaths))
        self._in_hand.difference_update(update_ids)

    @override
    async def inbox(self) -> InboxState:
        return inbox.state(self._db)

    # The whole

    @override
    async def check(self) -> None:
        # As a transaction: a checkpoint while one that is durable is not in memory would lose it.
        await self._writer.commit(lambda _: self._storage.check())

    @override
    def watch_changes(self) -> Changes:
        return watch_changes(self._folder)

    @override
    async def rows(self) -> Rows:
        found = await self._writer.commit(lambda db: list(exported(db.storage)))
        for table, row in found:
            yield table, row

    @override
    async def load(self, rows: Rows, expected: Checksum) -> None:
        filling = Import()
        async for table, row in rows:
            filling.take(table, row)
        found = Checksum()
        for table, row in exported(MemoryStorage(filling.tables)):
            found.add(table, row)
        if different := expected.differences(found):
            raise StoreError(f"what arrived differs from what was sent: {', '.join(different)}")
        await self._writer.run(lambda: self._storage.fill(filling.tables))
        self._followers, self._queue = Followers(), DueQueue(self._storage.rows)
        await self._writer.run(self._index)

    # The folder is locked: no other process works on it

    async def hold_still(self) -> None:
        """See `Store`."""

    @override
    @asynccontextmanager
    async def polling(self) -> AsyncIterator[asyncio.Event]:
        yield asyncio.Event()

    @override
    @asynccontextmanager
    async def reading_feeds(self) -> AsyncIterator[asyncio.Event]:
        yield asyncio.Event()

    @override
    @asynccontextmanager
    async def leading(self) -> AsyncIterator[asyncio.Event]:
        yield asyncio.Event()

    def on_news(self, heard: Callable[[], None]) -> None:
        """See `Outbox`."""

    @override
    async def peers(self) -> Peers:
        return ALONE

    @override
    async def hold_rate(self, rate: float, *, whole: float, seconds: float) -> float:
        return rate

    @override
    async def close(self) -> None:
        await self._writer.close()

    def _current(self, key: Key) -> Key:
        """The key of a delivery after its group became a supergroup."""
        while key.chat_id in self._moved:
            key = key._replace(chat_id=self._moved[key.chat_id])
        return key

    def _read_alerts(self, ids: Iterable[str]) -> list[Alert]:
        return [alert for key in ids if (alert := self._alert(key)) is not None]

    def _alert(self, key: str) -> Alert | None:
        row = self._storage.rows("alerts").get(key)
        if row is None:
            return None
        if key not in self._alerts or self._alerts[key][0] is not row:
            self._alerts[key] = row, outbox.read_alert(row)
        return self._alerts[key][1]


def _migration(settled: DeliveryResult) -> tuple[int, int] | None:
    new_id = settled.outcome.migrated_to
    if settled.outcome.result is not Result.MIGRATED or new_id is None:
        return None
    return settled.delivery.address.chat_id, new_id
