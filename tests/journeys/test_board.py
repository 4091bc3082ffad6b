"""The board on the web in the bot's own process."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
from stage import ADMIN, Stage


async def test_a_change_shows_on_the_board_with_a_picture_to_share(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    stage = Stage(tmp_path / "data", web=place)
    await stage.open()
    try:
        page = f"http://{place}/ru/provisions/nakhchivan_kars_railway"
        async with httpx.AsyncClient(timeout=60) as client:
            before = await client.get(page)
            assert before.status_code == 200
            await stage.say(ADMIN, "/start")
            await stage.change()
            after = await client.get(page)
            assert "example.org/advanced" not in before.text
            assert "example.org/advanced" in after.text
            picture = await client.get(f"{page}.png")
            assert picture.content.startswith(b"\x89PNG")
            assert (await client.get(f"http://{place}/healthz")).status_code == 200
    finally:
        await stage.close()
    assert not stage.playground.violations
