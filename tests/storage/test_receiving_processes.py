"""What waits behind another process's update is taken as soon as that is handled."""

from __future__ import annotations

import asyncio

from store_samples import clock
from telegram import Bot

from bot.storage.inbox import Accepted
from bot.storage.postgres import open_postgres
from bot.telegram.inbox_worker import InboxWorker

NEVER = 3600.0


def update(number: int) -> Accepted:
    return Accepted(number, 7, b'{"update_id":%d}' % number)


async def test_nobody_waits_for_the_next_look(database):
    one, other = await open_postgres(database, clock), await open_postgres(database, clock)
    queue: asyncio.Queue = asyncio.Queue()
    receiver = InboxWorker(Bot("1:a"), queue)
    await one.accept_updates([update(1)])
    working = asyncio.create_task(receiver.run(one, look_every=NEVER))
    async with asyncio.timeout(10):
        assert (await queue.get()).update_id == 1
        await other.accept_updates([update(2)])
        assert not await other.take_updates(9)
        receiver.handled(1)
        assert (await queue.get()).update_id == 2
    receiver.handled(2)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await receiver.finish(one)
    assert (await one.inbox()).count == 0
    await one.close()
    await other.close()
