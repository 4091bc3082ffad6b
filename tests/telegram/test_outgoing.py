from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from loopback_api import ME, TOKEN, LoopbackApi, message, ok, refused
from markupsafe import Markup
from telegram.error import BadRequest, Forbidden, NetworkError
from telegram.ext import ExtBot

from bot.alerts.pacing import Priority
from bot.messages.actions import Close, decode
from bot.messages.model import Button, Message, Style
from bot.subscribers.model import Address
from bot.telegram.outgoing import Outgoing
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.requests import AiohttpRequest

DATE = '<tg-time unix="1750000000" format="D">15 June 2025</tg-time>'
RICH = Message(
    Markup(f"Since {DATE}.<blockquote expandable>A long wording</blockquote>"),
    (
        (
            Button("Yes", action=Close(), style=Style.SUCCESS),
            Button("Site", url="https://a.example/"),
        ),
        (Button("Copy", copy="A & <b>quote</b>"), Button("Share", share="p1")),
    ),
)


@pytest_asyncio.fixture
async def outgoing(api: LoopbackApi) -> AsyncIterator[Outgoing]:
    bot = ExtBot(
        TOKEN,
        base_url=api.base,
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(connections=1),
        rate_limiter=RateLimiter(rate=1000, chat_seconds=0, group_count=1000),
    )
    async with bot:
        yield Outgoing(bot)


def refusing(*rules):
    """Answers 400 with a rule's words where the call holds the rule's text."""

    async def answer(method, params):
        if method == "getMe":
            return ok(ME)
        said = repr({name: one for name, one in params.items() if name != "_request"})
        for text, words in rules:
            if text in said:
                return refused(400, f"Bad Request: {words}")
        return ok(message(params))

    return answer


async def test_a_message_with_all_it_can_hold(api: LoopbackApi, outgoing: Outgoing):
    sent = await outgoing.send(Address(-5, 77), RICH, reply_to=9, priority=Priority.ALERT)
    method, call = api.calls[-1]
    assert sent.chat_id == -5
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


async def test_a_silent_message_without_buttons(api: LoopbackApi, outgoing: Outgoing):
    await outgoing.send(Address(5), Message(Markup("x"), silent=True))
    call = api.calls[-1][1]
    assert call["disable_notification"] is True
    assert "reply_markup" not in call
    assert "message_thread_id" not in call


async def test_a_bot_without_a_rate_limiter(api: LoopbackApi):
    bot = ExtBot(
        TOKEN, base_url=api.base, request=AiohttpRequest(), get_updates_request=AiohttpRequest()
    )
    async with bot:
        await Outgoing(bot).send(Address(5), Message(Markup("x")), priority=Priority.ALERT)
    assert api.calls[-1][0] == "sendMessage"


async def test_a_document(api: LoopbackApi, outgoing: Outgoing):
    await outgoing.send_document(Address(5), b"{}", "veri.json", Message(Markup("<b>Data</b>")))
    assert api.calls[-1][1]["caption"] == "<b>Data</b>"
    assert api.files["document"] == ("veri.json", b"{}", "application/json")


@pytest.mark.parametrize(
    ("text", "words", "gone", "kept"),
    [
        (
            "<tg-time",
            'can\'t parse entities: Unsupported start tag "tg-time" at byte offset 6',
            "tg-time",
            "Since 15 June 2025.<blockquote expandable>",
        ),
        ("expandable", "can't parse entities: expandable", "expandable", "<blockquote>A long"),
        ("'style'", "BUTTON_STYLE_INVALID", "'style'", "'text': 'Yes'"),
        (
            "copy_text",
            "can't parse inline keyboard button: Text buttons are unallowed",
            "copy_text",
            "<code>A &amp; &lt;b&gt;quote&lt;/b&gt;</code>",
        ),
    ],
)
async def test_an_older_server_gets_the_plain_form_at_once_and_later(
    api: LoopbackApi, outgoing: Outgoing, text, words, gone, kept
):
    api.answer = refusing((text, words))
    await outgoing.send(Address(5), RICH)
    await outgoing.send(Address(6), RICH)
    calls = [repr(call) for method, call in api.calls if method == "sendMessage"]
    assert len(calls) == 3
    for call in calls[1:]:
        assert gone not in call
        assert kept in call
    assert "'switch_inline_query': 'p1'" in calls[-1]


