from __future__ import annotations

from datetime import UTC, datetime

import pytest
from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberLeft,
    ChatMemberMember,
    ChatMemberUpdated,
    InlineQuery,
    Message,
    Update,
    User,
)

from bot.telegram.redaction import without_words

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
EMMA = User(7, "Emma", is_bot=False, last_name="Stone", username="emma", language_code="en")
BOT = User(8, "Bot", is_bot=True, username="a_bot")
PRIVATE = Chat(7, "private", first_name="Emma", last_name="Stone", username="emma")
GROUP = Chat(-1, "supergroup", title="Newsroom", is_forum=True)


def said(text: str | None, chat: Chat = PRIVATE, **more) -> Update:
    return Update(1, message=Message(2, NOW, chat, from_user=EMMA, text=text, **more))


def again(update: Update) -> Update:
    form = without_words(update)
    assert form is not None
    assert not any(word in str(form) for word in ("Emma", "emma", "Stone"))
    return Update.de_json(form, None)


def test_a_command_stays_what_it_was():
    update = again(said("/subscribe all", GROUP, message_thread_id=7, is_topic_message=True))
    message = update.message
    assert message is not None
    assert message.from_user is not None
    assert (message.text, message.chat.id, message.chat.is_forum) == ("/subscribe all", -1, True)
    assert (message.message_thread_id, message.is_topic_message) == (7, True)
    assert (message.from_user.id, message.from_user.language_code) == (7, "en")


def test_a_press_stays_what_it_was_without_the_message_s_text():
    place = Message(2, NOW, PRIVATE, from_user=BOT, text="words of the page")
    query = CallbackQuery("55", EMMA, "c", data="f:a:t:energy", message=place)
    update = again(Update(1, callback_query=query))
    assert "words of the page" not in str(update)
    assert update.callback_query is not None
    assert update.callback_query.id == "55"
    assert update.callback_query.data == "f:a:t:energy"
    assert isinstance(update.callback_query.message, Message)
    assert update.callback_query.message.message_id == 2


def changed_to(member: ChatMember) -> ChatMemberUpdated:
    return ChatMemberUpdated(GROUP, EMMA, NOW, ChatMemberLeft(BOT), member)


def test_memberships_and_moves_stay():
    update = again(Update(1, my_chat_member=changed_to(ChatMemberMember(BOT))))
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "member"
    permissions = dict.fromkeys(
        (
            *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages"),
            *("can_manage_video_chats", "can_restrict_members", "can_promote_members"),
            *("can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
            "can_delete_stories",
        ),
        True,
    )
    admin = ChatMemberAdministrator(BOT, **permissions)
    update = again(Update(1, my_chat_member=changed_to(admin)))
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member == admin
    moved = again(said(None, GROUP, migrate_to_chat_id=-100))
    assert moved.message is not None
    assert moved.message.migrate_to_chat_id == -100


@pytest.mark.parametrize(
    "update",
    [
        said("What about the railway?"),
        said("/ask what about the railway"),
        said("/Feedback I think so"),
        said(None, caption="/subscribe in a caption"),
        Update(1, inline_query=InlineQuery("1", EMMA, "railway", "")),
    ],
)
def test_nothing_is_left_of_words(update: Update):
    assert without_words(update) is None
