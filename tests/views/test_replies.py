from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample import (
    GREEK,
    agreement,
    board,
    button,
    buttons,
    check,
    check_translated,
    in_greek_letters,
    reader,
)

from bot.subscribers.chat import ChatKind
from bot.views import feedback, replies
from bot.views.callbacks import Configure
from bot.views.message import Message, Reader
from bot.views.pagination import shown

MESSAGES: dict[str, Callable[[Reader], Message]] = {
    "command": lambda who: replies.unknown_command(who, "λ", "topics"),
    "command, none near": lambda who: replies.unknown_command(who, "λ", None),
    "settings": replies.admins_only_settings,
    "failure": lambda who: replies.failure(who, "4711"),
    "long": lambda who: replies.text_too_long(who, 4000),
    "text": replies.only_text,
    "provision": lambda who: replies.unknown_provision(who, "λ", "7"),
    "provision, none": lambda who: replies.unknown_provision(who, " ", None),
    "scope": lambda who: replies.unknown_scope(who, "λ", "7"),
    "scope, none near": lambda who: replies.unknown_scope(who, "λ"),
    "feedback": feedback.usage,
    "thanks": feedback.thanks,
    "no admins": replies.no_admins,
    "for admins": lambda who: feedback.for_admins(who, "λ", "el")[0],
    "ask": lambda who: replies.ask_usage(who, board(spelling=in_greek_letters).provisions),
    "hint": replies.choose_topic_hint,
    "error": lambda who: replies.error_report(who, "4711", "Λ", "λ:5"),
    "group": lambda who: replies.added_to_chat(who, agreement()),
    "channel": lambda who: replies.added_to_channel(who, "λ", -100),
    "full": replies.storage_full,
}
TOASTS: list[Callable[[Reader], str]] = [
    replies.outdated_button,
    replies.vanished,
    replies.not_allowed,
    replies.slow_down,
    replies.language_chosen,
    replies.saved,
]


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("kind", [ChatKind.PRIVATE, ChatKind.GROUP])
def test_a_notice_can_be_sent_and_is_translated(name: str, kind: ChatKind) -> None:
    check(MESSAGES[name](reader(kind=kind)))
    message = MESSAGES[name](reader(GREEK, kind))
    if name != "for admins":  # names the reader's language by its code
        check_translated(message)


@pytest.mark.parametrize("toast", TOASTS)
def test_what_flies_over_the_chat_is_short(toast: Callable[[Reader], str]) -> None:
    assert 0 < len(toast(reader())) <= 200
    assert "⟦" in toast(reader(GREEK))


def test_the_nearest_command_is_offered() -> None:
    text = shown(replies.unknown_command(reader(), "topcis", "topics").html)
    assert text == "There is no command /topcis.\nDid you mean /topics?"


def test_the_nearest_provision_is_offered() -> None:
    text = replies.unknown_provision(reader(), "9<", "lamp").html
    assert "There is no provision <b>9&lt;</b>." in text
    assert "<code>/provision lamp</code>" in text


def test_a_group_is_led_to_a_private_chat() -> None:
    page = replies.admins_only_settings(reader(kind=ChatKind.GROUP))
    assert buttons(page)[0].url == "https://t.me/lighthouse_bot"


def test_a_channel_is_set_up_from_its_greeting() -> None:
    page = replies.added_to_channel(reader(), "Harbour", -1005)
    assert button(page, "Set up").action == Configure(-1005)


@given(st.one_of(st.text(max_size=200), st.text(max_size=9).map(lambda item: item * 700)))
@settings(max_examples=40, deadline=None)
def test_whatever_a_person_wrote_it_is_given_back_whole_and_harmless(text: str) -> None:
    for message in (
        replies.unknown_command(reader(), text or "x", None),
        replies.unknown_provision(reader(), text, None),
        replies.unknown_scope(reader(), text, None),
        *feedback.for_admins(reader(), text, "en"),
        replies.error_report(reader(), "R1", text, text),
        replies.added_to_channel(reader(), text, -1),
    ):
        check(message)
