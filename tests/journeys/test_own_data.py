"""Anybody gets all that is kept about them, as a file."""

from __future__ import annotations

import orjson
from stage import ADMIN, EMMA, GROUP, LEYLA, Stage, buttons


def document(stage: Stage, message: dict) -> dict:
    assert message["document"]["file_name"] == "about-you.json"
    file = stage.world.files.get(message["document"]["file_id"])
    return orjson.loads(file.upload.content)


async def test_a_person_gets_what_is_kept(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe railway")
    message = await stage.say(EMMA, "/mydata")
    kept = document(stage, message)
    assert kept["chat"]["id"] == EMMA
    assert kept["chat"]["follows"]
    assert "/forgetme" in message["caption"]


async def test_who_is_unknown_gets_an_empty_one(stage: Stage) -> None:
    assert document(stage, await stage.say(EMMA, "/mydata")) == {}


async def test_an_admin_sees_what_they_changed(stage: Stage) -> None:
    await stage.change()
    assert document(stage, await stage.say(ADMIN, "/mydata"))["changes"] == [1]


async def test_in_a_group_nothing_is_shown(stage: Stage) -> None:
    before = len(stage.world.answers(GROUP))
    await stage.world.say(EMMA, "/mydata", GROUP)
    await stage.idle()
    assert len(stage.world.answers(GROUP)) == before


async def test_feedback_is_answered_without_names(stage: Stage) -> None:
    await stage.say(ADMIN, "/start")
    await stage.say(LEYLA, "/feedback Tarix səhvdir.")
    asked = stage.last(ADMIN)
    assert "reply to this message" in asked["text"]
    assert str(LEYLA) not in str(asked["text"])
    told = await stage.say(ADMIN, "Thank you, it is corrected.", reply_to=asked["message_id"])
    assert "from “the editors”" in told["text"]
    answer = stage.last(LEYLA)
    assert "Redaksiya" in answer["text"]
    assert "it is corrected" in answer["text"]
    assert str(ADMIN) not in str(answer["text"])
    # The way back ends when the reader is forgotten, and after 30 days.
    assert await stage.bot.context.store.remembered("feedback") != "[]"
    question = await stage.say(LEYLA, "/forgetme")
    await stage.press(LEYLA, question, buttons(question)[0]["text"])
    assert await stage.bot.context.store.remembered("feedback") == "[]"
    count = len(stage.world.answers(LEYLA))
    await stage.say(ADMIN, "And once more.", reply_to=asked["message_id"])
    assert len(stage.world.answers(LEYLA)) == count
