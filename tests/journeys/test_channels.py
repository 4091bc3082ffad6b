from __future__ import annotations

import time
from datetime import timedelta

import pytest
from stage import ADMIN, DENIZ, EMMA, Stage, buttons

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


def _asks(stage: Stage) -> list[Call]:
    return [call for call in stage.playground.calls if call.method == "getChatAdministrators"]


def _asked(stage: Stage) -> int:
    return len(_asks(stage))


async def test_telegram_is_asked_once_about_each_channel_whoever_wants_to_know(
    stage: Stage,
) -> None:
    await _channels(stage, 24)
    page = await stage.say(ADMIN, "/channels")
    assert [button["text"] for button in buttons(page)] == [f"News {n}" for n in range(23, 0, -2)]
    assert _asked(stage) == 24
    page = await stage.say(EMMA, "/channels")
    assert [button["text"] for button in buttons(page)] == [f"News {n}" for n in range(24, 0, -2)]
    assert "Henüz kanal yok" in (await stage.say(DENIZ, "/channels"))["text"]
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
    assert "Is yours not here?" in page["text"]
    await stage.idle()
    assert _asked(stage) <= 4 * 3 * 3, "four at a time, each for 0.3 s"


async def test_it_says_so_where_not_every_channel_was_asked_about(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(membership, "_MOST_ASKED", 4)
    await _channels(stage, 4)
    whole = await stage.say(ADMIN, "/channels")
    assert "Is yours not here?" not in whole["text"]
    await _channels(stage, 6)
    page = await stage.say(ADMIN, "/channels")
    assert [button["text"] for button in buttons(page)] == ["News 5", "News 3"]
    assert "Is yours not here? Post /settings in the channel itself." in page["text"]


async def test_a_refusal_is_remembered_too(stage: Stage) -> None:
    await _channels(stage, 2)
    words = "Bad Request: member list is inaccessible"
    stage.playground.faults.add(
        Fault("error", method="getChatAdministrators", chat_id=-2001, code=400, description=words)
    )
    for _ in range(2):
        page = await stage.say(ADMIN, "/channels")
        assert "No channels yet" in page["text"]
    assert _asked(stage) == 2
