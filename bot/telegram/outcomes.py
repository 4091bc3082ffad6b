"""What an error of the Bot API means for the chat and for the message.

The Bot API tells its errors apart by a description in words and little else, so the words that
decide are listed here, once. They are those of the Bot API server and of the errors that it
passes on from Telegram in capitals.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.alerts.model import Outcome, Result
from bot.telegram.requests import AnswerLost, NeverSent

_THREAD_GONE = (
    "message thread not found",
    "topic_closed",
    "topic_deleted",
    "topic_id_invalid",
    "topic closed",
    "topic deleted",
)
_CHAT_GONE = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "group chat was deactivated",
    "peer_id_invalid",
    "user_is_blocked",
    "input_user_deactivated",
    "channel_private",
    "bot was kicked",
    "bot was blocked",
    "bot is not a member",
    "need administrator rights",
    "not enough rights",
    "have no rights",
    "no write access",
    "chat_write_forbidden",
    "chat_admin_required",
    "chat_restricted",
    "chat_send_plain_forbidden",
    "user_banned_in_channel",
)
_MAY_NOT_WRITE = (
    "need administrator rights",
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "chat_send_plain_forbidden",
)
_LOGGED_OUT = "logged out"
"""What a server tells a bot that has moved to another one (Bot API, logOut), with a status 400."""
_MESSAGE_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
    "there is no text in the message to edit",
)
_TAKEN_AWAY = ("sent message was immediately deleted",)
"""A status of 500 for a message that arrived, and that another bot of the group has deleted."""
_UNCHANGED = ("message is not modified", "message_not_modified")
_QUERY_OLD = ("query is too old", "query id is invalid", "query_id_invalid")

_FLOOD = re.compile(r"too many requests.*?retry after (\d+)", re.IGNORECASE | re.DOTALL)


def outcome_of(error: Exception, now: datetime) -> Outcome:
    """What became of an attempt to send that ended in `error`.

    Only a flood wait comes with its time (`Outcome.retry_at`): how long to wait after other
    failures depends on how many there were, which the delivery knows.
    """
    detail = _detail(error)
    wait = flood_wait(error)
    if wait is not None:
        return Outcome(Result.RETRY, retry_at=now + wait, detail=detail)
    if isinstance(error, ChatMigrated):
        return Outcome(Result.MIGRATED, migrated_to=error.new_chat_id, detail=detail)
    if isinstance(error, NetworkError) and _says(error, _TAKEN_AWAY):
        return Outcome(Result.SENT, detail=detail)
    return Outcome(_result(error), detail=detail)


def flood_wait(error: Exception) -> timedelta | None:
    """How long Telegram asks to wait, or None where it does not.

    It is asked for in `ResponseParameters.retry_after`; some servers say it only in words.
    """
    if isinstance(error, RetryAfter):
        asked = error.retry_after
        return asked if isinstance(asked, timedelta) else timedelta(seconds=asked)
    if isinstance(error, TelegramError) and (match := _FLOOD.search(error.message)):
        return timedelta(seconds=int(match[1]))
    return None


def is_chat_gone(error: Exception) -> bool:
    """Whether a chat cannot be written to: the bot was blocked or removed, or lacks the right."""
    return _result(error) is Result.GONE


def may_not_write(error: TelegramError) -> bool:
    """Whether the bot is in a chat and may not write there, as in a group closed for the night."""
    return _says(error, _MAY_NOT_WRITE)


def is_unchanged(error: Exception) -> bool:
    """Whether an edit was refused because the message already reads so."""
    return isinstance(error, BadRequest) and _says(error, _UNCHANGED)


def is_message_gone(error: Exception) -> bool:
    """Whether an edit was refused because the message is no more, or is too old to be edited."""
    return isinstance(error, BadRequest) and _says(error, _MESSAGE_GONE)


def is_query_old(error: Exception) -> bool:
    """Whether a button or inline query was answered too late for anyone to see."""
    return isinstance(error, BadRequest) and _says(error, _QUERY_OLD)


def _result(error: Exception) -> Result:
    match error:
        case Forbidden():
            return Result.GONE
        case BadRequest():  # a NetworkError to the library, but no failure of the network
            return _refusal(error)
        case TimedOut() | AnswerLost():
            return Result.AMBIGUOUS
        case NeverSent() | NetworkError():  # the latter is any other answer: 5xx, 429, 413 …
            return Result.RETRY
        case _ if type(error) is TelegramError:  # "success", but what it says cannot be read
            return Result.AMBIGUOUS
        case _:  # the token is refused, another poller, or a fault of ours: the chat is fine
            return Result.RETRY


def _refusal(error: BadRequest) -> Result:
    if _says(error, _THREAD_GONE):
        return Result.THREAD_GONE
    if _says(error, (_LOGGED_OUT,)):
        return Result.RETRY
    return Result.GONE if _says(error, _CHAT_GONE) else Result.REFUSED


def _says(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    text = error.message.lower()
    return any(phrase in text for phrase in phrases)


def _detail(error: Exception) -> str:
    """The error's name and, where Telegram or we worded it, its text; never a stranger's words."""
    name = type(error).__name__
    return f"{name}: {error.message}" if isinstance(error, TelegramError) else name
