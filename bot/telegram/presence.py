"""Signs of life: a chat that was lost or paused is tried again at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import telegram
from cachetools import LRUCache
from telegram.ext import BaseHandler, ContextTypes, MessageHandler, filters

from bot.subscribers.chat import Address
from bot.telegram.context import BotContext, address_of
from bot.telegram.handlers.topics import Topics
from bot.telegram.permissions import Permissions
from bot.telegram.request import Answer, Request
from bot.telegram.returning import missed
from bot.telegram.router import Conversation
from bot.views import replies
from bot.views.callbacks import Bring, Missed, Place, View
from bot.views.digests import digest_pages
from bot.views.pauses import brought, nothing_missed

_LOOK_APART = timedelta(minutes=1)
_MOST_SEEN = 10_000


class Presence:
    """Takes what people write in groups and channels as a sign that they can be reached.

    What is written to the bot itself is one as well: see `BotContext.turn`.
    """

    GROUP = -1
    """The handlers' group: they see every message before it is answered."""

    def __init__(self, context: BotContext, topics: Topics, permissions: Permissions) -> None:
        self._context = context
        self._topics = topics
        self._permissions = permissions
        self._seen: LRUCache[Address, datetime] = LRUCache(_MOST_SEEN)

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(actions={Missed: self._missed, Bring: self._bring})

    def handlers(self) -> list[BaseHandler[Any, Any, Any]]:
        """What python-telegram-bot hands updates to."""
        return [MessageHandler(~filters.ChatType.PRIVATE, self._on_message)]

    async def _on_message(self, update: telegram.Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        if message is None:
            return
        address = address_of(message.chat.id, message)
        if message.forum_topic_reopened is not None or message.general_forum_topic_unhidden:
            await self._context.store.update_chat(
                address.chat_id, lambda kept: kept and kept.resumed(address.thread_id)
            )
        elif self._is_due(address):
            await self._context.alive(
                await self._context.store.chat(address.chat_id), address.thread_id
            )

    def _is_due(self, address: Address) -> bool:
        """Whether an address was not looked at for a minute: groups can be lively."""
        now = self._context.clock()
        seen = self._seen.get(address)
        if seen is not None and timedelta() <= now - seen < _LOOK_APART:
            return False
        self._seen[address] = now
        return True

    async def _missed(self, request: Request, action: Missed) -> Answer:
        if not request.in_private:  # such a button is sent to people only
            return Answer(notice=replies.outdated_button(request.reader))
        since = datetime.fromtimestamp(max(action.since, 0), request.reader.now.tzinfo)
        pages = digest_pages(request.reader, await missed(self._context, request.chat, since))
        if not pages:
            return Answer(notice=nothing_missed(request.reader))
        for page in pages[:-1]:
            await self._context.api.send(request.address, page)
        return Answer(pages[-1], anew=True)

    async def _bring(self, request: Request, action: Bring) -> Answer:
        if not await self._permissions.may_configure(request):
            return Answer(notice=replies.not_allowed(request.reader))
        old, new = action.thread_id, request.address.thread_id
        if old == new or not request.chat.follows(old):
            return Answer(notice=replies.outdated_button(request.reader))
        request = await self._context.update_chat(request, lambda chat: chat.moved(old, new))
        page = await self._topics.page_at(request, Place(View.SUBSCRIPTIONS))
        return Answer(page, brought(request.reader))
