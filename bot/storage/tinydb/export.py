"""All rows of a data folder in the form of `bot.storage.transfer`, and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import orjson

from bot.alerts.ledger import Entry, State, WaitsFor
from bot.alerts.model import SentMessage
from bot.storage.serialization import chat_document, read_chat
from bot.storage.tinydb.database import Database
from bot.storage.tinydb.folder import Tables
from bot.storage.tinydb.indexes import address_key, address_of, deliveries_of, entry_row, read_entry
from bot.storage.tinydb.storage import MemoryStorage, RowStorage
from bot.storage.transfer import Document, utc
from bot.subscribers.chat import Address


def exported(storage: RowStorage) -> Iterator[tuple[str, Document]]:
    """Every row. Updates that wait and claims of senders are not among them."""
    db = Database(storage=lambda: storage)
    for row in db["chats"]:
        yield "chats", orjson.loads(orjson.dumps(chat_document(read_chat(row))))
    yield "ids", {"change": 0, "alert": 0, **(db["ids"].row("last") or {})}
    yield from _outbox(db)
    for row in db["audit"]:
        yield "audit", {"number": int(row.doc_id), **row, "made_at": utc(row["made_at"])}
    yield from (("facts", {"key": row.doc_id, **row}) for row in db["facts"])
    yield from (("drafts", {"user": int(row.doc_id), "draft": dict(row)}) for row in db["drafts"])
    yield from (("gaps", dict(row)) for row in db["gaps"])
    yield from (("suggestions", {"id": row.doc_id, "suggestion": row}) for row in db["suggestions"])
    for row in db["handled"]:
        yield "handled", {"first": int(row.doc_id), **row, "at": utc(row["at"])}


def _outbox(db: Database) -> Iterator[tuple[str, Document]]:
    ready_at: dict[int, datetime] = {}
    for row in db["alerts"]:
        ready_at[row["id"]] = datetime.fromisoformat(row["ready_at"])
        yield "alerts", dict(row) | {name: utc(row[name]) for name in ("made_at", "ready_at")}
    yield from (("tallies", {"alert": int(row.doc_id), **row}) for row in db["tallies"])
    for alert_id, ready in ready_at.items():
        for address, raw in db[deliveries_of(alert_id)].raw.items():
            yield "deliveries", _delivery(alert_id, address_of(address), read_entry(raw), ready)


def _delivery(alert_id: int, address: Address, entry: Entry, ready: datetime) -> Document:
    found: Document = {
        "alert": alert_id,
        "chat": address.chat_id,
        "thread": address.thread_id or 0,
        "state": entry.state.value,
        "maybe": entry.maybe,
    }
    if entry.message is not None:
        found["message"] = list(entry.message)
    if entry.state is State.PENDING:
        found |= {
            "due": utc(max(entry.not_before or ready, ready).isoformat()),
            "waits_for": entry.waits_for.value,
            "attempts": entry.attempts,
            "detail": entry.detail,
        }
    return found


class Import:
    """Takes in the rows of another store."""

    def __init__(self) -> None:
        self.tables: Tables = {}
        storage = MemoryStorage(self.tables)
        self._db = Database(storage=lambda: storage)
        self._ready_at: dict[int, datetime] = {}

    def take(self, table: str, row: Document) -> None:
        """Take in a row.

        Raises:
            LookupError, TypeError, ValueError: it is not such a row.
        """
        match table:
            case "chats" | "alerts":
                self._db[table].put(row["id"], row)
                if table == "alerts":
                    self._ready_at[row["id"]] = datetime.fromisoformat(row["ready_at"])
            case "deliveries":
                self._delivery(row)
            case "drafts":
                self._db[table].put(row["user"], row["draft"])
            case "suggestions":
                self._db[table].put(row["id"], row["suggestion"])
            case "gaps":
                self._db[table].put(f"{row['day']} {row['text']}", row)
            case "ids":
                self._db[table].put("last", row)
            case _:
                key = _KEYS[table]
                rest = {name: value for name, value in row.items() if name != key}
                self._db[table].put(row[key], rest)

    def _delivery(self, row: Document) -> None:
        address = address_key(Address(row["chat"], row["thread"] or None))
        message = SentMessage(*row["message"]) if "message" in row else None
        entry = Entry(State(row["state"]), row["maybe"], message=message)
        if entry.state is State.PENDING:
            due = datetime.fromisoformat(row["due"])
            entry = Entry(
                maybe=row["maybe"],
                attempts=row["attempts"],
                waits_for=WaitsFor(row["waits_for"]),
                not_before=due if due > self._ready_at[row["alert"]] else None,
                detail=row["detail"],
            )
        self._db[deliveries_of(row["alert"])].write({address: entry_row(entry)})


_KEYS: Final = {"tallies": "alert", "audit": "number", "facts": "key", "handled": "first"}
"""The part of a row that is its id."""
