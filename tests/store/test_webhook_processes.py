"""Two processes behind one webhook: rolled, killed, told twice to stop."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.playground.clock import PlayClock
from bot.playground.faults import Fault
from bot.playground.server import Playground

TOKEN = "700000001:a-token-of-two-behind-a-webhook"
PEOPLE = range(101, 109)
ROUNDS = 20
ROOT = Path(__file__).parents[2]


class Balancer:
    """Posts go to each process in turn, past those that do not take them."""

    def __init__(self) -> None:
        self.ports: list[int] = []
        self.url = ""
        self._turn = 0

    @asynccontextmanager
    async def open(self):
        async with aiohttp.ClientSession() as self._session:
            runner = web.ServerRunner(web.Server(self._pass_on, access_log=None))
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.url = "http://{}:{}/hook".format(*runner.addresses[0][:2])
            try:
                yield self
            finally:
                await runner.cleanup()

    async def _pass_on(self, request: web.BaseRequest) -> web.Response:
        body = await request.read()
        name = "X-Telegram-Bot-Api-Secret-Token"
        headers = {name: request.headers.get(name, "")}
        for _ in self.ports:
            self._turn += 1
            port = self.ports[self._turn % len(self.ports)]
            try:
                url = f"http://127.0.0.1:{port}/hook"
                async with self._session.post(url, data=body, headers=headers) as answer:
                    if answer.status < 500:
                        return web.Response(status=answer.status)
            except aiohttp.ClientError:
                continue
        return web.Response(status=502)


class Replica:
    """One process; `start` waits until it is ready."""

    def __init__(self, playground: Playground, database: str, hook: str, port: int) -> None:
        self.port = port
        self.process: asyncio.subprocess.Process
        self._environment = {
            "PATH": os.environ["PATH"],
            "BRIEFING_TOKEN": TOKEN,
            "BRIEFING_API_URL": playground.url,
            "BRIEFING_STORE": database,
            "BRIEFING_WEBHOOK_URL": hook,
            "BRIEFING_LISTEN": f"127.0.0.1:{port}",
            "BRIEFING_CHAT_SECONDS": "0",
            "BRIEFING_RATE": "1000",
            "BRIEFING_PAID_BROADCAST": "true",
            "BRIEFING_PICTURES": "false",
            "BRIEFING_LOG_LEVEL": "WARNING",
        }

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", "--webhook"), cwd=ROOT, env=self._environment
        )
        async with aiohttp.ClientSession() as session, asyncio.timeout(30):
            while True:
                assert self.process.returncode is None
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)

    async def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), 20)


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
            port = await _free_port()
            replica = Replica(playground, database, balancer.url, port)
            await replica.start()
            stack.push_async_callback(replica.stop)
            balancer.ports.append(port)
            started.append(replica)
        yield playground, started


async def _free_port() -> int:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


async def chatter(playground: Playground) -> None:
    for number in range(1, ROUNDS + 1):
        for user_id in PEOPLE:
            await playground.world.say(user_id, f"/provision {number}")
            await asyncio.sleep(0.01)


def answers(playground: Playground, user_id: int) -> list[int]:
    texts = (message["text"] for message in playground.world.answers(user_id))
    return [int(re.search(r"\d+", text)[0]) for text in texts]


async def all_answered(playground: Playground, seconds: float = 20) -> None:
    def done() -> bool | None:
        return all(answers(playground, one)[-1:] == [ROUNDS] for one in PEOPLE) or None

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
        async with asyncio.timeout(10):
            while not stuck.hits:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.01)
        only.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
        assert only.process.returncode is None
        assert await only.stop() == 128 + signal.SIGTERM
        playground.faults.clear()
        await only.start()
        await playground.world.wait_for(lambda: playground.world.answers(PEOPLE[0]) or None, 10)
