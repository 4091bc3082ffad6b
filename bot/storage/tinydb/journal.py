"""The journal file: read from the start, followed while it grows, and written."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import orjson
import structlog

from bot.storage.errors import StoreError, StoreFull
from bot.storage.tinydb.files import (
    UNREADABLE,
    check_schema,
    damaged,
    replace_file,
    store_error,
    write,
)
from bot.storage.tinydb.lines import (
    Changes,
    Extent,
    Group,
    Head,
    Line,
    RowKey,
    Transaction,
    group_line,
    head_line,
    parsed_group,
    parsed_line,
)

_log = structlog.get_logger(__name__)


class JournalReader:
    """Reads a journal from its beginning, and on another call what it has gained since."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.head = Head(0, 0, 0, 0)
        self.first_checksum = 0
        """That of the head."""
        self.group = 0
        """The number of the last group that was read."""
        self.checksum = 0
        """That of the last line."""
        self.size = 0
        """How many bytes were read: whole lines only."""
        self.ended = True
        """Whether the last line has its line break. An editor may have removed it."""
        self._line = 0

    def read(self) -> Iterator[Group]:
        """Read the groups that are new. A last line that a crash cut off was never acknowledged.

        Raises:
            StoreDamaged: a line that was complete once cannot be read.
            StoreError: the operating system refused.
        """
        data = self._new_data()
        end = self.size + len(data)
        for line in io.BytesIO(data):
            is_last = self.size + len(line) == end
            self._line += 1
            if self._line > 1 and not line.strip():
                self.size += len(line)
                continue
            try:
                found = parsed_line(line, self.checksum)
                group = self._group(found) if self._line > 1 else self._head(found)
            except UNREADABLE as error:
                if self._line > 1 and is_last and _cut_off(line):
                    self._line -= 1
                    return
                raise self._damaged(error) from error
            if group is not None and is_last and _cut_off(line) and not group.is_whole:
                self._line -= 1
                return
            self.size += len(line)
            self.checksum, self.group = found.checksum, found.number
            self.ended = line.endswith(b"\n")
            if group is not None:
                yield group
        if self._line == 0:
            raise damaged(self.path, "it is empty")

    def _new_data(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                file.seek(self.size)
                return file.read()
        except OSError as error:
            raise store_error(error, self.path) from error

    def _head(self, line: Line) -> Group | None:
        fields = orjson.loads(line.json)
        check_schema(self.path, fields["schema"])
        self.head, self.first_checksum = Head(**fields), line.checksum
        return None

    def _group(self, line: Line) -> Group:
        if line.number != self.group + 1:
            raise ValueError(f"group {self.group + 1} is missing")
        return parsed_group(line, self.size)

    def _damaged(self, error: Exception) -> StoreError:
        problem = f"line {self._line} cannot be read ({error})"
        if self._line > 1:
            problem += "; without it and all after it the file can be, up to there"
        return damaged(self.path, problem)


def _cut_off(line: bytes) -> bool:
    """Whether a power cut explains the line: no end, or pages that never reached the disk."""
    return not line.endswith(b"\n") or b"\0" in line


class Journal:
    """The journal that is being written. Used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self.group = 0
        """The number of the last durable group."""
        self.checksum = 0
        """That of the last line."""
        self.broken = False
        """Whether the disk failed, so that nobody knows what of the file is on it."""
        self._descriptor = -1
        self._rows: dict[RowKey, Extent] = {}
        """Where the erasable rows are that are in use."""

    def resume(
        self, reader: JournalReader, rows: Mapping[RowKey, Extent], stale: Iterable[Extent]
    ) -> None:
        """Go on where a reader ended, without the line that a crash cut off.

        Args:
            reader: Has read the file.
            rows: Where the erasable rows are that are in use.
            stale: Where those are that a kill kept from being erased.

        Raises:
            StoreFull, StoreError: the operating system refused.
        """
        self._open()
        self.group, self.checksum, self.size = reader.group, reader.checksum, reader.size
        self._rows = dict(rows)
        self._cut()
        if not reader.ended:
            self._write(b"\n")
        self._erase(stale)

    def start(
        self, head: Head, rows: Iterable[tuple[RowKey, bytes]], *, forget: bool = False
    ) -> None:
        """Begin a new file, with the erasable rows that are in use.

        The old file is kept as ``.previous`` without those rows. With `forget` it is not kept.

        Raises:
            StoreFull, StoreError: the operating system refused; the old file is untouched.
        """
        first, checksum = head_line(head, self.group)
        changes: Changes = {}
        for key, row in rows:
            changes.setdefault(key.table, {})[key.id] = row
        group, data, extents = self.group, b"", [dict[RowKey, Extent]()]
        if changes:
            group += 1
            transactions = [Transaction.of(changes)]
            data, checksum, extents = group_line(group, checksum, transactions, len(first))
        replace_file(self.path, [first, data], forget=forget)
        if not forget:
            self._erase(self._rows.values())
        self._open()
        self.group, self.checksum, self.size = group, checksum, len(first) + len(data)
        self._rows, self.broken = extents[0], False

    def append(self, transactions: Sequence[Transaction]) -> None:
        """Write a group of transactions durably, all or none; then erase the rows that they drop.

        Raises:
            StoreFull: the disk has no room; nothing was written.
            StoreError: the disk failed. The journal is `broken`, and a new one must be started.
        """
        group = self.group + 1
        data, checksum, extents = group_line(group, self.checksum, transactions, self.size)
        self._write(data)
        self.group, self.checksum = group, checksum
        for transaction, rows in zip(transactions, extents, strict=True):
            dropped = [key for key in transaction.dropped if key in self._rows]
            self._erase([self._rows.pop(key) for key in dropped])
            self._rows |= rows

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, data: bytes) -> None:
        try:
            write(self._descriptor, data, self.size)
            os.fsync(self._descriptor)
        except OSError as error:
            failure = store_error(error, self.path)
            self.broken = not isinstance(failure, StoreFull)
            self._cut()
            raise failure from error
        self.size += len(data)

    def _erase(self, extents: Iterable[Extent]) -> None:
        """Overwrite rows. Where the disk refuses, the journal is `broken`."""
        try:
            for start, length in extents:
                write(self._descriptor, b" " * length, start)
        except OSError as error:
            self.broken = True
            _log.warning("rows were not erased yet", problem=str(store_error(error, self.path)))

    def _open(self) -> None:
        self.close()
        try:
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError as error:
            self.broken = True
            raise store_error(error, self.path) from error

    def _cut(self) -> None:
        try:
            os.ftruncate(self._descriptor, self.size)
            os.fsync(self._descriptor)
        except OSError as error:
            self.broken = True
            raise store_error(error, self.path) from error
