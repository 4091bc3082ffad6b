"""Which updates were fetched, which of them were handled, and what Telegram may forget."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from telegram import Update

_MOST_REMEMBERED = 4096
"""Handled updates whose numbers are remembered, so that none is handed over twice."""


@dataclass(slots=True)
class _Open:
    update: Update
    since: float
    passed: bool = False
    """Whether the offset may move past it."""
    kept: bool = False
    """Whether it was put where a restart finds it."""


class OffsetTracker:
    """Updates between the moment they were fetched and the moment Telegram may forget them.

    Telegram forgets all updates below the offset that it is asked for (Bot API, getUpdates). So
    the offset is the number of the lowest update that is still being handled, or the one after
    the last where none is.

    Attributes:
        kept_changed: set when an update that is kept elsewhere was handled.
    """

    def __init__(self) -> None:
        self._open: dict[int, _Open] = {}
        self._done: OrderedDict[int, None] = OrderedDict()
        self._unmarked: set[int] = set()
        self._next: int | None = None
        self._progress = asyncio.Event()
        self.kept_changed = asyncio.Event()

    def __len__(self) -> int:
        """How many updates are being handled or wait for it."""
        return len(self._open)

    def __contains__(self, update_id: int) -> bool:
        """Whether an update was fetched before."""
        return update_id in self._open or update_id in self._done

    @property
    def updates(self) -> list[Update]:
        """Those being handled or waiting for it, in their order."""
        return [self._open[number].update for number in sorted(self._open)]

    @property
    def kept(self) -> list[Update]:
        """Those of them that are kept elsewhere, in their order."""
        return [update for update in self.updates if self._open[update.update_id].kept]

    @property
    def offset(self) -> int | None:
        """Where to fetch from; None before the first fetch."""
        return min(self._blocking(), default=self._next)

    @property
    def blocking(self) -> int:
        """How many updates hold the offset back."""
        return len(self._blocking())

    @property
    def blocked_since(self) -> float | None:
        """When the one that has held the offset back longest was taken, by the loop's clock."""
        return min((self._open[number].since for number in self._blocking()), default=None)

    @property
    def unmarked(self) -> list[int]:
        """Handled updates that Telegram would deliver again after a kill."""
        return sorted(self._unmarked)

    def take(self, update: Update, *, kept: bool = False) -> None:
        """Begin to handle an update; `kept` if it comes from where updates are kept."""
        now = asyncio.get_running_loop().time()
        self._open[update.update_id] = _Open(update, now, passed=kept, kept=kept)

    def pass_over(self, update_id: int) -> None:
        """An update was handled before the last restart."""
        self._remember(update_id)

    def fetched(self, update_ids: Collection[int]) -> None:
        """Telegram answered with these; what is new of them is taken or passed over now."""
        if update_ids:
            last = max(update_ids) + 1
            # Numbers start anew, maybe lower, after a week without updates (Bot API, Update).
            self._next = max(last, self._next or 0) if self._open else last

    def handled(self, update_id: int) -> None:
        """An update was handled; one that was never taken is left alone."""
        one = self._open.pop(update_id, None)
        if one is None:
            return
        self._remember(update_id)
        if one.kept:
            self.kept_changed.set()
        elif not one.passed:
            self._unmarked.add(update_id)
        self._progress.set()

    def marked(self, update_ids: Iterable[int]) -> None:
        """Handled updates were noted where a restart finds them."""
        self._unmarked.difference_update(update_ids)

    def confirmed(self, offset: int | None) -> None:
        """Telegram has forgotten all below the offset."""
        if offset is not None:
            self._unmarked = {item for item in self._unmarked if item >= offset}

    def let_pass(self, update_ids: Iterable[int], kept: Collection[int]) -> None:
        """Let the offset move past updates, of which some were put where a restart finds them."""
        for number in update_ids:
            if one := self._open.get(number):
                one.passed = True
                one.kept = number in kept
        if not set(kept) <= self._open.keys():  # handled while it was put there
            self.kept_changed.set()

    async def until_fewer(self, than: int, seconds: float) -> None:
        """Wait until fewer than so many hold the offset back, but no longer than so."""
        try:
            async with asyncio.timeout(seconds):
                while self.blocking >= than:
                    self._progress.clear()
                    await self._progress.wait()
        except TimeoutError:
            return

    async def until_room(self, most: int) -> None:
        """Wait until fewer than so many updates are open."""
        while len(self) >= most:
            self._progress.clear()
            await self._progress.wait()

    def _blocking(self) -> list[int]:
        return [number for number, item in self._open.items() if not item.passed]

    def _remember(self, update_id: int) -> None:
        self._done[update_id] = None
        while len(self._done) > _MOST_REMEMBERED:
            self._done.popitem(last=False)
