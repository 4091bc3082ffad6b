"""The journal: one line a group of writes, each with its checksum, appended and synced.

A line is ``CHECKSUM NUMBER JSON``. The first one says which schema the records have; its number
is that of the last group before the journal began.
"""

from __future__ import annotations

import io
import os
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

from bot.storage.errors import StoreError
from bot.storage.tinydb.storage import UNREADABLE, damaged, replace_file, store_error


@dataclass
class JournalContent:
    """What a journal file holds."""

    path: Path
    schema: int
    after: int
    """The number of the group before its first."""
    size: int
    """How many bytes of the file are whole lines; the rest was cut off by a crash."""
    ended: bool
    """Whether the last of them has its line break; an editor may have taken it off."""
    lines: list[bytes] = field(default_factory=list)
    """The JSON of its groups, numbered without a gap."""

    @property
    def last(self) -> int:
        """The number of its last group."""
        return self.after + len(self.lines)

    def records(self) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """Every record: the number of its group, its kind, its document."""
        for number, line in enumerate(self.lines, start=self.after + 1):
            for kind, document in orjson.loads(line):
                yield number, kind, document


def read_journal(path: Path) -> JournalContent:
    """Read a journal; a last line that a crash cut off was never acknowledged and is left out.

    What an editor does to a text file it is not about is no damage: other line breaks, empty
    lines, a byte order mark.

    Raises:
        StoreDamaged: a line that was complete once cannot be read.
        StoreError: the operating system refused.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise store_error(error, path) from error
    content: JournalContent | None = None
    end = 0
    for place, line in enumerate(io.BytesIO(data), start=1):
        end += len(line)
        if content is not None and not line.strip():
            content.size = end
            continue
        try:
            number, payload = checked_line(line)
            if content is None:
                schema = int(orjson.loads(payload)["schema"])
                content = JournalContent(path, schema, number, end, line.endswith(b"\n"))
                continue
            if number != content.last + 1:
                raise ValueError(f"group {content.last + 1} is missing")
            content.lines.append(payload)
            content.size, content.ended = end, line.endswith(b"\n")
        except UNREADABLE as error:
            if content is not None and end == len(data) and _cut_off(line):
                break
            problem = f"line {place} cannot be read ({error})"
            if content is not None:
                problem += "; without it and all after it the file can be, up to there"
            raise damaged(path, problem) from error
    if content is None:
        raise damaged(path, "it is empty")
    return content


def checked_line(line: bytes) -> tuple[int, bytes]:
    """The number and the JSON of a line.

    Raises:
        ValueError: the line is not whole.
    """
    checksum, _, rest = bare(line).partition(b" ")
    if int(checksum, 16) != crc32(rest):
        raise ValueError("its checksum differs")
    number, _, payload = rest.partition(b" ")
    return int(number), payload


def bare(line: bytes) -> bytes:
    """A line without what editors put around it."""
    return line.removeprefix(BOM_UTF8).rstrip(b"\r\n")


def _cut_off(line: bytes) -> bool:
    """Whether a power cut explains the line: no end, or pages that never reached the disk."""
    return not line.endswith(b"\n") or b"\0" in line


def _line(number: int, payload: object) -> bytes:
    data = b"%d %s" % (number, orjson.dumps(payload))
    return b"%08x %s\n" % (crc32(data), data)


class Journal:
    """The journal that is being written. Used by one thread at a time."""

    def __init__(self, path: Path, schema: int) -> None:
        self.path = path
        self.size = 0
        """Bytes written since it began."""
        self.group = 0
        """The number of the last durable group."""
        self._schema = schema
        self._descriptor = -1
        self._broken = False

    def resume(self, content: JournalContent) -> None:
        """Go on after what the file holds, without the line that a crash cut off.

        Raises:
            StoreFull, StoreError: the operating system refused.
        """
        self._open()
        self.group, self.size = content.last, content.size
        self._cut()
        if not content.ended:
            try:
                _write(self._descriptor, b"\n")
                os.fsync(self._descriptor)
            except OSError as error:
                raise store_error(error, self.path) from error
            self.size += 1

    def start(self, after: int, *, forget: bool = False) -> None:
        """Begin a new file; the old one is kept as ``.previous`` unless it is to be forgotten.

        Raises:
            StoreFull, StoreError: the operating system refused; the old file is untouched.
        """
        header = _line(after, {"schema": self._schema})
        replace_file(self.path, [header], forget=forget)
        self._open()
        self.group, self.size = after, len(header)

    def append(self, records: Sequence[Any]) -> None:
        """Write a group of records durably.

        Raises:
            StoreFull: the disk has no room; nothing was written.
            StoreError: the disk failed; the journal takes nothing more until a restart.
        """
        if self._broken:
            raise StoreError(f"{self.path} failed before; restart the bot once the disk is well")
        line = _line(self.group + 1, records)
        try:
            _write(self._descriptor, line)
            os.fsync(self._descriptor)
        except OSError as error:
            failure = store_error(error, self.path)
            # After any other failure nobody knows what of the file is on the disk.
            self._broken = type(failure) is StoreError
            self._cut()
            raise failure from error
        self.group += 1
        self.size += len(line)

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self) -> None:
        self.close()
        try:
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        except OSError as error:
            self._broken = True
            raise store_error(error, self.path) from error

    def _cut(self) -> None:
        try:
            os.ftruncate(self._descriptor, self.size)
            os.fsync(self._descriptor)
        except OSError as error:
            self._broken = True
            raise store_error(error, self.path) from error


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
