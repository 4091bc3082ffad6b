"""Settings of a chat and of a channel, the choice of a language, and being forgotten."""

from __future__ import annotations

from collections.abc import Sequence

from bot.agreement.board import Board
from bot.i18n.language import Language
from bot.subscribers.chat import EVERYTHING, Chat, ChatKind, Scope
from bot.views.callbacks import (
    Action,
    Adjust,
    ChooseLanguage,
    Close,
    Configure,
    Forget,
    Place,
    Show,
    TryOut,
    View,
)
from bot.views.html import bold, code, lines, paragraphs
from bot.views.keyboards import back_button, rows_of
from bot.views.message import Button, Message, Reader, Row, Style
from bot.views.pagination import clip
from bot.views.pauses import pause_note
from bot.views.subscriptions import rule_lines, scope_value, switches

_TITLE = 60
_LABEL = 40
_MOST_CHANNELS = 50
_TO_CHANNEL, _TO_GROUP = "startchannel&admin=post_messages", "startgroup=settings"


def settings_page(
    reader: Reader, chat: Chat | None, thread_id: int | None = None, *, may_change: bool = True
) -> Message:
    """What this chat has chosen, and the ways to change it. None: nothing is kept of it yet."""
    language = reader.language
    followed = sum(not scope.excludes for _, scope in chat.subscriptions) if chat else 0
    gettext = language.gettext
    rows: list[Row] = [
        (
            Button(gettext("Language"), ChooseLanguage()),
            Button(gettext("What is followed"), Show(Place(View.SUBSCRIPTIONS))),
        ),
        (
            Button("🕘 " + gettext("Delivery times"), Adjust()),
            Button("🔔 " + gettext("Send a test alert"), TryOut()),
        ),
        (
            Button(gettext("Forget this chat"), Forget()),
            Button(gettext("Close"), Close()),
        ),
    ]
    text = lines(
        bold(gettext("Settings")),
        spoken_language(reader, chat),
        language.ngettext("Following {n} thing.", "Following {n} things.", followed)
        if followed
        else gettext("Following nothing yet."),
    )
    hint = None if may_change else gettext("Only admins of this chat can change them.")
    pause = pause_note(reader, chat, thread_id) if chat else None
    return Message(paragraphs(text, pause, hint), tuple(rows) if may_change else ())


def spoken_language(reader: Reader, chat: Chat | None) -> str:
    """The language of a chat, and whether it was chosen."""
    language = reader.language
    name = language.name_of(language.code)
    if chat is not None and chat.locale is not None:
        return language.gettext("Language: {language}", language=name)
    return language.gettext("Language: {language} (chosen automatically)", language=name)


def language_page(
    reader: Reader, languages: Sequence[Language], chosen: str | None, *, welcome: bool = False
) -> Message:
    """The languages, each named by itself; `chosen` is the one picked here, None if none was."""
    gettext = reader.language.gettext
    buttons = [
        Button(
            _ticked(language.name, language.code == chosen), ChooseLanguage(language.code, welcome)
        )
        for language in languages
    ]
    automatic = _ticked(gettext("Automatic"), chosen is None)
    if reader.in_private:
        hint = gettext("“Automatic” goes by the language of your Telegram app.")
    else:
        hint = gettext("The language is that of the whole chat. Its admins choose it.")
    return Message(
        paragraphs(bold(gettext("Which language should I use here?")), hint),
        (
            *rows_of(buttons, 2),
            (Button(automatic, ChooseLanguage("auto", welcome)),),
            (back_button(reader, Show(Place(View.HOME if welcome else View.SETTINGS))),),
        ),
    )


