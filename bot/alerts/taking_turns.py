"""Of several processes one delivers, and another takes over when it is gone."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import structlog

from bot.alerts.delivery import Courier
from bot.alerts.outbox import Outbox

_log = structlog.get_logger(__name__)


async def deliver(outbox: Outbox, courier: Courier) -> None:
    """Let the courier run whenever this process is the one that delivers, until it is stopped.

    What it had in hand when it lost its turn is broken off: another process delivers that.

    Raises:
        Exception: whatever ended the courier while it had its turn.
    """
    stopped = asyncio.create_task(courier.stopping.wait())
    try:
        while not stopped.done():
            async with AsyncExitStack() as stack:
                turn = asyncio.create_task(stack.enter_async_context(outbox.leading()))
                try:
                    await asyncio.wait({turn, stopped}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    if not turn.done():
                        turn.cancel()
                        await asyncio.gather(turn, return_exceptions=True)
                if not turn.cancelled():
                    await _until_lost(courier, turn.result())
    finally:
        stopped.cancel()


async def _until_lost(courier: Courier, lost: asyncio.Event) -> None:
    running = asyncio.create_task(courier.run())
    losing = asyncio.create_task(lost.wait())
    try:
        await asyncio.wait({running, losing}, return_when=asyncio.FIRST_COMPLETED)
        if running.done() and not (running.exception() and lost.is_set()):
            running.result()
        elif running.done():
            _log.warning("delivering broke off", error=repr(running.exception()))
    finally:
        for task in (running, losing):
            task.cancel()
        await asyncio.gather(running, losing, return_exceptions=True)
