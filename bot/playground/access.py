"""May the bot do this here? Telegram's refusals, in Telegram's order."""

from __future__ import annotations

from bot.playground.errors import ApiError, forbidden, refused
from bot.playground.model import ADMINISTRATOR, KICKED, PRESENT, Chat, Json, Stored
from bot.playground.state import State

_PLACES = {"group": "group chat", "supergroup": "supergroup chat", "channel": "channel chat"}


def reachable(state: State, given: int | str) -> Chat:
    """The chat of a call, if the bot can reach it.

    Raises:
        ApiError: no such chat, blocked, never started, kicked, deleted or migrated.
    """
    chat = state.find_chat(given)
    if chat.person is not None:
        if chat.person.deactivated:
            raise forbidden("user is deactivated")
        if chat.person.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.person.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat
    place = _PLACES[chat.type]
    if chat.migrated_to is not None:
        raise ApiError(
            "Bad Request: group chat was upgraded to a supergroup chat",
            parameters={"migrate_to_chat_id": chat.migrated_to},
        )
    if chat.deleted:
        raise forbidden(f"the {place.removesuffix(' chat')} chat was deleted")
    status = state.status(chat, state.bot.id)
    if status == KICKED:
        raise forbidden(f"bot was kicked from the {place}")
    if status not in PRESENT:
        raise forbidden(f"bot is not a member of the {place}")
    return chat


def writable(state: State, params: Json, what: str = "text messages") -> Chat:
    """The chat of a sending call, if the bot may write there, in that thread.

    Raises:
        ApiError: as `reachable`; muted, no rights in the channel, thread gone or closed.
    """
    chat = reachable(state, params["chat_id"])
    administers = state.status(chat, state.bot.id) == ADMINISTRATOR
    if chat.type == "channel" and not administers:
        raise refused("need administrator rights in the channel chat")
    if chat.muted and not administers:
        raise refused(f"not enough rights to send {what} to the chat")
    thread_id = params.get("message_thread_id")
    if thread_id is not None:
        thread = chat.threads.get(thread_id)
        if thread is None or not chat.forum:
            raise refused("message thread not found")
        if thread.closed and not administers:
            raise refused("TOPIC_CLOSED")
    return chat


def reply_target(chat: Chat, params: Json) -> Stored | None:
    """The message that a call replies to.

    Raises:
        ApiError: it does not exist and the call insists.
    """
    reply = params.get("reply_parameters")
    if reply is None:
        return None
    target = chat.messages.get(reply["message_id"])
    if target is None and not reply.get("allow_sending_without_reply"):
        raise refused("message to be replied not found")
    return target
