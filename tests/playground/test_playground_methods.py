"""The methods that a briefing bot calls, through python-telegram-bot."""

from __future__ import annotations

from datetime import timedelta

import pytest
import pytest_asyncio
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    MenuButtonCommands,
    MessageEntity,
)
from telegram.error import BadRequest, Forbidden
from telegram.request import HTTPXRequest

from bot.playground.files import picture_size

TOKEN = "700:play-token"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0"
    "000003010100c9fe92ef0000000049454e44ae426082"
)
JPEG = bytes.fromhex("ffd8ffe000040000ffc0001108003200640301220002110103110100")


@pytest_asyncio.fixture
async def bot(playground):
    request = HTTPXRequest(read_timeout=2)
    async with Bot(TOKEN, base_url=f"{playground.url}/bot", request=request,
                   base_file_url=f"{playground.url}/file/bot") as bot:  # fmt: skip
        yield bot


@pytest.fixture
def people(world):
    world.person(11, "Aygün", "az", started=True)
    world.person(12, "Deniz", "tr", started=True)
    world.group(-1001, "Group", [12, 11], forum=True)
    world.channel(-1002, "Channel", [12], username="channel")


async def test_members(bot, world, people):
    owner = await bot.get_chat_member(-1001, 12)
    assert owner.status == "creator"
    assert (await bot.get_chat_member(-1001, 11)).status == "member"
    assert (await bot.get_chat_member(-1002, bot.id)).can_post_messages
    assert (await bot.get_chat_member(-1002, 11)).status == "left"
    world.set_admin(-1001, 11, True)
    admins = await bot.get_chat_administrators(-1001)
    assert {member.user.id for member in admins} == {11, 12}
    assert await bot.get_chat_member_count(-1001) == 3
    assert await bot.get_chat_member_count(11) == 2
    assert (await bot.get_chat("@channel")).id == -1002
    assert (await bot.get_chat(11)).first_name == "Aygün"
    for call in (
        bot.get_chat_member(-1001, 99),
        bot.get_chat_administrators(11),
        bot.get_chat(99),
    ):
        with pytest.raises(BadRequest):
            await call
    world.set_member(-1001, 11, "kicked")
    assert (await bot.get_chat_member(-1001, 11)).status == "kicked"
    await bot.leave_chat(-1001)
    with pytest.raises(Forbidden, match="not a member"):
        await bot.get_chat(-1001)


async def test_the_profile_by_language(bot, world, people):
    await bot.set_my_name("Briefing")
    await bot.set_my_name("Брифинг", language_code="ru")
    assert (await bot.get_my_name("ru")).name == "Брифинг"
    assert (await bot.get_my_name("tr")).name == "Briefing"
    await bot.set_my_name("", language_code="ru")
    assert (await bot.get_my_name("ru")).name == "Briefing"
    await bot.set_my_description("long")
    await bot.set_my_short_description("short")
    assert (await bot.get_my_description()).description == "long"
    assert (await bot.get_my_short_description("az")).short_description == "short"
    commands = [BotCommand("start", "Begin")]
    scope = BotCommandScopeChat(11)
    await bot.set_my_commands(commands, scope, "az")
    assert list(await bot.get_my_commands(scope, "az")) == commands
    assert list(await bot.get_my_commands(scope)) == []
    await bot.delete_my_commands(scope, "az")
    assert list(await bot.get_my_commands(scope, "az")) == []
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.set_my_commands(commands, BotCommandScopeChat(99))
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert (await bot.get_chat_menu_button(11)).type == "commands"


async def test_media_and_albums(bot, world, people, playground):
    photo, document = InputMediaPhoto(PNG, "<b>one</b>", "HTML"), InputMediaPhoto(JPEG)
    album = await bot.send_media_group(11, [photo, document])
    assert len({message.media_group_id for message in album}) == 1
    assert [message.photo[0].width for message in album] == [1, 100]
    await bot.edit_message_media(InputMediaDocument(b"data", filename="a.csv"), 11,
                                 album[0].message_id)  # fmt: skip
    assert world.messages(11)[0]["document"]["file_name"] == "a.csv"
    text = await bot.send_message(11, "text")
    await bot.edit_message_media(InputMediaPhoto(PNG), 11, text.message_id)
    assert "text" not in world.messages(11)[-1]
    for call, problem in (
        (bot.edit_message_text("x", 11, text.message_id), "no text in the message"),
        (bot.send_photo(11, "unknown"), "Wrong file identifier"),
        (bot.send_document(11, InputFile(b"", "a.txt")), "non-empty"),
        (bot.get_file("unknown"), "Wrong file_id"),
        (bot.send_photo(11, PNG, caption="x" * 1025), "caption is too long"),
    ):
        with pytest.raises(BadRequest, match=problem):
            await call
    with pytest.raises(BadRequest, match="no caption in the message"):
        await bot.edit_message_caption(-1002, (await bot.send_message(-1002, "x")).message_id,
                                       caption="x")  # fmt: skip


