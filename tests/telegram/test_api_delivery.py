from __future__ import annotations

from datetime import UTC, datetime

import pytest
from loopback_api import ME, TOKEN, LoopbackApi, message, ok, refused
from rich_message import RICH
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.alerts.model import Result
from bot.subscribers.chat import Address
from bot.telegram.api import Api
from bot.telegram.error_mapping import outcome_of
from bot.telegram.rate_limiter import NotWanted
from bot.telegram.transport import AiohttpRequest

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)


async def test_an_older_server_gets_the_plain_form_at_once_and_later(api: LoopbackApi, bot: ExtBot):
    async def answer(method, params):
        if method == "getMe":
            return ok(ME)
        if "tg-time" in params["text"]:
            return refused(400, "Bad Request: can't parse entities: Unsupported start tag")
        return ok(message(params))

    api.answer = answer
    sender = Api(bot)
    broadcast = sender.serialized(RICH)
    for chat in (5, 6):
        await sender.deliver(Address(chat), broadcast)
    sent = [params for method, params in api.calls if method == "sendMessage"]
    assert [("tg-time" in item["text"], item["chat_id"]) for item in sent] == [
        (True, 5),
        (False, 5),
        (False, 6),
    ]


async def test_errors_keep_their_kind(api: LoopbackApi, bot: ExtBot):
    sender = Api(bot)

    async def answer(method, params):
        return refused(403, "Forbidden: bot was blocked by the user")

    api.answer = answer
    with pytest.raises(Forbidden):
        await sender.deliver(Address(5), sender.serialized(RICH))


@pytest.mark.parametrize("result", [True, {}, {"message_id": "7"}])
async def test_success_without_a_message_is_ambiguous(api: LoopbackApi, bot: ExtBot, result):
    sender = Api(bot)

    async def answer(method, params):
        return ok(result)

    api.answer = answer
    with pytest.raises(TelegramError) as caught:
        await sender.deliver(Address(5), sender.serialized(RICH))
    assert outcome_of(caught.value, NOW).result is Result.AMBIGUOUS


async def test_it_is_not_sent_where_nobody_wants_it_any_more(api: LoopbackApi, bot: ExtBot):
    sender = Api(bot)

    async def wanted() -> bool:
        return False

    with pytest.raises(NotWanted):
        await sender.deliver(Address(5), sender.serialized(RICH), wanted=wanted)
    assert [method for method, _ in api.calls] == ["getMe"]


async def test_a_bot_without_a_rate_limiter_sends_as_ever(api: LoopbackApi):
    bot = ExtBot(
        TOKEN, base_url=api.base, request=AiohttpRequest(), get_updates_request=AiohttpRequest()
    )
    async with bot:
        sender = Api(bot)
        assert await sender.deliver(Address(5), sender.serialized(RICH)) == 2
    assert api.calls[-1][1]["text"] == str(RICH.html)


async def test_a_picture_goes_by_its_id_until_telegram_knows_it_no_more(
    api: LoopbackApi, bot: ExtBot
):
    words = "wrong file identifier/HTTP URL specified"

    async def answer(method, params):
        if method == "sendPhoto" and params["chat_id"] == 6:
            return refused(400, f"Bad Request: {words}")
        return ok(message(params))

    api.answer = answer
    sender = Api(bot)
    broadcast = sender.serialized(RICH)
    broadcast.photo = "AgAC"
    for chat in (5, 6, 7):
        await sender.deliver(Address(chat), broadcast)
    sent = [(method, params["chat_id"]) for method, params in api.calls if method != "getMe"]
    assert sent == [("sendPhoto", 5), ("sendPhoto", 6), ("sendMessage", 6), ("sendMessage", 7)]
    assert api.calls[1][1]["photo"] == "AgAC"
    assert api.calls[1][1]["caption"] == str(RICH.html)
    broadcast.photo, words = "AgAC", "chat not found"
    with pytest.raises(BadRequest):
        await sender.deliver(Address(6), broadcast)
    assert broadcast.photo == "AgAC", "another chat's trouble"


@pytest.mark.parametrize(
    "words", ["not enough rights to send photos to the chat", "CHAT_SEND_PHOTOS_FORBIDDEN"]
)
async def test_a_group_that_allows_no_photos_gets_the_text(api: LoopbackApi, bot: ExtBot, words):
    async def answer(method, params):
        if method == "sendPhoto" and params["chat_id"] == -6:
            return refused(400, f"Bad Request: {words}")
        return ok(message(params))

    api.answer = answer
    sender = Api(bot)
    broadcast = sender.serialized(RICH)
    broadcast.photo = "AgAC"
    for chat in (5, -6, 7):
        await sender.deliver(Address(chat), broadcast)
    sent = [(method, params["chat_id"]) for method, params in api.calls if method != "getMe"]
    assert sent == [("sendPhoto", 5), ("sendPhoto", -6), ("sendMessage", -6), ("sendPhoto", 7)]
