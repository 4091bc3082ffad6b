"""The bot's own comings and goings, groups that become supergroups, channels set up from afar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from heapq import nlargest
from typing import Any

import structlog
import telegram
from telegram.constants import ChatMemberStatus
from telegram.ext import BaseHandler, ChatMemberHandler, ContextTypes, MessageHandler, filters

from bot.subscribers.audience import switched
from bot.subscribers.chat import Address, Chat, ChatKind
from bot.subscribers.pauses import Obstacle
from bot.telegram.context import BotContext, fresh_chat
from bot.telegram.handlers.settings import CHANNEL_WISHES, ScheduleSettings
from bot.telegram.handlers.topics import Topics
from bot.telegram.permissions import Permissions
from bot.telegram.request import Answer, Request
from bot.telegram.router import Conversation
from bot.telegram.trials import Trials
from bot.views import replies
from bot.views.callbacks import Configure
from bot.views.message import Message
from bot.views.pauses import may_not_post
from bot.views.settings import channel_list, channel_page
from bot.views.subscriptions import topics_of

_log = structlog.get_logger(__name__)

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_MOST_ASKED = 200
"""Chats that Telegram is asked about for one person: each is a call of its own."""
_LISTED_FOR = timedelta(minutes=1)
_SHARED = (ChatKind.CHANNEL, ChatKind.SUPERGROUP, ChatKind.GROUP)
"""Chats that somebody sets up for others."""
_IN = {
    ChatMemberStatus.OWNER,
    ChatMemberStatus.ADMINISTRATOR,
    ChatMemberStatus.MEMBER,
}

_NOTHING_READ: tuple[datetime, list[Chat], int] = (_LONG_AGO, [], 0)


class Membership:
    """Keeps what is known of chats in step with where the bot is."""

    def __init__(
        self,
        context: BotContext,
        permissions: Permissions,
        topics: Topics,
        timings: ScheduleSettings,
        trials: Trials,
    ) -> None:
        self._context = context
        self._permissions = permissions
        self._topics = topics
        self._timings = timings
        self._trials = trials
        self._listed = _NOTHING_READ

    def conversation(self) -> Conversation:
        """What it takes: admins configure channels and groups in their private chat."""
        return Conversation(
            private_commands={"channels": self._channels}, actions={Configure: self._configure}
        )

    def handlers(self) -> list[BaseHandler[Any, Any, Any]]:
        """What python-telegram-bot hands updates to."""
        return [
            ChatMemberHandler(self._on_own_status, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(filters.StatusUpdate.MIGRATE, self._on_migration),
        ]

    async def _on_own_status(self, update: telegram.Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        changed = update.my_chat_member
        if changed is None:
            return
        self._permissions.forget(changed.chat.id)
        self._listed = _NOTHING_READ
        if changed.chat.type == telegram.Chat.CHANNEL:
            await self._in_channel(changed)
        elif not _is_in(changed.new_chat_member):
            await self._lose(changed)
        elif changed.chat.type == telegram.Chat.PRIVATE or _is_in(changed.old_chat_member):
            # A person who unblocks the bot is written to once they say something.
            await self._regain(changed)
        else:
            await self._join(changed)

    async def _lose(self, changed: telegram.ChatMemberUpdated) -> None:
        now, by = self._context.clock(), _obstacle(changed)
        await self._context.store.update_chat(
            changed.chat.id, lambda kept: kept and kept.lost(now, by)
        )

    async def _regain(self, changed: telegram.ChatMemberUpdated) -> None:
        """The bot was in the chat before or was unblocked: what it can do there is tried again."""
        if not _may_write(changed.new_chat_member):
            await self._silence(changed.chat.id)
            return
        now = self._context.clock()
        await self._context.store.update_chat(
            changed.chat.id, lambda kept: kept and kept.heard_from(None, now).resumed()
        )

    async def _join(self, changed: telegram.ChatMemberUpdated) -> None:
        """Remember a group, and greet it where nothing is kept of it yet."""
        known = await self._context.store.chat(changed.chat.id)
        kept = await self._remember(changed)
        if not _may_write(changed.new_chat_member):
            await self._silence(kept.id)
        elif known is None:
            page = replies.added_to_chat(self._context.reader(kept), self._context.state.agreement)
            await self._context.api.try_send(Address(kept.id), page)

    async def _silence(self, chat_id: int) -> None:
        """Pause a chat in which the bot may not write, with all its threads that follow."""
        now = self._context.clock()

        def silence(chat: Chat | None) -> Chat | None:
            if chat is None:
                return None
            for thread in {None, *(thread for thread, _ in chat.subscriptions)}:
                if chat.pause_at(thread, now) is None:
                    chat = chat.paused(thread, chat.refused(thread, Obstacle.NO_RIGHT, now))
            return chat

        await self._context.store.update_chat(chat_id, silence)

    async def _remember(self, changed: telegram.ChatMemberUpdated) -> Chat:
        chat, by = changed.chat, changed.from_user

        def remember(kept: Chat | None) -> Chat:
            known = (kept or fresh_chat(chat)).reached(self._context.clock()).told().resumed()
            spoken = known.client_locale or by.language_code
            return replace(known, title=chat.title or "", client_locale=spoken)

        return await self._context.store.update_chat(chat.id, remember) or fresh_chat(chat)

    async def _in_channel(self, changed: telegram.ChatMemberUpdated) -> None:
        """Keep in step with a channel, and tell who changed what the bot may do there."""
        could, can = _may_post(changed.old_chat_member), _may_post(changed.new_chat_member)
        if not _is_in(changed.new_chat_member):
            await self._lose(changed)
            return
        kept = await self._remember(changed)
        if not can:
            await self._silence(kept.id)
        was_in = _is_in(changed.old_chat_member)
        if can == could and (can or was_in):
            return  # another right was edited
        by = changed.from_user
        reader = await self._context.reader_of(by.id, by.language_code)
        if can:
            page = replies.added_to_channel(reader, kept.title, kept.id)
        else:
            page = may_not_post(reader, kept.title, taken=could)
        await self._context.api.try_send(Address(by.id), page)

    async def _on_migration(self, update: telegram.Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        if message is None:
            return
        if message.migrate_to_chat_id is not None:
            await self._context.store.migrate_chat(message.chat.id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id is not None:
            await self._context.store.migrate_chat(message.migrate_from_chat_id, message.chat.id)

    async def _channels(self, request: Request) -> Message:
        """The person's channels and groups among those that the bot came to last."""
        asked, count = await self._newest()
        own, complete = await self._permissions.administered(
            [chat.id for chat in asked], request.user_id
        )
        return channel_list(
            request.reader,
            [chat for chat in asked if chat.id in own],
            complete=complete and len(asked) == count,
        )

    async def _newest(self) -> tuple[list[Chat], int]:
        """The channels and groups that the bot came to last, and how many there are in all.

        They are read from the store once a minute at most, however many people ask.
        """
        now = self._context.clock()
        read_at, newest, count = self._listed
        if not timedelta() <= now - read_at < _LISTED_FOR:
            store = self._context.store
            chats = [chat for kind in _SHARED for chat in await store.chats(kind) if chat.active]
            newest = nlargest(_MOST_ASKED, chats, key=lambda chat: chat.since or _LONG_AGO)
            count = len(chats)
            self._listed = (now, newest, count)
        return newest, count

    async def _configure(self, request: Request, action: Configure) -> Answer:
        chat = await self._context.store.chat(action.chat_id)
        if not request.in_private or chat is None or chat.kind not in _SHARED:
            return Answer(notice=replies.vanished(request.reader))
        if not await self._is_admin(chat.id, request):
            return Answer(notice=replies.not_allowed(request.reader))
        if action.what in {"test", *CHANNEL_WISHES}:
            return await self._about_alerts(request, chat, action)
        changed = self._changed(chat, action)
        if changed is None:
            return Answer(notice=replies.outdated_button(request.reader))
        notice = ""
        if changed != chat:
            # Another admin may have chosen something else in the meantime: both choices stay.
            kept = await self._context.store.update_chat(
                chat.id, lambda kept: kept and self._changed(kept, action)
            )
            if kept is None:
                return Answer(notice=replies.vanished(request.reader))
            changed, notice = kept, replies.saved(request.reader)
        languages = list(self._context.languages.values())
        number = int(action.value) if action.what == "page" and action.value.isdecimal() else 0
        page = channel_page(request.reader, self._context.state.board, changed, languages, number)
        return Answer(page, notice)

    async def _about_alerts(self, request: Request, chat: Chat, action: Configure) -> Answer:
        if action.what == "test":
            return Answer(notice=await self._trials.send(request.reader, chat, Address(chat.id)))
        return await self._timings.configure(request, chat, action)

    def _changed(self, chat: Chat, action: Configure) -> Chat | None:
        """The channel after a choice; None where there is no such choice."""
        match action.what:
            case "" | "page":
                return chat
            case "lang" if action.value in self._context.languages:
                return chat.choosing(action.value)
            case "follow" | "unfollow":
                scope = action.scope
                on = action.what == "follow"
                if scope is None or scope.excludes or (on and not self._topics.exists(scope)):
                    return None
                topics = topics_of(self._context.state.agreement, scope)
                return switched(chat, None, scope, topics, on=on)
        return None

    async def _is_admin(self, chat_id: int, request: Request) -> bool:
        return await self._permissions.is_admin(chat_id, request.user_id)


def _is_in(member: telegram.ChatMember) -> bool:
    """Whether the bot is in the chat; restrictions outlast its stay (Bot API, ChatMember)."""
    if isinstance(member, telegram.ChatMemberRestricted):
        return member.is_member
    return member.status in _IN


def _may_write(member: telegram.ChatMember) -> bool:
    """Whether the bot may write in a group; in private it may."""
    if isinstance(member, telegram.ChatMemberRestricted) and not member.can_send_messages:
        return False
    return _is_in(member)


def _may_post(member: telegram.ChatMember) -> bool:
    """Whether the bot may post in a channel."""
    if isinstance(member, telegram.ChatMemberAdministrator):
        return bool(member.can_post_messages)
    return member.status == ChatMemberStatus.OWNER


def _obstacle(changed: telegram.ChatMemberUpdated) -> Obstacle:
    private = changed.chat.type == telegram.Chat.PRIVATE
    return Obstacle.BLOCKED if private else Obstacle.REMOVED
