"""Two processes behind one webhook: rolled, killed, told twice to stop."""

from __future__ import annotations

import asyncio
import re
import signal
from contextlib import AsyncExitStack, asynccontextmanager

from replicas import Balancer, Replica, free_port

from bot.playground.clock import PlayClock
from bot.playground.faults import Fault
from bot.playground.server import Playground

TOKEN = "700000001:a-token-of-two-behind-a-webhook"
PEOPLE = range(101, 117)
ROUNDS = 10
"""Messages of each person. No more may wait than the dispatcher keeps of a chat."""


@asynccontextmanager
async def town(database, replicas: int):
    """A playground whose webhook leads to a balancer before the replicas."""
    playground = Playground(TOKEN, PlayClock())
    for user_id in PEOPLE:
        playground.world.person(user_id, f"Person {user_id}", "en", started=True)
    async with AsyncExitStack() as stack:
        await playground.start()
        stack.push_async_callback(playground.stop)
        balancer = await stack.enter_async_context(Balancer().open())
        started = []
        for _ in range(replicas):
            port = await free_port()
            replica = Replica(playground, database, balancer.url, port)
            await replica.start()
            stack.push_async_callback(replica.stop)
            balancer.ports.append(port)
            started.append(replica)
        yield playground, started


async def chatter(playground: Playground) -> None:
    for number in range(1, ROUNDS + 1):
        for user_id in PEOPLE:
            await playground.world.say(user_id, f"/provision {900 + number}")  # there are none
            await asyncio.sleep(0.01)


def answers(playground: Playground, user_id: int) -> list[int]:
    texts = (message["text"] for message in playground.world.answers(user_id))
    return [int(re.search(r"\d+", text)[0]) - 900 for text in texts]


async def all_answered(playground: Playground, seconds: float = 60) -> None:
    def done() -> bool | None:
        return all(answers(playground, person)[-1:] == [ROUNDS] for person in PEOPLE) or None

    await playground.world.wait_for(done, seconds)


async def test_a_rolling_restart_loses_and_doubles_nothing_and_keeps_the_order(database):
    async with town(database, 2) as (playground, replicas):
        talking = asyncio.create_task(chatter(playground))
        for replica in replicas:
            await asyncio.sleep(0.2)
            assert await replica.stop() == 0
            await replica.start()
        await talking
        await all_answered(playground)
        for user_id in PEOPLE:
            assert answers(playground, user_id) == list(range(1, ROUNDS + 1))
        assert not playground.violations


async def test_what_a_killed_process_had_in_hand_is_handled_by_the_other(database):
    async with town(database, 2) as (playground, (first, _)):
        talking = asyncio.create_task(chatter(playground))
        await asyncio.sleep(0.4)
        await first.stop(signal.SIGKILL)
        await talking
        await all_answered(playground)
        for user_id in PEOPLE:
            got = answers(playground, user_id)
            assert list(dict.fromkeys(got)) == list(range(1, ROUNDS + 1))
            assert len(got) <= ROUNDS + 2  # what was under way may have been answered


async def test_a_second_signal_ends_it_at_once(database):
    async with town(database, 1) as (playground, (only,)):
        stuck = playground.faults.add(Fault("timeout", method="sendMessage"))
        await playground.world.say(PEOPLE[0], "/provision 1")
        async with asyncio.timeout(60):
            while not stuck.hits:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.01)
        only.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
        assert only.process.returncode is None
        assert await only.stop() == 128 + signal.SIGTERM
        playground.faults.clear()
        await only.start()
        await playground.world.wait_for(lambda: playground.world.answers(PEOPLE[0]) or None, 60)
