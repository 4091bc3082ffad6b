"""An update without people's words and names, as far as it can be handled without them.

Questions and names are never written to disk. What is kept for a moment, where an update takes
long (see `bot.telegram.polling`), is what the bot would keep of it anyhow: who wants what.
"""

from __future__ import annotations

from typing import Any

from telegram import Update

_WITH_WORDS = ("/ask", "/feedback")
"""Commands whose text is somebody's own words."""

_FIELDS = frozenset(
    (
        *("update_id", "message", "channel_post", "callback_query", "my_chat_member"),
        *("message_id", "message_thread_id", "date", "chat", "from", "text"),
        *("sender_chat", "migrate_to_chat_id", "migrate_from_chat_id"),
        *("id", "type", "title", "language_code"),
        *("data", "chat_instance"),
        *("old_chat_member", "new_chat_member", "status", "user", "until_date"),
    )
)


def without_words(update: Update) -> dict[str, Any] | None:
    """The update as the Bot API would put it, less words and names; None if nothing is left.

    A question, a message to the admins and an inline query are nothing without their words.
    """
    message = update.effective_message
    if update.callback_query is None and message is not None and message.text is not None:
        if not message.text.startswith("/") or message.text.lower().startswith(_WITH_WORDS):
            return None
    elif update.inline_query is not None or _holds_only_words(update):
        return None
    document = update.to_dict()
    if update.callback_query is not None:
        document["callback_query"].get("message", {}).pop("text", None)
    kept: dict[str, Any] = _stripped(document)
    return kept


def _holds_only_words(update: Update) -> bool:
    """A caption, a sticker, a voice message: what does not end in a command."""
    message = update.effective_message
    if update.callback_query is not None or update.my_chat_member is not None or message is None:
        return False
    return message.migrate_to_chat_id is None and message.migrate_from_chat_id is None


def _stripped(value: Any) -> Any:  # noqa: ANN401 - any part of a JSON document
    if isinstance(value, dict):
        kept = {
            name: _stripped(item)
            for name, item in value.items()
            if name in _FIELDS or isinstance(item, bool)  # the rights of a member are many
        }
        if "is_bot" in kept:
            kept["first_name"] = ""  # the Bot API requires one of each person
        return kept
    return [_stripped(item) for item in value] if isinstance(value, list) else value
