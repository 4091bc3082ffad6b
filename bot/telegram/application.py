"""The python-telegram-bot application, with our parts in its seams."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog
from telegram.error import BadRequest, NetworkError
from telegram.ext import Application, ApplicationBuilder, ExtBot

from bot.telegram.inbox_worker import InboxWorker
from bot.telegram.offset_tracker import OffsetTracker
from bot.telegram.polling import Poller
from bot.telegram.processor import ChatProcessor
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.transport import AiohttpRequest
from bot.telegram.update_source import Shelf, UpdateSource
from bot.telegram.updates import ReceivingHealth

_log = structlog.get_logger(__name__)

ALLOWED_UPDATES = (
    "message",
    "channel_post",
    "callback_query",
    "inline_query",
    "my_chat_member",
)
"""What the bot asks Telegram for (Bot API, getUpdates.allowed_updates)."""

_LONGEST_RETRY = 30.0
"""Seconds between two attempts to reach Telegram at start, at most."""

BotApplication = Application[ExtBot[Any], Any, Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Connection:
    """The way to Telegram and back."""

    application: BotApplication
    intake: UpdateSource
    rate_limiter: RateLimiter
    processor: ChatProcessor
    health: ReceivingHealth
    """When updates were received last, and what prevents it."""

    @property
    def bot(self) -> ExtBot[Any]:
        """The Bot API."""
        return self.application.bot

    @property
    def poller(self) -> Poller:
        """What fetches updates where no webhook brings them."""
        return self.intake.poller

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

    async def start(self, store: Shelf, *, by_webhook: bool = False) -> asyncio.Task[None]:
        """Handle updates, however they come; the task ends where that is in vain."""
        await self.application.start()
        return asyncio.create_task(self.intake.run(store, by_webhook=by_webhook), name="intake")

    async def stop(self, intake: asyncio.Task[None], store: Shelf) -> None:
        """Take nothing new in, and give what is in hand a short time to end."""
        await self.intake.stop()
        self.rate_limiter.hurry()
        await self.processor.finish()
        await self.application.stop()
        await self.intake.finish(store)
        intake.cancel()
        await asyncio.gather(intake, return_exceptions=True)

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
    rate_limiter = RateLimiter(rate=rate, chat_seconds=chat_seconds)
    hand, health = OffsetTracker(), ReceivingHealth()
    processor = ChatProcessor()
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
        .concurrent_updates(processor)
        .build()
    )
    bot, queue = application.bot, application.update_queue
    poller = Poller(bot, polling, queue, allowed=ALLOWED_UPDATES, hand=hand, health=health)
    receiver = InboxWorker(bot, queue)
    processor.tells(hand.handled)
    processor.tells(receiver.handled)
    return Connection(application, UpdateSource(poller, receiver), rate_limiter, processor, health)
