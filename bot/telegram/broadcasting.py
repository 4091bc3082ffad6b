"""One message on its way to many chats, at half the cost of sending it to each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import telegram
from telegram.error import BadRequest

from bot.alerts.rate_scheduler import Priority
from bot.subscribers.chat import Address
from bot.telegram.api_features import Feature, UnsupportedFeatures
from bot.telegram.broadcast import Broadcast
from bot.telegram.direct import SEND, SEND_PHOTO, Direct
from bot.telegram.photos import Photo, PhotoSender, is_about_pictures, is_caption, takes_no_photos
from bot.telegram.rate_limiter import Paced

Upload = Callable[[Address, Broadcast, Photo, Paced], Awaitable[telegram.Message]]
"""Sends a message under a picture that Telegram does not know yet."""


class Broadcasting:
    """Sends a request that is written once for all; of what comes back only the id is read."""

    def __init__(
        self,
        direct: Direct,
        refused: UnsupportedFeatures,
        pictured: PhotoSender | None,
        upload: Upload,
    ) -> None:
        self._direct = direct
        self._refused = refused
        self._pictured = pictured
        self._upload = upload

    async def send(
        self,
        address: Address,
        broadcast: Broadcast,
        wanted: Callable[[], Awaitable[bool]] | None,
    ) -> int:
        """Send it to one of its chats, after answers to people; say the id it has there.

        Raises:
            NotWanted: when its turn came nobody wanted it.
            TelegramError: what it means for the chat is told by `bot.telegram.error_mapping`.
        """
        paced = Paced(Priority.ALERT, wanted)

        async def call(features: frozenset[Feature], photo: str | None = None) -> int:
            body = broadcast.body(address, features, photo)
            method = SEND if photo is None else SEND_PHOTO
            return await self._direct.send(method, address, body, paced)

        message = broadcast.message
        if broadcast.photo is not None:
            try:
                return await self._refused.without(partial(call, photo=broadcast.photo), message)
            except BadRequest as error:
                if takes_no_photos(error):
                    return await self._refused.without(call, message)
                if not is_about_pictures(error):
                    raise
                broadcast.photo = None
        if self._pictured is not None and message.picture is not None and is_caption(message):

            async def call_with(photo: Photo) -> int | telegram.Message:
                if isinstance(photo, str):
                    number = await self._refused.without(partial(call, photo=photo), message)
                    broadcast.photo = photo
                    return number
                return await self._upload(address, broadcast, photo, paced)

            arrived = await self._pictured.above(message.picture, call_with, insist=True)
            if arrived is not None:
                return arrived if isinstance(arrived, int) else arrived.message_id
        return await self._refused.without(call, message)
