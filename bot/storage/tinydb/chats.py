"""Chats, and what becomes of their deliveries with them, as transactions on the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any

from typing_extensions import override

from bot.alerts.ledger import Entry, Key, Ledger, State, Tally
from bot.alerts.model import Result
from bot.alerts.outbox import DeliveryResult
from bot.clock import Clock
from bot.storage.serialization import chat_document, read_chat
from bot.storage.tinydb import deliveries
from bot.storage.tinydb.database import Database, Part, RowTable
from bot.storage.tinydb.indexes import (
    address_of,
    alert_of,
    deliveries_of,
    entry_row,
    is_of_chat,
    read_entry,
)
from bot.storage.tinydb.storage import MemoryStorage
from bot.subscribers.chat import Address, Chat, ChatKind, Scope
from bot.subscribers.repository import ChatRepository

_STATES = {
    State.PENDING: "waits",
    State.SENT: "sent",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
}


def get(db: Database, chat_id: int) -> Chat | None:
    """The chat of that id, or None."""
    row = db["chats"].row(chat_id)
    return None if row is None else read_chat(row)


def every(db: Database, kind: ChatKind | None) -> list[Chat]:
    """Every known chat, or those of one kind."""
    return [read_chat(row) for row in db["chats"] if kind in {None, row["kind"]}]


def silent_since(db: Database, before: datetime) -> list[int]:
    """Chats that could not be reached since before a moment, or one of whose threads could not."""
    return sorted(chat.id for chat in every(db, None) if chat.silent_since(before))


def locales(db: Database, addresses: Iterable[str]) -> dict[str, int]:
    """How many of the addresses there are by effective locale ("" if none)."""
    table = db["chats"]
    rows = (table.row(address.partition("/")[0]) or {} for address in addresses)
    return dict(Counter(row.get("locale") or row.get("client_locale") or "" for row in rows))


def update(db: Database, chat_id: int, change: Callable[[Chat | None], Chat | None]) -> Chat | None:
    """Replace a chat by what `change` makes of it."""
    old = get(db, chat_id)
    new = change(old)
    put(db, chat_id, old, new)
    return new


def put(db: Database, chat_id: int, old: Chat | None, new: Chat | None) -> None:
    """Replace a chat or drop it with None.

    Deliveries that it does not want now are cancelled; those that waited for the time that it
    wished before are due.
    """
    if new == old:
        return
    if new is not None and new.id != chat_id:
        raise ValueError("a chat keeps its id; a group that became a supergroup is migrated")
    if new is None:
        db["chats"].drop(chat_id)
    else:
        db["chats"].put(chat_id, chat_document(new))
    if old is not None:
        _tell_deliveries(db, old, new)


def _tell_deliveries(db: Database, old: Chat, new: Chat | None) -> None:
    sooner = new is not None and new.hears_sooner_than(old)
    if sooner:
        for claim in db["claims"]:
            if is_of_chat(str(claim.doc_id), old.id):
                db["claims"].put(claim.doc_id, claim | {"stale": True})
    if new is not None and new.active and not new.may_hear_less_than(old) and not sooner:
        return
    pending = _pending(db, old)
    ledger = Ledger(pending)
    for key, entry in pending.items():
        if new is None or _loses(db, old, new, key):
            ledger.cancel(key)
        elif entry.is_held and sooner:
            ledger.make_due(key)
    deliveries.write_ledger(db, ledger)


def _pending(db: Database, chat: Chat) -> dict[Key, Entry]:
    """What the threads of a chat wait for."""
    threads = {None, *(thread for thread, _ in chat.subscriptions), *chat.routes, *chat.pauses}
    keys = [
        Key.of(alert_id, Address(chat.id, thread)) for alert_id in _alerts(db) for thread in threads
    ]
    found = deliveries.entries(db, keys)
    return {key: entry for key, entry in found.items() if entry.state is State.PENDING}


def _alerts(db: Database) -> list[int]:
    """The alerts of which deliveries are kept."""
    found = (alert_of(name) for name in db.storage.names())
    return [alert_id for alert_id in found if alert_id is not None]


def _loses(db: Database, old: Chat, new: Chat, key: Key) -> bool:
    """Whether a thread can no longer be reached, or has just stopped following."""
    if not new.active:
        return True
    alert = db["alerts"].row(key.alert_id) or {"scopes": []}
    scopes, thread = frozenset(map(Scope.parse, alert["scopes"])), key.address.thread_id
    return old.hears(thread, scopes) and not new.hears(thread, scopes)


def after_outcomes(
    db: Database, keys: Iterable[Key], settled: Sequence[DeliveryResult], now: datetime
) -> None:
    """Change chats as the outcomes of their deliveries say."""
    for key, item in zip(keys, settled, strict=True):
        is_gone, pause = item.outcome.result is Result.GONE, item.outcome.pause
        if not is_gone and pause is None:
            continue
        chat = get(db, key.chat_id)
        if chat is not None and is_gone:
            put(db, chat.id, chat, chat.lost(now, item.outcome.obstacle))
        elif chat is not None and pause is not None:
            put(db, chat.id, chat, chat.paused(key.address.thread_id, pause))


def migrate(db: Database, old_id: int, new_id: int) -> None:
    """Move a chat, merged with what is known of its new id, and its deliveries."""
    if old_id == new_id:
        return
    old = get(db, old_id)
    if old is not None:
        db["chats"].put(new_id, chat_document(old.merged_into(new_id, get(db, new_id))))
        db["chats"].drop(old_id)
    move_deliveries(db, old_id, new_id)


def move_deliveries(db: Database, old_id: int, new_id: int) -> None:
    """Move what a chat is due and what it got to its new id."""
    for alert_id in _alerts(db):
        for address in _addresses(db[deliveries_of(alert_id)], old_id):
            _move(db, alert_id, address, moved(address, old_id, new_id))
    claims = db["claims"]
    for address in _addresses(claims, old_id):
        new, held = moved(address, old_id, new_id), claims.row(address) or {}
        known = claims.row(new) or {"alerts": [], "stale": False}
        claims.put(new, held | {"alerts": sorted({*held["alerts"], *known["alerts"]})})
        claims.drop(address)


def moved(address: str, old_id: int, new_id: int) -> str:
    """A chat's address in the supergroup that it became."""
    return f"{new_id}{address.removeprefix(str(old_id))}"


