r"""The lines of the journal: one for each group of transactions that became durable together.

A line is ``CHECKSUM NUMBER JSON``. The checksum covers the rest and continues that of the line
before, so that a line from elsewhere does not fit. The JSON lists transactions: for each table the
new rows, each with its ids, and null with those of dropped rows. The first line, the head, tells
which snapshot the journal follows. Its number is that of the last group before the journal.

Rows with the words of people are erased from the disk as soon as they are dropped or replaced. The
JSON has only the checksum of such a row. The row follows after a tab, and is overwritten with
spaces where it is: ``CHECKSUM NUMBER JSON\tROW\n``.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple
from zlib import crc32

import orjson

ERASABLE = frozenset({"inbox", "drafts"})
"""Tables whose rows hold the words of people."""

Changes = dict[str, dict[str, bytes | None]]
"""New rows as JSON, by table and id; None where a row is dropped."""


def row_json(row: object) -> bytes:
    """A row as JSON, in no more memory than it needs: orjson leaves 4 KB behind what it writes."""
    return b"%b" % orjson.dumps(row)


class RowKey(NamedTuple):
    """Which row it is."""

    table: str
    id: str


class Extent(NamedTuple):
    """Bytes of the file."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of a journal."""

    schema: int
    generation: int
    """How many snapshots there were before the journal."""
    snapshot: int
    """The checksum of the last of them; 0 where there was none."""
    journal: int
    """The checksum at the end of the journal before; 0 where there was none."""


@dataclass(frozen=True, slots=True)
class Group:
    """A line of the journal: transactions that became durable together."""

    number: int
    checksum: int
    transactions: Sequence[Changes]
    rows: Sequence[Mapping[RowKey, Extent]]
    """Where the erasable rows of each transaction are."""
    is_whole: bool
    """Whether each of those is as it was written, or was erased."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """Changes, written out."""

    json: bytes
    rows: Sequence[tuple[RowKey, bytes]]
    """Erasable rows, in the order in which the JSON mentions them."""
    dropped: Sequence[RowKey]
    """Erasable rows that are no longer as they were."""

    @classmethod
    def of(cls, changes: Changes) -> Transaction:
        """Write changes out. Equal rows are written once, with the ids of all of them."""
        document: dict[str, list[tuple[object, list[str]]]] = {}
        rows: list[tuple[RowKey, bytes]] = []
        dropped: list[RowKey] = []
        for table, changed in changes.items():
            ids: dict[bytes | None, list[str]] = {}
            for name, row in changed.items():
                ids.setdefault(row, []).append(name)
            if table in ERASABLE:
                dropped += [RowKey(table, name) for name in changed]
                rows += [(RowKey(table, name), row) for row in ids if row for name in ids[row]]
                document[table] = [(row and crc32(row), names) for row, names in ids.items()]
            else:
                document[table] = [(row and orjson.Fragment(row), ids[row]) for row in ids]
        return cls(orjson.dumps(document), rows, dropped)


@dataclass(frozen=True, slots=True)
class Line:
    """A line whose checksum is right."""

    number: int
    checksum: int
    json: bytes
    rows: bytes
    rows_at: int
    """Where the rows begin in the line."""


def parsed_line(line: bytes, before: int) -> Line:
    """Read a line after one with the checksum `before`.

    Changes that an editor makes are not damage: a byte order mark, another line break, none.

    Raises:
        ValueError: the line is damaged.
    """
    bare = line.removeprefix(BOM_UTF8).rstrip(b"\r\n")
    start = len(line) - len(line.removeprefix(BOM_UTF8))
    expected, _, rest = bare.partition(b" ")
    text, _, rows = rest.partition(b"\t")
    if int(expected, 16) != (checksum := crc32(text, before)):
        raise ValueError("its checksum differs")
    number, _, json = text.partition(b" ")
    return Line(int(number), checksum, json, rows, start + len(expected) + len(text) + 2)


def parsed_group(line: Line, start: int) -> Group:
    """The group of a line that starts at a place of the file."""
    transactions: list[Changes] = []
    extents: list[dict[RowKey, Extent]] = []
    is_whole, place, left = True, start + line.rows_at, iter(line.rows.split(b"\t"))
    for document in orjson.loads(line.json):
        changes: Changes = {}
        extents.append({})
        for table, changed in document.items():
            into = changes[table] = {}
            for value, names in changed:
                if not isinstance(value, int):
                    json = None if value is None else row_json(value)
                    into.update(dict.fromkeys(names, json))
                    continue
                for name in names:
                    row = next(left, b"")
                    into[name] = row if crc32(row) == value else None
                    is_whole &= into[name] is not None or row.isspace()
                    extents[-1][RowKey(table, name)] = Extent(place, len(row))
                    place += len(row) + 1
        transactions.append(changes)
    return Group(line.number, line.checksum, transactions, extents, is_whole)


def head_line(head: Head, number: int) -> tuple[bytes, int]:
    """The first line of a journal after a group, and its checksum."""
    text = b"%d %b" % (number, orjson.dumps(asdict(head)))
    return b"%08x %b\n" % (crc32(text), text), crc32(text)


def group_line(
    number: int, checksum: int, transactions: Sequence[Transaction], start: int
) -> tuple[bytes, int, list[dict[RowKey, Extent]]]:
    """A group's line, its checksum, and where the erasable rows of each transaction come to be."""
    text = b"%d [%b]" % (number, b",".join(transaction.json for transaction in transactions))
    checksum = crc32(text, checksum)
    parts = [b"%08x %b" % (checksum, text)]
    extents: list[dict[RowKey, Extent]] = []
    place = start + len(parts[0]) + 1
    for transaction in transactions:
        extents.append({})
        for key, row in transaction.rows:
            extents[-1][key] = Extent(place, len(row))
            parts.append(row)
            place += len(row) + 1
    return b"\t".join(parts) + b"\n", checksum, extents
