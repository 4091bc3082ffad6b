"""Deliveries that fail: what is sent together stays together and in order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from stage import ANNA, DENIZ, EMMA, LEYLA, Stage
from test_times import GAS, RAILWAY

from bot.playground.faults import Fault

READERS = (EMMA, LEYLA, DENIZ, ANNA)
CHANGES = (
    (RAILWAY, "advanced", "2026-03-06"),
    (GAS, "stalled", "2026-03-06"),
    (RAILWAY, "done", "2026-03-07"),
    ("toki_reconstruction", "advanced", "2026-03-06"),
    (GAS, "advanced", "2026-03-07"),
)


@pytest_asyncio.fixture
async def windowed(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path / "data", window_seconds=60)
    await stage.open()
    yield stage
    await stage.close()


@pytest.mark.parametrize(
    ("kind", "copies"), [("error", 1), ("reset_before", 1), ("reset_after", 2)]
)
async def test_a_digest_that_fails_once_comes_as_one_message(
    windowed: Stage, kind: str, copies: int
) -> None:
    stage = windowed
    for reader in READERS:
        await stage.say(reader, "/subscribe all")
    for change in CHANGES:
        await stage.change(*change)
    before = {reader: len(stage.world.answers(reader)) for reader in READERS}
    faults = [
        stage.playground.faults.add(
            Fault(kind, method="sendMessage", chat_id=reader, times=1, code=502)
        )
        for reader in READERS
    ]
    stage.move_clock(seconds=61)
    await stage.world.wait_for(lambda: all(fault.hits for fault in faults) or None)
    for _ in range(4):  # each wait is drawn by itself, and the clock must not run past a split
        stage.move_clock(seconds=0.4)
        await stage.world.wait_for(lambda: True)
        await stage.idle()
    await stage.settle()
    for reader in READERS:
        new = stage.world.answers(reader)[before[reader] :]
        assert len(new) == copies, [message["text"] for message in new]
        assert len({message["text"] for message in new}) == 1
