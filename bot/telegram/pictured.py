"""Sends a message with its picture, or says that it has to go without."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias, TypeVar

import structlog
import telegram
from telegram import InputFile, InputMediaPhoto
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.agreement.sentences import utf16_length
from bot.messages.fitting import shown
from bot.messages.model import Form, Message, Sketch
from bot.subscribers.model import Address
from bot.telegram.pictures import Pictures, Prints
from bot.telegram.rate_limiter import NotWanted, Paced

_log = structlog.get_logger(__name__)

LONGEST_CAPTION = 1024
"""UTF-16 units of a caption as shown (Bot API, sendPhoto.caption)."""

_ABOUT_THE_CHAT = (Forbidden, ChatMigrated, RetryAfter, NotWanted)
_ABOUT_PICTURES = ("photo", "media", "image", "file")
"""Words of refusals that a text without a picture need not fear."""
_NO_PHOTOS_THERE = (
    "rights to send photo",
    "rights to send media",
    "chat_send_photos_forbidden",
    "chat_send_media_forbidden",
)
"""Words of a group that takes texts and no pictures: a permission of its members there."""

Photo: TypeAlias = str | InputFile
AnyBot: TypeAlias = ExtBot[Any]
Sent = TypeVar("Sent")


def is_caption(message: Message) -> bool:
    """Whether a text can stand under a picture."""
    return utf16_length(shown(message.html)) <= LONGEST_CAPTION


def is_above(message: Message) -> bool:
    """Whether a text goes under its picture or alone: an alert."""
    return message.picture is not None and message.picture.form is Form.ABOVE


class Pictured:
    """The two ways in which a picture goes with a text.

    Both leave the text to the caller where the picture fails: what is wrong with the chat the
    text's own call tells.
    """

    def __init__(self, bot: AnyBot, pictures: Pictures) -> None:
        self._bot = bot
        self._pictures = pictures

    async def above(
        self,
        sketch: Sketch,
        call: Callable[[Photo], Awaitable[Sent]],
        *,
        insist: bool,
    ) -> Sent | None:
        """Make a call that sends a picture with the text under it; None: send the text alone.

        `insist` is for an alert: where nobody knows whether it has arrived (or it was not sent
        for now) it is not sent as a text right away, but fails as a text would.

        Raises:
            TelegramError: the chat cannot be reached, or the call failed in an alert.
        """
        async with self._pictures.lent(sketch, self._bot.id) as prints:
            if prints is None or len(prints.media) != 1:
                return None
            try:
                sent = await call(prints.media[0])
            except _ABOUT_THE_CHAT:
                raise
            except TelegramError as error:
                refusal = isinstance(error, BadRequest)
                if not refusal or (is_about_pictures(error) and not takes_no_photos(error)):
                    await self._refused(prints, error)
                if insist and not refusal:
                    raise
                return None
            if isinstance(sent, telegram.Message):
                await self._pictures.sent(prints, [sent])
            return sent

    async def before(self, address: Address, sketch: Sketch, paced: Paced | None) -> None:
        """Send a picture or an album as a message of its own, without a sound.

        Nothing depends on it: what goes wrong is logged.
        """
        async with self._pictures.lent(sketch, self._bot.id) as prints:
            if prints is None:
                return
            try:
                sent = await self._send(address, prints, paced)
            except TelegramError as error:
                if not (isinstance(error, _ABOUT_THE_CHAT) or takes_no_photos(error)):
                    await self._refused(prints, error)
                return
            await self._pictures.sent(prints, sent)

    async def _send(
        self, address: Address, prints: Prints, paced: Paced | None
    ) -> Sequence[telegram.Message]:
        caption = prints.sketch.caption
        if len(prints.media) == 1:
            sent = await self._bot.send_photo(
                address.chat_id,
                prints.media[0],
                caption=caption,
                message_thread_id=address.thread_id,
                disable_notification=True,
                rate_limit_args=paced,
            )
            return [sent]
        return await self._bot.send_media_group(
            address.chat_id,
            [
                InputMediaPhoto(
                    one if isinstance(one, str) else one.input_file_content,
                    caption=caption if at == 0 else None,
                )
                for at, one in enumerate(prints.media)
            ],
            message_thread_id=address.thread_id,
            disable_notification=True,
            rate_limit_args=paced,
        )

    async def _refused(self, prints: Prints, error: TelegramError) -> None:
        _log.warning("a picture was not sent", picture=prints.sketch.key, error=repr(error))
        await self._pictures.refused(prints)


def takes_no_photos(error: TelegramError) -> bool:
    """Whether a chat allows no pictures: the picture is fine, and a text may be welcome."""
    said = error.message.lower()
    return any(words in said for words in _NO_PHOTOS_THERE)


def is_about_pictures(error: TelegramError) -> bool:
    """Whether a refusal is one that a text without a picture need not fear."""
    said = error.message.lower()
    return any(word in said for word in _ABOUT_PICTURES) and "rights" not in said
