"""The storage behind TinyDB: tables in memory, each change in the journal before it counts."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import structlog
from filelock import FileLock, Timeout
from tinydb.storages import Storage

from bot.storage.errors import StoreError, StoreFull, StoreInUse
from bot.storage.tinydb.files import SCHEMA, close_to_others, store_error
from bot.storage.tinydb.folder import (
    JOURNAL,
    SNAPSHOT,
    Meta,
    Tables,
    apply_to,
    leave_first_layout,
    read_folder,
    write_snapshot,
)
from bot.storage.tinydb.journal import Journal
from bot.storage.tinydb.lines import ERASABLE, Changes, Head, RowKey, Transaction

_log = structlog.get_logger(__name__)

ERASURES = "erasures"
"""A table that counts erasures. After a change in it, no file keeps what is in no table."""
Row = dict[str, Any]

_LARGE = 8 * 1024 * 1024
"""A journal of so many bytes is taken into a snapshot, if it has also outgrown the last one."""


def _nothing(_: Path) -> None:
    return None


class Rows(Mapping[str, Row]):
    """Rows as dictionaries. Each read gives a copy."""

    def __init__(self, raw: Mapping[str, bytes]) -> None:
        self._raw = raw

    def __getitem__(self, key: str) -> Row:
        row: Row = orjson.loads(self._raw[key])
        return row

    def __contains__(self, key: object) -> bool:
        return key in self._raw

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


class RowStorage(Storage):
    """A TinyDB storage that can read and write single rows."""

    @abstractmethod
    def names(self) -> Collection[str]:
        """The tables that have rows."""

    @abstractmethod
    def rows(self, table: str) -> Mapping[str, bytes]:
        """The rows of a table as JSON, by their ids."""

    @abstractmethod
    def change(self, changes: Changes) -> None:
        """Put rows in the place of those of the same ids; None drops a row."""

    def read(self) -> dict[str, dict[str, Any]]:
        """Every table. TinyDB calls it to drop tables; tables themselves use `rows`."""
        return {name: dict(Rows(self.rows(name))) for name in self.names()}

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Drop the tables that are not in the data, which is all that TinyDB calls it for."""
        gone = set(self.names()) - data.keys()
        self.change({name: dict.fromkeys(self.rows(name)) for name in gone})


class MemoryStorage(RowStorage):
    """Tables in memory alone."""

    is_untidy = False
    """Whether `tidy` has something to do."""

    def __init__(self, tables: Tables | None = None) -> None:
        self.tables: Tables = {} if tables is None else tables
        self.on_change: Callable[[Changes], None] = lambda _: None
        """Is told of changes before they are made in memory."""

    def names(self) -> Collection[str]:
        """The tables that have rows."""
        return self.tables.keys()

    def rows(self, table: str) -> Mapping[str, bytes]:
        """The rows of a table as JSON, by their ids."""
        return self.tables.get(table, {})

    def change(self, changes: Changes) -> None:
        """Change rows."""
        self.append([Transaction.of(changes)])
        self.apply(changes)
        self.tidy()

    def append(self, transactions: Sequence[Transaction]) -> None:
        """Make transactions durable."""

    def apply(self, changes: Changes) -> None:
        """Change rows in memory."""
        self.on_change(changes)
        for table, changed in changes.items():
            apply_to(self.tables, table, changed)

    def tidy(self) -> None:
        """Do what is due after a change."""

    def check(self) -> None:
        """Find out whether changes can be durable."""

    def fill(self, tables: Tables) -> None:
        """Put tables into the place of none."""
        self.tables = tables


