"""Nobody is dropped in silence: pauses, signs of life, and what a person missed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from stage import ADMIN, CHANNEL, EMMA, FORUM, GROUP, LEYLA, Json, Stage, has

from bot.playground.faults import Fault
from bot.subscribers.chat import Chat
from bot.subscribers.pauses import Obstacle
from bot.views.callbacks import Missed, encode

GAS = "southern_gas_corridor"
FORBIDDEN = "Bad Request: not enough rights to send text messages to the chat"


async def chat_when(stage: Stage, chat_id: int, wanted: Callable[[Chat], Any]) -> Chat:
    """The chat once something is so."""
    assert stage.bot is not None
    for _ in range(300):
        kept = await stage.bot.context.store.chat(chat_id)
        if kept is not None and wanted(kept):
            return kept
        await asyncio.sleep(0.02)
    raise AssertionError(kept)


def refuse(stage: Stage, chat_id: int, words: str, times: int | None = None) -> Fault:
    fault = Fault(
        "error", method="sendMessage", chat_id=chat_id, code=400, description=words, times=times
    )
    return stage.playground.faults.add(fault)


async def forum_follows(stage: Stage, thread: int = 7) -> None:
    stage.world.add_bot(FORUM, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", FORUM, thread_id=thread)


def changed_rights(stage: Stage, chat_id: int, old: Json, new: Json) -> None:
    """Telegram tells that the bot's rights in a chat are others."""
    bot = stage.world.bot.api()
    stage.world.updates.add(
        "my_chat_member",
        {
            "chat": stage.world.chats[chat_id].api(),
            "from": stage.world.users[ADMIN].api(),
            "date": stage.clock.unix(),
            "old_chat_member": {"user": bot, **old},
            "new_chat_member": {"user": bot, **new},
        },
    )


def administrator(*, posts: bool, edits: bool = False) -> Json:
    permissions = (
        *("be_edited", "manage_chat", "delete_messages", "manage_video_chats", "restrict_members"),
        *("promote_members", "change_info", "invite_users", "post_stories", "edit_stories"),
        "delete_stories",
    )
    others = {f"can_{right}": False for right in permissions}
    return {
        **others,
        "status": "administrator",
        "is_anonymous": False,
        "can_post_messages": posts,
        "can_edit_messages": edits,
    }


# A person who comes back


async def test_unblocking_on_a_desktop_brings_alerts_back(stage: Stage) -> None:
    """It sends no /start, and the list of blocked people no message at all."""
    await stage.say(EMMA, "/subscribe transport")
    stage.world.block(EMMA, True)
    await chat_when(stage, EMMA, lambda chat: not chat.active)
    stage.world.block(EMMA, False)
    await chat_when(stage, EMMA, lambda chat: chat.active)
    await stage.change()
    assert await stage.alerts(EMMA, 1)


