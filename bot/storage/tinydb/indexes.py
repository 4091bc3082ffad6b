"""Indexes in memory: who follows what, and what is due next.

A search of the tables for each claim would cost more with each chat. A claim from here costs the
same with ten chats as with a hundred thousand.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from heapq import heappop, heappush
from itertools import count
from typing import Any, NamedTuple

import orjson

from bot.alerts.ledger import Entry, Key, State, WaitsFor
from bot.alerts.model import SentMessage
from bot.storage.tinydb.lines import row_json
from bot.subscribers.chat import Address, Scope, deciding


def address_key(address: Address) -> str:
    """An address as text, as rows about it are named: ``chat`` or ``chat/thread``."""
    chat_id, thread_id = address.chat_id, address.thread_id
    return str(chat_id) if thread_id is None else f"{chat_id}/{thread_id}"


def key_text(key: Key) -> str:
    """The address of a delivery as text."""
    return f"{key.chat_id}/{key.thread}" if key.thread else str(key.chat_id)


def address_of(key: str) -> Address:
    """The address that such a text names."""
    chat, _, thread = key.partition("/")
    return Address(int(chat), int(thread) if thread else None)


def is_of_chat(key: str, chat_id: int) -> bool:
    """Whether an address belongs to a chat."""
    return key == str(chat_id) or key.startswith(f"{chat_id}/")


class Followers:
    """Follows changes of the table of chats. Audience lookup is O(audience), a change is O(1)."""

    def __init__(self) -> None:
        self.inactive: set[str] = set()
        """The ids of chats that cannot be reached."""
        self._addresses: dict[str, set[str]] = {}
        """The addresses that follow a scope, of active chats."""
        self._counts: Counter[str] = Counter()

    def change(self, before: Mapping[str, bytes], changed: Mapping[str, bytes | None]) -> None:
        """Take in new rows of chats in the place of those before."""
        for key, new in changed.items():
            if (old := before.get(key)) is not None:
                self._drop(key, orjson.loads(old))
            if new is not None:
                self._add(key, orjson.loads(new))

    def audience(self, scopes: frozenset[Scope]) -> set[str]:
        """The addresses of active chats that want news of the scopes, each once."""
        audience = set[str]()
        for scope in deciding(scopes):
            found = self._addresses.get(str(scope), set())
            if scope.excludes:
                audience -= found
            else:
                audience |= found
        return audience

    def followed(self) -> list[Scope]:
        """Every scope that an active chat follows or leaves out."""
        kept = (Scope.parse(scope) for scope, found in self._addresses.items() if found)
        return sorted(kept)

    def counts(self) -> dict[str, int]:
        """How many chats there are by kind, and ``inactive``, ``subscriptions``."""
        always = {"inactive": 0, "subscriptions": 0}
        return always | {name: number for name, number in self._counts.items() if number}

    def _add(self, key: str, row: dict[str, Any]) -> None:
        self._count(row, 1)
        if not row.get("active", True):
            self.inactive.add(key)
            return
        for address, scope in _followed(key, row):
            self._addresses.setdefault(scope, set()).add(address)

    def _drop(self, key: str, row: dict[str, Any]) -> None:
        self._count(row, -1)
        if not row.get("active", True):
            self.inactive.discard(key)
            return
        for address, scope in _followed(key, row):
            self._addresses[scope].discard(address)

    def _count(self, row: dict[str, Any], step: int) -> None:
        active = row.get("active", True)
        self._counts[row["kind"]] += step
        self._counts["inactive"] += step * (not active)
        followed = sum(not scope.startswith("-") for _, scope in row["follows"])
        self._counts["subscriptions"] += step * followed
        if not active and "lost_by" in row:
            self._counts[f"lost:{row['lost_by']}"] += step
        for pause in row.get("pauses", ()) if active else ():
            self._counts[f"paused:{pause[1]}"] += step


def _followed(key: str, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for thread, scope in row["follows"]:
        yield key if thread is None else f"{key}/{thread}", scope


_DELIVERIES = "deliveries "


def deliveries_of(alert_id: int) -> str:
    """The table of an alert's deliveries, by address."""
    return f"{_DELIVERIES}{alert_id}"


