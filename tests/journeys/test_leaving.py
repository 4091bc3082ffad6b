"""Those who leave are left alone, and find everything as it was when they come back."""

from __future__ import annotations

import asyncio

import pytest
from stage import ADMIN, DENIZ, EMMA, GROUP, Stage

from bot.playground.faults import Fault
from bot.storage.errors import StoreFull
from bot.subscribers.chat import Chat
from bot.subscribers.pauses import Obstacle


async def test_a_block_deactivates_and_start_brings_all_back(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe transport")
    stage.world.block(EMMA, True)
    await stage.idle()
    assert not (await stage.bot.context.store.chat(EMMA)).active
    await stage.change()
    await stage.settle()
    assert not stage.alerts_of(EMMA)
    stage.world.block(EMMA, False)
    await stage.say(EMMA, "/start")
    await stage.change(status="done", date="2026-03-07")
    assert len(await stage.alerts(EMMA, 1)) == 1


async def test_a_block_that_telegram_tells_only_on_sending(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe transport")
    await stage.say(DENIZ, "/subscribe transport")
    stage.world.deactivate(EMMA)
    await stage.change()
    await stage.alerts(DENIZ, 1)
    await stage.settle()
    assert not (await stage.bot.context.store.chat(EMMA)).active
    assert (await stage.bot.context.store.chat(EMMA)).subscriptions


async def test_a_group_that_becomes_a_supergroup_keeps_everything(stage: Stage) -> None:
    small = -77
    stage.world.group(small, "Small", [ADMIN, EMMA], supergroup=False, admins=[ADMIN], bot=None)
    stage.world.add_bot(small, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", small)
    new_id = stage.world.migrate(small)
    await stage.idle()
    await stage.change()
    assert await stage.alerts(new_id, 1)


async def test_a_migration_that_only_an_alert_finds_out(stage: Stage) -> None:
    small = -78
    stage.world.group(small, "Small", [ADMIN], supergroup=False, admins=[ADMIN], bot=None)
    stage.world.add_bot(small, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", small)
    await stage.stop()
    new_id = stage.world.migrate(small)
    stage.world.updates.pending.clear()
    await stage.start()
    await stage.change()
    assert await stage.alerts(new_id, 1)
    await stage.settle()
    assert (await stage.bot.context.store.chat(new_id)).subscriptions
    assert await stage.bot.context.store.chat(small) is None


async def test_a_group_without_the_bot_is_left_alone(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", GROUP)
    stage.world.remove_bot(GROUP, ADMIN)
    await stage.idle()
    await stage.change()
    await stage.settle()
    assert not stage.alerts_of(GROUP)
    assert not (await stage.bot.context.store.chat(GROUP)).active


async def test_on_a_full_disk_forgetme_says_what_has_happened(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise StoreFull("no room")

    await stage.say(EMMA, "/subscribe transport")
    question = await stage.say(EMMA, "/forgetme")
    with monkeypatch.context() as patched:
        patched.setattr("bot.storage.tinydb.storage.write_snapshot", full)
        done = await stage.press(EMMA, question, "Erase everything")
    assert "out of use" in done["text"]
    assert await stage.bot.context.store.chat(EMMA) is None


async def test_on_a_full_disk_a_recorded_change_is_not_called_lost(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = stage.bot.context.store
    keep = store.keep_draft

    async def full(user_id: int, draft: object) -> None:
        if draft is None:
            raise StoreFull("no room")
        await keep(user_id, draft)

    monkeypatch.setattr(store, "keep_draft", full)
    await stage.say(EMMA, "/subscribe transport")
    await stage.change()
    await stage.alerts(EMMA, 1)
    assert not any(
        "disk is full" in answer.get("text", "") for answer in stage.world.answers(ADMIN)
    )


async def test_forgetme_erases_all_and_can_be_refused(stage: Stage) -> None:
    person = 7654321
    stage.world.person(person, "Ada", "en")
    await stage.say(person, "/subscribe transport")
    await stage.change()
    await stage.alerts(person, 1)
    question = await stage.say(person, "/forgetme")
    await stage.press(person, question, "Keep it")
    assert await stage.bot.context.store.chat(person)
    question = await stage.say(person, "/forgetme")
    done = await stage.press(person, question, "Erase everything")
    assert "erased" in done["text"]
    assert await stage.bot.context.store.chat(person) is None
    await stage.change(status="done", date="2026-03-07")
    await stage.settle()
    assert len(stage.alerts_of(person)) == 1
    await stage.stop()
    left = b"".join(
        path.read_bytes() for path in stage.settings().data.rglob("*") if path.is_file()
    )
    assert str(person).encode() not in left
    await stage.start()


async def test_unsubscribing_all_ends_the_parts_too(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe transport")
    await stage.say(EMMA, "/subscribe nakhchivan_gas")
    await stage.say(EMMA, "/unsubscribe all")
    assert not (await stage.bot.context.store.chat(EMMA)).subscriptions


@pytest.mark.parametrize(
    ("words", "is_error"),
    [("not enough rights to send text messages to the chat", False), ("something new", True)],
)
async def test_a_group_where_the_bot_may_not_write_is_no_error_of_the_bot(
    stage: Stage, words: str, *, is_error: bool
) -> None:
    await stage.say(ADMIN, "/start")
    stage.world.add_bot(GROUP, ADMIN)
    await stage.idle()
    stage.playground.faults.add(
        Fault("error", chat_id=GROUP, code=400, description=f"Bad Request: {words}")
    )
    await stage.world.say(EMMA, "/help@briefing_bot", GROUP)
    await stage.idle()
    told = [
        answer for answer in stage.world.answers(ADMIN) if "The bot had an error" in answer["text"]
    ]
    assert bool(told) == is_error


@pytest.mark.parametrize("is_member", [True, False])
async def test_a_restricted_bot_is_in_a_group_or_not(stage: Stage, is_member: bool) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", GROUP)
    before = len(stage.world.answers(GROUP))
    bot = stage.world.bot.api()
    flags = (
        *("change_info", "invite_users", "pin_messages", "manage_topics", "send_messages"),
        *("send_audios", "send_documents", "send_photos", "send_videos", "send_video_notes"),
        *("send_voice_notes", "send_polls", "send_other_messages", "add_web_page_previews"),
        *("edit_tag", "react_to_messages"),
    )
    restricted = {
        "user": bot,
        "status": "restricted",
        "is_member": is_member,
        "until_date": 0,
        **{f"can_{flag}": False for flag in flags},
    }
    change = {
        "chat": stage.world.chats[GROUP].api(),
        "from": stage.world.users[ADMIN].api(),
        "date": stage.clock.unix(),
        "old_chat_member": {"user": bot, "status": "member"},
        "new_chat_member": restricted,
    }
    stage.world.updates.add("my_chat_member", change)
    await stage.idle()
    assert stage.bot is not None
    kept = await stage.bot.context.store.chat(GROUP)
    assert kept is not None
    assert kept.active is is_member
    # It is known already, and is not greeted when it comes back.
    back = {**change, "old_chat_member": restricted, "new_chat_member": change["old_chat_member"]}
    stage.world.updates.add("my_chat_member", back)
    await stage.idle()
    kept = await stage.bot.context.store.chat(GROUP)
    assert kept is not None
    assert kept.active
    assert len(stage.world.answers(GROUP)) == before


async def refused(stage: Stage, chat_id: int, tries: int) -> Chat:
    """The chat after so many refusals."""
    assert stage.bot is not None
    for _ in range(200):
        kept = await stage.bot.context.store.chat(chat_id)
        if kept and any(pause.tries >= tries for pause in kept.pauses.values()):
            return kept
        await asyncio.sleep(0.02)
    raise AssertionError(f"not refused {tries} times")


async def test_a_group_that_is_closed_for_the_night_gets_its_alert_in_the_morning(
    stage: Stage,
) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", GROUP)
    words = "Bad Request: not enough rights to send text messages to the chat"
    closed = Fault("error", method="sendMessage", chat_id=GROUP, code=400, description=words)
    stage.playground.faults.add(closed)
    await stage.change()
    for tries in range(1, 6):
        kept = await refused(stage, GROUP, tries)
        assert kept.active
        assert kept.subscriptions
        assert kept.pauses[None].obstacle is Obstacle.NO_RIGHT
        stage.move_clock(seconds=(kept.pauses[None].until - stage.clock.now()).total_seconds())
    stage.playground.faults.clear()
    stage.move_clock(days=2)
    assert await stage.alerts(GROUP, 1)
    await stage.settle()
    kept = await stage.bot.context.store.chat(GROUP)
    assert kept is not None
    assert not kept.pauses


async def test_an_alert_that_a_group_deletes_at_once_is_not_sent_again_and_again(
    stage: Stage,
) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", GROUP)
    words = "Internal Server Error: sent message was immediately deleted and can't be accessed"
    deleted = Fault("error", method="sendMessage", chat_id=GROUP, code=500, description=words)
    stage.playground.faults.add(deleted)
    await stage.change()
    await stage.settle()
    assert stage.bot is not None
    assert (await stage.bot.context.store.progress(1)).sent == 1
    await stage.world.say(EMMA, "/status", GROUP)
    await stage.idle()
    assert deleted.hits == 2
