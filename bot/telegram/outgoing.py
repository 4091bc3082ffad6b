"""The bot's own messages, turned into calls of the Bot API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import lru_cache, partial
from typing import Any, TypeVar

import structlog
import telegram
from telegram import InputFile, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.alerts.pacing import Priority
from bot.messages.model import Form, Message
from bot.subscribers.model import Address
from bot.telegram.broadcast import Broadcast
from bot.telegram.direct import SEND, SEND_PHOTO, direct_of
from bot.telegram.features import Feature, blamed, keyboard, without
from bot.telegram.outcomes import is_message_gone, is_query_old, is_unchanged
from bot.telegram.pictured import Photo, Pictured, is_about_pictures, is_above, is_caption
from bot.telegram.pictures import Pictures
from bot.telegram.rate_limiter import Paced
from bot.telegram.rich import RichMessages

_log = structlog.get_logger(__name__)

_LONGEST_NOTICE = 200
"""Characters of a notice over the chat (Bot API, answerCallbackQuery)."""

Sent = TypeVar("Sent")


class Outgoing:
    """Sends, edits and answers.

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
        pictures: Pictures | None = None,
        rich: bool = False,
    ) -> None:
        self.bot = bot
        self._pictured = Pictured(bot, pictures) if pictures is not None else None
        self._rich = RichMessages(bot, wanted=rich)
        self._direct = direct_of(bot)
        self._paid_broadcast = paid_broadcast
        self._no_preview = LinkPreviewOptions(is_disabled=True)
        self._refused: frozenset[Feature] = frozenset()
        # An alert goes to thousands of chats with the same buttons.
        self._keyboard = lru_cache(maxsize=64)(keyboard)

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

        Raises:
            NotWanted: by then nobody wanted it.
            TelegramError: what it means for the chat is told by `bot.telegram.outcomes`.
        """
        paced = self._paced(priority, wanted)
        how = partial(self._how, address, reply_to, priority)
        sketch = message.picture
        if self._pictured is not None and sketch is not None:
            if sketch.count == 1 and is_caption(message):
                shown = await self._pictured.above(
                    sketch,
                    lambda photo: self._send_photo(message, photo, how, paced),
                    insist=priority is Priority.ALERT,
                )
                if shown is not None:
                    return shown
            elif sketch.form is Form.BESIDE:
                aside = self._paced(priority, wanted, counted=False)
                await self._pictured.before(address, sketch, aside)
        rich = await self._rich.send(message, how(message), paced)
        if rich is not None:
            return rich
        return await self._fitting(
            lambda fitting: self.bot.send_message(
                text=str(fitting.html),
                parse_mode=ParseMode.HTML,
                link_preview_options=self._no_preview,
                rate_limit_args=paced,
                **how(fitting),
            ),
            message,
        )

    async def reply(
        self, address: Address, message: Message, *, reply_to: int | None = None
    ) -> None:
        """Send an answer of which nothing is needed later: `send`, at a lower cost for texts.

        Raises:
            TelegramError: what it means for the chat is told by `bot.telegram.outcomes`.
        """
        direct = self._direct
        pictured = self._pictured is not None and message.picture is not None
        if direct is None or pictured or self._rich.takes(message):
            await self.send(address, message, reply_to=reply_to)
            return
        written, paced = Broadcast(message), Paced(Priority.PERSON)

        async def call(features: frozenset[Feature]) -> int:
            body = written.body(address, features, reply_to=reply_to)
            return await direct.send(SEND, address, body, paced)

        await self._without(call, message)

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

        It is `send` at half the cost: the request is written once for all, and of what comes
        back only the id is read. `wanted` is as with `send`.

        Raises:
            NotWanted: when its turn came nobody wanted it.
            TelegramError: what it means for the chat is told by `bot.telegram.outcomes`.
        """
        direct = self._direct
        if direct is None:
            sent = await self.send(
                address, broadcast.message, priority=Priority.ALERT, wanted=wanted
            )
            return sent.message_id
        paced = Paced(Priority.ALERT, wanted)

        async def call(features: frozenset[Feature], photo: str | None = None) -> int:
            body = broadcast.body(address, features, photo)
            method = SEND if photo is None else SEND_PHOTO
            return await direct.send(method, address, body, paced)

        message = broadcast.message
        if broadcast.photo is not None:
            try:
                return await self._without(partial(call, photo=broadcast.photo), message)
            except BadRequest as error:
                if not is_about_pictures(error):
                    raise
                broadcast.photo = None
        if self._pictured is not None and message.picture is not None and is_caption(message):

            async def call_with(photo: Photo) -> int | telegram.Message:
                if isinstance(photo, str):
                    number = await self._without(partial(call, photo=photo), message)
                    broadcast.photo = photo
                    return number
                how = partial(self._how, address, None, Priority.ALERT)
                return await self._send_photo(message, photo, how, paced)

            arrived = await self._pictured.above(message.picture, call_with, insist=True)
            if arrived is not None:
                return arrived if isinstance(arrived, int) else arrived.message_id
        return await self._without(call, message)

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
            TelegramError: what it means for the chat is told by `bot.telegram.outcomes`.
        """

        async def call(fitting: Message) -> telegram.Message:
            return await self.bot.send_document(
                address.chat_id,
                InputFile(content, filename=file_name),
                caption=str(fitting.html),
                parse_mode=ParseMode.HTML,
                message_thread_id=address.thread_id,
                disable_notification=fitting.silent or None,
                reply_markup=self._keyboard(fitting.rows),
                reply_parameters=_reply(reply_to),
                rate_limit_args=self._paced(priority),
            )

        return await self._fitting(call, caption)

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
        paced = self._paced(priority)

        async def call(fitting: Message) -> telegram.Message | bool:
            if photo:
                return await self.bot.edit_message_caption(
                    chat_id,
                    message_id,
                    caption=str(fitting.html),
                    parse_mode=ParseMode.HTML,
                    reply_markup=self._keyboard(fitting.rows),
                    rate_limit_args=paced,
                )
            return await self.bot.edit_message_text(
                str(fitting.html),
                chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                link_preview_options=self._no_preview,
                reply_markup=self._keyboard(fitting.rows),
                rate_limit_args=paced,
            )

        try:
            target = {
                "chat_id": chat_id,
                "message_id": message_id,
                "reply_markup": self._keyboard(message.rows),
            }
            if photo or not await self._rich.edit(message, target, paced):
                await self._fitting(call, message)
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
            await self.bot.edit_message_reply_markup(chat_id, message_id)
        except BadRequest as error:
            if not (is_message_gone(error) or is_unchanged(error)):
                raise

    async def answer(self, query_id: str, notice: str = "", *, alert: bool = False) -> None:
        """Answer the press of a button, with a notice if there is something to say.

        An answer that comes too late for anyone to see is no error.

        Raises:
            TelegramError: the answer failed for another reason.
        """
        try:
            await self.bot.answer_callback_query(
                query_id, notice[:_LONGEST_NOTICE] or None, show_alert=alert or None
            )
        except BadRequest as error:
            if not is_query_old(error):
                raise
            _log.debug("answered too late")

    async def _fitting(self, call: Callable[[Message], Awaitable[Sent]], message: Message) -> Sent:
        """Make a call with as much of the message as the server takes."""
        return await self._without(lambda features: call(without(message, features)), message)

    async def _without(
        self, call: Callable[[frozenset[Feature]], Awaitable[Sent]], message: Message
    ) -> Sent:
        """Make a call without the features that the server refuses."""
        dropped: frozenset[Feature] = frozenset()
        while True:
            try:
                sent = await call(self._refused | dropped)
            except BadRequest as error:
                more = blamed(error.message, message, self._refused | dropped)
                if not more:
                    raise
                dropped |= more
            else:
                # Only now is it known that the feature was at fault and not the message.
                self._remember(dropped)
                return sent

    async def _send_photo(
        self,
        message: Message,
        photo: Photo,
        how: Callable[[Message], dict[str, Any]],
        paced: Paced | None,
    ) -> telegram.Message:
        return await self._fitting(
            lambda fitting: self.bot.send_photo(
                photo=photo,
                caption=str(fitting.html),
                parse_mode=ParseMode.HTML,
                rate_limit_args=paced,
                **how(fitting),
            ),
            message,
        )

    def _how(
        self, address: Address, reply_to: int | None, priority: Priority, message: Message
    ) -> dict[str, Any]:
        """What every way of sending has in common."""
        return {
            "chat_id": address.chat_id,
            "message_thread_id": address.thread_id,
            "disable_notification": message.silent or None,
            "reply_markup": self._keyboard(message.rows),
            "reply_parameters": _reply(reply_to),
            "allow_paid_broadcast": self._pays(priority),
        }

    def _remember(self, refused: frozenset[Feature]) -> None:
        if refused - self._refused:
            self._refused |= refused
            _log.warning("the server refuses features", features=sorted(self._refused))

    def _pays(self, priority: Priority) -> bool | None:
        return True if self._paid_broadcast and priority is Priority.ALERT else None

    def _paced(
        self,
        priority: Priority,
        wanted: Callable[[], Awaitable[bool]] | None = None,
        *,
        counted: bool = True,
    ) -> Paced | None:
        return Paced(priority, wanted, counted) if self.bot.rate_limiter is not None else None


def _reply(message_id: int | None) -> ReplyParameters | None:
    if message_id is None:
        return None
    return ReplyParameters(message_id, allow_sending_without_reply=True)
