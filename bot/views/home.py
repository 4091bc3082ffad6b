"""What the bot is: the welcome, help, how it works, and what it keeps of a person."""

from __future__ import annotations

from markupsafe import Markup

from bot.agreement.board import Board
from bot.agreement.model import Agreement
from bot.agreement.sentences import opening
from bot.subscribers.chat import Scope
from bot.views.agreement import method_lines, source_line, status_lines
from bot.views.callbacks import ChooseLanguage, Forget, Place, Show, View
from bot.views.commands import every_command
from bot.views.format import dash, pick, untranslated
from bot.views.html import bold, code, italic, lines, paragraphs
from bot.views.keyboards import follow_everything, to_board, to_latest, to_topics
from bot.views.message import Button, Message, Reader, Style
from bot.views.pagination import Section, clip, compose, fill, whole
from bot.views.statuses import counts_in_words

_SENTENCES, _OPENING = 2, 280
"""How much of the text about the agreement greets a reader: sentences, UTF-16 units."""


def welcome(reader: Reader, board: Board, follows: frozenset[Scope]) -> Message:
    """What the bot is about, how things stand, and where to begin: on one screen of a phone."""
    language = reader.language
    agreement = board.agreement
    title, about_it = pick(agreement.title, language), pick(agreement.about, language)
    count = len(board.provisions)
    html = paragraphs(
        _opening(reader, agreement),
        clip(opening(about_it.text, _SENTENCES, _OPENING), _OPENING),
        lines(
            language.ngettext(
                "{n} provision, tracked one by one:", "{n} provisions, tracked one by one:", count
            ),
            counts_in_words(reader, board),
        ),
        _how_to_ask(reader),
        untranslated(language, [title, about_it]),
    )
    rows = (
        (to_topics(reader), to_board(reader), to_latest(reader)),
        follow_everything(reader, follows, Place(View.HOME)),
        (Button("🌐 " + language.gettext("Language"), ChooseLanguage(welcome=True)),)
        if reader.in_private
        else (),
    )
    return Message(html, tuple(row for row in rows if row))


def help_page(reader: Reader, agreement: Agreement) -> Message:
    """Three examples of what can be sent, and a button to every command."""
    language = reader.language
    titles = [pick(provision.title, language).text for provision in agreement.provisions]
    question = min(titles, key=len, default="")
    if not reader.in_private:
        question = f"/ask {question}"
    examples = [
        dash(language, code(question), language.gettext("where a promise stands")),
        *(
            dash(language, f"/{topic.command_in(language.code)}", pick(topic.title, language).text)
            for topic in agreement.topics[:1]
        ),
        dash(language, "/following", language.gettext("choose what you hear about")),
    ]
    every = Button(language.gettext("All commands"), Show(Place(View.COMMANDS)))
    return Message(
        paragraphs(bold(language.gettext("What you can send, for example")), lines(*examples)),
        ((to_topics(reader), every),),
    )


def commands_page(reader: Reader, agreement: Agreement, *, admin: bool) -> Message:
    """Every command that works in this chat, with what it does."""
    language = reader.language
    head = paragraphs(bold(language.gettext("What I can do")), _how_to_ask(reader))
    items = [
        dash(language, f"/{command}", clip(description, 100))
        for command, description in every_command(
            language, agreement, admin=admin and reader.in_private
        )
    ]

    def more(left: int) -> Markup:
        return language.nhtml("{n} more command in the menu", "{n} more commands in the menu", left)

    return Message(fill(head, items, more), ((to_topics(reader), to_board(reader)),))