def channel_list(reader: Reader, chats: Sequence[Chat], *, complete: bool = True) -> Message:
    """The channels and groups that this person may set up, and links that add the bot to others.

    Not `complete` where not all were looked at.
    """
    gettext = reader.language.gettext
    shown = chats[:_MOST_CHANNELS]
    further = (
        ""
        if complete and len(shown) == len(chats)
        else reader.language.html(
            "Don’t see yours? Send {command} in the channel or group itself.",
            command=code("/settings"),
        )
    )
    add: Row = (
        Button(gettext("Add me to a channel"), url=_adding(reader, _TO_CHANNEL)),
        Button(gettext("Add me to a group"), url=_adding(reader, _TO_GROUP)),
    )
    if not chats:
        text = paragraphs(
            bold(gettext("No channels or groups yet")),
            gettext(
                "Add me to a group, or to a channel as an admin who may post messages;"
                " then you can set it up here."
            ),
            further,
        )
        return Message(text, (add,))
    rows = [
        (Button(clip(item.title or str(item.id), _LABEL), Configure(item.id)),) for item in shown
    ]
    return Message(
        paragraphs(bold(gettext("Which channel or group do you want to set up?")), further),
        (*rows, add),
    )


def _adding(reader: Reader, query: str) -> str:
    """A link that adds the bot to a chat (core.telegram.org/api/links#bot-links)."""
    return f"https://t.me/{reader.bot_username}?{query}"


def channel_page(
    reader: Reader, board: Board, chat: Chat, languages: Sequence[Language], number: int = 0
) -> Message:
    """A channel's or group's language and what it follows, for its admin's private chat."""
    language, rules = reader.language, chat.rules(None)

    def switch(scope: Scope, on: bool) -> Action:  # noqa: FBT001 - a state of the switch
        return Configure(chat.id, "follow" if on else "unfollow", scope_value(scope))

    def turn(page: int) -> Action:
        return Configure(chat.id, "page", str(page) if page else "")

    speech = [
        Button(
            _ticked(each_language.name, each_language.code == chat.locale),
            Configure(chat.id, "lang", each_language.code),
        )
        for each_language in languages
    ]
    return Message(
        paragraphs(
            bold(clip(chat.title or str(chat.id), _TITLE)),
            lines(_state(language, chat), *rule_lines(reader, board, rules)),
            pause_note(reader, chat, None),
            language.gettext("Tap to change what it follows and the language that it speaks."),
        ),
        (
            *switches(reader, board, rules, number, switch, turn),
            *rows_of(speech, 2),
            (
                Button("🕘 " + language.gettext("Delivery times"), Configure(chat.id, "when")),
                Button("🔔 " + language.gettext("Send a test alert"), Configure(chat.id, "test")),
            ),
            (Button(language.gettext("Done"), Close(), style=Style.SUCCESS),),
        ),
    )


def _state(language: Language, chat: Chat) -> str:
    """What a channel or a group follows, in a sentence."""
    followed, gettext = chat.follows(None), language.gettext
    if chat.kind is ChatKind.CHANNEL:
        if EVERYTHING in followed:
            return gettext("The channel gets every change of status.")
        if followed:
            return gettext("The channel gets the changes of:")
        return gettext("The channel follows nothing yet.")
    if EVERYTHING in followed:
        return gettext("The group gets every change of status.")
    if followed:
        return gettext("The group gets the changes of:")
    return gettext("The group follows nothing yet.")


def forget_question(reader: Reader) -> Message:
    """Whether all that is kept of this chat shall be erased."""
    gettext = reader.language.gettext
    return Message(
        paragraphs(
            bold(gettext("Erase everything about this chat?")),
            gettext(
                "Its language, all that it follows and every message still on its way"
                " will be gone. This cannot be undone."
            ),
        ),
        (
            (
                Button(gettext("Erase everything"), Forget(sure=True), style=Style.DANGER),
                Button(gettext("Keep it"), Close()),
            ),
        ),
    )


def forgotten(reader: Reader) -> Message:
    """All is erased."""
    return Message(
        lines(
            reader.language.gettext("Everything about this chat has been erased."),
            reader.language.html("Send {command} if you want to start again.", command="/start"),
        )
    )


def erased_later(reader: Reader) -> Message:
    """All is out of use, and will be erased when there is room on the disk."""
    text = reader.language.gettext(
        "Everything about this chat is out of use. My disk is full: the last traces leave it as"
        " soon as there is room."
    )
    return Message(lines(text))


def _ticked(label: str, chosen: bool) -> str:  # noqa: FBT001 - a label with its state
    return f"✓ {label}" if chosen else label
