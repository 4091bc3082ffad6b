"""Everything that a store holds, in one file that either store can be filled from.

The file is gzipped JSON, a line each: a head, the rows (`bot.storage.checksum`), and an end with
their counts and checksum. Updates that wait to be handled are not in it: those are people's words,
kept for a moment.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import tempfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

from bot.storage.checksum import Checksum, Document, Rows
from bot.storage.protocol import Store

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
