"""The other libraries at their own best, each in a process of its own with its own packages.

python -m benchmarks.peers aiogram-send URL COUNT    (…-uvloop on uvloop), prints one JSON line
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from benchmarks.sample import KEYBOARD, TEXT, TOKEN

FIRST_CHAT = 1_000_000
CONCURRENCIES = (1, 16, 64, 100)
_PROBE = 600
"""Messages by which the best concurrency is found, before the whole is measured with it."""

Send = Callable[[int], Awaitable[Any]]


async def _loop(send: Send, count: int, concurrency: int) -> float:
    numbers = iter(range(count))

    async def work() -> None:
        for number in numbers:
            await send(FIRST_CHAT + number)

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(concurrency)))
    return count / (time.perf_counter() - began)


async def _best(send: Send, count: int) -> dict[str, Any]:
    await _loop(send, 200, 16)
    probes = {concurrency: await _loop(send, _PROBE, concurrency) for concurrency in CONCURRENCIES}
    best = max(probes, key=lambda probe: probes[probe])
    cpu = time.process_time()
    rate = await _loop(send, count, best)
    cpu = (time.process_time() - cpu) / count
    return {"per_second": rate, "concurrency": best, "cpu_per_message": cpu}


async def aiogram_send(url: str, count: int) -> dict[str, Any]:
    from aiogram.types import InlineKeyboardMarkup  # noqa: PLC0415

    bot = _aiogram_bot(url)
    keyboard = InlineKeyboardMarkup.model_validate({"inline_keyboard": KEYBOARD})
    async with bot.session:
        return await _best(
            lambda chat: bot.send_message(chat, TEXT, parse_mode="HTML", reply_markup=keyboard),
            count,
        )


async def ptb_send(url: str, count: int) -> dict[str, Any]:
    from telegram import InlineKeyboardMarkup  # noqa: PLC0415
    from telegram.ext import Application  # noqa: PLC0415

    bot = Application.builder().token(TOKEN).base_url(f"{url}/bot").build().bot
    keyboard = InlineKeyboardMarkup.de_json({"inline_keyboard": KEYBOARD}, None)
    async with bot:
        return await _best(
            lambda chat: bot.send_message(chat, TEXT, parse_mode="HTML", reply_markup=keyboard),
            count,
        )


async def aiogram_answer(url: str, _count: int) -> None:
    from aiogram import Dispatcher  # noqa: PLC0415
    from aiogram.filters import Command  # noqa: PLC0415
    from aiogram.types import InlineKeyboardMarkup, Message  # noqa: PLC0415

    dispatcher = Dispatcher()
    keyboard = InlineKeyboardMarkup.model_validate({"inline_keyboard": KEYBOARD})

    async def provision(message: Message) -> None:
        await message.answer(TEXT, parse_mode="HTML", reply_markup=keyboard)

    dispatcher.message.register(provision, Command("provision", "help"))
    await dispatcher.start_polling(_aiogram_bot(url), handle_signals=False)


async def ptb_answer(url: str, _count: int) -> None:
    from telegram import InlineKeyboardMarkup, Update  # noqa: PLC0415
    from telegram.ext import Application, CommandHandler  # noqa: PLC0415

    keyboard = InlineKeyboardMarkup.de_json({"inline_keyboard": KEYBOARD}, None)

    async def provision(update: Update, _context: object) -> None:
        await update.message.reply_text(TEXT, parse_mode="HTML", reply_markup=keyboard)

    application = Application.builder().token(TOKEN).base_url(f"{url}/bot").build()
    application.add_handler(CommandHandler(["provision", "help"], provision))
    async with application:
        await application.start()
        await application.updater.start_polling()
        await asyncio.Event().wait()


def _aiogram_bot(url: str) -> Any:  # noqa: ANN401 - known in its process only
    from aiogram import Bot  # noqa: PLC0415
    from aiogram.client.session.aiohttp import AiohttpSession  # noqa: PLC0415
    from aiogram.client.telegram import TelegramAPIServer  # noqa: PLC0415

    return Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))


JOBS = {
    "aiogram-send": aiogram_send,
    "ptb-send": ptb_send,
    "aiogram-answer": aiogram_answer,
    "ptb-answer": ptb_answer,
}


def main() -> None:
    name, url, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    job = JOBS[name.removesuffix("-uvloop")](url, count)
    if name.endswith("-uvloop"):
        import uvloop  # noqa: PLC0415

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            print(json.dumps(runner.run(job)))
    else:
        print(json.dumps(asyncio.run(job)))


if __name__ == "__main__":
    main()
