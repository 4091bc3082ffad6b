"""Which messages of a group are meant for the bot."""

from __future__ import annotations

import re

import telegram

from bot.views.callbacks import (
    Action,
    Follow,
    Mute,
    Show,
    ShowProvision,
    Unfollow,
    View,
    decode,
)

COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]+))?(?:\s+|$)(.*)", re.DOTALL)
"""A command's name, the bot it is addressed to or nothing, and the rest."""
WRITTEN_COMMAND = re.compile(r"/([^\W\d_]\w{1,63})(?:\s+|$)(.*)", re.DOTALL)
"""What a person means as a command though Telegram knows none with such letters: /müdafiə."""


def is_for_bot(message: telegram.Message, bot: telegram.Bot) -> bool:
    """Whether a message is a command for the bot, speaks to it, or stands in its private chat."""
    text = message.text or message.caption or ""
    command = COMMAND.match(text)
    if command is not None:
        addressee = command[2]
        return not addressee or addressee.lower() == bot.username.lower()
    return message.chat.type == telegram.Chat.PRIVATE or is_asked(message, bot)


def question_in(text: str, bot: telegram.Bot) -> str:
    """The question of a message: without its command, and without the bot's name."""
    command = COMMAND.match(text)
    text = command[3] if command else text
    return _mention(bot).sub(" ", text).strip().lstrip(",:").lstrip()


def is_asked(message: telegram.Message, bot: telegram.Bot) -> bool:
    """Whether a message mentions the bot, or replies to it."""
    answered = message.reply_to_message
    if answered is not None and answered.from_user is not None and answered.from_user.id == bot.id:
        return True
    return is_named(message, bot)


def is_named(message: telegram.Message, bot: telegram.Bot) -> bool:
    """Whether a message mentions the bot."""
    return _mention(bot).search(message.text or message.caption or "") is not None


def is_about_news(message: telegram.Message, bot: telegram.Bot) -> bool:
    """Whether a message replies to an alert or a digest and does not mention the bot.

    In a group that is mostly talk among its members.
    """
    replied = message.reply_to_message
    if replied is None or replied.reply_markup is None or is_named(message, bot):
        return False
    buttons = (button for row in replied.reply_markup.inline_keyboard for button in row)
    actions = (
        decode(button.callback_data) for button in buttons if isinstance(button.callback_data, str)
    )
    return any(map(_belongs_to_news, actions))


def _belongs_to_news(action: Action | None) -> bool:
    match action:
        case Mute():
            return True
        case Follow(back=back) | Unfollow(back=back):
            return back.view is View.ALERT
        case ShowProvision(anew=anew) | Show(anew=anew):
            return anew
        case _:
            return False


def _mention(bot: telegram.Bot) -> re.Pattern[str]:
    """The bot's name, not as a part of another name or of an address."""
    return re.compile(rf"(?<!\w)@{re.escape(bot.username)}(?!\w)", re.IGNORECASE)
