"""Two real processes, both busy: together they never exceed the token's rate."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import AsyncExitStack, asynccontextmanager

from replicas import Balancer, Replica, free_port
from store_samples import SCOPES, alert, chat, know

from bot.clock import system_clock
from bot.playground.clock import PlayClock
from bot.playground.server import Playground
from bot.storage.postgres import open_postgres
from bot.subscribers.chat import EVERYTHING
from bot.telegram.rate_limiter import bucket_of

TOKEN = "700000001:a-token-of-two-that-share-a-rate"
RATE = 30
FOLLOWERS = range(1001, 1601)
PEOPLE = range(101, 141)
LATE = 0.25
"""Seconds that a call may be under way on a busy machine, while the next one is not."""


@asynccontextmanager
async def begun(database):
    """A playground with many people, a store with an alert for them, a balancer."""
    playground = Playground(TOKEN, PlayClock())
    for user_id in (*PEOPLE, *FOLLOWERS):
        playground.world.person(user_id, f"Person {user_id}", "en", started=True)
    async with AsyncExitStack() as stack:
        await playground.start()
        stack.push_async_callback(playground.stop)
        store = await open_postgres(database, system_clock)
        stack.push_async_callback(store.close)
        await know(store, *(chat(follower, EVERYTHING) for follower in FOLLOWERS))
        balancer = await stack.enter_async_context(Balancer().open())
        yield playground, store, balancer, stack


async def talk(playground: Playground) -> None:
    """As much as the second process can just not answer."""
    number = 0
    while True:
        number += 1
        await playground.world.say(PEOPLE[number % len(PEOPLE)], f"/provision {number % 20 + 1}")
        await asyncio.sleep(1 / 15)


def times(playground: Playground) -> list[float]:
    """When paced calls arrived."""
    calls = (call for call in playground.calls if bucket_of(call.method, call.params) is not None)
    return sorted(call.monotonic for call in calls)


async def stalls(longest: list[float]) -> None:
    """How long this side of the calls stood still, at most: so much closer some seem to come."""
    while True:
        began = time.monotonic()
        await asyncio.sleep(0.005)
        longest.append(max(longest.pop(), time.monotonic() - began - 0.005))


def most_within(moments: list[float], seconds: float) -> int:
    most = first = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


async def test_together_they_never_exceed_the_rate(database):
    async with begun(database) as (playground, store, balancer, stack):
        settings = {"rate": str(RATE), "paid_broadcast": "false"}
        one, other = [
            Replica(playground, database, balancer.url, await free_port(), **settings)
            for _ in range(2)
        ]
        await one.start()
        stack.push_async_callback(one.stop)
        balancer.ports.append(one.port)
        await store.record_alert(alert(1), SCOPES)
        stalled = [0.0]
        for task in (talk(playground), stalls(stalled)):
            stack.callback(asyncio.create_task(task).cancel)

        await other.start()  # it comes while the first is as busy as can be
        stack.push_async_callback(other.stop, signal.SIGKILL)
        balancer.ports.append(other.port)
        together = time.monotonic()
        rates: list[float] = []
        async with asyncio.timeout(60):
            while rates != [23, 6]:
                await asyncio.sleep(0.2)
                both = (one, other)
                rates = [(await each.figures())["briefing_telegram_rate"] for each in both]
        await asyncio.sleep(2)
        sent = 'briefing_telegram_calls_total{method="sendMessage",result="ok"}'
        assert (await other.figures())[sent] >= 6, "it is busy too"

        await one.stop(signal.SIGKILL)  # the other takes over
        killed = time.monotonic()
        async with asyncio.timeout(60):
            while (await other.figures())["briefing_telegram_rate"] < RATE - 1:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.1)
        await asyncio.sleep(1.1)
        assert (await store.progress(1)).left, "it has been busy all the time"

        moments = times(playground)
        for seconds in (1, 2, 4):
            assert most_within(moments, seconds - stalled[0] - LATE) <= RATE * seconds
        # It is also made use of: by one, by two, and by the other.
        before = [at for at in moments if at < together]
        both = [at for at in moments if together <= at < killed]
        after = [at for at in moments if at >= killed]
        for busy in (before, both, after):
            assert most_within(busy, 1) >= RATE / 2
