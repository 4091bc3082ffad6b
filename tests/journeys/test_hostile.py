"""People who press what is not theirs, and buttons that no page of the bot has."""

from __future__ import annotations

import asyncio

import pytest
from stage import ADMIN, CHANNEL, DENIZ, EMMA, FORUM, GROUP, Json, Stage, button_of

from bot.playground.faults import Fault, flood


async def _press(stage: Stage, user_id: int, message: Json, data: str) -> str:
    """Press a button with any data, as an altered client can; the notice that comes."""
    query = await stage.world.press(
        user_id, message["chat"]["id"], message["message_id"], data, stale=True
    )
    toast = await stage.world.toast(query)
    await stage.idle()
    return toast.text or ""


async def test_who_reads_a_channel_cannot_change_it_by_a_button_in_it(stage: Stage) -> None:
    await stage.say(ADMIN, "/start")
    stage.world.set_member(CHANNEL, EMMA, "member")
    stage.world.add_bot(CHANNEL, ADMIN, "administrator")
    await stage.world.publish(CHANNEL, "/settings")
    await stage.world.wait_for(lambda: stage.world.answers(CHANNEL) or None)
    settings = stage.last(CHANNEL)
    assert stage.bot is not None
    before = await stage.bot.context.store.chat(CHANNEL)
    for data in ("f:e", "l:ru", "w:rhythm:daily", "fg:1"):  # a choice leads to her own chat
        assert await _press(stage, EMMA, settings, data) in {
            "",
            "Only admins of this chat can change its settings.",
        }, data
        assert await stage.bot.context.store.chat(CHANNEL) == before, data
    assert "From now on" in await _press(stage, ADMIN, settings, "l:en")
    kept = await stage.bot.context.store.chat(CHANNEL)
    assert kept is not None
    assert not kept.subscriptions
    assert kept.locale == "en"


async def test_two_admins_of_a_channel_choose_at_once(stage: Stage) -> None:
    stage.world.set_member(CHANNEL, DENIZ, "administrator")
    stage.world.add_bot(CHANNEL, ADMIN, "administrator")
    first, second = await stage.say(ADMIN, "/channels"), await stage.say(DENIZ, "/channels")
    await asyncio.gather(
        _press(stage, ADMIN, first, f"c:{CHANNEL}:follow:t:energy"),
        _press(stage, DENIZ, second, f"c:{CHANNEL}:follow:t:transport"),
        _press(stage, DENIZ, second, f"c:{CHANNEL}:lang:tr"),
    )
    assert stage.bot is not None
    kept = await stage.bot.context.store.chat(CHANNEL)
    assert kept is not None
    assert [scope.id for scope in kept.follows(None)] == ["energy", "transport"]
    assert kept.locale == "tr"


@pytest.mark.parametrize("data", ["s:a:²", f"s:a:{'9' * 50}", f"sa:{'9' * 30}", f"c:-{'9' * 30}"])
async def test_a_number_that_is_none_is_answered_politely(stage: Stage, data: str) -> None:
    start = await stage.say(EMMA, "/start")
    assert await _press(stage, EMMA, start, data)
    assert stage.last(EMMA)["message_id"] == start["message_id"]


async def test_a_chat_that_has_to_wait_is_no_error_of_the_bot(stage: Stage) -> None:
    await stage.say(ADMIN, "/start")
    told = len(stage.world.answers(ADMIN))
    stage.playground.faults.add(flood(3600, method="sendMessage", chat_id=EMMA))
    await stage.world.say(EMMA, "/topics")
    await stage.world.say(EMMA, "/help")
    await stage.idle()
    await asyncio.sleep(0.3)
    assert len(stage.world.answers(ADMIN)) == told


async def test_a_button_of_a_message_that_is_gone_stops_nothing_elsewhere_in_a_forum(
    stage: Stage,
) -> None:
    stage.world.add_bot(FORUM, ADMIN)
    page = await stage.say(ADMIN, "/subscribe transport", FORUM, thread_id=7)
    data = button_of(page, "Transport")["callback_data"]
    query = stage.world.next_query_id()
    stage.world.callbacks[query] = (ADMIN, FORUM)
    # Bot API, InaccessibleMessage: its date is 0, and it does not tell the topic.
    gone = {"chat": page["chat"], "message_id": page["message_id"], "date": 0}
    pressed = {"id": query, "from": stage.world.users[ADMIN].api(), "chat_instance": "1"}
    stage.world.updates.add("callback_query", {**pressed, "data": data, "message": gone})
    toast = await stage.world.toast(query)
    await stage.idle()
    assert "open the page again" in (toast.text or "")
    assert stage.bot is not None
    kept = await stage.bot.context.store.chat(FORUM)
    assert kept is not None
    assert kept.follows(7)
    assert stage.last(FORUM) == page, "nothing is written into another topic"


async def test_a_post_that_telegram_brings_to_the_discussion_group_is_not_answered(
    stage: Stage,
) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.idle()
    before = len(stage.world.answers(GROUP))
    post = {
        "message_id": 5000,
        "date": stage.clock.unix(),
        "chat": stage.world.chats[GROUP].api(),
        "from": {"id": 777000, "is_bot": False, "first_name": "Telegram"},
        "sender_chat": stage.world.chats[CHANNEL].api(),
        "is_automatic_forward": True,
    }
    for text in ("/subscribe transport", f"More at @{stage.world.bot.username}"):
        stage.world.updates.add("message", {**post, "text": text})
    await stage.say(EMMA, "/help", GROUP)
    assert len(stage.world.answers(GROUP)) == before + 1


async def test_a_group_is_set_up_by_its_admins(stage: Stage) -> None:
    refusal = Fault("error", "getChatMember", code=400, description="CHAT_ADMIN_REQUIRED")
    stage.playground.faults.add(refusal)  # as a group that hides its members answers
    stage.world.add_bot(GROUP, ADMIN)
    assert "Only admins" in (await stage.say(EMMA, "/subscribe transport", GROUP))["text"]
    assert "Followed here" in (await stage.say(ADMIN, "/subscribe transport", GROUP))["text"]
