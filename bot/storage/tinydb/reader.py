"""Reads a data folder alongside the bot that writes to it, without its lock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from bot.agreement.board import StatusChange
from bot.storage.errors import StoreDamaged, StoreError, StoreUnusable
from bot.storage.protocol import Changes
from bot.storage.tinydb.deliveries import read_alert
from bot.storage.tinydb.files import store_error
from bot.storage.tinydb.folder import JOURNAL, SNAPSHOT, Contents, read_folder
from bot.storage.tinydb.lines import Transaction
from bot.storage.tinydb.migrations import read_first_layout
from bot.storage.tinydb.storage import MemoryStorage

_TRIES, _PAUSE = 5, 0.05
"""How often a folder is read again where the bot was in the middle of a checkpoint; seconds."""
_Stamp = tuple[int, int, int]


def read_beside(folder: Path) -> Contents:
    """Read a folder that a bot may be writing to.

    Raises:
        StoreDamaged: a file cannot be read.
        StoreTooNew: a newer version of the bot wrote it.
        StoreError: the operating system refused.
    """
    for again in range(_TRIES, 0, -1):
        try:
            tables = read_first_layout(folder)
            return read_folder(folder) if tables is None else Contents(tables)
        except StoreDamaged:
            if again == 1:
                raise
            time.sleep(_PAUSE)
    raise AssertionError("unreachable")


class FolderCopy(MemoryStorage):
    """What a folder holds, in memory. It cannot be changed.

    Raises:
        StoreError: there is no such folder, or it cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise StoreError(f"there is no data folder {folder}")
        super().__init__(read_beside(folder).tables)

    def append(self, transactions: Sequence[Transaction]) -> None:  # noqa: ARG002 - as others need it
        """Refuse changes."""
        raise StoreUnusable("the data folder was opened to be read only")


class ChangeReader:
    """Reads the changes of status again and again. It blocks: keep it off the event loop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: tuple[_Stamp, _Stamp] | None = None
        """Journal and snapshot as they were when all was read; None after a failure."""
        self._contents = Contents()
        self._told: list[StatusChange] | None = None

    def read(self) -> list[StatusChange] | None:
        """Every change, oldest first; None where nothing has come since the last call.

        A folder that is not there yet has none.

        Raises:
            StoreDamaged: a file cannot be read.
            StoreTooNew: a newer version of the bot wrote it.
            StoreError: the operating system refused.
        """
        seen, self._seen = self._seen, None
        stamps = _stamp(self._folder / JOURNAL), _stamp(self._folder / SNAPSHOT)
        if stamps != seen and not (seen is not None and self._goes_on(seen, stamps)):
            self._contents = read_beside(self._folder)
            self._contents.touched.add(_ALERTS)
        self._seen = stamps
        if _ALERTS not in self._contents.touched:
            return None
        self._contents.touched.clear()
        rows = self._contents.tables.get(_ALERTS, {})
        self._contents.tables = {_ALERTS: rows}
        changes = sorted(
            (read_alert(row).change for row in rows.values()), key=lambda item: item.id
        )
        if changes == self._told:
            return None
        self._told = changes
        return changes

    def _goes_on(self, seen: tuple[_Stamp, _Stamp], now: tuple[_Stamp, _Stamp]) -> bool:
        """Read what the journal has gained; False where that is not all that happened."""
        journal = self._contents.journal
        if journal is None or seen[1] != now[1] or seen[0][0] != now[0][0]:
            return False
        try:
            self._contents.replay(journal.read(), only=frozenset({_ALERTS}))
        except StoreDamaged:  # a new journal may have taken its place in this moment
            return False
        return True


def watch_changes(folder: Path) -> Changes:
    """Follow the changes of status in a folder, whoever writes them."""
    reader = ChangeReader(folder)
    return lambda: asyncio.to_thread(reader.read)


_ALERTS = "alerts"


def _stamp(path: Path) -> _Stamp:
    """What changes whenever a file does."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0, 0
    except OSError as error:
        raise store_error(error, path) from error
    return found.st_ino, found.st_size, found.st_mtime_ns
