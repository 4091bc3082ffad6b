from __future__ import annotations

import pytest
from loopback_api import LoopbackApi, refusing
from markupsafe import Markup
from rich_message import DATE, RICH
from telegram.error import BadRequest

from bot.subscribers.chat import Address
from bot.telegram.api import Api
from bot.views.message import Button, Message


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
    api: LoopbackApi, sender: Api, text, words, gone, kept
):
    api.answer = refusing((text, words))
    await sender.send(Address(5), RICH)
    await sender.send(Address(6), RICH)
    calls = [repr(call) for method, call in api.calls if method == "sendMessage"]
    assert len(calls) == 3
    for call in calls[1:]:
        assert gone not in call
        assert kept in call
    assert "'switch_inline_query': 'p1'" in calls[-1]


async def test_a_server_too_old_for_everything(api: LoopbackApi, sender: Api):
    api.answer = refusing(
        ("<tg-time", "can't parse entities: Unsupported start tag"),
        ("expandable", "can't parse entities"),
        ("copy_text", "inline keyboard button"),
        ("'style'", "inline keyboard button"),
    )
    await sender.send(Address(5), RICH)
    assert api.calls[-1][1]["text"] == (
        "Since 15 June 2025.<blockquote>A long wording: ğışöç</blockquote>"
        "\n\n<code>A &amp; &lt;b&gt;quote&lt;/b&gt;</code>"
    )
    await sender.edit(5, 1, RICH)
    assert len(api.calls) == 7  # getMe, five sends, one edit


async def test_a_bad_message_costs_no_feature(api: LoopbackApi, sender: Api):
    api.answer = refusing(("<i>", "can't parse entities: Can't find end tag"))
    bad = Message(Markup(f"<i>{DATE}"), RICH.rows)
    with pytest.raises(BadRequest):
        await sender.send(Address(5), bad)
    await sender.send(Address(5), RICH)
    assert "tg-time" in api.calls[-1][1]["text"]


async def test_another_refusal_is_passed_on_at_once(api: LoopbackApi, sender: Api):
    api.answer = refusing(("", "chat not found"))
    with pytest.raises(BadRequest):
        await sender.send(Address(5), RICH)
    assert len(api.calls) == 2


async def test_a_copied_text_that_is_shown_already_is_not_shown_twice(
    api: LoopbackApi, sender: Api
):
    api.answer = refusing(("copy_text", "BUTTON_COPY_TEXT_INVALID"))
    said = Message(Markup("It says: <i>a &amp; b</i>"), ((Button("Copy", copy="a & b"),),))
    await sender.send(Address(5), said)
    call = api.calls[-1][1]
    assert call["text"] == str(said.html)
    assert "reply_markup" not in call
    too_long = Message(Markup("x" * 4000), ((Button("Copy", copy="y" * 200),),))
    await sender.send(Address(5), too_long)
    assert api.calls[-1][1]["text"] == "x" * 4000
