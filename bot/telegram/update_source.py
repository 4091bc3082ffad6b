"""How updates come in: by long polling, of several processes one at a time, or by a webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any, Protocol, TypeVar

from bot.storage.inbox import Inbox
from bot.telegram.inbox_worker import InboxWorker
from bot.telegram.polling import Notes, Poller

_T = TypeVar("_T")

_LOOK = 1.0
"""Seconds between two looks at the inbox where a webhook fills it, besides those when it does."""
_LOOK_FOR_LEFTOVERS = 60.0
"""The same where it is long polling: something may be there from before the webhook was removed."""


class Shelf(Notes, Inbox, Protocol):
    """What it asks of the store."""


class UpdateSource:
    """Takes updates in until it is stopped, and notes in the end which ones were handled."""

    def __init__(self, poller: Poller, receiver: InboxWorker) -> None:
        self.poller = poller
        self.receiver = receiver
        self._stopping = asyncio.Event()
        self._quiet = asyncio.Event()

    async def run(self, store: Shelf, *, by_webhook: bool) -> None:
        """Take updates in, until cancelled.

        After `stop` nothing is taken in any more, and the turn to poll is kept until this is
        cancelled: what was handled is noted before another process polls.

        Raises:
            InvalidToken: Telegram knows no such bot, or no longer.
        """
        look = _LOOK if by_webhook else _LOOK_FOR_LEFTOVERS
        async with AsyncExitStack() as turn:
            works = [self._unless_stopped(self.receiver.run(store, look_every=look))]
            if not by_webhook:
                works.append(self._poll_in_turn(store, turn))
            tasks = {asyncio.create_task(work, name="intake") for work in works}
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
                for task in done:
                    task.result()
                self._quiet.set()
                await asyncio.Event().wait()  # until cancelled
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                self._quiet.set()

    async def stop(self) -> None:
        """Take nothing more in."""
        self._stopping.set()
        await self._quiet.wait()

    async def finish(self, store: Shelf) -> None:
        """Once nothing is handled any more: note what was, and leave the rest to others."""
        await self.receiver.finish(store)
        await self.poller.finish(store)

    async def _poll_in_turn(self, store: Shelf, kept: AsyncExitStack) -> None:
        while not self._stopping.is_set():
            async with AsyncExitStack() as turn:
                lost = await self._unless_stopped(turn.enter_async_context(store.polling()))
                if lost is None:
                    return
                await self._unless_stopped(_until(lost, self.poller.run(store)))
                if self._stopping.is_set():
                    kept.push_async_exit(turn.pop_all())

    async def _unless_stopped(self, work: Coroutine[Any, Any, _T]) -> _T | None:
        return await _until(self._stopping, work)


async def _until(event: asyncio.Event, work: Coroutine[Any, Any, _T]) -> _T | None:
    """Do something, or break it off when an event comes first: then None."""
    working, waiting = asyncio.create_task(work), asyncio.create_task(event.wait())
    try:
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        for task in (working, waiting):
            task.cancel()
        await asyncio.gather(working, waiting, return_exceptions=True)
