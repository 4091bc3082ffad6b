"""The deliveries of one alert: who got it, who is still due it, and when."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from heapq import heappop, heappush
from itertools import count
from typing import Any

from bot.alerts.model import Progress
from bot.store.tinydb.addresses import AddressList, pack, unpack
from bot.subscribers.model import Address, Scope


class Mark(StrEnum):
    """What is written about a delivery.

    SENT, FAILED and CANCELLED end it. AGAIN: it was not sent and is due again; MAYBE: it may
    have been sent and is due again; DUE: it is due again and the attempt does not count.
    """

    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
    AGAIN = "again"
    MAYBE = "maybe"
    DUE = "due"


class Deliveries:
    """Where every delivery of one alert stands.

    What `mark`, `withdraw` and `move` change is durable: the same calls in the same order make
    the same state. What is claimed is known in memory only, so a restart makes it due again.
    """

    def __init__(
        self, made_at: datetime, scopes: frozenset[Scope], addresses: Iterable[Address]
    ) -> None:
        self.made_at, self.scopes = made_at, scopes
        self.left: set[Address] = set(addresses)
        self.tries: dict[Address, tuple[int, datetime | None]] = {}
        """Attempts made, and the time before which there is to be no other."""
        self.maybe: set[Address] = set()
        """Where a copy may have arrived, though no answer did."""
        self.cancelled: set[Address] = set()
        """A sender may still hold one of these and report it sent."""
        self.reached = AddressList()
        self.sent = self.failed = self.dropped = 0
        self.withdrawn_by: int | None = None
        """The correction that takes the alert back."""
        self.in_flight: set[Address] = set()
        self.held = 0
        """How many corrections of it are being written: nothing is claimed meanwhile."""
        self._ready = deque(self.left)
        self._later: list[tuple[datetime, int, Address]] = []
        self._order = count()

    @property
    def progress(self) -> Progress:
        """How far the alert has come."""
        cancelled = self.dropped + len(self.cancelled)
        total = self.sent + self.failed + cancelled + len(self.left)
        return Progress(total, self.sent, self.failed, cancelled)

    def take(self, now: datetime) -> Address | None:
        """The next address that is due; the caller claims or defers it."""
        while self._later and self._later[0][0] <= now:
            self._ready.append(heappop(self._later)[2])
        while self._ready:
            address = self._ready.popleft()
            if address in self.left and address not in self.in_flight:
                _, not_before = self.tries.get(address, (0, None))
                if not_before is None or not_before <= now:
                    return address
        return None

    def offer(self, address: Address) -> None:
        """Let an address be taken again."""
        self._ready.append(address)

    def next_due(self, now: datetime) -> datetime | None:
        """When the next one is due, `now` if at once, None if none waits."""
        if self._ready:
            return now
        return self._later[0][0] if self._later else None

    def mark(self, address: Address, mark: Mark, not_before: datetime | None = None) -> bool:
        """Note what became of a delivery; say whether it has come to its end by this."""
        self.in_flight.discard(address)
        waiting = address in self.left
        if mark in {Mark.AGAIN, Mark.MAYBE, Mark.DUE}:
            if mark is Mark.MAYBE and (waiting or address in self.cancelled):
                self.maybe.add(address)
            if waiting:
                attempts, _ = self.tries.get(address, (0, None))
                self._wait(address, attempts + (mark is not Mark.DUE), not_before)
            return False
        if not waiting and not (mark is Mark.SENT and address in self.cancelled):
            return False
        self.left.discard(address)
        self.cancelled.discard(address)
        self.tries.pop(address, None)
        if mark is Mark.SENT:
            self.sent += 1
            self.reached.add(address)
            self.maybe.discard(address)
        elif mark is Mark.FAILED:
            self.failed += 1
        else:
            self.cancelled.add(address)
        self._tidy()
        return waiting

    def _wait(self, address: Address, attempts: int, not_before: datetime | None) -> None:
        self.tries[address] = (attempts, not_before)
        if not_before is None:
            self.offer(address)
        else:
            heappush(self._later, (not_before, next(self._order), address))

    def may_have_got(self) -> set[Address]:
        """Those who got the alert, or may have or may still get it."""
        return self.maybe.union(self.in_flight, self.reached)

    def withdraw(self, correction: int, kept: Iterable[Address]) -> set[Address]:
        """Cancel what waits, but for those in flight; the cancelled ones are returned."""
        self.withdrawn_by = correction
        rest = self.left.difference(kept)
        self.left -= rest
        self.dropped += len(rest)
        for address in rest:
            self.tries.pop(address, None)
        self._tidy()
        return rest

    def move(self, old_id: int, new_id: int | None) -> None:
        """Move a chat's addresses, or forget them with None.

        A delivery whose new place is due, or has or had the alert already, is cancelled.
        """

        def moved(address: Address) -> Address | None:
            return None if new_id is None else Address(new_id, address.thread_id)

        self.reached.move(old_id, new_id)
        for where in (self.maybe, self.in_flight):
            old = {one for one in where if one.chat_id == old_id}
            where.difference_update(old)
            where.update(new for new in map(moved, old) if new is not None)
        for address in [one for one in self.left if one.chat_id == old_id]:
            self.left.remove(address)
            tries = self.tries.pop(address, (0, None))
            if (new := moved(address)) is None or self._knows(new):
                self.dropped += 1
            else:
                self.left.add(new)
                self._wait(new, *tries)
        for address in [one for one in self.cancelled if one.chat_id == old_id]:
            self.cancelled.remove(address)
            if (new := moved(address)) is None or self._knows(new):
                self.dropped += 1
            else:
                self.cancelled.add(new)
        self._tidy()

    def _knows(self, address: Address) -> bool:
        return address in self.left or address in self.cancelled or address in self.reached

    def forget_recipients(self) -> None:
        """Keep only the numbers."""
        self.dropped += len(self.cancelled)
        self.cancelled, self.maybe, self.reached = set(), set(), AddressList()

    def restarted(self) -> None:
        """Nothing is in flight any more; what was of a withdrawn alert may have arrived."""
        if self.withdrawn_by is not None:
            self.maybe |= self.left
            self.withdraw(self.withdrawn_by, ())

    def _tidy(self) -> None:
        if not self.left:
            self._ready.clear()
            self._later.clear()

    def document(self) -> dict[str, Any]:
        """Everything durable, for JSON."""
        return {
            "made_at": self.made_at,
            "scopes": sorted(map(str, self.scopes)),
            "sent": self.sent,
            "failed": self.failed,
            "dropped": self.dropped,
            "withdrawn_by": self.withdrawn_by,
            "left": pack(self.left),
            "tries": [
                [one.chat_id, one.thread_id, attempts, not_before]
                for one, (attempts, not_before) in self.tries.items()
            ],
            "maybe": pack(self.maybe),
            "cancelled": pack(self.cancelled),
            "reached": self.reached.packed(),
        }

    @classmethod
    def read(cls, document: dict[str, Any]) -> Deliveries:
        """The deliveries of a document.

        Raises:
            KeyError, TypeError, ValueError: it is no such document.
        """
        made_at = datetime.fromisoformat(document["made_at"])
        scopes = frozenset(map(Scope.parse, document["scopes"]))
        one = cls(made_at, scopes, unpack(document["left"]))
        one.sent, one.failed = document["sent"], document["failed"]
        one.dropped, one.withdrawn_by = document["dropped"], document["withdrawn_by"]
        one.maybe = set(unpack(document["maybe"]))
        one.cancelled = set(unpack(document["cancelled"]))
        one.reached = AddressList(unpack(document["reached"]))
        for chat_id, thread_id, attempts, not_before in document["tries"]:
            moment = datetime.fromisoformat(not_before) if not_before else None
            one._wait(Address(chat_id, thread_id), attempts, moment)
        return one
