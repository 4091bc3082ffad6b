from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from loopback_api import TOKEN, LoopbackApi, refused
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.alerts.model import Outcome, Result
from bot.subscribers.pauses import Obstacle
from bot.telegram.error_mapping import (
    flood_wait,
    is_message_gone,
    is_query_old,
    is_unchanged,
    obstacle_of,
    outcome_of,
)
from bot.telegram.transport import AiohttpRequest, AnswerLate, AnswerLost, NeverSent

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

ERRORS = [
    (BadRequest("Logged out"), Result.RETRY),
    (BadRequest("Bad Request: message is too long"), Result.REFUSED),
    (BadRequest("Bad Request: can't parse entities: Unsupported start tag"), Result.REFUSED),
    (BadRequest("Bad Request: BUTTON_DATA_INVALID"), Result.REFUSED),
    (AnswerLate("no answer"), Result.AMBIGUOUS),
    (TimedOut(), Result.AMBIGUOUS),
    (AnswerLost("cut"), Result.AMBIGUOUS),
    (TelegramError("Invalid server response"), Result.AMBIGUOUS),
    (NeverSent("no connection"), Result.RETRY),
    (NetworkError("Bad Gateway"), Result.RETRY),
    (NetworkError("Internal Server Error: restart"), Result.RETRY),
    (
        NetworkError(
            "Internal Server Error: sent message was immediately deleted and can't be accessed"
        ),
        Result.SENT,
    ),
    (NetworkError("Request Entity Too Large (413)"), Result.RETRY),
    (InvalidToken(), Result.RETRY),
    (Conflict("terminated by other getUpdates request"), Result.RETRY),
    (RuntimeError("ours"), Result.RETRY),
]


OBSTACLES = [
    (Forbidden("Forbidden: bot was blocked by the user"), Obstacle.BLOCKED),
    (Forbidden("Forbidden: bot can't initiate conversation with a user"), Obstacle.BLOCKED),
    (Forbidden("Forbidden: user is deactivated"), Obstacle.DELETED),
    (BadRequest("Bad Request: group chat was deactivated"), Obstacle.DELETED),
    (Forbidden("Forbidden: bot was kicked from the supergroup chat"), Obstacle.REMOVED),
    (Forbidden("Forbidden: bot is not a member of the channel chat"), Obstacle.REMOVED),
    (BadRequest("Bad Request: chat not found"), Obstacle.NOT_FOUND),
    (BadRequest("Chat not found"), Obstacle.NOT_FOUND),
    (BadRequest("Bad Request: PEER_ID_INVALID"), Obstacle.NOT_FOUND),
    (
        BadRequest("Bad Request: not enough rights to send text messages to the chat"),
        Obstacle.NO_RIGHT,
    ),
    (BadRequest("Bad Request: have no rights to send a message"), Obstacle.NO_RIGHT),
    (BadRequest("Bad Request: need administrator rights in the channel chat"), Obstacle.NO_RIGHT),
    (BadRequest("Bad Request: CHAT_WRITE_FORBIDDEN"), Obstacle.NO_RIGHT),
    (BadRequest("Bad Request: CHAT_RESTRICTED"), Obstacle.NO_RIGHT),
    (Forbidden("Forbidden: something that Telegram has not said before"), Obstacle.NO_RIGHT),
    (BadRequest("Bad Request: message thread not found"), Obstacle.TOPIC_GONE),
    (BadRequest("Bad Request: TOPIC_DELETED"), Obstacle.TOPIC_GONE),
    (BadRequest("Bad Request: TOPIC_CLOSED"), Obstacle.TOPIC_CLOSED),
]
ENDS = {Obstacle.BLOCKED, Obstacle.DELETED, Obstacle.REMOVED}


@pytest.mark.parametrize(("error", "obstacle"), OBSTACLES, ids=lambda item: str(item)[:50])
def test_what_stands_in_the_way_passes_or_not(error, obstacle):
    outcome = outcome_of(error, NOW)
    assert outcome.obstacle is obstacle_of(error) is obstacle
    assert outcome.result is (Result.GONE if obstacle in ENDS else Result.PAUSED)


def test_nothing_stands_in_the_way_of_a_bad_message():
    for error, _ in ERRORS:
        assert obstacle_of(error) is None


@pytest.mark.parametrize(("error", "result"), ERRORS, ids=lambda item: str(item)[:50])
def test_what_an_error_means(error, result):
    outcome = outcome_of(error, NOW)
    assert outcome.result is result
    assert outcome.retry_at is None
    assert type(error).__name__ in outcome.detail


def test_a_flood_wait_names_its_time_however_long():
    assert outcome_of(RetryAfter(timedelta(seconds=43_837)), NOW) == Outcome(
        Result.RETRY,
        retry_at=NOW + timedelta(seconds=43_837),
        detail="RetryAfter: Flood control exceeded. Retry in 12:10:37",
    )


def test_a_flood_wait_that_is_told_in_words_alone():
    error = NetworkError("Too Many Requests: retry after 7")
    assert outcome_of(error, NOW).retry_at == NOW + timedelta(seconds=7)
    assert flood_wait(NetworkError("Bad Gateway")) is None
    assert flood_wait(ValueError("Too Many Requests: retry after 7")) is None


def test_a_group_that_became_a_supergroup():
    outcome = outcome_of(ChatMigrated(-1009), NOW)
    assert (outcome.result, outcome.migrated_to) == (Result.MIGRATED, -1009)


def test_a_stranger_s_words_are_not_repeated():
    assert outcome_of(ValueError("what a person wrote"), NOW).detail == "ValueError"


def test_edits_and_answers_that_came_to_nothing():
    unchanged = "Bad Request: message is not modified: specified new message content and reply …"
    assert is_unchanged(BadRequest(unchanged))
    assert not is_unchanged(NetworkError("message is not modified"))
    assert is_message_gone(BadRequest("Bad Request: message to edit not found"))
    assert is_message_gone(BadRequest("Bad Request: message can't be edited"))
    assert is_message_gone(BadRequest("Bad Request: there is no text in the message to edit"))
    assert not is_message_gone(BadRequest("Bad Request: chat not found"))
    assert is_query_old(
        BadRequest("query is too old and response timeout expired or query ID is invalid")
    )


@pytest.mark.parametrize(
    ("code", "description", "parameters", "result"),
    [
        (500, "Internal Server Error: restart", {}, Result.RETRY),
        (502, "Bad Gateway", {}, Result.RETRY),
        (504, "Gateway Timeout", {}, Result.RETRY),
        (429, "Too Many Requests: retry after 5", {"retry_after": 5}, Result.RETRY),
        (429, "Too Many Requests: retry after 5", {}, Result.RETRY),
        (400, "Bad Request: TOPIC_CLOSED", {}, Result.PAUSED),
        (400, "Bad Request: group chat was upgraded", {"migrate_to_chat_id": -5}, Result.MIGRATED),
        (403, "Forbidden: bot was blocked by the user", {}, Result.GONE),
    ],
)
async def test_as_the_library_passes_it_on(api: LoopbackApi, code, description, parameters, result):
    async def answer(method, params):
        return refused(code, description, **parameters)

    api.answer = answer
    async with AiohttpRequest() as request:
        with pytest.raises(TelegramError) as caught:
            await request.post(f"{api.base}{TOKEN}/sendMessage")
    outcome = outcome_of(caught.value, NOW)
    assert outcome.result is result
    if code == 429:
        assert outcome.retry_at == NOW + timedelta(seconds=5)