async def test_any_message_of_a_person_brings_alerts_back(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe transport")
    await stage.say(LEYLA, "/subscribe transport")
    refused = stage.playground.faults.add(
        Fault(
            "error",
            method="sendMessage",
            chat_id=EMMA,
            code=403,
            description="Forbidden: bot was blocked by the user",
            times=1,
        )
    )
    await stage.change()
    await stage.alerts(LEYLA, 1)
    kept = await chat_when(stage, EMMA, lambda chat: not chat.active)
    assert refused.hits == 1
    assert kept.lost_by is Obstacle.BLOCKED
    assert kept.subscriptions
    await stage.say(EMMA, "/energy")
    await chat_when(stage, EMMA, lambda chat: chat.active)
    await stage.change(status="done", date="2026-03-07")
    assert await stage.alerts(EMMA, 1)


async def test_a_person_who_comes_back_is_told_what_they_missed(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe all")
    stage.world.block(EMMA, True)
    await chat_when(stage, EMMA, lambda chat: not chat.active)
    await stage.change()
    await stage.change(GAS, "stalled")
    await stage.settle()
    before = len(stage.world.answers(EMMA))
    await stage.say(EMMA, "/energy")
    told, answer = stage.world.answers(EMMA)[before:]
    assert "2 provisions that you follow changed" in told["text"]
    assert "Energy" in answer["text"]
    await stage.press(EMMA, told, "What has changed")
    assert "News of 2 provisions" in stage.last(EMMA)["text"]
    before = len(stage.world.answers(EMMA))
    await stage.say(EMMA, "/energy")
    assert len(stage.world.answers(EMMA)) == before + 1, "it is told once"


# Topics of a forum


async def test_a_closed_topic_keeps_its_subscription_and_gets_its_alert_when_opened(
    stage: Stage,
) -> None:
    await forum_follows(stage)
    stage.world.close_thread(FORUM, 7)
    await stage.change()
    kept = await chat_when(stage, FORUM, lambda chat: chat.pauses)
    assert kept.pauses[7].obstacle is Obstacle.TOPIC_CLOSED
    assert kept.subscriptions
    await stage.world.wait_for(lambda: "wait" in stage.last(FORUM)["text"] or None)
    told = stage.last(FORUM)
    assert "message_thread_id" not in told
    assert "The topic is closed." in told["text"]
    page = await stage.say(ADMIN, "/subscriptions", FORUM)
    assert "paused in 1 other topic" in page["text"]
    await stage.change(status="done", date="2026-03-07")
    stage.world.close_thread(FORUM, 7, False)
    await stage.settle()
    digest = stage.last(FORUM)
    assert "1 step in between" in digest["text"], "what waited comes as one message"
    assert digest["message_thread_id"] == 7
    assert not (await chat_when(stage, FORUM, lambda chat: not chat.pauses)).pauses


async def test_a_forum_is_told_once_that_a_topic_is_closed(stage: Stage) -> None:
    await forum_follows(stage)
    stage.world.close_thread(FORUM, 7)
    await stage.change()
    kept = await chat_when(stage, FORUM, lambda chat: chat.pauses)
    stage.clock.advance(kept.pauses[7].until - stage.clock.now())
    await chat_when(stage, FORUM, lambda chat: chat.pauses[7].tries == 2)
    told = [answer for answer in stage.world.answers(FORUM) if "topic is closed" in answer["text"]]
    assert len(told) == 1


async def test_a_message_in_a_topic_resumes_it(stage: Stage) -> None:
    await forum_follows(stage)
    fault = refuse(stage, FORUM, "Bad Request: message thread not found", times=1)
    await stage.change()
    await chat_when(stage, FORUM, lambda chat: chat.pauses)
    assert fault.hits == 1
    stage.move_clock(minutes=2)
    await stage.world.say(EMMA, "/help@briefing_bot", FORUM, thread_id=7)
    alert = (await stage.alerts(FORUM, 1))[0]
    assert alert["message_thread_id"] == 7


async def test_the_alerts_of_a_topic_that_is_gone_can_be_brought_elsewhere(stage: Stage) -> None:
    await forum_follows(stage)
    stage.world.delete_thread(FORUM, 7)
    await stage.change()
    await chat_when(stage, FORUM, lambda chat: chat.pauses)
    await stage.world.wait_for(lambda: has(stage.last(FORUM), "Send them here") or None)
    told = stage.last(FORUM)
    assert "does not find the topic" in told["text"]
    assert await stage.toast_after(EMMA, told, "Send them here"), "a plain member may not"
    await stage.press(ADMIN, told, "Send them here")
    alert = (await stage.alerts(FORUM, 1))[0]
    assert "message_thread_id" not in alert
    kept = await chat_when(stage, FORUM, lambda chat: not chat.pauses)
    assert kept.follows(None)
    await stage.settle()


async def test_a_group_that_is_no_forum_any_more_gets_its_alerts_itself(stage: Stage) -> None:
    await forum_follows(stage)
    stage.world.chats[FORUM].forum = False
    await stage.change()
    alert = (await stage.alerts(FORUM, 1))[0]
    assert "message_thread_id" not in alert
    kept = await chat_when(stage, FORUM, lambda chat: chat.follows(None))
    assert not kept.pauses
    await stage.change(status="done", date="2026-03-07")
    assert len(await stage.alerts(FORUM, 2)) == 2


async def test_an_answer_to_a_topic_that_is_gone_comes_in_the_group(stage: Stage) -> None:
    await stage.say(ADMIN, "/start")
    stage.world.add_bot(FORUM, ADMIN)
    await stage.idle()
    refuse(stage, FORUM, "Bad Request: message thread not found", times=1)
    answer = await stage.say(EMMA, "/help@briefing_bot", FORUM, thread_id=7)
    assert "message_thread_id" not in answer
    assert answer["reply_to_message"]["text"] == "/help@briefing_bot"


@pytest.mark.parametrize("words", ["TOPIC_CLOSED", "message thread not found"])
async def test_a_topic_that_cannot_be_answered_is_no_error_of_the_bot(
    stage: Stage, words: str
) -> None:
    await stage.say(ADMIN, "/start")
    stage.world.add_bot(FORUM, ADMIN)
    await stage.idle()
    refuse(stage, FORUM, f"Bad Request: {words}")
    await stage.world.say(EMMA, "/help@briefing_bot", FORUM, thread_id=7)
    await stage.idle()
    assert not [answer for answer in stage.world.answers(ADMIN) if "had an error" in answer["text"]]


# Private chats with topics (Bot API 9.3)


async def test_a_person_has_one_list_whatever_the_topic(stage: Stage) -> None:
    stage.world.chats[EMMA].forum = True
    for thread in (11, 12):
        stage.world.thread(EMMA, thread, f"Topic {thread}")
    await stage.say(EMMA, "/subscribe transport", thread_id=11)
    page = await stage.say(EMMA, "/subscriptions", thread_id=12)
    assert "Transport" in page["text"]
    await stage.say(EMMA, "/subscribe energy", thread_id=12)
    await stage.change()
    alerts = await stage.alerts(EMMA, 1)
    await stage.settle()
    assert len(stage.alerts_of(EMMA)) == 1
    assert "message_thread_id" not in alerts[0]
    await stage.say(EMMA, "/unsubscribe all")
    assert not (await chat_when(stage, EMMA, bool)).subscriptions


# Groups and channels


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"status": "member"}, administrator(posts=True)),
        ({"status": "restricted", "is_member": True}, {"status": "member"}),
    ],
)
async def test_a_right_that_is_restored_resumes_a_group(stage: Stage, old: Json, new: Json) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", GROUP)
    before = len(stage.world.answers(GROUP))
    fault = refuse(stage, GROUP, "Bad Request: CHAT_RESTRICTED")
    await stage.change()
    await chat_when(stage, GROUP, lambda chat: chat.pauses)
    stage.playground.faults.remove(fault)
    if old["status"] == "restricted":
        flags = (
            *("change_info", "invite_users", "pin_messages", "manage_topics", "send_messages"),
            *("send_audios", "send_documents", "send_photos", "send_videos", "send_video_notes"),
            *("send_voice_notes", "send_polls", "send_other_messages", "add_web_page_previews"),
            *("edit_tag", "react_to_messages"),
        )
        old = {**old, "until_date": 0, **{f"can_{flag}": False for flag in flags}}
    changed_rights(stage, GROUP, old, new)
    assert await stage.alerts(GROUP, 1)
    await stage.settle()
    assert len(stage.world.answers(GROUP)) == before + 1, "no greeting"


