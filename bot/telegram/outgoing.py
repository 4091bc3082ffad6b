"""The bot's own messages, turned into calls of the Bot API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import structlog
import telegram
from telegram import InputFile, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.alerts.rate_scheduler import Priority
from bot.subscribers.chat import Address
from bot.subscribers.pauses import Obstacle
from bot.telegram.api_features import Feature, UnsupportedFeatures
from bot.telegram.broadcast import Broadcast
from bot.telegram.broadcasting import Broadcasting
from bot.telegram.direct import SEND, direct_of
from bot.telegram.editing import Editing
from bot.telegram.error_mapping import is_query_old, obstacle_of
from bot.telegram.parameters import Parameters
from bot.telegram.photos import Photo, PhotoSender, PhotoUploads, is_caption
from bot.telegram.rate_limiter import Paced
from bot.telegram.rich import RichMessages
from bot.views.message import Form, Message

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")

_LONGEST_NOTICE = 200
"""Characters of a notice over the chat (Bot API, answerCallbackQuery)."""


class Outgoing:
    """Sends messages and answers presses; `editing` changes what was sent.

    A server that refuses a feature (an older one of one's own) gets the plain form of the message
    at once, and of every later one.

    Args:
        bot: Makes the calls; its rate limiter, if it has one, paces them.
        paid_broadcast: Alerts may go out faster than is free, for Stars (Bot API, sendMessage).
        pictures: Lends the pictures of messages; without it texts go alone.
        rich: Messages that have a rich form are sent in it where the server takes it.
    """

    def __init__(
        self,
        bot: ExtBot[Any],
        *,
        paid_broadcast: bool = False,
        pictures: PhotoUploads | None = None,
        rich: bool = False,
    ) -> None:
        self.bot = bot
        self._pictured = PhotoSender(bot, pictures) if pictures is not None else None
        self._rich = RichMessages(bot, wanted=rich)
        self._direct = direct_of(bot)
        self._refused = UnsupportedFeatures()
        self._parameters = Parameters(bot, paid_broadcast=paid_broadcast)
        self._paid_broadcast = paid_broadcast
        self.editing = Editing(bot, self._parameters, self._rich, self._refused)
        self._broadcasting = (
            Broadcasting(self._direct, self._refused, self._pictured, self._upload)
            if self._direct is not None
            else None
        )

    async def send(
        self,
        address: Address,
        message: Message,
        *,
        reply_to: int | None = None,
        priority: Priority = Priority.PERSON,
        wanted: Callable[[], Awaitable[bool]] | None = None,
    ) -> telegram.Message:
        """Send a message; where the one that it replies to is gone, it goes without.

        `wanted` is asked at the last moment, when the message's turn has come.

        An answer to a topic that is gone goes to the chat itself.

        Raises:
            NotWanted: by then nobody wanted it.
            TelegramError: what it means for the chat is told by `bot.telegram.error_mapping`.
        """

        async def call(address: Address) -> telegram.Message:
            return await self._send(address, message, reply_to, priority, wanted)

        return await _or_without_topic(call, address, priority)

    async def _send(
        self,
        address: Address,
        message: Message,
        reply_to: int | None,
        priority: Priority,
        wanted: Callable[[], Awaitable[bool]] | None,
    ) -> telegram.Message:
        paced = self._parameters.paced(priority, wanted)
        how = partial(self._parameters.of, address, reply_to, priority)
        image = message.picture
        if self._pictured is not None and image is not None:
            if image.count == 1 and is_caption(message):
                shown = await self._pictured.above(
                    image,
                    lambda photo: self._send_photo(message, photo, how, paced),
                    insist=priority is Priority.ALERT,
                )
                if shown is not None:
                    return shown
            elif image.form is Form.BESIDE:
                aside = self._parameters.paced(priority, wanted, counted=False)
                await self._pictured.before(address, image, aside)
        rich = await self._rich.send(message, how(message), paced)
        if rich is not None:
            return rich
        return await self._refused.fitting(
            lambda fitting: self.bot.send_message(
                text=str(fitting.html),
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                rate_limit_args=paced,
                **how(fitting),
            ),
            message,
        )

    async def reply(
        self, address: Address, message: Message, *, reply_to: int | None = None
    ) -> int:
        """Send an answer and return its id: `send`, at a lower cost for texts.

        Raises:
            TelegramError: what it means for the chat is told by `bot.telegram.error_mapping`.
        """

        async def call(address: Address) -> int:
            return await self._reply(address, message, reply_to)

        return await _or_without_topic(call, address)

    async def _reply(self, address: Address, message: Message, reply_to: int | None) -> int:
        direct = self._direct
        pictured = self._pictured is not None and message.picture is not None
        if direct is None or pictured or self._rich.takes(message):
            sent = await self._send(address, message, reply_to, Priority.PERSON, None)
            return sent.message_id
        written, paced = Broadcast(message), Paced(Priority.PERSON)

        async def call(features: frozenset[Feature]) -> int:
            body = written.body(address, features, reply_to=reply_to)
            return await direct.send(SEND, address, body, paced)

        return await self._refused.without(call, message)

    def broadcast(self, message: Message) -> Broadcast:
        """A message that `send_broadcast` takes to many chats."""
        return Broadcast(message, paid=self._paid_broadcast)

    async def send_broadcast(
        self,
        address: Address,
        broadcast: Broadcast,
        *,
        wanted: Callable[[], Awaitable[bool]] | None = None,
    ) -> int:
        """Send a message that goes to many chats, after answers to people; say its id.

        It is `send` at half the cost. `wanted` is as with `send`.

        Raises:
            NotWanted: when its turn came nobody wanted it.
            TelegramError: what it means for the chat is told by `bot.telegram.error_mapping`.
        """
        if self._broadcasting is not None:
            return await self._broadcasting.send(address, broadcast, wanted)
        sent = await self.send(address, broadcast.message, priority=Priority.ALERT, wanted=wanted)
        return sent.message_id

    @property
    def sends_pictures(self) -> bool:
        """Whether pictures go with texts."""
        return self._pictured is not None

    async def try_send(
        self, address: Address, message: Message, *, priority: Priority = Priority.PERSON
    ) -> telegram.Message | None:
        """Send a message that nothing depends on; a failure is logged, and None returned."""
        try:
            return await self.send(address, message, priority=priority)
        except Forbidden:
            _log.info("message not sent: the bot may not write there")
            return None
        except TelegramError as error:
            _log.warning("message not sent", error=repr(error))
            return None

    async def send_document(
        self,
        address: Address,
        content: bytes,
        file_name: str,
        caption: Message,
        *,
        reply_to: int | None = None,
        priority: Priority = Priority.PERSON,
    ) -> telegram.Message:
        """Send a file with a caption (at most 1,024 UTF-16 units shown).

        Raises:
            TelegramError: what it means for the chat is told by `bot.telegram.error_mapping`.
        """

        async def call(fitting: Message) -> telegram.Message:
            return await self.bot.send_document(
                document=InputFile(content, filename=file_name),
                caption=str(fitting.html),
                parse_mode=ParseMode.HTML,
                rate_limit_args=self._parameters.paced(priority),
                **self._parameters.of(address, reply_to, priority, fitting),
            )

        return await self._refused.fitting(call, caption)

    async def answer(
        self, query_id: str, notice: str = "", *, alert: bool = False, url: str | None = None
    ) -> None:
        """Answer the press of a button, with a notice if there is something to say.

        `url` is a link to the bot that the client opens (Bot API, answerCallbackQuery).

        An answer that comes too late for anyone to see is no error.

        Raises:
            TelegramError: the answer failed for another reason.
        """
        try:
            await self.bot.answer_callback_query(
                query_id, notice[:_LONGEST_NOTICE] or None, show_alert=alert or None, url=url
            )
        except BadRequest as error:
            if not is_query_old(error):
                raise
            _log.debug("answered too late")

    async def _send_photo(
        self,
        message: Message,
        photo: Photo,
        how: Callable[[Message], dict[str, Any]],
        paced: Paced | None,
    ) -> telegram.Message:
        return await self._refused.fitting(
            lambda fitting: self.bot.send_photo(
                photo=photo,
                caption=str(fitting.html),
                parse_mode=ParseMode.HTML,
                rate_limit_args=paced,
                **how(fitting),
            ),
            message,
        )

    async def _upload(
        self, address: Address, broadcast: Broadcast, photo: Photo, paced: Paced
    ) -> telegram.Message:
        how = partial(self._parameters.of, address, None, Priority.ALERT)
        return await self._send_photo(broadcast.message, photo, how, paced)


async def _or_without_topic(
    call: Callable[[Address], Awaitable[_T]], address: Address, priority: Priority = Priority.PERSON
) -> _T:
    """Answer where it was asked, or in the chat itself where that topic is gone."""
    try:
        return await call(address)
    except BadRequest as error:
        gone = obstacle_of(error) is Obstacle.TOPIC_GONE
        if not gone or address.thread_id is None or priority is not Priority.PERSON:
            raise
        _log.info("the topic is gone: it is answered in the chat itself")
        return await call(Address(address.chat_id))