async def test_copies_forwards_and_replies(bot, world, people):
    said = await world.say(11, "hello")
    forwarded = await bot.forward_message(12, 11, said["message_id"])
    assert forwarded.forward_origin.sender_user.id == 11
    post = await bot.send_message(-1002, "post")
    assert (await bot.forward_message(12, -1002, post.message_id)).forward_origin.chat.id == -1002
    copied = await bot.copy_message(12, -1002, post.message_id)
    assert world.chats[12].messages[copied.message_id].message["text"] == "post"
    photo = await bot.send_photo(11, PNG, caption="a")
    copied = await bot.copy_message(12, 11, photo.message_id, caption="b")
    assert world.chats[12].messages[copied.message_id].message["caption"] == "b"
    answer = await bot.send_message(
        11, "re", reply_to_message_id=said["message_id"],
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )  # fmt: skip
    assert answer.reply_to_message.text == "hello"
    lenient = await bot.send_message(
        11, "re", reply_to_message_id=999, allow_sending_without_reply=True
    )
    assert lenient.reply_to_message is None
    with pytest.raises(BadRequest, match="Message to forward not found"):
        await bot.forward_message(12, 11, 999)
    entity = MessageEntity("bold", 0, 1)
    assert (await bot.send_message(11, "ab", entities=[entity])).entities[0].type == "bold"
    with pytest.raises(BadRequest, match="reads only html"):
        await bot.send_message(11, "*a*", parse_mode="MarkdownV2")


async def test_who_may_delete_and_edit(bot, world, people, playground):
    sent = await bot.send_message(-1001, "x")
    said = await world.say(12, "hello", -1001)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(-1001, said["message_id"])
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", -1001, said["message_id"])
    world.add_bot(-1001, by=12, status="administrator")
    await bot.delete_messages(-1001, [said["message_id"], sent.message_id, 999])
    old = await bot.send_message(11, "x")
    playground.clock.advance(timedelta(hours=49))
    with pytest.raises(BadRequest, match="can't be deleted for everyone"):
        await bot.delete_message(11, old.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(11, 999)
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="a")]])
    edited = await bot.edit_message_reply_markup(11, old.message_id, reply_markup=keyboard)
    assert edited.reply_markup == keyboard
    with pytest.raises(BadRequest, match="Message_id_invalid"):
        await bot.edit_message_text("x", inline_message_id="none")


async def test_pins_topics_reactions_and_muted_groups(bot, world, people):
    sent = await bot.send_message(-1001, "x")
    with pytest.raises(BadRequest, match="Not enough rights to manage pinned"):
        await bot.pin_chat_message(-1001, sent.message_id)
    await bot.set_message_reaction(-1001, sent.message_id, "👍")
    with pytest.raises(BadRequest, match="Not enough rights to create a topic"):
        await bot.create_forum_topic(-1001, "News")
    world.chats[-1001].muted = True
    with pytest.raises(BadRequest, match="Not enough rights to send text messages"):
        await bot.send_message(-1001, "x")
    world.add_bot(-1001, by=12, status="administrator")
    await bot.pin_chat_message(-1001, sent.message_id)
    await bot.unpin_chat_message(-1001)
    with pytest.raises(BadRequest, match="Message to unpin not found"):
        await bot.unpin_chat_message(-1001, sent.message_id)
    topic = await bot.create_forum_topic(-1001, "News")
    await bot.send_chat_action(-1001, "upload_photo", message_thread_id=topic.message_thread_id)
    world.chats[-1002].members[bot.id] = "member"
    with pytest.raises(BadRequest, match="Need administrator rights"):
        await bot.send_message(-1002, "x")
    world.delete_chat(-1001)
    with pytest.raises(Forbidden, match="chat was deleted"):
        await bot.send_message(-1001, "x")


async def test_rich_messages_are_accepted(playground, world, people):
    sent = playground.perform(
        "sendRichMessage", {"chat_id": 11, "rich_message": {"html": "<h1>Board</h1>"}}, {}
    )
    assert sent["rich_message"]["blocks"] == [{"type": "heading", "text": "Board", "size": 1}]


def test_picture_sizes():
    assert picture_size(PNG) == (1, 1)
    assert picture_size(JPEG) == (100, 50)
    assert picture_size(b"GIF89a") is None
    assert picture_size(b"\xff\xd8\xff\xe0") is None
