"""A data folder: the snapshot, and what the journal adds. Read without the lock.

The snapshot is every table at one moment, as JSON in TinyDB's own layout, with one row a line. Its
first table, ``meta``, tells where in the journal it was made. Its last, ``checksum``, covers
everything before it.
"""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson
import structlog

from bot.storage.tinydb.files import (
    SCHEMA,
    UNREADABLE,
    check_schema,
    damaged,
    previous_of,
    replace_file,
    store_error,
)
from bot.storage.tinydb.journal import JournalReader
from bot.storage.tinydb.lines import ERASABLE, Extent, Group, RowKey, row_json

Tables = dict[str, dict[str, bytes]]
"""Rows as JSON, by table and id."""

_END = b',\n"checksum": {\n"1": {"crc32":"%08x"}\n}\n}\n'
_END_BEGINS = _END.partition(b"%")[0]
_KEY = re.compile(rb'("(?:[^"\\]|\\.)*"): ')


@dataclass(frozen=True, slots=True)
class Meta:
    """Where in the journal a snapshot was made."""

    schema: int
    generation: int
    """How many snapshots there were, with this one."""
    group: int
    """The number of the last group that it holds."""
    journal: int
    """The checksum of that group."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a file holds."""

    meta: Meta
    tables: Tables
    checksum: int


def write_snapshot(path: Path, meta: Meta, tables: Tables, *, forget: bool = False) -> int:
    """Put a snapshot in the place of the last one; give its checksum.

    Rows that can be erased are left out: the journal holds those.

    Raises:
        StoreFull, StoreError: the operating system refused; the last one is untouched.
    """
    checksum = 0

    def parts() -> Iterator[bytes]:
        nonlocal checksum
        for part in _body(meta, tables):
            checksum = crc32(part, checksum)
            yield part
        yield _END % checksum

    replace_file(path, parts(), forget=forget)
    return checksum


def _body(meta: Meta, tables: Tables) -> Iterator[bytes]:
    yield b'{\n"meta": {\n"1": %b\n}' % orjson.dumps(asdict(meta))
    for name, rows in tables.items():
        if name in ERASABLE or not rows:
            continue
        yield b",\n%b: {" % orjson.dumps(name)
        separator = b"\n"
        for key, row in rows.items():
            yield b"%b%b: %b" % (separator, orjson.dumps(key), row)
            separator = b",\n"
        yield b"\n}"


