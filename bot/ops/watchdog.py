"""Ends a process whose event loop is blocked, so that its supervisor starts it again.

A blocked event loop answers nobody, not even a signal or a health check. Everything that was
accepted is on disk, so ending the process is as safe as a kill.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import os
import sys
import threading
import traceback
from collections.abc import AsyncIterator

import structlog

from bot.tasks import background

_log = structlog.get_logger(__name__)

EXIT_CODE = 70
"""The exit code of a process with a blocked event loop (EX_SOFTWARE of sysexits.h)."""
LIMIT = 30.0
"""Seconds without a turn of the event loop after which the process ends."""

_TICKS = 20
"""Looks at the event loop within the limit."""
_LOG_SECONDS = 2.0
"""Seconds for writing the log: it may be the log that blocks."""
_LAST_RESORT = 4
"""Times the limit, after which the process ends although no Python code can run."""


@contextlib.asynccontextmanager
async def watchdog(limit: float = LIMIT) -> AsyncIterator[None]:
    """End the process with `EXIT_CODE` if the event loop does not turn for `limit` seconds.

    The log gets the stack of the event loop's thread: file names and lines of code, no values.
    """
    tick = limit / _TICKS
    watch = _Watch(tick)
    thread = threading.Thread(target=watch.run, name="watchdog", daemon=True)
    thread.start()
    try:
        async with background(watchdog=_turn(watch, limit, tick)):
            await asyncio.sleep(0)  # from the first turn on
            yield
    finally:
        watch.stopped.set()
        thread.join()
        faulthandler.cancel_dump_traceback_later()


class _Watch:
    """Counts ticks without a turn of the event loop.

    Ticks, not seconds: a process that was suspended as a whole finds one tick missed, not many.
    """

    def __init__(self, tick: float) -> None:
        self.turned = threading.Event()
        self.stopped = threading.Event()
        self._tick = tick
        self._watched = threading.get_ident()

    def run(self) -> None:
        """Watch until stopped."""
        missed = 0
        while not self.stopped.wait(self._tick):
            missed = 0 if self.turned.is_set() else missed + 1
            self.turned.clear()
            if missed >= _TICKS:
                self._end(missed * self._tick)

    def _end(self, seconds: float) -> None:
        saying = threading.Thread(target=self._say, args=(seconds,), daemon=True)
        saying.start()
        saying.join(_LOG_SECONDS)
        os._exit(EXIT_CODE)

    def _say(self, seconds: float) -> None:
        frame = sys._current_frames().get(self._watched)  # noqa: SLF001 - the documented way
        stack = "".join(traceback.format_stack(frame))
        _log.critical("the event loop is blocked: the process ends", seconds=seconds, stack=stack)


async def _turn(watch: _Watch, limit: float, tick: float) -> None:
    """Show that the event loop turns.

    `faulthandler` needs no interpreter: it ends a process in which C code never returns.
    """
    while True:
        watch.turned.set()
        faulthandler.dump_traceback_later(limit * _LAST_RESORT, exit=True)
        await asyncio.sleep(tick)
