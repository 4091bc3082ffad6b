"""What waits for its time, and in which order it is taken."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from bot.alerts.ledger import WaitsFor
from bot.subscribers.chat import Address


class Try(NamedTuple):
    """What is known of a delivery that was looked at before."""

    attempts: int = 0
    not_before: datetime | None = None
    waits_for: WaitsFor = WaitsFor.TURN
    detail: str = ""
    """What the last attempt failed of."""


class Line:
    """Addresses in the order in which they fall due. It may name one that is due no more."""

    def __init__(self, addresses: Iterable[Address]) -> None:
        self._ready = deque(addresses)
        self._timed: list[tuple[datetime, int, Address]] = []
        self._order = count()

    def add(self, address: Address, not_before: datetime | None = None) -> None:
        """Put an address at the end, or at its time."""
        if not_before is None:
            self._ready.append(address)
        else:
            heappush(self._timed, (not_before, next(self._order), address))

    def next(self, now: datetime) -> Address | None:
        """Take the next that is due."""
        while self._timed and self._timed[0][0] <= now:
            self._ready.append(heappop(self._timed)[2])
        return self._ready.popleft() if self._ready else None

    def next_due(self, now: datetime) -> datetime | None:
        """When the next one is due, `now` if at once, None if none waits."""
        if self._ready:
            return now
        return self._timed[0][0] if self._timed else None

    def clear(self) -> None:
        """Let nothing wait."""
        self._ready.clear()
        self._timed.clear()
