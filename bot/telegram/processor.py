"""Updates of different chats at once, those of one chat one after the other."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from inspect import iscoroutine
from typing import Any, Protocol

import structlog
from structlog.contextvars import bound_contextvars
from telegram import Update
from telegram.ext import BaseUpdateProcessor

_log = structlog.get_logger(__name__)

_ENOUGH = 1_000_000
"""More updates than can wait: the limit that counts is that of the chats."""


Watch = Callable[[object, float], None]


class Guard(Protocol):
    """Keeps out what is too much."""

    async def admits(self, update: object) -> bool:
        """Whether an update that has just come is to be handled."""

    def still_admits(self, update: object) -> bool:
        """Whether an update is to be handled still, now that its turn has come."""


class ChatProcessor(BaseUpdateProcessor):
    """Handles updates of up to `chats` chats at once, in the order of their arrival in each.

    The library's own limit would count those that only wait for their turn in a busy chat, and a
    flood in one chat would hold up all others. So it is set out of reach, and the limit here
    counts updates that are being handled.

    Args:
        chats: How many chats are served at once.
        grace: Seconds that updates under way have for coming to an end at shutdown.
    """

    __slots__ = ("_free", "_grace", "_guard", "_lines", "_tasks", "_tell", "_watch")

    def __init__(self, chats: int = 64, *, grace: float = 5.0) -> None:
        super().__init__(_ENOUGH)
        self._tell: list[Callable[[int], None]] = []
        self._watch: Watch | None = None
        self._guard: Guard | None = None
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
        and that.
        """
        if not self._tasks:
            return
        _, late = await asyncio.wait(set(self._tasks), timeout=self._grace)
        for task in late:
            task.cancel()
        if late:
            _log.warning("updates cut off at shutdown", count=len(late))
            await asyncio.gather(*late, return_exceptions=True)

    def tells(self, handled: Callable[[int], None]) -> None:
        """Tell the number of each update that was handled, well or not; not of one cut off."""
        self._tell.append(handled)

    def watched_by(self, watch: Watch) -> None:
        """Tell each update that was handled, and how many seconds after it was taken in."""
        self._watch = watch

    def guarded_by(self, guard: Guard) -> None:
        """Ask a guard from now on, before an update waits for its turn."""
        self._guard = guard

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle an update when those before it in its chat are done."""
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        number = getattr(update, "update_id", None)
        began = time.monotonic()
        cut_off = False
        try:
            with bound_contextvars(update=number):
                await self._in_turn(update, coroutine)
        except asyncio.CancelledError:
            cut_off = True
            raise
        finally:
            if iscoroutine(coroutine):
                coroutine.close()  # where its turn never came; does nothing after it
            if number is not None and not cut_off:
                for tell in self._tell:
                    tell(number)
                if self._watch is not None:
                    self._watch(update, time.monotonic() - began)

    async def _in_turn(self, update: object, coroutine: Awaitable[Any]) -> None:
        guard = self._guard
        if guard is not None and not await guard.admits(update):
            return
        async with self._line(key_of(update)), self._free:
            if guard is None or guard.still_admits(update):
                await coroutine

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
