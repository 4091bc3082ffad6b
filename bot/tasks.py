"""Tasks that run while a block of code runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

_T = TypeVar("_T")


@asynccontextmanager
async def background(**works: Coroutine[Any, Any, _T]) -> AsyncIterator[list[asyncio.Task[_T]]]:
    """Run coroutines in tasks while the block runs. Cancel the tasks and wait for them at its end.

    The keywords name the tasks.

    A task that fails does not end the block: look at its result, or call `run_until`.
    """
    tasks = [asyncio.create_task(work, name=name) for name, work in works.items()]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def run_until(event: asyncio.Event, work: Coroutine[Any, Any, _T]) -> _T | None:
    """Run a coroutine until it ends or the event is set, whichever comes first.

    Returns:
        What the coroutine returned; None if the event came first and it was cancelled.

    Raises:
        Exception: what the coroutine raised before the event was set.
    """
    async with background(work=work) as [working], background(event=event.wait()) as [waiting]:
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