def alert_of(table: str) -> int | None:
    """The alert whose deliveries a table holds; None for another table."""
    return int(table.removeprefix(_DELIVERIES)) if table.startswith(_DELIVERIES) else None


@lru_cache(maxsize=4096)
def entry_row(entry: Entry) -> bytes:
    """A delivery as a row. Fields at their defaults are left out; equal rows are one object."""
    fields = {
        "state": entry.state.value,
        "maybe": entry.maybe,
        "attempts": entry.attempts,
        "waits_for": entry.waits_for.value,
        "not_before": entry.not_before,
        "detail": entry.detail,
        "message": list(entry.message) if entry.message else None,
    }
    return row_json({name: value for name, value in fields.items() if value != _DEFAULTS[name]})


@lru_cache(maxsize=4096)
def read_entry(row: bytes) -> Entry:
    """The delivery of a row."""
    fields = _DEFAULTS | orjson.loads(row)
    not_before = fields["not_before"]
    return Entry(
        State(fields["state"]),
        fields["maybe"],
        fields["attempts"],
        WaitsFor(fields["waits_for"]),
        datetime.fromisoformat(not_before) if not_before else None,
        fields["detail"],
        SentMessage(*fields["message"]) if fields["message"] else None,
    )


_DEFAULTS = {
    "state": State.PENDING.value,
    "maybe": False,
    "attempts": 0,
    "waits_for": WaitsFor.TURN.value,
    "not_before": None,
    "detail": "",
    "message": None,
}
PENDING = entry_row(Entry())
"""The row of a new delivery."""


class Claim(NamedTuple):
    """An address that a sender takes, and the alerts that it is due, oldest first."""

    address: str
    alerts: tuple[int, ...]


class _Line:
    """Addresses in the order in which they are due. It may name some that are no longer due."""

    def __init__(self) -> None:
        self._ready: deque[str] = deque()
        self._timed: list[tuple[datetime, int, str]] = []
        self._order = count()

    def add(self, address: str, not_before: datetime | None = None) -> None:
        """Put an address at the end, or at its time."""
        if not_before is None:
            self._ready.append(address)
        else:
            heappush(self._timed, (not_before, next(self._order), address))

    def extend(self, addresses: Iterable[str]) -> None:
        """Put addresses at the end."""
        self._ready.extend(addresses)

    def next(self, now: datetime) -> str | None:
        """Take the next that is due."""
        while self._timed and self._timed[0][0] <= now:
            self._ready.append(heappop(self._timed)[2])
        return self._ready.popleft() if self._ready else None

    def next_due(self, now: datetime) -> datetime | None:
        """When the next one is due, `now` if at once, None if none waits."""
        if self._ready:
            return now
        return self._timed[0][0] if self._timed else None


@dataclass
class _Open:
    """An alert with deliveries left."""

    provision: str
    ready_at: datetime
    line: _Line = field(default_factory=_Line)


