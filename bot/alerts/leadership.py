"""Of several processes one delivers, and another takes over when it is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import structlog

from bot.alerts.outbox import Away, Outbox
from bot.alerts.worker import DeliveryWorker

_log = structlog.get_logger(__name__)

_AGAIN = 1.0
"""Seconds before something is begun again."""


async def deliver(outbox: Outbox, worker: DeliveryWorker) -> None:
    """Let the worker run whenever this process is the one that delivers, until it is stopped.

    What it had in hand when it lost its turn is broken off: another process delivers that.

    Raises:
        Exception: whatever ended the worker, but for `Away`.
    """
    stopped = asyncio.create_task(worker.stopping.wait())
    try:
        while not stopped.done():
            try:
                await _turn(outbox, worker, stopped)
            except Away as error:
                _log.warning("delivering broke off", error=str(error))
                await asyncio.wait({stopped}, timeout=_AGAIN)
    finally:
        stopped.cancel()


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


async def _turn(outbox: Outbox, worker: DeliveryWorker, stopped: asyncio.Task[object]) -> None:
    async with AsyncExitStack() as stack:
        turn = asyncio.create_task(stack.enter_async_context(outbox.leading()))
        try:
            await asyncio.wait({turn, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not turn.done():
                turn.cancel()
                await asyncio.gather(turn, return_exceptions=True)
        if not turn.cancelled():
            await _until_lost(worker, turn.result())


async def _until_lost(worker: DeliveryWorker, lost: asyncio.Event) -> None:
    running = asyncio.create_task(worker.run())
    losing = asyncio.create_task(lost.wait())
    try:
        await asyncio.wait({running, losing}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
    finally:
        for task in (running, losing):
            task.cancel()
        await asyncio.gather(running, losing, return_exceptions=True)