def about(reader: Reader, board: Board) -> Message:
    """How it works: the method, the vocabulary, the sources, and on whose side it is not."""
    language = reader.language
    agreement = board.agreement
    title, about_it = pick(agreement.title, language), pick(agreement.about, language)
    method = lines(
        bold(language.gettext("How it works")),
        *(f"• {line}" for line in method_lines(reader, board)),
        "• " + language.gettext("This bot speaks for no party and for no government."),
    )
    vocabulary = (bold(language.gettext("What a status means")), *status_lines(reader))
    sources = Section(
        tuple(source_line(reader, source) for source in agreement.sources),
        lambda left: italic(language.ngettext("{n} more source", "{n} more sources", left)),
        bold(language.gettext("Sources of the text")),
        quoted=True,
    )
    note = untranslated(language, [title, about_it])
    html = compose(
        [
            whole(_opening(reader, agreement), about_it.text, method, *vocabulary),
            sources,
            whole(note),
        ],
        [(sources, 0)],
    )
    return Message(html, ((to_topics(reader), to_board(reader)),))


def own_data_caption(reader: Reader) -> Message:
    """What the file with a person's own data holds."""
    return Message(
        reader.language.html(
            "All that is kept about this chat. {command} erases it.", command="/forgetme"
        )
    )


def privacy(reader: Reader, *, gaps: bool = True, months: int = 0) -> Message:
    """What is kept of a chat, what is not, and how to have it erased.

    `gaps`: questions without an answer are counted. `months`: after how many without contact all of
    it is erased; 0 for never.
    """
    gettext = reader.language.gettext
    kept = (
        gettext(
            "the chat's numeric id, its kind and when it first wrote;"
            " of a group or channel also the title"
        ),
        gettext("the language that was chosen, or that the client suggested"),
        gettext(
            "what the chat follows, its time zone, quiet hours and digests,"
            " and which alerts it was sent"
        ),
        gettext(
            "the ids of the messages that brought alerts, so that a correction can answer them:"
            " for at least seven days, then for as long as an entry can still be corrected"
        ),
        gettext("in a private chat, for ten minutes: which provisions the last answer was about"),
    )
    never = (
        gettext("names, usernames or phone numbers of people"),
        gettext("questions and other messages"),
    )
    html = paragraphs(
        bold(gettext("What is kept about this chat")),
        lines(gettext("Kept, so that answers and alerts arrive:"), *(f"• {item}" for item in kept)),
        lines(gettext("Not kept:"), *(f"• {item}" for item in never)),
        gettext(
            "What is sent with {command} is passed on to the people who run this bot,"
            " without a name. For 30 days the bot remembers which chat it came from, so that they"
            " can answer; it does not tell them.",
            command="/feedback",
        ),
        gettext(
            "If the same unanswered question is asked at least twice, its words are counted"
            " for 90 days. Who asked is never recorded."
        )
        if gaps
        else None,
        gettext(
            "A message waits on disk until it is answered, usually for less than a second, and is"
            " then erased."
        ),
        reader.language.ngettext(
            "If the chat cannot be reached for {n} month, all of it is erased.",
            "If the chat cannot be reached for {n} months, all of it is erased.",
            months,
        )
        if months
        else None,
        gettext("Telegram itself handles every message under its own privacy policy."),
        gettext("{command} sends all of it as a file.", command="/mydata")
        if reader.in_private
        else None,
        gettext("{command} erases all that is kept about this chat.", command="/forgetme"),
    )
    erase = Button(gettext("Forget me"), Forget(), style=Style.DANGER)
    return Message(html, ((erase,),) if reader.in_private else ())


def _opening(reader: Reader, agreement: Agreement) -> Markup:
    """The agreement's title, its parties and its date."""
    language = reader.language
    parties = language.join(
        f"{party.flag} {pick(party.name, language).text}".strip() for party in agreement.parties
    )
    return lines(
        bold(pick(agreement.title, language).text),
        Markup("{} · {}").format(clip(parties, 200), language.date(agreement.date)),
    )


def _how_to_ask(reader: Reader) -> str:
    gettext = reader.language.gettext
    if reader.in_private:
        return gettext("Ask in your own words, or choose below.")
    return gettext("Ask with {command} and your question, or choose below.", command="/ask")
