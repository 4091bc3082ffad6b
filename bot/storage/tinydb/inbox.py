"""Updates from a webhook, in a file of their own that is emptied as soon as all were handled.

They are kept apart from the journal because people's words are in them: what is in the journal
stays there until it is taken into the files. A line is ``CHECKSUM JSON``, appended and synced: an
update, or the number of an update and how many deaths it has if the process dies now (if no line
tells, one). Lines are not marked as done: which updates were handled is in the store's notes.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

import orjson
import structlog

from bot.storage.inbox import Accepted, InboxState
from bot.storage.tinydb.journal import bare
from bot.storage.tinydb.storage import UNREADABLE, store_error

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")

NAME = "inbox.jsonl"
_LARGE = 1024 * 1024
"""From so many bytes the file is written anew without what was handled."""

_OF_DEATHS = 2
"""Fields of a line that tells of deaths."""

Unknown = Callable[[Collection[int]], frozenset[int]]
"""Tells which of some updates were not handled before."""


class InboxFile:
    """The file and what it holds. It blocks: one thread uses it, off the event loop."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1
        self._size = 0
        self._kept: dict[int, bytes] = {}
        """The lines of updates that wait."""
        self._deaths: dict[int, bytes] = {}
        """The lines that tell of their deaths."""

    def open(self) -> list[tuple[Accepted, datetime]]:
        """Read what is in it; a line that a crash cut off was never acknowledged.

        Any other line that cannot be read is given up, and those after it are not.

        Raises:
            StoreError: the operating system refused.
        """
        found: dict[int, tuple[Accepted, datetime]] = {}
        deaths: dict[int, int] = {}
        try:
            self._descriptor = self._opened(self._path, os.O_CREAT)
            data = self._path.read_bytes()
            for line in filter(None, map(bare, data.split(b"\n"))):
                try:
                    fields = _fields(line)
                    if len(fields) == _OF_DEATHS:
                        number, deaths[number] = fields
                    else:
                        accepted = _read(fields)
                        found[accepted[0].update_id] = accepted
                        self._kept[accepted[0].update_id] = line + b"\n"
                except UNREADABLE as error:
                    _log.warning("a line of the inbox cannot be read", problem=str(error))
            more = {number: count for number, count in deaths.items() if number in found}
            self._deaths = {
                number: _line(number, count) for number, count in more.items() if count > 1
            }
            kept = self._lines()
            if data.startswith(kept):
                self._size = len(kept)
                os.ftruncate(self._descriptor, self._size)
            else:
                self._write_anew()
        except OSError as error:
            raise store_error(error, self._path) from error
        return [
            (replace(update, deaths=more.get(number, 1)), at)
            for number, (update, at) in found.items()
        ]

    def append(self, updates: Sequence[Accepted], at: datetime) -> None:
        """Write updates durably.

        Raises:
            StoreFull, StoreError: none was written.
        """
        lines = {update.update_id: _update_line(update, at) for update in updates}
        self._append(b"".join(lines.values()))
        self._kept.update(lines)

    def append_deaths(self, deaths: Mapping[int, int]) -> None:
        """Write durably how many deaths updates have if the process dies now.

        Raises:
            StoreFull, StoreError: none was written.
        """
        lines = {number: _line(number, count) for number, count in deaths.items()}
        self._append(b"".join(lines.values()))
        self._deaths.update(lines)

    def erase(self, update_ids: Collection[int]) -> None:
        """Erase updates, the file's room with them where that is worth it.

        Raises:
            StoreFull, StoreError: the operating system refused.
        """
        for number in update_ids:
            self._kept.pop(number, None)
            self._deaths.pop(number, None)
        try:
            if not self._kept and self._size:
                os.ftruncate(self._descriptor, 0)
                self._size = 0
            elif self._size > _LARGE and self._size > 2 * sum(map(len, self._kept.values())):
                self._write_anew()
        except OSError as error:
            raise store_error(error, self._path) from error

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write_anew(self) -> None:
        new = self._path.with_name(f"{NAME}.new")
        descriptor = self._opened(new, os.O_CREAT | os.O_TRUNC)
        data = self._lines()
        try:
            _write(descriptor, data)
            new.replace(self._path)
        except BaseException:
            os.close(descriptor)
            new.unlink(missing_ok=True)
            raise
        self.close()
        self._descriptor, self._size = descriptor, len(data)

    def _append(self, data: bytes) -> None:
        try:
            _write(self._descriptor, data)
        except OSError as error:
            os.ftruncate(self._descriptor, self._size)
            raise store_error(error, self._path) from error
        self._size += len(data)

    def _lines(self) -> bytes:
        return b"".join([*self._kept.values(), *self._deaths.values()])

    @staticmethod
    def _opened(path: Path, how: int) -> int:
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | how, 0o600)


