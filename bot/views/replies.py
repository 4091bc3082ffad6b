"""Short answers: what went wrong and how to put it right, and thanks."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from bot.agreement.model import Agreement, Provision
from bot.views.callbacks import Configure, Place, Show, View
from bot.views.format import pick
from bot.views.html import bold, code, lines, paragraphs
from bot.views.message import Button, Message, Reader, Row, Style
from bot.views.pagination import clip

_SHOWN = 60
"""How many UTF-16 units of a person's own words are given back."""
"""UTF-16 units of feedback in one message to the admins, which has a heading too."""
_TITLE = 120


def unknown_command(reader: Reader, given: str, nearest: str | None) -> Message:
    """There is no such command; the nearest known one is offered. Both come without "/"."""
    language = reader.language
    known = language.html("There is no command {command}.", command=_command(given))
    if nearest:
        hint = language.html("Did you mean {command}?", command=_command(nearest))
    else:
        hint = language.html("Send {command} to see what I can do.", command=_command("help"))
    return Message(lines(known, hint), _topics(reader))


def outdated_button(reader: Reader) -> str:
    """The button belongs to an older message."""
    return reader.language.gettext(
        "This button is from an older message. Please open the page again."
    )


def vanished(reader: Reader) -> str:
    """What the button led to is not there any more."""
    return reader.language.gettext("This is no longer part of the briefing.")


def not_allowed(reader: Reader) -> str:
    """Only a chat's admins change its settings."""
    return reader.language.gettext("Only admins of this chat can change its settings.")


def somebody_elses(reader: Reader) -> str:
    """Only the person who asked for a page, and the chat's admins, close it."""
    return reader.language.gettext("Somebody else asked for this page.")


def admins_only_settings(reader: Reader) -> Message:
    """The same, as an answer to a command."""
    language = reader.language
    return Message(
        paragraphs(
            language.gettext("Only admins of this chat can change its settings."),
            language.gettext("In a private chat with me you can follow whatever you like."),
        ),
        ((Button(language.gettext("Open a private chat"), url=_private_chat(reader)),),),
    )


def private_only(reader: Reader, command: str) -> Message:
    """The command works elsewhere only."""
    language = reader.language
    return Message(
        language.html("{command} works in a private chat with me.", command=_command(command)),
        ((Button(language.gettext("Open a private chat"), url=_private_chat(reader)),),),
    )


def failure(reader: Reader, reference: str) -> Message:
    """Something broke; the admins see the same reference."""
    language = reader.language
    return Message(
        paragraphs(
            language.gettext("Something went wrong on my side. Nothing that you set is lost."),
            language.html(
                "Please try again in a moment. If it happens again, send {command} and quote"
                " this reference: {reference}",
                command=_command("feedback"),
                reference=code(reference),
            ),
        )
    )


def failure_notice(reader: Reader) -> str:
    """The same in short, over the chat in which a button was pressed."""
    return reader.language.gettext("Something went wrong on my side. Nothing that you set is lost.")


def text_too_long(reader: Reader, limit: int) -> Message:
    """More characters than are read."""
    return _text(
        reader.language.ngettext(
            "That is more than I can read: please send at most {n} character.",
            "That is more than I can read: please send at most {n} characters.",
            limit,
        )
    )


def only_text(reader: Reader) -> Message:
    """A sticker, a voice message, a picture without words."""
    return Message(
        lines(
            reader.language.gettext("I can only read text."),
            reader.language.gettext("Ask me in your own words, or choose a topic."),
        ),
        _topics(reader),
    )


def unknown_provision(reader: Reader, given: str, nearest: str | None) -> Message:
    """No provision has that id or number."""
    language = reader.language
    if not given.strip():
        known = language.html(
            "Name a provision by its number or id: {example}", example=code("/provision 1")
        )
    else:
        known = language.html("There is no provision {given}.", given=_given(given))
    return Message(lines(known, _meant(reader, "provision", nearest)), _topics(reader))


def unknown_scope(reader: Reader, given: str, nearest: str | None = None) -> Message:
    """Nothing to follow has that name."""
    language = reader.language
    return Message(
        paragraphs(
            language.html("I know no topic and no provision named {given}.", given=_given(given)),
            _meant(reader, "subscribe", nearest),
            language.html(
                "Follow a topic by its command, a provision by its number, or all of it:"
                " {everything}",
                everything=code("/subscribe all"),
            ),
        ),
        _topics(reader),
    )


def unknown_names(reader: Reader, given: str) -> Markup:
    """Of several names these are not known."""
    return reader.language.html(
        "I know no topic and no provision named {given}.", given=_given(given)
    )


def no_admins(reader: Reader) -> Message:
    """The feedback could not reach an admin."""
    return _text(
        reader.language.gettext(
            "I could not reach the admins of this bot just now. Please try again later."
        )
    )


