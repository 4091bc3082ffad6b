"""In whose message a pressed button shows what comes of it."""

from __future__ import annotations

from typing import Any, get_args

import pytest
import pytest_asyncio
from stage import (
    ADMIN,
    CHANNEL,
    DENIZ,
    EMMA,
    FORUM,
    GROUP,
    LEYLA,
    Json,
    Stage,
    button_of,
    has,
)
from structlog.testing import capture_logs

from bot.playground.faults import Fault
from bot.views.callbacks import Action, decode

FORGED = (
    "s:h", "s:ts", "s:t:energy", "s:b", "s:b:::1", "s:s", "s:st", "s:tl", "s:q", "s:a:1",
    "p:railway", "p:railway:b", "p:railway::::1", "v:railway", "k:railway", "f:e", "u:e",
    "d:railway:h", "d:railway:c:1:b", "dl",
    "f:t:energy:a:1",
    "u:p:railway:a:1", "ua", "sa:1", "l", "l:ru", "w", "w:rhythm:daily", "w:zone",
    "pc:e:daily", "fg:1", f"c:{CHANNEL}", f"c:{CHANNEL}:follow:e", "e:1:confirm",
    "e:1:discard", "un:1", "un:1:1", "cn:1", "au", "rp:1", "gp", "gc:1", "x", "", "nonsense",
    "ib", "ju:1:yes", "dh:9", "pe:railway", "fa:e", "fa:t:energy:daily", "faa",
    "fo:t:energy", "ms:0", "ms:1", "br:7", "ta",
)  # fmt: skip
"""A press of every kind that an altered client can make up."""


def test_every_action_is_made_up() -> None:
    assert {type(decode(data)) for data in FORGED} >= set(get_args(Action))


async def _press(stage: Stage, user_id: int, message: Json, data: str) -> Any:
    """Press a button with any data, as an altered client can; what the client is told."""
    chat = message["chat"]["id"]
    query = await stage.world.press(user_id, chat, message["message_id"], data, stale=True)
    toast = await stage.world.toast(query)
    await stage.idle()
    return toast


@pytest_asyncio.fixture
async def board(stage: Stage) -> Json:
    """A board that an admin of the channel asked for in it."""
    stage.world.set_member(CHANNEL, EMMA, "member")
    stage.world.add_bot(CHANNEL, ADMIN, "administrator")
    await stage.world.publish(CHANNEL, "/status")
    await stage.world.wait_for(lambda: stage.world.answers(CHANNEL) or None)
    return stage.last(CHANNEL)


