"""Editing and deleting messages."""

from __future__ import annotations

from bot.playground.access import reachable
from bot.playground.errors import broken, refused
from bot.playground.formatting import Formatted, caption_text, message_text
from bot.playground.methods.sending import media_content, rich_message
from bot.playground.model import Chat, Json, Stored
from bot.playground.state import State

_DELETABLE_SECONDS = 48 * 3600
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


def edit_message_text(state: State, params: Json) -> object:
    """Bot API, editMessageText."""
    text = None if "rich_message" in params else message_text(params)
    chat, stored = _target(state, params)
    if text is None:
        rich, source = rich_message(params)
        if "text" not in stored.message and "rich_message" not in stored.message:
            raise refused("there is no text in the message to edit")
        changes: Json = {"rich_message": rich, "text": None, "entities": None}
        return _apply(state, chat, stored, params, changes, source)
    if "text" not in stored.message and "rich_message" not in stored.message:
        raise refused("there is no text in the message to edit")
    changes = {"text": text.text, "entities": text.entities or None, "rich_message": None}
    if "link_preview_options" in params:
        changes["link_preview_options"] = params["link_preview_options"]
    return _apply(state, chat, stored, params, changes, text.html)


def edit_message_caption(state: State, params: Json) -> object:
    """Bot API, editMessageCaption."""
    caption = caption_text(params)
    chat, stored = _target(state, params)
    if "photo" not in stored.message and "document" not in stored.message:
        raise refused("there is no caption in the message to edit")
    return _apply(state, chat, stored, params, _caption(caption), caption.html)


def edit_message_media(state: State, params: Json) -> object:
    """Bot API, editMessageMedia: also a text message becomes a picture."""
    media = params["media"]
    caption = caption_text(media)
    chat, stored = _target(state, params)
    changes: Json = {"photo": None, "document": None, "text": None, "entities": None}
    changes |= _caption(caption)
    changes |= media_content(state, media["type"], media["media"], caption)
    return _apply(state, chat, stored, params, changes, caption.html)


def edit_message_reply_markup(state: State, params: Json) -> object:
    """Bot API, editMessageReplyMarkup."""
    chat, stored = _target(state, params)
    return _apply(state, chat, stored, params, {}, stored.html)


def delete_message(state: State, params: Json) -> object:
    """Bot API, deleteMessage: 48 hours; others' messages only with rights or in private chats."""
    chat = reachable(state, params["chat_id"])
    stored = chat.messages.get(params["message_id"])
    if stored is None:
        raise refused("message to delete not found")
    _delete(state, chat, stored)
    return True


def delete_messages(state: State, params: Json) -> object:
    """Bot API, deleteMessages: those that cannot be found are skipped."""
    chat = reachable(state, params["chat_id"])
    for message_id in params["message_ids"]:
        if (stored := chat.messages.get(message_id)) is not None:
            _delete(state, chat, stored)
    return True


def _delete(state: State, chat: Chat, stored: Stored) -> None:
    message = stored.message
    own = stored.sender_id == state.bot.id
    allowed = own or chat.type == "private" or state.is_admin(chat, state.bot.id)
    too_old = state.clock.unix() - message["date"] > _DELETABLE_SECONDS
    if not allowed or (
        too_old and not (chat.type != "private" and state.is_admin(chat, state.bot.id))
    ):
        raise refused(
            "message can't be deleted for everyone" if too_old else "message can't be deleted"
        )
    del chat.messages[message["message_id"]]
    state.emit("delete", chat_id=chat.id, message_id=message["message_id"])


def _target(state: State, params: Json) -> tuple[Chat, Stored]:
    inline_id = params.get("inline_message_id")
    if inline_id is not None:
        place = state.inline_messages.get(inline_id)
        if place is None:
            raise refused("MESSAGE_ID_INVALID")
        chat = state.chats[place[0]]
        return chat, chat.messages[place[1]]
    chat = reachable(state, params["chat_id"])
    stored = chat.messages.get(params["message_id"])
    if stored is None:
        raise refused("message to edit not found")
    own = stored.sender_id == state.bot.id
    if not own and not (chat.type == "channel" and state.is_admin(chat, state.bot.id)):
        raise refused("message can't be edited")
    return chat, stored


def _caption(caption: Formatted) -> Json:
    return {"caption": caption.text or None, "caption_entities": caption.entities or None}


def _apply(
    state: State, chat: Chat, stored: Stored, params: Json, changes: Json, html: str
) -> object:
    """Change a message; `None` removes a field. An edit without a keyboard removes the keyboard."""
    markup = params.get("reply_markup")
    if markup is not None and "inline_keyboard" not in markup:
        raise broken("an edited message can only have an inline keyboard")
    changes["reply_markup"] = markup if markup and markup["inline_keyboard"] else None
    message = stored.message
    if all(message.get(name) == value for name, value in changes.items()):
        raise refused(_NOT_MODIFIED)
    edited = {**message, **changes, "edit_date": state.clock.unix()}
    stored.message = {name: value for name, value in edited.items() if value is not None}
    stored.html = html
    state.emit("edit", chat_id=chat.id, message=stored)
    return True if "inline_message_id" in params else stored.message
