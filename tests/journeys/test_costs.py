"""Whatever is typed, nobody else waits for it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hostile_texts import hostile_texts
from loop_time import loop_time
from stage import ADMIN, EMMA, Stage

AT_MOST = 0.05
"""Seconds of processor time for a step of the event loop. Most take less than a tenth of it."""
AT_ONCE = 5
"""Messages of a person that wait: of many more the bot would drop some."""
COMMANDS = (
    "", "/ask ", "/status ", "/latest ", "/timeline ", "/provision ", "/subscribe ",
    "/unsubscribe ", "/language ", "/timezone ", "/feedback ", "/start ", "/start provision_",
    "/channels ", "/settings ",
)  # fmt: skip
DRAFTS = (
    "/update ", "/update railway ", "/update railway started ",
    "/update railway started 2026-03-06 ", "/update railway started 2026-03-06 https://",
    "/undo ", "/audit ",
)  # fmt: skip


async def _longest_step(stage: Stage, user_id: int, texts: Iterable[str]) -> float:
    """The longest step of the loop while all of a person's texts are answered."""
    answers = stage.world.answers
    before = len(answers(user_id))

    async def answered(count: int) -> None:
        await stage.world.wait_for(lambda: len(answers(user_id)) >= before + count or None, 60)

    with loop_time() as measured:
        for number, text in enumerate(texts, 1):
            await stage.world.say(user_id, text[:4096])
            if number % AT_ONCE == 0:
                await answered(number)
        await answered(number)
        await stage.idle()
    return measured.longest


def _long(found: dict[str, float]) -> dict[str, float]:
    """The texts that cost too much."""
    return {name: seconds for name, seconds in found.items() if seconds > AT_MOST}


async def test_texts_and_arguments_are_answered_without_a_long_step(stage: Stage) -> None:
    await stage.say(EMMA, "/timezone Baku")  # names of cities are read once, in a thread
    found = {}
    for person, (name, text) in enumerate(hostile_texts().items(), 5000):
        stage.world.person(person, "Somebody", "ru")
        found[name] = await _longest_step(stage, person, [command + text for command in COMMANDS])
    assert not _long(found)


async def test_inline_queries_are_answered_without_a_long_step(stage: Stage) -> None:
    found = {}
    for person, (name, text) in enumerate(hostile_texts().items(), 5000):
        stage.world.person(person, "Somebody", "ru")
        with loop_time() as measured:
            await stage.world.inline_answer(person, text[:256], "9" * 64)
        found[name] = measured.longest
    assert not _long(found)


async def test_an_admins_drafts_are_answered_without_a_long_step(tmp_path: Path) -> None:
    admins = range(5000, 5000 + len(hostile_texts()))
    stage = Stage(tmp_path / "data", admins=",".join(map(str, (ADMIN, *admins))))
    for admin in admins:
        stage.world.person(admin, "Admin", "en")
    await stage.open()
    found = {}
    for admin, (name, text) in zip(admins, hostile_texts().items(), strict=True):
        texts = [start + text for start in DRAFTS]
        for step in ("/update", "/update railway", "/update railway started 2026-03-06"):
            texts += [step, text]
        found[name] = await _longest_step(stage, admin, texts)
    await stage.close()
    assert not _long(found)


async def test_buttons_of_an_altered_client_are_answered_without_a_long_step(stage: Stage) -> None:
    found = {}
    for person, (name, text) in enumerate(hostile_texts().items(), 5000):
        stage.world.person(person, "Somebody", "ru")
        page = (await stage.say(person, "/help"))["message_id"]
        with loop_time() as measured:
            for data in (text, f"p:{text}", f"c:{text}"):
                query = await stage.world.press(person, person, page, data, stale=True)
                await stage.world.toast(query)
        found[name] = measured.longest
    assert not _long(found)


async def test_others_are_answered_while_long_questions_are_searched(stage: Stage) -> None:
    many = range(5000, 5030)
    for person in many:
        stage.world.person(person, "Somebody", "ru")
        await stage.world.say(person, hostile_texts()["unknown Cyrillic words"])
    await stage.world.say(EMMA, "energy")
    answers = stage.world.answers
    await stage.world.wait_for(lambda: answers(EMMA) or None)
    assert sum(not answers(person) for person in many) > len(many) / 2
    await stage.world.wait_for(lambda: all(answers(person) for person in many) or None, 60)
