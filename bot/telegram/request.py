"""One thing that one person did in one chat, and what the bot says to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import telegram

from bot.subscribers.chat import Address, Chat, ChatKind, Scope
from bot.views.message import Message, Reader


@dataclass(frozen=True, slots=True)
class Request:
    """A message, a command or a button press, with all that an answer depends on."""

    chat: Chat
    """The chat as it is kept; a fresh one, not yet kept, where nothing is known of it."""
    address: Address
    """Where it happened, and where the answer goes."""
    reader: Reader
    user: telegram.User | None
    """None where somebody speaks as the chat itself: a channel, an anonymous admin."""
    message_id: int | None = None
    text: str = ""
    """What stands after a command, or the whole text."""
    speaks_as_chat: bool = False
    may_be_talk: bool = False
    """Whether members of a group may be talking to each other: an answer only if there is one."""
    replied: telegram.Message | None = None
    """The message that this one replies to; of a pressed button, the one that asked."""
    buttons: tuple[str, ...] = ()
    """The data of all buttons of the message with the pressed one, as Telegram has them."""
    context: Mapping[str, Any] | None = None
    """What the chat was about a moment ago; see `bot.telegram.conversation_context`."""

    @property
    def in_private(self) -> bool:
        """Whether it happened in a private chat."""
        return self.chat.kind is ChatKind.PRIVATE

    @property
    def follows(self) -> frozenset[Scope]:
        """What the thread follows."""
        return frozenset(self.chat.follows(self.address.thread_id))

    @property
    def rules(self) -> frozenset[Scope]:
        """What the thread follows and what it leaves out of that."""
        return self.chat.rules(self.address.thread_id)

    @property
    def place(self) -> tuple[int, int] | None:
        """The message whose button was pressed, by its chat and its id."""
        return None if self.message_id is None else (self.chat.id, self.message_id)

    @property
    def user_id(self) -> int:
        """The person's numeric id; 0 where somebody speaks as the chat itself."""
        return self.user.id if self.user else 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes of a button: a page in place of the old one, a short notice, or both."""

    page: Message | None = None
    notice: str = ""
    anew: bool = False
    """Send the page as a message of its own, leaving the old one."""
    put_away: bool = False
    """Take the buttons off the old message."""
