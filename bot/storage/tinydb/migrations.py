"""Reads data folders of the first layout: four TinyDB files, a journal of records, an inbox file.

Each file tells up to which group of the journal it holds everything. The records after that are
applied to tables of today's layout. Backups of that time hold the same documents.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import orjson
import structlog
from tinydb import where

from bot.alerts.ledger import Entry, Key, Ledger, State, WaitsFor
from bot.alerts.model import Outcome, Result
from bot.storage.tinydb import chats, deliveries, inbox, notes
from bot.storage.tinydb.database import Database
from bot.storage.tinydb.export import exported
from bot.storage.tinydb.files import SCHEMA, UNREADABLE, damaged, previous_of, store_error
from bot.storage.tinydb.folder import JOURNAL, Tables
from bot.storage.tinydb.indexes import address_key, deliveries_of, entry_row
from bot.storage.tinydb.storage import MemoryStorage
from bot.subscribers.chat import Address

_log = structlog.get_logger(__name__)

Document = dict[str, Any]

_KINDS: Final = {
    "chats": ("chat", "drop_chat"),
    "changes": ("ids", "alert", "audit"),
    "outbox": ("deliveries", "withdraw", "marks", "move", "forget"),
    "notes": ("fact", "draft", "handled", "gap", "drop_gaps"),
}
"""The kinds of records that end up in each file."""
_FILE_OF: Final = {kind: file for file, kinds in _KINDS.items() for kind in kinds}
_INBOX: Final = "inbox.jsonl"
_RESULTS: Final = {
    "sent": Result.SENT,
    "failed": Result.REFUSED,
    "cancelled": Result.UNWANTED,
    "again": Result.RETRY,
    "maybe": Result.AMBIGUOUS,
    "later": Result.LATER,
    "due": Result.MIGRATED,
}


def read_first_layout(folder: Path) -> Tables | None:
    """The tables of a folder of the first layout; None for one of today's, or an empty one.

    Raises:
        StoreDamaged: a file cannot be read.
        StoreError: the operating system refused.
    """
    if not _is_first_layout(folder):
        return None
    layout = FirstLayout()
    held = {name: _read_file(folder / f"{name}.json", layout) for name in _KINDS}
    _read_journals(folder / JOURNAL, layout, held)
    layout.finish()
    _read_inbox(folder / _INBOX, layout.db)
    return layout.tables


def rows_of_first_layout(
    documents: Iterable[tuple[str, Document]],
) -> Iterator[tuple[str, Document]]:
    """The rows of today that documents of the first layout hold.

    Raises:
        AttributeError, LookupError, TypeError, ValueError: the documents have another form.
    """
    layout = FirstLayout()
    for kind, document in documents:
        layout.take(kind, document)
    layout.finish()
    yield from exported(layout.db.storage)


def _is_first_layout(folder: Path) -> bool:
    """Whether the journal is of that layout; without one, whether the first file is."""
    journal, file = folder / JOURNAL, folder / "chats.json"
    try:
        if journal.exists():
            with journal.open("rb") as lines:
                return b'{"schema":1}' in lines.readline()
        return file.exists() and orjson.loads(_data(file))["meta"]["1"]["schema"] < SCHEMA
    except OSError as error:
        raise store_error(error, folder) from error
    except UNREADABLE as error:
        raise damaged(file, f"it is not JSON ({error})", previous_of(file)) from error


def _data(path: Path) -> bytes:
    try:
        return path.read_bytes().removeprefix(BOM_UTF8)
    except OSError as error:
        raise store_error(error, path) from error


def _read_file(path: Path, layout: FirstLayout) -> int:
    """Take in a TinyDB file; give the last group of the journal that it holds."""
    if not path.exists():
        return 0
    try:
        found = orjson.loads(_data(path))
        group = int(found.pop("meta")["1"]["group"])
        for kind, documents in found.items():
            for document in documents.values():
                layout.take(kind, document)
    except UNREADABLE as error:
        problem = f"it holds something unknown ({error!r})"
        raise damaged(path, problem, previous_of(path)) from error
    return group


def _read_journals(path: Path, layout: FirstLayout, held: Mapping[str, int]) -> None:
    """Take in the records that the files do not hold yet."""
    first = min(held.values())
    if not path.exists():
        if first != max(held.values()):
            raise damaged(path, "it is missing, and the files beside it differ in age")
        return
    after, lines = _lines(path)
    if first < after and previous_of(path).exists():
        after, before = _lines(previous_of(path))
        lines = before | lines
    if first < after or max(held.values()) > max(lines, default=after):
        raise damaged(path, "it does not belong to the files beside it")
    for number in sorted(lines):
        try:
            for kind, document in orjson.loads(lines[number]):
                if number > held[_FILE_OF[kind]]:
                    layout.take(kind, document)
        except UNREADABLE as error:
            raise damaged(path, f"it holds something unknown ({error!r})") from error


def _lines(path: Path) -> tuple[int, dict[int, bytes]]:
    """The number before a journal's first group, and the JSON of its groups."""
    lines = [line for line in _data(path).split(b"\n") if line.strip()]
    numbers: list[int] = []
    found: dict[int, bytes] = {}
    for place, line in enumerate(lines, start=1):
        checksum, _, rest = line.rstrip(b"\r").partition(b" ")
        number, _, json = rest.partition(b" ")
        follows = not numbers or number == b"%d" % (numbers[-1] + 1)
        if checksum != b"%08x" % crc32(rest) or not follows:
            if place == len(lines) > 1:  # a crash cut it off
                break
            raise damaged(path, f"line {place} cannot be read")
        numbers.append(int(number))
        found[numbers[-1]] = json
    if not numbers:
        raise damaged(path, "it is empty")
    del found[numbers[0]]
    return numbers[0], found


