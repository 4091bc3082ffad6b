"""The queue of updates: long polling and its conflicts (Bot API, "Getting updates")."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable

from bot.playground.errors import ApiError
from bot.playground.model import Json

UPDATE_KINDS = frozenset(
    (
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "guest_message",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
        "managed_bot",
    )
)
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_MAX_LIMIT, _MAX_WAIT = 100, 50


class Updates:
    """Updates that the bot has not confirmed yet, oldest first.

    Attributes:
        arrived: wakes the poller.
        due: wakes the delivery to a webhook.
    """

    def __init__(self) -> None:
        self.pending: deque[Json] = deque()
        self.allowed: frozenset[str] = UPDATE_KINDS - NOT_BY_DEFAULT
        self.webhook: Json | None = None
        self.arrived = asyncio.Event()
        self.due = asyncio.Event()
        self._next_id = 100_001
        self._poller: asyncio.Event | None = None

    def add(self, kind: str, content: Json) -> Json | None:
        """Queue an update; None when the bot did not ask for this kind."""
        if kind not in self.allowed:
            return None
        update: Json = {"update_id": self._next_id, kind: content}
        self._next_id += 1
        self._queue(update)
        return update

    def again(self, update: Json) -> None:
        """Deliver an update a second time under its old id, as Telegram may after a lost answer."""
        self._queue(update)

    def _queue(self, update: Json) -> None:
        self.pending.append(update)
        self.arrived.set()
        if self.webhook is not None:
            self.due.set()

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Which kinds to queue from now on: none given keeps the choice, an empty list resets."""
        if kinds is None:
            return
        chosen = frozenset(kinds)
        self.allowed = (chosen & UPDATE_KINDS) if chosen else UPDATE_KINDS - NOT_BY_DEFAULT

    def confirm(self, offset: int) -> None:
        """Forget the updates below `offset`; a negative one keeps only the last ones."""
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
            return
        while self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()

    async def poll(self, params: Json, closing: asyncio.Event) -> list[Json]:
        """getUpdates: wait until there is something, at most `timeout` seconds.

        Raises:
            ApiError: 409, a webhook is set or another poller took over.
        """
        if self.webhook is not None:
            raise ApiError(
                "Conflict: can't use getUpdates method while webhook is active;"
                " use deleteWebhook to delete the webhook first",
                code=409,
            )
        if self._poller is not None:
            self._poller.set()
        taken_over = self._poller = asyncio.Event()
        self.allow(params.get("allowed_updates"))
        self.confirm(params.get("offset", 0))
        wait = min(params.get("timeout", 0), _MAX_WAIT)
        try:
            if not self.pending and wait > 0:
                await self._until_news(wait, taken_over, closing)
        finally:
            if self._poller is taken_over:
                self._poller = None
        if taken_over.is_set():
            raise ApiError(
                "Conflict: terminated by other getUpdates request;"
                " make sure that only one bot instance is running",
                code=409,
            )
        limit = min(params.get("limit", _MAX_LIMIT), _MAX_LIMIT)
        return [update for update, _ in zip(self.pending, range(limit), strict=False)]

    async def _until_news(
        self, seconds: float, taken_over: asyncio.Event, closing: asyncio.Event
    ) -> None:
        self.arrived.clear()
        tasks = [
            asyncio.ensure_future(event.wait()) for event in (self.arrived, taken_over, closing)
        ]
        try:
            await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
