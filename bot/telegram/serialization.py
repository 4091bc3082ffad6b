"""Messages as JSON of the Bot API: keyboards, common parameters, and bodies that are shared."""

from __future__ import annotations

from typing import Any

from telegram.constants import ParseMode

from bot.subscribers.chat import Address
from bot.telegram.api_features import Feature, without
from bot.telegram.transport import encoded
from bot.views.callbacks import encode
from bot.views.message import Button, Message, Row

NO_PREVIEW = {"is_disabled": True}
"""Bot API, LinkPreviewOptions."""


def keyboard(rows: tuple[Row, ...]) -> dict[str, Any]:
    """The buttons under a message (Bot API, InlineKeyboardMarkup).

    Raises:
        ValueError: a button does nothing, or carries more than 64 bytes.
    """
    return {"inline_keyboard": [[_button(button) for button in row] for row in rows]}


def _button(button: Button) -> dict[str, Any]:
    data: dict[str, Any] = {"text": button.label}
    if button.action is not None:
        data["callback_data"] = encode(button.action)
    elif button.url is not None:
        data["url"] = button.url
    elif button.copy is not None:
        data["copy_text"] = {"text": button.copy}
    elif button.share is not None:
        data["switch_inline_query"] = button.share
    else:
        raise ValueError(f"the button {button.label!r} does nothing")
    if button.style:
        data["style"] = button.style.value
    return data


def destination(address: Address, reply_to: int | None = None) -> dict[str, Any]:
    """Where a message goes: a chat, a thread of it, a message that it answers."""
    parameters: dict[str, Any] = {"chat_id": address.chat_id}
    if address.thread_id is not None:
        # A forum topic, or a person's in the direct messages of a channel.
        name = "direct_messages_topic_id" if address.direct else "message_thread_id"
        parameters[name] = address.thread_id
    if reply_to is not None:
        parameters["reply_parameters"] = {
            "message_id": reply_to,
            "allow_sending_without_reply": True,
        }
    return parameters


def options(message: Message, *, paid: bool = False) -> dict[str, Any]:
    """What is sent with a message besides its content: buttons, silence, payment.

    Raises:
        ValueError: a button does nothing, or carries more than 64 bytes.
    """
    parameters: dict[str, Any] = {}
    if message.rows:
        parameters["reply_markup"] = keyboard(message.rows)
    if message.silent:
        parameters["disable_notification"] = True
    if paid:
        parameters["allow_paid_broadcast"] = True
    return parameters


def text_of(message: Message) -> dict[str, Any]:
    """The text of a message (Bot API, sendMessage and editMessageText)."""
    return {
        "text": str(message.html),
        "parse_mode": ParseMode.HTML,
        "link_preview_options": NO_PREVIEW,
    }


def inline_content(message: Message) -> dict[str, Any]:
    """The text of a message as the content of a card (Bot API, InputTextMessageContent)."""
    content = text_of(message)
    return {"message_text": content.pop("text"), **content}


def caption_of(message: Message) -> dict[str, Any]:
    """The text of a message as a caption."""
    return {"caption": str(message.html), "parse_mode": ParseMode.HTML}


class SerializedMessage:
    """A message with the bodies of its requests, serialized once for all chats.

    Args:
        message: What every chat reads.
        paid: Whether it may go out faster than is free, for Stars (Bot API, sendMessage).

    Attributes:
        photo: The file_id of its image, once a chat received the image by that id.
    """

    __slots__ = ("_bodies", "_paid", "message", "photo")

    def __init__(self, message: Message, *, paid: bool = False) -> None:
        self.message = message
        self.photo: str | None = None
        self._paid = paid
        self._bodies: dict[tuple[frozenset[Feature], str | None], bytes] = {}

    def parameters(self, features: frozenset[Feature] = frozenset()) -> dict[str, Any]:
        """Buttons, silence, payment: in a form without these features.

        Raises:
            ValueError: a button does nothing, or carries more than 64 bytes.
        """
        return options(without(self.message, features), paid=self._paid)

    def body(
        self,
        address: Address,
        features: frozenset[Feature],
        photo: str | None = None,
        *,
        reply_to: int | None = None,
    ) -> bytes:
        """The JSON of sendMessage, or with a file_id that of sendPhoto, without these features.

        Raises:
            ValueError: a button does nothing, or carries more than 64 bytes.
        """
        shared = self._bodies.get((features, photo))
        if shared is None:
            shared = self._bodies[features, photo] = self._shared(features, photo)
        return b"%s,%s" % (shared, encoded(destination(address, reply_to))[1:])

    def caption(self, features: frozenset[Feature]) -> dict[str, Any]:
        """The parameters of sendPhoto except address and photo.

        Raises:
            ValueError: a button does nothing, or carries more than 64 bytes.
        """
        return {**caption_of(without(self.message, features)), **self.parameters(features)}

    def _shared(self, features: frozenset[Feature], photo: str | None) -> bytes:
        """All but the address, and the closing brace."""
        if photo is None:
            content = {**text_of(without(self.message, features)), **self.parameters(features)}
        else:
            content = {"photo": photo, **self.caption(features)}
        return encoded(content)[:-1]
