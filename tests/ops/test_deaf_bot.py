"""A bot that can send and receives nothing says so: to monitors, and once to its admins."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.app import running_bot
from bot.playground.clock import PlayClock
from bot.playground.faults import Fault
from bot.playground.server import Playground
from bot.settings import read_settings
from bot.telegram import polling, receiving_watch
from bot.telegram.updates import ReceivingError, ReceivingHealth
from bot.views.deafness import Deafness

TOKEN = "700000001:a-token-of-one-who-hears-nothing"
ADMIN, SECOND = 900, 901
CONFLICT = Fault("error", method="getUpdates", code=409, description="Conflict: terminated")


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes minutes takes parts of a second."""
    monkeypatch.setattr(receiving_watch, "DEAF_AFTER", 0.5)
    monkeypatch.setattr(receiving_watch, "_LOOK", 0.05)
    monkeypatch.setattr(receiving_watch, "_ASK", 0.05)
    monkeypatch.setattr(polling, "_CONFLICT", 0.1)
    monkeypatch.setattr(polling, "_LONG", 0)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    made = Playground(TOKEN, PlayClock())
    made.world.person(ADMIN, "Admin", "en", started=True)
    made.world.person(SECOND, "Second", "ru", started=True)
    await made.start()
    yield made
    await made.stop()


@asynccontextmanager
async def bot_at(playground: Playground, data: Path, **overrides: object) -> AsyncIterator[str]:
    values = {
        "token": TOKEN,
        "api_url": playground.url,
        "data": data,
        "admins": f"{ADMIN},{SECOND}",
        "listen": f"127.0.0.1:{free_port()}",
        "pictures": False,
        "chat_seconds": 0,
    }
    async with running_bot(read_settings(**(values | overrides)), playground.clock.now) as bot:
        yield str(bot.url)


async def asked(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def ready(url: str, status: int) -> str:
    """What /readyz says once it answers with a status."""
    async with asyncio.timeout(60):
        while True:
            found, text = await asked(f"{url}/readyz")
            if found == status:
                return text
            await asyncio.sleep(0.05)


async def figures(url: str) -> dict[str, float]:
    _, text = await asked(f"{url}/metrics")
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def told(playground: Playground, admin: int) -> list[str]:
    return [message["text"] for message in playground.world.answers(admin)]


async def test_another_poller(playground: Playground, tmp_path: Path) -> None:
    async with bot_at(playground, tmp_path / "data") as url:
        await playground.world.say(SECOND, "/subscribe all")
        await playground.world.wait_for(lambda: told(playground, SECOND) or None, 60)
        fault = playground.faults.add(CONFLICT)
        assert Deafness.CONFLICT.value in await ready(url, 503)
        shown = await figures(url)
        assert shown["briefing_polls"] == 1
        assert shown["briefing_poll_age_seconds"] > 0.1
        calls = 'briefing_telegram_calls_total{method="getUpdates",result="%s"}'
        assert shown[calls % "Conflict"] >= 2
        await playground.world.wait_for(lambda: told(playground, ADMIN) or None, 60)
        await asyncio.sleep(0.3)
        ((english,), (_, russian)) = told(playground, ADMIN), told(playground, SECOND)
        assert "Another program fetches messages with this bot's token." in english
        assert "Другая программа" in russian
        playground.faults.remove(fault)
        await ready(url, 200)
        assert (await figures(url))[calls % "ok"] >= 1
    assert len(told(playground, ADMIN)) == 1


async def test_it_is_told_once_also_after_a_restart(playground: Playground, tmp_path: Path) -> None:
    playground.faults.add(CONFLICT)
    for _ in range(2):
        async with bot_at(playground, tmp_path / "data") as url:
            await ready(url, 503)
            await asyncio.sleep(0.3)
    assert len(told(playground, ADMIN)) == 1


async def test_telegram_takes_messages_and_gives_none(
    playground: Playground, tmp_path: Path
) -> None:
    playground.faults.add(Fault("error", method="getUpdates", code=502, description="Bad Gateway"))
    async with bot_at(playground, tmp_path / "data") as url:
        assert Deafness.UNREACHABLE.value in await ready(url, 503)
        await playground.world.wait_for(lambda: told(playground, ADMIN) or None, 60)
    assert "The log says why." in told(playground, ADMIN)[0]


async def test_a_webhook_that_telegram_cannot_reach(playground: Playground, tmp_path: Path) -> None:
    port = free_port()
    hook = f"http://127.0.0.1:{port}/hook"
    async with bot_at(
        playground, tmp_path / "data", webhook_url=hook, listen=f"127.0.0.1:{port}"
    ) as url:
        await ready(url, 200)
        webhook = playground.world.updates.webhook
        webhook["url"] = f"http://127.0.0.1:{free_port()}/hook"
        assert Deafness.ELSEWHERE.value in await ready(url, 503)
        await playground.world.wait_for(lambda: told(playground, ADMIN) or None, 60)
        webhook["url"] = hook
        await ready(url, 200)
        webhook["last_error_date"] = playground.clock.unix()
        webhook["last_error_message"] = "SSL error {certificate has expired}"
        await asyncio.sleep(0.3)
        shown = await figures(url)
        assert shown["briefing_webhook_error_age_seconds"] < 60
        assert shown["briefing_polls"] == 0
        assert 'receiving="webhook"' in (await asked(f"{url}/metrics"))[1]
    assert "another program has changed the setting" in told(playground, ADMIN)[0]


def test_polls_that_succeed_now_and_then_do_not_hide_another_poller() -> None:
    now = [0.0]
    health = ReceivingHealth(lambda: now[0])
    watch = receiving_watch.ReceivingWatch(None, health, None, lambda: now[0])
    health.polling(active=True)
    for _ in range(6):
        now[0] += 0.08
        health.failed(ReceivingError.CONFLICT)
        health.polled()
        watch._count_conflicts()
    assert watch.deafness() is Deafness.CONFLICT
    now[0] += 1.0
    health.polled()
    assert watch.deafness() is None


def test_a_process_that_stands_by_is_not_deaf() -> None:
    now = [0.0]
    health = ReceivingHealth(lambda: now[0])
    watch = receiving_watch.ReceivingWatch(None, health, None, lambda: now[0])
    now[0] += 1000
    assert watch.deafness() is None
    health.polling(active=True)
    assert watch.deafness() is None
    now[0] += 1000
    assert watch.deafness() is Deafness.UNREACHABLE


async def test_an_answer_about_the_webhook_that_cannot_be_read_ends_nothing(
    playground: Playground, tmp_path: Path
) -> None:
    port = free_port()
    async with bot_at(
        playground,
        tmp_path / "data",
        webhook_url=f"http://127.0.0.1:{port}/hook",
        listen=f"127.0.0.1:{port}",
    ) as url:
        playground.world.updates.webhook["last_error_date"] = "yesterday"
        await asyncio.sleep(0.3)  # some looks
        assert (await asked(f"{url}/healthz"))[0] == 200
        del playground.world.updates.webhook["last_error_date"]
        await asyncio.sleep(0.3)
        assert (await asked(f"{url}/readyz"))[0] == 200
