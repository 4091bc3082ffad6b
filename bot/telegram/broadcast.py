"""A message to many chats: its request is written once, and only the address differs."""

from __future__ import annotations

from typing import Any

from telegram.constants import ParseMode

from bot.messages.model import Message
from bot.subscribers.model import Address
from bot.telegram.features import Feature, keyboard, without
from bot.telegram.requests import encoded


class Broadcast:
    """A message, and the bodies of its requests by the features that they do without.

    Args:
        message: What every chat reads.
        paid: Whether it may go out faster than is free, for Stars (Bot API, sendMessage).

    Attributes:
        photo: Telegram's id of its picture, once a chat got it by that id.
    """

    __slots__ = ("_bodies", "_paid", "message", "photo")

    def __init__(self, message: Message, *, paid: bool = False) -> None:
        self.message = message
        self.photo: str | None = None
        self._paid = paid
        self._bodies: dict[tuple[frozenset[Feature], str | None], bytes] = {}

    def body(
        self, address: Address, features: frozenset[Feature], photo: str | None = None
    ) -> bytes:
        """The JSON of sendMessage to an address, in a form without these features.

        With Telegram's id of a photo it is that of sendPhoto.

        Raises:
            ValueError: a button does nothing, or carries more than 64 bytes.
        """
        shared = self._bodies.get((features, photo))
        if shared is None:
            shared = self._bodies[features, photo] = self._shared(features, photo)
        if address.thread_id is None:
            return b'%s,"chat_id":%d}' % (shared, address.chat_id)
        thread = b'%s,"chat_id":%d,"message_thread_id":%d}'
        return thread % (shared, address.chat_id, address.thread_id)

    def _shared(self, features: frozenset[Feature], photo: str | None) -> bytes:
        """All but the address, and the closing brace."""
        fitting = without(self.message, features)
        parameters: dict[str, Any] = {"parse_mode": ParseMode.HTML}
        if photo is None:
            parameters["text"] = str(fitting.html)
            parameters["link_preview_options"] = {"is_disabled": True}
        else:
            parameters["photo"] = photo
            parameters["caption"] = str(fitting.html)
        if buttons := keyboard(fitting.rows):
            parameters["reply_markup"] = buttons.to_dict()
        if fitting.silent:
            parameters["disable_notification"] = True
        if self._paid:
            parameters["allow_paid_broadcast"] = True
        return encoded(parameters)[:-1]
