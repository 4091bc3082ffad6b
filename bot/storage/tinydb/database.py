"""TinyDB on a journal.

`Database` is a TinyDB whose storage keeps rows as JSON in memory, in a third of the room that
dictionaries take. An update hands the storage only the rows that it touched. They are one synced
line in ``journal.jsonl``, whatever the size of the table. When the journal has grown, and at every
orderly stop, all tables are written to ``snapshot.json`` (a checkpoint) and a new journal begins.

Snapshot and journal name each other by generation and checksum, so that a missing file or one from
elsewhere is noticed. The versions before are kept as ``.previous``. A snapshot that is put back in
its place is brought up to date from both journals.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import orjson
from tinydb import TinyDB
from tinydb.table import Table

from bot.alerts.ledger import Key
from bot.clock import Clock
from bot.storage.batching import Batcher
from bot.storage.errors import EraseLater, StoreError
from bot.storage.tinydb.indexes import DueQueue, Followers
from bot.storage.tinydb.lines import Changes, Transaction, row_json
from bot.storage.tinydb.storage import (
    ERASURES,
    JournalStorage,
    MemoryStorage,
    Row,
    Rows,
    RowStorage,
)

_T = TypeVar("_T")


class RowTable(Table):
    """A table that hands its storage only the rows that an update touched. Ids are text."""

    document_id_class: Any = str
    _storage: RowStorage

    def __init__(self, storage: RowStorage, name: str) -> None:
        super().__init__(storage, name, cache_size=0)  # rows also change by other ways than this
        self._free_id: int | None = None
        """The id after those that the update that is running gave out."""

    def row(self, doc_id: object) -> Row | None:
        """The row with this id, or None."""
        raw = self.raw.get(str(doc_id))
        return None if raw is None else orjson.loads(raw)

    def put(self, doc_id: object, row: Mapping[str, Any]) -> None:
        """Put a row in the place of the one with this id, or add it."""
        self._storage.change({self.name: {str(doc_id): row_json(row)}})

    def write(self, rows: Mapping[str, bytes | None]) -> None:
        """Put rows, as JSON, in the place of those of the same ids; None drops a row."""
        if rows:
            self._storage.change({self.name: dict(rows)})

    def drop(self, doc_id: object) -> None:
        """Drop a row if it is there."""
        if str(doc_id) in self.raw:
            self._storage.change({self.name: {str(doc_id): None}})

    def replace(self, rows: Mapping[str, Mapping[str, Any]]) -> None:
        """Put rows in the place of all that there are."""
        new = {key: row_json(row) for key, row in rows.items()}
        changed = {key: row for key, row in new.items() if row != self.raw.get(key)}
        self.write(changed | dict.fromkeys(self.raw.keys() - new.keys()))

    @property
    def raw(self) -> Mapping[str, bytes]:
        """The rows as JSON, by their ids."""
        return self._storage.rows(self.name)

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return cast("dict[str, Mapping[str, Any]]", Rows(self.raw))  # it is only read

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        self._free_id = None
        rows = Edited(self.raw)
        updater(cast("dict[int, Mapping[str, Any]]", rows))
        if changed := rows.changes():
            self._storage.change({self.name: changed})

    def _get_next_id(self) -> str:
        if self._free_id is None:
            self._free_id = max(map(int, self.raw), default=0) + 1
        self._free_id += 1
        return str(self._free_id - 1)


class Database(TinyDB):
    """The tables of a data folder, or as a transaction leaves them."""

    table_class: Any = RowTable
    _storage: RowStorage
    default_storage_class: Any = JournalStorage

    def __getitem__(self, name: str) -> RowTable:
        """The table of that name, which is made with its first row."""
        return cast("RowTable", self.table(name))

    @property
    def storage(self) -> RowStorage:
        """Where the tables are."""
        return self._storage

    def erase(self) -> None:
        """Let no file keep what is in no table, once the transaction is durable."""
        erasures = self[ERASURES]
        last = erasures.row("last") or {"number": 0}
        erasures.put("last", {"number": last["number"] + 1})


class Edited(MutableMapping[str, Row]):
    """Rows while TinyDB updates them. It may also write into those that it reads."""

    def __init__(self, raw: Mapping[str, bytes]) -> None:
        self._raw = raw
        self._rows: dict[str, Row] = {}
        """Rows that were read or written."""
        self._dropped: set[str] = set()

    def changes(self) -> dict[str, bytes | None]:
        """The rows that are not as they were."""
        written = {key: row_json(row) for key, row in self._rows.items()}
        changed = {key: row for key, row in written.items() if row != self._raw.get(key)}
        return changed | dict.fromkeys(self._dropped & self._raw.keys())

    def __getitem__(self, key: str) -> Row:
        if key not in self._rows:
            if key in self._dropped:
                raise KeyError(key)
            self._rows[key] = orjson.loads(self._raw[key])
        return self._rows[key]

    def __setitem__(self, key: str, row: Row) -> None:
        self._rows[key] = row
        self._dropped.discard(key)

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._rows.pop(key, None)
        self._dropped.add(key)

    def __contains__(self, key: object) -> bool:
        return key in self._rows or (key in self._raw and key not in self._dropped)

    def __iter__(self) -> Iterator[str]:
        yield from (key for key in self._raw if key in self)
        yield from (key for key in self._rows if key not in self._raw)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Drop every row."""
        self._rows.clear()
        self._dropped = set(self._raw)


