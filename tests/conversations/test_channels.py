from __future__ import annotations

from datetime import timedelta

import pytest
from stage import ADMIN, EMMA, Stage, buttons

from bot.playground.faults import Fault
from bot.playground.model import Call
from bot.subscribers.model import Chat, ChatKind
from bot.telegram import membership


async def _channels(stage: Stage, count: int) -> None:
    """Channels known to the bot, the last of them new; every second one is the admin's."""
    assert stage.bot is not None
    for number in range(1, count + 1):
        chat_id = -2000 - number
        stage.world.channel(chat_id, f"News {number}", [ADMIN if number % 2 else EMMA])
        since = stage.clock.now() + timedelta(hours=number)
        chat = Chat(chat_id, ChatKind.CHANNEL, title=f"News {number}", since=since)
        await stage.bot.desk.store.update_chat(chat_id, lambda _, chat=chat: chat)


def _asks(stage: Stage) -> list[Call]:
    return [call for call in stage.playground.calls if call.method == "getChatMember"]


def _asked(stage: Stage) -> int:
    return len(_asks(stage))


async def test_telegram_is_asked_about_several_channels_at_a_time(stage: Stage) -> None:
    await _channels(stage, 24)
    await stage.say(ADMIN, "/start")
    first = -2024  # the bot came to it last
    stage.playground.faults.add(Fault("delay", method="getChatMember", chat_id=first, seconds=0.2))
    page = await stage.say(ADMIN, "/channels")
    answered = [call.params["chat_id"] for call in _asks(stage)]
    assert answered.index(first) >= 7, "seven others were answered while it was waited for"
    assert [one["text"] for one in buttons(page)] == [f"News {n}" for n in range(23, 0, -2)]
    assert _asked(stage) == 24
    await stage.say(ADMIN, "/channels")
    assert _asked(stage) == 24, "the answers are remembered for a minute"


async def test_it_says_so_where_not_every_channel_was_asked_about(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(membership, "_MOST_ASKED", 4)
    await _channels(stage, 4)
    whole = await stage.say(ADMIN, "/channels")
    assert "Is yours not here?" not in whole["text"]
    await _channels(stage, 6)
    page = await stage.say(ADMIN, "/channels")
    assert [one["text"] for one in buttons(page)] == ["News 5", "News 3"]
    assert "Is yours not here? Post /settings in the channel itself." in page["text"]


async def test_a_refusal_is_remembered_too(stage: Stage) -> None:
    await _channels(stage, 2)
    words = "Bad Request: member list is inaccessible"
    stage.playground.faults.add(
        Fault("error", method="getChatMember", chat_id=-2001, code=400, description=words)
    )
    for _ in range(2):
        page = await stage.say(ADMIN, "/channels")
        assert "No channels yet" in page["text"]
    assert _asked(stage) == 2
