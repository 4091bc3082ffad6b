"""All rows of a store: their counts and checksums, from store to store, and in a backup file.

A row is the name of a table and a document, which has the same form whichever store holds it:

* ``chats``: `bot.storage.serialization`. ``ids``: the last ids of a change and an alert.
* ``alerts``: id, change, provision, made_at, ready_at, scopes, withdrawn_by, document. ``tallies``:
  alert, and how many of its deliveries are in each state.
* ``deliveries``: alert, chat, thread (0 for none), state and maybe (`bot.alerts.ledger`); of a
  pending one also due, waits_for, attempts, detail; of one whose message is known, its id and
  whether it is a digest.
* ``audit``, ``facts``, ``drafts``, ``gaps``, ``suggestions``, ``handled``: `bot.storage.protocol`.

Times are in UTC. Updates that wait and claims of senders are not among the rows.

A backup is gzipped JSON, a line each: a head, the rows, and an end with their counts and checksum.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import tempfile
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from bot.storage.errors import StoreError

if TYPE_CHECKING:  # it names the rows
    from bot.storage.protocol import Store

Document = dict[str, Any]
Rows = AsyncIterator[tuple[str, Document]]

_ALL = 1 << 256


@dataclass
class Checksum:
    """How many rows each table has, and a sum over them in any order."""

    counts: dict[str, int] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, row: Document) -> None:
        """Take in a row."""
        text = orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
        self.counts[table] = self.counts.get(table, 0) + 1
        number = int.from_bytes(sha256(table.encode() + text).digest(), "big")
        self.sums[table] = (self.sums.get(table, 0) + number) % _ALL

    @property
    def fingerprint(self) -> str:
        """All of it in a few letters."""
        sums = {table: str(number) for table, number in self.sums.items()}
        text = orjson.dumps([self.counts, sums], option=orjson.OPT_SORT_KEYS)
        return sha256(text).hexdigest()

    def differences(self, other: Checksum) -> list[str]:
        """The tables in which another one differs."""
        tables = sorted(self.counts.keys() | other.counts.keys())
        return [
            table
            for table in tables
            if (self.counts.get(table), self.sums.get(table))
            != (other.counts.get(table), other.sums.get(table))
        ]


async def checksum(rows: Rows) -> Checksum:
    """The digest of all rows."""
    found = Checksum()
    async for table, row in rows:
        found.add(table, row)
    return found


def utc(text: str) -> str:
    """A moment as every store writes it."""
    return datetime.fromisoformat(text).astimezone(UTC).isoformat()


def ranges(numbers: Iterable[tuple[int, datetime]]) -> list[tuple[int, int, datetime]]:
    """Numbers in order, each with its time, as ranges with the newest time of each."""
    found: list[tuple[int, int, datetime]] = []
    for number, at in numbers:
        if found and found[-1][1] == number - 1:
            first, _, newest = found.pop()
            found.append((first, number, max(newest, at)))
        else:
            found.append((number, number, at))
    return found


async def move(source: Store, target: Store) -> Checksum:
    """Copy everything into an empty store: all or nothing. The source stays as it is.

    Raises:
        StoreError: the source cannot be read, the target is not empty, either is in use, or what
            arrived differs from what was sent.
    """
    await source.hold_still()
    if (await source.inbox()).count:
        raise StoreError("updates wait to be handled: start the bot, and stop it in order")
    expected = await checksum(source.rows())
    await target.load(source.rows(), expected)
    return expected


_FORMAT: Final = 2
_LONGEST_LINE: Final = 64 * 1024 * 1024
_LARGEST: Final = 8 * 1024 * 1024 * 1024
"""Bytes after decompression. A small file can be made that would fill any memory and any disk."""
_UNREADABLE: Final = (
    *(EOFError, zlib.error, gzip.BadGzipFile, orjson.JSONDecodeError),
    *(AttributeError, LookupError, TypeError, ValueError),
)


class BackupDamaged(Exception):
    """The file is not a backup, or not all of one."""


async def back_up(store: Store, file: Path, at: datetime) -> Checksum:
    """Write everything into a file, as it is at one moment, also while the bot runs.

    Args:
        store: What to read.
        file: Where to write. A file of that name is replaced once the new one is whole.
        at: What time it is.

    Raises:
        StoreError: the store cannot be read.
        OSError: the file cannot be written.
    """
    # A name that nobody can foresee, and so nobody can have prepared.
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6) as out:
                found = await _write(out, store.rows(), at)
            raw.flush()
            os.fsync(raw.fileno())
        await asyncio.to_thread(Path(name).replace, file)
    except BaseException:
        await asyncio.to_thread(Path(name).unlink)
        raise
    return found


async def _write(out: gzip.GzipFile, rows: Rows, at: datetime) -> Checksum:
    found = Checksum()
    out.write(_line({"format": _FORMAT, "at": at}))
    async for table, row in rows:
        found.add(table, row)
        out.write(_line([table, row]))
    out.write(_line({"counts": found.counts, "fingerprint": found.fingerprint}))
    return found


def _line(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


async def restore(file: Path, expected: Checksum, store: Store) -> None:
    """Fill an empty store from a file that was checked: all or nothing.

    Raises:
        StoreError: the store is not empty, in use, or refused, or what arrived differs.
        OSError: the file cannot be read.
    """
    await store.load(_each(file), expected)


async def _each(file: Path) -> Rows:
    for table, row in _rows(file):
        yield table, row


def check(file: Path) -> Checksum:
    """The checksum of a backup's rows, if all of it is there.

    Raises:
        BackupDamaged: the file is not a whole backup.
        OSError: the file cannot be read.
    """
    found = Checksum()
    try:
        lines = _lines(file)
        head: Any = next(lines, {})
        end: Any = None
        if head["format"] > _FORMAT:
            raise BackupDamaged(f"{file} was written by a newer version of the bot")
        written = Checksum()
        for value in lines:
            if isinstance(value, list):
                written.add(*value)
            else:
                end = value
        if end is None or end["counts"] != written.counts:
            raise BackupDamaged(f"{file} is no whole backup: its end is missing, or differs")
        if head["format"] == _FORMAT and end["fingerprint"] != written.fingerprint:
            raise BackupDamaged(f"{file} is no whole backup: its checksum differs")
        for table, row in _rows(file):
            found.add(table, row)
    except _UNREADABLE as error:
        raise BackupDamaged(f"{file} is no whole backup ({type(error).__name__})") from error
    return found


def _rows(file: Path) -> Iterator[tuple[str, Document]]:
    lines = _lines(file)
    head: Any = next(lines, {})
    is_old = head["format"] < _FORMAT
    documents = ((value[0], value[1]) for value in lines if isinstance(value, list))
    if not is_old:
        yield from documents
        return
    from bot.storage.tinydb.migrations import rows_of_first_layout  # noqa: PLC0415 - seldom needed

    yield from rows_of_first_layout(documents)


def _lines(file: Path) -> Iterator[Any]:
    """The values of a backup's lines.

    Raises:
        BackupDamaged: it is larger than a backup can be.
    """
    size = 0
    with gzip.open(file) as lines:
        while line := lines.readline(_LONGEST_LINE):
            size += len(line)
            if size > _LARGEST or not line.endswith(b"\n"):
                raise BackupDamaged(f"{file} is no whole backup: it is cut off, or too large")
            yield orjson.loads(line)
