"""What waits behind another process's update is handled as soon as that is handled."""

from __future__ import annotations

import asyncio

import orjson
from store_samples import clock
from telegram import Bot, Update

from bot.storage.postgres import open_postgres
from bot.telegram.dispatcher import Dispatcher
from bot.telegram.throttling import Throttle
from bot.telegram.updates import accepted_form

NEVER = 3600.0


class NamedBot(Bot):
    """Knows its name without asking Telegram for it."""

    username = "briefing_bot"
    id = 700


class Process:
    """Handles an update when it is told to."""

    def __init__(self) -> None:
        self.begun: asyncio.Queue[int] = asyncio.Queue()
        self.gate = asyncio.Event()

    async def handle(self, update: Update) -> None:
        self.begun.put_nowait(update.update_id)
        await self.gate.wait()


def update(number: int):
    chat = {"id": 7, "type": "private"}
    document = {"message_id": 1, "date": 1, "chat": chat, "text": "/topics"}
    return accepted_form(orjson.loads(orjson.dumps({"update_id": number, "message": document})))


async def test_nobody_waits_for_the_next_look(database):
    one, other = await open_postgres(database, clock), await open_postgres(database, clock)
    bot, process = NamedBot("700:x"), Process()
    dispatcher = Dispatcher(bot, Throttle(bot))
    dispatcher.handled_by(process)
    await one.accept_updates([update(1)])
    working = asyncio.create_task(dispatcher.run(one, look_every=NEVER))
    async with asyncio.timeout(60):
        assert await process.begun.get() == 1
        await other.accept_updates([update(2)])
        assert not await other.take_updates(9)
        process.gate.set()
        assert await process.begun.get() == 2
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await dispatcher.finish(one)
    assert (await one.inbox()).count == 0
    await one.close()
    await other.close()
