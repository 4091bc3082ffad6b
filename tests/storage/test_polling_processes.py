"""Several processes that poll: one at a time does, and a reload reaches all."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import orjson
import pytest

from bot.app import running_bot
from bot.paths import content_file
from bot.playground.clock import PlayClock
from bot.playground.server import Playground
from bot.settings import read_settings

TOKEN = "700000001:a-token-of-several-that-poll"
ADMIN, EMMA = 1, 2
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def playground():
    one = Playground(TOKEN, PlayClock())
    one.world.person(ADMIN, "Admin", "en", started=True)
    one.world.person(EMMA, "Emma", "en", started=True)
    await one.start()
    yield one
    await one.stop()


async def program(playground, database) -> asyncio.subprocess.Process:
    settings = {
        "PATH": os.environ["PATH"],
        "BRIEFING_TOKEN": TOKEN,
        "BRIEFING_API_URL": playground.url,
        "BRIEFING_EMBEDDINGS": "none",
        "BRIEFING_STORE": database,
        "BRIEFING_CHAT_SECONDS": "0",
        "BRIEFING_LOG_LEVEL": "WARNING",
    }
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"), cwd=ROOT, env=settings
    )


async def answers(playground, count: int) -> None:
    await playground.world.wait_for(
        lambda: len(playground.world.answers(EMMA)) >= count or None, 20
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_another_process_polls_when_the_first_is_gone(playground, database, number):
    world = playground.world
    first = await program(playground, database)
    await world.say(EMMA, "/provision 1")
    await answers(playground, 1)
    second = await program(playground, database)
    try:
        await asyncio.sleep(3)  # it is ready by then, and stands by
        await world.say(EMMA, "/provision 2")
        await answers(playground, 2)
        first.send_signal(number)
        await world.say(EMMA, "/provision 3")
        await answers(playground, 3)
        await first.wait()
    finally:
        second.terminate()
        assert await second.wait() == 0
    # One that was answered in the very moment of a kill is answered again.
    assert len(world.answers(EMMA)) <= 3 + (number == signal.SIGKILL)
    assert not playground.violations


async def test_a_reload_reaches_every_process(playground, database, tmp_path):
    content = orjson.loads(content_file().read_bytes())
    files = [tmp_path / "one.json", tmp_path / "other.json"]
    async with AsyncExitStack() as stack:
        bots = []
        for file in files:
            file.write_bytes(orjson.dumps(content))
            settings = read_settings(
                token=TOKEN,
                api_url=playground.url,
                store=database,
                content=file,
                admins=str(ADMIN),
                pictures=False,
            )
            bots.append(await stack.enter_async_context(running_bot(settings)))
        content["title"]["en"] = "Another title altogether"
        for file in files:
            file.write_bytes(orjson.dumps(content))
        await playground.world.say(ADMIN, "/reload")
        async with asyncio.timeout(60):
            for bot in bots:
                while bot.context.state.agreement.title["en"] != "Another title altogether":  # noqa: ASYNC110 - nothing tells
                    await asyncio.sleep(0.05)
