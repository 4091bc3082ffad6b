"""Which conversation takes what: commands, buttons, plain texts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import telegram
from telegram.ext import (
    BaseHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.agreement.nearest import nearest
from bot.messages import notices
from bot.messages.actions import Action
from bot.messages.model import Message
from bot.telegram.addressing import COMMAND, WRITTEN_COMMAND, is_asked, is_for_bot, question_in
from bot.telegram.desk import Desk
from bot.telegram.turn import Answer, Turn

CommandFunction = Callable[[Turn], Awaitable[Message | None]]
ActionFunction = Callable[[Turn, Any], Awaitable[Answer]]

_LONGEST_TEXT = 4000
"""Characters of a question or a note that are read; clients cut a message at 4,096."""
_LONGEST_ARGUMENT = 500
"""Characters that stand after any other command."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a conversation takes: commands by name, actions by type.

    `free_text` names the commands that take a text of up to 4,000 characters. What stands after
    any other command is read up to 500.
    """

    commands: Mapping[str, CommandFunction] = field(default_factory=dict)
    admin_commands: Mapping[str, CommandFunction] = field(default_factory=dict)
    actions: Mapping[type, ActionFunction] = field(default_factory=dict)
    admin_actions: Mapping[type, ActionFunction] = field(default_factory=dict)
    free_text: frozenset[str] = frozenset()


class TextTaker(Protocol):
    """Takes plain text; says None where it is not for this one."""

    async def take(self, turn: Turn) -> Message | None:
        """Answer the text, or None."""


class Router:
    """Hands each update to the conversation that takes it, and sends what comes back."""

    def __init__(
        self,
        desk: Desk,
        conversations: Iterable[Conversation],
        *,
        topic_command: Callable[[Turn, str], Awaitable[Message | None]],
        draft_text: TextTaker,
        question: TextTaker,
    ) -> None:
        self._desk = desk
        self._commands: dict[str, CommandFunction] = {}
        self._admin_commands: dict[str, CommandFunction] = {}
        self._actions: dict[type, ActionFunction] = {}
        self._admin_actions: dict[type, ActionFunction] = {}
        self._free_text: set[str] = set()
        for conversation in conversations:
            self._commands |= conversation.commands
            self._admin_commands |= conversation.admin_commands
            self._actions |= conversation.actions
            self._admin_actions |= conversation.admin_actions
            self._free_text |= conversation.free_text
        self._topic_command = topic_command
        self._draft_text = draft_text
        self._question = question

    @property
    def command_names(self) -> frozenset[str]:
        """Every command that is not a topic's."""
        return frozenset({*self._commands, *self._admin_commands})

    def handlers(self) -> list[BaseHandler[Any, Any, Any]]:
        """What python-telegram-bot hands updates to. Edited messages are left alone."""
        new = filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL
        posts = filters.UpdateType.CHANNEL_POST & filters.COMMAND
        return [MessageHandler(new | posts, self._on_message)]

    async def _on_message(self, update: telegram.Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        if message is None or message.via_bot is not None or message.is_automatic_forward:
            return  # the last is a channel's post in its discussion group: it was answered there
        if not is_for_bot(message, self._desk.bot):
            return
        user = message.from_user
        if user is not None and user.is_bot and message.sender_chat is None:
            return
        turn = await self._desk.turn(
            message.chat, user, message, message.text or message.caption or ""
        )
        page = await self._answer(replace(turn, speaks_as_chat=_speaks_as_chat(message)), message)
        if page is not None:
            reply_to = None if turn.in_private and not page.replies else message.message_id
            await self._desk.outgoing.reply(turn.address, page, reply_to=reply_to)
            if not (turn.chat.active or turn.in_private):
                await self._desk.reached(turn.chat.id)

    async def _answer(self, turn: Turn, message: telegram.Message) -> Message | None:
        text = turn.text
        command = COMMAND.match(text)
        if command is not None:
            name, addressee, rest = command[1].lower(), command[2], command[3].strip()
            return await self._command(replace(turn, text=rest), name, addressed=bool(addressee))
        if turn.in_private:
            written = WRITTEN_COMMAND.match(text)
            if written is not None:
                name, rest = written[1].lower(), written[2].strip()
                return await self._command(replace(turn, text=rest), name, addressed=True)
            return await self._private_text(turn)
        if text and is_asked(message, self._desk.bot):
            return await self._question_of(replace(turn, text=question_in(text, self._desk.bot)))
        return None

    async def _private_text(self, turn: Turn) -> Message | None:
        if not turn.text.strip():
            return notices.only_text(turn.reader)
        return await self._draft_text.take(turn) or await self._question_of(turn)

    async def _question_of(self, turn: Turn) -> Message | None:
        if len(turn.text) > _LONGEST_TEXT:
            return notices.text_too_long(turn.reader, _LONGEST_TEXT)
        return await self._question.take(turn)

    async def _command(self, turn: Turn, name: str, *, addressed: bool) -> Message | None:
        longest = _LONGEST_TEXT if name in self._free_text else _LONGEST_ARGUMENT
        if len(turn.text) > longest:
            return notices.text_too_long(turn.reader, longest)
        function = self._commands.get(name)
        if function is None and turn.in_private and turn.user_id in self._desk.admins:
            function = self._admin_commands.get(name)
        if function is not None:
            return await function(turn)
        page = await self._topic_command(turn, name)
        if page is None and (turn.in_private or addressed):
            topics = self._desk.briefing.agreement.topics
            known = {*self._commands, *(one for topic in topics for one in topic.names)}
            return notices.unknown_command(turn.reader, name, nearest(name, known))
        return page

    async def press(self, turn: Turn, action: Action | None) -> Answer:
        """Let the conversation that has the button's action take it."""
        function = self._actions.get(type(action))
        if function is None and turn.user_id in self._desk.admins:
            function = self._admin_actions.get(type(action))
        if function is None:
            return Answer(notice=notices.outdated_button(turn.reader))
        return await function(turn, action)


def _speaks_as_chat(message: telegram.Message) -> bool:
    """Whether somebody speaks in the name of the chat itself, which its admins alone can.

    It holds for what was written, never for a pressed button: the message under which that
    stands is the bot's, in a channel in the channel's name, and anyone there can press it.
    """
    sender = message.sender_chat
    return sender is not None and sender.id == message.chat.id