def _move(db: Database, alert_id: int, old: str, new: str) -> None:
    """Move a delivery.

    Where its new place is due, or has or had the alert already, a pending one is cancelled.
    """
    table = db[deliveries_of(alert_id)]
    found = [read_entry(table.raw[address]) for address in (old, new) if address in table.raw]
    merged = _merged(found)
    change = Tally()
    for entry in found:
        change.count(entry, -1)
    change.count(merged, 1)
    # What was counted as ended before stays so: only a pending one is taken away.
    gone = Tally(remaining=change.remaining, later=change.later, paused=change.paused)
    gone.cancelled = -change.remaining
    deliveries.count(db, alert_id, gone)
    table.write({old: None, new: entry_row(merged)})


def _merged(found: Sequence[Entry]) -> Entry:
    """What is known of a delivery in two places, the old one first: the surer word counts.

    A message keeps no id in the supergroup.
    """
    old, new = found[0], found[-1]
    chosen = old if new.state is State.FAILED or old.state is State.SENT else new
    message = new.message if len(found) > 1 else None
    return replace(chosen, maybe=any(entry.maybe for entry in found), message=message)


def forget(db: Database, chat_id: int) -> None:
    """Erase all that is kept of a chat, and of the person whose private chat it is."""
    db["chats"].drop(chat_id)
    db["drafts"].drop(chat_id)
    forget_deliveries(db, chat_id)
    db.erase()


def forget_deliveries(db: Database, chat_id: int) -> None:
    """Cancel what a chat is due, and keep only the counts of its deliveries."""
    for address in _addresses(db["claims"], chat_id):
        db["claims"].drop(address)
    for alert_id in _alerts(db):
        table = db[deliveries_of(alert_id)]
        entries = {key: read_entry(table.raw[key]) for key in _addresses(table, chat_id)}
        table.write(dict.fromkeys(entries))
        deliveries.count(db, alert_id, deliveries.cancelled(entries.values()))


def kept_deliveries(db: Database, chat_id: int) -> list[dict[str, Any]]:
    """What is known of the deliveries to a chat, as JSON data."""
    found = []
    for alert_id in sorted(_alerts(db)):
        table = db[deliveries_of(alert_id)]
        for address in _addresses(table, chat_id):
            entry, thread = read_entry(table.raw[address]), address_of(address).thread_id
            kept = {"alert": alert_id, "thread": thread, "state": _STATES[entry.state]}
            found.append(kept | ({"message": entry.message.id} if entry.message else {}))
    return found


def _addresses(table: RowTable, chat_id: int) -> list[str]:
    """The ids of rows about a chat's threads."""
    return [key for key in table.raw if is_of_chat(key, chat_id)]


class TinyChats(Part, ChatRepository):
    """Chats and what they follow."""

    def __init__(self, storage: MemoryStorage, thread: ThreadPoolExecutor, clock: Clock) -> None:
        super().__init__(storage, thread, clock)
        self._contexts: dict[int, tuple[datetime, bytes]] = {}

    @override
    async def chat(self, chat_id: int) -> Chat | None:
        return get(self._db, chat_id)

    @override
    async def chats(self, kind: ChatKind | None = None) -> Sequence[Chat]:
        return await self._writer.commit(lambda db: every(db, kind))

    @override
    async def update_chat(
        self, chat_id: int, change: Callable[[Chat | None], Chat | None]
    ) -> Chat | None:
        return await self._writer.commit(lambda db: update(db, chat_id, change))

    @override
    async def migrate_chat(self, old_id: int, new_id: int) -> None:
        if old_id == new_id:
            return
        await self._writer.commit(lambda db: migrate(db, old_id, new_id))
        self._moved.pop(new_id, None)
        self._moved[old_id] = new_id

    @override
    async def forget_chat(self, chat_id: int) -> None:
        self._contexts.pop(chat_id, None)
        await self._writer.commit(lambda db: forget(db, chat_id))

    @override
    async def count_audience(self, scopes: frozenset[Scope]) -> dict[str, int]:
        followers = self._followers
        return await self._writer.commit(
            lambda db: locales(db, followers.audience(scopes)), fresh=True
        )

    @override
    async def count_chats(self) -> dict[str, int]:
        return self._followers.counts()

    @override
    async def silent_since(self, before: datetime) -> Sequence[int]:
        return await self._writer.commit(lambda db: silent_since(db, before))

    @override
    async def followed(self) -> Sequence[Scope]:
        return self._followers.followed()

    @override
    async def followers(self, scope: Scope) -> Sequence[Address]:
        found = map(address_of, self._followers.audience(frozenset({scope})))
        return sorted(found, key=lambda address: (address.chat_id, address.thread_id or 0))
