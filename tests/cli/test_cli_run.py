"""briefing-bot run where it cannot: it says why and what to do, and leaves nothing open."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import orjson
import pytest

from bot.paths import version
from bot.playground.clock import PlayClock
from bot.playground.server import Playground

TOKEN = "700000001:stage-token-that-opens-nothing-at-all"
ROOT = Path(__file__).parents[2]


async def run(
    folder: Path, *options: str, environment: dict[str, str] | None = None, **settings: str
) -> str:
    """What `briefing-bot run` says before it gives up."""
    variables = {
        **{name: value for name, value in os.environ.items() if "BRIEFING" not in name},
        "PYTHONPATH": str(ROOT),
        "BRIEFING_TOKEN": TOKEN,
        "BRIEFING_API_URL": "http://127.0.0.1:9",
        "BRIEFING_EMBEDDINGS": "none",
        **{f"BRIEFING_{name.upper()}": value for name, value in settings.items()},
        **(environment or {}),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", "dev", "-m", "bot", "run", *options),
        cwd=folder,
        env=variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 78
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
    assert "\nnowhere.json:1: The file cannot be read" in said


async def test_the_first_line_tells_version_store_and_way_of_receiving(tmp_path: Path) -> None:
    said = await run(tmp_path, content="nowhere.json", log_format="json")
    first, last = map(orjson.loads, said.splitlines())
    assert (first["event"], first["version"]) == ("starting", version())
    assert (first["store"], first["receiving"]) == ("tinydb", "polling")
    assert (last["level"], last["exit_code"]) == ("critical", 78)
    assert last["problem"].startswith("nowhere.json:1: The file cannot be read")
    said = await run(
        *(tmp_path, "--webhook"),
        content="nowhere.json",
        store="postgresql://127.0.0.1:9/none",
        webhook_url="https://example.org/hook",
    )
    assert "store=postgresql" in said
    assert "receiving=webhook" in said


async def test_wrong_settings_are_said_in_the_form_of_the_logs(tmp_path: Path) -> None:
    said = await run(tmp_path, log_format="JSON", rate="fast", admins="@boss")
    (line,) = map(orjson.loads, said.splitlines())
    assert line["exit_code"] == 78
    assert "BRIEFING_RATE: write a number" in line["problem"]
    assert "BRIEFING_ADMINS: " in line["problem"]
    said = await run(tmp_path, rate="fast")
    assert said.startswith("Some settings are wrong:\n  BRIEFING_RATE: write a number")


async def test_a_misspelt_setting_is_a_warning(tmp_path: Path) -> None:
    said = await run(tmp_path, content="nowhere.json", admnis="1")
    assert "BRIEFING_ADMNIS is not a setting. Did you mean BRIEFING_ADMINS?" in said


async def test_a_proxy_of_the_environment_that_is_not_spoken_to(tmp_path: Path) -> None:
    said = await run(tmp_path, environment={"ALL_PROXY": "socks4://user:hidden@127.0.0.1:9"})
    assert "a proxy is named with socks4://" in said
    assert "hidden" not in said


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