class JournalStorage(MemoryStorage):
    """A data folder, locked for one process. Everything that writes may block.

    Args:
        folder: The folder. It is made where it does not exist.
        upgrade: Reads a folder of an older layout. It gives None for one of today's.

    Raises:
        StoreInUse: another process has it.
        StoreDamaged: a file cannot be read; nothing was changed.
        StoreTooNew: a newer version of the bot wrote it.
        StoreFull, StoreError: the operating system refused.
    """

    def __init__(self, folder: Path, upgrade: Callable[[Path], Tables | None] = _nothing) -> None:
        super().__init__()
        self.folder = folder
        self._journal = Journal(folder / JOURNAL)
        self._lock = FileLock(folder / ".lock", timeout=0, thread_local=False, mode=0o600)
        self._generation = 0
        """How many snapshots there were."""
        self._held = 0
        """The last group that the snapshot holds."""
        self._must_erase = False
        """Whether a file holds what was erased from the tables."""
        self._enough = _LARGE
        """At what size of the journal it is taken into a snapshot."""
        self._acquire()
        try:
            self._open(upgrade(folder))
        except BaseException:
            self.release()
            raise

    def append(self, transactions: Sequence[Transaction]) -> None:
        """Make transactions durable, all or none. In memory nothing changes yet.

        Where the disk fails, everything is written to new files, and it is tried once more.

        Raises:
            StoreFull, StoreError: none is durable.
        """
        try:
            self.check()
            self._journal.append(transactions)
        except StoreFull:
            raise
        except StoreError as error:
            _log.error("the journal failed: a new one is begun", problem=str(error))
            self.checkpoint()
            self._journal.append(transactions)

    def apply(self, changes: Changes) -> None:
        """Change rows in memory."""
        super().apply(changes)
        self._must_erase |= ERASURES in changes

    def fill(self, tables: Tables) -> None:
        """Put tables into an empty folder, all or none.

        Raises:
            StoreFull, StoreError: there is something in it, or the operating system refused.
        """
        if self.tables:
            raise StoreError(f"{self.folder} is not empty")
        self.tables = tables
        try:
            self.checkpoint()
        except StoreError:
            self.tables = {}
            raise

    def check(self) -> None:
        """Begin a new journal if the disk failed to write the old one.

        Raises:
            StoreFull, StoreError: it still fails.
        """
        if self._journal.broken:
            self.checkpoint()

    @property
    def is_untidy(self) -> bool:  # type: ignore[override]
        """Whether `tidy` has something to do."""
        return self._must_erase or self._journal.broken or self._journal.size > self._enough

    def tidy(self) -> None:
        """Write a snapshot where it is time to.

        Raises:
            StoreFull, StoreError: what was erased from the tables is still in a file.
        """
        if self._must_erase:
            self.checkpoint()
        elif self.is_untidy:
            self._try_to_checkpoint()

    def checkpoint(self) -> None:
        """Write every table to a snapshot, and begin a new journal.

        Raises:
            StoreFull, StoreError: the journal goes on as it was; nothing is lost.
        """
        journal, snapshot = self._journal, self.folder / SNAPSHOT
        self._enough = journal.size + _LARGE  # where this fails, it is not tried again at once
        generation, erase = self._generation + 1, self._must_erase
        meta = Meta(SCHEMA, generation, journal.group, journal.checksum)
        checksum = write_snapshot(snapshot, meta, self.tables, forget=erase)
        rows = [
            (RowKey(table, name), row)
            for table in ERASABLE
            for name, row in self.rows(table).items()
        ]
        journal.start(Head(SCHEMA, generation, checksum, journal.checksum), rows, forget=erase)
        self._generation, self._held, self._must_erase = generation, journal.group, False
        self._enough = max(_LARGE, snapshot.stat().st_size)

    def close(self) -> None:
        """Write a snapshot if there is room and anything new, and let go of the folder."""
        try:
            if self._journal.group > self._held or self.is_untidy:
                self._try_to_checkpoint()
        finally:
            self.release()

    def release(self) -> None:
        """Let go of the folder and write nothing."""
        self._journal.close()
        self._lock.release()

    def _acquire(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            close_to_others(self.folder)
            self._lock.acquire()
        except Timeout as error:
            raise StoreInUse(self.folder) from error
        except OSError as error:
            if isinstance(found := store_error(error, self.folder), StoreFull):
                raise found from error
            raise StoreError(
                f"the data folder {self.folder} cannot be used ({error.strerror or error});"
                " name another in BRIEFING_DATA"
            ) from error

    def _open(self, upgraded: Tables | None) -> None:
        folder, journal = self.folder, self._journal
        if upgraded is not None:
            self.tables, self._must_erase = upgraded, True
            self.checkpoint()
            leave_first_layout(folder)
            return
        contents = read_folder(folder)
        self.tables, self._generation = contents.tables, contents.generation
        self._held, self._must_erase = contents.held, ERASURES in contents.touched
        leave_first_layout(folder)
        if contents.journal is None:
            journal.start(Head(SCHEMA, 0, 0, 0), ())
            return
        journal.resume(contents.journal, contents.rows, contents.stale)
        if contents.is_behind:
            self.checkpoint()
        elif self.is_untidy:
            self._try_to_checkpoint()

    def _try_to_checkpoint(self) -> None:
        try:
            self.checkpoint()
        except StoreError as error:
            _log.warning("the journal was not taken into a snapshot", problem=str(error))
