"""Puts together what comes while the last of its kind is still at the store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")


class Batcher(Generic[_Item, _Answer]):
    """One call for many: what comes during a call waits for it, and shares the next one.

    So a call that is alone goes out at once, and a busy process makes a few hundred calls a
    second, not some thousand.

    Args:
        work: Does all items of a call; says as many answers, in the same order.
    """

    def __init__(self, work: Callable[[Sequence[_Item]], Awaitable[Sequence[_Answer]]]) -> None:
        self._work = work
        self._waiting: list[tuple[_Item, asyncio.Future[_Answer]]] = []
        self._task: asyncio.Task[None] | None = None

    async def ask(self, item: _Item) -> _Answer:
        """The answer to an item.

        Raises:
            Exception: what the call raised that it was in.
        """
        answer: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="together")
        return await answer

    async def close(self) -> None:
        """Break off what is under way; whoever waits for it is cancelled."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        for _, future in self._waiting:
            future.cancel()

    async def drain(self) -> None:
        """Wait until every call is done."""
        while self._task is not None and not self._task.done():
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            try:
                answers = await self._work([item for item, _ in group])
            except Exception as error:  # noqa: BLE001 - it is raised to everyone in the call
                for _, future in group:
                    if not future.done():  # else whoever asked was cancelled
                        future.set_exception(error)
            else:
                for (_, future), answer in zip(group, answers, strict=True):
                    if not future.done():
                        future.set_result(answer)
            finally:
                for _, future in group:
                    future.cancel()  # does nothing to those that have their answer