class TinyInbox:
    """The inbox of one process alone. The file is made when the first update comes.

    Args:
        folder: The data folder.
        unknown: Tells which updates were not handled before.
    """

    def __init__(self, folder: Path, unknown: Unknown) -> None:
        self._file = InboxFile(folder / NAME)
        self._unknown = unknown
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inbox")
        self._waiting: dict[int, tuple[Accepted, datetime]] = {}
        self._in_hand: set[int] = set()
        self._opening = asyncio.Lock()
        self._is_open = False
        self._is_there = (folder / NAME).exists()

    async def accept(self, updates: Sequence[Accepted], at: datetime) -> None:
        """See `Inbox.accept_updates`."""
        await self._open()
        unknown = self._unknown([update.update_id for update in updates])
        new = {update.update_id: update for update in updates if update.update_id in unknown}
        new = {number: item for number, item in new.items() if number not in self._waiting}
        if new:
            await self._run(lambda: self._file.append(list(new.values()), at))
            self._waiting.update((number, (item, at)) for number, item in new.items())

    async def take(self, limit: int) -> list[Accepted]:
        """See `Inbox.take_updates`."""
        free = sorted(self._waiting.keys() - self._in_hand)[:limit]
        self._in_hand.update(free)
        return [self._waiting[number][0] for number in free]

    async def begin_again(self, update_id: int) -> None:
        """See `Inbox.begin_again`."""
        deaths = self._waiting[update_id][0].deaths + 1
        await self._run(lambda: self._file.append_deaths({update_id: deaths}))

    async def erase(self, update_ids: Collection[int]) -> None:
        """Erase updates that were noted as handled."""
        for number in update_ids:
            self._waiting.pop(number, None)
            self._in_hand.discard(number)
        if self._is_open:
            await self._run(lambda: self._file.erase(update_ids))

    async def give_back(self, update_ids: Collection[int]) -> None:
        """See `Inbox.give_back_updates`."""
        given = self._in_hand.intersection(update_ids)
        deaths = {number: self._waiting[number][0].deaths for number in given}
        await self._run(lambda: self._file.append_deaths(deaths))
        self._in_hand.difference_update(given)

    @property
    def waiting(self) -> list[Accepted]:
        """All that waits, in hand or not."""
        return [item for item, _ in self._waiting.values()]

    def state(self) -> InboxState:
        """See `Inbox.inbox`."""
        times = [at for _, at in self._waiting.values()]
        return InboxState(len(times), min(times, default=None))

    async def close(self) -> None:
        """Let go of the file."""
        if self._is_open:
            await self._run(self._file.close)
        self._thread.shutdown()

    async def open(self) -> None:
        """Read what waits, if the file exists.

        Raises:
            StoreError: the operating system refused.
        """
        if self._is_there:
            await self._open()

    async def _open(self) -> None:
        async with self._opening:
            if self._is_open:
                return
            found = await self._run(self._file.open)
            unknown = self._unknown([item.update_id for item, _ in found])
            for entry, at in found:
                if entry.update_id in unknown:
                    self._waiting[entry.update_id] = (entry, at)
            done = {item.update_id for item, _ in found} - unknown
            await self._run(lambda: self._file.erase(done))
            self._is_open = True

    async def _run(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.fsync(descriptor)


def _update_line(update: Accepted, at: datetime) -> bytes:
    # Telegram writes a line break after the update's number. In JSON one is never part of a text.
    document = orjson.Fragment(update.document.replace(b"\n", b" ").replace(b"\r", b" "))
    return _line(update.update_id, update.lane, at, document)


def _line(*fields: object) -> bytes:
    payload = orjson.dumps(fields)
    return b"%08x %s\n" % (crc32(payload), payload)


def _fields(line: bytes) -> list[Any]:
    checksum, _, payload = line.partition(b" ")
    if int(checksum, 16) != crc32(payload):
        raise ValueError("its checksum differs")
    fields: list[Any] = orjson.loads(payload)
    return fields


def _read(fields: list[Any]) -> tuple[Accepted, datetime]:
    number, lane, at, document = fields
    return Accepted(number, lane, orjson.dumps(document)), datetime.fromisoformat(at)
