"""The changes of status, read beside the bot that writes them: without its lock, cheaply, often.

What the journal has gained is read from where reading stopped. The journal is read before the
file of changes: a checkpoint writes that file first, so that the two never leave a gap.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import orjson

from bot.agreement.board import StatusChange
from bot.alerts.model import Alert
from bot.storage.errors import StoreTooNew
from bot.storage.tinydb.journal import checked_line
from bot.storage.tinydb.migrations import SCHEMA, Schema
from bot.storage.tinydb.records import PutAlert
from bot.storage.tinydb.storage import UNREADABLE, AtomicStorage, damaged, store_error

_Stamp = tuple[int, int, int]
_NOTHING: _Stamp = (0, 0, 0)


class ChangeReader:
    """Reads a data folder again and again. Blocks while it reads: keep it off the event loop."""

    def __init__(self, folder: Path, schema: Schema = SCHEMA) -> None:
        self._journal, self._file = folder / "journal.jsonl", folder / "changes.json"
        self._schema = schema
        self._seen: tuple[_Stamp, _Stamp] | None = None
        """The two files as they were when all of them had been read; None after a failure."""
        self._offset, self._version = 0, 0
        self._alerts: dict[int, Alert] = {}
        self._told: list[StatusChange] | None = None

    def read(self) -> list[StatusChange] | None:
        """Every change, oldest first; None where nothing has come since the last call.

        A folder that is not there yet has none.

        Raises:
            StoreDamaged: a file cannot be read.
            StoreTooNew: a newer version of the bot wrote it.
            StoreError: the operating system refused.
        """
        if self._seen == (_stamp(self._journal), _stamp(self._file)):
            return None
        with contextlib.ExitStack() as stack:
            journal = self._opened(stack)
            stamps = _stamp_of(journal), _stamp(self._file)
            seen, self._seen = self._seen, None
            if seen is None or not self._goes_on(seen, stamps):
                self._offset, self._alerts = 0, {}
            found = list(self._news(journal))
        if not self._alerts:
            self._alerts = dict(self._kept())
        self._alerts.update((alert.id, alert) for alert in found)
        self._seen = stamps
        changes = sorted(
            (alert.change for alert in self._alerts.values()), key=lambda item: item.id
        )
        if changes == self._told:
            return None
        self._told = changes
        return changes

    def _goes_on(self, seen: tuple[_Stamp, _Stamp], now: tuple[_Stamp, _Stamp]) -> bool:
        """Whether the journal has only grown and the file is the same."""
        return seen[0][0] == now[0][0] and now[0][1] >= self._offset and seen[1] == now[1]

    def _opened(self, stack: contextlib.ExitStack) -> BinaryIO | None:
        try:
            return stack.enter_context(self._journal.open("rb"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise store_error(error, self._journal) from error

    def _news(self, journal: BinaryIO | None) -> Iterator[Alert]:
        """The alerts in what the journal has gained. A line that is not whole yet comes later."""
        if journal is None:
            return
        journal.seek(self._offset)
        for line in journal:
            if not line.endswith(b"\n"):
                return
            if self._offset and not line.strip():
                self._offset += len(line)
                continue
            try:
                _, payload = checked_line(line)
                if self._offset == 0:
                    self._version = int(orjson.loads(payload)["schema"])
                    self._check(self._version, self._journal)
                elif b'"alert"' in payload:
                    yield from self._alerts_of(payload)
            except UNREADABLE as error:
                raise damaged(self._journal, f"a line cannot be read ({error})") from error
            self._offset += len(line)

    def _alerts_of(self, payload: bytes) -> Iterator[Alert]:
        for kind, document in orjson.loads(payload):
            if kind == PutAlert.KIND:
                upgraded = self._schema.upgrade(kind, document, self._version)
                yield PutAlert.read(upgraded).alert

    def _kept(self) -> Iterator[tuple[int, Alert]]:
        """The alerts in the file."""
        tables = AtomicStorage(self._file).read() or {}
        try:
            version = int(tables["meta"]["1"]["schema"]) if tables else self._schema.version
            self._check(version, self._file)
            for document in tables.get(PutAlert.KIND, {}).values():
                upgraded = self._schema.upgrade(PutAlert.KIND, dict(document), version)
                alert = PutAlert.read(upgraded).alert
                yield alert.id, alert
        except UNREADABLE as error:
            raise damaged(self._file, f"it holds something unknown ({error!r})") from error

    def _check(self, version: int, path: Path) -> None:
        if version > self._schema.version:
            raise StoreTooNew(f"{path} has schema {version}, this version of the bot reads less")


def _stamp(path: Path) -> _Stamp:
    """What changes whenever a file does."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return _NOTHING
    except OSError as error:
        raise store_error(error, path) from error
    return found.st_ino, found.st_size, found.st_mtime_ns


def _stamp_of(file: BinaryIO | None) -> _Stamp:
    """The same for a file that is open, whatever has taken its place meanwhile."""
    if file is None:
        return _NOTHING
    found = os.fstat(file.fileno())
    return found.st_ino, found.st_size, found.st_mtime_ns
