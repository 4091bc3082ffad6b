"""sendMessage, sendPhoto, sendDocument, sendMediaGroup, copying and forwarding."""

from __future__ import annotations

from bot.playground.access import reachable, reply_target, writable
from bot.playground.errors import broken, refused
from bot.playground.formatting import Formatted, caption_text, message_text
from bot.playground.model import Chat, Json, Stored, Upload
from bot.playground.rich import parse_rich
from bot.playground.state import State

_SERVICE_FIELDS = frozenset(
    {"new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id",
     "pinned_message", "forum_topic_created", "forum_topic_closed", "forum_topic_reopened"}
)  # fmt: skip
_CHAT_ACTIONS = frozenset(
    {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
     "upload_document", "choose_sticker", "find_location", "record_video_note",
     "upload_video_note"}
)  # fmt: skip


def send_message(state: State, params: Json) -> object:
    """Bot API, sendMessage."""
    text = message_text(params)
    chat = writable(state, params)
    content: Json = {"text": text.text}
    if text.entities:
        content["entities"] = text.entities
    if "link_preview_options" in params:
        content["link_preview_options"] = params["link_preview_options"]
    return _deliver(state, chat, params, content, text.html)


def send_photo(state: State, params: Json) -> object:
    """Bot API, sendPhoto: 10 MB at most, a caption of 1024 units."""
    return _media(state, params, "photo", params["photo"])


def send_document(state: State, params: Json) -> object:
    """Bot API, sendDocument."""
    return _media(state, params, "document", params["document"])


def _media(state: State, params: Json, kind: str, given: str | Upload) -> object:
    caption = caption_text(params)
    chat = writable(state, params, f"{kind}s")
    return _deliver(state, chat, params, media_content(state, kind, given, caption), caption.html)


def media_content(state: State, kind: str, given: str | Upload, caption: Formatted) -> Json:
    """The fields of a message with a picture or a document.

    Raises:
        ApiError: the file is unknown, empty or no picture.
    """
    if kind == "photo":
        content = state.files.photo(given)
    elif kind == "document":
        content = state.files.document(given)
    else:
        raise broken(f"media of type {kind} are not simulated by the playground")
    if caption.text:
        content["caption"] = caption.text
        if caption.entities:
            content["caption_entities"] = caption.entities
    return content


def send_media_group(state: State, params: Json) -> object:
    """Bot API, sendMediaGroup: pictures or documents as an album."""
    chat = writable(state, params, "media messages")
    album = state.next_query_id()
    contents = []
    for media in params["media"]:
        caption = caption_text(media)
        contents.append((media_content(state, media["type"], media["media"], caption), caption))
    return [
        _deliver(state, chat, params, {"media_group_id": album, **content}, caption.html)
        for content, caption in contents
    ]


def send_rich_message(state: State, params: Json) -> object:
    """Bot API, sendRichMessage: headings, lists, tables, details and quotes from HTML."""
    rich, source = rich_message(params)
    chat = writable(state, params)
    return _deliver(state, chat, params, {"rich_message": rich}, source)


def rich_message(params: Json) -> tuple[Json, str]:
    """The RichMessage of a call, and its source.

    Raises:
        ApiError: it cannot be read, or is written in Markdown.
    """
    source = params["rich_message"].get("html")
    if source is None:
        raise broken("the playground reads only HTML, no Markdown")
    return parse_rich(source), source


def send_chat_action(state: State, params: Json) -> object:
    """Bot API, sendChatAction: shown for five seconds or until a message arrives."""
    if params["action"] not in _CHAT_ACTIONS:
        raise broken("wrong parameter action in request")
    chat = writable(state, params)
    kind = "typing" if params["action"] == "typing" else "chat_action"
    thread_id = params.get("message_thread_id")
    state.emit(kind, chat_id=chat.id, thread_id=thread_id, action=params["action"])
    return True


def forward_message(state: State, params: Json) -> object:
    """Bot API, forwardMessage."""
    source, chat, content = _original(state, params)
    origin: Json = {"date": source.message["date"]}
    if "from" in source.message:
        origin.update(type="user", sender_user=source.message["from"])
    else:
        origin.update(
            type="channel",
            chat=source.message["chat"],
            message_id=source.message["message_id"],
        )
    return _deliver(state, chat, params, {"forward_origin": origin, **content}, source.html)


def copy_message(state: State, params: Json) -> object:
    """Bot API, copyMessage: the content without its origin, with another caption if given."""
    source, chat, content = _original(state, params)
    html = source.html
    if "caption" in params and ("photo" in content or "document" in content):
        caption = caption_text(params)
        content = {**content, "caption": caption.text, "caption_entities": caption.entities}
        html = caption.html
    sent = _deliver(state, chat, params, content, html)
    return {"message_id": sent["message_id"]}


def _original(state: State, params: Json) -> tuple[Stored, Chat, Json]:
    origin = reachable(state, params["from_chat_id"])
    source = origin.messages.get(params["message_id"])
    if source is None:
        raise refused("message to forward not found")
    if _SERVICE_FIELDS & source.message.keys():
        raise refused("message can't be forwarded")
    fields = ("text", "entities", "photo", "document", "caption", "caption_entities", "sticker")
    content = {name: source.message[name] for name in fields if name in source.message}
    return source, writable(state, params), content


def _deliver(state: State, chat: Chat, params: Json, content: Json, html: str) -> Json:
    """Post a message of the bot with what the calls have in common."""
    target = reply_target(chat, params)
    markup = params.get("reply_markup")
    thread_id = params.get("message_thread_id")
    if thread_id is not None:
        content["message_thread_id"] = thread_id
        content["is_topic_message"] = True
    if target is not None:
        content["reply_to_message"] = without_reply(target.message)
    if markup and markup.get("inline_keyboard"):
        content["reply_markup"] = markup
    silent = bool(params.get("disable_notification"))
    return state.post(chat, state.bot, content, html, silent=silent).message


def without_reply(message: Json) -> Json:
    """A message as another one's `reply_to_message`, which carries no further reply."""
    return {name: value for name, value in message.items() if name != "reply_to_message"}
