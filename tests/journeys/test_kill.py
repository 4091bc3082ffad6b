"""The real process, killed again and again in the middle of an alert."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from stage import ADMIN, TOKEN, button_of

from bot.clock import system_clock
from bot.playground.clock import PlayClock
from bot.playground.faults import Fault
from bot.playground.server import Playground
from bot.storage.tinydb import open_store
from bot.subscribers.chat import EVERYTHING, Chat, ChatKind

SOAK = int(os.environ.get("BRIEFING_SOAK", "1"))
"""So many times the usual: `make soak`."""
CHATS, KILLS, CONCURRENCY = 1000 * SOAK, 8 * SOAK, 16
FIRST = 10_000


async def follow_everything(data: Path) -> None:
    store = await open_store(data, system_clock)
    for start in range(FIRST, FIRST + CHATS, 500):
        chats = [
            Chat(
                user_id,
                ChatKind.PRIVATE,
                locale=("en", "az", "tr", "ru")[user_id % 4],
                subscriptions=frozenset({(None, EVERYTHING)}),
            )
            for user_id in range(start, start + 500)
        ]
        await asyncio.gather(
            *(store.update_chat(chat.id, lambda _, chat=chat: chat) for chat in chats)
        )
    await store.close()


@contextlib.asynccontextmanager
async def process(
    playground: Playground, data: Path, store: str = "tinydb"
) -> AsyncIterator[asyncio.subprocess.Process]:
    settings = {
        "BRIEFING_STORE": store,
        "BRIEFING_PICTURES": "false",
        "BRIEFING_TOKEN": TOKEN,
        "BRIEFING_API_URL": playground.url,
        "BRIEFING_EMBEDDINGS": "none",
        "BRIEFING_DATA": str(data),
        "BRIEFING_ADMINS": str(ADMIN),
        "BRIEFING_RATE": "1000",
        "BRIEFING_PAID_BROADCAST": "true",
        "BRIEFING_CHAT_SECONDS": "0",
        "BRIEFING_WINDOW_SECONDS": "0",
        "BRIEFING_CONCURRENCY": str(CONCURRENCY),
        "BRIEFING_LOG_LEVEL": "ERROR",
    }
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env={**os.environ, **settings}
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.send_signal(signal.SIGTERM)
            await asyncio.wait_for(started.wait(), 60)


async def test_every_chat_gets_its_alert_however_often_the_bot_is_killed(tmp_path: Path) -> None:
    chance = random.Random(2021 * SOAK)
    await follow_everything(tmp_path)
    playground = Playground(TOKEN, PlayClock())
    world = playground.world
    for user_id in (ADMIN, *range(FIRST, FIRST + CHATS)):
        world.person(user_id, "Reader", "en", started=True)
    await playground.start()

    def got() -> int:
        return sum(len(world.answers(user_id)) for user_id in range(FIRST, FIRST + CHATS))

    try:
        killed = 0
        confirmed = False
        marks = sorted(chance.sample(range(1, CHATS - 50), KILLS))
        while killed <= KILLS:
            async with process(playground, tmp_path) as running:
                if not confirmed:
                    await world.say(ADMIN, "/update railway advanced 2026-03-06 https://e.org/x n")
                    await world.wait_for(lambda: world.answers(ADMIN) and _confirm(world), 60)
                    asked = world.answers(ADMIN)[-1]
                    data = button_of(asked, "Send to")["callback_data"]
                    query = await world.press(ADMIN, ADMIN, asked["message_id"], data)
                    await world.toast(query, 15)
                    confirmed = True
                if killed < KILLS:
                    await world.wait_for(lambda mark=marks[killed]: got() >= mark or None, 60)
                    running.kill()
                    await running.wait()
                else:
                    await world.wait_for(lambda: all(_served(world)) or None, 60)
                killed += 1
        counts = Counter(len(world.answers(number)) for number in range(FIRST, FIRST + CHATS))
    finally:
        await playground.stop()
    assert counts[0] == 0, "an alert was lost"
    doubles = sum((times - 1) * chats for times, chats in counts.items())
    assert doubles <= KILLS * CONCURRENCY, counts
    assert not playground.violations


@pytest.fixture(params=["tinydb", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the process keeps everything."""
    if request.param == "tinydb":
        yield "tinydb"
        return
    sys.path.append(str(Path(__file__).parents[1] / "storage"))
    from postgres_server import postgres

    with postgres() as url:
        yield url


async def test_a_kill_and_an_undo_leave_nobody_with_the_wrong_news(
    tmp_path: Path, store: str
) -> None:
    """All got the alert, nothing of it was recorded, and the admin's message was not edited."""
    readers = range(FIRST, FIRST + 10)
    playground = Playground(TOKEN, PlayClock())
    world, faults = playground.world, playground.faults
    for user_id in (ADMIN, *readers):
        world.person(user_id, "Reader", "en", started=True)
    await playground.start()
    try:
        async with process(playground, tmp_path, store) as running:
            for reader in readers:
                await world.say(reader, "/subscribe all")
            await world.wait_for(lambda: all(map(world.answers, readers)) or None, 60)
            before = {reader: len(world.answers(reader)) for reader in readers}
            for reader in readers:
                faults.add(Fault("timeout_after", method="sendMessage", chat_id=reader))
            faults.add(Fault("timeout", method="editMessageText", chat_id=ADMIN))
            await world.say(ADMIN, "/update railway advanced 2026-03-06 https://e.org/x n")
            await world.wait_for(lambda: world.answers(ADMIN) and _confirm(world), 60)
            asked = world.answers(ADMIN)[-1]
            data = button_of(asked, "Send to")["callback_data"]
            await world.press(ADMIN, ADMIN, asked["message_id"], data)
            await world.wait_for(
                lambda: (
                    all(len(world.answers(reader)) > before[reader] for reader in readers) or None
                ),
                30,
            )
            running.kill()
            await running.wait()
        faults.clear()
        for reader in readers:
            faults.add(Fault("error", method="sendMessage", chat_id=reader, code=502))
        async with process(playground, tmp_path, store):
            await world.wait_for(lambda: not _confirm(world) or None, 60)
            await world.say(ADMIN, "/undo")
            await world.wait_for(lambda: _last_has(world, "Leave it"), 60)
            asked = world.answers(ADMIN)[-1]
            data = button_of(asked, "Take it back")["callback_data"]
            query = await world.press(ADMIN, ADMIN, asked["message_id"], data)
            await world.toast(query, 15)
            faults.clear()

            def corrected() -> bool:
                last = (world.answers(reader)[-1]["text"] for reader in readers)
                return all("Correction" in text for text in last)

            await world.wait_for(lambda: corrected() or None, 60)
    finally:
        await playground.stop()
    assert not playground.violations


def _last_has(world, label: str) -> bool:
    return label in str(world.answers(ADMIN)[-1].get("reply_markup"))


def _confirm(world) -> bool:
    return any("Send to" in str(message.get("reply_markup")) for message in world.answers(ADMIN))


def _served(world) -> list[bool]:
    return [bool(world.answers(user_id)) for user_id in range(FIRST, FIRST + CHATS)]
