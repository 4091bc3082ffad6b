"""The way out: every message that the bot sends, edits or answers with.

Requests are serialized to JSON once and go through the rate limiter and the library's request
back end. The library's objects (keyboards, messages) are not built: half the cost of a message.
Errors are the library's own.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.alerts.rate_scheduler import Priority
from bot.subscribers.chat import Address
from bot.subscribers.pauses import Obstacle
from bot.telegram.api_features import Feature, UnsupportedFeatures
from bot.telegram.error_mapping import is_message_gone, is_query_old, is_unchanged, obstacle_of
from bot.telegram.photos import (
    Photo,
    PhotoSender,
    PhotoUploads,
    is_about_pictures,
    is_above,
    is_caption,
    photo_body,
    takes_no_photos,
)
from bot.telegram.rate_limiter import Paced
from bot.telegram.rich import RichMessages
from bot.telegram.serialization import (
    SerializedMessage,
    caption_of,
    destination,
    keyboard,
    options,
    text_of,
)
from bot.telegram.transport import AiohttpRequest, Upload, encoded
from bot.views.message import Form, Message

_log = structlog.get_logger(__name__)

_LONGEST_NOTICE = 200
"""Characters of a notice over the chat (Bot API, answerCallbackQuery)."""

Wanted = Callable[[], Awaitable[bool]]
"""Asked just before a call is made; where the answer is no, the call fails with NotWanted."""


class Api:
    """Sends messages, edits them, answers presses of buttons.

    A server that refuses a feature (an older one of one's own) gets the plain form of the message
    at once, and of every later one.

    Args:
        bot: Its request back end makes the calls; its rate limiter, if it has one, paces them.
        paid_broadcast: Alerts may go out faster than is free, for Stars (Bot API, sendMessage).
        pictures: Lends the images of messages; without it texts go alone.
        rich: Messages that have a rich form are sent in it where the server takes it.

    Raises:
        TypeError: the bot has another request back end.
    """

    def __init__(
        self,
        bot: ExtBot[Any],
        *,
        paid_broadcast: bool = False,
        pictures: PhotoUploads | None = None,
        rich: bool = False,
    ) -> None:
        if not isinstance(bot.request, AiohttpRequest):
            raise TypeError("the bot needs an AiohttpRequest")
        self.bot = bot
        self._request = bot.request
        self._limiter = bot.rate_limiter
        self._paid_broadcast = paid_broadcast
        self._photos = None if pictures is None else PhotoSender(bot, pictures, self._post)
        self._rich = RichMessages(self._call, wanted=rich)
        self._refused = UnsupportedFeatures()

    @property
    def sends_pictures(self) -> bool:
        """Whether images go with texts."""
        return self._photos is not None

    async def send(
        self,
        address: Address,
        message: Message,
        *,
        reply_to: int | None = None,
        priority: Priority = Priority.PERSON,
        wanted: Wanted | None = None,
    ) -> int:
        """Send a message and return its id. If the message it replies to is gone, it goes without.

        An answer to a topic that is gone goes to the chat itself.

        Raises:
            NotWanted: when its turn came nobody wanted it.
            TelegramError: `bot.telegram.error_mapping` tells what it means for the chat.
        """
        paid = self._paid_broadcast and priority is Priority.ALERT
        serialized = SerializedMessage(message, paid=paid)
        deliver = partial(
            self.deliver,
            serialized=serialized,
            reply_to=reply_to,
            priority=priority,
            wanted=wanted,
        )
        try:
            return await deliver(address)
        except BadRequest as error:
            gone = obstacle_of(error) is Obstacle.TOPIC_GONE
            if not gone or address.thread_id is None or priority is not Priority.PERSON:
                raise
            _log.info("the topic is gone: the answer goes to the chat itself")
            return await deliver(Address(address.chat_id))

    def serialized(self, message: Message) -> SerializedMessage:
        """An alert that `deliver` takes to many chats."""
        return SerializedMessage(message, paid=self._paid_broadcast)

    async def deliver(
        self,
        address: Address,
        serialized: SerializedMessage,
        *,
        reply_to: int | None = None,
        priority: Priority = Priority.ALERT,
        wanted: Wanted | None = None,
    ) -> int:
        """Send a serialized message to one of its chats and return the id it has there.

        Raises:
            NotWanted: when its turn came nobody wanted it.
            TelegramError: `bot.telegram.error_mapping` tells what it means for the chat.
        """
        message, paced = serialized.message, Paced(priority, wanted)
        call = partial(self._send, address, serialized, reply_to, paced)
        sent = await self._with_photo(serialized, call, insist=priority is Priority.ALERT)
        if sent is None:
            await self._photo_before(address, message, Paced(priority, wanted, counted=False))
            if self._rich.takes(message):
                parameters = {**destination(address, reply_to), **serialized.parameters()}
                sent = await self._rich.send(message, parameters, paced)
        return _message_id(sent if sent is not None else await call(None))

    async def try_send(
        self, address: Address, message: Message, *, priority: Priority = Priority.PERSON
    ) -> int | None:
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
    ) -> int:
        """Send a file with a caption (at most 1,024 UTF-16 units shown); return the message's id.

        Raises:
            TelegramError: `bot.telegram.error_mapping` tells what it means for the chat.
        """
        kind = mimetypes.guess_type(file_name)[0] or "application/octet-stream"
        files = {"document": (file_name, content, kind)}

        async def call(fitting: Message) -> object:
            parameters = {**destination(address), **caption_of(fitting), **options(fitting)}
            return await self._post(
                "sendDocument", Upload(parameters, files), Paced(Priority.PERSON), address.chat_id
            )

        return _message_id(await self._refused.fitting(call, caption))

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

        Under a photo only an alert stands in place of an alert, whose image it is.

        Returns:
            Whether it reads so now; False where that message is gone, holds no text, or is too
            old to be edited.

        Raises:
            TelegramError: the edit failed for another reason.
        """
        if photo and not (is_above(message) and is_caption(message)):
            return False
        paced = Paced(priority)
        target = {"chat_id": chat_id, "message_id": message_id}

        async def call(fitting: Message) -> object:
            content = caption_of(fitting) if photo else text_of(fitting)
            method = "editMessageCaption" if photo else "editMessageText"
            return await self._call(method, {**target, **content, **_buttons(fitting)}, paced)

        try:
            if photo or not await self._rich.edit(message, {**target, **_buttons(message)}, paced):
                await self._refused.fitting(call, message)
        except BadRequest as error:
            if is_message_gone(error):
                return False
            if not is_unchanged(error):
                raise
        return True

    async def remove_buttons(self, chat_id: int, message_id: int) -> None:
        """Take the buttons off a message; one that is gone needs nothing.

        Raises:
            TelegramError: it failed for another reason.
        """
        target = {"chat_id": chat_id, "message_id": message_id}
        try:
            await self._call("editMessageReplyMarkup", target, Paced(Priority.PERSON))
        except BadRequest as error:
            if not (is_message_gone(error) or is_unchanged(error)):
                raise

    async def answer(
        self, query_id: str, notice: str = "", *, alert: bool = False, url: str | None = None
    ) -> None:
        """Answer the press of a button, with a notice if there is something to say.

        `url` is a link to the bot that the client opens (Bot API, answerCallbackQuery).

        An answer that comes too late for anyone to see is not an error.

        Raises:
            TelegramError: the answer failed for another reason.
        """
        parameters: dict[str, Any] = {"callback_query_id": query_id}
        if notice:
            parameters["text"] = notice[:_LONGEST_NOTICE]
        if alert:
            parameters["show_alert"] = True
        if url is not None:
            parameters["url"] = url
        await self._answer("answerCallbackQuery", parameters)

    async def answer_inline(
        self,
        query_id: str,
        results: Sequence[Mapping[str, Any]],
        *,
        cache_seconds: int,
        next_offset: str,
        button: Mapping[str, Any] | None = None,
    ) -> None:
        """Answer an inline query with cards in the person's own language.

        An answer that comes too late for anyone to see is not an error.

        Raises:
            TelegramError: the answer failed for another reason.
        """
        parameters: dict[str, Any] = {
            "inline_query_id": query_id,
            "results": results,
            "cache_time": cache_seconds,
            "is_personal": True,
            "next_offset": next_offset,
        }
        if button is not None:
            parameters["button"] = button
        await self._answer("answerInlineQuery", parameters)

    async def _answer(self, method: str, parameters: dict[str, Any]) -> None:
        try:
            await self._call(method, parameters, Paced(Priority.PERSON))
        except BadRequest as error:
            if not is_query_old(error):
                raise
            _log.debug("answered too late")

    async def _with_photo(
        self,
        serialized: SerializedMessage,
        call: Callable[[Photo | None], Awaitable[Mapping[str, Any]]],
        *,
        insist: bool,
    ) -> object:
        """Send the message under its image; None: send the text without it."""
        message = serialized.message
        if serialized.photo is not None:
            try:
                return await call(serialized.photo)
            except BadRequest as error:
                if takes_no_photos(error):
                    return await call(None)
                if not is_about_pictures(error):
                    raise
                serialized.photo = None
        if self._photos is None or message.picture is None or not is_caption(message):
            return None

        async def call_with(photo: Photo) -> Mapping[str, Any]:
            sent = await call(photo)
            if isinstance(photo, str):
                serialized.photo = photo
            return sent

        return await self._photos.above(message.picture, call_with, insist=insist)

    async def _photo_before(self, address: Address, message: Message, paced: Paced) -> None:
        """Send an image that does not fit above the text as a message before it."""
        image = message.picture
        if self._photos is None or image is None or image.form is not Form.BESIDE:
            return
        if image.count > 1 or not is_caption(message):
            await self._photos.before(address, image, paced)

    async def _send(
        self,
        address: Address,
        serialized: SerializedMessage,
        reply_to: int | None,
        paced: Paced,
        photo: Photo | None,
    ) -> Mapping[str, Any]:
        async def call(features: frozenset[Feature]) -> Mapping[str, Any]:
            body: bytes | Upload
            if isinstance(photo, bytes):
                where = destination(address, reply_to)
                body = photo_body({**where, **serialized.caption(features)}, photo)
            else:
                body = serialized.body(address, features, photo, reply_to=reply_to)
            method = "sendMessage" if photo is None else "sendPhoto"
            sent: Mapping[str, Any] = await self._post(method, body, paced, address.chat_id)
            _message_id(sent)
            return sent

        return await self._refused.without(call, serialized.message)

    async def _call(self, method: str, parameters: Mapping[str, Any], paced: Paced) -> Any:  # noqa: ANN401 - any JSON
        return await self._post(method, encoded(parameters), paced, parameters.get("chat_id"))

    async def _post(
        self, method: str, body: bytes | Upload, paced: Paced, chat_id: int | None
    ) -> Any:  # noqa: ANN401 - any JSON
        """Make a call when it is its turn."""
        arguments = (f"{self.bot.base_url}/{method}", body)
        if self._limiter is None:
            return await self._request.post_json(*arguments)
        data = {} if chat_id is None else {"chat_id": chat_id}
        return await self._limiter.process_request(
            self._request.post_json, arguments, {}, method, data, paced
        )


def _buttons(message: Message) -> dict[str, Any]:
    return {"reply_markup": keyboard(message.rows)} if message.rows else {}


def _message_id(sent: object) -> int:
    number = sent.get("message_id") if isinstance(sent, Mapping) else None
    if not isinstance(number, int):
        # It says that all went well, and tells of no message.
        raise TelegramError("Invalid server response")
    return number