async def test_a_server_too_old_for_everything(api: LoopbackApi, outgoing: Outgoing):
    api.answer = refusing(
        ("<tg-time", "can't parse entities: Unsupported start tag"),
        ("expandable", "can't parse entities"),
        ("copy_text", "inline keyboard button"),
        ("'style'", "inline keyboard button"),
    )
    await outgoing.send(Address(5), RICH)
    assert api.calls[-1][1]["text"] == (
        "Since 15 June 2025.<blockquote>A long wording</blockquote>"
        "\n\n<code>A &amp; &lt;b&gt;quote&lt;/b&gt;</code>"
    )
    await outgoing.edit(5, 1, RICH)
    assert len(api.calls) == 7  # getMe, five sends, one edit


async def test_a_bad_message_costs_no_feature(api: LoopbackApi, outgoing: Outgoing):
    api.answer = refusing(("<i>", "can't parse entities: Can't find end tag"))
    bad = Message(Markup(f"<i>{DATE}"), RICH.rows)
    with pytest.raises(BadRequest):
        await outgoing.send(Address(5), bad)
    await outgoing.send(Address(5), RICH)
    assert "tg-time" in api.calls[-1][1]["text"]


async def test_another_refusal_is_passed_on_at_once(api: LoopbackApi, outgoing: Outgoing):
    api.answer = refusing(("", "chat not found"))
    with pytest.raises(BadRequest):
        await outgoing.send(Address(5), RICH)
    assert len(api.calls) == 2


async def test_a_copied_text_that_is_shown_already_is_not_shown_twice(
    api: LoopbackApi, outgoing: Outgoing
):
    api.answer = refusing(("copy_text", "BUTTON_COPY_TEXT_INVALID"))
    said = Message(Markup("It says: <i>a &amp; b</i>"), ((Button("Copy", copy="a & b"),),))
    await outgoing.send(Address(5), said)
    call = api.calls[-1][1]
    assert call["text"] == str(said.html)
    assert "reply_markup" not in call
    too_long = Message(Markup("x" * 4000), ((Button("Copy", copy="y" * 200),),))
    await outgoing.send(Address(5), too_long)
    assert api.calls[-1][1]["text"] == "x" * 4000


@pytest.mark.parametrize(
    ("words", "reads_so"),
    [
        ("message is not modified: specified new message content", True),
        ("message to edit not found", False),
        ("message can't be edited", False),
        ("there is no text in the message to edit", False),
    ],
)
async def test_edits(api: LoopbackApi, outgoing: Outgoing, words, reads_so):
    assert await outgoing.edit(5, 3, RICH)
    assert api.calls[-1][0] == "editMessageText"
    assert api.calls[-1][1]["message_id"] == 3
    api.answer = refusing(("", words))
    assert await outgoing.edit(5, 3, RICH) is reads_so
    api.answer = refusing(("", "chat not found"))
    with pytest.raises(BadRequest):
        await outgoing.edit(5, 3, RICH)


async def test_answers_to_buttons(api: LoopbackApi, outgoing: Outgoing):
    await outgoing.answer("q1")
    assert api.calls[-1] == ("answerCallbackQuery", {"callback_query_id": "q1"})
    await outgoing.answer("q1", "x" * 300, alert=True)
    assert api.calls[-1][1]["text"] == "x" * 200
    assert api.calls[-1][1]["show_alert"] is True
    api.answer = refusing(("", "query is too old and response timeout expired"))
    await outgoing.answer("q1")
    api.answer = refusing(("", "something else"))
    with pytest.raises(BadRequest):
        await outgoing.answer("q1")


async def test_a_message_that_nothing_depends_on(api: LoopbackApi, outgoing: Outgoing):
    assert await outgoing.try_send(Address(5), RICH) is not None
    api.answer = refusing(("", "chat not found"))
    assert await outgoing.try_send(Address(5), RICH) is None


async def test_errors_keep_their_kind(api: LoopbackApi, outgoing: Outgoing):
    async def blocked(method, params):
        return refused(403, "Forbidden: bot was blocked by the user")

    api.answer = blocked
    with pytest.raises(Forbidden):
        await outgoing.send(Address(5), RICH)

    async def broken(method, params):
        return refused(502, "Bad Gateway")

    api.answer = broken
    with pytest.raises(NetworkError):
        await outgoing.send(Address(5), RICH, priority=Priority.ALERT)


def test_a_button_that_does_nothing_is_a_mistake():
    from bot.telegram.features import keyboard

    with pytest.raises(ValueError, match="does nothing"):
        keyboard(((Button("?"),),))
