"""How the operating system tells the bot to stop: once in good order, twice at once."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import structlog

_log = structlog.get_logger(__name__)

_LONGEST = 25.0
"""Seconds after which a stop in good order is given up."""
_BY_SIGNAL = 128
"""Added to the number of a signal: what a shell calls a process that one has ended."""


def stop_on_signals() -> asyncio.Event:
    """An event that SIGINT, SIGTERM and SIGHUP set. A second one ends the process where it stands.

    That is safe at any moment, as a kill is: what was accepted is on disk. The exit code is then
    130, 143 or 129; it is 1 where the end in good order took too long. SIGHUP comes when a terminal
    closes; where it is ignored, as nohup does, it stays so.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def asked(number: int) -> None:
        if stop.is_set():
            _log.warning("stopped at once", signal=signal.Signals(number).name)
            os._exit(_BY_SIGNAL + number)
        stop.set()
        loop.call_later(_LONGEST, late)

    def late() -> None:
        _log.error("the end takes too long, and is cut short", seconds=_LONGEST)
        os._exit(1)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, asked, number)
    return stop


async def until_stopped(
    work: Callable[[asyncio.Event, asyncio.Event], Awaitable[None]], stop: asyncio.Event
) -> None:
    """Do work that ends by itself after `stop` was set, once it has `begun` (its second event).

    Before that there is nothing to bring to an end, and it is cut off: a bot that waits for
    Telegram to be reached could wait for hours.

    Raises:
        Exception: what the work ended with.
    """
    begun = asyncio.Event()
    working = asyncio.ensure_future(work(stop, begun))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    cut_off = not begun.is_set() and working.cancel()
    try:
        await working
    except asyncio.CancelledError:
        if not cut_off:
            raise
        _log.info("stopped before it had begun")