async def test_a_message_of_a_group_that_was_given_up_revives_it(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", GROUP)
    assert stage.bot is not None
    now = stage.clock.now()
    await stage.bot.context.store.update_chat(GROUP, lambda kept: kept and kept.lost(now))
    await stage.say(EMMA, "/status", GROUP)
    await stage.change()
    assert await stage.alerts(GROUP, 1)


async def test_a_lively_group_where_the_bot_may_not_write_is_not_tried_at_every_word(
    stage: Stage,
) -> None:
    stage.world.can_read_all = True
    stage.world.add_bot(GROUP, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", GROUP)
    fault = refuse(stage, GROUP, FORBIDDEN)
    await stage.change()
    await chat_when(stage, GROUP, lambda chat: chat.pauses)
    for _ in range(10):
        await stage.world.say(EMMA, "nice weather", GROUP)
    await stage.idle()
    stage.move_clock(minutes=2)
    await stage.world.say(EMMA, "nice weather", GROUP)
    await chat_when(stage, GROUP, lambda chat: chat.pauses[None].tries == 2)
    assert fault.hits == 2


async def test_a_group_that_comes_back_is_not_greeted_again(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", GROUP)
    stage.world.remove_bot(GROUP, ADMIN)
    await chat_when(stage, GROUP, lambda chat: not chat.active)
    before = len(stage.world.answers(GROUP))
    stage.world.add_bot(GROUP, ADMIN)
    await chat_when(stage, GROUP, lambda chat: chat.active)
    await stage.idle()
    assert len(stage.world.answers(GROUP)) == before
    await stage.change()
    assert await stage.alerts(GROUP, 1)


async def test_whoever_changes_a_channel_s_rights_hears_what_matters(stage: Stage) -> None:
    await stage.say(ADMIN, "/start")

    async def heard(old: Json, new: Json) -> list[str]:
        before = len(stage.world.answers(ADMIN))
        changed_rights(stage, CHANNEL, old, new)
        await stage.idle()
        return [answer["text"] for answer in stage.world.answers(ADMIN)[before:]]

    left, silent = {"status": "left"}, administrator(posts=False)
    posting, editing = administrator(posts=True), administrator(posts=True, edits=True)
    (text,) = await heard(left, silent)
    assert "I am in Daily news, but I may not post there." in text
    assert (await chat_when(stage, CHANNEL, bool)).pauses[None].obstacle is Obstacle.NO_RIGHT
    (text,) = await heard(silent, posting)
    assert "I can now post in Daily news." in text
    assert not (await chat_when(stage, CHANNEL, bool)).pauses
    assert await heard(posting, editing) == []
    (text,) = await heard(editing, silent)
    assert "I may no longer post in Daily news." in text
    assert await heard(silent, silent) == []


# Test alerts


async def test_a_test_alert_shows_language_following_and_quiet_hours(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe transport")
    page = await stage.say(EMMA, "/settings")
    assert await stage.toast_after(EMMA, page, "Send a test alert") == "The test alert was sent."
    text = stage.last(EMMA)["text"]
    assert "This is a test alert" in text
    assert "Following 1 thing." in text
    assert "Language: English" in text
    assert "Time zone:" in text
    assert "This is a test alert" in (await stage.say(EMMA, "/testalert"))["text"]


async def test_a_test_alert_in_a_channel_says_why_it_fails(stage: Stage) -> None:
    await stage.say(ADMIN, "/start")
    stage.world.add_bot(CHANNEL, ADMIN, "administrator")
    await stage.idle()
    page = await stage.press(ADMIN, stage.last(ADMIN), "Set up the channel")
    assert await stage.toast_after(ADMIN, page, "Send a test alert") == "The test alert was sent."
    assert "This is a test alert" in stage.last(CHANNEL)["text"]
    refuse(stage, CHANNEL, "Bad Request: need administrator rights in the channel chat")
    said = await stage.toast_after(ADMIN, page, "Send a test alert")
    assert said == "The test alert could not be sent. The bot may not write here."


async def test_a_pause_stands_on_every_page_of_what_is_followed(stage: Stage) -> None:
    await stage.say(ADMIN, "/start")
    stage.world.add_bot(CHANNEL, ADMIN, "administrator")
    await stage.idle()
    page = await stage.press(ADMIN, stage.last(ADMIN), "Set up the channel")
    await stage.press(ADMIN, page, "Everything")
    refuse(stage, CHANNEL, FORBIDDEN)
    await stage.change()
    await chat_when(stage, CHANNEL, lambda chat: chat.pauses)
    listed = await stage.say(ADMIN, "/channels")
    page = await stage.press(ADMIN, listed, "Daily news")
    assert "Alerts are paused here" in page["text"]
    assert "The bot may not write here." in page["text"]


async def test_what_was_missed_is_never_posted_to_a_group(stage: Stage) -> None:
    """Its button is sent in private only; but what a button carries can be forged."""
    stage.world.add_bot(GROUP, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", GROUP)
    since = int(stage.clock.now().timestamp()) - 60
    await stage.change()
    await stage.alerts(GROUP, 1)
    page = await stage.say(ADMIN, "/subscriptions", GROUP)
    before = len(stage.world.answers(GROUP))
    number = page["message_id"]
    query = await stage.world.press(EMMA, GROUP, number, encode(Missed(since)), stale=True)
    assert (await stage.world.toast(query)).text
    await stage.idle()
    assert len(stage.world.answers(GROUP)) == before


async def test_a_group_in_which_the_bot_may_not_write_pauses_until_it_may(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", GROUP)
    rights = {
        f"can_{right}": False
        for right in (
            *("send_audios", "send_documents", "send_photos", "send_videos", "send_video_notes"),
            *("send_voice_notes", "send_polls", "send_other_messages", "add_web_page_previews"),
            *("change_info", "invite_users", "pin_messages", "manage_topics", "react_to_messages"),
            *("edit_tag",),
        )
    }
    silent = {
        **rights,
        "status": "restricted",
        "is_member": True,
        "until_date": 0,
        "can_send_messages": False,
    }
    changed_rights(stage, GROUP, {"status": "member"}, silent)
    kept = await chat_when(stage, GROUP, lambda chat: chat.pauses)
    assert kept.pauses[None].obstacle is Obstacle.NO_RIGHT
    assert kept.subscriptions
    changed_rights(stage, GROUP, silent, {"status": "member"})
    await chat_when(stage, GROUP, lambda chat: not chat.pauses)
