from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.playground.clock import PlayClock
from bot.playground.faults import Fault, Faults, flood
from bot.playground.model import User
from bot.playground.updates import Updates
from bot.playground.world import World


@pytest.fixture
def world():
    bot = User(7, "Bot", username="play_bot", is_bot=True)
    world = World(PlayClock(datetime(2026, 7, 1, tzinfo=UTC)), bot)
    world.person(11, "Aygün", "az")
    world.person(12, "Deniz", "tr")
    return world


def kinds(world):
    return [next(key for key in update if key != "update_id") for update in world.updates.pending]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("hello", False),
        ("/status", True),
        ("/status@play_bot", True),
        ("/status@other_bot", False),
        ("what about @play_bot?", True),
        ("what about @other_bot?", False),
    ],
)
async def test_privacy_mode_in_groups(world, text, seen):
    world.group(-1001, "Group", [12])
    await world.say(12, text, -1001)
    assert bool(world.updates.pending) is seen
    world.can_read_all = True
    await world.say(12, text, -1001)
    assert world.updates.pending


async def test_replies_and_admins_see_more(world):
    world.group(-1001, "Group", [12])
    hers = await world.say(12, "hello", -1001)
    await world.say(12, "again", -1001, reply_to=hers["message_id"])
    assert kinds(world) == []
    his = world.post(world.chats[-1001], world.bot, {"text": "bot"}).message
    await world.say(12, "to you", -1001, reply_to=his["message_id"])
    assert kinds(world) == ["message"]
    world.add_bot(-1001, by=12, status="administrator")
    await world.say(12, "hello", -1001)
    assert kinds(world) == ["message", "my_chat_member", "message"]


async def test_blocking_and_coming_back(world):
    await world.say(11, "/start")
    world.block(11, True)
    world.block(11, True)
    await world.say(11, "/start")
    assert kinds(world) == ["message", "my_chat_member", "my_chat_member", "message"]
    change = world.updates.pending[1]["my_chat_member"]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == (
        "member",
        "kicked",
    )


async def test_members_come_and_go(world):
    world.updates.allow(["chat_member", "message", "my_chat_member"])
    world.group(-1001, "Group", [12], bot="administrator")
    world.set_member(-1001, 11, "member")
    world.set_admin(-1001, 11, True)
    world.set_member(-1001, 11, "left")
    assert kinds(world) == ["chat_member", "message", "chat_member", "chat_member", "message"]
    world.remove_bot(-1001, by=12)
    world.add_bot(-1001, by=12)
    assert kinds(world)[5:] == ["my_chat_member", "my_chat_member", "message"]


async def test_a_group_becomes_a_supergroup(world):
    world.group(-5, "Group", [12, 11], supergroup=False)
    new = world.migrate(-5)
    assert world.chats[-5].migrated_to == new
    assert world.chats[new].type == "supergroup"
    assert set(world.chats[new].members) == {7, 11, 12}
    assert [list(update["message"])[-1] for update in world.updates.pending] == [
        "migrate_to_chat_id",
        "migrate_from_chat_id",
    ]


async def test_odd_messages(world):
    world.group(-1001, "Forum", [12], forum=True, bot="administrator")
    world.thread(-1001, 5, "News")
    await world.say(12, "/x", -1001, thread_id=5)
    await world.say(12, "hi", -1001, anonymous=True)
    await world.send_sticker(11)
    await world.send_voice(11)
    await world.send_photo(11, "a caption")
    await world.send_document(11, "a.txt", b"x")
    await world.forward(11, "a post", "A channel")
    messages = [update["message"] for update in world.updates.pending]
    assert messages[0]["message_thread_id"] == 5
    assert messages[1]["from"]["username"] == "GroupAnonymousBot"
    assert [list(message)[-1] for message in messages[2:]] == [
        "sticker", "voice", "caption", "document", "forward_origin"
    ]  # fmt: skip
    long = await world.say(11, "x" * 10_000)
    assert len(long["text"]) == 10_000 - 2 * 4096
    mine = await world.say(11, "one")
    await world.edit(11, 11, mine["message_id"], "/two")
    assert world.updates.pending[-1]["edited_message"]["entities"][0]["type"] == "bot_command"
    for refused in (world.say(12, "x", 11), world.say(11, " "), world.say(12, "x", -1001, 9)):
        with pytest.raises(ValueError, match=r"not in chat|empty|no thread"):
            await refused


