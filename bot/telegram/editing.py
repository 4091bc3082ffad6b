"""Messages that the bot has sent, changed in their place."""

from __future__ import annotations

from typing import Any, TypeAlias

import telegram
from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.alerts.rate_scheduler import Priority
from bot.telegram.api_features import UnsupportedFeatures
from bot.telegram.error_mapping import is_message_gone, is_unchanged
from bot.telegram.parameters import Parameters
from bot.telegram.photos import is_above, is_caption
from bot.telegram.rich import RichMessages
from bot.views.message import Message

AnyBot: TypeAlias = ExtBot[Any]


class Editing:
    """Puts a page in place of another, and takes buttons off."""

    def __init__(
        self, bot: AnyBot, parameters: Parameters, rich: RichMessages, refused: UnsupportedFeatures
    ) -> None:
        self._bot = bot
        self._parameters = parameters
        self._rich = rich
        self._refused = refused

    async def edit(
        self,
        chat_id: int,
        message_id: int,
        message: Message,
        *,
        priority: Priority = Priority.PERSON,
        photo: bool = False,
    ) -> bool:
        """Put a message in place of one that the bot sent.

        Under a photo only an alert stands in place of an alert, whose picture it is.

        Returns:
            Whether it reads so now; False where that message is gone, holds no text, or is too
            old to be edited.

        Raises:
            TelegramError: the edit failed for another reason.
        """
        if photo and not (is_above(message) and is_caption(message)):
            return False
        paced = self._parameters.paced(priority)

        async def call(fitting: Message) -> telegram.Message | bool:
            if photo:
                return await self._bot.edit_message_caption(
                    chat_id,
                    message_id,
                    caption=str(fitting.html),
                    parse_mode=ParseMode.HTML,
                    reply_markup=self._parameters.keyboard(fitting.rows),
                    rate_limit_args=paced,
                )
            return await self._bot.edit_message_text(
                str(fitting.html),
                chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=self._parameters.keyboard(fitting.rows),
                rate_limit_args=paced,
            )

        try:
            target = {
                "chat_id": chat_id,
                "message_id": message_id,
                "reply_markup": self._parameters.keyboard(message.rows),
            }
            if photo or not await self._rich.edit(message, target, paced):
                await self._refused.fitting(call, message)
        except BadRequest as error:
            if is_message_gone(error):
                return False
            if not is_unchanged(error):
                raise
        return True

    async def put_away(self, chat_id: int, message_id: int) -> None:
        """Take the buttons off a message; one that is gone needs nothing.

        Raises:
            TelegramError: it failed for another reason.
        """
        try:
            await self._bot.edit_message_reply_markup(chat_id, message_id)
        except BadRequest as error:
            if not (is_message_gone(error) or is_unchanged(error)):
                raise
