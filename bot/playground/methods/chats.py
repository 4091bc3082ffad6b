"""Chats and their members, pins, reactions, forum topics."""

from __future__ import annotations

from bot.playground.access import reachable, writable
from bot.playground.errors import refused
from bot.playground.model import ADMINISTRATOR, ADMINS, CREATOR, LEFT, Chat, Json, Thread
from bot.playground.state import State

_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
    "can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info",
    "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip
_CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages", "can_manage_direct_messages")
_GROUP_RIGHTS = ("can_pin_messages", "can_manage_topics", "can_manage_tags")


def get_me(state: State, _params: Json) -> object:
    """Bot API, getMe."""
    return {
        **state.bot.api(),
        "can_join_groups": True,
        "can_read_all_group_messages": state.can_read_all,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(state: State, params: Json) -> object:
    """Bot API, getChat."""
    chat = _known(state, params)
    return {
        **chat.api(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": True,
            "limited_gifts": True,
            "unique_gifts": True,
            "premium_subscription": True,
            "gifts_from_channels": True,
        },
    }


def get_chat_member(state: State, params: Json) -> object:
    """Bot API, getChatMember."""
    chat = _known(state, params)
    if params["user_id"] not in state.users and params["user_id"] != state.bot.id:
        raise refused("PARTICIPANT_ID_INVALID")
    return member(state, chat, params["user_id"])


def get_chat_administrators(state: State, params: Json) -> object:
    """Bot API, getChatAdministrators: without other bots."""
    chat = _group(state, params)
    return [
        member(state, chat, user_id) for user_id, status in chat.members.items() if status in ADMINS
    ]


def get_chat_member_count(state: State, params: Json) -> object:
    """Bot API, getChatMemberCount."""
    chat = _known(state, params)
    if chat.type == "private":
        return 2
    return sum(1 for user_id in chat.members if state.present(chat, user_id))


def leave_chat(state: State, params: Json) -> object:
    """Bot API, leaveChat."""
    chat = _group(state, params)
    chat.members[state.bot.id] = LEFT
    state.emit("member", chat_id=chat.id, user_id=state.bot.id, status=LEFT)
    return True


def pin_chat_message(state: State, params: Json) -> object:
    """Bot API, pinChatMessage."""
    chat = reachable(state, params["chat_id"])
    stored = chat.messages.get(params["message_id"])
    if stored is None:
        raise refused("message to pin not found")
    if chat.type != "private" and not state.is_admin(chat, state.bot.id):
        raise refused("not enough rights to manage pinned messages in the chat")
    stored.pinned = True
    state.changed()
    return True


def unpin_chat_message(state: State, params: Json) -> object:
    """Bot API, unpinChatMessage: the given one or the last pinned."""
    chat = reachable(state, params["chat_id"])
    pinned = [stored for stored in chat.messages.values() if stored.pinned]
    if "message_id" in params:
        wanted = params["message_id"]
        pinned = [stored for stored in pinned if stored.message["message_id"] == wanted]
    if not pinned:
        raise refused("message to unpin not found")
    pinned[-1].pinned = False
    return True


def set_message_reaction(state: State, params: Json) -> object:
    """Bot API, setMessageReaction: accepted, not shown."""
    chat = reachable(state, params["chat_id"])
    if params["message_id"] not in chat.messages:
        raise refused("message to react not found")
    return True


def create_forum_topic(state: State, params: Json) -> object:
    """Bot API, createForumTopic."""
    chat = writable(state, params)
    if not chat.forum:
        raise refused("the chat is not a forum")
    if not state.is_admin(chat, state.bot.id):
        raise refused("not enough rights to create a topic")
    created = state.post(
        chat, state.bot, {"forum_topic_created": {"name": params["name"], "icon_color": 7322096}}
    )
    thread = Thread(created.message["message_id"], params["name"])
    chat.threads[thread.id] = thread
    return {"message_thread_id": thread.id, "name": thread.name, "icon_color": 7322096}


def member(state: State, chat: Chat, user_id: int, status: str | None = None) -> Json:
    """A ChatMember of the Bot API, with the present status if none is given."""
    user = state.bot if user_id == state.bot.id else state.users[user_id]
    status = status or state.status(chat, user_id)
    result: Json = {"status": status, "user": user.api()}
    if status == CREATOR:
        result["is_anonymous"] = False
    elif status == ADMINISTRATOR:
        result.update(dict.fromkeys(_RIGHTS, True), is_anonymous=False, can_be_edited=False)
        extra = _CHANNEL_RIGHTS if chat.type == "channel" else _GROUP_RIGHTS
        result.update(dict.fromkeys(extra, True))
    elif status == "kicked":
        result["until_date"] = 0
    elif status == "restricted":
        result.update(is_member=True, until_date=0, can_send_messages=False)
    return result


def _known(state: State, params: Json) -> Chat:
    chat = state.find_chat(params["chat_id"])
    if chat.person is not None:
        if not chat.person.started:
            raise refused("chat not found")
        return chat
    return reachable(state, params["chat_id"])


def _group(state: State, params: Json) -> Chat:
    chat = _known(state, params)
    if chat.type == "private":
        raise refused("there are no administrators in the private chat")
    return chat