def _read_inbox(path: Path, db: Database) -> None:
    """Take in the updates that wait."""
    handled = inbox.Handled.of(db)
    for line in _data(path).split(b"\n") if path.exists() else ():
        checksum, _, json = line.rstrip(b"\r").partition(b" ")
        try:
            if not line.strip() or int(checksum, 16) != crc32(json):
                continue
            number, lane, at, document = orjson.loads(json)
        except UNREADABLE as error:
            _log.warning("a line of the inbox cannot be read", problem=str(error))
            continue
        if number not in handled:
            text = orjson.dumps(document).decode()
            db["inbox"].put(number, {"lane": lane, "at": at, "document": text})


class FirstLayout:
    """Tables of today, which documents of the first layout are taken into."""

    def __init__(self) -> None:
        self.tables: Tables = {}
        storage = MemoryStorage(self.tables)
        self.db = Database(storage=lambda: storage)

    def take(self, kind: str, document: Document) -> None:
        """Take in a document of a file, or a record of the journal.

        Raises:
            AttributeError, LookupError, TypeError, ValueError: it is not such a document.
        """
        act: Callable[[Document], None] = getattr(self, f"_{kind}")
        act(document)

    def finish(self) -> None:
        """Give up what was in flight: of an alert that was taken back nothing more is sent."""
        for alert in self.db["alerts"].all():
            if alert["withdrawn_by"] is not None:
                deliveries.withdraw(self.db, alert["id"], kept=set())

    def _chat(self, document: Document) -> None:
        self.db["chats"].put(document["id"], document)

    def _drop_chat(self, document: Document) -> None:
        self.db["chats"].drop(document["id"])

    def _ids(self, document: Document) -> None:
        last = self.db["ids"].row("last") or {"change": 0, "alert": 0}
        self.db["ids"].put("last", {name: max(last[name], document[name]) for name in last})

    def _alert(self, document: Document) -> None:
        change = document["change"]
        self.db["alerts"].put(
            document["id"],
            {
                "id": document["id"],
                "change": change["id"],
                "provision": change["provision_id"],
                "made_at": change["made_at"],
                "ready_at": document["ready_at"],
                "scopes": [],
                "withdrawn_by": None,
                **(self.db["alerts"].row(document["id"]) or {}),
                "document": document,
            },
        )
        self._ids({"change": change["id"], "alert": document["id"]})

    def _audit(self, document: Document) -> None:
        self.db["audit"].put(document["number"], document["entry"])

    def _fact(self, document: Document) -> None:
        self.db["facts"].put(document["key"], {"value": document["value"]})

    def _draft(self, document: Document) -> None:
        if document["draft"] is None:
            self.db["drafts"].drop(document["user"])
        else:
            self.db["drafts"].put(document["user"], document["draft"])

    def _handled(self, document: Document) -> None:
        handled = inbox.Handled.of(self.db)
        for first, last, at in document["ranges"]:
            handled.add(inbox.Range(first, last, datetime.fromisoformat(at)))
        handled.write(self.db)

    def _gap(self, document: Document) -> None:
        day = date.fromisoformat(document["day"])
        notes.count_gaps(self.db, {document["text"]: document["count"]}, day, date.min)

    def _drop_gaps(self, document: Document) -> None:
        self.db["gaps"].remove(where("day") < document["before"])

    def _deliveries(self, document: Document) -> None:
        alert_id = document["alert"]
        about = {name: document[name] for name in _ABOUT}
        known = self.db["alerts"].row(alert_id) or {"id": alert_id}
        self.db["alerts"].put(alert_id, known | about)
        found = _entries(document)
        rows = {address: entry_row(entry) for address, entry in found.items()}
        self.db[deliveries_of(alert_id)].write(rows)
        counts = {
            "remaining": len(document["left"][0]),
            "sent": document["sent"],
            "failed": document["failed"],
            "cancelled": document["dropped"] + len(document["cancelled"][0]),
            "later": sum(bool(item[4]) for item in document["tries"]),
            "repeated": document["repeated"],
        }
        self.db["tallies"].put(alert_id, deliveries.NOTHING | counts)
        deliveries.forget_recipients(self.db, datetime.fromisoformat(document["made_at"]))

    def _withdraw(self, document: Document) -> None:
        alert_id = document["alert"]
        alert = self.db["alerts"].row(alert_id) or {}
        self.db["alerts"].put(alert_id, alert | {"withdrawn_by": document["by"]})
        deliveries.withdraw(self.db, alert_id, kept=set(_addresses(document["kept"])))

    def _marks(self, document: Document) -> None:
        for alert_id, chat_id, thread_id, mark, not_before, detail in document["marks"]:
            key = Key.of(alert_id, Address(chat_id, thread_id))
            at = datetime.fromisoformat(not_before) if not_before else None
            ledger = Ledger(deliveries.entries(self.db, [key]))
            ledger.settle(key, Outcome(_RESULTS[mark], None, at, detail=detail))
            ledger.tallies[alert_id].failures.clear()  # why it failed was not kept
            deliveries.write_ledger(self.db, ledger)

    def _move(self, document: Document) -> None:
        chats.move_deliveries(self.db, document["old"], document["new"])

    def _forget(self, document: Document) -> None:
        chats.forget_deliveries(self.db, document["id"])


