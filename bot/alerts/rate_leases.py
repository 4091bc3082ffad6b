"""The rate belongs to the bot's token: processes that work with one token share it.

Who may send how much is written down where all can see it, as shares that run out. A process
takes no more than the others' shares leave, and sends less before it writes that it does. So what
all may send at any moment is never more than the rate: not when a process joins, nor when one is
killed, is cut off, or another takes over delivering.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from typing import Protocol

import structlog

from bot.alerts.outbox import Away

_log = structlog.get_logger(__name__)

LEASE = 3.0
"""Seconds for which a share holds."""
_LOOK = 1.0
"""Seconds between two looks at who else there is."""
_LOOK_AGAIN = 0.2
"""The same while others still hold what is this process's due."""
_WINDOW = 1.0
"""Seconds within which the calls of all processes are counted together."""
_RESERVE = 0.2
"""The part of the rate that is for the processes that do not deliver."""
_LEAST = 1.0
"""Calls a second that each of them has at least, as long as that is not the most of all."""
_LARGEST_GAP = 0.1
"""The part of the rate that is left out at most, see `share_of`."""


@dataclass(frozen=True, slots=True)
class Peers:
    """The processes that share a rate, this one among them."""

    count: int
    leading: bool
    """Whether this process is the one that delivers."""
    lost: int = 0
    """How many ended, or were cut off, without a word within the last minute."""


ALONE = Peers(1, leading=True)


class Shares(Protocol):
    """Where it is written who may send how much."""

    async def peers(self) -> Peers:
        """Who shares the rate now."""

    async def hold_rate(self, rate: float, *, whole: float, seconds: float) -> float:
        """Hold up to `rate` calls a second for so long, in place of what was held before.

        Returns what the others leave of the `whole`, at most `rate`. They count on it that no
        more is held from the moment of this call.
        """


def share_of(rate: float, peers: Peers) -> tuple[float, float]:
    """This process's share of the rate, and what all shares together come to.

    A process that is alone has all of it. Of several the one that delivers has the most, and the
    others share the rest evenly. A little is left out: a second can begin with a call of each of
    them and end with one more, and a process that is cut off still sends one a second.
    """
    others = peers.count - 1
    whole = rate - min(others + peers.lost, rate * _LARGEST_GAP)
    if not others:
        return whole, whole
    reserve = min(max(rate * _RESERVE, others * _LEAST), whole / 2)
    return whole - reserve if peers.leading else reserve / others, whole


class RateLeases:
    """Keeps this process to its share.

    Args:
        rate: What all processes may send, in calls a second.
        allow: Told how much this process may send, and until when by the event loop's clock.
    """

    def __init__(self, shares: Shares, rate: float, allow: Callable[[float, float], None]) -> None:
        self._shares, self._rate, self._allow = shares, rate, allow
        self._held = self._until = 0.0
        self._grants: deque[tuple[float, float]] = deque()
        """Since when how much was held, the last second of it."""
        self._due = True
        self._for_alerts = rate

    def for_alerts(self) -> float:
        """Calls a second of the process that delivers, whichever it is."""
        return self._for_alerts

    async def run(self) -> None:
        """Look after the share; it has no end."""
        while True:
            try:
                await self.look()
            except Away as error:  # the share runs out, see `allow`
                _log.warning("who shares the rate is not known", error=str(error))
            await asyncio.sleep(_LOOK_AGAIN if self._due else _LOOK)

    async def look(self) -> None:
        """See who else there is, and take what is this process's due.

        Raises:
            Away: the others cannot be seen.
        """
        peers = await self._shares.peers()
        self._for_alerts, _ = share_of(self._rate, replace(peers, leading=True))
        wanted, whole = share_of(self._rate, peers)
        if wanted < self._held:  # first of all: from the next line on others may have it
            self._held = wanted
            self._grant(wanted)
        since = asyncio.get_running_loop().time()
        held = await self._shares.hold_rate(wanted, whole=whole, seconds=LEASE)
        if held != self._held:
            _log.info("share of the rate", rate=round(held, 2), of=self._rate)
        self._held, self._until = held, since + LEASE
        if not self._grants and peers == replace(ALONE, leading=peers.leading):
            self._grants.append((-inf, held))
        allowed = self._grant(held)
        self._due = held < wanted or allowed < held

    def _grant(self, held: float) -> float:
        """Allow what was held throughout the last second.

        What others gave up a moment ago they may still have used within this second.
        """
        now = asyncio.get_running_loop().time()
        if not self._grants:
            self._grants.append((-inf, 0.0))
        if self._grants[-1][1] != held:
            self._grants.append((now, held))
        while len(self._grants) > 1 and self._grants[1][0] <= now - _WINDOW:
            self._grants.popleft()
        allowed = min(rate for _, rate in self._grants)
        self._allow(allowed, self._until)
        return allowed
