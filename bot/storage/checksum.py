"""Counts and checksums of what a store holds, the same whichever store holds it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson

Document = dict[str, Any]
Documents = AsyncIterator[tuple[str, Document]]
"""What a store holds: kinds and documents (`bot.storage.tinydb.records`), in a fixed order."""

_ALL = 1 << 256


@dataclass
class Checksum:
    """How many documents of each kind there are, and a sum over them in any order."""

    counts: dict[str, int] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, document: Document) -> None:
        """Take in a document."""
        text = orjson.dumps(normal(kind, document), option=orjson.OPT_SORT_KEYS)
        self.counts[kind] = self.counts.get(kind, 0) + 1
        number = int.from_bytes(sha256(kind.encode() + text).digest(), "big")
        self.sums[kind] = (self.sums.get(kind, 0) + number) % _ALL

    @property
    def fingerprint(self) -> str:
        """All of it in a few letters."""
        return sha256(
            orjson.dumps([self.counts, {k: str(n) for k, n in self.sums.items()}])
        ).hexdigest()

    def differences(self, other: Checksum) -> list[str]:
        """The kinds in which another one differs."""
        kinds = sorted(self.counts.keys() | other.counts.keys())
        return [
            kind
            for kind in kinds
            if (self.counts.get(kind), self.sums.get(kind))
            != (other.counts.get(kind), other.sums.get(kind))
        ]


async def checksum(documents: Documents) -> Checksum:
    """The digest of all documents."""
    found = Checksum()
    async for kind, document in documents:
        found.add(kind, document)
    return found


def normal(kind: str, document: Document) -> Document:
    """A document in the one form that both stores agree on."""
    plain: Document = orjson.loads(orjson.dumps(document))
    match kind:
        case "chat":
            for name in ("since", "lost_at"):
                if plain.get(name):
                    plain[name] = _utc(plain[name])
            for pause in plain.get("pauses", ()):
                pause[2:4] = map(_utc, pause[2:4])
            for name in ("follows", "schedules", "pauses", "routes"):
                plain[name] = sorted(plain.get(name) or [], key=orjson.dumps)
        case "deliveries":
            _normal_deliveries(plain)
        case "audit":
            plain["entry"]["made_at"] = _utc(plain["entry"]["made_at"])
        case (
            "handled"
        ):  # when they were handled is kept for a range by the one, for each by the other
            plain["ranges"] = [[first, last] for first, last, _ in plain["ranges"]]
    return plain


def _normal_deliveries(plain: Document) -> None:
    for name in ("made_at", "ready_at"):
        plain[name] = _utc(plain[name])
    for name in ("left", "maybe", "cancelled", "reached"):
        plain[name] = sorted(set(zip(*plain[name], strict=True)))
    ready = plain["ready_at"]
    tries = []
    for chat_id, thread, attempts, not_before, waits_for, text in plain["tries"]:
        at = _utc(not_before) if not_before else ready if waits_for in {"l", "p"} else None
        if attempts or at or text:
            tries.append([chat_id, thread, attempts, at and max(at, ready), waits_for, text])
    plain["tries"] = sorted(tries, key=orjson.dumps)
    if "failures" in plain:
        plain["failures"] = sorted(plain["failures"])


def _utc(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="microseconds")


def ranges(numbers: Iterable[tuple[int, datetime]]) -> list[list[Any]]:
    """Numbers in order, each with its time, as ranges with the newest time of each."""
    found: list[list[Any]] = []
    for number, at in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1:] = [number, max(found[-1][2], at)]
        else:
            found.append([number, number, at])
    return found
