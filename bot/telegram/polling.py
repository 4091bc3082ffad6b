"""Fetches updates by long polling and writes them into the inbox.

Telegram forgets the updates below the offset of a request (Bot API, getUpdates). The offset moves
past an update after the inbox has it, so that a kill loses nothing. An update that comes again is
known to the inbox.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial
from typing import Any, Protocol, TypeVar

import structlog
from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot.storage.errors import StoreError
from bot.storage.protocol import Accepted
from bot.tasks import run_until
from bot.telegram.error_mapping import flood_wait
from bot.telegram.transport import AiohttpRequest, AnswerUnreadable, encoded
from bot.telegram.updates import (
    ALLOWED_UPDATES,
    ReceivingError,
    ReceivingHealth,
    UpdateUnreadable,
    accepted_form,
    number_of,
)

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")

_LONG = 30
"""Seconds that Telegram waits for an update (Bot API, getUpdates.timeout)."""
_MOST = 100
"""Updates in one answer, at most (Bot API, getUpdates.limit)."""
_RETRIES = (0.5, 30.0)
"""Seconds before Telegram is tried again: at first, and at most."""
_CONFLICT = 10.0
"""Seconds before polling is tried again where another program polls as well."""
_AT_THE_END = 2.0
"""Seconds that the last request has."""
_NUMBER = re.compile(rb'"update_id"\s*:\s*(\d{1,18})\b')


class PolledStore(Protocol):
    """What polling asks of the store."""

    async def accept_updates(self, updates: Sequence[Accepted]) -> None:
        """See `bot.storage.protocol.Inbox`."""

    def polling(self) -> AbstractAsyncContextManager[asyncio.Event]:
        """See `bot.storage.protocol.Inbox`."""


class Poller:
    """Moves updates from Telegram into the inbox.

    Args:
        bot: Whose updates they are.
        request: Makes the requests.
        health: Is told of every success and failure.
        room: Waits until more updates can be handled. Telegram is the better queue.
        accepted: Called when the inbox has new updates.
    """

    def __init__(
        self,
        bot: Bot,
        request: AiohttpRequest,
        health: ReceivingHealth,
        *,
        room: Callable[[], Awaitable[None]],
        accepted: Callable[[], None],
    ) -> None:
        self._bot = bot
        self._calls = request
        self._health = health
        self._room = room
        self._accepted = accepted
        self._offset: int | None = None
        self._limit = _MOST
        self._failures = 0

    async def run_in_turn(self, store: PolledStore) -> None:
        """Poll whenever this process is the process that polls, until cancelled.

        Raises:
            InvalidToken: Telegram knows no such bot, or no longer.
        """
        while True:
            async with store.polling() as lost:
                try:
                    await run_until(lost, self.run(store))
                finally:
                    if not lost.is_set():  # else another process polls, and would get a conflict
                        await self._confirm()

    async def run(self, store: PolledStore) -> None:
        """Poll until cancelled.

        Raises:
            InvalidToken: Telegram knows no such bot, or no longer.
        """
        self._offset = None
        self._health.polling(active=True)
        self._accepted()  # what another process polled and left
        try:
            await self._until_done(self._bot.delete_webhook)  # or getUpdates is refused
            while True:
                await self._room()
                documents = await self._until_done(self._fetch)
                if documents:
                    await self._until_done(partial(self._take, store, documents))
        finally:
            self._health.polling(active=False)

    async def _fetch(self) -> list[Any]:
        """Updates as they came; an empty list where none came or none of them can be read.

        Raises:
            TelegramError: no update has a number, so that the offset cannot move.
        """
        at_once = self._health.error  # so that a recovery is known at once
        try:
            documents = await self._request(timeout=0 if at_once else _LONG, limit=self._limit)
        except AnswerUnreadable as error:
            self._skip_unreadable(error)
            return []
        if documents and not _numbers(documents):
            raise TelegramError("Updates without numbers")
        self._limit = _MOST
        if self._failures:
            _log.info("Telegram is reached again")
            self._failures = 0
        return documents

    def _skip_unreadable(self, error: AnswerUnreadable) -> None:
        """Of an answer that is not JSON find the update to blame: fetch one at a time, skip it.

        Raises:
            AnswerUnreadable: no update is to blame.
        """
        found = _NUMBER.search(error.payload)
        if found is None:
            raise error
        if self._limit > 1:
            self._limit = 1
            return
        self._offset = int(found[1]) + 1
        _log.error("an unreadable update is set aside", update=int(found[1]), problem="no JSON")

    async def _take(self, store: PolledStore, documents: Sequence[Any]) -> None:
        """Write updates into the inbox, then move the offset past them."""
        accepted: list[Accepted] = []
        for document in documents:
            try:
                accepted.append(accepted_form(document))
            except UpdateUnreadable as error:
                number = number_of(document)
                _log.error("an unreadable update is set aside", update=number, problem=str(error))
        if accepted:
            await store.accept_updates(accepted)
            self._accepted()
        # Numbers start again, perhaps lower, after a week without updates (Bot API, Update).
        self._offset = max(_numbers(documents)) + 1

    async def _request(self, *, timeout: int, limit: int) -> list[Any]:  # noqa: ASYNC109
        asked = {"limit": limit, "timeout": timeout, "allowed_updates": ALLOWED_UPDATES}
        body = encoded(asked if self._offset is None else {"offset": self._offset, **asked})
        # Not by the library's own method: one update that it cannot read fails them all there,
        # again and again, and its log gets the words of everybody.
        found = await self._calls.post_json(
            f"{self._bot.base_url}/getUpdates", body, longer=timeout
        )
        self._health.polled()
        return found if isinstance(found, list) else []

    async def _confirm(self) -> None:
        """Let Telegram forget what the inbox has."""
        if self._offset is None:
            return
        with contextlib.suppress(TelegramError, TimeoutError):  # they come again, and are known
            async with asyncio.timeout(_AT_THE_END):
                await self._request(timeout=0, limit=1)

    async def _until_done(self, act: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        """Do something, again and again until it is done.

        Raises:
            InvalidToken: Telegram knows no such bot.
        """
        while True:
            try:
                return await act()
            except InvalidToken:
                raise
            except TimedOut:
                self._health.failed(ReceivingError.UNREACHABLE)
                wait = self._after_failure()  # a quiet line is cut by many a router
            except Conflict as error:
                self._health.failed(ReceivingError.CONFLICT)
                wait = _jittered(_CONFLICT)
                _log.error(
                    "another program polls for this bot: stop it, or give it a bot of its own",
                    error=error.message,
                    again_in=wait,
                )
            except RetryAfter as error:
                self._health.failed(ReceivingError.THROTTLED)
                asked = flood_wait(error) or timedelta()
                wait = asked.total_seconds() + _jittered(_RETRIES[0])
                _log.warning("Telegram asks to wait", again_in=wait)
            except (TelegramError, StoreError) as error:
                self._health.failed(_kind(error))
                wait = self._after_failure()
                _log.warning("updates are not fetched", error=repr(error), again_in=wait)
            await asyncio.sleep(wait)

    def _after_failure(self) -> float:
        wait = min(_RETRIES[0] * 2 ** min(self._failures, 10), _RETRIES[1])
        self._failures += 1
        return _jittered(wait)


def _numbers(documents: Sequence[Any]) -> list[int]:
    return [number for number in map(number_of, documents) if number is not None]


def _kind(error: TelegramError | StoreError) -> ReceivingError:
    is_store = isinstance(error, StoreError)
    return ReceivingError.STORE if is_store else ReceivingError.UNREACHABLE


def _jittered(seconds: float) -> float:
    return round(seconds * random.uniform(0.75, 1.25), 2)  # noqa: S311 - jitter
