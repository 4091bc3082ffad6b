"""Paces every call of the Bot API, in the place that the library has for it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import timedelta
from math import inf
from typing import Any

import structlog
from telegram.error import NetworkError, RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.alerts.model import Result
from bot.alerts.rate_scheduler import ChatKey, Limits, Priority, RateBucket, RateScheduler, Ticket
from bot.clock import system_clock
from bot.telegram.error_mapping import flood_wait, outcome_of

_log = structlog.get_logger(__name__)

JSON = bool | dict[str, Any] | list[dict[str, Any]]
"""What the library's calls answer with."""

_PATIENCE = {Priority.PERSON: 60.0, Priority.FEEDBACK: 60.0, Priority.ALERT: 3.0}
"""Seconds that a call waits for its chat. An alert is kept and comes again; an answer is not."""
_PATIENCE_WITH_ALL = 60.0
"""Seconds that a call waits while everything stands still."""
_PATIENCE_AT_THE_END = 1.0
"""Seconds that an answer waits for its chat once the bot is stopping."""
_FREE_PATIENCE = 5.0
"""Seconds that a call which is not paced (a menu, a toast) waits out a flood wait."""
_UNTOLD = 1.0
"""Calls a second while it is not known how many are allowed."""
_RETRIES = 2
_FIRST_WAIT = 0.5
_MARGIN = 0.1
"""Seconds added to a flood wait, which Telegram tells in whole ones."""

_MESSAGES = ("send", "forward", "copy")
_CHANGES = ("edit", "delete", "stopPoll", "pin", "unpin")
_NO_MESSAGES = frozenset({"sendChatAction", "deleteMyCommands", "deleteWebhook"})


class NotWanted(TelegramError):
    """When the call's turn came nobody wanted it any more. It was not made."""

    def __init__(self) -> None:
        super().__init__("not wanted any more")


@dataclass(frozen=True, slots=True)
class Paced:
    """How a call waits, and a last look before it is made: True to make it."""

    priority: Priority
    wanted: Callable[[], Awaitable[bool]] | None = None
    counted: bool = True
    """Whether the chat's own limits count it: a picture and the text that follows are one answer,
    a burst of two, which Telegram lets pass (core.telegram.org/bots/faq)."""


