"""Of several processes one delivers, and another takes over when it is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import structlog

from bot.alerts.outbox import Away, Outbox
from bot.alerts.worker import DeliveryWorker
from bot.tasks import run_until

_log = structlog.get_logger(__name__)

_AGAIN = 1.0
"""Seconds before something is begun again."""


async def deliver(outbox: Outbox, worker: DeliveryWorker) -> None:
    """Let the worker run whenever this process is the one that delivers, until it is stopped.

    What it had in hand when it lost its turn is broken off: another process delivers that.

    Raises:
        Exception: whatever ended the worker, but for `Away`.
    """
    while not worker.stopping.is_set():
        try:
            async with AsyncExitStack() as stack:
                leading = stack.enter_async_context(outbox.leading())
                lost = await run_until(worker.stopping, leading)
                if lost is not None:
                    await run_until(lost, worker.run())
        except Away as error:
            _log.warning("delivering broke off", error=str(error))
            await run_until(worker.stopping, asyncio.sleep(_AGAIN))


async def through_outages(work: Callable[[], Awaitable[None]]) -> None:
    """Do something that has no end; begin again when the outbox can be reached again.

    Raises:
        Exception: whatever ended it, but for `Away`.
    """
    while True:
        try:
            await work()
        except Away as error:
            _log.warning("begun anew", what=getattr(work, "__qualname__", ""), error=str(error))
            await asyncio.sleep(_AGAIN)
        else:
            return
