"""Real processes of the bot behind one webhook, and what stands before them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.playground.server import Playground

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

    def __init__(
        self, playground: Playground, database: str, hook: str, port: int, **settings: str
    ) -> None:
        self.port = port
        self.process: asyncio.subprocess.Process
        self._environment = {
            "PATH": os.environ["PATH"],
            "BRIEFING_TOKEN": playground.token,
            "BRIEFING_API_URL": playground.url,
            "BRIEFING_EMBEDDINGS": "none",
            "BRIEFING_STORE": database,
            "BRIEFING_WEBHOOK_URL": hook,
            "BRIEFING_LISTEN": f"127.0.0.1:{port}",
            "BRIEFING_CHAT_SECONDS": "0",
            "BRIEFING_RATE": "1000",
            "BRIEFING_PAID_BROADCAST": "true",
            "BRIEFING_PICTURES": "false",
            "BRIEFING_LOG_LEVEL": "WARNING",
        } | {f"BRIEFING_{name.upper()}": value for name, value in settings.items()}

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", "--webhook"), cwd=ROOT, env=self._environment
        )
        async with aiohttp.ClientSession() as session, asyncio.timeout(60):
            while True:
                assert self.process.returncode is None
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)

    async def figures(self) -> dict[str, float]:
        """What it says at /metrics, by the name with its labels."""
        url = f"http://127.0.0.1:{self.port}/metrics"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            lines = (await answer.text()).splitlines()
        pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return {name: float(value) for name, value in pairs}

    async def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), 60)


async def free_port() -> int:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port
