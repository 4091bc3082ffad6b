"""What the calls that send a message have in common, whatever it holds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any, TypeAlias

from telegram import ReplyParameters
from telegram.ext import ExtBot

from bot.alerts.rate_scheduler import Priority
from bot.subscribers.chat import Address
from bot.telegram.api_features import keyboard
from bot.telegram.rate_limiter import Paced
from bot.views.message import Message

AnyBot: TypeAlias = ExtBot[Any]


class Parameters:
    """Where a message goes, what stands below it, and how long its call waits.

    Args:
        bot: Makes the calls; its rate limiter, if it has one, paces them.
        paid_broadcast: Alerts may go out faster than is free, for Stars (Bot API, sendMessage).
    """

    def __init__(self, bot: AnyBot, *, paid_broadcast: bool) -> None:
        self._limited = bot.rate_limiter is not None
        self._paid_broadcast = paid_broadcast
        # An alert goes to thousands of chats with the same buttons.
        self.keyboard = lru_cache(maxsize=64)(keyboard)

    def of(
        self, address: Address, reply_to: int | None, priority: Priority, message: Message
    ) -> dict[str, Any]:
        """All but the content, by the names of the library.

        Raises:
            ValueError: a button does nothing, or carries more than 64 bytes.
        """
        return {
            "chat_id": address.chat_id,
            **thread_parameter(address),
            "disable_notification": message.silent or None,
            "reply_markup": self.keyboard(message.rows),
            "reply_parameters": _reply(reply_to),
            "allow_paid_broadcast": self._pays(priority),
        }

    def paced(
        self,
        priority: Priority,
        wanted: Callable[[], Awaitable[bool]] | None = None,
        *,
        counted: bool = True,
    ) -> Paced | None:
        """How the call waits; None where no rate limiter asks."""
        return Paced(priority, wanted, counted) if self._limited else None

    def _pays(self, priority: Priority) -> bool | None:
        return True if self._paid_broadcast and priority is Priority.ALERT else None


def thread_parameter(address: Address) -> dict[str, Any]:
    """The parameter that names a thread: a forum topic, or a person's in a channel's messages."""
    if address.thread_id is None:
        return {}
    name = "direct_messages_topic_id" if address.direct else "message_thread_id"
    return {name: address.thread_id}


def _reply(message_id: int | None) -> ReplyParameters | None:
    if message_id is None:
        return None
    return ReplyParameters(message_id, allow_sending_without_reply=True)
