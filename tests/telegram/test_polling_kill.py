"""kill -9 of the real program between fetching an update and handling it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.playground.clock import PlayClock
from bot.playground.faults import Fault
from bot.playground.server import Playground
from bot.storage.tinydb import open_store

TOKEN = "700000001:a-token-of-one-who-is-killed"
ADMIN, EMMA, GROUP = 1, 2, -100


async def program(playground: Playground, data: Path, **more: str) -> asyncio.subprocess.Process:
    environment = {
        "PATH": os.environ["PATH"],
        "BRIEFING_TOKEN": TOKEN,
        "BRIEFING_API_URL": playground.url,
        "BRIEFING_EMBEDDINGS": "none",
        "BRIEFING_DATA": str(data),
        "BRIEFING_CHAT_SECONDS": "0",
        "BRIEFING_LOG_LEVEL": "WARNING",
        **more,
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=Path(__file__).parents[2], env=environment
    )


async def until(condition: Callable[[], object], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for is no event
            await asyncio.sleep(0.01)


@asynccontextmanager
async def town() -> AsyncIterator[Playground]:
    playground = Playground(TOKEN, PlayClock())
    world = playground.world
    world.person(ADMIN, "Admin", "en")
    world.person(EMMA, "Emma", "en")
    world.group(GROUP, "Newsroom", [ADMIN, EMMA], bot=None)
    await playground.start()
    try:
        yield playground
    finally:
        await playground.stop()


async def test_a_subscribe_that_was_fetched_and_not_handled_is_not_lost(tmp_path: Path):
    async with town() as playground:
        world, data = playground.world, tmp_path / "data"
        killed = await program(playground, data)
        world.add_bot(GROUP, ADMIN)
        await until(lambda: world.answers(GROUP))
        # Whether the person is an admin is asked before anything is kept: here it stands still.
        stuck = playground.faults.add(Fault("timeout", method="getChatAdministrators"))
        await world.say(ADMIN, "/subscribe all", GROUP)
        await until(lambda: stuck.hits)
        journal = data / "journal.jsonl"
        handled = journal.read_bytes().count(b'"handled"')
        await world.say(EMMA, "/subscribe all")
        await until(lambda: world.answers(EMMA))
        await until(lambda: journal.read_bytes().count(b'"handled"') > handled)
        killed.send_signal(signal.SIGKILL)
        await killed.wait()
        playground.faults.clear()
        before = len(world.answers(GROUP))

        again = await program(playground, data)
        await until(lambda: len(world.answers(GROUP)) > before)
        await until(lambda: not world.updates.pending)
        again.terminate()
        assert await again.wait() == 0
        assert len(world.answers(GROUP)) == before + 1
        assert len(world.answers(EMMA)) == 1  # hers was handled before, and known
        store = await open_store(data, playground.clock.now)
        try:
            followers = [chat.id for chat in await store.chats() if chat.subscriptions]
        finally:
            await store.close()
        assert sorted(followers) == [GROUP, EMMA]


async def test_an_update_during_which_the_process_dies_twice_is_set_aside(tmp_path: Path):
    async with town() as playground:
        world, data = playground.world, tmp_path / "data"
        stuck = playground.faults.add(Fault("timeout", method="sendMessage", chat_id=EMMA))
        await world.say(EMMA, "/topics and words of mine")
        for count in (1, 2):
            process = await program(playground, data, BRIEFING_ADMINS=str(ADMIN))
            await until(lambda: stuck.hits == count)  # noqa: B023 - awaited here
            process.send_signal(signal.SIGKILL)
            await process.wait()
        playground.faults.clear()
        await world.say(ADMIN, "/topics")

        process = await program(playground, data, BRIEFING_ADMINS=str(ADMIN))
        await until(lambda: len(world.answers(ADMIN)) == 2)
        await world.say(EMMA, "/help")
        await until(lambda: world.answers(EMMA))
        process.terminate()
        assert await process.wait() == 0
        told = [message["text"] for message in world.answers(ADMIN)]
        [aside] = [text for text in told if "One message was set aside" in text]
        assert "words of mine" not in aside
        assert len(world.answers(EMMA)) == 1
        left = b"".join(path.read_bytes() for path in data.iterdir() if path.is_file())
        assert b"words of mine" not in left
