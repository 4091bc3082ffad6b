"""Everything that is looked at, in the order in which it is needed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import telegram
from telegram.error import InvalidToken, TelegramError

from bot.clock import Clock
from bot.ops.doctor import machine, storage, web
from bot.ops.doctor import telegram as telegram_side
from bot.ops.doctor.result import CheckResult, fault, note, well
from bot.paths import content_file, locales_folder
from bot.settings import Settings
from bot.storage.errors import StoreError
from bot.storage.factory import folder_of, is_in_use
from bot.telegram.transport import AiohttpRequest


async def examine(settings: Settings, clock: Clock) -> list[CheckResult]:
    """Look at everything; nothing is changed, and the bot may be running."""
    store = settings.store.get_secret_value()
    content, agreement = await asyncio.to_thread(
        machine.content, settings.content or content_file()
    )
    found = [
        content,
        await asyncio.to_thread(
            machine.catalogues,
            locales_folder(),
            settings.locales,
            agreement.languages if agreement else (),
        ),
        *await asyncio.to_thread(machine.fonts, settings.font, agreement),
        await asyncio.to_thread(machine.time_zones),
        await asyncio.to_thread(machine.meaning, settings),
        *await asyncio.to_thread(machine.secrets, Path(".env")),
    ]
    if (folder := folder_of(store, settings.data)) is not None:
        found += await asyncio.to_thread(machine.folder, folder)
    kept, places = await storage.stored(store, settings.data, clock)
    found.append(kept)
    file = settings.content or content_file()
    found += await storage.feeds(store, settings.data, clock, file, settings.feeds)
    found += await asyncio.to_thread(web.listening, settings)
    found += await asyncio.to_thread(web.certificate, settings)
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
            if url is None:
                works = await _is_at_work(store, settings.data)
                found.append(await telegram_side.polling(bot, request, works=works))
    except InvalidToken:
        advice = "@BotFather shows the right one with /token."
        found.append(fault("token", "Telegram knows no bot with this token", advice))
    except TelegramError as error:
        found.append(fault("Telegram", error.message, "Ask again later."))
    return found


async def _is_at_work(store: str, folder: Path) -> bool:
    try:
        return await is_in_use(store, folder)
    except StoreError:  # which is said of the store already
        return False


def _bot(bot: telegram.Bot) -> list[CheckResult]:
    found = [well("token", f"@{bot.username}")]
    if not bot.supports_inline_queries:
        advice = "For @your_bot in any chat send /setinline to @BotFather."
        found.append(note("inline mode", "off", advice))
    return found