_ABOUT: Final = ("provision", "made_at", "ready_at", "scopes", "withdrawn_by")


def _addresses(packed: Sequence[Sequence[int]]) -> Iterator[str]:
    """The addresses of two columns, chats and threads with 0 for none."""
    for chat_id, thread_id in zip(*packed, strict=True):
        yield address_key(Address(chat_id, thread_id or None))


def _entries(document: Document) -> dict[str, Entry]:
    """The deliveries of an alert."""
    maybe = set(_addresses(document["maybe"]))
    found = {address: Entry(State.FAILED, maybe=True) for address in maybe}
    for name, state in (("cancelled", State.CANCELLED), ("reached", State.SENT)):
        for address in _addresses(document[name]):
            found[address] = Entry(state, maybe=address in maybe and state is not State.SENT)
    for address in _addresses(document["left"]):
        found[address] = Entry(maybe=address in maybe)
    for chat_id, thread_id, attempts, not_before, later, detail in document["tries"]:
        address = address_key(Address(chat_id, thread_id))
        at = datetime.fromisoformat(not_before) if not_before else None
        waits_for = WaitsFor.LATER if later else WaitsFor.RETRY if at else WaitsFor.TURN
        found[address] = replace(
            found[address], attempts=attempts, waits_for=waits_for, not_before=at, detail=detail
        )
    return found
