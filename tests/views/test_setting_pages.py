from __future__ import annotations

from gettext import NullTranslations

import pytest
from sample import (
    ENGLISH,
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

from bot.agreement.board import Board
from bot.i18n.language import Language
from bot.subscribers.chat import EVERYTHING, Chat, ChatKind, Scope, ScopeKind
from bot.views.callbacks import ChooseLanguage, Close, Configure, Forget, Place, Show, View, encode
from bot.views.message import Message
from bot.views.pagination import shown
from bot.views.replies import language_chosen
from bot.views.settings import (
    channel_list,
    channel_page,
    forget_question,
    forgotten,
    language_page,
    settings_page,
)

LANGUAGES = [ENGLISH, *(Language(code, NullTranslations()) for code in ("az", "tr", "ru"))]
LIGHT = Scope(ScopeKind.TOPIC, "light")
FERRY = Scope(ScopeKind.PROVISION, "ferry")
CHANNEL = Chat(-1001234567890123, ChatKind.CHANNEL, locale="tr", title="Harbour <news>")


def configured(message: Message) -> dict[str, Configure]:
    found = {}
    for each_button in buttons(message):
        if isinstance(each_button.action, Configure):
            assert len(encode(each_button.action).encode()) <= 64
            found[each_button.label] = each_button.action
    return found


def test_settings_of_a_chat_that_is_not_known_yet() -> None:
    page = settings_page(reader(), None)
    check(page)
    assert "Language: English (chosen automatically)" in shown(page.html)
    assert "Following nothing yet." in shown(page.html)
    assert button(page, "Language").action == ChooseLanguage()
    assert button(page, "followed").action == Show(Place(View.SUBSCRIPTIONS))
    assert button(page, "Forget").action == Forget()


def test_settings_say_what_was_chosen_and_who_may_change_it() -> None:
    chat = Chat(-5, ChatKind.GROUP, locale="en").following(None, LIGHT).following(3, LIGHT)
    page = settings_page(reader(kind=ChatKind.GROUP), chat, may_change=False)
    check(page)
    assert not page.rows
    assert "Language: English\n" in shown(page.html)
    assert "Following 2 things." in shown(page.html)
    assert "Only admins" in shown(page.html)


def test_within_a_sentence_a_language_is_not_capitalised() -> None:
    russian = reader(Language("ru", NullTranslations()))
    assert "Language: русский (chosen" in shown(settings_page(russian, None).html)
    assert language_chosen(russian) == "From now on: русский."


def test_languages_are_named_by_themselves_and_the_chosen_one_is_ticked() -> None:
    page = language_page(reader(), LANGUAGES, "ru")
    check(page)
    labels = {each_button.label: each_button.action for each_button in buttons(page)}
    assert labels["✓ Русский"] == ChooseLanguage("ru")
    assert labels["The azərbaycan language"] == ChooseLanguage("az")
    assert labels["Automatic"] == ChooseLanguage("auto")
    assert button(language_page(reader(), LANGUAGES, None), "✓").label == "✓ Automatic"
    group = language_page(reader(kind=ChatKind.GROUP), LANGUAGES, None)
    assert "Its admins choose it." in shown(group.html)


def test_a_channel_is_set_up_by_buttons() -> None:
    chat = CHANNEL.following(None, LIGHT).following(None, FERRY)
    page = channel_page(reader(), board(), chat, LANGUAGES)
    check(page)
    assert page.html.startswith("<b>Harbour &lt;news&gt;</b>")
    found = configured(page)
    assert found["✓ 💡 Light"] == Configure(chat.id, "unfollow", "t:light")
    assert found["⛵ Boats"] == Configure(chat.id, "follow", "t:boats")
    assert found["✓ 2. A ferry between the shores"] == Configure(chat.id, "unfollow", "p:ferry")
    assert found["Everything"] == Configure(chat.id, "follow", "e")
    assert found["✓ Türkçe"] == Configure(chat.id, "lang", "tr")


def test_a_channel_that_follows_everything_or_nothing() -> None:
    page = channel_page(reader(), board(), CHANNEL.following(None, EVERYTHING), LANGUAGES)
    check(page)
    assert "every change of status" in shown(page.html)
    first, *topics = [item for item in configured(page).values() if "follow" in item.what]
    assert first == Configure(CHANNEL.id, "unfollow", "e")
    assert {item.what for item in topics} == {"unfollow"}, "each can be left out"
    page = channel_page(reader(), board(), CHANNEL, LANGUAGES)
    check(page)
    assert "follows nothing yet" in shown(page.html)


def test_a_channel_of_an_agreement_with_many_topics() -> None:
    base = agreement()
    topics = tuple(
        base.topics[0].model_copy(
            update={"id": f"topic_{n}", "title": {"en": "🏗" * 120}, "symbol": "🏗🏗"}
        )
        for n in range(60)
    )
    chat = CHANNEL
    for n in range(60):
        chat = chat.following(None, Scope(ScopeKind.PROVISION, f"gone_{n}"))
        chat = chat.following(None, Scope(ScopeKind.TOPIC, f"topic_{n}"))
    wide = Board(base.model_copy(update={"topics": topics}))
    check(channel_page(reader(), wide, chat, LANGUAGES))


def test_the_channels_to_choose_from() -> None:
    page = channel_list(reader(), [CHANNEL, Chat(-7, ChatKind.CHANNEL)])
    check(page)
    assert configured(page) == {
        "Harbour <news>": Configure(CHANNEL.id),
        "-7": Configure(-7),
    }
    assert "Add me to a group, or to a channel" in shown(channel_list(reader(), []).html)
    links = [each_button.url for each_button in buttons(page) if each_button.url]
    assert links[0].endswith("?startchannel&admin=post_messages")
    assert links[1].endswith("?startgroup=settings")


def test_a_group_is_called_a_group() -> None:
    group = Chat(-7, ChatKind.SUPERGROUP, title="Harbour talk")
    for chat in (group, group.following(None, LIGHT), group.following(None, EVERYTHING)):
        page = channel_page(reader(), board(), chat, [ENGLISH])
        assert "The group " in shown(page.html)
        assert "channel" not in shown(page.html)


def test_being_forgotten_is_asked_first() -> None:
    page = forget_question(reader())
    check(page)
    assert button(page, "Erase").action == Forget(sure=True)
    assert button(page, "Keep").action == Close()
    check(forgotten(reader()))


@pytest.mark.parametrize("kind", [ChatKind.PRIVATE, ChatKind.GROUP])
def test_every_word_comes_from_the_catalog(kind: ChatKind) -> None:
    who, greek = reader(GREEK, kind), board(spelling=in_greek_letters)
    chat = Chat(-5, ChatKind.CHANNEL, title="λ", locale="el").following(None, LIGHT)
    for page in (
        settings_page(who, None),
        settings_page(who, chat),
        language_page(who, [GREEK], "el"),
        channel_list(who, []),
        channel_list(who, [chat]),
        channel_page(who, greek, chat, [GREEK]),
        channel_page(who, greek, chat.following(None, EVERYTHING), [GREEK]),
        forget_question(who),
        forgotten(who),
    ):
        check_translated(page)
