"""Fetches updates by long polling, and lets Telegram forget only those that were handled.

The library's own Updater confirms updates as soon as it has fetched them, so that a kill loses
what had not been handled by then. Here each is handled at least once:

* Telegram is asked with the offset of the lowest update that is still being handled, and keeps
  it and all after it. What comes again for that reason is known by its number and left alone.
* An update that was handled behind a slow one cannot be confirmed yet: it is noted in the store,
  and passed over if it comes again after a kill. So is what was handled while Telegram cannot be
  reached. Everything else is confirmed by the next request, which is sooner than a disk is.
* Telegram shows no more than 100 updates after the offset. Where a slow one holds it back and
  they are 100, those in hand are kept in the store, and the offset moves on: nobody waits behind
  them. What is kept has no words in it (see `bot.telegram.redaction`): a question is not written
  to disk, and asked in vain if the bot is killed in that very moment.

While an update holds the offset back, every request is answered at once, so requests are made
with a growing pause, of a quarter second at most.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

import orjson
import structlog
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot.storage.errors import StoreError
from bot.telegram.error_mapping import flood_wait
from bot.telegram.inbox_worker import UNREADABLE
from bot.telegram.offset_tracker import OffsetTracker
from bot.telegram.redaction import without_words
from bot.telegram.transport import AiohttpRequest, encoded
from bot.telegram.updates import ReceivingError, ReceivingHealth

_log = structlog.get_logger(__name__)

_KEPT = "updates in hand"
"""The name under which slow updates are remembered, as a JSON list."""

_LONG = 30
"""Seconds that Telegram waits for an update (Bot API, getUpdates.timeout)."""
_WINDOW = 100
"""Updates in one answer, at most (Bot API, getUpdates.limit)."""
_MOST_IN_HAND = 1000
"""Updates in hand, from which no more are fetched: Telegram keeps them better."""
_PATIENCE = 0.5
"""Seconds an update may hold the offset back before what was handled behind it is noted."""
_PATIENCE_IF_FULL = 0.1
"""Seconds the offset may stand still while answers are full: others may be waiting behind."""
_PAUSES = (0.02, 0.25)
"""Seconds between two requests while the offset is held back: at first, and at most."""
_RETRIES = (0.5, 30.0)
"""Seconds before Telegram is tried again: at first, and at most."""
_CONFLICT = 10.0
"""Seconds before polling is tried again where another program polls as well."""
_GATHER = 0.05
"""Seconds in which what is to be noted is gathered."""
_AT_THE_END = 2.0
"""Seconds that the last request has."""


class Notes(Protocol):
    """What polling asks of the store."""

    async def first_seen(self, update_ids: Sequence[int]) -> frozenset[int]:
        """Those of the updates that were not marked as handled before."""

    async def mark_handled(self, update_ids: Sequence[int]) -> None:
        """Remember that updates were handled."""

    async def remembered(self, key: str) -> str | None:
        """A small fact kept under a name, or None."""

    async def remember(self, key: str, value: str) -> None:
        """Keep a small fact under a name."""


class Poller:
    """Puts updates into a queue, each once, until told that they were handled.

    Args:
        bot: Whose updates they are.
        request: Makes the requests.
        queue: Where updates go.
        allowed: Which updates to ask for (Bot API, getUpdates.allowed_updates).
        hand: What is in hand; whoever handles updates tells it.
        health: Is told of every success and failure.
    """

    def __init__(
        self,
        bot: Bot,
        request: AiohttpRequest,
        queue: asyncio.Queue[object],
        *,
        allowed: Sequence[str],
        hand: OffsetTracker,
        health: ReceivingHealth,
    ) -> None:
        self._bot = bot
        self._calls = request
        self._queue = queue
        self._allowed = list(allowed)
        self._hand = hand
        self._health = health
        self._writing = asyncio.Lock()
        self._unwritten = asyncio.Event()
        self._asked: tuple[int | None, float] = (None, 0.0)
        self._stands: tuple[int | None, float] = (None, 0.0)
        """An offset, and since when it has not moved."""
        self._failures = 0

    async def run(self, notes: Notes) -> None:
        """Poll until cancelled.

        Raises:
            InvalidToken: Telegram knows no such bot, or no longer.
        """
        await self._take_up(notes)
        self._health.polling(active=True)
        writing = asyncio.create_task(self._write(notes), name="notes of updates")
        try:
            await self._until_done(self._bot.delete_webhook)  # or getUpdates is refused
            pause = _PAUSES[0]
            while True:
                fetched = await self._until_done(self._fetch)
                new = await self._until_done(partial(self._take, fetched, notes))
                pause = _PAUSES[0] if new else min(pause * 2, _PAUSES[1])
                await self._go_on(len(fetched), pause, notes)
        finally:
            self._health.polling(active=False)
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)

    async def finish(self, notes: Notes) -> None:
        """Once nothing is handled any more: note what was, and let Telegram forget it."""
        try:
            await self._mark(notes)
            await self._write_kept(notes)
        except StoreError as error:
            _log.warning("handled updates could not be noted", error=str(error))
        offset, at = self._asked
        if self._hand.offset is None or (
            self._hand.offset == offset and asyncio.get_running_loop().time() - at > 1
        ):
            return  # the request that was waiting has confirmed it
        with contextlib.suppress(TelegramError, TimeoutError):  # they come again, and are known
            async with asyncio.timeout(_AT_THE_END):
                await self._request(timeout=0, limit=1)

    async def _fetch(self) -> Sequence[Update]:
        at_once = self._hand.blocking or self._health.error  # so that a recovery is known at once
        fetched = await self._request(timeout=0 if at_once else _LONG, limit=_WINDOW)
        if self._failures:
            _log.info("Telegram is reached again")
            self._failures = 0
        return fetched

    async def _request(self, *, timeout: int, limit: int) -> Sequence[Update]:  # noqa: ASYNC109
        offset = self._hand.offset
        self._asked = offset, asyncio.get_running_loop().time()
        asked = {"limit": limit, "timeout": timeout, "allowed_updates": self._allowed}
        body = encoded(asked if offset is None else {"offset": offset, **asked})
        # Not by the library's own method: one update that it cannot read fails them all there,
        # again and again, and its log gets the words of everybody.
        found = await self._calls.post_json(
            f"{self._bot.base_url}/getUpdates", body, longer=timeout
        )
        self._health.polled()
        fetched = [self._read(document) for document in found]
        self._hand.confirmed(offset)
        return fetched

    def _read(self, document: dict[str, Any]) -> Update:
        """An update; of one that cannot be read only the number, so that it is passed over."""
        number = document["update_id"]
        try:
            return Update.de_json(document, self._bot)
        except UNREADABLE as error:
            _log.error("an update cannot be read", update=number, error=type(error).__name__)
            return Update(number)

    async def _take(self, fetched: Sequence[Update], notes: Notes) -> int:
        """Hand over what is new; say how many."""
        unknown = [update for update in fetched if update.update_id not in self._hand]
        first = await notes.first_seen([update.update_id for update in unknown]) if unknown else ()
        self._hand.fetched([update.update_id for update in fetched])
        for update in unknown:
            if update.update_id in first:
                self._hand.take(update)
                self._queue.put_nowait(update)
            else:
                self._hand.pass_over(update.update_id)
        return len(unknown)

    async def _go_on(self, fetched: int, pause: float, notes: Notes) -> None:
        """Wait as long as it is wise before the next request."""
        hand, full = self._hand, fetched >= _WINDOW
        if hand.blocking:
            # After a full answer there is room for no more than the offset moves.
            seconds = _PATIENCE_IF_FULL if full else pause
            await hand.until_fewer(max(hand.blocking // 2, 1), seconds)
        now = asyncio.get_running_loop().time()
        if hand.offset != self._stands[0]:
            self._stands = hand.offset, now
        if hand.blocked_since is not None and now - hand.blocked_since > _PATIENCE:
            self._unwritten.set()
        if hand.blocking and full and now - self._stands[1] >= _PATIENCE_IF_FULL:
            await self._until_done(partial(self._keep, notes))
        await hand.until_room(_MOST_IN_HAND)

    async def _until_done(self, act: Callable[[], Coroutine[Any, Any, Any]]) -> Any:  # noqa: ANN401
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
            self._unwritten.set()
            await asyncio.sleep(wait)

    def _after_failure(self) -> float:
        wait = min(_RETRIES[0] * 2 ** min(self._failures, 10), _RETRIES[1])
        self._failures += 1
        return _jittered(wait)

    async def _take_up(self, notes: Notes) -> None:
        """Hand over what was kept before the last restart."""
        for document in orjson.loads(await notes.remembered(_KEPT) or "[]"):
            try:
                update = Update.de_json(document, self._bot)
            except UNREADABLE:  # another version of the library wrote it
                _log.exception("an update that was kept is given up")
                continue
            if update.update_id in self._hand:  # the turn to poll was lost, and has come back
                continue
            self._hand.take(update, kept=True)
            self._queue.put_nowait(update)

    async def _keep(self, notes: Notes) -> None:
        """Keep what is in hand, so that the offset can move past it."""
        async with self._writing:
            in_hand = self._hand.updates
            forms = _forms(in_hand)
            await notes.remember(_KEPT, _json(forms))
            kept = {form["update_id"] for form in forms}
            self._hand.let_pass([update.update_id for update in in_hand], kept)
        _log.info("slow updates are kept aside", count=len(in_hand))

    async def _write(self, notes: Notes) -> None:
        """Note what was handled, in the background and a few at a time."""
        while True:
            events = (self._unwritten, self._hand.kept_changed)
            tasks = [asyncio.ensure_future(event.wait()) for event in events]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
            await asyncio.sleep(_GATHER)
            self._unwritten.clear()
            try:
                await self._mark(notes)
                await self._write_kept(notes)
            except StoreError as error:
                _log.warning("handled updates could not be noted", error=str(error))
                await asyncio.sleep(_jittered(_RETRIES[1] / 3))
                self._unwritten.set()

    async def _mark(self, notes: Notes) -> None:
        if handled := self._hand.unmarked:
            await notes.mark_handled(handled)
            self._hand.marked(handled)

    async def _write_kept(self, notes: Notes) -> None:
        if not self._hand.kept_changed.is_set():
            return
        async with self._writing:
            self._hand.kept_changed.clear()
            try:
                await notes.remember(_KEPT, _json(_forms(self._hand.kept)))
            except BaseException:
                self._hand.kept_changed.set()
                raise


def _kind(error: TelegramError | StoreError) -> ReceivingError:
    is_store = isinstance(error, StoreError)
    return ReceivingError.STORE if is_store else ReceivingError.UNREACHABLE


def _forms(updates: Sequence[Update]) -> list[dict[str, Any]]:
    return [form for update in updates if (form := without_words(update)) is not None]


def _json(forms: Sequence[dict[str, Any]]) -> str:
    return orjson.dumps(forms).decode()


def _jittered(seconds: float) -> float:
    return round(seconds * random.uniform(0.75, 1.25), 2)  # noqa: S311 - jitter