class DueQueue:
    """Follows changes of the tables, and tells what is due.

    Args:
        rows: Gives the rows of a table.
    """

    def __init__(self, rows: Callable[[str], Mapping[str, bytes]]) -> None:
        self.held = 0
        """How many corrections are being written. Nothing is claimed meanwhile, so that what they
        cancel does not go out."""
        self._rows = rows
        self._open: dict[int, _Open] = {}
        self._claimed: set[str] = set()
        self._behind: dict[str, set[int]] = {}
        """Alerts that are due at a claimed address, and have their turn when it is released."""
        self._withdrawn: set[int] = set()

    def change(self, changes: Mapping[str, Mapping[str, bytes | None]]) -> None:
        """Take in new rows."""
        alerts = {int(key): orjson.loads(row) for key, row in _rows(changes, "alerts")}
        self._withdrawn.update(key for key, row in alerts.items() if row["withdrawn_by"])
        tallies = {int(key): orjson.loads(row) for key, row in _rows(changes, "tallies")}
        for alert_id, tally in tallies.items():
            if tally["remaining"] and alert_id not in self._open:
                row = alerts.get(alert_id) or orjson.loads(self._rows("alerts")[str(alert_id)])
                self._open[alert_id] = _Open(
                    row["provision"], datetime.fromisoformat(row["ready_at"])
                )
        for table, changed in changes.items():
            if (alert := self._open.get(alert_of(table) or 0)) is not None:
                _wait(alert.line, changed)
        for alert_id, tally in tallies.items():
            if not tally["remaining"]:
                self._open.pop(alert_id, None)
        self._change_claims(changes.get("claims", {}))

    def _change_claims(self, changed: Mapping[str, bytes | None]) -> None:
        for address, claim in changed.items():
            if claim is None:
                self._release(address)
            else:
                self._claimed.add(address)

    def unfinished(self) -> list[int]:
        """Alerts with deliveries left, oldest first."""
        return sorted(self._open)

    def is_withdrawn(self, alert_id: int) -> bool:
        """Whether a correction takes an alert back."""
        return alert_id in self._withdrawn

    def take(self, limit: int, now: datetime) -> list[Claim]:
        """Take addresses with all that each is due, the oldest alert's first."""
        taken: list[Claim] = []
        for alert_id in self.unfinished():
            while len(taken) < limit and not self.held:
                address = self._next(alert_id, now)
                if address is None:
                    break
                if address in self._claimed:
                    self._behind.setdefault(address, set()).add(alert_id)
                    continue
                self._claimed.add(address)
                taken.append(Claim(address, self._batch(address, now)))
        return taken

    def give_back(self, claims: Iterable[Claim]) -> None:
        """Let others take addresses: the claim was not written."""
        for address, alerts in claims:
            self._behind.setdefault(address, set()).update(alerts)
            self._release(address)

    def next_due(self, now: datetime) -> datetime | None:
        """When the earliest waiting delivery is due; `now` if at once."""
        times = []
        for alert in self._open.values():
            at = alert.line.next_due(now)
            if at is not None:
                times.append(max(at, alert.ready_at))
        return min(times, default=None)

    def _release(self, address: str) -> None:
        self._claimed.discard(address)
        for alert_id in self._behind.pop(address, ()):
            if alert_id in self._open:
                self._open[alert_id].line.add(address)

    def _next(self, alert_id: int, now: datetime) -> str | None:
        alert = self._open[alert_id]
        if now < alert.ready_at:
            return None
        while (address := alert.line.next(now)) is not None:
            entry = self._pending(alert_id, address)
            if entry is not None and (entry.not_before is None or entry.not_before <= now):
                return address
        return None

    def _pending(self, alert_id: int, address: str) -> Entry | None:
        row = self._rows(deliveries_of(alert_id)).get(address)
        entry = None if row is None else read_entry(row)
        return entry if entry is not None and entry.state is State.PENDING else None

    def _batch(self, address: str, now: datetime) -> tuple[int, ...]:
        """What an address is due and what failed there before, as one message.

        News of a provision takes older news of it along.
        """
        chosen: list[int] = []
        provisions: set[str] = set()
        for alert_id in reversed(self.unfinished()):
            alert, entry = self._open[alert_id], self._pending(alert_id, address)
            if entry is None:
                continue
            is_due = max(alert.ready_at, entry.not_before or alert.ready_at) <= now
            if alert.provision in provisions or is_due or entry.waits_for is WaitsFor.RETRY:
                provisions.add(alert.provision)
                chosen.append(alert_id)
        return tuple(reversed(chosen))


def _rows(changes: Mapping[str, Mapping[str, bytes | None]], table: str) -> list[tuple[str, bytes]]:
    """The new rows of a table, without those that are dropped."""
    return [(key, row) for key, row in changes.get(table, {}).items() if row is not None]


def _wait(line: _Line, changed: Mapping[str, bytes | None]) -> None:
    """Put the deliveries that are pending into the line."""
    if set(changed.values()) == {PENDING}:
        line.extend(changed)
        return
    for address, row in changed.items():
        entry = None if row is None else read_entry(row)
        if entry is not None and entry.state is State.PENDING:
            line.add(address, entry.not_before)
