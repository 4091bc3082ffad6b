"""The python-telegram-bot application, with our parts in its seams."""

from __future__ import annotations

from typing import Any

from telegram.ext import Application, ApplicationBuilder

from bot.telegram.processor import ChatProcessor
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.requests import AiohttpRequest

ALLOWED_UPDATES = (
    "message",
    "channel_post",
    "callback_query",
    "inline_query",
    "my_chat_member",
)
"""What the bot asks Telegram for (Bot API, getUpdates.allowed_updates)."""

BotApplication = Application[Any, Any, Any, Any, Any, Any]


def build_application(
    token: str, *, api_url: str, proxy: str | None, rate_limiter: RateLimiter, connections: int
) -> BotApplication:
    """An application without handlers."""
    base = api_url.rstrip("/")
    return (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .request(AiohttpRequest(connections=connections, proxy=proxy))
        .get_updates_request(AiohttpRequest(connections=2, proxy=proxy))
        .rate_limiter(rate_limiter)
        .concurrent_updates(ChatProcessor())
        .build()
    )
