"""The python-telegram-bot application, with our parts in its seams."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
import telegram
from markupsafe import escape
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import Application, ApplicationBuilder, ExtBot

from bot.storage.protocol import Store
from bot.telegram.context import BotContext, address_of
from bot.telegram.dispatcher import Dispatcher
from bot.telegram.polling import Poller
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.throttling import Throttle
from bot.telegram.transport import AiohttpRequest
from bot.telegram.updates import ReceivingHealth
from bot.views import replies
from bot.views.message import Message

_log = structlog.get_logger(__name__)

_LONGEST_RETRY = 30.0
"""Seconds between two attempts to reach Telegram at start, at most."""
_LOOK = 1.0
"""Seconds between two looks into the inbox for what another process left there."""

BotApplication = Application[ExtBot[Any], Any, Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Connection:
    """The way to Telegram and back."""

    application: BotApplication
    rate_limiter: RateLimiter
    poller: Poller
    """Fetches updates where no webhook brings them."""
    dispatcher: Dispatcher
    health: ReceivingHealth
    """When updates were received last, and what prevents it."""

    @property
    def bot(self) -> ExtBot[Any]:
        """The Bot API."""
        return self.application.bot

    async def open(self) -> None:
        """Ask Telegram who the bot is, for as long as it takes to reach it.

        Raises:
            InvalidToken: Telegram knows no such bot.
        """
        try:
            await self._reach()
        except BaseException:
            await self.bot.shutdown()  # an application that was never up shuts nothing down
            raise

    async def _reach(self) -> None:
        wait = 1.0
        while True:
            try:
                await self.application.initialize()
            except BadRequest:
                raise
            except NetworkError as error:
                _log.warning("Telegram was not reached", error=str(error), again_in=wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_RETRY)
            else:
                return

    def start(self, store: Store, *, by_webhook: bool = False) -> tuple[asyncio.Task[None], ...]:
        """Receive and handle updates; a task ends where that is in vain."""
        works = [self.dispatcher.run(store, look_every=_LOOK)]
        if not by_webhook:
            works.append(self.poller.run_in_turn(store))
        return tuple(asyncio.create_task(work, name="updates") for work in works)

    async def stop(self, receiving: Sequence[asyncio.Task[None]], store: Store) -> None:
        """Take nothing new in, and give what is in hand a short time to end."""
        for task in receiving:
            task.cancel()
        await asyncio.gather(*receiving, return_exceptions=True)
        self.rate_limiter.hurry()
        await self.dispatcher.finish(store)

    async def close(self) -> None:
        """Let go of the connections."""
        await self.application.shutdown()


def connect(
    token: str,
    *,
    api_url: str,
    proxy: str | None,
    rate: float,
    chat_seconds: float,
    connections: int,
) -> Connection:
    """A connection without handlers, not yet opened."""
    base = api_url.rstrip("/")
    rate_limiter, health = RateLimiter(rate=rate, chat_seconds=chat_seconds), ReceivingHealth()
    polling = AiohttpRequest(connections=2, proxy=proxy)
    application: BotApplication = (
        ApplicationBuilder()
        .updater(None)
        .token(token)
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .request(AiohttpRequest(connections=connections, proxy=proxy))
        .get_updates_request(polling)
        .rate_limiter(rate_limiter)
        .build()
    )
    bot = application.bot
    dispatcher = Dispatcher(bot, Throttle(bot))
    poller = Poller(bot, polling, health, room=dispatcher.room, accepted=dispatcher.wake)
    return Connection(application, rate_limiter, poller, dispatcher, health)


class Handlers:
    """Hands updates to the application's handlers, and says what becomes of those it does not."""

    def __init__(self, application: BotApplication, context: BotContext) -> None:
        self._application = application
        self._context = context

    async def handle(self, update: telegram.Update) -> None:
        """Hand an update to the first handler that takes it."""
        for group in self._application.handlers.values():
            for handler in group:
                check = handler.check_update(update)
                if check is not None and check is not False:
                    await handler.callback(update, None)
                    break

    async def failed(self, update: telegram.Update, error: Exception) -> None:
        """Report an error of a handler."""
        await self._application.process_error(update, error)

    async def too_many(self, update: telegram.Update) -> None:
        """Tell a chat that it sends too much, in its language."""
        query, chat = update.callback_query, update.effective_chat
        if chat is None:
            return  # an inline query: there is nowhere to say it
        message = update.effective_message
        request = await self._context.request(chat, update.effective_user, message)
        notice = replies.slow_down(request.reader)
        if query is None:
            address = address_of(chat.id, message)
            await self._context.api.try_send(address, Message(escape(notice)))
            return
        try:
            await self._context.api.answer(query.id, notice)
        except TelegramError as error:
            _log.info("a flood was not answered", error=type(error).__name__)

    async def set_aside(self, update_id: int, kind: str) -> None:
        """Tell the admins of an update that is not tried again."""
        await self._context.tell_admins(
            lambda reader: [replies.update_set_aside(reader, update_id, kind)]
        )
