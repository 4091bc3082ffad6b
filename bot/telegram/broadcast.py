"""The request of a message as JSON, written once for all the chats that it goes to."""

from __future__ import annotations

from typing import Any

from telegram.constants import ParseMode

from bot.subscribers.chat import Address
from bot.telegram.api_features import Feature, buttons, without
from bot.telegram.parameters import thread_parameter
from bot.telegram.transport import encoded
from bot.views.message import Message


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
        self,
        address: Address,
        features: frozenset[Feature],
        photo: str | None = None,
        *,
        reply_to: int | None = None,
    ) -> bytes:
        """The JSON of sendMessage to an address, in a form without these features.

        With Telegram's id of a photo it is that of sendPhoto.

        Raises:
            ValueError: a button does nothing, or carries more than 64 bytes.
        """
        shared = self._bodies.get((features, photo))
        if shared is None:
            shared = self._bodies[features, photo] = self._shared(features, photo)
        own: dict[str, Any] = {"chat_id": address.chat_id, **thread_parameter(address)}
        if reply_to is not None:
            own["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
        return b"%s,%s" % (shared, encoded(own)[1:])

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
        if fitting.rows:
            parameters["reply_markup"] = {"inline_keyboard": buttons(fitting.rows)}
        if fitting.silent:
            parameters["disable_notification"] = True
        if self._paid:
            parameters["allow_paid_broadcast"] = True
        return encoded(parameters)[:-1]
