"""The rows that every store can give and take, and their counts and checksums.

A row is the name of a table and a document, which has the same form whichever store holds it:

* ``chats``: `bot.storage.serialization`. ``ids``: the last ids of a change and an alert.
* ``alerts``: id, change, provision, made_at, ready_at, scopes, withdrawn_by, document. ``tallies``:
  alert, and how many of its deliveries are in each state.
* ``deliveries``: alert, chat, thread (0 for none), state and maybe (`bot.alerts.ledger`); of a
  pending one also due, waits_for, attempts, detail; of one whose message is known, its id and
  whether it is a digest.
* ``audit``, ``facts``, ``drafts``, ``gaps``, ``suggestions``, ``handled``: `bot.storage.protocol`.

Times are in UTC. Updates that wait and claims of senders are not among the rows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson

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
