"""The token stays out of everything that a process says, whatever goes wrong."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from stage import ADMIN, EMMA, TOKEN, button_of

from bot.playground.clock import PlayClock
from bot.playground.faults import Fault
from bot.playground.server import Playground


@pytest.mark.parametrize("log_format", ["console", "json"])
async def test_no_log_holds_the_token_or_what_people_wrote(tmp_path: Path, log_format: str) -> None:
    playground = Playground(TOKEN, PlayClock())
    world = playground.world
    world.person(ADMIN, "Admin", "en")
    world.person(EMMA, "Emma", "en")
    await playground.start()
    log = tmp_path / "log"
    with log.open("wb") as output:
        running = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-X", "dev", "-m", "bot", "run"),
            stdout=output,
            stderr=output,
            env={
                **os.environ,
                "BRIEFING_TOKEN": TOKEN,
                "BRIEFING_API_URL": playground.url,
                "BRIEFING_EMBEDDINGS": "none",
                "BRIEFING_DATA": str(tmp_path / "data"),
                "BRIEFING_ADMINS": str(ADMIN),
                "BRIEFING_LOG_LEVEL": "DEBUG",
                "BRIEFING_LOG_FORMAT": log_format,
                "BRIEFING_CHAT_SECONDS": "0",
                "BRIEFING_WINDOW_SECONDS": "0",
            },
        )
        try:
            await world.say(EMMA, "/subscribe transport")
            await world.wait_for(lambda: world.answers(EMMA) or None, 60)
            faults = playground.faults
            for kind in ("reset_before", "reset_after", "error"):
                faults.add(Fault(kind, method="sendMessage", times=2))
                await world.say(EMMA, f"a question that stays between us {kind}")
            faults.add(Fault("error", method="getUpdates", code=502, times=2))
            before = len(world.answers(EMMA))
            await world.say(EMMA, "/topics")
            await world.wait_for(lambda: len(world.answers(EMMA)) > before or None, 60)
            await world.say(ADMIN, "/update railway advanced 2026-03-06 https://e.org/x n")
            await world.wait_for(lambda: "Send to" in str(world.answers(ADMIN)[-1:]) or None, 60)
            asked = world.answers(ADMIN)[-1]
            faults.add(Fault("reset_after", method="sendMessage", times=1))
            before = len(world.answers(EMMA))
            data = button_of(asked, "Send to")["callback_data"]
            await world.press(ADMIN, ADMIN, asked["message_id"], data)
            await world.wait_for(lambda: len(world.answers(EMMA)) > before or None, 60)
        finally:
            running.send_signal(signal.SIGTERM)
            await asyncio.wait_for(running.wait(), 60)
            await playground.stop()
    said = log.read_text(encoding="utf-8", errors="replace")
    assert "at work" in said
    assert TOKEN.partition(":")[2] not in said
    assert "stays between us" not in said
    assert "Traceback" not in said
