"""Takes updates from the inbox and handles them: a chat's in order, different chats' at once.

An update stays in the inbox until it was handled. So each is handled at least once, however often
processes are killed, and exactly once where they are stopped in good order.

* Up to ten updates of a chat wait. More are dropped, and the chat is told once.
* An update whose transaction broke off is tried again; its chat waits.
* An update during whose handling the process has died twice is set aside.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
import structlog
from structlog.contextvars import bound_contextvars
from telegram import Bot, Update

from bot.storage.errors import StoreAway, StoreError
from bot.storage.protocol import Accepted, Inbox
from bot.tasks import background
from bot.telegram.throttling import Throttle, Verdict

_log = structlog.get_logger(__name__)

_MOST_IN_HAND = 2000
"""Updates in hand of one process, at most: others may have more time for the rest."""
_MOST_TAKEN = 256
"""Updates that are taken at once, at most."""
_MOST_WAITING = 10
"""Updates of a chat that wait, at most."""
_DEADLY = 2
"""Deaths of a process, after which an update is not tried again."""
_ALONE = 1.0
"""Seconds that an update with deaths is handled before another one with deaths is."""
_TRIES = 3
"""Times that an update is handled whose transaction breaks although the store answers."""
_GATHER = 0.005
"""Seconds in which what was handled is gathered before it is erased."""
_RETRIES = (0.2, 10.0)
"""Seconds before the store is tried again: at first, and at most."""

Watch = Callable[[object, float], None]


class Process(Protocol):
    """Hands updates to handlers."""

    async def handle(self, update: Update) -> None:
        """Handle an update.

        Raises:
            Exception: whatever the handler raised.
        """

    async def failed(self, update: Update, error: Exception) -> None:
        """Report an error of a handler."""

    async def too_many(self, update: Update) -> None:
        """Tell a chat that it sends too much."""

    async def set_aside(self, update_id: int, kind: str) -> None:
        """Report an update that is not tried again."""


@dataclass(frozen=True, slots=True)
class _Item:
    accepted: Accepted
    update: Update
    taken_at: float


@dataclass(slots=True)
class _Lane:
    """The updates of a chat that wait."""

    waiting: deque[_Item] = field(default_factory=deque)
    told: bool = False
    """Whether the chat was told that too many wait."""

    def overfull(self, verdict: Verdict) -> Verdict:
        """The verdict on one more update, when as many wait as may."""
        if verdict is Verdict.ALWAYS:
            return verdict
        if verdict is Verdict.QUIET or self.told:
            return Verdict.IGNORE
        self.told = True
        return Verdict.TELL


class Dispatcher:
    """Works through the inbox.

    Args:
        bot: The bot that the updates are for.
        throttle: Decides which updates are too many.
        grace: Seconds that updates under way have for coming to an end at the stop.
    """

    def __init__(self, bot: Bot, throttle: Throttle, *, grace: float = 5.0) -> None:
        self._bot = bot
        self._process: Process
        self._throttle = throttle
        self._grace = grace
        self._watch: Watch | None = None
        self._lanes: dict[int, _Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_hand: set[int] = set()
        self._done: list[int] = []
        self._news = asyncio.Event()
        self._ended = asyncio.Event()
        self._freed = asyncio.Event()
        self._alone = asyncio.Lock()

    def __len__(self) -> int:
        """How many updates are being handled or wait for it."""
        return len(self._in_hand)

    def wake(self) -> None:
        """Look into the inbox at once: something was accepted."""
        self._news.set()

    def handled_by(self, process: Process) -> None:
        """Let updates be handled by this; to be said before `run`."""
        self._process = process

    def watched_by(self, watch: Watch) -> None:
        """Tell each update that was handled, and how many seconds after it was taken."""
        self._watch = watch

    async def room(self) -> None:
        """Wait until more updates can be taken."""
        while len(self._in_hand) >= _MOST_IN_HAND:
            self._freed.clear()
            await self._freed.wait()

    async def run(self, inbox: Inbox, *, look_every: float) -> None:
        """Handle updates until cancelled.

        Args:
            inbox: Where they are.
            look_every: Seconds between two looks for what nobody told of, such as updates of a
                process that is gone.
        """
        failures = 0
        async with background(erasing=self._erase_handled(inbox)):
            while True:
                self._news.clear()
                try:
                    is_more = await self._take(inbox)
                except StoreError as error:
                    failures += 1
                    _log.warning("accepted updates are not taken", error=str(error))
                    await asyncio.sleep(_wait_after(failures))
                    continue
                failures = 0
                if not is_more:
                    await self._wait(look_every)

    async def finish(self, inbox: Inbox) -> None:
        """Give updates under way a short time, erase what was handled, give the rest back."""
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=self._grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        try:
            await self._erase(inbox)
            if self._in_hand:
                _log.warning("updates are given back at shutdown", count=len(self._in_hand))
                await inbox.give_back_updates(sorted(self._in_hand))
        except StoreError as error:
            _log.warning("handled updates could not be erased", error=str(error))
        self._in_hand.clear()
        self._lanes.clear()

    # From the inbox into the lanes

    async def _take(self, inbox: Inbox) -> bool:
        """Take what is free; say whether there may be more."""
        await self.room()
        limit = min(_MOST_IN_HAND - len(self._in_hand), _MOST_TAKEN)
        taken = await inbox.take_updates(limit)
        for accepted in taken:
            # This process was taken for dead, and took again what it has or has not erased yet.
            if accepted.update_id in self._in_hand or accepted.update_id in self._done:
                continue
            self._in_hand.add(accepted.update_id)
            try:
                self._sort(inbox, accepted)
            except Exception as error:  # noqa: BLE001 - no update may end the loop
                name = type(error).__name__
                _log.error("an update cannot be read", update=accepted.update_id, error=name)
                self._settled(accepted.update_id)
        return len(taken) == limit

    def _sort(self, inbox: Inbox, accepted: Accepted) -> None:
        """Put an update into its chat's lane, or drop it."""
        document = orjson.loads(accepted.document)
        if accepted.deaths >= _DEADLY:
            self._set_aside(accepted.update_id, _kind_of(document))
            return
        update = Update.de_json(document, self._bot)
        verdict = self._throttle.judge(update)
        lane = self._lanes.get(accepted.lane)
        if lane is not None and len(lane.waiting) >= _MOST_WAITING:
            verdict = lane.overfull(verdict)
        if verdict is Verdict.TELL:
            _log.warning("updates that are too many are dropped", update=accepted.update_id)
            self._start(self._process.too_many(update), "too many updates")
        if verdict in {Verdict.TELL, Verdict.IGNORE}:
            self._settled(accepted.update_id)
        else:
            self._line_up(inbox, _Item(accepted, update, time.monotonic()))

    def _set_aside(self, update_id: int, kind: str) -> None:
        _log.error("an update that ends the process is set aside", update=update_id, kind=kind)
        self._start(self._process.set_aside(update_id, kind), "setting an update aside")
        self._settled(update_id)

    def _line_up(self, inbox: Inbox, item: _Item) -> None:
        lane = self._lanes.get(item.accepted.lane)
        if lane is not None:
            lane.waiting.append(item)
            return
        lane = self._lanes[item.accepted.lane] = _Lane(deque((item,)))
        self._start(self._work(inbox, item.accepted.lane, lane), "updates of a chat")

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Handling

    async def _work(self, inbox: Inbox, number: int, lane: _Lane) -> None:
        """Handle the updates of a chat, one after the other."""
        while lane.waiting:
            item = lane.waiting.popleft()
            update_id = item.accepted.update_id
            with bound_contextvars(update=update_id):
                if item.accepted.deaths:
                    await self._handle_alone(inbox, item)
                else:
                    await self._handle(inbox, item)
            if self._watch is not None:
                self._watch(item.update, time.monotonic() - item.taken_at)
            self._settled(update_id)
        del self._lanes[number]

    async def _handle_alone(self, inbox: Inbox, item: _Item) -> None:
        """Handle an update that a dead process had in hand, no other such one at the same time.

        So an innocent one is not blamed for the next death.
        """
        async with self._alone:
            try:
                await inbox.begin_again(item.accepted.update_id)
            except StoreError as error:
                _log.warning("the start of an update was not noted", error=str(error))
            handling = asyncio.create_task(self._handle(inbox, item))
            try:
                await asyncio.wait({handling}, timeout=_ALONE)
            except asyncio.CancelledError:
                handling.cancel()
                await asyncio.gather(handling, return_exceptions=True)
                raise
        await handling

    async def _handle(self, inbox: Inbox, item: _Item) -> None:
        """Handle an update, again where its transaction broke off."""
        for attempt in range(1, _TRIES + 1):
            if self._throttle.ignores(item.update):
                return
            try:
                await self._process.handle(item.update)
            except StoreAway as error:
                if attempt == _TRIES:
                    await self._report(item.update, error)
                    return
                _log.warning("an update is handled again", error=str(error))
                await _until_back(inbox)
            except Exception as error:  # noqa: BLE001 - the lane goes on
                await self._report(item.update, error)
                return
            else:
                return

    async def _report(self, update: Update, error: Exception) -> None:
        try:
            await self._process.failed(update, error)
        except Exception as problem:  # noqa: BLE001 - the lane goes on
            _log.error("an error could not be reported", error=repr(error), problem=repr(problem))

    # Back to the inbox

    def _settled(self, update_id: int) -> None:
        """An update was handled, or is never handled."""
        self._in_hand.discard(update_id)
        self._done.append(update_id)
        self._ended.set()
        self._freed.set()

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds * random.uniform(0.75, 1.25)):  # noqa: S311 - jitter
                await self._news.wait()

    async def _erase_handled(self, inbox: Inbox) -> None:
        failures = 0
        while True:
            await self._ended.wait()
            await asyncio.sleep(_GATHER)
            self._ended.clear()
            try:
                await self._erase(inbox)
                failures = 0
            except StoreError as error:
                failures += 1
                _log.warning("handled updates are not erased yet", error=str(error))
                await asyncio.sleep(_wait_after(failures))
                self._ended.set()

    async def _erase(self, inbox: Inbox) -> None:
        done = self._done[:]
        if not done:
            return
        waited = await inbox.updates_handled(done)
        del self._done[: len(done)]
        if waited:
            self.wake()


async def _until_back(inbox: Inbox) -> None:
    """Wait until the store answers."""
    failures = 0
    while True:
        failures += 1
        await asyncio.sleep(_wait_after(failures))
        try:
            await inbox.inbox()
        except StoreError as error:
            _log.warning("the store is still away", error=str(error))
        else:
            return


def _kind_of(document: dict[str, Any]) -> str:
    return next((name for name in document if name != "update_id"), "")


def _wait_after(failures: int) -> float:
    wait: float = min(_RETRIES[0] * 2 ** min(failures - 1, 10), _RETRIES[1])
    return wait * random.uniform(0.75, 1.25)  # noqa: S311 - jitter