def ask_usage(reader: Reader, provisions: Iterable[Provision]) -> Message:
    """How a question is asked, by the shortest of the titles that can be asked about."""
    language = reader.language
    titles = [pick(provision.title, language).text for provision in provisions]
    example = f"{_command('ask')} {min(titles, key=len, default='')}"
    return Message(
        language.html("Write your question after the command: {example}", example=code(example)),
        _topics(reader),
    )


def table_caption(reader: Reader) -> Message:
    """What the file with the board holds."""
    return _text(
        reader.language.gettext("Every provision with its whole history and sources, as a table.")
    )


def choose_topic_hint(reader: Reader) -> Message:
    """Nothing was asked yet: the topics are the way in."""
    return Message(
        lines(reader.language.gettext("Ask me in your own words, or choose a topic.")),
        _topics(reader),
    )


def error_report(reader: Reader, reference: str, kind: str, where: str) -> Message:
    """What the admins see of an error: never a person's text or a token.

    `kind` is the class of the error, `where` the file and line that raised it.
    """
    language = reader.language
    return Message(
        lines(
            bold(language.gettext("The bot had an error")),
            language.html("Kind: {kind}", kind=code(clip(kind, 200))),
            language.html("Where: {where}", where=code(clip(where, 500))),
            language.html("Reference: {reference}", reference=code(reference)),
            language.gettext("Further errors of this kind are only in the log."),
        )
    )


def update_set_aside(reader: Reader, number: int, kind: str) -> Message:
    """What the admins see of an update that ended the process twice: nothing of its content.

    `kind` is the Bot API's name for what it was, such as "message".
    """
    language = reader.language
    return Message(
        lines(
            bold(language.gettext("One message was set aside")),
            language.gettext(
                "The bot ended twice while it handled the same message or button press."
                " It does not try again."
            ),
            language.html("Kind: {kind}", kind=code(clip(kind, 200))),
            language.html("Number in the log: {number}", number=code(str(number))),
        )
    )


def added_to_chat(reader: Reader, agreement: Agreement) -> Message:
    """The greeting in a group."""
    language = reader.language
    title = bold(pick(agreement.title, language).text)
    return Message(
        paragraphs(
            language.html(
                "Hello! I report, provision by provision, on: {title}. Ask with {command}.",
                title=title,
                command=_command("ask"),
            ),
            language.gettext(
                "Admins of this chat choose its language and what it follows; anyone can ask."
            ),
        ),
        (
            (
                Button(language.gettext("Topics"), Show(Place(View.TOPICS))),
                Button(language.gettext("Settings"), Show(Place(View.SETTINGS))),
            ),
        ),
    )


def added_to_channel(reader: Reader, title: str, chat_id: int) -> Message:
    """To the person who made the bot an admin of a channel, in their private chat."""
    language = reader.language
    return Message(
        paragraphs(
            language.html("I can now post in {channel}.", channel=bold(clip(title, _TITLE))),
            language.gettext("Choose what the channel follows and its language."),
        ),
        (
            (
                Button(
                    language.gettext("Set up the channel"),
                    Configure(chat_id),
                    style=Style.PRIMARY,
                ),
            ),
        ),
    )


def storage_full(reader: Reader) -> Message:
    """The disk is full: what was asked for is not kept."""
    return Message(
        lines(
            reader.language.gettext("I could not save that: my disk is full."),
            reader.language.gettext("What you had set before is safe. Please try again later."),
        )
    )


def storage_full_notice(reader: Reader) -> str:
    """The same in short, over the chat in which a button was pressed."""
    return reader.language.gettext("I could not save that: my disk is full.")


def slow_down(reader: Reader) -> str:
    """Too many presses in too short a time."""
    return reader.language.gettext("One moment, please. That was a lot at once.")


def language_chosen(reader: Reader) -> str:
    """The chat's language is another from now on; `reader` reads in it already."""
    language = reader.language
    return language.gettext("From now on: {language}.", language=language.name_of(language.code))


def speaking(reader: Reader) -> Message:
    """The same, as an answer to a text."""
    return Message(lines(language_chosen(reader)), _topics(reader))


def saved(reader: Reader) -> str:
    """A setting was kept."""
    return reader.language.gettext("Saved.")


def _text(text: str) -> Message:
    return Message(lines(text))


def _command(name: str) -> str:
    return f"/{clip(name, _SHOWN)}"


def _given(text: str) -> Markup:
    return bold(clip(" ".join(text.split()), _SHOWN))


def _meant(reader: Reader, command: str, nearest: str | None) -> Markup | None:
    if not nearest:
        return None
    example = code(f"/{command} {nearest}")
    return reader.language.html("Did you mean {command}?", command=example)


def _topics(reader: Reader) -> tuple[Row, ...]:
    return (_to(reader.language.gettext("Topics"), View.TOPICS),)


def _to(label: str, view: View) -> Row:
    return (Button(label, Show(Place(view))),)


def _private_chat(reader: Reader) -> str:
    return f"https://t.me/{reader.bot_username}"
