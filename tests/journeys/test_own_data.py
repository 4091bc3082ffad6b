"""Anybody gets all that is kept about them, as a file."""

from __future__ import annotations

import orjson
from stage import ADMIN, EMMA, GROUP, Stage


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
