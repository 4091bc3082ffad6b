"""Which conversation takes what: commands, buttons, plain texts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Protocol

import telegram
from cachetools import LRUCache
from telegram.ext import (
    BaseHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.agreement.suggestions import nearest
from bot.telegram.command_parsing import (
    COMMAND,
    WRITTEN_COMMAND,
    is_about_news,
    is_asked,
    is_for_bot,
    question_in,
)
from bot.telegram.context import BotContext
from bot.telegram.request import Answer, Request
from bot.telegram.returning import greet
from bot.views import replies
from bot.views.callbacks import Action
from bot.views.message import Message

CommandFunction = Callable[[Request], Awaitable[Message | None]]
ActionFunction = Callable[[Request, Any], Awaitable[Answer]]

_LONGEST_TEXT = 4000
"""Characters of a question or a note that are read; clients cut a message at 4,096."""
_MOST_ALBUMS = 1000
_CORRECTED_WITHIN = timedelta(minutes=2)
_LONGEST_ARGUMENT = 500
"""Characters that stand after any other command."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a conversation takes: commands by name, actions by type.

    `free_text` names the commands that take a text of up to 4,000 characters. What stands after
    any other command is read up to 500.
    """

    commands: Mapping[str, CommandFunction] = field(default_factory=dict)
    private_commands: Mapping[str, CommandFunction] = field(default_factory=dict)
    """Commands that work in a private chat only."""
    aliases: Mapping[str, CommandFunction] = field(default_factory=dict)
    """Commands that are understood and never offered."""
    admin_commands: Mapping[str, CommandFunction] = field(default_factory=dict)
    actions: Mapping[type, ActionFunction] = field(default_factory=dict)
    admin_actions: Mapping[type, ActionFunction] = field(default_factory=dict)
    free_text: frozenset[str] = frozenset()


class TextTaker(Protocol):
    """Takes plain text; says None where it is not for this one."""

    async def take(self, request: Request) -> Message | None:
        """Answer the text, or None."""


class Router:
    """Hands each update to the conversation that takes it, and sends what comes back."""

    def __init__(
        self,
        context: BotContext,
        conversations: Iterable[Conversation],
        *,
        topic_command: Callable[[Request, str], Awaitable[Message | None]],
        located: Callable[[Request, float, float], Awaitable[Message]],
        texts: Sequence[TextTaker],
        question: TextTaker,
    ) -> None:
        self._context = context
        self._commands: dict[str, CommandFunction] = {}
        self._private_commands: dict[str, CommandFunction] = {}
        self._aliases: dict[str, CommandFunction] = {}
        self._admin_commands: dict[str, CommandFunction] = {}
        self._actions: dict[type, ActionFunction] = {}
        self._admin_actions: dict[type, ActionFunction] = {}
        self._free_text: set[str] = set()
        for conversation in conversations:
            self._commands |= conversation.commands
            self._private_commands |= conversation.private_commands
            self._aliases |= conversation.aliases
            self._admin_commands |= conversation.admin_commands
            self._actions |= conversation.actions
            self._admin_actions |= conversation.admin_actions
            self._free_text |= conversation.free_text
        self._topic_command = topic_command
        self._located = located
        self._texts = texts
        self._albums: LRUCache[str, None] = LRUCache(_MOST_ALBUMS)
        self._question = question

    @property
    def command_names(self) -> frozenset[str]:
        """Every command that is not a topic's."""
        return frozenset({*self._commands, *self._private_commands, *self._admin_commands})

    def handlers(self) -> list[BaseHandler[Any, Any, Any]]:
        """What python-telegram-bot hands updates to."""
        new = filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL
        posts = filters.UpdateType.CHANNEL_POST & filters.COMMAND
        edited = filters.UpdateType.EDITED_MESSAGE & (filters.TEXT | filters.CAPTION)
        return [
            MessageHandler(new | posts, self._on_message),
            MessageHandler(edited, self._on_edited),
        ]

    async def _on_edited(self, update: telegram.Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a message that was corrected soon after it was sent."""
        message = update.edited_message
        if message is None or message.edit_date is None:
            return
        if message.edit_date - message.date <= _CORRECTED_WITHIN:
            await self._on_message(update, context)

    async def _on_message(self, update: telegram.Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        if message is None or message.via_bot is not None or message.is_automatic_forward:
            return  # the last is a channel's post in its discussion group: it was answered there
        if not is_for_bot(message, self._context.bot):
            return
        user = message.from_user
        if user is not None and user.is_bot and message.sender_chat is None:
            return
        request = await self._context.request(
            message.chat, user, message, message.text or message.caption or ""
        )
        await greet(self._context, request)
        page = await self._answer(
            replace(request, speaks_as_chat=_speaks_as_chat(message)), message
        )
        if page is not None:
            reply_to = None if request.in_private and not page.replies else message.message_id
            await self._context.api.send(request.address, page, reply_to=reply_to)

    async def _answer(self, request: Request, message: telegram.Message) -> Message | None:
        text = request.text
        command = COMMAND.match(text)
        if command is not None:
            name, addressee, rest = command[1].lower(), command[2], command[3].strip()
            return await self._command(replace(request, text=rest), name, addressed=bool(addressee))
        if request.in_private:
            written = WRITTEN_COMMAND.match(text)
            if written is not None:
                name, rest = written[1].lower(), written[2].strip()
                return await self._command(replace(request, text=rest), name, addressed=True)
            return await self._private(request, message)
        if text and is_asked(message, self._context.bot):
            bot = self._context.bot
            may_be_talk = is_about_news(message, bot)
            return await self._text(
                replace(request, text=question_in(text, bot), may_be_talk=may_be_talk)
            )
        return None

    async def _private(self, request: Request, message: telegram.Message) -> Message | None:
        """Answer what is not a command: a text, a place, or something without words."""
        if request.text.strip():
            self._is_known_album(message)
            return await self._text(request)
        if message.location is not None:
            return await self._located(
                request, message.location.latitude, message.location.longitude
            )
        return None if self._is_known_album(message) else replies.only_text(request.reader)

    def _is_known_album(self, message: telegram.Message) -> bool:
        """Whether a picture belongs to an album of which another one was answered."""
        album = message.media_group_id
        if album is None or album in self._albums:
            return album is not None
        self._albums[album] = None
        return False

    async def _text(self, request: Request) -> Message | None:
        """Hand a text to the first that takes it; a question is what is left."""
        if len(request.text) > _LONGEST_TEXT:
            return replies.text_too_long(request.reader, _LONGEST_TEXT)
        for taker in (*self._texts, self._question):
            page = await taker.take(request)
            if page is not None:
                return page
        return None

    async def _command(self, request: Request, name: str, *, addressed: bool) -> Message | None:
        longest = _LONGEST_TEXT if name in self._free_text else _LONGEST_ARGUMENT
        if len(request.text) > longest:
            return replies.text_too_long(request.reader, longest)
        is_admin = request.user_id in self._context.admins
        elsewhere = {**self._private_commands, **(self._admin_commands if is_admin else {})}
        if name in elsewhere and not request.in_private:
            is_asked = addressed or name in self._private_commands
            return replies.private_only(request.reader, name) if is_asked else None
        every = {**self._aliases, **elsewhere, **self._commands}
        if name in every:
            return await every[name](request)
        page = await self._topic_command(request, name)
        if page is None and (request.in_private or addressed):
            topics = self._context.state.agreement.topics
            offered = {*self._commands, *self._private_commands}
            known = offered | {name for topic in topics for name in topic.names}
            return replies.unknown_command(request.reader, name, nearest(name, known))
        return page

    async def press(self, request: Request, action: Action | None) -> Answer:
        """Let the conversation that has the button's action take it."""
        function = self._actions.get(type(action))
        if function is None and request.in_private and request.user_id in self._context.admins:
            function = self._admin_actions.get(type(action))
        if function is None:
            return Answer(notice=replies.outdated_button(request.reader))
        return await function(request, action)


def _speaks_as_chat(message: telegram.Message) -> bool:
    """Whether somebody speaks in the name of the chat itself, which its admins alone can.

    It holds for what was written, never for a pressed button: the message under which that
    stands is the bot's, in a channel in the channel's name, and anyone there can press it.
    """
    sender = message.sender_chat
    return sender is not None and sender.id == message.chat.id
