"""Everything that a store holds, in one file that either store can be filled from.

The file is gzipped JSON, a line each: a head, the documents, and an end that says how many there
are and what they add up to. What is accepted and not handled yet is not in it: those are people's
words, kept for a moment.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import shutil
import tempfile
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

import orjson

from bot.alerts.model import Alert
from bot.storage.checksum import Checksum, Documents, checksum
from bot.storage.errors import StoreDamaged, StoreError, in_folder
from bot.storage.factory import TINYDB, needs_driver
from bot.storage.tinydb import moving as folders
from bot.storage.tinydb.inbox import NAME as INBOX
from bot.storage.tinydb.ownership import check_owner

_FORMAT: Final = 1
_COPIES: Final = 5
"""How often the data is copied anew where a running bot changed it in the middle."""
_UNREADABLE: Final = (
    *(EOFError, zlib.error, gzip.BadGzipFile, orjson.JSONDecodeError),
    *(KeyError, TypeError, ValueError),
)


class BackupDamaged(Exception):
    """The file is no backup, or not all of one."""


async def back_up(store: str, folder: Path, file: Path, at: datetime) -> Checksum:
    """Write everything into a file, as it is at one moment, also while the bot runs.

    Args:
        store: What BRIEFING_STORE names.
        folder: The data folder, where the store is one.
        file: Where to write; a file of that name is replaced once the new one is whole.
        at: What time it is.

    Raises:
        StoreError: the store cannot be read.
        OSError: the file cannot be written.
    """
    new = file.with_name(f"{file.name}.new")
    try:
        found = await _written(store, folder, new, at)
        new.replace(file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    return found


async def _written(store: str, folder: Path, file: Path, at: datetime) -> Checksum:
    tries = 0
    while True:
        tries += 1
        try:
            async with documents_in(store, folder) as documents:
                return await _write(file, documents, at)
        except (StoreDamaged, shutil.Error, FileNotFoundError):
            # The running bot may have changed the files in the middle of the copy.
            if store != TINYDB or tries == _COPIES:
                raise


async def restore(file: Path, store: str, folder: Path) -> Checksum:
    """Fill an empty store from a file, and check that everything arrived.

    Raises:
        BackupDamaged: the file is not a whole backup; nothing was written.
        StoreError: the store is not empty, in use, or refused.
        OSError: the file cannot be read.
    """
    await asyncio.to_thread(_checked, file)
    expected = await checksum(_documents(file))
    if store == TINYDB:
        await asyncio.to_thread(check_owner, folder, is_new=True)
        await folders.fill(folder, _documents(file))
        source = await asyncio.to_thread(folders.FolderSource, folder)
        try:
            found = await checksum(source.documents())
        finally:
            source.close()
    else:
        with needs_driver():
            from bot.storage.postgres import moving_in  # noqa: PLC0415 - an extra
        found = await moving_in.fill(store, _documents(file), expected)
    if different := expected.differences(found):
        raise StoreError(f"what arrived differs from the backup: {', '.join(different)}")
    return found


@asynccontextmanager
async def documents_in(store: str, folder: Path) -> AsyncIterator[Documents]:
    """All that a store holds at one moment, also while a bot works on it.

    Raises:
        StoreError: it cannot be read.
        OSError: a file could not be copied.
    """
    if store != TINYDB:
        with needs_driver():
            from bot.storage.postgres.moving_out import snapshot  # noqa: PLC0415 - an extra
        async with snapshot(store) as documents:
            yield documents
        return
    if not await asyncio.to_thread(folder.is_dir):
        raise StoreError(f"there is no data folder {folder}")
    with tempfile.TemporaryDirectory(prefix="backup") as place:
        copy = Path(place) / "data"
        ignored = shutil.ignore_patterns(".lock", "*.new", "*.link", INBOX)
        await asyncio.to_thread(shutil.copytree, folder, copy, ignore=ignored)
        try:
            source = await asyncio.to_thread(folders.FolderSource, copy)
        except StoreError as error:
            raise in_folder(error, copy, folder) from error
        try:
            yield source.documents()
        finally:
            source.close()


async def _write(file: Path, documents: Documents, at: datetime) -> Checksum:
    found = Checksum()
    with _created(file) as out:
        out.write(_line({"format": _FORMAT, "at": at}))
        async for kind, document in documents:
            found.add(kind, document)
            out.write(_line([kind, document]))
        out.write(_line({"counts": found.counts, "fingerprint": found.fingerprint}))
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return found


def _created(file: Path) -> gzip.GzipFile:
    """A file that nobody else can read: it says who follows what."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    return _Closing(os.fdopen(descriptor, "wb"))


class _Closing(gzip.GzipFile):
    """Closes what it writes into, which `GzipFile` leaves open."""

    def __init__(self, raw: IO[bytes]) -> None:
        super().__init__(fileobj=raw, mode="wb", compresslevel=6)
        self._raw = raw

    def close(self) -> None:
        """Write the end, and close."""
        super().close()
        self._raw.close()


def _line(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def _checked(file: Path) -> Checksum:
    """What a backup says it holds, if it is all there."""
    found, end = Checksum(), None
    try:
        with gzip.open(file) as lines:
            head = orjson.loads(lines.readline())
            if head["format"] > _FORMAT:
                raise BackupDamaged(f"{file} was written by a newer version of the bot")
            for line in lines:
                value = orjson.loads(line)
                if isinstance(value, list):
                    found.add(*value)
                else:
                    end = value
    except _UNREADABLE as error:
        raise BackupDamaged(f"{file} is no whole backup ({type(error).__name__})") from error
    if end is None or end["fingerprint"] != found.fingerprint:
        raise BackupDamaged(f"{file} is no whole backup: its end is missing, or differs")
    return found


async def _documents(file: Path) -> Documents:
    """What the file holds; alerts in their present form, whatever version wrote it."""
    for kind, document in _lines(file):
        is_alert = kind == "alert"
        yield kind, Alert.stored(document).model_dump(mode="json") if is_alert else document


def _lines(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with gzip.open(file) as lines:
        for line in lines:
            value = orjson.loads(line)
            if isinstance(value, list):
                yield value[0], value[1]
