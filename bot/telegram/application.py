"""The python-telegram-bot application, with our parts in its seams."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog
from telegram.error import BadRequest, NetworkError
from telegram.ext import Application, ApplicationBuilder, ExtBot, Updater

from bot.telegram.processor import ChatProcessor
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.requests import AiohttpRequest

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
    updater: Updater
    rate_limiter: RateLimiter
    processor: ChatProcessor

    @property
    def bot(self) -> ExtBot[Any]:
        """The Bot API."""
        return self.application.bot

    async def open(self) -> None:
        """Ask Telegram who the bot is, for as long as it takes to reach it.

        Raises:
            InvalidToken: Telegram knows no such bot.
        """
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

    async def start(self) -> None:
        """Handle updates, received by long polling."""
        await self.application.start()
        await self.updater.start_polling(
            allowed_updates=list(ALLOWED_UPDATES), bootstrap_retries=-1
        )

    async def stop(self) -> None:
        """Take nothing new in, and give what is in hand a short time to end."""
        await self.updater.stop()
        self.rate_limiter.hurry()
        await self.processor.finish()
        await self.application.stop()

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
    processor = ChatProcessor()
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .request(AiohttpRequest(connections=connections, proxy=proxy))
        .get_updates_request(AiohttpRequest(connections=2, proxy=proxy))
        .rate_limiter(rate_limiter)
        .concurrent_updates(processor)
        .build()
    )
    if application.updater is None:
        raise RuntimeError("the application was built without an updater")
    return Connection(application, application.updater, rate_limiter, processor)
