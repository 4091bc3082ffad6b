"""Updates of different chats at once, those of one chat one after the other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from inspect import iscoroutine
from typing import Any

import structlog
from structlog.contextvars import bound_contextvars
from telegram import Update
from telegram.ext import BaseUpdateProcessor

_log = structlog.get_logger(__name__)

_ENOUGH = 1_000_000
"""More updates than can wait: the limit that counts is that of the chats."""


class ChatProcessor(BaseUpdateProcessor):
    """Handles updates of up to `chats` chats at once, in the order of their arrival in each.

    The library's own limit would count those that only wait for their turn in a busy chat, and a
    flood in one chat would hold up all others. So it is set out of reach, and the limit here
    counts updates that are being handled.

    Args:
        chats: How many chats are served at once.
        grace: Seconds that updates under way have for coming to an end at shutdown.
    """

    __slots__ = ("_free", "_grace", "_lines", "_tasks")

    def __init__(self, chats: int = 64, *, grace: float = 5.0) -> None:
        super().__init__(_ENOUGH)
        self._free = asyncio.Semaphore(chats)
        self._grace = grace
        self._lines: dict[int, deque[asyncio.Future[None]]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        """How many chats have an update waiting or being handled."""
        return len(self._lines)

    async def initialize(self) -> None:
        """Nothing is needed beforehand."""

    async def shutdown(self) -> None:
        """Let nothing run on; see `finish`."""
        await self.finish()

    async def finish(self) -> None:
        """Give updates under way a short time, then cut them off.

        `Application.stop` waits for them without a limit: call this between the last fetch
        (`Updater.stop`) and that.
        """
        if not self._tasks:
            return
        _, late = await asyncio.wait(set(self._tasks), timeout=self._grace)
        for task in late:
            task.cancel()
        if late:
            _log.warning("updates cut off at shutdown", count=len(late))
            await asyncio.gather(*late, return_exceptions=True)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle an update when those before it in its chat are done."""
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        key = key_of(update)
        try:
            with bound_contextvars(update=getattr(update, "update_id", None)):
                async with self._line(key), self._free:
                    await coroutine
        finally:
            if iscoroutine(coroutine):
                coroutine.close()  # cut off before its turn; does nothing after it

    @asynccontextmanager
    async def _line(self, key: int | None) -> AsyncIterator[None]:
        if key is None:
            yield
            return
        await self._wait_in_line(key)
        try:
            yield
        finally:
            self._next_in_line(key)

    async def _wait_in_line(self, key: int) -> None:
        line = self._lines.get(key)
        if line is None:
            self._lines[key] = deque()
            return
        turn = asyncio.get_running_loop().create_future()
        line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # its turn came in the same moment
                self._next_in_line(key)
            raise

    def _next_in_line(self, key: int) -> None:
        line = self._lines[key]
        while line:
            turn = line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        del self._lines[key]


def key_of(update: object) -> int | None:
    """Whose updates keep their order: the chat's, else the person's; None for anything else."""
    if not isinstance(update, Update):
        return None
    whose = update.effective_chat or update.effective_user
    return whose.id if whose else None
