from __future__ import annotations

import time
from datetime import timedelta

import pytest
from stage import ADMIN, DENIZ, EMMA, GROUP, Json, Stage, buttons, has

from bot.playground.faults import Fault
from bot.playground.model import Call
from bot.subscribers.chat import Chat, ChatKind
from bot.telegram.handlers import membership


async def _channels(stage: Stage, count: int) -> None:
    """Channels known to the bot, the last of them new; every second one is the admin's."""
    assert stage.bot is not None
    for number in range(1, count + 1):
        chat_id = -2000 - number
        stage.world.channel(chat_id, f"News {number}", [ADMIN if number % 2 else EMMA])
        since = stage.clock.now() + timedelta(hours=number)
        chat = Chat(chat_id, ChatKind.CHANNEL, title=f"News {number}", since=since)
        await stage.bot.context.store.update_chat(chat_id, lambda _, chat=chat: chat)


def _names(page: Json) -> list[str]:
    """The channels and groups of a page; the last two buttons add the bot to another."""
    return [button["text"] for button in buttons(page)][:-2]


def _asks(stage: Stage) -> list[Call]:
    return [call for call in stage.playground.calls if call.method == "getChatAdministrators"]


def _asked(stage: Stage) -> int:
    return len(_asks(stage))


async def test_a_reader_s_direct_message_to_a_channel_is_answered_in_its_topic(
    stage: Stage,
) -> None:
    direct = -1_009
    stage.world.group(direct, "Daily news", [ADMIN, EMMA])
    chat = {**stage.world.chats[direct].api(), "is_direct_messages": True}
    emma = stage.world.users[EMMA].api()
    stage.world.updates.add(
        "message",
        {
            "message_id": 5,
            "from": emma,
            "chat": chat,
            "date": stage.clock.unix(),
            "direct_messages_topic": {"topic_id": 77, "user": emma},
            "text": "/help@briefing_bot",
            "entities": [{"type": "bot_command", "offset": 0, "length": 18}],
        },
    )
    await stage.idle()
    (sent,) = [
        call.params
        for call in stage.playground.calls
        if call.method == "sendMessage" and call.params["chat_id"] == direct
    ]
    assert sent["direct_messages_topic_id"] == 77
    assert "message_thread_id" not in sent


async def test_telegram_is_asked_once_about_each_channel_whoever_wants_to_know(
    stage: Stage,
) -> None:
    await _channels(stage, 24)
    page = await stage.say(ADMIN, "/channels")
    assert _names(page) == [f"News {n}" for n in range(23, 0, -2)]
    assert _asked(stage) == 24
    page = await stage.say(EMMA, "/channels")
    assert _names(page) == [f"News {n}" for n in range(24, 0, -2)]
    assert "Henüz kanal veya grup yok" in (await stage.say(DENIZ, "/channels"))["text"]
    assert _asked(stage) == 24, "the answers are remembered, for everybody"


async def test_strangers_make_few_calls_at_a_time_and_wait_a_second(stage: Stage) -> None:
    await _channels(stage, 40)
    stage.playground.faults.add(Fault("delay", method="getChatAdministrators", seconds=0.3))
    for person in range(5000, 5020):
        stage.world.person(person, "Stranger", "en")
        await stage.world.say(person, "/channels")
    began = time.monotonic()
    page = await stage.say(ADMIN, "/channels")
    assert time.monotonic() - began < 3
    assert "Don’t see yours?" in page["text"]
    await stage.idle()
    assert _asked(stage) <= 4 * 3 * 3, "four at a time, each for 0.3 s"


async def test_it_says_so_where_not_every_channel_was_asked_about(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(membership, "_MOST_ASKED", 4)
    await _channels(stage, 4)
    whole = await stage.say(ADMIN, "/channels")
    assert "Don’t see yours?" not in whole["text"]
    await _channels(stage, 6)
    stage.move_clock(minutes=2)
    page = await stage.say(ADMIN, "/channels")
    assert _names(page) == ["News 5", "News 3"]
    assert "Don’t see yours? Send /settings in the channel or group itself." in page["text"]


async def test_a_refusal_is_remembered_too(stage: Stage) -> None:
    await _channels(stage, 2)
    words = "Bad Request: member list is inaccessible"
    stage.playground.faults.add(
        Fault("error", method="getChatAdministrators", chat_id=-2001, code=400, description=words)
    )
    for _ in range(2):
        page = await stage.say(ADMIN, "/channels")
        assert "No channels or groups yet" in page["text"]
    assert _asked(stage) == 2


async def test_a_group_is_set_up_from_its_admins_private_chat(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.world.wait_for(lambda: stage.world.answers(GROUP) or None)
    assert not _names(await stage.say(EMMA, "/channels"))
    page = await stage.press(ADMIN, await stage.say(ADMIN, "/channels"), "Newsroom")
    assert "The group follows nothing yet." in page["text"]
    page = await stage.press(ADMIN, page, "Transport")
    assert has(await stage.press(ADMIN, page, "Türkçe"), "✓ Türkçe")
    await stage.change()
    assert "Nahçıvan" in (await stage.alerts(GROUP, 1))[0]["text"]


async def test_the_link_that_adds_the_bot_follows_what_it_names(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    username = stage.world.bot.username
    refused = await stage.say(EMMA, f"/start@{username} follow_all", GROUP)
    assert "Only admins" in refused["text"]
    page = await stage.say(ADMIN, f"/start@{username} follow_topic_energy", GROUP)
    assert "🔔 ⚡ Energy" in page["text"]
    page = await stage.say(ADMIN, f"/start@{username} follow_all", GROUP)
    assert "🔔 Everything" in page["text"]
    page = await stage.say(ADMIN, f"/start@{username} settings", GROUP)
    assert has(page, "Delivery times")
    assert "🔔" in (await stage.say(EMMA, "/start follow_provision_railway"))["text"]