async def test_channels(world):
    world.channel(-1002, "Channel", [12], username="channel")
    assert world.find_chat("@Channel").id == -1002
    await world.publish(-1002, "news")
    assert kinds(world) == ["channel_post"]
    assert world.answers(-1002) == []


async def test_waiting_is_for_events_not_for_time(world):
    async def later():
        await asyncio.sleep(0)
        await world.say(11, "done")

    task = asyncio.create_task(later())
    assert await world.wait_for(lambda: world.messages(11))
    await task
    with pytest.raises(TimeoutError, match="not within"):
        await world.wait_for(lambda: False, timeout=0.01)


async def test_polling_confirms_by_offset(world):
    closing = asyncio.Event()
    updates = Updates()
    for number in range(5):
        updates.add("message", {"n": number})
    assert updates.add("chat_member", {}) is None
    first = await updates.poll({"limit": 2}, closing)
    assert [update["message"]["n"] for update in first] == [0, 1]
    rest = await updates.poll({"offset": first[-1]["update_id"] + 1}, closing)
    assert [update["message"]["n"] for update in rest] == [2, 3, 4]
    assert len(await updates.poll({"offset": -1}, closing)) == 1
    closing.set()
    await updates.poll({"offset": 200_000}, closing)
    assert await updates.poll({"timeout": 50}, closing) == []
    updates.allow([])
    assert "chat_member" not in updates.allowed


def test_faults_strike_where_and_as_often_as_told():
    faults = Faults()
    third = faults.add(Fault("error", method="sendMessage", every=3))
    struck = [bool(faults.striking("sendMessage", {"chat_id": 1})) for _ in range(6)]
    assert struck == [False, False, True] * 2
    assert third.hits == 2
    faults.remove(third)
    faults.add(flood(5, chat_id=9, times=1))
    assert faults.striking("sendMessage", {"chat_id": "8"}) is None
    assert faults.striking("sendMessage", {"chat_id": "9"}).parameters == {"retry_after": 5}
    assert faults.striking("sendMessage", {"chat_id": "9"}) is None
    faults.clear()
    sometimes = [Fault("error", probability=0.5, seed=4) for _ in range(2)]
    rolls = [[fault.strikes("getMe", {}) for _ in range(20)] for fault in sometimes]
    assert rolls[0] == rolls[1]
    assert {True, False} == set(rolls[0])
    assert not Fault("delay").strikes("getUpdates", {})


def test_the_clock_only_moves_forward():
    clock = PlayClock()
    before = clock.now()
    clock.advance(timedelta(days=1))
    assert clock.now() - before >= timedelta(days=1)
    with pytest.raises(ValueError, match="forward"):
        clock.advance(timedelta(seconds=-1))


def test_commands_by_scope_and_language(world):
    def set_menu(scope, language):
        menu = [{"command": "x", "description": f"{scope} {language}"}]
        world.profile.commands[scope, language] = menu

    def shown(user_id, chat_id, status="member"):
        menu = world.profile.commands_for(world.users[user_id], world.chats[chat_id], status)
        return menu[0]["description"] if menu else None

    world.group(-1001, "Group", [12, 11])
    assert shown(11, 11) is None
    set_menu("default", "")
    set_menu("default", "az")
    assert (shown(11, 11), shown(12, 12)) == ("default az", "default ")
    set_menu("all_private_chats", "")
    assert shown(11, 11) == "all_private_chats "
    set_menu("all_group_chats", "tr")
    assert (shown(12, -1001), shown(11, -1001)) == ("all_group_chats tr", "default az")
    set_menu("all_chat_administrators", "")
    assert shown(12, -1001, "creator") == "all_chat_administrators "
    set_menu("chat:-1001", "")
    set_menu("chat_administrators:-1001", "")
    assert shown(12, -1001) == "chat:-1001 "
    assert shown(12, -1001, "administrator") == "chat_administrators:-1001 "
