"""The world as the chat page sees it: plain JSON, HTML only where it is safe to insert."""

from __future__ import annotations

from bot.playground.formatting import formatted
from bot.playground.model import Chat, Json, Stored
from bot.playground.page_html import render, render_blocks
from bot.playground.rich import plain
from bot.playground.state import State

_SERVICES = (
    "new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id",
    "forum_topic_created", "forum_topic_closed", "forum_topic_reopened", "pinned_message",
)  # fmt: skip
_ODD = ("sticker", "voice")


def state_view(state: State) -> Json:
    """Everything that the page needs to begin."""
    return {
        "bot": bot_view(state),
        **clock_view(state),
        "users": [
            {
                "id": user.id,
                "name": user.name,
                "language_code": user.language_code,
                "blocked": user.blocked,
                "admin": user.admin,
                "started": user.started,
            }
            for user in state.users.values()
        ],
        "chats": [chat_view(state, chat) for chat in state.chats.values()],
    }


def bot_view(state: State) -> Json:
    """The bot: name and descriptions by language; "" is for every other language."""
    return {
        "id": state.bot.id,
        "username": state.bot.username,
        "name": {"": state.bot.name, **state.profile.names},
        "description": state.profile.descriptions,
        "short_description": state.profile.short_descriptions,
    }


def clock_view(state: State) -> Json:
    """`now` and by how many seconds it was moved forward."""
    return {
        "now": state.clock.now().isoformat(),
        "clock_offset": state.clock.offset.total_seconds(),
    }


def chat_view(state: State, chat: Chat) -> Json:
    """A chat with its messages."""
    people = [chat.id] if chat.type == "private" else list(chat.members)
    return {
        "id": chat.id,
        "type": chat.type,
        "title": chat.title,
        "forum": chat.forum,
        "threads": [
            {"id": thread.id, "name": thread.name, "closed": thread.closed}
            for thread in chat.threads.values()
        ],
        "members": [user_id for user_id in people if state.present(chat, user_id)],
        "admins": [user_id for user_id in people if state.is_admin(chat, user_id)],
        "bot_status": state.status(chat, state.bot.id),
        "migrated_to": chat.migrated_to,
        "messages": [message_view(stored) for stored in chat.messages.values()],
    }


def message_view(stored: Stored) -> Json:
    """A message. `date` and `edited` are Unix times; `kind` says what it is."""
    message = stored.message
    sender = message.get("from")
    author = sender or message.get("sender_chat", {})
    name = author.get("first_name") or author.get("title", "")
    view: Json = {
        "message_id": message["message_id"],
        "chat_id": message["chat"]["id"],
        "thread_id": message.get("message_thread_id"),
        "from": {"id": author.get("id"), "name": name, "is_bot": author.get("is_bot", False)},
        "via_bot": "via_bot" in message,
        "date": message["date"],
        "edited": message.get("edit_date"),
        "kind": "text",
        "text": message.get("text", ""),
        "html": render(message.get("text", ""), message.get("entities", [])),
        "keyboard": _keyboard(message),
        "reply_to": message.get("reply_to_message", {}).get("message_id"),
        "silent": stored.silent,
        "pinned": stored.pinned,
        "forwarded": message.get("forward_origin", {}).get("chat", {}).get("title"),
    }
    _add_content(view, message)
    return view


def _add_content(view: Json, message: Json) -> None:
    caption = render(message.get("caption", ""), message.get("caption_entities", []))
    if "rich_message" in message:
        blocks = message["rich_message"]["blocks"]
        view.update(text=plain(blocks), html=render_blocks(blocks), rich=True)
    if "photo" in message:
        url = f"/play/file/{message['photo'][-1]['file_id']}"
        view.update(kind="photo", photo={"url": url, "caption_html": caption})
    elif "document" in message:
        document = message["document"]
        url = f"/play/file/{document['file_id']}"
        name = document["file_name"]
        view.update(kind="document", document={"url": url, "name": name, "caption_html": caption})
    for kind in _ODD:
        if kind in message:
            view.update(kind=kind, text=message[kind].get("emoji", ""))
    for service in _SERVICES:
        if service in message:
            view.update(kind="service", service={"name": service, "value": message[service]})


def _keyboard(message: Json) -> list[list[Json]]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [[_button(button) for button in row] for row in rows]


def _button(button: Json) -> Json:
    view: Json = {"text": button["text"]}
    if "callback_data" in button:
        view["data"] = button["callback_data"]
    elif "copy_text" in button:
        view["copy"] = button["copy_text"]["text"]
    elif "url" in button:
        view["url"] = button["url"]
    else:
        for name in ("switch_inline_query", "switch_inline_query_current_chat"):
            if name in button:
                view["switch_inline"] = button[name]
                view["current_chat"] = name.endswith("current_chat")
        if "switch_inline_query_chosen_chat" in button:
            view["switch_inline"] = button["switch_inline_query_chosen_chat"].get("query", "")
    if "style" in button:
        view["style"] = button["style"]
    return view


def result_view(result: Json) -> Json:
    """An inline result."""
    content = result.get("input_message_content", {})
    source = content.get("message_text", "")
    text = formatted(source, content.get("parse_mode"), content.get("entities"))
    return {
        "id": result["id"],
        "title": result.get("title", ""),
        "description": result.get("description", ""),
        "message_html": render(text.text, text.entities),
    }


def event_view(state: State, event: Json) -> Json:
    """An event of the world for the page."""
    kind = event["type"]
    if kind in {"message", "edit"}:
        return {**event, "message": message_view(event["message"])}
    if kind == "menu":
        return {**event, "bot": bot_view(state)}
    return event
