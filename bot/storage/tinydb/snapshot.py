"""The snapshot: every table at one moment, as JSON in TinyDB's own layout.

It has one row a line, so that two versions can be compared. Its first table, ``meta``, tells where
in the journal it was made. Its last, ``checksum``, covers everything before it.
"""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import reduce
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

from bot.storage.tinydb.files import (
    UNREADABLE,
    check_schema,
    damaged,
    previous_of,
    replace_file,
    store_error,
)
from bot.storage.tinydb.lines import ERASABLE, row_json

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
