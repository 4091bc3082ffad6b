"""Who may change a chat's settings: its admins, as Telegram tells.

It is asked about the person (Bot API, getChatMember). Of other people that works for certain only
where the bot is an admin itself: a group that hides its members refuses others. Then it is asked
for the admins (getChatAdministrators).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

import telegram
from telegram.constants import ChatMemberStatus

from bot.telegram.desk import Desk
from bot.telegram.turn import Turn

_ADMINS = {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR}
_MEMBERS_HIDDEN = ("chat_admin_required", "participant_id_invalid")
"""Words of a refusal that is about other members of the group and not about its admins."""
_KEPT_FOR = timedelta(minutes=1)
_MOST_KEPT = 10_000
_AT_ONCE = 8
"""Questions that are open at a time where a person's channels are looked for."""


class Rights:
    """Asks Telegram, and remembers the answer for a minute."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[tuple[int, int], tuple[datetime, bool]] = {}

    async def may_configure(self, turn: Turn) -> bool:
        """Whether the turn's person may change what its chat follows and speaks."""
        if turn.in_private or turn.speaks_as_chat:
            return True
        return await self.is_admin(turn.chat.id, turn.user_id)

    async def is_admin(self, chat_id: int, user_id: int) -> bool:
        """Whether a person is an admin of a chat; no, where Telegram does not know both."""
        now = self._desk.clock()
        asked, admin = self._known.get((chat_id, user_id), (None, False))
        if asked is not None and timedelta() <= now - asked < _KEPT_FOR:
            return admin
        try:
            admin = await self._asked(chat_id, user_id)
        except (telegram.error.BadRequest, telegram.error.Forbidden):
            admin = False
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[chat_id, user_id] = (now, admin)
        return admin

    async def administered(self, chat_ids: Iterable[int], user_id: int) -> frozenset[int]:
        """Those of some chats whose admin a person is, a few asked about at a time.

        Raises:
            TelegramError: it could not be found out for one of them.
        """
        gate = asyncio.Semaphore(_AT_ONCE)

        async def ask(chat_id: int) -> int | None:
            async with gate:
                return chat_id if await self.is_admin(chat_id, user_id) else None

        # No question is left open behind the back of an error.
        answers = await asyncio.gather(*map(ask, chat_ids), return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        return frozenset(one for one in answers if isinstance(one, int))

    async def _asked(self, chat_id: int, user_id: int) -> bool:
        bot = self._desk.bot
        try:
            return (await bot.get_chat_member(chat_id, user_id)).status in _ADMINS
        except telegram.error.BadRequest as error:
            if not any(words in error.message.lower() for words in _MEMBERS_HIDDEN):
                raise
            admins = await bot.get_chat_administrators(chat_id)
            return any(one.user.id == user_id for one in admins)

    def forget(self, chat_id: int) -> None:
        """Ask anew about a chat: its admins have changed."""
        for key in [key for key in self._known if key[0] == chat_id]:
            del self._known[key]