class RateLimiter(BaseRateLimiter[Priority | Paced]):
    """Gives each call its turn, and takes refusals for an answer.

    New messages and edits are paced; toasts, menus and questions are not: Telegram limits
    messages. `rate_limit_args` is the call's priority, that of a person's answer if left out.

    An answer is tried again a few times, while that is soon and safe: a person cannot ask for it
    again later, as a kept alert can. A failed alert is given back at once, with its error.

    Args:
        rate: Calls a second over all chats.
        chat_seconds: Seconds between two messages in one chat.
        group_count: Messages a minute in one group.
    """

    def __init__(
        self, *, rate: float = 30.0, chat_seconds: float = 1.0, group_count: int = 20
    ) -> None:
        self._scheduler = RateScheduler(Limits(rate, chat_seconds, group_count))
        self._untold = min(rate, _UNTOLD)
        self._allowed_until = inf
        self._waiting: dict[Ticket, asyncio.Future[None]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._stopping = asyncio.Event()
        self._watch: Callable[[str, str], None] | None = None

    def watched_by(self, watch: Callable[[str, str], None]) -> None:
        """Tell of each call that was made: its method, and "ok" or the kind of error."""
        self._watch = watch

    @property
    def rate(self) -> float:
        """Calls a second that are allowed just now."""
        now = self._now()
        self._run_out(now)
        return self._scheduler.rate(now)

    def allow(self, rate: float, until: float = inf) -> None:
        """Go on at another rate until a moment of the event loop's clock.

        After that there is one call a second: enough to say that something is wrong.
        """
        self._allowed_until = until
        self._scheduler.allow(rate, self._now())
        self._arm()

    async def initialize(self) -> None:
        """Open the gate."""
        self._stopping.clear()

    async def shutdown(self) -> None:
        """Let nobody wait any longer; see `hurry`."""
        self.hurry()
        for ticket in list(self._waiting):
            self._send_away(ticket, 1.0)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def hurry(self) -> None:
        """The bot is stopping: alerts that wait are given back, answers wait a second at most.

        What is given back fails with RetryAfter and was not sent.
        """
        self._stopping.set()
        now = self._now()
        for ticket in list(self._waiting):
            held = max(self._scheduler.wait_in(ticket.bucket, now), self._scheduler.paused_for(now))
            if ticket.priority is Priority.ALERT or held > _PATIENCE_AT_THE_END:
                self._send_away(ticket, held)
        self._arm()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, JSON]],
        args: Any,  # noqa: ANN401 - as the library declares it
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Priority | Paced | None,
    ) -> JSON:
        """Make a call when it is its turn, see `BaseRateLimiter.process_request`.

        Raises:
            RetryAfter: Telegram asks for a longer wait than the call has patience for.
            NotWanted: the last look before the call said no.
            TelegramError: the call failed.
        """
        paced = rate_limit_args or Paced(Priority.PERSON)
        paced = paced if isinstance(paced, Paced) else Paced(paced)
        priority = paced.priority
        bucket = bucket_of(endpoint, data)
        if bucket is not None and not paced.counted:
            bucket = replace(bucket, counted=False)
        attempt = 0
        while True:
            if bucket is not None:
                await self._turn(bucket, priority)
            if paced.wanted is not None and not await paced.wanted():
                raise NotWanted
            try:
                answer = await callback(*args, **kwargs)
            except TelegramError as error:
                error.add_note(endpoint)  # for reports: the error itself does not know
                self._told(endpoint, type(error).__name__)
                wait = self._wait_after(error, bucket, attempt)
                if priority is Priority.ALERT or wait is None or attempt >= _RETRIES:
                    raise
                _log.info("call is made again", endpoint=endpoint, wait=wait, error=repr(error))
            else:
                self._told(endpoint, "ok")
                return answer
            await self._pause(wait)
            attempt += 1

    def _told(self, endpoint: str, result: str) -> None:
        if self._watch is not None:
            self._watch(endpoint, result)

    def _wait_after(
        self, error: TelegramError, bucket: RateBucket | None, attempt: int
    ) -> float | None:
        """Seconds to sleep before the call is made again; None where it is not to be."""
        flood = flood_wait(error)
        if flood is not None:
            seconds = flood.total_seconds() + _MARGIN
            if bucket is None:
                return seconds if seconds <= _FREE_PATIENCE else None
            self._scheduler.pause(bucket.chat, seconds, self._now())
            self._arm()
            return 0.0  # the bucket is paused: the wait is in the queue, if there is patience
        if not isinstance(error, NetworkError):  # the token, another poller: no time heals it
            return None
        if outcome_of(error, system_clock()).result is not Result.RETRY:
            return None
        return _FIRST_WAIT * (1 << attempt) * random.uniform(0.5, 1.5)  # noqa: S311 - jitter

    async def _pause(self, seconds: float) -> None:
        """Sleep, but no longer than until the bot stops."""
        if seconds:
            try:
                await asyncio.wait_for(self._stopping.wait(), seconds)
            except TimeoutError:
                return

    async def _turn(self, bucket: RateBucket, priority: Priority) -> None:
        now = self._now()
        self._run_out(now)
        self._check_patience(bucket, priority, now)
        ticket = self._scheduler.add(bucket, priority, now)
        if not self._waiting and self._scheduler.take(now) is ticket:
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting[ticket] = turn
        self._arm()
        try:
            await turn
        finally:
            if self._waiting.pop(ticket, None) is not None:
                self._scheduler.cancel(ticket, self._now())
                self._arm()

    def _check_patience(self, bucket: RateBucket, priority: Priority, now: float) -> None:
        ending = self._stopping.is_set()
        held, all_held = self._scheduler.wait_in(bucket, now), self._scheduler.paused_for(now)
        if ending and priority is Priority.ALERT:
            raise _come_again(max(held, all_held, 1.0))
        patience = _PATIENCE_AT_THE_END if ending else _PATIENCE[priority]
        if held > patience or all_held > (patience if ending else _PATIENCE_WITH_ALL):
            raise _come_again(max(held, all_held))

    def _arm(self) -> None:
        """Look again when the next turn falls due."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        at = self._scheduler.next_at()
        if at is not None and (at := min(at, self._allowed_until)) < inf:
            self._timer = asyncio.get_running_loop().call_at(at, self._give_out)

    def _give_out(self) -> None:
        now = self._now()
        self._run_out(now)
        while (ticket := self._scheduler.take(now)) is not None:
            turn = self._waiting.pop(ticket)
            if not turn.done():
                turn.set_result(None)
        self._arm()

    def _run_out(self, now: float) -> None:
        if now >= self._allowed_until:
            self._allowed_until = inf
            self._scheduler.allow(self._untold, now)

    def _send_away(self, ticket: Ticket, seconds: float) -> None:
        turn = self._waiting.pop(ticket)
        self._scheduler.cancel(ticket, self._now())
        if not turn.done():
            turn.set_exception(_come_again(max(seconds, 1.0)))

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def bucket_of(endpoint: str, data: dict[str, Any]) -> RateBucket | None:
    """Where a call waits for its turn; None for one that does not wait."""
    chat = _chat_key(data.get("chat_id"))
    if chat is None or endpoint in _NO_MESSAGES:
        return None
    if endpoint.startswith(_MESSAGES):
        return RateBucket(chat)
    return RateBucket(chat, counted=False) if endpoint.startswith(_CHANGES) else None


def _chat_key(chat_id: object) -> ChatKey | None:
    if isinstance(chat_id, str):
        return int(chat_id) if chat_id.removeprefix("-").isdecimal() else chat_id.lower()
    return chat_id if isinstance(chat_id, int) else None


def _come_again(seconds: float) -> RetryAfter:
    return RetryAfter(timedelta(seconds=round(seconds + _MARGIN, 1)))