def read_snapshot(path: Path) -> Snapshot | None:
    """Read a snapshot; None where there is none.

    A file that was laid out in another way by hand is accepted, one with other contents is not.

    Raises:
        StoreDamaged: the file is not what `write_snapshot` makes.
        StoreError: the operating system refused.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise store_error(error, path) from error
    try:
        return _read(path, data)
    except UNREADABLE as error:
        raise damaged(path, f"it cannot be read ({error})", previous_of(path)) from error


def _read(path: Path, data: bytes) -> Snapshot:
    body, _, _ = data.rpartition(_END_BEGINS)
    checksum = crc32(body)
    if data.endswith(_END % checksum):
        return _laid_out(path, body, checksum)
    found: dict[str, dict[str, Any]] = orjson.loads(data.removeprefix(BOM_UTF8))
    expected = found.pop("checksum")["1"]["crc32"]
    meta = _meta(path, found.pop("meta")["1"])
    tables = {
        name: {key: row_json(row) for key, row in rows.items()} for name, rows in found.items()
    }
    checksum = reduce(lambda before, part: crc32(part, before), _body(meta, tables), 0)
    if f"{checksum:08x}" != expected:
        raise ValueError("its checksum differs")
    return Snapshot(meta, tables, checksum)


def _laid_out(path: Path, body: bytes, checksum: int) -> Snapshot:
    """The snapshot in a file that is as it was written: its rows need not be parsed."""
    tables: Tables = {}
    rows: dict[str, bytes] | None = None
    for line in io.BytesIO(body + b"\n"):
        if line.startswith(b"}"):
            rows = None
        elif rows is not None and (key := _KEY.match(line)):
            rows[orjson.loads(key[1])] = line[key.end() : -1].removesuffix(b",")
        elif line.endswith(b": {\n"):
            rows = tables.setdefault(orjson.loads(line[: -len(b": {\n")]), {})
    meta = _meta(path, orjson.loads(tables.pop("meta")["1"]))
    return Snapshot(meta, tables, checksum)


def _meta(path: Path, fields: dict[str, Any]) -> Meta:
    check_schema(path, fields["schema"])
    return Meta(**fields)


_log = structlog.get_logger(__name__)

SNAPSHOT, JOURNAL = "snapshot.json", "journal.jsonl"
SIGN = "chats.json"
"""The first file that versions with the first layout read. It tells them that they are too old."""
_SIGN = b"""{
"meta": {
"1": {"schema":%d,"group":0}},
"note": {
"1": {"text":"The data is in snapshot.json and journal.jsonl"}}
}
"""
OLD_FILES = ("chats.json", "changes.json", "outbox.json", "notes.json", "inbox.jsonl")


@dataclass
class Contents:
    """The tables of a folder, and what is needed to go on writing."""

    tables: Tables = field(default_factory=dict)
    generation: int = 0
    """How many snapshots there were."""
    held: int = 0
    """The last group of transactions that the snapshot holds."""
    journal: JournalReader | None = None
    """The journal to go on with."""
    is_behind: bool = False
    """Whether the snapshot does not fit the journal, so that a new one is due."""
    rows: dict[RowKey, Extent] = field(default_factory=dict)
    """Where the erasable rows are in the journal."""
    stale: list[Extent] = field(default_factory=list)
    """Where those are that a kill kept from being erased."""
    touched: set[str] = field(default_factory=set)
    """The tables that the journal changes."""

    def replay(self, groups: Iterable[Group], *, only: frozenset[str] | None = None) -> None:
        """Apply groups of the journal, to all tables or to some."""
        lost: set[RowKey] = set()
        for group in groups:
            for changes, places in zip(group.transactions, group.rows, strict=True):
                self.touched |= changes.keys()
                for table in changes if only is None else changes.keys() & only:
                    if table in ERASABLE:
                        self._locate(table, changes[table], places, lost)
                    apply_to(self.tables, table, changes[table])
        for key in sorted(lost):
            _log.error("a row of the journal cannot be read", table=key.table, row=key.id)

    def _locate(
        self,
        table: str,
        changed: Mapping[str, bytes | None],
        places: Mapping[RowKey, Extent],
        lost: set[RowKey],
    ) -> None:
        """Note where erasable rows are, and which of them cannot be read."""
        for name, row in changed.items():
            key = RowKey(table, name)
            if (extent := self.rows.pop(key, None)) is not None:
                self.stale.append(extent)
            lost.discard(key)
            if key in places:
                self.rows[key] = places[key]
                if row is None:  # it was erased: a later group drops it
                    lost.add(key)


def apply_to(tables: Tables, name: str, changed: dict[str, bytes | None]) -> None:
    """Change the rows of a table."""
    rows = tables.setdefault(name, {})
    for key, row in changed.items():
        if row is None:
            rows.pop(key, None)
        else:
            rows[key] = row
    if not rows:
        del tables[name]


def read_folder(folder: Path) -> Contents:
    """Read the snapshot and the journal of a folder.

    The journal is read first: where a bot begins a new one meanwhile, its snapshot holds all that
    the old one does.

    Raises:
        StoreDamaged: a file cannot be read, is missing, or belongs to another folder.
        StoreTooNew: a newer version of the bot wrote it.
        StoreError: the operating system refused.
    """
    snapshot_file, file = folder / SNAPSHOT, folder / JOURNAL
    if not file.exists():
        if snapshot_file.exists():
            raise damaged(file, "it is missing, and with it all changes after the snapshot")
        return Contents()
    journal = JournalReader(file)
    groups, head = list(journal.read()), journal.head
    snapshot = read_snapshot(snapshot_file)
    if snapshot is None:
        if head.generation:
            raise damaged(snapshot_file, "it is missing", previous_of(snapshot_file))
        snapshot = Snapshot(Meta(SCHEMA, 0, 0, 0), {}, 0)
    meta = snapshot.meta
    contents = Contents(snapshot.tables, head.generation, meta.group, journal)
    match meta.generation - head.generation:
        case 0:
            fits = head.snapshot == snapshot.checksum
            contents.replay(groups)
        case 1:  # a kill came between the snapshot and its journal
            held = [group for group in groups if group.number <= meta.group]
            fits = (held[-1].checksum if held else journal.first_checksum) == meta.journal
            contents.replay(held, only=ERASABLE)
            contents.replay(groups[len(held) :])
        case -1:  # the snapshot before was put back
            before = JournalReader(previous_of(file))
            contents.replay(before.read())
            contents.rows, contents.stale = {}, []
            contents.replay(groups)
            fits = (before.head.snapshot, before.checksum) == (snapshot.checksum, head.journal)
        case _:
            fits = False
    if not fits:
        problem = f"it does not belong to {JOURNAL} beside it"
        raise damaged(snapshot_file, problem, previous_of(snapshot_file))
    contents.is_behind = meta.generation != head.generation
    return contents


def leave_first_layout(folder: Path) -> None:
    """Remove the files of the first layout, and refuse the folder to versions that know only that.

    Raises:
        StoreFull, StoreError: the operating system refused.
    """
    sign, content = folder / SIGN, _SIGN % SCHEMA
    try:
        if not sign.exists() or sign.read_bytes() != content:
            replace_file(sign, [content], forget=True)
        for file in (folder / name for name in OLD_FILES):
            previous_of(file).unlink(missing_ok=True)
            if file != sign:
                file.unlink(missing_ok=True)
    except OSError as error:
        raise store_error(error, folder) from error
