"""briefing-bot run where it cannot: it says why and what to do, and leaves nothing open."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.playground.clock import PlayClock
from bot.playground.server import Playground

TOKEN = "700000001:stage-token-that-opens-nothing-at-all"
ROOT = Path(__file__).parents[1]


async def run(folder: Path, **settings: str) -> str:
    """What `briefing-bot run` says before it gives up."""
    environment = {
        **{name: value for name, value in os.environ.items() if "BRIEFING" not in name},
        "PYTHONPATH": str(ROOT),
        "BRIEFING_TOKEN": TOKEN,
        "BRIEFING_API_URL": "http://127.0.0.1:9",
        **{f"BRIEFING_{name.upper()}": value for name, value in settings.items()},
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", "dev", "-m", "bot", "run"),
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 1
    assert b"Traceback" not in out
    return out.decode()


async def test_a_token_that_telegram_does_not_know(tmp_path: Path) -> None:
    playground = Playground(TOKEN, PlayClock())
    await playground.start()
    try:
        said = await run(tmp_path, token="123456:ABC-DEF1234ghIkl", api_url=playground.url)
    finally:
        await playground.stop()
    assert "Telegram knows no bot with this token" in said
    assert "Unclosed" not in said
    assert "ABC-DEF" not in said


async def test_a_content_file_that_is_not_there(tmp_path: Path) -> None:
    said = await run(tmp_path, content="nowhere.json")
    assert said.startswith("nowhere.json:1: The file cannot be read")


@pytest.mark.parametrize("previous", [True, False])
async def test_a_damaged_file_is_named_with_what_to_put_in_its_place(
    tmp_path: Path, previous: bool
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "chats.json").write_bytes(b"{garbage")
    if previous:
        (data / "chats.json.previous").write_bytes(b"{}")
    said = await run(tmp_path)
    assert "chats.json is damaged" in said
    assert "briefing-bot restore FILE" in said
    assert ("chats.json.previous" in said) is previous
    assert (data / "chats.json").read_bytes() == b"{garbage"
