from __future__ import annotations

import pytest
from loopback_api import TOKEN, LoopbackApi, refused, refusing
from markupsafe import Markup
from rich_message import RICH
from telegram.error import BadRequest, Forbidden, NetworkError
from telegram.ext import ExtBot

from bot.alerts.rate_scheduler import Priority
from bot.subscribers.chat import Address
from bot.telegram.api import Api
from bot.telegram.transport import AiohttpRequest
from bot.views.callbacks import Close, decode
from bot.views.message import Button, Message


async def test_a_message_with_all_it_can_hold(api: LoopbackApi, sender: Api):
    sent = await sender.send(Address(-5, 77), RICH, reply_to=9, priority=Priority.ALERT)
    method, call = api.calls[-1]
    assert sent == len(api.calls)
    assert method == "sendMessage"
    assert call["text"] == str(RICH.html)
    assert call["parse_mode"] == "HTML"
    assert call["message_thread_id"] == 77
    assert call["link_preview_options"] == {"is_disabled": True}
    assert call["reply_parameters"] == {"message_id": 9, "allow_sending_without_reply": True}
    assert "disable_notification" not in call
    (yes, site), (copy, share) = call["reply_markup"]["inline_keyboard"]
    assert (yes["text"], yes["style"], decode(yes["callback_data"])) == ("Yes", "success", Close())
    assert site == {"text": "Site", "url": "https://a.example/"}
    assert copy == {"text": "Copy", "copy_text": {"text": "A & <b>quote</b>"}}
    assert share == {"text": "Share", "switch_inline_query": "p1"}


async def test_a_silent_message_without_buttons(api: LoopbackApi, sender: Api):
    await sender.send(Address(5), Message(Markup("x"), silent=True))
    call = api.calls[-1][1]
    assert call["disable_notification"] is True
    assert "reply_markup" not in call
    assert "message_thread_id" not in call


async def test_a_bot_without_a_rate_limiter(api: LoopbackApi):
    bot = ExtBot(
        TOKEN, base_url=api.base, request=AiohttpRequest(), get_updates_request=AiohttpRequest()
    )
    async with bot:
        await Api(bot).send(Address(5), Message(Markup("x")), priority=Priority.ALERT)
    assert api.calls[-1][0] == "sendMessage"


async def test_a_document(api: LoopbackApi, sender: Api):
    await sender.send_document(Address(5), b"{}", "veri.json", Message(Markup("<b>Data</b>")))
    assert api.calls[-1][1]["caption"] == "<b>Data</b>"
    assert api.files["document"] == ("veri.json", b"{}", "application/json")


async def test_answers_to_buttons(api: LoopbackApi, sender: Api):
    await sender.answer("q1")
    assert api.calls[-1] == ("answerCallbackQuery", {"callback_query_id": "q1"})
    await sender.answer("q1", "x" * 300, alert=True)
    assert api.calls[-1][1]["text"] == "x" * 200
    assert api.calls[-1][1]["show_alert"] is True
    api.answer = refusing(("", "query is too old and response timeout expired"))
    await sender.answer("q1")
    api.answer = refusing(("", "something else"))
    with pytest.raises(BadRequest):
        await sender.answer("q1")


async def test_a_message_that_nothing_depends_on(api: LoopbackApi, sender: Api):
    assert await sender.try_send(Address(5), RICH) is not None
    api.answer = refusing(("", "chat not found"))
    assert await sender.try_send(Address(5), RICH) is None


async def test_errors_keep_their_kind(api: LoopbackApi, sender: Api):
    async def blocked(method, params):
        return refused(403, "Forbidden: bot was blocked by the user")

    api.answer = blocked
    with pytest.raises(Forbidden):
        await sender.send(Address(5), RICH)

    async def broken(method, params):
        return refused(502, "Bad Gateway")

    api.answer = broken
    with pytest.raises(NetworkError):
        await sender.send(Address(5), RICH, priority=Priority.ALERT)


def test_a_button_that_does_nothing_is_a_mistake():
    from bot.telegram.serialization import keyboard

    with pytest.raises(ValueError, match="does nothing"):
        keyboard(((Button("?"),),))


async def test_an_answer_without_a_rate_limiter(api: LoopbackApi):
    bot = ExtBot(
        TOKEN, base_url=api.base, request=AiohttpRequest(), get_updates_request=AiohttpRequest()
    )
    async with bot:
        await Api(bot).send(Address(5), RICH, reply_to=3)
    assert api.calls[-1][1]["reply_parameters"]["message_id"] == 3
