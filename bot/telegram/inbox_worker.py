"""Hands accepted updates to whoever handles them, and erases those that were handled.

Telegram is told that an update was received when it is in the inbox, and forgets it. From then on
the inbox is what keeps it: it is erased when the update was handled. So each is handled at least
once, however often processes are killed, and exactly once where they are stopped in good order.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import orjson
import structlog
from telegram import Bot, Update

from bot.storage.errors import StoreError
from bot.storage.inbox import Accepted, Inbox

_log = structlog.get_logger(__name__)

_MOST_IN_HAND = 256
"""Updates in hand of one process, at most: others may have more time for the rest."""
_GATHER = 0.005
"""Seconds in which what was handled is gathered before it is erased."""
UNREADABLE = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)
"""What the library raises on an update of another form than it knows: a newer Bot API's."""
_RETRIES = (0.2, 10.0)
"""Seconds before the store is tried again: at first, and at most."""


class InboxWorker:
    """Works through the inbox.

    Args:
        bot: The bot that the updates are for.
        queue: Where updates go.
    """

    def __init__(self, bot: Bot, queue: asyncio.Queue[object]) -> None:
        self._bot = bot
        self._queue = queue
        self._in_hand: set[int] = set()
        self._done: list[int] = []
        self._news = asyncio.Event()
        self._ended = asyncio.Event()

    def __len__(self) -> int:
        """How many updates are being handled or wait for it."""
        return len(self._in_hand)

    def wake(self) -> None:
        """Look at once: something was accepted."""
        self._news.set()

    def handled(self, update_id: int) -> None:
        """An update was handled; one that was never taken is left alone."""
        if update_id in self._in_hand:
            self._in_hand.discard(update_id)
            self._done.append(update_id)
            self._ended.set()

    async def run(self, inbox: Inbox, *, look_every: float) -> None:
        """Take updates until cancelled.

        Args:
            inbox: Where they are.
            look_every: Seconds after which it is looked for what nobody told of, as what a
                process has left that is gone.
        """
        erasing = asyncio.create_task(self._erase_handled(inbox), name="erasing updates")
        failures = 0
        try:
            while True:
                self._news.clear()
                try:
                    is_more = await self._take(inbox)
                except StoreError as error:
                    failures += 1
                    _log.warning("accepted updates are not taken", error=str(error))
                    await asyncio.sleep(_wait_after(failures))
                    continue
                failures = 0
                if not is_more:
                    await self._wait(look_every)
        finally:
            erasing.cancel()
            await asyncio.gather(erasing, return_exceptions=True)

    async def finish(self, inbox: Inbox) -> None:
        """Once nothing is handled any more: erase what was, and leave the rest to others."""
        try:
            await self._erase(inbox)
            if self._in_hand:
                await inbox.give_back_updates(sorted(self._in_hand))
                self._in_hand.clear()
        except StoreError as error:
            _log.warning("handled updates could not be erased", error=str(error))

    async def _take(self, inbox: Inbox) -> bool:
        """Hand over what is free; say whether there may be more."""
        while (room := _MOST_IN_HAND - len(self._in_hand)) <= 0:
            self._ended.clear()
            await self._ended.wait()
        taken = await inbox.take_updates(room)
        for item in taken:
            self._hand_over(item)
        return len(taken) == room

    def _hand_over(self, accepted: Accepted) -> None:
        if accepted.update_id in self._in_hand:  # the process was taken for dead, and took it again
            return
        self._in_hand.add(accepted.update_id)
        try:
            update = Update.de_json(orjson.loads(accepted.document), self._bot)
        except UNREADABLE as error:
            name = type(error).__name__
            _log.error("an update cannot be read", update=accepted.update_id, error=name)
            self.handled(accepted.update_id)
            return
        self._queue.put_nowait(update)

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._news.wait(), seconds * random.uniform(0.75, 1.25))  # noqa: S311 - jitter
        except TimeoutError:
            return

    async def _erase_handled(self, inbox: Inbox) -> None:
        failures = 0
        while True:
            await self._ended.wait()
            await asyncio.sleep(_GATHER)
            self._ended.clear()
            try:
                await self._erase(inbox)
                failures = 0
            except StoreError as error:
                failures += 1
                _log.warning("handled updates are not erased yet", error=str(error))
                await asyncio.sleep(_wait_after(failures))
                self._ended.set()

    async def _erase(self, inbox: Inbox) -> None:
        done: Sequence[int] = self._done[:]
        if not done:
            return
        waited = await inbox.updates_handled(done)
        del self._done[: len(done)]
        if waited:
            self.wake()


def _wait_after(failures: int) -> float:
    wait: float = min(_RETRIES[0] * 2 ** min(failures - 1, 10), _RETRIES[1])
    return wait * random.uniform(0.75, 1.25)  # noqa: S311 - jitter
