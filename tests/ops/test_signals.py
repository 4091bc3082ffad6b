"""Told to stop: what has begun comes to its own end, what has not is cut off."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.ops.signals import until_stopped


async def test_work_that_has_begun_ends_by_itself() -> None:
    stop, ended = asyncio.Event(), asyncio.Event()

    async def work(stop: asyncio.Event, begun: asyncio.Event) -> None:
        begun.set()
        await stop.wait()
        await asyncio.sleep(0.01)
        ended.set()

    asyncio.get_running_loop().call_later(0.01, stop.set)
    await until_stopped(work, stop)
    assert ended.is_set()


async def test_its_error_is_raised() -> None:
    async def work(_: asyncio.Event, begun: asyncio.Event) -> None:
        begun.set()
        raise OSError("no port")

    with pytest.raises(OSError, match="no port"):
        await until_stopped(work, asyncio.Event())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_bot_that_cannot_reach_telegram_stops_at_the_first_signal(
    tmp_path: Path, number: int
) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if "BRIEFING" not in name},
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "BRIEFING_TOKEN": "123456:ABC-DEF1234ghIkl",
        "BRIEFING_API_URL": "http://127.0.0.1:9",
        "BRIEFING_EMBEDDINGS": "none",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        assert running.stdout is not None
        told = next(line for line in running.stdout if "not reached" in line)
        assert "ABC-DEF" not in told
        asked = time.monotonic()
        running.send_signal(number)
        rest = running.stdout.read()
        assert running.wait(60) == 0, rest
        assert time.monotonic() - asked < 20
        assert "Traceback" not in rest
