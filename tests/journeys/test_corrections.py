"""What is told wrongly is set right, whenever that is found, where it was told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from stage import ADMIN, ANNA, EMMA, LEYLA, Json, Stage, has

REASON = "the source tells of another bridge"


@pytest.fixture
async def pictured(tmp_path: Path) -> AsyncIterator[Stage]:
    """A bot that sends pictures."""
    stage = Stage(tmp_path / "data", pictures=True)
    await stage.open()
    yield stage
    await stage.close()


async def correct(stage: Stage, reason: str = REASON, number: int | None = None) -> Json:
    changes = await stage.bot.context.store.changes()
    answer = await stage.say(ADMIN, f"/correct {number or changes[-1].id} {reason}")
    await stage.settle()
    return answer


async def test_a_correction_answers_the_alert_and_marks_it(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe transport")
    await stage.change()
    (alert,) = await stage.alerts(EMMA, 1)
    assert "<s>" not in str(alert)
    await correct(stage)
    marked, correction = await stage.alerts(EMMA, 2)
    assert correction["reply_to_message"]["message_id"] == alert["message_id"]
    assert REASON in correction["text"]
    assert marked["message_id"] == alert["message_id"]
    assert marked["text"].startswith("↩️ Corrected on ")
    assert "Current status: ◐ Started" in marked["text"]
    # Its page is the same after a look at the details.
    page = await stage.press(EMMA, marked, "Details")
    page = await stage.press(EMMA, page, "Back")
    assert page["text"] == marked["text"]


async def test_the_caption_of_a_pictured_alert_is_marked(pictured: Stage) -> None:
    await pictured.say(EMMA, "/subscribe transport")
    await pictured.change()
    (alert,) = await pictured.alerts(EMMA, 1, timeout=30)
    assert alert["photo"]
    await correct(pictured)
    marked, correction = await pictured.alerts(EMMA, 2)
    assert REASON in marked["caption"]
    assert correction["reply_to_message"]["message_id"] == alert["message_id"]


async def test_who_stopped_since_is_told_once_and_nothing_else(stage: Stage) -> None:
    for reader in (ANNA, LEYLA):
        await stage.say(reader, "/subscribe transport")
    await stage.change()
    (alert,) = await stage.alerts(ANNA, 1)
    await stage.alerts(LEYLA, 1)
    await stage.say(ANNA, "/stop")
    stage.world.block(LEYLA)
    stage.move_clock(days=40)
    await stage.change("drone_factory", "advanced", "2026-03-07")  # old recipients are looked at
    await stage.settle()
    first = (await stage.bot.context.store.changes())[0].id
    answer = await correct(stage, number=first)
    assert "1 chat gets a correction" in answer["text"]
    correction = stage.last(ANNA)
    assert correction["reply_to_message"]["message_id"] == alert["message_id"]
    assert "больше не следят" in correction["text"]
    assert has(correction, "🔔")
    await stage.change(status="done", date="2026-03-08")
    await stage.settle()
    assert stage.last(ANNA) == correction


async def test_a_digest_is_answered_and_stays(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "data", window_seconds=60)
    await stage.open()
    await stage.say(EMMA, "/subscribe everything")
    await stage.change()
    await stage.change("drone_factory", "advanced", "2026-03-07")
    before = len(stage.world.answers(EMMA))
    stage.move_clock(minutes=2)
    await stage.settle()
    digest = stage.last(EMMA)
    assert len(stage.world.answers(EMMA)) == before + 1
    await correct(stage)
    correction = stage.last(EMMA)
    assert "Correction" in correction["text"]
    assert correction["reply_to_message"]["message_id"] == digest["message_id"]
    assert stage.now(digest)["text"] == digest["text"]
    await stage.close()
