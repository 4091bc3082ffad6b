"""Runs an event loop under a watchdog, and blocks it in the way that the argument names."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import time

from bot.ops.logs import set_up_logs
from bot.ops.watchdog import watchdog

WORDS = "what somebody wrote"


async def spin(_: str) -> None:
    """Await again and again what never suspends."""

    async def at_once() -> None:
        return

    while True:
        await at_once()


async def compute(text: str) -> None:
    while True:
        text = text[::-1]


async def hold_the_interpreter(text: str) -> None:
    """No Python thread runs while the regular expression is tried."""
    re.match(r"(a+)+$", "a" * 64 + text)


async def log(text: str) -> None:
    """Nobody reads the pipe."""
    while True:
        logging.getLogger("bot").warning("a line " * 1000)


async def work_in_long_steps(_: str) -> None:
    until = time.monotonic() + 2
    while time.monotonic() < until:
        time.sleep(0.3)  # noqa: ASYNC251 - it blocks the loop on purpose
        await asyncio.sleep(0.001)


WAYS = {way.__name__: way for way in (spin, compute, hold_the_interpreter, log, work_in_long_steps)}


async def main(way: str) -> None:
    async with watchdog(limit=1):
        sys.stdout.write("watched\n")
        sys.stdout.flush()
        await WAYS[way](WORDS)


set_up_logs("INFO", "json", token=None)
asyncio.run(main(sys.argv[1]))