class Layered(Mapping[str, bytes]):
    """Rows with changes in front of them."""

    def __init__(self, raw: Mapping[str, bytes], changes: Mapping[str, bytes | None]) -> None:
        self._raw, self._changes = raw, changes

    def __getitem__(self, key: str) -> bytes:
        row = self._changes[key] if key in self._changes else self._raw[key]
        if row is None:
            raise KeyError(key)
        return row

    def __contains__(self, key: object) -> bool:
        if key in self._changes:
            return self._changes.get(str(key)) is not None
        return key in self._raw

    def __iter__(self) -> Iterator[str]:
        yield from (key for key in self._raw if key not in self._changes)
        yield from (key for key, row in self._changes.items() if row is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Pending(RowStorage):
    """The tables as transactions leave them that are not durable yet."""

    def __init__(self, durable: RowStorage) -> None:
        self._durable = durable
        self._group: Changes = {}
        """Changes of the transactions before."""
        self._changes: Changes = {}
        """Changes of the transaction that is running."""

    def names(self) -> Collection[str]:
        """The tables that have rows, or had some."""
        return self._durable.names() | self._group.keys() | self._changes.keys()

    def rows(self, table: str) -> Mapping[str, bytes]:
        """The rows of a table as JSON, by their ids."""
        rows = self._durable.rows(table)
        for changes in (self._group, self._changes):
            if changed := changes.get(table):
                rows = Layered(rows, changed)
        return rows

    def change(self, changes: Changes) -> None:
        """Put rows in the place of those of the same ids; None drops a row."""
        _merge(self._changes, changes)

    def take(self) -> Changes:
        """The changes of a transaction that has run. The next one sees them."""
        changes, self._changes = self._changes, {}
        _merge(self._group, changes)
        return changes

    def undo(self) -> None:
        """Forget the changes of a transaction that has failed."""
        self._changes = {}

    def clear(self) -> None:
        """Begin a new group: the changes before are durable, or never will be."""
        self._group, self._changes = {}, {}


def _merge(into: Changes, changes: Changes) -> None:
    for table, changed in changes.items():
        into.setdefault(table, {}).update(changed)


Work = Callable[[Database], _T]
"""A transaction: reads and changes tables, without anything else that could be noticed."""


@dataclass
class _Made:
    """What came of a transaction."""

    result: Any = None
    error: Exception | None = None
    changes: Changes = field(default_factory=dict)


class Writer:
    """Makes transactions durable in groups, in a thread, while the event loop goes on.

    What reads answer changes once a transaction is durable, and in the event loop.
    """

    def __init__(self, storage: MemoryStorage, thread: ThreadPoolExecutor) -> None:
        self._storage, self._thread = storage, thread
        self._pending = Pending(storage)
        self._db = Database(storage=lambda: self._pending)
        self._together = Batcher(self._commit)
        self._closed = False

    async def commit(self, work: Work[_T], *, fresh: bool = False) -> _T:
        """Run a transaction in the thread, and give its result once it is durable.

        It sees the tables as the transactions before it leave them. With `fresh` those are all
        durable, so that indexes show what they have changed.

        Raises:
            StoreFull: the disk has no room; the transaction did not happen.
            StoreError: the disk failed, or the store is closed; it did not happen.
        """
        if self._closed:
            raise StoreError("the store is closed")
        made = await self._together.ask((work, fresh))
        if made.error is not None:
            raise made.error
        result: _T = made.result
        return result

    async def run(self, act: Callable[[], _T]) -> _T:
        """Run something in the thread, between two groups."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, act)

    async def close(self) -> None:
        """Write what waits, and let go of the folder."""
        if self._closed:
            return
        self._closed = True
        await self._together.drain()
        await self.run(self._storage.close)
        self._thread.shutdown()

    async def _commit(self, works: Sequence[tuple[Work[Any], bool]]) -> Sequence[_Made]:
        made: list[_Made] = []
        group: list[Work[Any]] = []
        for work, fresh in works:
            if fresh and group:
                made += await self._commit_group(group)
                group = []
            group.append(work)
        return made + await self._commit_group(group)

    async def _commit_group(self, works: Sequence[Work[Any]]) -> list[_Made]:
        try:
            group = await self.run(lambda: self._write(works))
        except StoreError as error:
            return [_Made(error=error) for _ in works]
        for made in group:
            self._storage.apply(made.changes)
        if self._storage.is_untidy:
            try:
                await self.run(self._storage.tidy)
            except StoreError as error:
                for made in group:
                    if ERASURES in made.changes:
                        made.error = EraseLater(str(error))
        return group

    def _write(self, works: Sequence[Work[Any]]) -> list[_Made]:
        group: list[_Made] = []
        transactions: list[Transaction] = []
        self._pending.clear()
        for work in works:
            try:
                made = _Made(result=work(self._db))
                made.changes = self._pending.take()
                if made.changes:
                    transactions.append(Transaction.of(made.changes))
            except Exception as error:  # noqa: BLE001 - it is raised to the caller
                self._pending.undo()
                made = _Made(error=error)
            group.append(made)
        if transactions:
            self._storage.append(transactions)
        return group


class Part:
    """A part of the store: it reads from memory, and its transactions go through the writer."""

    def __init__(self, storage: MemoryStorage, thread: ThreadPoolExecutor, clock: Clock) -> None:
        self._storage, self._clock = storage, clock
        self._db = Database(storage=lambda: storage)
        self._writer = Writer(storage, thread)
        self._followers = Followers()
        self._queue = DueQueue(storage.rows)
        self._moved: dict[int, int] = {}
        """Groups that became supergroups: a sender may still report on the old id."""

    def _current(self, key: Key) -> Key:
        """The key of a delivery after its group became a supergroup."""
        while key.chat_id in self._moved:
            key = key._replace(chat_id=self._moved[key.chat_id])
        return key
