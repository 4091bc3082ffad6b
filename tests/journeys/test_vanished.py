"""A content file is read anew without something that people follow, or that has changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from stage import ADMIN, DENIZ, EMMA, LEYLA, Stage, buttons, has

LIGHTHOUSE = Path(__file__).parents[1] / "fixtures" / "lighthouse.json"


@pytest_asyncio.fixture
async def content(tmp_path: Path) -> Path:
    return Path(shutil.copy(LIGHTHOUSE, tmp_path / "content.json"))


@pytest_asyncio.fixture
async def harbour(tmp_path: Path, content: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path / "data", content=content)
    await stage.open()
    yield stage
    await stage.close()
    assert not stage.playground.violations


async def _without(stage: Stage, content: Path, provision: str, topic: str) -> None:
    """Take a provision and a topic out of the file, and have it read anew."""
    document: dict[str, Any] = json.loads(LIGHTHOUSE.read_text(encoding="utf-8"))
    document["provisions"] = [item for item in document["provisions"] if item["id"] != provision]
    document["topics"] = [item for item in document["topics"] if item["id"] != topic]
    for entry in document["provisions"]:
        entry["topics"] = [name for name in entry["topics"] if name != topic] or ["lights"]
    content.write_text(json.dumps(document), encoding="utf-8")
    told = (await stage.say(ADMIN, "/reload"))["text"]
    assert "Content reloaded" in told
    assert f"No longer in the file: {provision}" in told
    assert (topic in told) == (topic != "none")
    assert "No longer" not in (await stage.say(ADMIN, "/reload"))["text"]


async def test_a_change_of_a_vanished_provision_can_be_taken_back(
    harbour: Stage, content: Path
) -> None:
    await harbour.say(EMMA, "/subscribe all")
    await harbour.change("harbour_market", "done")
    await harbour.alerts(EMMA, 1)
    await _without(harbour, content, "harbour_market", "none")
    asked = await harbour.say(ADMIN, "/undo")
    await harbour.press(ADMIN, asked, "Take it back")
    await harbour.alerts(EMMA, 2)
    correction = harbour.alerts_of(EMMA)[-1]["text"]
    assert "Correction" in correction
    assert "A fish market in the harbour" in correction


async def test_a_held_alert_of_a_vanished_provision_can_be_cancelled(
    harbour: Stage, content: Path
) -> None:
    await harbour.say(EMMA, "/subscribe all")
    asked = await harbour.say(
        ADMIN, "/update harbour_market done 2026-03-06 https://example.org/x A"
    )
    held = await harbour.press(ADMIN, await harbour.press(ADMIN, asked, "In 60 minutes"), "Send to")
    await _without(harbour, content, "harbour_market", "none")
    cancelled = await harbour.press(ADMIN, held, "Cancel")
    assert "no correction is sent" in cancelled["text"]
    harbour.move_clock(hours=2)
    await harbour.settle()
    assert not harbour.alerts_of(EMMA)


async def test_links_and_names_of_what_has_vanished_are_answered(
    harbour: Stage, content: Path
) -> None:
    await harbour.say(DENIZ, "/subscribe fishing")
    await _without(harbour, content, "harbour_market", "fishing")
    lost = await harbour.say(EMMA, "/start provision_harbour_market")
    assert "There is no provision harbour_market" in lost["text"]
    assert "fishing" in (await harbour.say(EMMA, "/start topic_fishing"))["text"]
    await harbour.say(DENIZ, "/unsubscribe fishing")
    assert harbour.bot is not None
    kept = await harbour.bot.context.store.chat(DENIZ)
    assert kept is not None
    assert not kept.subscriptions


async def test_a_draft_of_a_vanished_provision_asks_for_another(
    harbour: Stage, content: Path
) -> None:
    asked = await harbour.say(
        ADMIN, "/update harbour_market done 2026-03-06 https://example.org/x A"
    )
    await _without(harbour, content, "harbour_market", "none")
    refused = await harbour.press(ADMIN, asked, "Record it")
    assert "There is no provision harbour_market" in refused["text"]
    assert has(refused, "Discard")
    other = await harbour.say(ADMIN, "lighthouse_repair")
    assert "Repair of the old lighthouse" in other["text"]
    ready = await harbour.say(ADMIN, "2026-03-07")
    recorded = await harbour.press(ADMIN, ready, "Record it")
    assert harbour.bot is not None
    changed = [change.provision_id for change in harbour.bot.context.state.board.changes]
    assert changed == ["lighthouse_repair"], recorded["text"]


async def test_a_note_for_a_vanished_provision_is_no_provision(
    harbour: Stage, content: Path
) -> None:
    asked = await harbour.say(
        ADMIN, "/update harbour_market done 2026-03-06 https://example.org/x A"
    )
    await harbour.press(ADMIN, asked, "Turkish")
    await _without(harbour, content, "harbour_market", "none")
    assert "There is no provision harbour_market" in (await harbour.say(ADMIN, "Bitti."))["text"]
    other = await harbour.say(ADMIN, "lighthouse_repair")
    assert "There is no provision" not in other["text"]
    assert has(other, "Discard")


async def test_what_is_not_in_a_readers_language_says_so(harbour: Stage) -> None:
    note = "Hələ tərcümə edilməyib, göstərildiyi dil: ingilis dili."
    await harbour.say(LEYLA, "/subscribe lights")
    for command in (
        "/start",
        "/topics",
        "/lights",
        "/subscriptions",
        "/status",
        "/latest",
        "/about",
    ):
        assert note in (await harbour.say(LEYLA, command))["text"], command
    for command in ("/topics", "/subscriptions"):
        assert note not in (await harbour.say(DENIZ, command))["text"]
    assert buttons(harbour.last(LEYLA))


async def test_followers_hear_once_that_what_they_follow_has_left(
    harbour: Stage, content: Path
) -> None:
    await harbour.say(EMMA, "/subscribe harbour_market")
    await harbour.say(LEYLA, "/subscribe all")
    before = {person: len(harbour.world.answers(person)) for person in (EMMA, LEYLA)}
    await _without(harbour, content, "harbour_market", "none")

    def new(person: int) -> list[str]:
        return [item["text"] for item in harbour.world.answers(person)[before[person] :]]

    await harbour.world.wait_for(lambda: new(EMMA) or None)
    await harbour.stop()
    await harbour.start()
    await harbour.say(LEYLA, "/help")
    assert len(new(EMMA)) == 1, "it is told once"
    assert "No longer in the briefing: harbour_market" in new(EMMA)[0]
    assert len(new(LEYLA)) == 1, "who follows everything need not know"
    await harbour.press(EMMA, harbour.last(EMMA), "What is followed")
    assert "no longer in the briefing" in harbour.last(EMMA)["text"]
