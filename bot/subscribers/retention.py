"""Erases what is kept of chats that could not be reached for long."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.subscribers.chat import Chat
from bot.subscribers.repository import ChatRepository

_log = structlog.get_logger(__name__)

_MONTH = timedelta(days=365.25 / 12)
_LOOK = timedelta(hours=6)


class Retention:
    """Ends subscriptions that nobody could be reached by for a number of months.

    Args:
        months: After how many; 0 keeps everything.
    """

    def __init__(self, chats: ChatRepository, clock: Clock, *, months: int) -> None:
        self._chats = chats
        self._clock = clock
        self._months = months

    async def run(self) -> None:
        """Look a few times a day until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK.total_seconds())

    async def look(self) -> int:
        """Erase what is too old; say of how many chats."""
        if not self._months:
            return 0
        before = self._clock() - self._months * _MONTH
        silent = await self._chats.silent_since(before)
        for chat_id in silent:
            await self._end(chat_id, before)
        if silent:
            _log.info("chats that were not reached for long are forgotten", chats=len(silent))
        return len(silent)

    async def _end(self, chat_id: int, before: datetime) -> None:
        chat = await self._chats.chat(chat_id)
        if chat is None:
            return
        if not chat.active or not _ended(chat, before).subscriptions:
            await self._chats.forget_chat(chat_id)
        else:
            await self._chats.update_chat(chat_id, lambda kept: kept and _ended(kept, before))


def _ended(chat: Chat, before: datetime) -> Chat:
    """The chat without what its threads follow that were not reached since before a moment."""
    for thread, pause in chat.pauses.items():
        if pause.since < before:
            chat = chat.without(thread).resumed(thread)
    return chat
