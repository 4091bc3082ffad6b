"""Everything that is looked at, in the order in which it is needed."""

from __future__ import annotations

import asyncio

import telegram
from telegram.error import InvalidToken, TelegramError

from bot.clock import Clock
from bot.ops.doctor import machine, storage
from bot.ops.doctor import telegram as telegram_side
from bot.ops.doctor.result import CheckResult, fault, note, well
from bot.paths import content_file, locales_folder
from bot.settings import Settings
from bot.storage.factory import TINYDB
from bot.telegram.transport import AiohttpRequest


async def examine(settings: Settings, clock: Clock) -> list[CheckResult]:
    """Look at everything; nothing is changed, and the bot may be running."""
    store = settings.store.get_secret_value()
    found = [
        await asyncio.to_thread(machine.content, settings.content or content_file()),
        await asyncio.to_thread(machine.catalogues, locales_folder()),
        await asyncio.to_thread(machine.time_zones),
    ]
    if store == TINYDB:
        found += await asyncio.to_thread(machine.folder, settings.data)
    kept, places = await storage.stored(store, settings.data)
    found.append(kept)
    api_url = str(settings.api_url).rstrip("/")
    reached = await telegram_side.reached(api_url, settings.proxy, clock)
    found += reached
    if settings.token is None:
        advice = "Write /newbot to @BotFather in Telegram, and put the token into BRIEFING_TOKEN."
        return [*found, fault("token", "there is none", advice)]
    if len(reached) == 1 and reached[0].advice:
        return found
    request = AiohttpRequest(connections=2, proxy=settings.proxy)
    bot = telegram.Bot(
        settings.token.get_secret_value(), base_url=f"{api_url}/bot", request=request
    )
    try:
        async with bot:
            found += _bot(bot)
            url = None if settings.webhook_url is None else str(settings.webhook_url)
            found += await telegram_side.webhook(bot, url, clock)
            found += await telegram_side.admins(bot, settings.admins)
            found += await telegram_side.rights(bot, places)
    except InvalidToken:
        advice = "@BotFather shows the right one with /token."
        found.append(fault("token", "Telegram knows no bot with this token", advice))
    except TelegramError as error:
        found.append(fault("Telegram", error.message, "Ask again later."))
    return found


def _bot(bot: telegram.Bot) -> list[CheckResult]:
    found = [well("token", f"@{bot.username}")]
    if not bot.supports_inline_queries:
        advice = "For @your_bot in any chat send /setinline to @BotFather."
        found.append(note("inline mode", "off", advice))
    return found
