"""Transactions, written in groups by one thread while the event loop goes on."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from bot.storage.errors import StoreError
from bot.storage.tinydb.folder import DataFolder
from bot.storage.tinydb.records import Record
from bot.storage.tinydb.state import State
from bot.subscribers.chat import Chat

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")

_LARGEST_GROUP = 1000


class Transaction:
    """What one call writes. It sees the chats as the transactions before it leave them."""

    def __init__(self, state: State, staged: dict[int, Chat | None]) -> None:
        self.state = state
        self.chats: dict[int, Chat | None] = {}
        self.records: list[Record] = []
        self._staged = staged

    def chat(self, chat_id: int) -> Chat | None:
        """The chat as it will be when all before this is written."""
        for chats in (self.chats, self._staged):
            if chat_id in chats:
                return chats[chat_id]
        return self.state.chats.get(chat_id)

    def add(self, *records: Record) -> None:
        """Write records."""
        self.records.extend(records)


@dataclass
class _Waiting:
    build: Callable[[Transaction], Any]
    future: asyncio.Future[Any]
    alone: bool
    forget: bool
    result: Any = None
    error: Exception | None = None

    def finish(self, error: Exception | None = None) -> None:
        error = self.error or error
        if self.future.done():  # the caller was cancelled; what it asked for is done all the same
            return
        if error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(error)


class Writer:
    """Takes transactions, and applies each in memory once its group is durable."""

    def __init__(self, folder: DataFolder, state: State, thread: ThreadPoolExecutor) -> None:
        self._folder, self._state, self._thread = folder, state, thread
        self._queue: deque[_Waiting] = deque()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    async def commit(
        self,
        build: Callable[[Transaction], _T],
        *,
        alone: bool = False,
        forget: bool = False,
    ) -> _T:
        """Write what `build` asks for; its result is returned when that is durable.

        `build` runs in the writer's thread. It reads the state and changes nothing of it.
        `alone`: it needs more than chats as the transactions before it leave them, so it shares
        a group with none. `forget`: what it drops must not stay in any file.

        Raises:
            StoreFull: the disk has no room; the transaction did not happen.
            StoreError: the disk failed, or the store is closed; it did not happen.
        """
        if self._closed:
            raise StoreError("the store is closed")
        future: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(build, future, alone, forget))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return await future

    async def close(self) -> None:
        """Write what waits, and let go of the folder."""
        if self._closed:
            return
        self._closed = True
        if self._task is not None:
            await self._task
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._folder.close, self._state)
        self._thread.shutdown()

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self._queue:
            group = self._next_group()
            try:
                records = await loop.run_in_executor(self._thread, self._write, group)
                for record in records:
                    record.apply(self._state)
                await self._tidy(forget=any(item.forget for item in group))
            except Exception as error:  # noqa: BLE001 - it is raised to every caller
                for entry in group:
                    entry.finish(error)
            else:
                for element in group:
                    element.finish()

    def _next_group(self) -> list[_Waiting]:
        group = [self._queue.popleft()]
        while (
            self._queue
            and not (group[-1].alone or self._queue[0].alone)
            and len(group) < _LARGEST_GROUP
        ):
            group.append(self._queue.popleft())
        return group

    def _write(self, group: list[_Waiting]) -> list[Record]:
        staged: dict[int, Chat | None] = {}
        records: list[Record] = []
        for item in group:
            transaction = Transaction(self._state, staged)
            try:
                item.result = item.build(transaction)
            except Exception as error:  # noqa: BLE001 - it is raised to the caller
                item.error = error
            else:
                staged.update(transaction.chats)
                records.extend(transaction.records)
        if records:
            self._folder.append(records)
        return records

    async def _tidy(self, *, forget: bool) -> None:
        """Begin a new journal where it is time to."""
        if not forget and not self._folder.wants_checkpoint:
            return

        def checkpoint() -> None:
            self._folder.checkpoint(self._state, forget=forget)

        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, checkpoint)
        except StoreError as error:
            if forget:  # what was to be forgotten is out of use, but still in a file
                raise
            _log.warning("the journal was not taken into the files", problem=str(error))