@pytest_asyncio.fixture
async def alert(stage: Stage) -> Json:
    """An alert in a group."""
    stage.world.add_bot(GROUP, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", GROUP)
    await stage.change()
    return (await stage.alerts(GROUP, 1))[0]


async def test_a_reader_of_a_channel_is_taken_to_a_private_chat(stage: Stage, board: Json) -> None:
    toast = await _press(stage, EMMA, board, button_of(board, "Topics")["callback_data"])
    assert toast.url.endswith("?start=topics")
    assert stage.now(board) == board
    assert len(stage.world.answers(CHANNEL)) == 1
    page = await stage.say(EMMA, f"/start {toast.url.partition('=')[2]}")
    assert has(page, "Energy")


@pytest.mark.parametrize("payload", ["topics", "status", "latest", "timeline", "topic_energy"])
async def test_a_link_to_the_bot_opens_its_page(stage: Stage, payload: str) -> None:
    home = await stage.say(EMMA, "/start")
    page = await stage.say(EMMA, f"/start {payload}")
    assert page["text"] != home["text"]


async def test_no_press_of_a_reader_changes_a_channel(stage: Stage, board: Json) -> None:
    assert stage.bot is not None
    store = stage.bot.context.store
    before = await store.chat(CHANNEL)
    for number, data in enumerate(FORGED):
        reader = 5000 + number // 20  # nobody is told to slow down
        stage.world.person(reader, "Reader", "en")
        stage.world.set_member(CHANNEL, reader, "member")
        toast = await _press(stage, reader, board, data)
        assert toast.text or toast.url, data
        assert stage.now(board) == board, data
        assert len(stage.world.answers(CHANNEL)) == 1, data
    assert await store.chat(CHANNEL) == before


async def test_a_press_of_a_channels_admin_changes_the_page(stage: Stage, board: Json) -> None:
    page = await stage.press(ADMIN, board, "Topics")
    assert page["message_id"] == board["message_id"]
    assert has(page, "Energy")
    assert len(stage.world.answers(CHANNEL)) == 1


async def test_no_press_of_a_member_changes_an_alert(stage: Stage, alert: Json) -> None:
    assert stage.bot is not None
    store = stage.bot.context.store
    before = await store.chat(GROUP)
    for number, data in enumerate(FORGED):
        member = 5000 + number // 20
        stage.world.person(member, "Member", "en")
        stage.world.set_member(GROUP, member, "member")
        await _press(stage, member, alert, data)
        assert stage.now(alert) == alert, data
    assert await store.chat(GROUP) == before


async def test_the_details_of_an_alert_are_a_reply_to_it(stage: Stage, alert: Json) -> None:
    data = button_of(alert, "Details")["callback_data"]
    for user_id in (EMMA, ADMIN):
        await _press(stage, user_id, alert, data)
        assert stage.last(GROUP)["reply_to_message"]["message_id"] == alert["message_id"]
    assert stage.now(alert) == alert


async def test_an_admin_stops_alerts_under_an_alert(stage: Stage, alert: Json) -> None:
    stopped = await stage.press(ADMIN, alert, "Mute this provision")
    assert stopped["message_id"] == alert["message_id"]
    assert stopped["text"] == alert["text"]
    assert has(await stage.press(ADMIN, stopped, "Unmute"), "Mute this provision")


async def test_a_page_changes_for_the_member_who_asked_and_for_admins(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    page = await stage.say(EMMA, "/topics", GROUP)
    data = button_of(page, "Energy")["callback_data"]

    await _press(stage, DENIZ, page, data)
    of_deniz = stage.last(GROUP)
    assert of_deniz["message_id"] != page["message_id"]
    assert stage.now(page) == page
    assert of_deniz["reply_to_message"]["message_id"] == page["reply_to_message"]["message_id"]

    count = len(stage.world.answers(GROUP))
    assert (await stage.press(DENIZ, of_deniz, "1"))["message_id"] == of_deniz["message_id"]
    assert (await stage.press(EMMA, page, "Energy"))["message_id"] == page["message_id"]
    assert (await stage.press(ADMIN, stage.now(page), "Topics"))["message_id"] == page["message_id"]
    assert len(stage.world.answers(GROUP)) == count


async def test_nobody_closes_a_page_of_somebody_else(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    page = await stage.say(ADMIN, "/settings", GROUP)
    assert await stage.toast_after(DENIZ, page, "Close") == "Somebody else asked for this page."
    assert has(stage.now(page), "Close")
    await stage.press(ADMIN, page, "Close")
    assert not has(stage.now(page), "Close")


async def test_in_a_forum_a_page_belongs_to_who_asked_not_to_who_began_the_topic(
    stage: Stage,
) -> None:
    stage.world.add_bot(FORUM, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", FORUM, thread_id=7)
    await stage.change()
    (alert,) = await stage.alerts(FORUM, 1)
    root = {
        "message_id": 7,
        "date": 1,
        "chat": alert["chat"],
        "from": stage.world.users[LEYLA].api(),
        "forum_topic_created": {"name": "Energy", "icon_color": 7322096},
    }
    query = {
        "id": stage.world.next_query_id(),
        "from": stage.world.users[LEYLA].api(),
        "chat_instance": "1",
        "data": "s:b",
        "message": {**alert, "reply_to_message": root},
    }
    stage.world.updates.add("callback_query", query)
    await stage.idle()
    assert stage.now(alert) == alert


async def test_an_error_is_told_to_the_one_who_pressed(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    page = await stage.say(EMMA, "/topics", GROUP)
    count = len(stage.world.answers(GROUP))
    words = "Bad Request: something that nobody has heard of"
    stage.playground.faults.add(
        Fault("error", "getChatAdministrators", chat_id=GROUP, code=409, description=words)
    )
    with capture_logs() as logs:  # to print a traceback takes seconds
        toast = await stage.toast_after(DENIZ, page, "Energy")
    assert [log["event"] for log in logs if log["log_level"] == "error"] == ["unexpected error"]
    assert toast.startswith("Something went wrong on my side.")
    assert len(stage.world.answers(GROUP)) == count


async def test_nobody_reads_a_held_alert_by_guessing_its_number(stage: Stage) -> None:
    start = await stage.say(EMMA, "/start")
    await stage.say(DENIZ, "/subscribe all")
    asked = await stage.say(ADMIN, "/update 29 stalled 2026-11-20 https://example.org/a A secret.")
    asked = await stage.press(ADMIN, await stage.press(ADMIN, asked, "Later"), "In 60 minutes")
    await stage.press(ADMIN, asked, "Send to" if has(asked, "Send to") else "Record it")
    assert stage.bot is not None
    alert = await stage.bot.context.store.alert(1)
    assert alert is not None
    assert alert.ready_at > stage.clock.now()
    for data in ("s:a:1", "sa:1"):
        await _press(stage, EMMA, start, data)
        assert "secret" not in stage.now(start)["text"]
    stage.move_clock(days=1)
    await _press(stage, EMMA, start, "s:a:1")
    assert "secret" in stage.now(start)["text"]
