"""Who may change a chat's settings: its admins, as Telegram tells.

Telegram is asked for all admins of a chat (Bot API, getChatAdministrators). That works also where
the bot is an ordinary member of a group that hides its members.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import telegram

from bot.telegram.context import BotContext
from bot.telegram.request import Request

_KEPT_FOR = timedelta(minutes=1)
_LISTED_FOR = timedelta(minutes=10)
"""How old an answer may be where a person's chats are listed; a choice is checked again."""
_MOST_KEPT = 10_000
_AT_ONCE = 4
"""Chats that Telegram is asked about at a time for all such lists together."""
_PATIENCE = 1.0
"""Seconds that a person waits for such a list."""


class Permissions:
    """Asks Telegram, and remembers the answer for a minute."""

    def __init__(self, context: BotContext) -> None:
        self._context = context
        self._admins: dict[int, tuple[float, frozenset[int]]] = {}
        self._gate = asyncio.Semaphore(_AT_ONCE)

    async def may_configure(self, request: Request) -> bool:
        """Whether the turn's person may change what its chat follows and speaks."""
        if request.address.direct:  # what a reader writes to a channel in private
            return False
        if request.in_private or request.speaks_as_chat:
            return True
        return await self.is_admin(request.chat.id, request.user_id)

    async def is_admin(self, chat_id: int, user_id: int) -> bool:
        """Whether a person is an admin of a chat; no, where Telegram does not tell."""
        admins = self._known(chat_id, _KEPT_FOR)
        return user_id in (await self._ask(chat_id) if admins is None else admins)

    async def administered(
        self, chat_ids: Iterable[int], user_id: int
    ) -> tuple[frozenset[int], bool]:
        """Those of some chats whose admin a person is, and whether all of them were looked at.

        Telegram is asked about a few chats at a time, whoever wants to know, and for a second.
        What was learnt by then is remembered, so that the next time the search goes on.

        Raises:
            TelegramError: it could not be found out for one of them.
        """
        chats = [*chat_ids]
        unknown = [chat for chat in chats if self._known(chat, _LISTED_FOR) is None]
        try:
            async with asyncio.timeout(_PATIENCE), asyncio.TaskGroup() as group:
                for chat_id in unknown:
                    group.create_task(self._look(chat_id))
        except TimeoutError:
            pass
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from errors
        lists = {chat: self._known(chat, _LISTED_FOR) for chat in chats}
        own = frozenset(
            each_list for each_list, admins in lists.items() if admins and user_id in admins
        )
        return own, None not in lists.values()

    def forget(self, chat_id: int) -> None:
        """Ask again about a chat: its admins have changed."""
        self._admins.pop(chat_id, None)

    async def _look(self, chat_id: int) -> None:
        async with self._gate:
            if self._known(chat_id, _LISTED_FOR) is None:
                await self._ask(chat_id)

    def _known(self, chat_id: int, within: timedelta) -> frozenset[int] | None:
        """The admins of a chat, if Telegram told them so short a time ago."""
        asked, admins = self._admins.get(chat_id, (None, None))
        is_fresh = asked is not None and 0 <= self._now() - asked < within.total_seconds()
        return admins if is_fresh else None

    async def _ask(self, chat_id: int) -> frozenset[int]:
        try:
            members = await self._context.bot.get_chat_administrators(chat_id)
            admins = frozenset(member.user.id for member in members)
        except (telegram.error.BadRequest, telegram.error.Forbidden):
            admins = frozenset()
        if len(self._admins) >= _MOST_KEPT:
            self._admins.clear()
        self._admins[chat_id] = (self._now(), admins)
        return admins

    def _now(self) -> float:
        return self._context.clock().timestamp()
