"""Pictures in the chat: beside the board and the timeline, under alerts, and never in the way."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from stage import ADMIN, ANNA, DENIZ, EMMA, GROUP, LEYLA, Stage, buttons, has

from bot.playground.faults import Fault

Json = dict[str, Any]
CONTENT = Path(__file__).parents[2] / "content" / "provisions.json"


@pytest_asyncio.fixture
async def shown(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path / "data", pictures=True)
    await stage.open()
    yield stage
    await stage.close()
    assert not stage.playground.violations


def photos(stage: Stage, chat: int) -> list[Json]:
    return [message for message in stage.world.answers(chat) if "photo" in message]


def sent(stage: Stage, method: str) -> list[Json]:
    return [call.params for call in stage.playground.calls if call.method == method]


def uploads(stage: Stage) -> int:
    """How many photos came as files: one that Telegram has goes by its id."""
    return sum(not isinstance(call["photo"], str) for call in sent(stage, "sendPhoto"))


async def test_the_board_comes_with_its_picture(shown: Stage) -> None:
    text = await shown.say(EMMA, "/status")
    (picture,) = photos(shown, EMMA)
    assert picture["message_id"] == text["message_id"] - 1
    assert "picture" in picture["caption"]
    assert picture["photo"][-1]["width"] == 900
    assert not buttons(picture)
    details = await shown.press(EMMA, text, "29")
    assert details["message_id"] == text["message_id"]
    assert "29. " in details["text"]


async def test_where_the_fonts_lack_a_letter_the_text_goes_out_alone(tmp_path: Path) -> None:
    content = json.loads(CONTENT.read_text("utf-8"))
    content["topics"][0]["title"]["en"] = "მეგობრობა"
    changed = tmp_path / "content.json"
    changed.write_text(json.dumps(content), "utf-8")
    stage = Stage(tmp_path / "data", pictures=True, content=changed)
    await stage.open()
    assert "Status board" in (await stage.say(EMMA, "/status"))["text"]
    assert not photos(stage, EMMA)
    await stage.say(DENIZ, "/status")
    assert photos(stage, DENIZ), "in Turkish every letter is there"
    await stage.close()


async def test_a_picture_is_uploaded_once_in_each_language_even_over_a_restart(
    shown: Stage,
) -> None:
    for user_id in (EMMA, LEYLA, EMMA, ADMIN):
        await shown.say(user_id, "/status")
    assert uploads(shown) == 2
    await shown.stop()
    await shown.start()
    await shown.say(EMMA, "/status")
    assert uploads(shown) == 2
    ids = {message["photo"][-1]["file_id"] for message in photos(shown, EMMA)}
    assert len(ids) == 1


async def test_another_status_is_another_picture(shown: Stage) -> None:
    await shown.say(EMMA, "/status")
    await shown.change()
    await shown.say(EMMA, "/status")
    first, second = photos(shown, EMMA)
    assert first["photo"][-1]["file_id"] != second["photo"][-1]["file_id"]


async def test_the_timeline_is_one_message_without_a_picture(shown: Stage) -> None:
    text = await shown.say(EMMA, "/timeline")
    assert not photos(shown, EMMA)
    assert len(shown.world.answers(EMMA)) == 1
    year = await shown.press(EMMA, text, "2025")
    assert year["message_id"] == text["message_id"]
    assert year["text"].startswith("Timeline · 2025")
    topic = await shown.say(EMMA, "/timeline energy")
    assert "Energy" in topic["text"]


async def test_alerts_carry_their_card_and_their_buttons_work(shown: Stage) -> None:
    for user_id in (EMMA, LEYLA, DENIZ, ANNA, ADMIN):
        await shown.say(user_id, "/subscribe transport")
    shown.world.add_bot(GROUP, ADMIN)
    await shown.say(ADMIN, "/subscribe transport", GROUP)
    await shown.change()
    for chat in (EMMA, LEYLA, DENIZ, ANNA, GROUP):
        (alert,) = await shown.alerts(chat, 1)
        assert "photo" in alert
        assert alert["caption"]
    await shown.settle()
    assert uploads(shown) == 4
    alert = shown.alerts_of(EMMA)[0]
    stopped = await shown.press(EMMA, alert, "Mute this provision")
    assert stopped["caption"] == alert["caption"]
    assert has(stopped, "Unmute this provision")
    details = await shown.press(EMMA, stopped, "Details")
    assert "photo" in details, "the alert stays as it is"
    page = shown.last(EMMA)
    assert "29. " in page["text"]
    back = await shown.press(EMMA, page, "Back")
    assert back["text"] == alert["caption"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("error", "sendPhoto", code=400, description="Bad Request: IMAGE_PROCESS_FAILED"),
        Fault(
            "error",
            "sendPhoto",
            code=400,
            description="Bad Request: not enough rights to send photos to the chat",
        ),
        Fault("error", "sendPhoto", code=413, description="Request Entity Too Large"),
    ],
)
async def test_a_refused_picture_never_holds_back_the_text(shown: Stage, fault: Fault) -> None:
    shown.playground.faults.add(fault)
    await shown.say(EMMA, "/subscribe transport")
    assert "Status board" in (await shown.say(EMMA, "/status"))["text"]
    await shown.change()
    (alert,) = await shown.alerts(EMMA, 1)
    assert "29. " in alert["text"]
    await shown.settle()
    assert len(shown.alerts_of(EMMA)) == 1


async def test_an_id_that_is_no_more_is_forgotten(shown: Stage) -> None:
    await shown.say(EMMA, "/status")
    shown.playground.world.files._by_id.clear()
    assert "Status board" in (await shown.say(EMMA, "/status"))["text"]
    assert uploads(shown) == 1
    await shown.say(EMMA, "/status")
    assert uploads(shown) == 2


async def test_a_blocked_chat_is_given_up_at_the_picture(shown: Stage) -> None:
    await shown.say(EMMA, "/subscribe transport")
    await shown.say(DENIZ, "/subscribe transport")
    shown.world.block(EMMA)
    await shown.change()
    (alert,) = await shown.alerts(DENIZ, 1)
    assert "photo" in alert
    await shown.settle()
    assert shown.bot is not None
    chat = await shown.bot.context.store.chat(EMMA)
    assert chat is not None
    assert not chat.active


async def test_rich_messages_where_they_are_wanted(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "data", rich=True)
    await stage.open()
    try:
        board = await stage.say(EMMA, "/status")
        kinds = [block["type"] for block in board["rich_message"]["blocks"]]
        assert kinds[0] == "heading"
        assert "table" in kinds
        short = await stage.press(EMMA, board, "29")
        assert short["message_id"] == board["message_id"]
        again = await stage.press(EMMA, short, "Back")
        assert again["rich_message"] == board["rich_message"]
        part = await stage.say(EMMA, "/status announced")
        assert "table" in [block["type"] for block in part["rich_message"]["blocks"]]
        assert part["rich_message"] != board["rich_message"]
        topic = await stage.press(EMMA, again, "Topics")
        assert "rich_message" not in topic
        assert topic["text"]
        assert not stage.playground.violations
    finally:
        await stage.close()


@pytest.mark.parametrize(
    ("code", "problem"), [(404, "Not Found"), (400, "Bad Request: rich message is not supported")]
)
async def test_a_server_too_old_for_rich_messages_gets_html_at_once(
    tmp_path: Path, code: int, problem: str
) -> None:
    stage = Stage(tmp_path / "data", rich=True)
    await stage.open()
    try:
        stage.playground.faults.add(
            Fault("error", "sendRichMessage", code=code, description=problem)
        )
        for _ in range(3):
            assert "Status board" in (await stage.say(EMMA, "/status"))["text"]
        assert len(sent(stage, "sendRichMessage")) == 1
    finally:
        await stage.close()
