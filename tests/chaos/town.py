"""The real program as a process of its own, against a Bot API on loopback full of people."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.playground.clock import PlayClock
from bot.playground.server import Playground

ROOT = Path(__file__).parents[2]
TOKEN = "700000001:a-token-of-a-town-in-chaos-that-opens-nothing"
ADMIN, BYSTANDER = 900, 901
FIRST_PERSON, FIRST_GROUP = 1000, -10_000
MOST_MEMORY = 300_000_000


class Town:
    """A playground and the bot that serves it."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.playground = Playground(TOKEN, PlayClock())
        self.world = self.playground.world
        self._data = data
        self.log = data.with_suffix(".log")
        self._settings = settings
        self.process: asyncio.subprocess.Process

    def populate(self, people: int, groups: int) -> tuple[list[int], list[int]]:
        """People, and groups of which all of them are members."""
        persons = [FIRST_PERSON + number for number in range(people)]
        chats = [FIRST_GROUP - number for number in range(groups)]
        for person in (ADMIN, BYSTANDER, *persons):
            self.world.person(person, f"P{person}", "en")
        for chat in chats:
            self.world.group(chat, f"G{chat}", [ADMIN, *persons], admins=[ADMIN])
        return persons, chats

    async def start(self) -> None:
        environment = {
            **{name: value for name, value in os.environ.items() if "BRIEFING" not in name},
            "BRIEFING_TOKEN": TOKEN,
            "BRIEFING_API_URL": self.playground.url,
            "BRIEFING_EMBEDDINGS": "none",
            "BRIEFING_DATA": str(self._data),
            "BRIEFING_ADMINS": str(ADMIN),
            "BRIEFING_LOG_LEVEL": "WARNING",
            "BRIEFING_PICTURES": "false",
            **{f"BRIEFING_{name.upper()}": value for name, value in self._settings.items()},
        }
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"), cwd=ROOT, env=environment, stderr=log
            )

    async def stop(self) -> int:
        if self.process.returncode is None:
            self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), 30)

    async def ask(self, person: int, text: str, seconds: float = 60) -> float:
        """Ask in private; the seconds until the answer."""
        before = len(self.world.answers(person))
        began = time.perf_counter()
        await self.world.say(person, text)
        await until(lambda: len(self.world.answers(person)) > before, seconds)
        return time.perf_counter() - began

    def memory(self) -> int:
        """The most memory that the process has used so far, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024


@asynccontextmanager
async def town(data: Path, people: int, groups: int, **settings: str) -> AsyncIterator[Any]:
    """A town at work; gives it, its people and its groups."""
    place = Town(data, **settings)
    persons, chats = place.populate(people, groups)
    await place.playground.start()
    try:
        await place.start()
        await place.ask(BYSTANDER, "/start", 60)
        yield place, persons, chats
    finally:
        await place.stop()
        await place.playground.stop()


async def until(condition: Callable[[], object], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for is no event
            await asyncio.sleep(0.005)


def p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[98] if len(times) > 1 else times[0]


async def waits_of_a_bystander(place: Town, seconds: float, pause: float = 1.2) -> list[float]:
    """Ask again and again, with more than a chat's second in between; how long each took."""
    waits = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        waits.append(await place.ask(BYSTANDER, "/help"))
        await asyncio.sleep(pause)
    return waits
