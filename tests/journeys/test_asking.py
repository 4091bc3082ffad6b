"""Questions in people's own words: answers, guesses, in groups."""

from __future__ import annotations

import pytest
from stage import ADMIN, DENIZ, EMMA, GROUP, PEOPLE, Stage, buttons

CONSULATE, RAILWAY = "15. ", "29. "


@pytest.mark.parametrize("question", ["konsulluq susada", "консульство в Шуше", "the consulate"])
async def test_the_answer_is_in_the_readers_language(stage: Stage, question: str) -> None:
    answers = {user: (await stage.say(user, question))["text"] for user in PEOPLE}
    assert all(CONSULATE in text for text in answers.values())
    assert len(set(answers.values())) == len(PEOPLE)


async def test_an_answer_replies_to_its_question(stage: Stage) -> None:
    answer = await stage.say(EMMA, "energy")
    assert answer["reply_to_message"]["text"] == "energy"
    assert "reply_to_message" not in await stage.say(EMMA, "/help")


async def test_a_topic_leads_to_each_of_its_provisions_and_back(stage: Stage) -> None:
    answer = await stage.say(EMMA, "/ask energy")
    number = next(button["text"] for button in buttons(answer) if button["text"].isdigit())
    card = await stage.press(EMMA, answer, number)
    assert card["message_id"] == answer["message_id"]
    history = await stage.press(EMMA, card, "History")
    assert "History" in history["text"]
    assert history["message_id"] == answer["message_id"]
    card = await stage.press(EMMA, history, "Back")
    assert (await stage.press(EMMA, card, "Back"))["text"] == answer["text"]


async def test_following_from_an_answer_keeps_the_way_back(stage: Stage) -> None:
    answer = await stage.say(EMMA, "energy")
    number = next(button["text"] for button in buttons(answer) if button["text"].isdigit())
    details = await stage.press(EMMA, answer, number)
    followed = await stage.press(EMMA, details, "Follow")
    assert (await stage.press(EMMA, followed, "Back"))["text"] == answer["text"]


async def test_nothing_found_is_said(stage: Stage) -> None:
    answer = await stage.say(EMMA, "xylophone concert tickets")
    assert "I found nothing" in answer["text"]
    assert len(buttons(answer)) == 2


async def test_without_the_question_its_buttons_say_so(stage: Stage) -> None:
    page = await stage.say(EMMA, "/energy")
    for data in ("s:q::3", "s:q"):
        query = await stage.world.press(EMMA, EMMA, page["message_id"], data, stale=True)
        toast = await stage.world.toast(query)
        assert "older message" in (toast.text or "")
    assert stage.now(page)["text"] == page["text"]


@pytest.mark.parametrize("reads_all", [False, True])
async def test_a_group_asks_by_command_mention_or_reply(stage: Stage, reads_all: bool) -> None:
    stage.world.can_read_all = reads_all
    stage.world.add_bot(GROUP, ADMIN)
    await stage.world.wait_for(lambda: stage.world.answers(GROUP) or None)
    username = stage.bot.context.bot.username
    mention = await stage.say(EMMA, f"what of the consulate, @{username}?", GROUP)
    assert CONSULATE in mention["text"]
    command = await stage.say(EMMA, f"/ask@{username} railway to Nakhchivan", GROUP)
    assert RAILWAY in command["text"]
    answer = await stage.say(EMMA, "cyber", GROUP, reply_to=command["message_id"])
    assert "13. " in answer["text"]
    called = await stage.say(EMMA, f"@{username}: consulate", GROUP)
    assert CONSULATE in called["text"]
    assert answer["reply_to_message"]["text"] == "cyber"
    before = len(stage.world.answers(GROUP))
    for text in ("consulate?", "what is stalled?", "sources?", "@somebody railway"):
        await stage.world.say(EMMA, text, GROUP)
    await stage.world.say(
        DENIZ, "railway", GROUP, reply_to=mention["reply_to_message"]["message_id"]
    )
    await stage.idle()
    assert len(stage.world.answers(GROUP)) == before


async def test_a_name_like_the_bots_is_another(stage: Stage) -> None:
    stage.world.can_read_all = True
    stage.world.add_bot(GROUP, ADMIN)
    await stage.world.wait_for(lambda: stage.world.answers(GROUP) or None)
    username = stage.bot.context.bot.username
    before = len(stage.world.answers(GROUP))
    said = await stage.world.say(EMMA, f"@{username}2 railway", GROUP)
    await stage.world.say(EMMA, f"mail@{username} railway", GROUP)
    await stage.idle()
    assert len(stage.world.answers(GROUP)) == before
    reply = await stage.say(
        DENIZ, f"@{username} railway to Nakhchivan?", GROUP, reply_to=said["message_id"]
    )
    assert RAILWAY in reply["text"]
    assert "/ask" in (await stage.say(EMMA, f"@{username}", GROUP))["text"]
