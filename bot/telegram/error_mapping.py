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
from bot.subscribers.pauses import Obstacle
from bot.telegram.transport import AnswerLost, NeverSent

_OBSTACLES = (
    (
        Obstacle.TOPIC_GONE,
        ("message thread not found", "topic_deleted", "topic deleted", "topic_id_invalid"),
    ),
    (Obstacle.TOPIC_CLOSED, ("topic_closed", "topic closed")),
    (
        Obstacle.BLOCKED,
        ("bot was blocked", "user_is_blocked", "can't initiate conversation"),
    ),
    (Obstacle.REMOVED, ("bot was kicked", "bot is not a member")),
    (
        Obstacle.DELETED,
        (
            "user is deactivated",
            "input_user_deactivated",
            "group chat was deactivated",
            "group chat was deleted",
        ),
    ),
    (
        Obstacle.NOT_FOUND,
        ("chat not found", "user not found", "peer_id_invalid", "channel_private"),
    ),
    (
        Obstacle.NO_RIGHT,
        (
            "need administrator rights",
            "not enough rights",
            "have no rights",
            "no write access",
            "chat_write_forbidden",
            "chat_admin_required",
            "chat_restricted",
            "chat_send_plain_forbidden",
            "user_banned_in_channel",
        ),
    ),
)
"""What stands in the way, by the words of a refusal."""
_ENDS = frozenset({Obstacle.BLOCKED, Obstacle.REMOVED, Obstacle.DELETED})
"""After these nothing is tried until the chat is heard of again. The others pass."""
_LOGGED_OUT = "logged out"
"""What a server tells a bot that has moved to another one (Bot API, logOut), with a status 400."""
_MESSAGE_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
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
    obstacle = obstacle_of(error)
    if obstacle is not None:
        result = Result.GONE if obstacle in _ENDS else Result.PAUSED
        return Outcome(result, detail=detail, obstacle=obstacle)
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


def obstacle_of(error: Exception) -> Obstacle | None:
    """What keeps the bot from writing to the chat or topic; None where nothing does."""
    if not isinstance(error, Forbidden | BadRequest):
        return None
    other = Obstacle.NO_RIGHT if isinstance(error, Forbidden) else None
    return next((obstacle for obstacle, words in _OBSTACLES if _says(error, words)), other)


def is_unchanged(error: Exception) -> bool:
    """Whether an edit was refused because the message already reads so."""
    return isinstance(error, BadRequest) and _says(error, _UNCHANGED)


def is_message_gone(error: Exception) -> bool:
    """Whether an edit was refused because the message is gone or too old to be edited."""
    return isinstance(error, BadRequest) and _says(error, _MESSAGE_GONE)


def is_query_old(error: Exception) -> bool:
    """Whether a button or inline query was answered too late for anyone to see."""
    return isinstance(error, BadRequest) and _says(error, _QUERY_OLD)


def _result(error: Exception) -> Result:
    match error:
        case BadRequest():  # a NetworkError to the library, but no failure of the network
            return Result.RETRY if _says(error, (_LOGGED_OUT,)) else Result.REFUSED
        case TimedOut() | AnswerLost():
            return Result.AMBIGUOUS
        case NeverSent() | NetworkError():  # the latter is any other answer: 5xx, 429, 413 …
            return Result.RETRY
        case _ if type(error) is TelegramError:  # "success", but what it says cannot be read
            return Result.AMBIGUOUS
        case _:  # the token is refused, another poller, or a fault of ours: the chat is fine
            return Result.RETRY


def _says(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    text = error.message.lower()
    return any(phrase in text for phrase in phrases)


def _detail(error: Exception) -> str:
    """The error's name and, where Telegram or we worded it, its text; never a stranger's words."""
    name = type(error).__name__
    return f"{name}: {error.message}" if isinstance(error, TelegramError) else name
